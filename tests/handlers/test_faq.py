"""What a citizen reads after a question in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from bot.replies import TEXT_LIMIT_BYTES
from handlers import faq
from handlers.texts import faq as texts
from knowledge.faq.entry import Basis, Entry
from knowledge.faq.gaps import open_gaps
from knowledge.faq.questions import Question, save_questions
from tests.handlers.asking import BUREAU, context_of, last_said, said
from tests.knowledge.faq.base import entry, service_of, starter_service


def test_a_lost_certificate_is_answered_with_phone_basis_and_what_to_do_next() -> None:
    context, kept = context_of()
    answer = said(context, "事业单位法人证书丢了怎么办")
    assert "补领" in answer
    assert "0516-80000000" in answer
    assert "依据：《事业单位登记管理暂行条例实施细则》（2014年）" in answer
    assert texts.NEXT in answer
    assert "{{" not in answer
    assert last_said(context) == ("ZS04", "1")
    assert [choice.content for choice in context.conversation.choices] != []
    [record] = kept.records
    assert (record.decision, record.entry_id, record.text) == ("answer", "ZS04", "事业单位法人证书丢了怎么办")
    assert record.base_version == "1"


def test_the_article_is_shown_only_where_it_is_confirmed_and_doubt_is_said() -> None:
    basis = (Basis("某条例（2020年）", "第三条"), Basis("某办法", ""))
    sure = entry("a", "甲事怎么办？", basis=basis, verified=True, article_confirmed=True)
    unsure = entry("b", "乙事多久办完？", basis=basis, verified=False, article_confirmed=False)
    assert faq.answer_text(sure, BUREAU)[0].endswith("依据：《某条例》（2020年）第三条；《某办法》")
    told = faq.answer_text(unsure, BUREAU)[0]
    assert "第三条" not in told
    assert told.endswith("以登记管理机关答复为准。")


def test_an_entry_with_a_fact_missing_gives_the_contact_and_shows_staff_the_gap(session: Session) -> None:
    context, kept = context_of(bureau={"bureau_phone": "0516-80000000"})
    answer = said(context, "年度报告网上填报的流程是什么？")
    assert "{{" not in answer
    assert "0516-80000000" in answer
    assert "本号暂未登记" in answer
    save_questions(session, kept.records)
    gaps = open_gaps(session, account="default")
    assert [(gap.entry_id, gap.placeholder) for gap in gaps] == [("NB04", "registration_system")]


def test_a_bureaus_fact_is_told_as_the_answers_write_it() -> None:
    promised = entry("a", "甲事多久办完？", answer="承诺时限为{{promise_days}}，电话{{bureau_phone}}。")
    told = faq.answer_text(promised, {"promise_days": "10 个工作日", "bureau_phone": "0516 8000 0000"})[0]
    assert told.startswith("承诺时限为10个工作日，电话0516 8000 0000。")


def test_the_starter_speaks_of_a_phone_in_a_sentence_and_of_no_menu_that_we_have_not() -> None:
    for found in starter_service()._live.matching.entries.values():
        bare = re.search(r"为准：\{\{|沟通：\{\{|(?:与|[可先或]向|“|关联系)\{\{bureau_phone", found.answer)
        assert bare is None, found.id
        assert re.search(r"“(?:投诉建议|业务提醒|办件查询)”", found.answer) is None, found.id


def test_without_any_fact_the_citizen_is_sent_to_the_counter() -> None:
    context, _ = context_of(bureau={})
    answer = said(context, "法人证书丢失了怎么补领？")
    assert "窗口" in answer
    assert "{{" not in answer


@pytest.mark.parametrize("bureau", [{}, {"bureau_phone": "1"}, BUREAU])
def test_no_answer_of_the_base_shows_a_placeholder_or_is_dropped_by_wechat(bureau: Mapping[str, str]) -> None:
    service = starter_service()
    for found in service._live.matching.entries.values():
        context, _ = context_of(bureau=bureau)
        answer = said(context, found.question)
        assert "{{" not in answer
        assert len(answer.encode()) <= TEXT_LIMIT_BYTES


def test_an_open_question_offers_at_most_three_and_none_of_these() -> None:
    context, kept = context_of()
    answer = said(context, "登记需要什么材料")
    offered = [choice.content for choice in context.conversation.choices]
    assert texts.WHICH in answer
    assert 2 <= len(offered) - 1 <= 3
    assert offered[-1] == "都不是"
    assert kept.records[0].decision == "choices"
    tapped = said(context, offered[0])
    assert texts.WHICH not in tapped


def test_the_unknown_is_admitted_remembered_and_handed_on(sessions: sessionmaker[Session]) -> None:
    context, kept = context_of(sessions=sessions)
    answer = said(context, "我叫张小三，电话13812345678，奖状丢了去哪里补办呀")
    assert texts.UNKNOWN in answer or texts.WHICH in answer
    assert texts.PERSONAL in answer
    context, kept = context_of(sessions=sessions)
    answer = said(context, "量子纠缠13812345678")
    assert texts.UNKNOWN in answer
    assert [choice.content for choice in context.conversation.choices] == ["人工", "反馈", "有答案时告诉我"]
    with sessions() as session:
        save_questions(session, kept.records)
        session.commit()
        [missed] = session.query(Question)
        assert missed.text == "量子纠缠〔电话〕"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("市公安局有多少编制", "此类信息不便在网络渠道提供，请通过规定渠道与0516-80000000联系。"),
        ("全市各部门编制总数", "此类信息不便在网络渠道提供，请通过规定渠道与0516-80000000联系。"),
        ("教育局还有多少空编", "20个工作日"),
    ],
)
def test_the_sensitive_gets_the_fixed_words_and_is_not_kept(question: str, expected: str) -> None:
    context, kept = context_of()
    answer = said(context, question)
    assert expected in answer
    assert question not in answer
    assert [(record.decision, record.text, record.entry_id) for record in kept.records] == [("sensitive", "", None)]


@pytest.mark.parametrize(
    ("words", "kind"), [("你好", "greeting"), ("谢谢", "thanks"), ("你是谁", "who"), ("9", "talk")]
)
def test_small_talk_gets_a_kind_line(words: str, kind: str) -> None:
    context, kept = context_of()
    assert said(context, words) == texts.CHITCHAT[kind]
    assert [(record.decision, record.text) for record in kept.records] == [("chitchat", "")]


def test_a_matter_of_another_office_is_told_where_to_go_and_is_no_missed_question() -> None:
    context, kept = context_of()
    answer = said(context, "社保卡怎么补办")
    assert "人力资源社会保障部门" in answer
    assert {"12333", "12345"} <= set(re.findall(r"\d{5}", answer))
    assert [(record.decision, record.entry_id) for record in kept.records] == [("elsewhere", None)]


@pytest.mark.parametrize("words", ["13800000000", "+86 138 0000 0000", "0516-80000000。", "320301199001011234"])
def test_a_bare_number_of_somebody_is_not_kept_and_told_kindly_not_to_be_sent(words: str) -> None:
    context, kept = context_of()
    assert said(context, words) == texts.ONLY_NUMBERS
    assert kept.records == []


@pytest.mark.parametrize(
    "words", ["跳過", "跳过", "確認", "确认提交", "上一步", "取消反饋", "匿名", "咋整", "奖状", "电话13800000000"]
)
def test_noise_of_the_talk_is_no_missed_question(words: str) -> None:
    context, kept = context_of()
    assert "已记下" not in said(context, words)
    assert [record for record in kept.records if record.decision in ("none", "choices")] == []


def test_a_question_in_traditional_signs_is_kept_as_it_was_asked() -> None:
    context, kept = context_of()
    said(context, "量子糾纏怎麼辦")
    assert [record.text for record in kept.records] == ["量子糾纏怎麼辦"]


def test_thanks_for_a_useful_answer_is_taken() -> None:
    context, _ = context_of()
    said(context, "法人证书丢失了怎么补领？")
    assert said(context, "有用") == texts.USEFUL


def test_an_expired_entry_is_not_spoken() -> None:
    gone = entry("a", "老办法怎么办理？", answer="旧的答复", valid_until=date(2020, 1, 1))
    context, _ = context_of(service_of(gone, entry("b", "年度报告什么时候报？")))
    assert "旧的答复" not in said(context, "老办法怎么办理？")


def test_a_long_answer_waits_behind_more() -> None:
    long = entry("a", "长答复的问题怎么办？", answer="很长的一句话。" * 400, verified=True)
    context, _ = context_of(service_of(long))
    assert "更多" in said(context, "长答复的问题怎么办？")
    assert context.conversation.rest


@pytest.mark.parametrize(
    "strange", ["啊" * 10_000, "‮法人证", "<a href='x'>点</a>", "{{bureau_phone}}", "{question}", "🀄🀄"]
)
def test_strange_words_are_answered_somehow(strange: str) -> None:
    context, _ = context_of()
    assert said(context, strange)


BUREAUS: Any = st.dictionaries(st.sampled_from(sorted(BUREAU)), st.text(max_size=10), max_size=4)


@settings(deadline=None)
@given(answer=st.text(min_size=1, max_size=80), bureau=BUREAUS)
def test_no_known_placeholder_is_ever_left_in_an_answer(answer: str, bureau: dict[str, str]) -> None:
    filled, missing = faq.answer_text(
        Entry(id="a", question="问", answer=f"{answer}{{{{bureau_phone}}}}"), {**bureau, "bureau_address": "路"}
    )
    assert re.search(r"\{\{bureau_phone\}\}", filled) is None or "{{bureau_phone}}" in bureau.get("bureau_phone", "")
    assert bool(missing) >= (not bureau.get("bureau_phone"))
