"""What the console calls things; Simplified Chinese."""

from __future__ import annotations

from knowledge.feedback.kinds import AttemptOutcome, EventKind, FeedbackKind, ForwardState, TicketStatus

TITLE = "编事通 · 管理台"
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
OUTCOME = {
    AttemptOutcome.ACCEPTED: "平台已收",
    AttemptOutcome.FOUND: "查询到平台已收",
    AttemptOutcome.REFUSED: "平台拒收",
    AttemptOutcome.RETRY: "未送达，稍后重试",
    AttemptOutcome.UNCLEAR: "结果不明，先查询再决定",
}
EVENT = {
    EventKind.SUBMITTED: "群众提交",
    EventKind.FORWARDED: "转到共享平台",
    EventKind.DESK: "留在本台办理",
    EventKind.STATUS: "状态更新",
    EventKind.ATTACHMENT: "附件",
    EventKind.CONTACT_ERASED: "联系方式已删除",
}
DECISION = {"none": "没有答案", "choices": "请对方选择", "useless": "对方说没用"}
SENT_AGAIN = "已重新排队；结果请稍后在“转发记录”里查看。"
NOT_SENT_AGAIN = "这件反馈已经在平台上了，不需要再次发送。"
UNREADABLE = "（无法解密：请检查 BST_SECRET_KEY 是否与写入时相同）"
MARKED_HANDLED = "已标为处理完毕。"
