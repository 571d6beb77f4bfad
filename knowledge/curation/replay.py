"""What a draft of the base would answer to what people ask, beside what the live one answers. Pure but for one query.

Only the decision and what is told are compared: a confidence moves with every entry, because tokens are weighed anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.curation.golden import Golden, holds
from knowledge.faq.decision import Decision
from knowledge.faq.questions import Question
from knowledge.faq.service import FaqService

REPLAYED = 500  # newest distinct real questions: a day or two of a busy account, a second or two of work
LOOKED_AT = 20_000  # newest rows of the record that they are picked from
REPLAYED_DECISIONS = ("answer", "choices", "none", "elsewhere")  # nothing that the base had no part in
QUOTED = 120  # characters of an answer that a page shows

_MARKUP = re.compile(r"<[^<>]*>")  # of links, whose words stay

Verdict = Literal["regression", "improvement", "changed", "failing"]
_ORDER: tuple[Verdict, ...] = ("regression", "improvement", "changed", "failing")


@dataclass(frozen=True, slots=True)
class Asked:
    """A real question, de-identified; ``times`` it was asked lately."""

    question: str
    region: str | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """``kind``: answer | choices | none | sensitive | chitchat | elsewhere. ``entries``: those shown, best first.

    ``told``: digest of what would be said, so that a reworded answer counts as changed; ``said``: its beginning.
    """

    kind: str
    entries: tuple[str, ...]
    told: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One question that is answered otherwise, or a golden one that fails before and after (``failing``)."""

    question: str
    region: str | None
    times: int
    golden: bool
    before: Outcome
    after: Outcome
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Replayed:
    """``asked`` and ``golden``: how many were replayed. ``failing_before``: golden ones that fail on the live base."""

    asked: int
    golden: int
    failing_before: int
    differences: tuple[Difference, ...]

    def count(self, *verdicts: Verdict) -> int:
        return sum(difference.verdict in verdicts for difference in self.differences)


def outcome(service: FaqService, question: str, *, region: str | None, now: datetime) -> Outcome:
    """What the account would say, as far as the base decides it."""
    decision = service.decide(question, region=region, now=now)
    answered = decision.answer
    shown = decision.choices if answered is None else (answered,)
    if answered is not None:
        told = [answered.question, answered.answer, [(b.law, b.article) for b in answered.basis], answered.verified]
        said = _MARKUP.sub("", answered.answer)
    else:
        told = [each.question for each in shown] or [decision.elsewhere and decision.elsewhere.office]
        said = "；".join(each.question for each in shown)
    digest = hashlib.blake2b(orjson.dumps(told), digest_size=8).hexdigest()
    return Outcome(_kind(decision), tuple(each.id for each in shown), digest, said[:QUOTED])


def recent_questions(session: Session, *, limit: int = REPLAYED) -> list[Asked]:
    """The newest distinct ones, newest first."""
    newest = (
        select(Question.text, Question.region, Question.asked_at, Question.id)
        .where(Question.text != "", Question.decision.in_(REPLAYED_DECISIONS))
        .order_by(Question.asked_at.desc(), Question.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    last = func.max(newest.c.id)
    query = select(newest.c.text, newest.c.region, func.count()).group_by(newest.c.text, newest.c.region)
    rows = session.execute(query.order_by(func.max(newest.c.asked_at).desc(), last.desc()).limit(limit))
    return [Asked(text, region, times) for text, region, times in rows]


def replay(
    live: FaqService, draft: FaqService, asked: Sequence[Asked], golden: Sequence[Golden], *, now: datetime
) -> Replayed:
    """Both as they are at ``now``. A golden question is not asked twice where it was asked lately, too."""
    times = {(each.question, each.region): each.times for each in asked}
    found, failing = [], 0
    for each in golden:
        count = times.pop((each.question, each.region), 0)
        before = outcome(live, each.question, region=each.region, now=now)
        after = outcome(draft, each.question, region=each.region, now=now)
        held, keeps = holds(each, before), holds(each, after)
        failing += not held
        if (verdict := _verdict(held, keeps, before != after)) is not None:
            found.append(Difference(each.question, each.region, count, True, before, after, verdict))
    found.extend(_changed(live, draft, times, now))
    found.sort(key=_place)
    return Replayed(len(times), len(golden), failing, tuple(found))


def _changed(
    live: FaqService, draft: FaqService, times: dict[tuple[str, str | None], int], now: datetime
) -> Iterator[Difference]:
    for (question, region), count in times.items():
        before = outcome(live, question, region=region, now=now)
        after = outcome(draft, question, region=region, now=now)
        if before != after:
            yield Difference(question, region, count, False, before, after, "changed")


def _verdict(held: bool, keeps: bool, differs: bool) -> Verdict | None:
    if held and not keeps:
        return "regression"
    if keeps and not held:
        return "improvement"
    if not keeps:
        return "failing"
    return "changed" if differs else None


def _place(difference: Difference) -> tuple[int, bool, int, str, str]:
    """Gravest first, then another kind of reply before another wording, then what is asked most."""
    same_kind = difference.before.kind == difference.after.kind
    return (
        _ORDER.index(difference.verdict),
        same_kind,
        -difference.times,
        difference.question,
        difference.region or "",
    )


def _kind(decision: Decision) -> str:
    if decision.chitchat is not None:
        return "chitchat"
    return "elsewhere" if decision.elsewhere is not None else decision.kind
