"""隐私 and 删除我的信息."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from handlers.texts import privacy as texts
from handlers.texts.progress import NOT_FOUND
from knowledge.feedback.attachments import store_content
from knowledge.feedback.forwarding import frozen_body
from knowledge.feedback.kinds import TicketStatus
from knowledge.feedback.models import Ticket, TicketAttachment
from knowledge.feedback.updates import apply_platform_update
from tests.conftest import NOON, count
from tests.handlers.citizens import Talker

MATTER = "窗口让我跑了三趟还没受理。"
FILE = ("反馈", "投诉", "跳过", MATTER, "跳过", "张三 13800138000", "确认")


def close(citizen: Talker, reference: str) -> None:
    with citizen.sessions.begin() as session:
        apply_platform_update(
            session,
            reference=reference,
            status=TicketStatus.CLOSED,
            reply="已办结，谢谢您。",
            department="登记科",
            sequence=1,
            occurred_at=citizen.now,
            webhook_id=reference,
            destination="default",
            now=citizen.now,
            vault=citizen.services.vault,
            tell=lambda notice_id: None,
        )


def test_the_statement_says_who_what_why_how_long_and_which_rights(citizen: Talker) -> None:
    said = citizen.says("隐私")
    for part in ("示例县委编办", "收集什么", "做什么用", "保存多久", "匿名", "删除我的信息", "0990-1234567"):
        assert part in said
    assert citizen.says("隐私政策") == said


def test_statement_and_notice_name_all_that_the_form_takes_and_that_questions_are_stored(citizen: Talker) -> None:
    said, notice = citizen.says("隐私"), citizen.says("反馈")
    for taken in ("图片", "语音", "视频", "位置"):
        assert taken in said
        assert taken in notice
    assert "问题文字去掉手机号、证件号等信息后保存" in said


def test_nobody_known_has_nothing_to_erase(citizen: Talker) -> None:
    assert citizen.says("删除我的信息") == texts.NOTHING_TO_ERASE
    assert citizen.says("确认删除") == texts.NOTHING_TO_ERASE


def test_erasure_is_asked_twice_and_can_be_declined(citizen: Talker) -> None:
    citizen.says(*FILE)
    assert "不能恢复" in citizen.says("删除我的信息")
    assert citizen.offered == ["确认删除", "不删除"]
    assert citizen.says("不删除") == texts.KEPT
    assert "不能恢复" in citizen.says("确认删除")
    assert len(citizen.tickets) == 1


def test_a_forgotten_talk_does_not_erase_without_asking_again(citizen: Talker) -> None:
    citizen.says(*FILE)
    citizen.says("删除我的信息")
    citizen.forgets()
    assert "不能恢复" in citizen.says("确认删除")


def test_an_open_ticket_loses_its_contact_and_keeps_its_words(citizen: Talker) -> None:
    citizen.says(*FILE)
    said = citizen.says("删除我的信息", "1")
    assert "仍在办理的反馈：F20261123-001" in said
    [ticket] = citizen.tickets
    assert ticket.contact_sealed is None
    assert ticket.openid_sealed is None
    assert ticket.text_sealed is not None
    assert "已按您的请求删除联系方式" in citizen.says("进度 F20261123-001")


def test_a_body_that_was_not_sent_yet_is_built_again_without_the_contact(citizen: Talker) -> None:
    citizen.says(*FILE)
    [ticket] = citizen.tickets
    with citizen.sessions.begin() as session:
        before = frozen_body(session, ticket_id=ticket.id, vault=citizen.services.vault, now=NOON)
    citizen.says("删除我的信息", "确认删除")
    with citizen.sessions.begin() as session:
        after = frozen_body(session, ticket_id=ticket.id, vault=citizen.services.vault, now=NOON)
    assert before is not None
    assert after is not None
    assert b"13800138000" in before
    assert b"13800138000" not in after


def test_a_closed_ticket_loses_everything_that_names_or_quotes(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "一件小事", MATTER)
    citizen.shows("media-1")
    citizen.points(39.9, 116.3)
    citizen.says("跳过", "张三 13800138000", "确认")
    [ticket] = citizen.tickets
    with citizen.sessions.begin() as session:
        [attachment] = session.scalars(select(TicketAttachment))
        store_content(
            session,
            attachment_id=attachment.id,
            content=b"picture",
            media_type="image/png",
            at=NOON,
            vault=citizen.services.vault,
        )
        frozen_body(session, ticket_id=ticket.id, vault=citizen.services.vault, now=NOON)
    close(citizen, ticket.reference)

    assert "已办结的 1 件反馈" in citizen.says("删除我的信息", "确认删除")
    with citizen.sessions() as session:
        row = session.get_one(Ticket, ticket.id)
        sealed = [row.openid_sealed, row.topic_sealed, row.text_sealed, row.location_sealed, row.contact_sealed]
        assert (sealed, row.citizen) == ([None] * 5, "")
        [file] = session.scalars(select(TicketAttachment))
        assert (file.content_sealed, file.media_id) == (None, "")
        for table in ("feedback_bodies", "feedback_drafts", "consents"):
            assert count(session, table) == 0
        for column in ("feedback_events.text_sealed", "feedback_notices.text_sealed"):
            table, name = column.split(".")
            assert count(session, f"{table} WHERE {name} IS NOT NULL") == 0
        assert count(session, f"feedback_notices WHERE citizen = '{citizen.pseudonym}'") == 0
    assert citizen.says("进度 F20261123-001") == NOT_FOUND
    assert citizen.says("删除我的信息") == texts.NOTHING_TO_ERASE


def test_a_draft_and_the_consent_go_and_the_form_is_closed(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", MATTER)
    citizen.says("删除我的信息", "确认删除")
    with citizen.sessions() as session:
        assert (count(session, "feedback_drafts"), count(session, "consents")) == (0, 0)
    assert "请选择类型" in citizen.says("反馈")


def test_another_citizen_is_left_alone(citizen: Talker) -> None:
    citizen.says(*FILE)
    other = Talker(citizen.sessions, citizen.services, openid="o-wang-wu")
    other.says(*FILE)
    close(other, "F20261123-002")
    citizen.says("删除我的信息", "确认删除")
    [theirs] = other.tickets
    assert theirs.contact_sealed is not None
    assert "已办结" in other.says("进度 F20261123-002")


def test_a_new_version_of_the_statement_is_agreed_to_again(citizen: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen.says(*FILE)
    assert "继续填写即表示同意" not in citizen.says("反馈")
    citizen.says("取消")
    monkeypatch.setattr("handlers.feedback.asking.PRIVACY_VERSION", "2099-01")
    assert "继续填写即表示同意" in citizen.says("反馈")
    citizen.says("投诉")
    with citizen.sessions() as session:
        assert count(session, "consents") == 2
