"""Wording of where a feedback stands: its list, its history, notices, and pictures sent outside a form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.links import menu_link
from handlers.texts.feedback import KINDS, shown
from knowledge.feedback.entries import MAX_TICKET_MEDIA
from knowledge.feedback.history import HistoryLine
from knowledge.feedback.kinds import EventKind, FeedbackKind, TicketStatus
from knowledge.feedback.models import Ticket
from knowledge.feedback.notices import OpenNotice
from knowledge.feedback.references import SHANGHAI

STATUSES = {
    TicketStatus.SUBMITTED: "已提交，等待受理",
    TicketStatus.ACCEPTED: "已受理",
    TicketStatus.ASSIGNED: "已交承办部门",
    TicketStatus.PROCESSING: "办理中",
    TicketStatus.NEED_INFO: "需要您补充信息",
    TicketStatus.REPLIED: "已答复",
    TicketStatus.CLOSED: "已办结",
    TicketStatus.REJECTED: "不予受理",
}
EVENTS = {
    EventKind.SUBMITTED: "您提交了反馈",
    EventKind.FORWARDED: "已转交承办平台",
    EventKind.DESK: "工作人员已收到",
    EventKind.ATTACHMENT: "您补充了附件",
    EventKind.MESSAGE: "您补充了内容",
    EventKind.CONTACT_ERASED: "已按您的请求删除联系方式",
}
# The same words for a number that does not exist and for somebody else's (CONTRACT).
NOT_FOUND = "没有查到这个编号的反馈。请核对编号，或回复“我的反馈”查看您提交过的；要提交新的请回复“反馈”。"
NONE_YET = "您还没有提交过反馈。要提交请回复“反馈”。"
DRAFT_WAITING = "您还有一份没填完的反馈，回复“继续”接着填。"
DRAFT_LABEL = "继续填写没填完的反馈"
LIST_HEAD = "您提交的反馈（最近 {count} 件），点选或回复编号看进展："
HEAD = "反馈 {reference}（{kind}{about}）\n状态：{status}"
ERASED_TEXT = "内容已删除"
AFTER = "有进展会在这里告诉您；随时发送“进度 {reference}”再查。"
AFTER_CLOSED = "对结果还有疑问，可以回复“反馈”另行提交，或回复“人工”联系工作人员。"
AFTER_NEED_INFO = "请发送“补充 {reference}”，再发送要补充的文字、图片、语音或视频，会转给承办单位。"

NOTICE = "您的反馈 {reference} 有新进展：{status}"
NOTICE_NEED_INFO = "请{add}，会转给承办单位；也可以发送“补充 {reference}”。"
NOTICE_AFTER = "发送“进度 {reference}”看全部经过；有疑问请回复“人工”。"

ADD_LABEL, ADD_MORE_LABEL, ADD_STOP_LABEL, ADD_DONE_LABEL = "补充信息", "继续补充", "不补充了", "补充完了"
ADD_TO, ADD_STOP = "补充 {reference}", "不补充 {reference}"
ADD_WHAT = (
    "请发送要补充到反馈 {reference} 的文字、图片、语音或视频：\n（请不要填写身份证号、银行卡号，不要发送涉密内容。）"
)
WORDS_ADDED = "已补充到反馈 {reference}，工作人员办理时会看到。"
FILE_ADDED = "已补充到反馈 {reference}，工作人员办理时会看到。还可以继续发送文字或图片。"
ADD_STOPPED = "好的。需要时发送“我的反馈”查看进展。"
ADD_CLOSED = "反馈 {reference} 已经办结，不能再补充。可以回复“反馈”另交一件。"

PICTURE_OFFER = "收到您的图片（共 {count} 张）。要用在哪里？\n（请勿发送涉密文件、批复、花名册的照片。）"
PICTURE_NEW_LABEL, PICTURE_DROP_LABEL = "新建一件反馈", "不用了"
PICTURE_TICKET_LABEL = "附到 {reference}（{kind}{about}）"
PICTURE_NEW, PICTURE_DROP, PICTURE_TO = "用图片新建反馈", "不用图片了", "附图到 {reference}"
PICTURE_ADDED = "图片已附到反馈 {reference}，工作人员办理时会看到。发送“进度 {reference}”查看进展。"
PICTURE_DROPPED = "好的，图片没有保存。有问题请直接发送。"
PICTURE_GONE = "图片已经失效，请重新发送图片，再选择用在哪里。"
PICTURE_NO_ROOM = "反馈 {reference} 的附件已满 {most} 个，没有全部加上。可以回复“反馈”另交一件。"
PICTURE_CLOSED = "反馈 {reference} 已经办结，不能再加图片。可以回复“反馈”另交一件。"


def label(ticket: Ticket) -> str:
    """One line of the list."""
    return f"{ticket.reference} {KINDS[FeedbackKind(ticket.kind)]} {STATUSES[TicketStatus(ticket.status)]}"


def about(ticket: Ticket) -> str:
    return f"·{shown(ticket.institution_name)}" if ticket.institution_name else ""


def progress(ticket: Ticket, lines: Sequence[HistoryLine]) -> str:
    head = HEAD.format(
        reference=ticket.reference,
        kind=KINDS[FeedbackKind(ticket.kind)],
        about=about(ticket),
        status=_status(TicketStatus(ticket.status), ticket.department),
    )
    told = "\n".join(_line(line) for line in lines)
    return f"{head}\n\n{told}\n\n{_after(ticket)}"


def notice_text(notice: OpenNotice) -> str:
    """What is pushed to the citizen, or told at the next contact."""
    head = NOTICE.format(reference=notice.reference, status=_status(notice.status, notice.department))
    after = NOTICE_NEED_INFO if notice.status is TicketStatus.NEED_INFO else NOTICE_AFTER
    add = menu_link(ADD_LABEL, ADD_TO.format(reference=notice.reference))
    parts = [head, shown(notice.text) if notice.text else "", after.format(reference=notice.reference, add=add)]
    return "\n".join(part for part in parts if part)


def picture_label(ticket: Ticket) -> str:
    kind = KINDS[FeedbackKind(ticket.kind)]
    return PICTURE_TICKET_LABEL.format(reference=ticket.reference, kind=kind, about=about(ticket))


def no_room(reference: str) -> str:
    return PICTURE_NO_ROOM.format(reference=reference, most=MAX_TICKET_MEDIA)


def _line(line: HistoryLine) -> str:
    what = EVENTS.get(line.kind) or _status(line.status or TicketStatus.SUBMITTED, line.department)
    said = f"\n  {'内容' if line.kind is EventKind.MESSAGE else '答复'}：{shown(line.text)}" if line.text else ""
    return f"· {moment(line.at)} {what}{said}"


def _status(status: TicketStatus, department: str | None) -> str:
    return STATUSES[status] + (f"（{shown(department)}）" if department else "")


def _after(ticket: Ticket) -> str:
    match TicketStatus(ticket.status):
        case TicketStatus.CLOSED | TicketStatus.REJECTED:
            return AFTER_CLOSED
        case TicketStatus.NEED_INFO:
            return AFTER_NEED_INFO.format(reference=ticket.reference)
        case _:
            return AFTER.format(reference=ticket.reference)


def moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
