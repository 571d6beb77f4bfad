"""What the console calls things; Simplified Chinese."""

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
UNANSWERED, NOT_AMONG, USELESS = "未答", "都不是", "没用"
DECISION = {"none": UNANSWERED, "useless": f"{NOT_AMONG}或{USELESS}"}
ENTRY_STATUS = {"published": "已发布", "draft": "草稿", "retired": "已停用"}
SENT_AGAIN = "已重新排队；结果请稍后在“转发记录”里查看。"
NOT_SENT_AGAIN = "这件反馈和它的补充已经在平台上了，不需要再次发送。"
UNREADABLE = "（无法解密：请检查 BST_SECRET_KEY 是否与写入时相同）"
MARKED_HANDLED = "已标为处理完毕。"

TERM_KIND = {"synonym": "同义词", "related": "相关词", "word": "专用词"}
TERM_ABOUT = {
    "synonym": "意思完全相同、可以互换的说法。群众用哪个词问，都找同样的条目。",
    "related": "有关系但不能互换的说法。群众这样问时，系统只会反问“您问的是……还是……”，不会直接回答。",
    "word": "要当作一个整体来认的词，例如本地的系统名、简称。不填同义词。",
}
TERM_WORD_LABEL = {"synonym": "规范说法", "related": "群众的说法", "word": "词语"}
TERM_OTHERS_LABEL = {"synonym": "同义的说法", "related": "可能指的词"}
TERM_LIVE = "保存后 5 秒内生效，不用重启。词语会统一成简体、半角、小写。"
TERM_SAVED = "已保存“{word}”，5 秒内生效。"
TERM_REMOVED = "已删除“{word}”，5 秒内生效。"
NOTE_TOO_LONG = "说明最多 {limit} 字，请精简。"
TERM_GONE = "这一条已经被别人删除了。"
REFUSED_TERM = {
    "empty": "请填写词语（只有标点或表情不算）。",
    "one_sign": "“{word}”只有一个字，容易误配；请填两个字以上的词。",
    "too_long": "“{word}”太长；每个词最多 {longest} 个字。",
    "too_many": "一条里最多填 {most} 个词，请分成几条。",
    "twice": "“{word}”填了两次，请删去一个。",
    "itself": "“{word}”不能是它自己的{kind}，请把它从后一栏删去。",
    "two_groups": "“{word}”已经在另一条同义词里；请先搜索到那一条，在那里修改。",
    "taken": "“{word}”已经有一条了；请搜索到那一条，在那里修改。",
}
NO_OTHERS = {
    "synonym": "请给“{word}”填至少一个同义的说法。",
    "related": "请填“{word}”可能指的词，至少一个。",
}

TRIAL_ABOUT = "像群众一样问一句，看公众号怎样答、为什么这样答。这里的问题不计入群众的提问，填表等步骤也不会真的保存。"
QUESTION_EMPTY = "请先填写要问的问题。"
QUESTION_TOO_LONG = "问题有 {length} 字，太长了；请删到 {limit} 字以内再试。"
ACCOUNT_UNKNOWN = "没有这个公众号，请重新选择。"
REGION_WRONG = "地区请填 6 位行政区划代码，例如 110000；不填就用公众号自己的地区。"
NOT_FROM_BASE = "没有用到知识库；所附的是知识库单独判断的结果，供参考。"
TRANSFERRED = "（转给人工客服）"
PICTURE = "（一张图片）"
SILENT = "（不回复）"
TOPIC = {
    "first": "固定口令",
    "privacy": "隐私",
    "tracking": "查进度",
    "form": "反馈表",
    "feedback": "反馈",
    "institutions.explicit": "查单位",
    "institutions.name": "查单位",
    "unclear": "听不明白时的提示",
    "faq": "知识库",
    "last": "兜底提示",
    "": "无",
}
