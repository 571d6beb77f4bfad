"""Everything a draft is checked for before a second person sees it. Nothing is decided here: findings are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Protocol

from knowledge.curation.checks_text import text_findings
from knowledge.curation.finding import Finding, sorted_findings
from knowledge.curation.law_keys import Repealed, is_hit
from knowledge.faq.decision import Decision
from knowledge.faq.entry import Entry, shanghai_day
from knowledge.sensitive import sensitivity

DECIDED = 20  # variants that are asked of the base; each costs some 2 ms
ALIKE = 3  # look-alikes shown; more say the same
SHORT = 40  # signs of another entry's question that are quoted


class Base(Protocol):
    """The live base, as ``FaqService`` gives it."""

    def decide(self, question: str, *, region: str | None, now: datetime) -> Decision:
        """What is answered today."""
        ...

    def alike(self, entry: Entry, *, region: str | None, now: datetime) -> list[Entry]:
        """Entries whose question is the entry's own but for a kind, a number or a negation."""
        ...


def check(
    draft: Entry, against: Base, *, now: datetime, repealed: Sequence[Repealed] = (), archiving: bool = False
) -> tuple[Finding, ...]:
    """Gravest first. ``archiving``: the draft only takes the entry back, so nothing of its text matters."""
    if archiving:
        return ()
    findings = [*own_findings(draft, now=now, repealed=repealed), *_kept(draft)]
    if draft.question:
        findings += [*_duplicates(draft, against, now), *_alike(draft, against, now)]
    return sorted_findings(findings)


def own_findings(draft: Entry, *, now: datetime, repealed: Sequence[Repealed] = ()) -> Iterator[Finding]:
    """What the draft alone shows, without a look at the base: all that blocks is among it."""
    yield from _missing(draft)
    yield from _texts(draft)
    yield from _guarded(draft)
    yield from _days(draft, shanghai_day(now))
    yield from _laws(draft, repealed)


def _missing(draft: Entry) -> Iterator[Finding]:
    if not draft.question:
        yield Finding("block", "question", "问题不能为空")
    if not draft.answer:
        yield Finding("block", "answer", "答复不能为空")
    if not draft.basis:
        yield Finding("note", "basis", "没有写依据")


def _texts(draft: Entry) -> Iterator[Finding]:
    yield from text_findings("question", draft.question)
    yield from text_findings("answer", draft.answer)
    start = 0
    for number, variant in enumerate(draft.paraphrases, start=1):
        for found in text_findings("paraphrases", variant):
            place = None if found.place is None else (found.place[0] + start, found.place[1] + start)
            yield Finding(found.severity, "paraphrases", f"第 {number} 条问法：{found.message}", place)
        start += len(variant) + 1


def _guarded(draft: Entry) -> Iterator[Finding]:
    """A question that the channel must not answer is never looked up, whatever the base says."""
    for column, variants in (("question", (draft.question,)), ("paraphrases", draft.paraphrases)):
        for variant in variants:
            if sensitivity(variant) is not None:
                yield Finding("warn", column, f"“{_short(variant)}”会被敏感问题过滤拦截，这样问得不到这条答复")


def _days(draft: Entry, today: date) -> Iterator[Finding]:
    if draft.valid_until is not None and draft.valid_until < today:
        yield Finding("block", "valid_until", f"{draft.valid_until} 已经过了，发布后也不会答复；请改失效日期或停用")
    if draft.valid_from is not None and draft.valid_from > today:
        yield Finding("note", "valid_from", f"发布后到 {draft.valid_from} 才开始答复")
    if draft.review_on is not None and draft.review_on <= today:
        yield Finding("warn", "review_on", f"复核日 {draft.review_on} 已经到了，请定下一次")


def _laws(draft: Entry, repealed: Sequence[Repealed]) -> Iterator[Finding]:
    for basis in draft.basis:
        if any(is_hit(basis, each) for each in repealed):
            yield Finding(
                "block", "basis", f"《{_short(basis.law.strip('《》'))}》{basis.article}已登记为废止，请换依据"
            )


def _kept(draft: Entry) -> Iterator[Finding]:
    if not draft.owner:
        yield Finding("warn", "owner", "没有写负责人，到期没有人会收到提醒")
    if draft.review_on is None:
        yield Finding("warn", "review_on", "没有写复核日")


def _duplicates(draft: Entry, against: Base, now: datetime) -> Iterator[Finding]:
    """Another entry is told of once: with the words that both have, where there are such."""
    same: dict[str, Finding] = {}
    answering: dict[str, Finding] = {}
    for variant in islice(draft.variants, DECIDED):
        decision = against.decide(variant, region=draft.region, now=now)
        column = "question" if variant == draft.question else "paraphrases"
        if decision.elsewhere is not None:
            yield Finding("warn", column, f"“{_short(variant)}”会被当作其他部门的事（{decision.elsewhere.office}）")
        for other in _answering(decision):
            is_same = _same_form(decision, other)
            told = same if is_same else answering
            told.setdefault(other.id, _duplicate(draft, column, variant, other, same=is_same))
    yield from (finding for entry_id, finding in (answering | same).items() if entry_id != draft.id)


def _answering(decision: Decision) -> Iterator[Entry]:
    """The entry that answers, and those in which these very words stand."""
    if decision.kind == "answer":
        yield decision.entries[0].entry
    yield from (scored.entry for scored in decision.entries if _same_form(decision, scored.entry))


def _same_form(decision: Decision, entry: Entry) -> bool:
    return any(each.same_form for each in decision.explanation.standings if each.id == entry.id)


def _duplicate(draft: Entry, column: str, variant: str, other: Entry, *, same: bool) -> Finding:
    if other.region != draft.region:
        said = f"“{_short(variant)}”现在由其他地区范围的条目 {other.id} 答复，发布后本地的优先"
        return Finding("note", column, said, entry_id=other.id)
    if same:
        return Finding("warn", column, f"“{_short(variant)}”与条目 {other.id} 的问法相同", entry_id=other.id)
    return Finding(
        "warn",
        column,
        f"“{_short(variant)}”现在由条目 {other.id}“{_short(other.question)}”答复，请看是否重复",
        entry_id=other.id,
    )


def _alike(draft: Entry, against: Base, now: datetime) -> Iterator[Finding]:
    for other in islice((e for e in against.alike(draft, region=draft.region, now=now) if e.id != draft.id), ALIKE):
        said = f"与条目 {other.id}“{_short(other.question)}”只差一个词，请核对两条的答复没有写反"
        yield Finding("note", "question", said, entry_id=other.id)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
