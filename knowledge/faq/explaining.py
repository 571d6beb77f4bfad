"""How a question was understood, as plain data for people: the same for ``ask --explain`` and the console's bench.

Shown to whoever asked and never kept: it holds the question itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from knowledge.faq.decision import Decision, ExplainedCandidate, Explanation
from knowledge.faq.entry import Entry
from knowledge.faq.follow_up import Part
from knowledge.faq.service import FaqService
from knowledge.faq.several import Understood, understand
from knowledge.search.decision import Thresholds
from knowledge.search.features import Features
from knowledge.text.deidentify import without_names
from knowledge.text.normalised import normalised

DECIDED = {"answer": "直接回答", "choices": "请对方选择", "none": "不回答", "sensitive": "按敏感问题答复"}


@dataclass(frozen=True, slots=True)
class Section:
    """``rows``: (step, value) in the order in which things happened; plain text, Chinese labels."""

    title: str
    rows: tuple[tuple[str, str], ...]


def explain(
    service: FaqService, question: str, *, region: str | None, now: datetime, after: Entry | None = None
) -> tuple[Section, ...]:
    """What the account of this region does with the message, and every step to there.

    ``after``: the entry that answered last, for a question that may lean on it.
    """
    understood = understand(service, question, region=region, now=now, after=after)
    if not understood.several:
        [part] = understood.parts
        return (*_leaning(part), *explained(part.decision))
    sections = [_apart(understood)]
    for number, part in enumerate(understood.parts, start=1):
        for section in (*_leaning(part), *explained(part.decision)):
            sections.append(Section(f"问题{number} {section.title}", section.rows))
    return tuple(sections)


def explained(decision: Decision) -> tuple[Section, ...]:
    """The sections of one decision: how it was read, each candidate, what was decided and why."""
    explanation = decision.explanation
    candidates = tuple(_candidate(place, candidate) for place, candidate in enumerate(explanation.candidates, start=1))
    return (_read(explanation), *candidates, _decided(explanation))


def _apart(understood: Understood) -> Section:
    rows = [(f"问题{number}", part.question) for number, part in enumerate(understood.parts, start=1)]
    rows += [("留待点选", question) for question in understood.left]
    return Section("一条消息，几个问题", tuple(rows))


def _leaning(part: Part) -> tuple[Section, ...]:
    if part.about is None:
        return ()
    rows = (("上一条", f"{part.about.id} {part.about.question}"), ("按此查找", part.read_as))
    return (Section("接着上一条问", rows),)


def _read(explanation: Explanation) -> Section:
    rows = (
        ("原问题", explanation.question),
        ("规范形式", explanation.form),
        *([("改正", _shown_changes(explanation))] if explanation.mended else []),
        ("词语", " ".join(explanation.words)),
        ("问的方面", " ".join(explanation.aspects)),
        ("类别词", " ".join(explanation.kinds)),
    )
    return Section("读懂问题", rows)


def _candidate(place: int, candidate: ExplainedCandidate) -> Section:
    rows = (
        ("条目", f"{candidate.entry_id} {candidate.question}"),
        ("置信度", f"{candidate.confidence:.3f}（召回分 {candidate.retrieval:.2f}）"),
        ("特征", _shown(candidate.features)),
    )
    return Section(f"候选{place}", rows)


def _decided(explanation: Explanation) -> Section:
    bars = explanation.thresholds
    rows = (
        ("都不是的可能", f"{explanation.none_confidence:.3f}"),
        ("领先幅度", f"{explanation.margin:.3f}"),
        ("门槛", _shown_bars(bars)),
        ("决定", DECIDED[explanation.decision]),
        ("理由", explanation.reason),
        ("知识库版本", explanation.base_version),
    )
    return Section("决定", rows)


def _shown_changes(explanation: Explanation) -> str:
    """Each slip as it was typed, and what it was taken to mean."""
    found = normalised(without_names(explanation.question))
    return "，".join(f"{found.shown(change.start, change.end)} → {change.meant}" for change in explanation.mended)


def _shown(features: Features) -> str:
    """Those that are not zero."""
    return " ".join(f"{name}={value:.2f}" for name, value in features._asdict().items() if value)


def _shown_bars(bars: Thresholds) -> str:
    return (
        f"回答≥{bars.answer} 领先≥{bars.margin}；无相近条目（次位≤首位×{bars.rival}）≥{bars.alone}，"
        f"有未知词时≥{bars.unknown_word}；选择合计≥{bars.choices} 每条≥{bars.choice}"
    )
