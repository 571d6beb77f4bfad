"""What only looks like a name, or asks about a procedure, is the base's."""

from __future__ import annotations

from importlib.resources import files

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.account import Account
from handlers.institutions import confident_name, without_name
from handlers.institutions.finding import looked_up, may_be_name
from handlers.institutions.shapes import NAME_END
from handlers.texts import institutions as texts
from knowledge.institutions.service import InstitutionService
from tests.handlers.build import make_context, make_services
from tests.handlers.institutions.talk import COUNTY, Talk, Whole
from tests.knowledge.faq.base import starter_service


def test_bare_words_about_a_report_are_left_to_the_faq_without_a_card(talk: Talk) -> None:
    assert talk("年度报告") is None
    assert texts.FORGOTTEN in (talk("它的年度报告") or "")
    assert texts.FORGOTTEN in (talk("导航") or "")


@pytest.mark.parametrize("question", [
    "法人证书丢了怎么办", "变更登记", "年度报告什么时候报", "学校是事业单位吗", "你们的电话",
    "查一下变更登记要什么材料", "单位地址", "事业单位法人证书有效期", "登记管理机关在哪里", "编办电话多少", "谢谢",
    "登记管理局在哪", "编办地址", "你们地址在哪", "事业单位登记管理局怎么走",
    "窗口在什么地方", "办事大厅电话是多少",
    "举报电话", "学校", "事业单位", "学校地址",
    "12345", "公益一类是什么",
])  # fmt: skip
def test_a_question_about_procedures_is_left_to_the_faq(talk: Talk, question: str) -> None:
    assert talk(question) is None
    assert not confident_name(talk.context, question)


def test_no_question_of_the_starter_base_is_taken_for_an_institution(talk: Talk) -> None:
    starter = files("knowledge.faq").joinpath("data/starter.jsonl")
    rows = [orjson.loads(line) for line in starter.read_bytes().splitlines()]
    questions = [question for row in rows for question in (row["question"], *row.get("paraphrases", ()))]
    assert [question for question in questions if talk(question) is not None] == []


@pytest.mark.parametrize("words", ["公安局地址", "市公安局在哪", "公安局电话是多少", "信访局地址", "人社局电话"])
def test_a_place_that_neither_register_nor_base_knows_is_said_to_be_unknown(
    register: InstitutionService, words: str
) -> None:
    """Public, and so answered honestly: no choice between questions that have nothing to do with it."""
    talk = Talk(make_context(account=COUNTY, services=make_services(institutions=register, faq=starter_service())))

    assert "没有找到“" in (talk(words) or "")
    assert talk.context.conversation.choices == []


@pytest.mark.parametrize("words", ["遗失补办", "挂标去哪办", "附近的医院", "人社局", "图书馆", "单位变更住所"])
def test_what_only_ends_like_a_name_is_left_to_the_base(register: InstitutionService, words: str) -> None:
    nowhere = Account(name="nowhere", app_id="wx0123456789abcdef")
    talk = Talk(make_context(account=nowhere, services=make_services(institutions=register, faq=starter_service())))

    assert "没有找到" not in (talk(words) or "")


@pytest.mark.parametrize(
    "words",
    ["编办电话", "县编办地址", "登记窗口在哪", "政务服务大厅地址", "你们办公室在哪", "公安局有多少编制"],
)
def test_whose_counter_or_phone_is_our_own_matter_is_left_to_the_base(register: InstitutionService, words: str) -> None:
    talk = Talk(make_context(account=COUNTY, services=make_services(institutions=register, faq=starter_service())))

    assert talk(words) is None


@settings(suppress_health_check=list(HealthCheck), max_examples=300, deadline=None)
@given(st.text(st.sampled_from("示例县第一二中学人民医院图书馆路号1１门槛高不"), min_size=2, max_size=10))
def test_what_is_let_go_without_a_look_up_would_have_been_declined_after_it(
    register: InstitutionService, words: str
) -> None:
    context = make_context(account=COUNTY, services=make_services(institutions=register))
    taken = confident_name(context, words)
    if taken or NAME_END.fullmatch(words) or may_be_name(register, words):
        return
    found = looked_up(context, words, local=True)
    assert not any(hit.exact or hit.complete or hit.matched_on == "address" for hit in found.hits[:1])


def test_a_text_is_looked_up_where_all_its_signs_stand_in_names_and_let_go_where_one_does_not(
    register: InstitutionService,
) -> None:
    assert may_be_name(register, "示例县档案")
    assert not may_be_name(register, "示例县档案的门槛高不高")


@pytest.mark.parametrize("typed", ["shiye danwei", "bianzhi", "主销登记", "变更登计", "法人正书", "hello"])
def test_a_slip_in_a_question_stays_the_base_s(talk: Talk, typed: str) -> None:
    assert talk(typed) is None


@pytest.mark.parametrize(
    ("asked", "without"),
    [
        ("示例县第一中学改名要什么材料", "改名要什么材料"),
        ("示例县第一中学变更法定代表人要什么材料", "变更法定代表人要什么材料"),
        ("示例县第一中学的证书丢了怎么办", "证书丢了怎么办"),
        ("示例县图书馆法人证书快到期了怎么换", "法人证书快到期了怎么换"),
    ],
)
def test_a_matter_of_the_base_is_answered_as_without_the_name(whole: Whole, asked: str, without: str) -> None:
    answer = whole(asked)
    whole.context.conversation.said = None
    assert "【示例县" not in answer
    assert answer == whole(without)


def test_a_question_that_the_base_answers_whole_keeps_its_name(whole: Whole) -> None:
    assert without_name(whole.context, "事业单位法人证书丢了怎么办") == "事业单位法人证书丢了怎么办"
    assert without_name(whole.context, "示例县图书馆有多少编制") == "示例县图书馆有多少编制"


@pytest.mark.parametrize("asked", ["找谁办", "查谁办", "入编找谁办", "看看哪里能办"])
def test_a_word_that_asks_is_not_looked_up_as_a_name(whole: Whole, asked: str) -> None:
    assert "没有找到“" not in whole(asked)
