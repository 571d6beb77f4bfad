"""The feedback form, as dialogues: what the citizen says, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.texts import feedback as texts
from knowledge.feedback.drafts import DRAFT_LIFETIME, has_open_draft
from knowledge.feedback.models import TicketAttachment
from knowledge.feedback.queries import desk_ticket
from tests.conftest import count
from tests.handlers.citizens import Talker, content_of

MATTER = "上周三去办变更登记，材料齐全，窗口让我跑了三趟还没受理。"


def test_a_form_filled_step_by_step_is_filed_and_enqueued(citizen: Talker) -> None:
    assert "请选择类型" in citizen.says("反馈")
    assert "针对哪个单位" in citizen.says("投诉")
    assert "示例县档案馆" in citizen.says("县档案馆")
    assert "补充图片" in citizen.says(MATTER)
    citizen.shows("media-1")
    citizen.points(39.9, 116.3, "人民路1号")
    assert "姓名和电话" in citizen.says("跳过")
    assert "请核对" in citizen.says("张三 13800138000")
    filed = citizen.says("确认")

    [ticket] = citizen.tickets
    assert ticket.reference == "F20261123-001"
    assert ticket.reference in filed
    seen = desk_ticket(ticket, vault=citizen.services.vault)
    assert (seen.kind, seen.institution_name, seen.text) == ("complaint", "示例县档案馆", MATTER)
    assert seen.contact is not None
    assert (seen.contact.name, seen.contact.phone) == ("张三", "13800138000")
    assert seen.location is not None
    assert "人民路1号" in seen.location
    assert seen.region == "990100"
    with citizen.sessions() as session:
        [attachment] = session.scalars(select(TicketAttachment))
        assert attachment.media_id == "media-1"
        assert count(session, "feedback_drafts") == 0
    assert citizen.jobs == [("fetch_attachment", attachment.id), ("forward_ticket", ticket.id)]


def test_numbers_do_what_the_links_do(citizen: Talker) -> None:
    citizen.says("反馈", "3", "1", MATTER, "1", "2", "1")
    [ticket] = citizen.tickets
    assert ticket.kind == "complaint"


def test_every_link_of_every_step_can_be_typed(citizen: Talker) -> None:
    citizen.says("反馈")
    assert citizen.offered == ["隐私", "咨询", "建议", "投诉", "求助", "取消"]
    citizen.says("建议")
    assert citizen.offered == ["跳过", "上一步", "取消"]
    citizen.says("跳过")
    assert citizen.offered == ["上一步", "取消"]
    citizen.says("周末也开窗口就好了")
    assert citizen.offered == ["跳过", "上一步", "取消"]
    citizen.says("跳过")
    assert citizen.offered == ["匿名", "跳过", "上一步", "取消"]
    citizen.says("跳过")
    assert citizen.offered == ["确认", "上一步", "取消"]


def test_numbers_work_when_the_talk_was_forgotten_in_between(citizen: Talker) -> None:
    citizen.says("反馈")
    citizen.forgets()
    citizen.says("3")
    citizen.forgets()
    citizen.says("1")
    assert content_of(citizen).kind == "complaint"


def test_one_message_that_holds_it_all_goes_to_the_optional_steps(citizen: Talker) -> None:
    asked = citizen.says("我要投诉示例县档案馆，窗口人员态度恶劣，让我跑了三趟")
    assert "补充图片" in asked
    assert "收集" in asked
    kept = content_of(citizen)
    assert kept.kind == "complaint"
    assert kept.institution is not None
    assert kept.institution.name == "示例县档案馆"
    assert kept.text == "我要投诉示例县档案馆，窗口人员态度恶劣，让我跑了三趟"
    citizen.says("跳过", "匿名", "确认")
    assert len(citizen.tickets) == 1


@pytest.mark.parametrize(
    ("words", "kind", "institution", "asked"),
    [
        ("投诉", "complaint", None, "针对哪个单位"),
        ("我要投诉", "complaint", None, "针对哪个单位"),
        ("我想提个建议", "suggestion", None, "针对哪个单位"),
        ("我有个建议，周末也开放办事窗口", "suggestion", None, "针对哪个单位"),
        ("我要投诉县档案馆", "complaint", "示例县档案馆", "具体内容"),
        ("对县档案馆投诉", "complaint", "示例县档案馆", "具体内容"),
        ("建议：周末也开放办事窗口", "suggestion", None, "针对哪个单位"),
        ("建议周末也开放办事窗口", "suggestion", None, "针对哪个单位"),
        ("我要反映示例县人民医院挂号排队太久", None, "示例县人民医院", "请选择类型"),
        ("您好，我要求助，我的材料被弄丢了没人管", "help", None, "针对哪个单位"),
    ],
)
def test_what_the_first_message_tells_is_not_asked_again(
    citizen: Talker, words: str, kind: str | None, institution: str | None, asked: str
) -> None:
    assert asked in citizen.says(words)
    kept = content_of(citizen)
    assert kept.kind == kind
    assert (kept.institution.name if kept.institution else None) == institution


@pytest.mark.parametrize(
    "words",
    ["投诉流程", "怎么投诉", "投诉电话是多少", "事业单位法人证书丢了怎么办", "意见箱在哪里", "我要咨询证书怎么补领"],
)
def test_a_question_about_feedback_begins_no_form(citizen: Talker, words: str) -> None:
    citizen.says(words)
    with citizen.sessions() as session:
        assert count(session, "feedback_drafts") == 0


def test_back_shows_what_is_there_and_keeps_it_unless_replaced(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER)
    assert MATTER in citizen.says("上一步")
    assert "补充图片" in citizen.says("跳过")
    assert content_of(citizen).text == MATTER
    citizen.says("上一步", "改过的内容：窗口态度不好")
    assert content_of(citizen).text == "改过的内容：窗口态度不好"
    citizen.says("上一步", "上一步", "上一步")
    assert "第一步" in citizen.says("上一步")


def test_cancel_deletes_the_draft_at_every_step(citizen: Talker) -> None:
    way = ["反馈", "投诉", "跳过", MATTER, "跳过", "跳过"]
    for steps in range(1, len(way) + 1):
        citizen.says(*way[:steps])
        assert "已取消" in citizen.says("取消")
        with citizen.sessions() as session:
            assert count(session, "feedback_drafts") == 0
    assert citizen.tickets == []


def test_confirming_twice_makes_one_ticket_and_gives_the_same_answer(citizen: Talker) -> None:
    first = citizen.says("反馈", "投诉", "跳过", MATTER, "跳过", "跳过", "确认")
    assert citizen.says("确认") == first
    citizen.forgets()
    assert citizen.says("确认") == first
    assert len(citizen.tickets) == 1
    assert [job for job, _ in citizen.jobs] == ["forward_ticket"]


def test_words_of_the_form_without_a_form_say_so(citizen: Talker) -> None:
    for words in ("确认", "跳过", "上一步", "取消", "继续"):
        assert citizen.says(words).startswith(texts.NO_FORM)


def test_more_words_after_the_text_are_added_to_it(citizen: Talker) -> None:
    citizen.says(
        "反馈", "投诉", "跳过", MATTER, "补充一点：当时是上午十点。", "跳过", "跳过", "还有一点：有录音。", "确认"
    )
    seen = desk_ticket(citizen.tickets[0], vault=citizen.services.vault)
    assert seen.text == f"{MATTER}\n补充一点：当时是上午十点。\n还有一点：有录音。"


def test_the_matter_written_at_the_wrong_step_is_not_lost(citizen: Talker) -> None:
    long = "我们单位变更法定代表人，材料交上去两个月了，档案馆那边一直说在研究，打电话也没有人接，请帮忙催一下。"
    citizen.says("反馈", long)
    citizen.says("求助", "跳过")
    assert content_of(citizen).text == long
    other = Talker(citizen.sessions, citizen.services, openid="o-wang-wu")
    assert "补充图片" in other.says("反馈", "求助", long)
    assert content_of(other).text == long


def test_several_alike_institutions_are_offered_and_one_is_chosen(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "示例县中学")
    if content_of(citizen).candidates:
        citizen.says("示例县第二中学")
    kept = content_of(citizen)
    assert kept.institution is not None or kept.topic == "示例县中学"


@pytest.mark.parametrize("words", ["不针对具体单位", "不针对具体单位，跳过", "2", "没有针对哪个单位", "不針對具體單位"])
def test_a_chosen_institution_can_be_taken_away_again(citizen: Talker, words: str) -> None:
    citizen.says("反馈", "投诉", "示例县档案馆")
    assert "现在填的是：示例县档案馆" in citizen.says("上一步")
    assert citizen.offered[1] == "不针对具体单位"
    said = citizen.says(words)
    assert "不针对具体单位" in said
    assert "请写下具体内容" in said
    kept = content_of(citizen)
    assert (kept.institution, kept.topic) == (None, None)


def test_to_skip_a_chosen_institution_leaves_it_as_it_is(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "示例县档案馆", "上一步", "跳过")
    kept = content_of(citizen).institution
    assert kept is not None
    assert kept.name == "示例县档案馆"


def test_nobody_in_particular_is_no_part_of_the_text_later_either(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "示例县档案馆", MATTER, "不针对具体单位")
    kept = content_of(citizen)
    assert (kept.institution, kept.text) == (None, MATTER)


@pytest.mark.parametrize(
    "words",
    [
        "你们态度太差了，我要投诉！",
        "窗口没人理",
        "建议加座椅",
        "排队太久",
        "空调坏了",
        "希望周末也开门",
        "材料不给办，让我回去等",
    ],
)
def test_what_tells_the_matter_is_not_taken_for_whom_it_is_about(citizen: Talker, words: str) -> None:
    said = citizen.says("反馈", "求助", words)
    assert "反馈对象" not in said
    assert "已记下您的内容" in said
    kept = content_of(citizen)
    assert (kept.topic, kept.text) == (None, words)


@pytest.mark.parametrize("words", ["公众号菜单", "服务态度", "希望工程", "你们单位", "请假制度", "我们学校", "建议箱"])
def test_a_name_or_a_topic_is_whom_it_is_about(citizen: Talker, words: str) -> None:
    assert f"反馈对象：{words}" in citizen.says("反馈", "建议", words)


def test_a_complaint_told_to_an_open_suggestion_is_added_and_its_kind_said(citizen: Talker) -> None:
    assert "您刚才的话已先记为反馈内容" in citizen.says("我要建议：大厅加座椅")
    said = citizen.says("你们态度太差了，我要投诉！")
    assert "已补充到内容里" in said
    assert "类型还是“建议”" in said
    assert content_of(citizen).text == "我要建议：大厅加座椅\n你们态度太差了，我要投诉！"


def test_another_kind_named_at_the_target_step_is_the_kind(citizen: Talker) -> None:
    citizen.says("反馈", "建议")
    assert "已选：投诉" in citizen.says("我要投诉")
    assert (content_of(citizen).kind, content_of(citizen).topic) == ("complaint", None)


def test_what_is_kept_of_a_first_message_is_said(citizen: Talker) -> None:
    assert "您刚才的话已先记为反馈内容" in citizen.says("反馈", "建议：周末也开放办事窗口")


def test_a_file_is_counted_in_one_sentence(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER)
    said = citizen.shows("media-1")
    assert said.startswith("已收到图片。")
    assert said.count("已收到") == 1
    assert "现有 1 个附件" in said
    assert citizen.points(39.9, 116.3, "人民路1号").count("已收到") == 1


def test_an_unknown_object_becomes_the_topic(citizen: Talker) -> None:
    citizen.says("反馈", "建议", "公众号菜单")
    assert content_of(citizen).topic == "公众号菜单"


def test_a_question_in_the_middle_is_answered_and_the_step_asked_again(citizen: Talker) -> None:
    citizen.says("反馈", "投诉")
    answer = citizen.says("法人证书丢了怎么办？")
    assert "申请补领" in answer
    assert "针对哪个单位" in answer
    assert content_of(citizen).topic is None


def test_a_question_in_the_text_step_is_the_text(citizen: Talker) -> None:
    citizen.says("反馈", "咨询", "跳过", "法人证书丢了怎么办？")
    assert content_of(citizen).text == "法人证书丢了怎么办？"


def test_words_that_always_work_work_in_the_form_and_leave_it_as_it_was(citizen: Talker) -> None:
    citizen.says("反馈", "投诉")
    before = content_of(citizen)
    for words in ("帮助", "人工", "我的反馈", "进度 F20261123-009", "隐私", "更多"):
        citizen.says(words)
        assert content_of(citizen) == before
    assert "针对哪个单位" in citizen.says("继续")


def test_a_greeting_or_thanks_is_no_part_of_the_text(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER, "谢谢")
    assert content_of(citizen).text == MATTER


def test_the_form_left_for_a_day_asks_before_it_takes_anything(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "示例县档案馆")
    citizen.waits(timedelta(days=1))
    asked = citizen.says(MATTER)
    assert "未完成的反馈（投诉·示例县档案馆）" in asked
    assert citizen.offered == ["继续", "放弃"]
    assert "补充图片" in citizen.says("1")
    assert content_of(citizen).text == MATTER


def test_the_form_left_for_a_day_lets_a_sure_question_through(citizen: Talker) -> None:
    citizen.says("反馈", "投诉")
    citizen.waits(timedelta(days=1))
    assert "申请补领" in citizen.says("法人证书丢了怎么办？")
    assert "未完成的反馈" in citizen.says("反馈一下情况") or "还没填完" in citizen.heard[-1]


def test_an_old_form_given_up_makes_room_for_what_was_said_meanwhile(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "示例县档案馆")
    citizen.waits(timedelta(days=2))
    citizen.says("我要投诉示例县人民医院，排队三小时没人管")
    citizen.says("放弃")
    kept = content_of(citizen)
    assert kept.institution is not None
    assert kept.institution.name == "示例县人民医院"


def test_an_old_confirmation_is_not_filed_unseen(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER, "跳过", "跳过")
    citizen.waits(timedelta(days=1))
    assert "未完成的反馈" in citizen.says("确认")
    assert "请核对" in citizen.says("继续")
    citizen.says("确认")
    assert len(citizen.tickets) == 1


def test_a_picture_to_an_old_form_is_kept_while_it_asks(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER)
    citizen.waits(timedelta(days=1))
    citizen.shows("media-9")
    assert [media.media_id for media in content_of(citizen).media] == ["media-9"]


def test_a_draft_expires_after_a_week(citizen: Talker) -> None:
    citizen.says("反馈", "投诉")
    with citizen.sessions() as session:
        assert has_open_draft(session, account="default", citizen=citizen.pseudonym, now=citizen.now)
    citizen.waits(DRAFT_LIFETIME + timedelta(seconds=1))
    with citizen.sessions() as session:
        assert not has_open_draft(session, account="default", citizen=citizen.pseudonym, now=citizen.now)
    assert citizen.says("跳过").startswith(texts.NO_FORM)
    with citizen.sessions() as session:
        assert count(session, "feedback_drafts") == 0


def test_a_second_form_is_asked_about_and_nothing_lost(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "示例县档案馆")
    assert "还没填完（投诉·示例县档案馆）" in citizen.says("反馈")
    assert "具体内容" in citizen.says("继续")
    citizen.says("反馈")
    assert "请选择类型" in citizen.says("重新开始")
    assert content_of(citizen).empty


def test_an_empty_form_begun_again_simply_begins_again(citizen: Talker) -> None:
    citizen.says("反馈")
    assert "请选择类型" in citizen.says("反馈")


def test_feedback_about_the_institution_shown_is_addressed_to_it(citizen: Talker) -> None:
    found = citizen.services.institutions.look_up("示例县档案馆", region="990100").hits[0].institution
    citizen.says("你好")
    citizen.conversation = citizen.conversation.replace(  # type: ignore[union-attr]
        b'"institution":null', b'"institution":"' + found.id.encode() + b'"'
    )
    assert "反馈对象：示例县档案馆" in citizen.says("对它反馈")
    assert "具体内容" in citizen.says("投诉")


def test_feedback_about_it_without_a_card_says_how(citizen: Talker) -> None:
    assert "请先发送单位名称" in citizen.says("对它反馈")
