"""Slips are made the same way every time, one in each question."""

from __future__ import annotations

import pytest

from knowledge.evaluation.damage import damaged
from knowledge.evaluation.damage_kind import DamageKind
from knowledge.text.pinyin import near_syllable, readings
from knowledge.text.shapes import look_alikes
from knowledge.text.words import Segmenter
from tests.knowledge.faq.base import index_folder

QUESTIONS = ("事业单位法人证书丢了怎么补办", "年度报告什么时候交", "换了法定代表人要办什么", "网上名称到期")


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter(cache_folder=index_folder() / "words")


@pytest.mark.parametrize("kind", DamageKind)
def test_the_same_question_slips_the_same_way(kind: DamageKind, segmenter: Segmenter) -> None:
    made = [damaged(question, kind, segmenter=segmenter) for question in QUESTIONS]
    assert made == [damaged(question, kind, segmenter=segmenter) for question in QUESTIONS]
    assert any(slipped != question for slipped, question in zip(made, QUESTIONS, strict=True))


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_sign_is_heard_as_another_of_the_same_or_a_near_sound(question: str, segmenter: Segmenter) -> None:
    slipped = damaged(question, DamageKind.PINYIN, segmenter=segmenter)
    ((meant, typed),) = [pair for pair in zip(question, slipped, strict=True) if pair[0] != pair[1]]
    assert near_syllable(readings(typed)[0]) == near_syllable(readings(meant)[0])


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_sign_is_read_as_another_of_a_similar_shape(question: str, segmenter: Segmenter) -> None:
    slipped = damaged(question, DamageKind.SHAPE, segmenter=segmenter)
    ((meant, typed),) = [pair for pair in zip(question, slipped, strict=True) if pair[0] != pair[1]]
    assert typed in look_alikes(meant)


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_word_is_typed_in_letters(question: str, segmenter: Segmenter) -> None:
    slipped = damaged(question, DamageKind.LETTERS, segmenter=segmenter)
    assert sum(sign.isascii() and sign.isalpha() for sign in slipped) >= 3


@pytest.mark.parametrize("kind", DamageKind)
def test_where_nothing_can_slip_the_question_stays(kind: DamageKind, segmenter: Segmenter) -> None:
    assert damaged("ICP 12310?", kind, segmenter=segmenter) == "ICP 12310?"
