"""补充 F…: words and files for a feedback that was filed before, from its filer alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from handlers.texts import progress as texts
from knowledge.feedback.history import history
from knowledge.feedback.kinds import NoticeState, TicketStatus
from knowledge.feedback.models import Ticket, TicketAttachment, TicketEntry
from knowledge.feedback.notices import OpenNotice
from tests.handlers.citizens import Talker, dump

MATTER = "窗口让我跑了三趟还没有受理。"
REFERENCE = "F20261123-001"
ASKED = texts.ADD_WHAT.format(reference=REFERENCE)


@pytest.fixture
def filer(citizen: Talker) -> Talker:
    citizen.says("反馈", "投诉", "跳过", MATTER, "跳过", "跳过", "确认")
    citizen.jobs.clear()
    return citizen


def set_status(citizen: Talker, status: TicketStatus) -> None:
    with citizen.sessions.begin() as session:
        session.get_one(Ticket, citizen.tickets[0].id).status = status


def told(citizen: Talker) -> list[str | None]:
    with citizen.sessions() as session:
        lines = history(session, ticket_id=citizen.tickets[0].id, vault=citizen.services.vault)
    return [line.text for line in lines][1:]


def entries(citizen: Talker) -> list[str]:
    with citizen.sessions() as session:
        return list(session.scalars(select(TicketEntry.id).order_by(TicketEntry.position)))


@pytest.mark.parametrize(
    "words",
    [
        f"补充 {REFERENCE} 是三号窗口",
        f"补充{REFERENCE}：是三号窗口",
        "補充 F20261123001，是三号窗口",
        f"补充 {REFERENCE}\n是三号窗口",
    ],
)
def test_one_message_with_number_and_words_is_an_addition(filer: Talker, words: str) -> None:
    assert "已补充到反馈" in filer.says(words)
    assert told(filer) == ["是三号窗口"]
    assert filer.jobs == [("forward_entry", entry_id) for entry_id in entries(filer)]
    assert "三号窗口".encode() not in dump(filer.sessions)


def test_who_is_asked_for_more_taps_and_writes_it(filer: Talker) -> None:
    set_status(filer, TicketStatus.NEED_INFO)
    assert "补充" in filer.says(f"进度 {REFERENCE}")
    assert filer.offered == [f"补充 {REFERENCE}"]
    assert ASKED in filer.says("1")
    assert "已补充到反馈" in filer.says("上周三上午，三号窗口。")
    assert told(filer) == ["上周三上午，三号窗口。"]
    assert "您补充了内容\n  内容：上周三上午" in filer.says(f"进度 {REFERENCE}")


def test_the_notice_that_asks_for_more_says_how_to_give_it(filer: Talker) -> None:
    ticket = filer.tickets[0]
    notice = OpenNotice(
        id="n", ticket_id=ticket.id, reference=REFERENCE, account="default", citizen="c", openid=None,
        status=TicketStatus.NEED_INFO, department=None, text="请说明是哪个窗口", state=NoticeState.WAITING,
        created_at=filer.now,
    )  # fmt: skip
    said = texts.notice_text(notice)
    assert f"补充 {REFERENCE}" in said
    assert "msgmenucontent=" in said
    assert "回复“反馈”" not in said


def test_files_are_added_one_after_the_other_and_then_words(filer: Talker) -> None:
    filer.says(f"补充 {REFERENCE}")
    filer.shows("media-1")
    filer.films("media-2")
    assert "还可以继续" in filer.speaks("media-3")
    assert "已补充到反馈" in filer.says("这是三号窗口的照片")
    with filer.sessions() as session:
        added = {row.id: row.media_id for row in session.scalars(select(TicketAttachment))}
    assert [added[key] for job, key in filer.jobs if job == "fetch_attachment"] == ["media-1", "media-2", "media-3"]
    assert [key for job, key in filer.jobs if job == "forward_entry"] == entries(filer)
    assert told(filer) == [None, None, None, "这是三号窗口的照片"]


@pytest.mark.parametrize("words", ["不补充了", "1", "取消", "没有了", "不用了", "算了"])
def test_who_has_nothing_to_add_says_so(filer: Talker, words: str) -> None:
    filer.says(f"补充 {REFERENCE}")
    assert filer.says(words).startswith(texts.ADD_STOPPED)
    assert told(filer) == []


@pytest.mark.parametrize("between", ["帮助", "我的反馈", "隐私", f"进度 {REFERENCE}"])
def test_after_another_answer_a_question_is_a_question_again(filer: Talker, between: str) -> None:
    filer.says(f"补充 {REFERENCE}", between)
    assert "补领" in filer.says("事业单位法人证书丢了怎么办")
    assert told(filer) == []


def test_beginning_a_feedback_instead_begins_one(filer: Talker) -> None:
    filer.says(f"补充 {REFERENCE}")
    assert "请选择类型" in filer.says("反馈")
    assert told(filer) == []


def test_an_open_form_stays_open_while_something_is_added(filer: Talker) -> None:
    filer.says("反馈", "建议", f"补充 {REFERENCE}")
    said = filer.says("是三号窗口")
    assert "已补充到反馈" in said
    assert "还没填完" in said
    assert "针对哪个单位" in filer.says("继续")
    assert told(filer) == ["是三号窗口"]


def test_a_stranger_gets_the_answer_for_a_number_that_does_not_exist(filer: Talker) -> None:
    other = Talker(filer.sessions, filer.services, openid="o-wang-wu")
    assert other.says(f"补充 {REFERENCE}") == other.says("补充 F20200101-001") == texts.NOT_FOUND
    assert other.says(f"补充 {REFERENCE} 是三号窗口") == texts.NOT_FOUND
    assert told(filer) == []


def test_to_a_closed_feedback_nothing_is_added(filer: Talker) -> None:
    set_status(filer, TicketStatus.CLOSED)
    closed = texts.ADD_CLOSED.format(reference=REFERENCE)
    assert filer.says(f"补充 {REFERENCE}") == filer.says(f"补充 {REFERENCE} 是三号窗口") == closed


def test_a_report_of_violations_is_not_taken_as_an_addition(filer: Talker) -> None:
    filer.says(f"补充 {REFERENCE}")
    assert "12310" in filer.says("这个局有人吃空饷，局长的亲戚占编不上班")
    assert "12310" in filer.says(f"补充 {REFERENCE} 这个局有人吃空饷")
    assert told(filer) == []


def test_a_picture_sent_to_an_open_ticket_follows_it_to_the_platform(filer: Talker) -> None:
    filer.shows("media-1")
    assert texts.PICTURE_ADDED.format(reference=REFERENCE) in filer.says(f"附图到 {REFERENCE}")
    [entry_id] = entries(filer)
    assert [job for job, _ in filer.jobs] == ["fetch_attachment", "forward_entry"]
    assert filer.jobs[-1] == ("forward_entry", entry_id)
