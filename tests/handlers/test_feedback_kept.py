"""What is kept of a feedback, pictures outside a form, and where a ticket stands: dialogues with the account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.texts import progress as progress_texts
from handlers.texts.privacy import PRIVACY_VERSION
from knowledge.feedback.draft_content import MAX_MEDIA, MAX_TEXT
from knowledge.feedback.models import TicketAttachment
from knowledge.feedback.queries import desk_ticket
from knowledge.people.models import Consent
from tests.conftest import count
from tests.handlers.citizens import Talker, content_of, dump

MATTER = "上周三去办变更登记，材料齐全，窗口让我跑了三趟还没受理。"


def test_consent_is_recorded_with_version_and_time_on_going_on(citizen: Talker) -> None:
    assert "继续填写即表示同意" in citizen.says("反馈")
    with citizen.sessions() as session:
        assert count(session, "consents") == 0
    citizen.says("取消", "反馈", "投诉")
    with citizen.sessions() as session:
        [consent] = session.scalars(select(Consent))
    assert (consent.version, consent.given_at) == (PRIVACY_VERSION, citizen.now)


def test_anonymous_keeps_no_name_phone_or_plain_openid(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", f"{MATTER}我叫张三，电话13800138000。", "跳过", "李四 13900139000")
    summary = citizen.says("上一步", "匿名")
    assert "13800138000" not in summary
    citizen.says("确认")
    [ticket] = citizen.tickets
    seen = desk_ticket(ticket, vault=citizen.services.vault)
    assert seen.contact is None
    assert ticket.contact_sealed is None
    assert seen.text is not None
    assert "13800138000" not in seen.text
    assert MATTER.rstrip("。") in seen.text
    assert citizen.openid.encode() not in dump(citizen.sessions)


def test_nothing_the_citizen_wrote_is_readable_in_the_database(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "关于某件小事的主题", MATTER, "跳过", "张三丰 13800138000")
    for stage in ("draft", "ticket"):
        kept = dump(citizen.sessions)
        for plain in (MATTER[:6], "张三丰", "13800138000", citizen.openid, "某件小事"):
            assert plain.encode() not in kept, (stage, plain)
        citizen.says("确认")
    assert len(citizen.tickets) == 1


def test_a_very_long_text_is_taken_and_too_long_a_one_refused_aloud(citizen: Talker) -> None:
    long = "这是一段很长的反馈内容" * 909 + "完"
    citizen.says("反馈", "投诉", "跳过", long)
    assert content_of(citizen).text == long
    assert "太长" in citizen.says("再" * (MAX_TEXT - len(long)))
    citizen.says("跳过", "跳过", "确认")
    assert desk_ticket(citizen.tickets[0], vault=citizen.services.vault).text == long


def test_emoji_and_control_characters_are_survived(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", "窗口😀态度\x00不\x07好\u200d👨‍👩‍👧")
    assert content_of(citizen).text == "窗口😀态度不好\u200d👨‍👩‍👧"
    citizen.says("😀", "\x01\x02", "   ", "跳过", "跳过", "确认")
    assert len(citizen.tickets) == 1


def test_ids_in_the_text_are_warned_about(citizen: Talker) -> None:
    assert "身份证号" in citizen.says("反馈", "投诉", "跳过", "我的身份证是110101199003077758，窗口不给办")


def test_a_picture_outside_a_form_is_offered_a_use(citizen: Talker) -> None:
    assert "要用在哪里" in citizen.shows("media-1")
    citizen.shows("media-2")
    assert "请选择类型" in citizen.says("1")
    assert [media.media_id for media in content_of(citizen).media] == ["media-1", "media-2"]


def test_a_picture_outside_a_form_goes_to_an_open_ticket(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER, "跳过", "跳过", "确认")
    citizen.shows("media-1")
    assert citizen.offered[1] == "附图到 F20261123-001"
    assert "已附到反馈" in citizen.says("2")
    with citizen.sessions() as session:
        [attachment] = session.scalars(select(TicketAttachment))
    assert citizen.jobs[-2:] == [("fetch_attachment", attachment.id), ("forward_entry", attachment.entry_id)]
    assert citizen.says("附图到 F20261123-001") == progress_texts.PICTURE_GONE


def test_a_picture_that_was_dropped_is_gone(citizen: Talker) -> None:
    citizen.shows("media-1")
    citizen.says("不用图片了")
    assert citizen.says("用图片新建反馈") == progress_texts.PICTURE_GONE


def test_a_foreign_number_gets_the_answer_for_one_that_does_not_exist(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER, "跳过", "跳过", "确认")
    other = Talker(citizen.sessions, citizen.services, openid="o-wang-wu")
    foreign = other.says("进度 F20261123-001")
    assert foreign == other.says("进度 F20261123-999") == other.says("F20200101-001") == other.says("进度 F1")
    other.shows("media-1")
    assert other.says("附图到 F20261123-001") == foreign
    elsewhere = Talker(
        citizen.sessions, citizen.services, account=citizen.account.__class__(name="other", app_id="wx2")
    )
    assert elsewhere.says("进度 F20261123-001") == foreign


@pytest.mark.parametrize(
    "words",
    [
        "进度 F20261123-001",
        "F20261123-001",
        "进度F20261123001",
        "f20261123-001",
        "进度：Ｆ２０２６１１２３－００１",
        "查进度 F20261123-001？",
    ],
)
def test_the_filer_sees_where_it_stands(citizen: Talker, words: str) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER, "跳过", "跳过", "确认")
    seen = citizen.says(words)
    assert "已提交，等待受理" in seen
    assert "11-23 12:00 您提交了反馈" in seen


def test_my_feedback_lists_what_was_filed_and_what_is_unfinished(citizen: Talker) -> None:
    assert citizen.says("我的反馈").startswith(progress_texts.NONE_YET)
    citizen.says("反馈", "投诉", "跳过", MATTER, "跳过", "跳过", "确认", "反馈", "建议")
    citizen.says("我的反馈")
    assert citizen.offered == ["进度 F20261123-001", "继续"]
    assert "F20261123-001" in citizen.says("1")
    assert "针对哪个单位" in citizen.says("继续")


def test_nine_files_are_taken_and_the_tenth_is_refused_aloud(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER)
    for number in range(MAX_MEDIA):
        citizen.shows(f"media-{number}")
    assert "没有加上" in citizen.shows("media-10")
    assert "已经收到过" in citizen.shows("media-0")
    assert len(content_of(citizen).media) == MAX_MEDIA


def test_voice_with_words_is_text_and_without_is_an_attachment_like_video(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过")
    citizen.speaks("voice-1", "窗口态度不好。")
    assert content_of(citizen).text == "窗口态度不好"
    citizen.speaks("voice-2")
    citizen.films("video-1")
    assert [media.kind for media in content_of(citizen).media] == ["voice", "video"]


def test_pictures_older_than_wechat_keeps_them_are_asked_for_again(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER)
    citizen.shows("media-1")
    citizen.waits(timedelta(days=4))
    assert "重新发送" in citizen.says("继续")
    assert content_of(citizen).media == ()
    assert content_of(citizen).text == MATTER


def test_who_is_anonymous_already_is_not_asked_for_a_contact(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "匿名", "跳过", MATTER)
    assert "请核对" in citizen.says("跳过")
    assert "姓名和电话" in citizen.says("上一步")
    assert "不再匿名" in citizen.says("张三 13800138000")
    citizen.says("确认")
    assert desk_ticket(citizen.tickets[0], vault=citizen.services.vault).contact is not None
