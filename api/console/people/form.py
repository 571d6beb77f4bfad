"""What was typed about an account or a role, and what can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.texts import people as texts
from bot.account import Account
from knowledge.faq.models import FaqEntry
from knowledge.staff.refusals import PeopleRefused, Refusal
from knowledge.staff.rights import Role

TOPICS_OFFERED = 300  # categories; a base has a dozen
LONGEST = 64  # signs of any field that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """As typed, so that a refused form comes back as it was."""

    name: str = ""
    display_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantForm:
    """As typed. ``region`` and ``topic`` empty: everywhere, all."""

    role: str = ""
    region: str = ""
    topic: str = ""

    def chosen_role(self) -> Role:
        """Raises ``PeopleRefused``."""
        if self.role not in set(Role):
            raise PeopleRefused(Refusal.BAD_PLACE, texts.NO_SUCH_ROLE)
        return Role(self.role)

    def chosen_topic(self, offered: Sequence[str]) -> str | None:
        """A topic with a slip in it would open nothing, and nobody would notice. Raises ``PeopleRefused``."""
        if self.topic and self.topic not in offered:
            raise PeopleRefused(Refusal.BAD_PLACE, texts.NO_SUCH_TOPIC)
        return self.topic or None


def account_form(sent: Mapping[str, Any]) -> AccountForm:
    return AccountForm(**{name: _typed(sent, name) for name in AccountForm.__slots__})


def grant_form(sent: Mapping[str, Any]) -> GrantForm:
    return GrantForm(**{name: _typed(sent, name) for name in GrantForm.__slots__})


def topics_offered(session: Session) -> list[str]:
    """The categories of the base, by name."""
    query = select(FaqEntry.category).where(FaqEntry.category != "").distinct().order_by(FaqEntry.category)
    return list(session.scalars(query.limit(TOPICS_OFFERED)))


def regions_offered(accounts: Mapping[str, Account]) -> list[tuple[str, str]]:
    """Code and words of the regions of the official accounts, and of what they lie in."""
    own = {account.region for account in accounts.values() if account.region}
    around = {f"{region[:length]}{'0' * (6 - length)}" for region in own for length in (2, 4, 6)}
    return [(region, texts.region_words(region)) for region in sorted(around)]


def _typed(sent: Mapping[str, Any], name: str) -> str:
    return str(sent.get(name) or "").strip()[: LONGEST + 1]
