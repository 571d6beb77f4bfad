"""What is said to a question without a talk around it: the chat's answers, without its taps and its words to reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from api.rest import texts as ours
from bot.account import Account
from handlers.faq.answers import answer_text
from handlers.faq.records import words_of, worth_keeping
from handlers.texts import faq as texts
from knowledge.faq.decision import Decision
from knowledge.faq.entry import region_line
from knowledge.text.deidentify import names_somebody

Kind = Literal["answer", "choices", "none", "elsewhere", "chitchat", "sensitive"]


@dataclass(frozen=True, slots=True)
class Said:
    """``kind``: as questions are counted."""

    kind: Kind
    text: str


def said_to(question: str, decision: Decision, *, region: str | None, accounts: Mapping[str, Account]) -> Said:
    """``accounts``: whose local facts fill the blanks of an answer, see ``bureau_of``."""
    bureau = bureau_of(accounts, region)
    match decision.kind:
        case "sensitive":
            return Said("sensitive", _sensitive(decision, bureau))
        case "answer":
            text, _ = answer_text(decision.entries[0].entry, bureau)
            return Said("answer", text)
        case "choices":
            return Said("choices", ours.WHICH)
        case "none":
            return _none(question, decision)


def bureau_of(accounts: Mapping[str, Account], region: str | None) -> Mapping[str, str]:
    """The local facts of the one account, or of the nearest that the region lies in; none where that is unclear."""
    if len(accounts) == 1:
        return next(iter(accounts.values())).bureau
    by_region = {account.region: account.bureau for account in accounts.values() if account.region is not None}
    return next((by_region[place] for place in region_line(region) if place in by_region), {})


def _none(question: str, decision: Decision) -> Said:
    if decision.chitchat is not None:
        return Said("chitchat", ours.CHITCHAT)
    if (other := decision.elsewhere) is not None:
        return Said("elsewhere", texts.elsewhere(other.matter, other.office, other.hotline))
    if names_somebody(question) and not words_of(question):
        return Said("none", ours.ONLY_NUMBERS)
    return Said("none", ours.UNKNOWN if worth_keeping(question) else ours.TOO_LITTLE)


def _sensitive(decision: Decision, bureau: Mapping[str, str]) -> str:
    """The fixed words; nothing of the question is repeated."""
    if decision.sensitivity != "A":
        where = bureau.get("disclosure_contact")
        return f"{texts.SENSITIVE_B}\n{ours.DISCLOSURE.format(where=where) if where else texts.contact(bureau)}"
    phone = bureau.get("bureau_phone")
    return texts.SENSITIVE_A.format(phone=phone) if phone else texts.SENSITIVE_A_NO_PHONE
