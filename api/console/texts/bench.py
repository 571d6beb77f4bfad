"""What the test bench says."""

from __future__ import annotations

TRIAL_ABOUT = "像群众一样问一句，看公众号怎样答、为什么这样答。这里的问题不计入群众的提问，填表等步骤也不会真的保存。"
QUESTION_EMPTY = "请先填写要问的问题。"
QUESTION_TOO_LONG = "问题有 {length} 字，太长了；请删到 {limit} 字以内再试。"
ACCOUNT_UNKNOWN = "没有这个公众号，请重新选择。"
REGION_WRONG = "地区请填 6 位行政区划代码，例如 110000；不填就用公众号自己的地区。"
NOT_FROM_BASE = "没有用到知识库；所附的是知识库单独判断的结果，供参考。"
BASE = {"live": "现在的知识库", "approved": "含全部待发布的草稿"}
WITH_DRAFT = "含这份草稿：{question}"
DRAFT_GONE = "这份草稿已经发布、作废或不在您负责的范围，请重新选择。"
DRAFT_NOT_BUILT = "含草稿的知识库没能建立，可能是磁盘满了；请稍后再试，或联系系统维护人员。"
CHOOSE_ENTRY = "没有这个条目，请重新选择。"
VARIANT_ADDED = "已加到这份草稿的问法里；提交、审核并发布后生效。"
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
    "faq.waiting": "有答案时告诉我",
    "last": "兜底提示",
    "": "无",
}
