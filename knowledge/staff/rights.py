"""Who may do what, and where: roles, the rights they bring, and the places for which they were granted. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, or_, true


class Role(StrEnum):
    """What a person is granted. The value stands in ``staff_grants``."""

    EDITOR = "editor"  # 编辑
    REVIEWER = "reviewer"  # 审核
    SECRECY = "secrecy"  # 保密审查
    HANDLER = "handler"  # 办理
    REPORTS = "reports"  # 12310专员
    ADMIN = "admin"  # 管理员
    AUDITOR = "auditor"  # 审计员


class Right(StrEnum):
    """One thing that can be done; the value stands in no table."""

    ENTRIES_READ = "entries_read"
    ENTRIES_WRITE = "entries_write"
    ENTRIES_REVIEW = "entries_review"
    ENTRIES_CLEAR = "entries_clear"
    ENTRIES_PUBLISH = "entries_publish"
    ENTRIES_PULL = "entries_pull"
    GATE_OVERRIDE = "gate_override"
    GOLDEN_WRITE = "golden_write"
    BENCH = "bench"
    MISSED_READ = "missed_read"
    MISSED_WRITE = "missed_write"
    GAPS_READ = "gaps_read"
    IMPORT = "import"
    EXPORT = "export"
    TRANSFER = "transfer"
    WORDS_READ = "words_read"
    WORDS_WRITE = "words_write"
    SENTENCES_WRITE = "sentences_write"
    MENU_WRITE = "menu_write"
    INSTITUTIONS_READ = "institutions_read"
    INSTITUTIONS_WRITE = "institutions_write"
    DESK_READ = "desk_read"
    DESK_HANDLE = "desk_handle"
    CONTACT_READ = "contact_read"
    REPORTS_READ = "reports_read"
    NUMBERS = "numbers"
    STAFF_READ = "staff_read"
    STAFF_WRITE = "staff_write"
    GRANTS_CONFIRM = "grants_confirm"
    SIGN_INS_READ = "sign_ins_read"
    AUDIT_READ = "audit_read"
    KEYS_WRITE = "keys_write"
    SYSTEM_READ = "system_read"
    SELF = "self"


_READING = frozenset({Right.ENTRIES_READ, Right.INSTITUTIONS_READ, Right.NUMBERS})
_CURATING = _READING | {
    Right.ENTRIES_WRITE,
    Right.GOLDEN_WRITE,
    Right.BENCH,
    Right.MISSED_READ,
    Right.MISSED_WRITE,
    Right.GAPS_READ,
    Right.IMPORT,
    Right.EXPORT,
    Right.WORDS_READ,
    Right.WORDS_WRITE,
}
RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.EDITOR: _CURATING,
        Role.REVIEWER: _CURATING
        | {
            Right.ENTRIES_REVIEW,
            Right.ENTRIES_PUBLISH,
            Right.ENTRIES_PULL,
            Right.GATE_OVERRIDE,
            Right.SENTENCES_WRITE,
        },
        Role.SECRECY: _READING
        | {
            Right.ENTRIES_CLEAR,
            Right.ENTRIES_PULL,
            Right.BENCH,
            Right.MISSED_READ,
            Right.WORDS_READ,
            Right.GRANTS_CONFIRM,
        },
        Role.HANDLER: _READING | {Right.BENCH, Right.DESK_READ, Right.DESK_HANDLE, Right.CONTACT_READ},
        Role.REPORTS: frozenset({Right.REPORTS_READ}),
        Role.ADMIN: _READING
        | {
            Right.BENCH,
            Right.MISSED_READ,
            Right.GAPS_READ,
            Right.IMPORT,
            Right.EXPORT,
            Right.TRANSFER,
            Right.WORDS_READ,
            Right.WORDS_WRITE,
            Right.SENTENCES_WRITE,
            Right.MENU_WRITE,
            Right.INSTITUTIONS_WRITE,
            Right.STAFF_READ,
            Right.STAFF_WRITE,
            Right.KEYS_WRITE,
            Right.SYSTEM_READ,
        },
        Role.AUDITOR: _READING
        | {Right.MISSED_READ, Right.WORDS_READ, Right.STAFF_READ, Right.SIGN_INS_READ, Right.AUDIT_READ},
    }
)
# At most one of them on an account: who hands out roles, who clears and who looks back must not be one person.
EXCLUSIVE: frozenset[Role] = frozenset({Role.ADMIN, Role.SECRECY, Role.AUDITOR})
ALONE = Role.AUDITOR  # nobody looks back at his own work
# Count only once a 保密审查 has confirmed them; while there is none, nobody needs to.
CONFIRMED: frozenset[Role] = frozenset({Role.SECRECY, Role.AUDITOR, Role.REPORTS})
# Duties without a place: a part of the staff, of the log or of the system cannot be granted.
EVERYWHERE: frozenset[Role] = frozenset({Role.ADMIN, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Grant:
    """``region``: a 6-digit code and all within it; ``None``: everywhere. ``topic``: a category; ``None``: all."""

    role: Role
    region: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a right holds: pairs of region and topic. Reading covers the nation's rows too, writing does not."""

    places: tuple[tuple[str | None, str | None], ...]

    @property
    def everywhere(self) -> bool:
        return (None, None) in self.places

    def allows(self, *, region: str | None, topic: str | None, writing: bool) -> bool:
        """``region`` of the row, ``None``: the nation's. ``topic`` ``None``: such rows have no topic."""
        return any(
            _covers(place, region, writing=writing) and (granted is None or topic is None or topic == granted)
            for place, granted in self.places
        )

    def condition(
        self,
        region: SQLColumnExpression[str | None],
        topic: SQLColumnExpression[str] | None = None,
        *,
        writing: bool = False,
    ) -> ColumnElement[bool]:
        """The same for a query. ``topic``: a column without nulls, or ``None`` where the rows have no topic."""
        return or_(
            false(),
            *(
                and_(
                    _covered(place, region, writing=writing),
                    true() if topic is None or granted is None else topic == granted,
                )
                for place, granted in self.places
            ),
        )


EVERYTHING = Scope(((None, None),))


def rights_of(grants: Iterable[Grant]) -> frozenset[Right]:
    """Everybody may change his own password and sign out, whatever else he may."""
    return frozenset({Right.SELF}).union(*(RIGHTS[grant.role] for grant in grants))


def scope_of(grants: Iterable[Grant], right: Right) -> Scope | None:
    """Where these grants give the right; ``None``: nowhere."""
    if right is Right.SELF:
        return EVERYTHING
    places = dict.fromkeys((grant.region, grant.topic) for grant in grants if right in RIGHTS[grant.role])
    return Scope(tuple(places)) if places else None


def conflict(grants: Iterable[Grant]) -> str | None:
    """Why one account cannot hold these together: a sentence for the form; ``None`` where it can."""
    held = list(grants)
    roles = {grant.role for grant in held}
    if ALONE in roles and len(roles) > 1:
        return "审计员不能兼任其他角色；请另设账号"
    if len(roles & EXCLUSIVE) > 1:
        return "管理员、保密审查、审计员不能由同一账号担任；请另设账号"
    if any(grant.role in EVERYWHERE and (grant.region or grant.topic) for grant in held):
        return "管理员和审计员不分地区和主题；请把地区和主题留空"
    if Counter(held).most_common(1)[0][1] > 1 if held else False:
        return "这个账号已有同样的角色；请核对后再授予"
    return None


def _prefix(place: str) -> str:
    """What the codes of a region begin with: 320000 → 32, 320300 → 3203, 320305 → itself."""
    return place[:2] if place.endswith("0000") else place[:4] if place.endswith("00") else place


def _covers(place: str | None, region: str | None, *, writing: bool) -> bool:
    if place is None:
        return True
    return not writing if region is None else region.startswith(_prefix(place))


def _covered(place: str | None, region: SQLColumnExpression[str | None], *, writing: bool) -> ColumnElement[bool]:
    if place is None:
        return true()
    inside = region.startswith(_prefix(place), autoescape=True)
    return and_(region.is_not(None), inside) if writing else or_(region.is_(None), inside)
