"""What waits for the person who looks, by his rights: a number, and the list of exactly what it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Select, func, select
from starlette.requests import Request

from api.console.entries.waiting import CLEARING, RETURNED, REVIEW, own_names, waiting_drafts
from api.console.request import may, now, person, scope
from api.console.texts import home as texts
from knowledge.curation.models import EntryPull, FaqPublication, FaqRevision
from knowledge.curation.publication import Stage
from knowledge.faq.entry import shanghai_day
from knowledge.faq.models import FaqEntry, KnowledgeGap
from knowledge.feedback.kinds import CLOSED_STATUSES, ForwardState
from knowledge.feedback.models import Ticket, UnknownUpdate
from knowledge.missed.models import MissedGroup
from knowledge.missed.queries import seen
from knowledge.missed.states import GroupState
from knowledge.staff.models import StaffGrant
from knowledge.staff.rights import CONFIRMED, Right

Query = Callable[[Request], Select[Any]]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number for whoever has ``right``. ``list``: the address, within the console, of exactly what it counts."""

    title: str
    right: Right
    query: Query
    list: Callable[[Request], str]

    def count(self, request: Request) -> int:
        return int(request.state.session.scalar(self.query(request)) or 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """A tile as it is shown."""

    title: str
    number: int
    address: str


def counted(request: Request) -> list[Counted]:
    """What the person has no right to is not counted for him. One statement a tile."""
    mine = (tile for tile in TILES if may(request, tile.right))
    return [Counted(tile.title, tile.count(request), tile.list(request)) for tile in mine]


def _at(address: str) -> Callable[[Request], str]:
    return lambda _: address


def _drafts(title: str, right: Right, todo: str) -> Tile:
    def query(request: Request) -> Select[Any]:
        readable = scope(request, Right.ENTRIES_READ).condition(_DRAFTS.c.region, _DRAFTS.c.category)
        return select(func.count()).select_from(FaqRevision).where(waiting_drafts(request, todo), readable)

    return Tile(title, right, query, _at(f"drafts?todo={todo}"))


def _overdue(title: str, column: str) -> Tile:
    """Entries of the person that answer, or would, but for a day that has passed."""
    day = FaqEntry.__table__.c[column]

    def query(request: Request) -> Select[Any]:
        mine = FaqEntry.owner.in_(own_names(request)) & (FaqEntry.status == "published")
        passed = day < shanghai_day(now(request))
        return select(func.count()).select_from(FaqEntry).where(mine, passed, _readable(request))

    def address(request: Request) -> str:
        owned = " OR ".join(f'owner__eq="{_quoted(name)}"' for name in own_names(request))
        until = shanghai_day(now(request)) - timedelta(days=1)
        chosen = f"({owned}) AND status__in=published AND {column}__between=2000-01-01..{until.isoformat()}"
        return f"entries/list?filter={quote(chosen)}"

    return Tile(title, Right.ENTRIES_WRITE, query, address)


def _tickets(title: str, condition: Any, filtered: str, values: Iterable[str]) -> Tile:
    """The list with its own filter set; those of no region are for who handles without a limit."""

    def query(request: Request) -> Select[Any]:
        here = scope(request, Right.DESK_READ).condition(Ticket.__table__.c.region, writing=True)
        return select(func.count(Ticket.id)).where(condition, here)

    return Tile(title, Right.DESK_READ, query, _at(f"feedback/list?filter={quote(filtered + '=' + ','.join(values))}"))


def _pulled(request: Request) -> Select[Any]:
    mine = EntryPull.owner.in_(own_names(request)) & EntryPull.settled_at.is_(None)
    joined = select(func.count()).select_from(EntryPull).join(FaqEntry, FaqEntry.id == EntryPull.entry_id)
    return joined.where(mine, _readable(request))


def _grants(request: Request) -> Select[Any]:
    others = StaffGrant.staff_id != person(request).staff_id
    waits = StaffGrant.role.in_([role.value for role in CONFIRMED]) & StaffGrant.confirmed_at.is_(None)
    return select(func.count()).select_from(StaffGrant).where(waits, others)


def _questions(request: Request) -> Select[Any]:
    here = seen(scope(request, Right.MISSED_READ))
    return select(func.count(MissedGroup.id)).where(MissedGroup.state == GroupState.OPEN, here)


def _stopped(_: Request) -> Select[Any]:
    stopped = FaqPublication.state.in_((Stage.REFUSED, Stage.FAILED))
    return select(func.count()).select_from(FaqPublication).where(stopped)


def _all_of(model: type) -> Query:
    return lambda _: select(func.count()).select_from(model)


def _readable(request: Request) -> Any:
    entry = FaqEntry.__table__.c
    return scope(request, Right.ENTRIES_READ).condition(entry.region, entry.category)


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


_DRAFTS = FaqRevision.__table__
_WAITING = (ForwardState.WAITING, ForwardState.SENDING)
_STUCK = (ForwardState.UNKNOWN, ForwardState.REFUSED)
TILES = (
    _drafts(texts.REVIEWS, Right.ENTRIES_REVIEW, REVIEW),
    _drafts(texts.CLEARINGS, Right.ENTRIES_CLEAR, CLEARING),
    _drafts(texts.RETURNED, Right.ENTRIES_WRITE, RETURNED),
    Tile(texts.PULLED, Right.ENTRIES_WRITE, _pulled, _at("laws?mine=1")),
    _overdue(texts.PAST_REVIEW, "review_on"),
    _overdue(texts.EXPIRED, "valid_until"),
    Tile(texts.GRANTS, Right.GRANTS_CONFIRM, _grants, _at("grants")),
    Tile(texts.PUBLICATIONS_STOPPED, Right.ENTRIES_PUBLISH, _stopped, _at("publishing")),
    _tickets(texts.TICKETS_OPEN, Ticket.status.not_in(CLOSED_STATUSES), "status__not_in", sorted(CLOSED_STATUSES)),
    _tickets(texts.TICKETS_WAITING, Ticket.forward_state.in_(_WAITING), "forward_state__in", _WAITING),
    _tickets(texts.TICKETS_STUCK, Ticket.forward_state.in_(_STUCK), "forward_state__in", _STUCK),
    _tickets(texts.ENTRIES_STUCK, Ticket.entries_state.in_(_STUCK), "entries_state__in", _STUCK),
    Tile(texts.QUESTIONS_OPEN, Right.MISSED_WRITE, _questions, _at("missed")),
    Tile(texts.GAPS, Right.GAPS_READ, _all_of(KnowledgeGap), _at("gaps/list")),
    Tile(texts.UNKNOWN_UPDATES, Right.SYSTEM_READ, _all_of(UnknownUpdate), _at("unknown-updates/list")),
)
