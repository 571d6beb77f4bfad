"""What surrounds an answer: ratings, what leans on it, several questions at once, and choices that were not it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.replies import TEXT_LIMIT_BYTES, Text
from bot.router import dispatch
from handlers import faq
from handlers.answering import fits, next_piece, say
from handlers.conversation import Choice
from handlers.texts import faq as texts
from tests.handlers.asking import BUREAU, context_of, last_said, said, taps_of
from tests.handlers.build import text
from tests.knowledge.faq.base import entry, service_of, starter_service

HEAPS = st.lists(
    st.sampled_from(["法人证书丢了怎么补办", "年报什么时候报", "登记需要什么材料", "量子纠缠怎么办", "你好"]),
    max_size=6,
)


def test_useless_goes_to_the_curators_with_entry_and_version_and_only_after_an_answer() -> None:
    context, kept = context_of()
    assert texts.USELESS not in said(context, "没用")
    said(context, "法人证书丢失了怎么补领？")
    assert texts.USELESS in said(context, "没用")
    last = kept.records[-1]
    assert (last.decision, last.entry_id, last.base_version) == ("useless", "ZS04", "1")
    assert last.text == "法人证书丢失了怎么补领？"


def test_useless_after_choices_is_none_of_these_and_keeps_the_question_as_missed() -> None:
    context, kept = context_of()
    said(context, "法人证书丢失了怎么补领？")
    said(context, "登记需要什么材料")
    said(context, "没用")
    last = kept.records[-1]
    assert (last.decision, last.text, last.entry_id) == ("useless", "登记需要什么材料", None)


def test_useless_after_what_another_topic_offered_is_not_about_the_question_before() -> None:
    context, kept = context_of()
    said(context, "登记需要什么材料")
    say(context, "另一件事", [Choice("甲", "甲")])
    said(context, "没用")
    assert [record.decision for record in kept.records] == ["choices", "chitchat"]


@pytest.mark.parametrize("words", ["有用", "有幫助", "解决了"])
def test_thanks_are_taken_wherever_they_are_said(words: str) -> None:
    context, kept = context_of()
    assert said(context, words) == texts.USEFUL
    assert kept.records == []


def test_every_answer_offers_both_ratings_with_entry_and_version() -> None:
    context, _ = context_of()
    answer = said(context, "法人证书丢失了怎么补领？")
    assert taps_of(answer)[:2] == ["有用（ZS04@1）", "没用（ZS04@1）"]


def test_a_tap_under_an_earlier_answer_is_about_that_answer() -> None:
    context, kept = context_of()
    useless = taps_of(said(context, "法人证书丢失了怎么补领？"))[1]
    said(context, "年度报告什么时候报？")
    assert texts.USELESS in said(context, useless)
    last = kept.records[-1]
    assert (last.decision, last.entry_id, last.base_version) == ("useless", "ZS04", "1")


def test_the_question_goes_with_a_useless_answer_while_the_talk_knows_it() -> None:
    context, kept = context_of()
    useless = taps_of(said(context, "我叫张小三，法人证书丢了怎么补"))[1]
    said(context, useless)
    assert kept.records[-1].text == "我叫〔姓名〕，法人证书丢了怎么补"


@pytest.mark.parametrize("again", ["没用", "没有用", "没用（ZS04@1）", "没用 (ZS04@1)"])
def test_a_rating_said_again_does_not_count_again(again: str) -> None:
    context, kept = context_of()
    said(context, "法人证书丢失了怎么补领？")
    said(context, "没用")
    before = len(kept.records)
    assert texts.RATED_BEFORE in said(context, again)
    assert len(kept.records) == before


def test_a_useful_answer_is_counted_with_entry_and_version_and_no_words() -> None:
    context, kept = context_of()
    said(context, taps_of(said(context, "法人证书丢失了怎么补领？"))[0])
    last = kept.records[-1]
    assert (last.decision, last.entry_id, last.base_version, last.text) == ("useful", "ZS04", "1", "")


@pytest.mark.parametrize("forged", ["没用（没有这条@1）", "有用（@@@@1）", "没用（ZS04+没有这条@9）"])
def test_a_rating_of_what_the_base_lacks_is_thanked_for_and_not_kept(forged: str) -> None:
    context, kept = context_of()
    assert said(context, forged)
    assert {record.entry_id for record in kept.records} <= {"ZS04"}


@pytest.mark.parametrize("entry_id", ["a+b", "第一条", "x" * 64, "a@b", "a b"])
def test_a_tap_names_its_entry_whatever_the_id(entry_id: str) -> None:
    context, kept = context_of(service_of(entry(entry_id, "甲事怎么办理？"), entry("b", "年度报告什么时候报？")))
    said(context, taps_of(said(context, "甲事怎么办理？"))[1])
    assert (kept.records[-1].decision, kept.records[-1].entry_id) == ("useless", entry_id)


def test_a_rating_inside_a_form_is_taken_and_leads_back_to_it() -> None:
    context, kept = context_of()
    useful = taps_of(said(context, "法人证书丢失了怎么补领？"))[0]
    context.conversation.form_open = True
    answer = said(context, useful)
    assert kept.records[-1].decision == "useful"
    assert taps_of(answer) == ["继续"]


@pytest.mark.parametrize("bureau", [{}, BUREAU])
def test_related_questions_give_way_before_an_answer_is_cut(bureau: Mapping[str, str]) -> None:
    service = starter_service()
    for found in service._live.matching.entries.values():
        context, _ = context_of(bureau=bureau)
        answer = said(context, found.question)
        alone = [texts.NEXT, faq.answer_text(found, bureau)[0]]
        assert not context.conversation.rest or not fits("\n\n".join(alone) + "　" * 120)
        assert texts.NEXT in answer


def test_none_of_these_leads_to_the_next_candidates_and_then_to_a_person() -> None:
    context, kept = context_of()
    said(context, "登记需要什么材料")
    first = [choice.content for choice in context.conversation.choices]
    answer = said(context, "都不是")
    second = [choice.content for choice in context.conversation.choices]
    assert texts.FURTHER in answer
    assert second[-1] == "都不是"
    assert not set(first[:-1]) & set(second)
    assert texts.NOT_AMONG in said(context, "都不是")
    assert [choice.content for choice in context.conversation.choices] == ["人工", "反馈", "有答案时告诉我"]
    missed = [record for record in kept.records if record.decision == "useless"]
    assert [(record.text, record.entry_id) for record in missed] == [("登记需要什么材料", None)]


def test_none_of_these_inside_a_form_belongs_to_the_form() -> None:
    context, _ = context_of()
    said(context, "登记需要什么材料")
    context.conversation.form_open = True
    assert dispatch([faq.router_said], text("都不是"), context) is None


def test_a_question_is_read_in_the_light_of_the_answer_before() -> None:
    context, kept = context_of()
    said(context, "设立登记要什么材料")
    assert last_said(context) == ("SL03", "1")
    answer = said(context, "多久能办好")
    assert answer.startswith(texts.ABOUT.format(question="设立登记多久能办好？"))
    assert last_said(context) == ("SL04", "1")
    assert kept.records[-1].text == "多久能办好"


def test_small_talk_in_between_does_not_break_the_thread() -> None:
    context, _ = context_of()
    said(context, "设立登记要什么材料")
    said(context, "好的，谢谢")
    assert "设立登记多久能办好？" in said(context, "多久能办好")


@pytest.mark.parametrize(("minutes", "leans"), [(9, True), (11, False)])
def test_after_some_minutes_a_question_stands_by_itself(minutes: int, leans: bool) -> None:
    context, _ = context_of()
    said(context, "设立登记要什么材料")
    context.now += timedelta(minutes=minutes)
    assert said(context, "多久能办好").startswith(texts.ABOUT.format(question="设立登记多久能办好？")) is leans


def test_what_the_base_does_not_tell_of_the_last_matter_is_admitted_and_kept_with_it() -> None:
    context, kept = context_of()
    said(context, "公益一类和公益二类有什么区别")
    answer = said(context, "要钱吗")
    assert texts.NOT_TOLD.split("{question}")[1] in answer
    assert kept.records[-1].decision == "none"
    assert kept.records[-1].text.startswith("要钱吗（接着问：")
    assert [choice.content for choice in context.conversation.choices] == ["人工", "反馈", "有答案时告诉我"]


def test_each_question_of_a_message_is_answered_under_its_heading() -> None:
    context, kept = context_of()
    answer = said(context, "法人证书丢了怎么补办？年报什么时候报？")
    assert answer.startswith(texts.SEVERAL.format(count=2))
    assert answer.index("【1】法人证书丢了怎么补办？") < answer.index("【2】年报什么时候报？")
    assert [(record.decision, record.entry_id) for record in kept.records] == [("answer", "ZS04"), ("answer", "NB01")]
    assert last_said(context) == ("NB01", "1")


def test_one_tap_rates_all_answers_of_a_message() -> None:
    context, kept = context_of()
    said(context, "法人证书丢了怎么补办？年报什么时候报？")
    said(context, "没用（ZS04+NB01@1）")
    rated = [(record.decision, record.entry_id) for record in kept.records[2:]]
    assert rated == [("useless", "ZS04"), ("useless", "NB01")]


def test_a_part_without_an_answer_is_named_and_kept_as_missed() -> None:
    context, kept = context_of()
    answer = said(context, "量子纠缠怎么办？年报什么时候报？注销登记要什么材料？")
    assert f"【1】量子纠缠怎么办？\n{texts.UNKNOWN_AMONG}" in answer
    assert (kept.records[0].decision, kept.records[0].text) == ("none", "量子纠缠怎么办？")


def test_questions_beyond_the_third_are_offered_as_taps() -> None:
    context, _ = context_of()
    said(context, "设立登记要哪些材料？年报什么时候报？网站标识怎么申请？编办的电话是多少？")
    while context.conversation.rest:
        next_piece(context.conversation)
    assert [choice.content for choice in context.conversation.choices] == ["编办的电话是多少？"]
    assert "0516-80000000" in said(context, context.conversation.choices[0].content)


def test_an_open_part_is_chosen_from_the_list_at_the_end() -> None:
    context, kept = context_of()
    answer = said(context, "年报什么时候报？登记需要什么材料？")
    offered = [choice.content for choice in context.conversation.choices]
    assert texts.WHICH_BELOW in answer
    assert offered[-1] == "都不是"
    assert said(context, "都不是")
    assert kept.records[-1].text == "登记需要什么材料？"


@settings(deadline=None)
@given(parts=HEAPS)
def test_any_heap_of_questions_fits_what_wechat_delivers(parts: list[str]) -> None:
    context, _ = context_of()
    reply = dispatch([faq.router_said, faq.router], text("？".join([*parts, "年报什么时候报？"])), context)
    while isinstance(reply, Text):
        assert len(reply.content.encode()) <= TEXT_LIMIT_BYTES
        reply = next_piece(context.conversation)


@pytest.mark.parametrize(
    ("region", "expected"),
    [("320305", "区里的答复"), ("320312", "市里的答复"), ("320100", "国家的答复"), (None, "国家的答复")],
)
def test_the_most_local_answer_is_said(region: str | None, expected: str) -> None:
    question = "变更登记要多久？"
    service = service_of(
        entry("nation", question, answer="国家的答复"),
        entry("city", question, answer="市里的答复", region="320300"),
        entry("county", question, answer="区里的答复", region="320305"),
        entry("far", question, answer="外地的答复", region="440300"),
    )
    context, _ = context_of(service)
    context.account = replace(context.account, region=region)
    answer = said(context, question)
    assert answer.startswith(expected)
    assert "答复\n" not in answer.removeprefix(expected)


def test_the_citizen_is_asked_which_of_them_is_meant() -> None:
    context, kept = context_of()
    answer = said(context, "换法人要什么材料")
    assert texts.ask_back(["法定代表人"]) in answer
    assert kept.records[-1].decision == "choices"
    assert texts.ask_back(["甲", "乙", "丙"]) == "您问的是“甲”、“乙”还是“丙”？点选或回复编号："
