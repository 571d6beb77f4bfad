"""Answer, offer a choice, or say that nothing fits. Wrong answers cost most, so the bars are high."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

Kind = Literal["answer", "choices", "none"]

# Found by ``python -m knowledge.evaluation.thresholds`` for a stated share of wrong answers; the file tells how.
THRESHOLDS_FILE = Path(__file__).with_name("thresholds.json")
_BARS: Mapping[str, float] = orjson.loads(THRESHOLDS_FILE.read_bytes())["bars"]

MAX_CHOICES = 3  # more cannot be read at a glance; from the issue
KEPT_CANDIDATES = 5  # what a decision shows of its candidates


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The bars of one decision, shown in its explanation. Confidence is a chance between 0 and 1 (see ranking.py).

    ``answer`` and ``margin``: enough to answer. ``alone``: enough where no other comes near, that is, where the next
    one has at most the share ``rival`` of it; ``unknown_word``: the same where a word of the question is nowhere in the
    base (护照丢了 is not 证书丢了). ``choices``: of the offered ones together; ``choice``: of each one offered.
    """

    answer: float = _BARS["answer"]
    margin: float = _BARS["margin"]
    alone: float = _BARS["alone"]
    rival: float = _BARS["rival"]
    unknown_word: float = _BARS["unknown_word"]
    choices: float = _BARS["choices"]
    choice: float = _BARS["choice"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate as the decision sees it.

    ``kind_clashes``: the question names another kind (设立/变更/注销 …) or number than the entry's.
    ``kind_unsaid``: the entry's own question names a kind, the question none of that sort.
    ``looks_like_best``: it differs from the best one by a kind, a number or a negation, and the question does not say
    which. ``same_form``: these very words are in it. ``barred``: why it may not answer however sure the base is.
    """

    id: str
    confidence: float
    kind_clashes: bool = False
    kind_unsaid: bool = False
    looks_like_best: bool = False
    same_form: bool = False
    barred: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``offered``: ids to answer with (one) or to choose from (two or three), best first."""

    kind: Kind
    offered: tuple[str, ...]
    reason: str


def decide(standings: Sequence[Standing], thresholds: Thresholds, *, unknown_word: bool = False) -> Verdict:
    """``standings`` best first. A confidence of 0 never answers, whatever the bars.

    ``unknown_word``: the question speaks of something that is nowhere in the base; then the bar is higher.
    """
    possible = [each for each in standings if each.confidence > 0]
    same = [each for each in possible if each.same_form]
    if len(same) == 1:
        return Verdict("answer", (same[0].id,), "与知识库中的问法完全相同")
    rival = next((each for each in possible[1:] if each.looks_like_best), None)
    if rival is not None and possible[0].confidence >= thresholds.choices:
        return Verdict("choices", (possible[0].id, rival.id), "与另一条只差类别、数字或否定，问题没有说明是哪一个")
    likely = [each for each in possible if each.confidence >= thresholds.choice][:MAX_CHOICES]
    if not likely or math.fsum(each.confidence for each in likely) < thresholds.choices:
        return Verdict("none", (), "候选的置信度不足")
    reason = _enough(possible, thresholds, unknown_word=unknown_word)
    if reason is not None and not likely[0].kind_clashes and likely[0].barred is None:
        return Verdict("answer", (likely[0].id,), reason)
    why = likely[0].barred if reason is not None else None
    return Verdict("choices", tuple(each.id for each in likely), f"{why or '不足以直接回答'}，请用户选择")


def _enough(possible: Sequence[Standing], thresholds: Thresholds, *, unknown_word: bool) -> str | None:
    """Why the first may answer, or ``None``."""
    first = possible[0].confidence
    second = possible[1].confidence if len(possible) > 1 else 0.0
    if first >= thresholds.answer and first - second >= thresholds.margin:
        return "置信度与领先幅度均达到回答门槛"
    alone = thresholds.unknown_word if unknown_word else thresholds.alone
    if first >= alone and second <= thresholds.rival * first and not possible[0].kind_unsaid:
        return "没有相近的其他条目，置信度达到单独回答门槛"
    return None
