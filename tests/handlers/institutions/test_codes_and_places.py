"""Credit codes, certificate numbers and places instead of names."""

from __future__ import annotations

import pytest

from bot.messages import UnreadablePlace
from bot.replies import Text
from bot.router import dispatch
from handlers.routers import ROUTERS
from handlers.texts import institutions as texts
from knowledge.institutions.sample import CENTRE
from tests.conftest import NOON
from tests.handlers.build import OPENID, make_context
from tests.handlers.institutions.talk import Talk


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("示例县城关镇示例路1号", "示例县第一中学"),
        ("城关镇示例路1号", "示例县第一中学"),
        ("城关镇示例路一号", "示例县第一中学"),
        ("示例省示例县城关镇示例路1号", "示例县第一中学"),
        ("查一下城关镇示例路2号", "示例县第二中学"),
        ("城关镇示例路1号是什么单位", "示例县第一中学"),
    ],
)
def test_a_typed_address_finds_who_is_there(talk: Talk, asked: str, name: str) -> None:
    answer = talk(asked) or ""
    assert f"找到：{name}。" in answer
    assert f"【{name}】" in answer


def test_an_address_of_several_is_asked_about_and_one_in_another_county_is_not_taken(talk: Talk) -> None:
    assert texts.WHICH_AT_ADDRESS in (talk("城关镇示例路") or "")
    assert talk("白石县城关镇示例路1号") is None


@pytest.mark.parametrize(
    "typed",
    [
        "12100000400000624D",
        "1210 0000 4000 0062 4d",
        "１２１０００００４０００００６２４Ｄ",
        "代码12100000-4OOOO0624-D是哪家",
    ],
)
def test_a_code_is_found_however_it_is_typed(talk: Talk, typed: str) -> None:
    assert "【清华大学】" in (talk(typed) or "")


def test_a_wrong_check_digit_is_explained_and_the_right_code_offered(talk: Talk) -> None:
    answer = talk("12100000400000624E") or ""
    assert "您发的是 E，按规则应为 D" in answer
    assert "【清华大学】" in (talk("1") or "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12330000470533493L", "按规则应为 8"),
        ("121000009999999996", "第 17 位"),
        ("12100000400000624", "您发的是 17 位"),
        ("事证第999999999999号", "没有找到证书号"),
    ],
)
def test_a_number_that_is_not_there_is_explained(talk: Talk, typed: str, said: str) -> None:
    assert said in (talk(typed) or "")


def test_an_old_certificate_number_finds_its_holder(talk: Talk) -> None:
    assert "【示例县第一中学】" in (talk("事证第990101000001号") or "")


def test_an_identity_number_is_not_taken_for_a_code(talk: Talk) -> None:
    assert talk("12010119900101123X") is None


def test_a_place_gets_the_institutions_around_it(talk: Talk) -> None:
    answer = talk.send_place(*CENTRE) or ""
    assert texts.NEARBY in answer
    assert len(talk.context.conversation.choices) == 5
    assert "【示例" in (talk("1") or "")


def test_a_place_far_from_everything_is_told_so_and_what_to_do_next(talk: Talk) -> None:
    answer = talk.send_place(39.9, 116.4) or ""
    assert answer == texts.NOTHING_NEAR.format(kilometres=50)
    assert "单位名称" in answer
    assert talk.context.conversation.choices == []


def test_a_place_that_cannot_be_read_is_answered_kindly(talk: Talk) -> None:
    message = UnreadablePlace(to_account="gh", openid=OPENID, sent_at=NOON, message_id=2)
    assert dispatch(ROUTERS, message, talk.context) == Text(texts.PLACE_UNREADABLE)


def test_without_any_coordinates_a_place_gets_a_kind_sentence() -> None:
    assert Talk(make_context()).send_place(*CENTRE) == texts.NOWHERE
