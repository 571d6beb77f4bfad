"""What differs between two states of an entry."""

from __future__ import annotations

import time
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.curation.diff import Part, diff, parts_of
from knowledge.faq.entry import Basis
from tests.knowledge.faq.base import entry

BEFORE = entry("K1", "设立登记要多久？", answer="受理后30日内办结。", paraphrases=("多久办好", "几天"))


@given(st.text(alphabet="设立登记30日 a-\n", max_size=40), st.text(alphabet="设立变更20日 a-\n", max_size=40))
def test_the_parts_make_both_texts(before: str, after: str) -> None:
    parts = parts_of(before, after)
    assert "".join(part.text for part in parts if part.kind != "added") == before
    assert "".join(part.text for part in parts if part.kind != "removed") == after
    assert all(part.text for part in parts)


def test_a_changed_number_is_shown_whole() -> None:
    (changed,) = diff(BEFORE, replace(BEFORE, answer="受理后20日内办结。"))
    assert changed.column == "answer"
    assert [(part.kind, part.text) for part in changed.parts] == [
        ("same", "受理后"),
        ("removed", "30"),
        ("added", "20"),
        ("same", "日内办结。"),
    ]


def test_variants_and_basis_are_compared_item_by_item() -> None:
    after = replace(BEFORE, paraphrases=("几天", "要几天办好"), basis=(Basis("条例", "第五条"),))
    variants, basis = diff(BEFORE, after)
    assert variants.listed
    assert variants.parts == (Part("removed", "多久办好"), Part("same", "几天"), Part("added", "要几天办好"))
    assert basis.parts == (Part("added", "条例 第五条"),)


def test_equal_states_have_no_difference_whatever_their_version() -> None:
    assert diff(BEFORE, replace(BEFORE, version=7)) == ()


def test_a_new_entry_is_all_added() -> None:
    changes = diff(None, BEFORE)
    assert [changed.column for changed in changes[:3]] == ["question", "paraphrases", "answer"]
    assert all(part.kind == "added" for changed in changes for part in changed.parts)


def test_two_long_texts_without_a_common_line_are_compared_in_no_time() -> None:
    before, after = "".join(f"甲{n}乙" for n in range(1600)), "".join(f"乙{n}丙" for n in range(1600))
    started = time.process_time()
    parts = parts_of(before, after)
    assert time.process_time() - started < 2
    assert "".join(part.text for part in parts if part.kind != "removed") == after
