"""The fast way ranks and decides as the definition does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.faq.entry import Entry
from knowledge.faq.words import WORDS_FOLDER, committed_reader
from knowledge.search.decision import KEPT_CANDIDATES, Thresholds, decide
from tests.conftest import NOON
from tests.knowledge.faq.base import index_folder, service_of
from tests.knowledge.faq.reference import Reference

ALIKE = 2e-4  # the index adds in single precision

MATTERS = st.sampled_from(
    [
        "设立登记",
        "变更登记",
        "注销登记",
        "法人证书",
        "证书遗失",
        "证书损坏",
        "年度报告",
        "第3批名单",
        "第5批名单",
        "公章",
        "域名",
        "12310",
        "12345",
    ]
)
ASKED = st.sampled_from(
    [
        "要什么材料",
        "多久能办好",
        "去哪里办",
        "要不要钱",
        "不办会怎样",
        "怎么办理",
        "是什么",
        "能不能代办",
        "",
        "填错了怎么改",
    ]
)
QUESTIONS = st.builds("".join, st.tuples(MATTERS, ASKED))
ANSWERS = st.lists(QUESTIONS, min_size=1, max_size=6).map(
    lambda parts: "按规定办理：" + "。请注意，".join(parts) + "。"
)
ENTRIES = st.lists(
    st.tuples(st.lists(QUESTIONS, min_size=1, max_size=4, unique=True), ANSWERS, st.sampled_from(["", "登记", "证书"])),
    min_size=1,
    max_size=9,
)


@settings(max_examples=25, deadline=None)
@given(base=ENTRIES, asked=st.lists(QUESTIONS, min_size=1, max_size=4))
def test_the_index_and_the_bits_rank_and_decide_as_the_definition_does(
    base: list[tuple[list[str], str, str]], asked: list[str]
) -> None:
    entries = [
        Entry(id=f"e{at}", question=variants[0], paraphrases=tuple(variants[1:]), answer=answer, category=category)
        for at, (variants, answer, category) in enumerate(base)
    ]
    service, reader = service_of(*entries), committed_reader(index_folder() / WORDS_FOLDER)
    reference = Reference(entries, reader)
    for question in asked:
        decision = service.decide(question, region=None, now=NOON)
        seen = decision.explanation
        assume(not seen.mended)  # a slip of spelling is mended before the matching begins
        slow = reference.ranked(reader.read(seen.form))
        by_id = {entry_id: (sure, features) for entry_id, sure, features in slow}
        assert len(seen.candidates) == min(KEPT_CANDIDATES, len(slow))
        assert [c.confidence for c in seen.candidates] == pytest.approx([sure for _, sure, _ in slow[:5]], abs=ALIKE)
        for candidate in seen.candidates:
            assert candidate.features == pytest.approx(by_id[candidate.entry_id][1], abs=ALIKE)
        standings = [replace(one, confidence=by_id[one.id][0]) for one in seen.standings]
        possible = {
            decide(standings, bars(shift), unknown_word=seen.unknown_word).kind for shift in (-ALIKE, 0.0, ALIKE)
        }
        assert decision.kind in possible


def bars(shift: float) -> Thresholds:
    """Those in use, moved by what the sums may differ by."""
    used = Thresholds()
    return replace(
        used,
        answer=used.answer + shift,
        alone=used.alone + shift,
        choices=used.choices + shift,
        margin=used.margin + shift,
    )
