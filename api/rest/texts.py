"""What the REST interface says in Chinese: problems, and the longer parts of its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class ProblemText:
    """``name``: the anchor of its explanation in ``/docs``. ``detail``: what to do."""

    name: str
    status: int
    title: str
    detail: str


PROBLEMS: Mapping[str, ProblemText] = MappingProxyType(
    {
        text.name: text
        for text in (
            ProblemText(
                "no-key",
                401,
                "没有有效的密钥",
                "请在请求头写 Authorization: Bearer 加密钥；密钥可能写错、到期或已停用，请向管理员核实。",
            ),
            ProblemText("not-allowed", 403, "密钥没有这项用途", "这个密钥不能用于这个接口，请联系管理员换发。"),
            ProblemText("other-region", 403, "密钥不含这个地区", "这个密钥只能用于限定的地区，请改写地区或找管理员。"),
            ProblemText("not-found", 404, "没有找到", "没有这个地址或这一项，请核对后再试。"),
            ProblemText("no-method", 405, "不支持这种请求方法", "请按说明页改用响应头 Allow 里的方法。"),
            ProblemText("conflict", 409, "有人正在改", "这个条目已有一份没有完成的草稿，请等它完成后再提交。"),
            ProblemText("too-large", 413, "请求太大", "请求体不能超过 128 KB，请减少内容后再试。"),
            ProblemText("invalid", 422, "内容不合要求", "请按 errors 逐项改正后再发。"),
            ProblemText("too-many", 429, "请求太频繁", "已到这个密钥每分钟的次数，请在 Retry-After 的秒数之后再发。"),
            ProblemText("internal", 500, "服务出错", "服务出了没有预料到的问题，请稍后再试；仍不行请联系管理员。"),
            ProblemText("unavailable", 503, "暂时不可用", "暂时连不上数据库，请在 Retry-After 的秒数之后再发。"),
        )
    }
)
NOT_IN_REGIONS = "这个密钥限定的地区是 {regions}，不含您写的 {region}。"
NATION = "全国通用"
DRAFT_OPEN = "{author}正在改这个条目（草稿 {revision}），请等它完成后再提交。"
NO_ENTRY = "没有这个编号的条目，或它没有发布过、不在密钥的地区内。"
NO_INSTITUTION = "没有这个统一社会信用代码的单位。"
NO_INSTITUTION_WRONG_DIGIT = "没有这个统一社会信用代码的单位；按国家标准，最后一位应为 {expected}，请核对。"
WRONG_PERIOD = "to 不能早于 from，两者最多相隔 {days} 天，并在 {first} 到 {last} 之间"
WRONG_CURSOR = "不是本接口给出的 next_cursor，请原样带回，或去掉后从头取"

WHICH = "您想问的是哪一个？请选择："
UNKNOWN = "抱歉，知识库里还没有这个问题的答案。问题已记下（不含个人信息），工作人员会据此补充。"
TOO_LITTLE = "没有明白您的意思，请把问题写完整一些，例如“变更登记要多久”。"
ONLY_NUMBERS = "为保护个人信息，请不要发送手机号、身份证号、银行卡号等号码；请用文字写出问题。"
CHITCHAT = "您好，我是编事通，可以解答机构编制和事业单位登记的问题，请写出您的问题。"
DISCLOSURE = "信息公开联系方式：{where}"

_FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "必须填写",
        "extra_forbidden": "不认识这一项，请删去",
        "json_invalid": "不是有效的 JSON，请检查引号、逗号和括号",
        "string_type": "应为文字",
        "string_unicode": "含有无法识别的字符",
        "string_too_short": "至少 {min_length} 个字",
        "string_too_long": "最多 {max_length} 个字",
        "string_pattern_mismatch": "写法不对，请按说明页的格式填写",
        "int_type": "应为整数",
        "int_parsing": "应为整数",
        "int_from_float": "应为整数",
        "greater_than_equal": "不能小于 {ge}",
        "less_than_equal": "不能大于 {le}",
        "bool_type": "应为 true 或 false",
        "list_type": "应为列表",
        "dict_type": "应为 JSON 对象",
        "model_attributes_type": "应为 JSON 对象",
        "model_type": "应为 JSON 对象",
        "literal_error": "应为以下之一：{expected}",
        "enum": "应为以下之一：{expected}",
        "timezone_aware": "时间要带时区，例如 2026-01-31T08:00:00+08:00",
        "value_error": "{error}",
    }
)
_MOMENT = "应为带时区的时间，例如 2026-01-31T08:00:00+08:00"
_DAY = "应为日期，例如 2026-01-31"
_OTHERWISE = "写法不对，请按说明页的格式填写"

DESCRIPTION = """\
给本单位其他业务系统使用：同步知识库、替群众提问、查事业单位的公开登记信息、取统计数字。

所有内容都是 UTF-8 的 JSON；时间按 RFC 3339，带时区。"""
SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "knowledge": "读知识库",
        "drafts": "提交条目草稿，经审核才会发布",
        "ask": "替群众提问",
        "institutions": "查单位的公开登记信息",
        "statistics": "取统计数字",
    }
)
SUCCESS = "成功"
KEY = "管理员在控制台“接口密钥”页，或用命令 bianshitong key add 发放的密钥；密钥限定用途和地区，停用后立即失效。"
TAGS = (
    {"name": "知识库", "description": "条目的同步与读取，列名与导入导出的文件相同。"},
    {"name": "问答", "description": "与公众号同一套匹配：能答就答，拿不准请选，不知道就说不知道。"},
    {"name": "单位", "description": "事业单位登记中对外公开的字段。"},
    {"name": "统计", "description": "群众提问的次数，不含任何个人信息和问题原文。"},
)


ADDRESS = "https://本系统地址"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "string": "文字",
        "integer": "整数",
        "number": "数",
        "boolean": "真假",
        "array": "列表",
        "object": "对象",
        "date": "日期",
        "date-time": "时间",
    }
)
EXAMPLE = "例如 {}"
OR_NULL = "或 null"
NOTHING_MORE = "……"
# Keywords of JSON Schema that a reader wants to know; a pattern is told by the words beside it.
LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "minimum": "最小 {}",
        "maximum": "最大 {}",
        "minLength": "至少 {} 字",
        "maxLength": "最多 {} 字",
        "default": "不写时为 {}",
    }
)


def fault(kind: str, context: Mapping[str, Any]) -> str:
    """What is wrong with one value, by the kind of error that Pydantic found; never the value itself."""
    if kind.startswith("datetime_"):
        return _MOMENT
    if kind.startswith("date_"):
        return _DAY
    return _FAULTS.get(kind, _OTHERWISE).format_map(dict(context))
