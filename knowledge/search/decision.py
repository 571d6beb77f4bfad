"""Answer, offer a choice, or say that nothing fits. Wrong answers cost most, so the bars are high."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["answer", "choices", "none"]

# Read off a grid over the tuning data (two service bases with their queries, ours with each paraphrase left out in
# turn): the lowest bars at which 4 to 5 % of all questions are answered wrongly. Wrong at these bars: 1.2 % Shenzhen,
# 4.6 % Tianchi, 4.7 % ours. Confidence is a chance between 0 and 1 (see ranking.py).
ANSWER_CONFIDENCE = 0.80
ANSWER_MARGIN = 0.30
CHOICES_CONFIDENCE = 0.30  # of the offered ones together
CHOICE_CONFIDENCE = 0.02  # of each one offered
UNKNOWN_WORD_CONFIDENCE = 0.80  # where a word of the question is nowhere in the base: 护照丢了 is not 证书丢了
MAX_CHOICES = 3  # more cannot be read at a glance; from the issue
KEPT_CANDIDATES = 5  # what a decision shows of its candidates


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The bars of one decision, shown in its explanation."""

    answer: float = ANSWER_CONFIDENCE
    margin: float = ANSWER_MARGIN
    choices: float = CHOICES_CONFIDENCE
    choice: float = CHOICE_CONFIDENCE
    unknown_word: float = UNKNOWN_WORD_CONFIDENCE


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate as the decision sees it.

    ``kind_clashes``: the question names another kind (设立/变更/注销 …) than the entry's. ``looks_like_best``: it asks
    what the best one asks, of another kind, and the question names none. ``same_form``: these very words are in it.
    """

    id: str
    confidence: float
    kind_clashes: bool = False
    looks_like_best: bool = False
    same_form: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``offered``: ids to answer with (one) or to choose from (two or three), best first."""

    kind: Kind
    offered: tuple[str, ...]
    reason: str


def decide(standings: Sequence[Standing], thresholds: Thresholds, *, unknown_word: bool = False) -> Verdict:
    """``standings`` best first. A confidence of 0 never answers, whatever the bars.

    ``unknown_word``: the question speaks of something that is nowhere in the base; then only the high bar answers.
    """
    possible = [each for each in standings if each.confidence > 0]
    same = [each for each in possible if each.same_form]
    if len(same) == 1:
        return Verdict("answer", (same[0].id,), "与知识库中的问法完全相同")
    rival = next((each for each in possible[1:] if each.looks_like_best), None)
    if rival is not None and possible[0].confidence >= thresholds.choices:
        return Verdict("choices", (possible[0].id, rival.id), "与另一条只差类别，问题没有说明是哪一类")
    likely = [each for each in possible if each.confidence >= thresholds.choice][:MAX_CHOICES]
    if not likely or math.fsum(each.confidence for each in likely) < thresholds.choices:
        return Verdict("none", (), "候选的置信度不足")
    bar = thresholds.unknown_word if unknown_word else thresholds.answer
    margin = likely[0].confidence - (likely[1].confidence if len(likely) > 1 else 0.0)
    if likely[0].confidence >= bar and margin >= thresholds.margin and not likely[0].kind_clashes:
        return Verdict("answer", (likely[0].id,), "置信度与领先幅度均达到回答门槛")
    return Verdict("choices", tuple(each.id for each in likely), "不足以直接回答，请用户选择")
