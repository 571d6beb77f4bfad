"""有答案时告诉我: who wants to hear of an answer says so by this tap alone, and can have it forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.texts import faq as texts
from handlers.texts import privacy as privacy_texts
from knowledge.missed.models import MissedWaiter
from tests.handlers.asking import context_of, said
from tests.handlers.citizens import LOST_CERTIFICATE, Talker
from tests.knowledge.faq.base import entry, service_of

UNKNOWN = "量子纠缠的原理"


def wishes(citizen: Talker) -> list[MissedWaiter]:
    with citizen.sessions() as session:
        return list(session.query(MissedWaiter).order_by(MissedWaiter.asked_at))


def test_an_honest_no_offers_it_and_only_the_tap_keeps_who_asks(citizen: Talker) -> None:
    assert texts.UNKNOWN in citizen.says(UNKNOWN)
    assert citizen.offered[-1] == texts.TELL_ME
    assert wishes(citizen) == []
    answer = citizen.says(texts.TELL_ME)
    assert UNKNOWN in answer
    assert "180天" in answer
    assert "删除我的信息" in answer
    [wish] = wishes(citizen)
    assert (wish.account, wish.citizen, wish.question, wish.region) == ("default", citizen.pseudonym, UNKNOWN, "990100")
    assert citizen.openid.encode() not in (wish.openid_sealed or b"")


@pytest.mark.parametrize("words", ["有答案时告诉我", "有了答案请告诉我一下", "補上後告訴我", "有答案時通知我", "3"])
def test_it_can_be_typed(citizen: Talker, words: str) -> None:
    citizen.says(UNKNOWN, words)
    assert len(wishes(citizen)) == 1


def test_the_same_wish_twice_is_one(citizen: Talker) -> None:
    citizen.says(UNKNOWN, texts.TELL_ME, texts.TELL_ME)
    assert len(wishes(citizen)) == 1


def test_none_of_these_offers_it_for_the_question_that_was_asked() -> None:
    near = [entry(f"L{n}", f"图书室{thing}怎么登记？") for n, thing in enumerate(("桌子", "椅子"))]
    context, _ = context_of(service_of(*near))
    said(context, "图书室登记怎么弄")
    asked = context.conversation.asked
    assert asked is not None
    while texts.NOT_AMONG not in said(context, "都不是"):
        pass
    assert context.conversation.choices[-1].content == texts.TELL_ME
    assert context.conversation.missed == "图书室登记怎么弄"


def test_one_question_of_several_without_an_answer_offers_it_and_two_do_not() -> None:
    context, _ = context_of()
    said(context, "量子纠缠怎么办？年报什么时候报？注销登记要什么材料？")
    assert [each.content for each in context.conversation.choices][-1] == texts.TELL_ME
    assert context.conversation.missed == "量子纠缠怎么办？"
    said(context, "量子纠缠怎么办？黑洞蒸发怎么办？年报什么时候报？注销登记要什么材料？")
    assert texts.TELL_ME not in [each.content for each in context.conversation.choices]


@pytest.mark.parametrize("asked", ["护照丢了去哪里补办", "市公安局有多少编制", "你好", "事业单位法人证书丢了怎么办"])
def test_what_is_answered_otherwise_offers_nothing_to_wait_for(citizen: Talker, asked: str) -> None:
    citizen.says(asked)
    assert texts.TELL_ME not in citizen.offered
    assert citizen.says(texts.TELL_ME) == texts.TELL_WHAT
    assert wishes(citizen) == []


def test_another_question_takes_the_place_of_the_one_before(citizen: Talker) -> None:
    citizen.says(UNKNOWN, "事业单位法人证书丢了怎么办")
    assert citizen.says(texts.TELL_ME) == texts.TELL_WHAT


def test_what_has_been_answered_meanwhile_is_shown_at_once(citizen: Talker) -> None:
    citizen.says(UNKNOWN)
    known = service_of(LOST_CERTIFICATE, entry("Q1", UNKNOWN))
    citizen.services = replace(citizen.services, faq=known)
    assert texts.ANSWERED_NOW in citizen.says(texts.TELL_ME)
    assert citizen.offered == [UNKNOWN]
    assert wishes(citizen) == []


def test_inside_a_form_it_is_no_field_of_it(citizen: Talker) -> None:
    citizen.says(UNKNOWN, "反馈", "投诉", "跳过")
    answer = citizen.says(texts.TELL_ME)
    assert UNKNOWN in answer
    assert citizen.offered == ["继续"]
    assert len(wishes(citizen)) == 1


def test_erasure_knows_of_it_names_it_and_takes_it(citizen: Talker) -> None:
    citizen.says(UNKNOWN, texts.TELL_ME)
    assert "在等答案的问题" in citizen.says("删除我的信息")
    assert privacy_texts.ERASED in citizen.says("确认删除")
    assert wishes(citizen) == []
    assert citizen.says(texts.TELL_ME) == texts.TELL_WHAT  # the talk has forgotten it, too
    assert citizen.says("删除我的信息") == privacy_texts.NOTHING_TO_ERASE


def test_the_privacy_statement_names_it(citizen: Talker) -> None:
    statement = citizen.says("隐私")
    assert texts.TELL_ME in statement
    assert "180天" in statement
    assert "400天" in statement
