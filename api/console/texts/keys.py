"""What the page of keys says."""

from __future__ import annotations

KEYS = "接口密钥"
ABOUT = "给本单位其他系统使用接口的密钥。密钥只显示一次，系统只存它的摘要；停用后立即失效。"
SCOPES = {
    "knowledge": "读知识库",
    "drafts": "提交条目草稿（经审核才会发布）",
    "ask": "替群众提问",
    "institutions": "查单位的公开登记信息",
    "statistics": "取统计数字",
}
STATES = {"open": "在用", "ended": "已到期", "revoked": "已停用"}
MADE = "“{name}”的密钥已发放。它只显示这一次，请马上复制并交给对方保存："
REVOKED = "密钥已停用，立即失效。"
GONE = "没有这个密钥，或它已经停用。"
NO_DAY = "到期日应写作 2026-01-31 的形式；不限期请留空"
ASK_REVOKE = "停用“{name}”的密钥？对方系统会马上无法使用，不能恢复。"
