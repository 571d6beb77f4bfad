"""The privacy statement (个人信息保护法 art. 17: who, what, why, how long, which rights) and the words of erasure."""

from __future__ import annotations

from collections.abc import Mapping

# Raise it whenever the statement below changes: who agreed to an older one is asked again.
PRIVACY_VERSION = "2027-01"

THIS_OFFICE = "本公众号的主办单位（机构编制部门）"
STATEMENT = (
    "个人信息说明（版本 {version}）\n"
    "· 谁收集：{bureau}\n"
    "· 收集什么：您填写和之后补充的反馈内容、图片、语音、视频、位置；您自愿留下的姓名和电话；微信给本公众号的用户标识\n"
    "· 提问和查询：不需要姓名电话；问题文字去掉手机号、证件号等信息后保存400天，用来改进答案，不记是谁问的\n"
    "· 您点了“有答案时告诉我”：记下那个问题和您的微信标识，补上答案时告诉您一次，最多保存180天\n"
    "· 做什么用：办理您的反馈、告诉您进展，不作他用；内容会转给承办单位的工作平台\n"
    "· 保存多久：没有提交的草稿 7 天后自动删除；提交的反馈加密保存到办结，之后按档案规定管理\n"
    "· 匿名：选择匿名，不留姓名电话，工作人员和承办单位看不到您的微信标识\n"
    "· 您的权利：查看（“我的反馈”）、撤回草稿（“取消”）、删除（“删除我的信息”）\n"
    "· 请不要填写身份证号、银行卡号，不要发送涉密内容"
)
CONTACT = "有疑问请联系：{phone}"
PAGE = "完整说明：{page}"
AFTER_STATEMENT = "要删除您的信息，请回复“删除我的信息”；要提交反馈，请回复“反馈”。"

ASK_ERASE = (
    "将删除：未提交的草稿、您留下的姓名和电话、微信标识、同意记录、在等答案的问题，以及已办结反馈的内容和图片。\n"
    "还在办理的反馈，依规定须办结后才能删除内容，现在只删除联系方式；已经转给承办单位的内容，请向承办单位申请删除。\n"
    "删除后不能恢复，也不能再推送结果。确定请选“确认删除”："
)
ERASE_WORD, KEEP_WORD = "确认删除", "不删除"
NOTHING_TO_ERASE = "没有查到您在本公众号留下的个人信息，无需删除。有问题请直接发送。"
KEPT = "好的，没有删除任何信息。有问题请直接发送。"
ERASED = "已删除您的个人信息。"
ERASED_CLOSED = "已办结的 {count} 件反馈，内容、图片和联系方式已删除。"
ERASED_OPEN = (
    "仍在办理的反馈：{references}。内容依规定保留到办结，联系方式已删除；"
    "请记下编号，发送“进度”加编号查看结果，办结后可再来删除。"
)
AFTER_ERASE = "有问题请直接发送，回复“帮助”看看我能做什么。"


def statement(bureau: Mapping[str, str], page: str | None) -> str:
    """``page`` is the address of the full page, ``None`` where the account has none."""
    parts = [STATEMENT.format(version=PRIVACY_VERSION, bureau=bureau.get("bureau_name") or THIS_OFFICE)]
    if phone := bureau.get("bureau_phone"):
        parts.append(CONTACT.format(phone=phone))
    if page:
        parts.append(PAGE.format(page=page))
    return "\n".join(parts)


def erased(closed: int, still_open: tuple[str, ...]) -> str:
    parts = [ERASED]
    if closed:
        parts.append(ERASED_CLOSED.format(count=closed))
    if still_open:
        parts.append(ERASED_OPEN.format(references="、".join(still_open)))
    return "\n".join([*parts, AFTER_ERASE])
