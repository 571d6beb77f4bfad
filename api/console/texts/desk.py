"""What the feedback desk calls things."""

from __future__ import annotations

from knowledge.feedback.kinds import (
    AttachmentKind,
    AttachmentState,
    AttemptOutcome,
    EventKind,
    FeedbackKind,
    ForwardState,
    TicketStatus,
)

KIND = {
    FeedbackKind.CONSULTATION: "咨询",
    FeedbackKind.SUGGESTION: "建议",
    FeedbackKind.COMPLAINT: "投诉",
    FeedbackKind.HELP: "求助",
}
STATUS = {
    TicketStatus.SUBMITTED: "已提交",
    TicketStatus.ACCEPTED: "已受理",
    TicketStatus.ASSIGNED: "已转办",
    TicketStatus.PROCESSING: "办理中",
    TicketStatus.NEED_INFO: "待补充",
    TicketStatus.REPLIED: "已答复",
    TicketStatus.CLOSED: "已办结",
    TicketStatus.REJECTED: "不予受理",
}
FORWARD = {
    ForwardState.WAITING: "待转发",
    ForwardState.SENDING: "正在转发",
    ForwardState.UNKNOWN: "结果不明",
    ForwardState.FORWARDED: "已转平台",
    ForwardState.REFUSED: "平台拒收",
    ForwardState.DESK: "本台办理",
}
ENTRY_FORWARD = FORWARD | {ForwardState.DESK: "本台可见"}
OUTCOME = {
    AttemptOutcome.ACCEPTED: "平台已收",
    AttemptOutcome.FOUND: "查询到平台已收",
    AttemptOutcome.REFUSED: "平台拒收",
    AttemptOutcome.RETRY: "未送达，稍后重试",
    AttemptOutcome.UNCLEAR: "结果不明，稍后查询或重试",
}
EVENT = {
    EventKind.SUBMITTED: "群众提交",
    EventKind.FORWARDED: "转到共享平台",
    EventKind.DESK: "留在本台办理",
    EventKind.STATUS: "状态更新",
    EventKind.ATTACHMENT: "群众补充附件",
    EventKind.MESSAGE: "群众补充",
    EventKind.CONTACT_ERASED: "联系方式已删除",
}
# What the desk may say itself, where no platform handles it.
DESK_STATUSES = {
    status.value: STATUS[status]
    for status in (
        TicketStatus.ACCEPTED,
        TicketStatus.PROCESSING,
        TicketStatus.NEED_INFO,
        TicketStatus.REPLIED,
        TicketStatus.CLOSED,
        TicketStatus.REJECTED,
    )
}
ANSWER_FORM = (
    '<form><label class="form-label" for="desk-status">办理状态</label>'
    '<select class="form-select" id="desk-status" name="status">'
    + "".join(f'<option value="{value}">{label}</option>' for value, label in DESK_STATUSES.items())
    + '</select><label class="form-label mt-3" for="desk-reply">答复内容（可不填）</label>'
    '<textarea class="form-control" id="desk-reply" name="reply" rows="5" maxlength="600"></textarea></form>'
)
CHOOSE_STATUS = "请选择办理状态。"
REPLY_TOO_LONG = "答复最多 {limit} 字，请精简。"
ANSWERED = "已保存；会在公众号里告诉群众。"
ATTACHMENT = {AttachmentKind.IMAGE: "图片", AttachmentKind.VOICE: "语音", AttachmentKind.VIDEO: "视频"}
ATTACHMENT_STATE = {
    AttachmentState.PENDING: "正在取回",
    AttachmentState.FETCHED: "已取回",
    AttachmentState.MISSING: "没能取回（已过期或格式不对）",
}
SENT_AGAIN = "已重新排队；结果请稍后在“转发记录”里查看。"
NOT_SENT_AGAIN = "这件反馈和它的补充已经在平台上了，不需要再次发送。"
UNREADABLE = "（无法解密：请检查 BST_SECRET_KEY 是否与写入时相同）"
