"""Answer, offer a choice, or say that nothing fits. Wrong answers cost most, so the bars are high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["answer", "choices", "none"]

# Found by ``python -m knowledge.evaluation.learn`` on the tuning data: the lowest bars at which at most 4 % of all
# questions are answered wrongly. Confidence is a chance between 0 and 1 (see ranking.py).
ANSWER_CONFIDENCE = 0.55
ANSWER_MARGIN = 0.25
CHOICES_CONFIDENCE = 0.30  # of the offered ones together
CHOICE_CONFIDENCE = 0.03  # of each one offered
# Entries that differ by kind (设立/变更/注销) where the question does not say which: only a wide lead answers.
KIND_MARGIN = 0.75
MAX_CHOICES = 3  # more cannot be read at a glance; from the issue
KEPT_CANDIDATES = 5  # what a decision shows of its candidates


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The bars of one decision, shown in its explanation."""

    answer: float = ANSWER_CONFIDENCE
    margin: float = ANSWER_MARGIN
    choices: float = CHOICES_CONFIDENCE
    choice: float = CHOICE_CONFIDENCE
    kind_margin: float = KIND_MARGIN


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate as the decision sees it. ``same_form``: its own words, letter for letter. ``kind_unsaid``: it is one of several kinds and none was named.

    ``kind_clashes``: the question names another kind than the entry's.
    """

    id: str
    confidence: float
    kind_unsaid: bool
    kind_clashes: bool
    same_form: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``offered``: ids to answer with (one) or to choose from (two or three), best first."""

    kind: Kind
    offered: tuple[str, ...]
    reason: str


def decide(standings: Sequence[Standing], thresholds: Thresholds) -> Verdict:
    """``standings`` best first. A confidence of 0 never answers, whatever the bars."""
    same = [each for each in standings if each.same_form and each.confidence > 0]
    if len(same) == 1:
        return Verdict("answer", (same[0].id,), "与知识库中的问法完全相同")
    likely = [each for each in standings if each.confidence > 0 and each.confidence >= thresholds.choice]
    if not likely:
        return Verdict("none", (), "没有候选达到可列出的置信度")
    top = likely[0]
    margin = top.confidence - (likely[1].confidence if len(likely) > 1 else 0.0)
    bar = thresholds.kind_margin if _kind_open(likely) else thresholds.margin
    if top.confidence >= thresholds.answer and margin >= bar and not top.kind_clashes:
        return Verdict("answer", (top.id,), "置信度与领先幅度均达到回答门槛")
    offered = tuple(each.id for each in likely[:MAX_CHOICES])
    together = sum(each.confidence for each in likely[:MAX_CHOICES])
    if together >= thresholds.choices:
        return Verdict("choices", offered, "不足以直接回答,请用户选择")
    return Verdict("none", (), "候选合计置信度不足")


def _kind_open(likely: Sequence[Standing]) -> bool:
    """The best one is one kind among several that are near, and the question names none."""
    return likely[0].kind_unsaid and len(likely) > 1
