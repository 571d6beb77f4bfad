"""Wording of the feedback form: its questions, what it says to answers, and its summary."""

from __future__ import annotations

from collections.abc import Mapping

from bot.links import menu_link
from handlers.texts.privacy import THIS_OFFICE
from knowledge.feedback.draft_content import MAX_MEDIA, MAX_TEXT, DraftContent
from knowledge.feedback.filing import filed_text, filed_topic
from knowledge.feedback.kinds import AttachmentKind, FeedbackKind

PREVIEW = 300  # characters of the text that the summary repeats
_FULL_WIDTH = {ord("<"): "＜", ord(">"): "＞"}

KINDS = {
    FeedbackKind.CONSULTATION: "咨询",
    FeedbackKind.SUGGESTION: "建议",
    FeedbackKind.COMPLAINT: "投诉",
    FeedbackKind.HELP: "求助",
}
MEDIA = {AttachmentKind.IMAGE: "图片", AttachmentKind.VOICE: "语音", AttachmentKind.VIDEO: "视频"}

SKIP, BACK, CANCEL, CONFIRM, ANONYMOUS = "跳过", "上一步", "取消", "确认", "匿名"
CONTINUE, DISCARD, RESTART = "继续", "放弃", "重新开始"
NEXT_LABEL, NO_CONTACT_LABEL, KEEP_LABEL = "没有了，下一步", "不留联系方式", "不改，下一步"
SUBMIT_LABEL, CHANGE_LABEL, NO_TARGET_LABEL = "确认提交", "返回修改", "不针对具体单位，跳过"
CLEAR_TARGET = "不针对具体单位"

NOTICE = (
    "填写前请知悉：{bureau}收集您填写的内容、图片、语音、视频、位置和自愿留下的姓名电话，只用于办理这件反馈；"
    "草稿保存 7 天，反馈加密保存到办结，之后按档案规定管理。详见{privacy}。继续填写即表示同意；不同意请回复“取消”。"
)
NOTICE_AGAIN = "（收集和使用个人信息的说明，回复“隐私”查看；不想填写可回复“取消”。）"
ASK_KIND = "请选择类型："
ASK_TARGET = "反馈针对哪个单位或什么事项？请发送单位名称或事项（可跳过）："
WHICH_TARGET = "找到几个相近的单位，请选择；都不是，可以写得更全再发一次："
TARGET_NOW = "现在填的是：{target}。发送新的可替换；不改请选“不改，下一步”；要去掉请选“不针对具体单位”。"
ASK_TEXT = (
    "请写下具体内容：时间、地点、经过和您的诉求，一条消息就可以，之后还能补充。\n"
    "（请不要填写身份证号、银行卡号，不要发送涉密内容。）"
)
ASK_TEXT_AGAIN = "现在的内容（{count}字）：\n{preview}\n\n发送新内容将整段替换；不改请选“不改，下一步”。"
ASK_MEDIA = (
    "需要补充图片、语音、视频或位置吗？直接发送即可，最多 {most} 个；也可以继续发送文字补充。\n"
    "（请勿发送涉密文件、批复、花名册的照片。）"
)
MEDIA_SO_FAR = "还可以继续发送（现有 {count} 个附件{place}，最多 {most} 个）。没有了请选“没有了，下一步”。"
AND_PLACE = "和位置"
ONLY_PLACE = "还可以发送图片或文字补充（已有位置）；没有了请选“没有了，下一步”。"
ASK_CONTACT = (
    "方便留下姓名和电话吗？只用于联系您，例如“张三 13800000000”。\n"
    "不留也能在这里查看结果；选“匿名”则不保存任何联系方式，工作人员看不到您是谁。"
)
ASK_PHONE = "已记下姓名。请再发送联系电话，或选“不留联系方式”跳过电话。"

KIND_TAKEN = "已选：{kind}。"
TARGET_CLEARED = "好的，不针对具体单位。"
KIND_STAYS = "类型还是“{kind}”，要改请回复“上一步”。"
TARGET_TAKEN = "反馈对象：{target}。"
TEXT_TAKEN = "已记下您的内容。"
TEXT_ADDED = "已补充到内容里。"
MEDIA_TAKEN = "已收到{kind}。"
MEDIA_AGAIN = "这个附件已经收到过了。"
MEDIA_LAPSED = "之前发的附件超过 3 天，微信已不再保存，请在补充附件时重新发送。"
MEDIA_FULL = "最多 {most} 个附件，这一个没有加上。"
PLACE_TAKEN = "已收到位置。"
CONTACT_TAKEN = "已记下联系方式。"
CONTACT_AGAIN = "好的，请重新发送姓名和电话。"
CONTACT_NONE = "不留联系方式。"
ANONYMOUS_TAKEN = "已选匿名，不保存姓名和电话。"
NOT_NOW_ANONYMOUS = "已改为留联系方式，不再匿名。"
TEXT_TOO_LONG = "内容太长了（最多 {most} 字），这一段没有加上。请精简，或先提交这一件，再另交一件。"
TEXT_NEEDED = "内容不能跳过。"
KIND_NEEDED = "请先选择类型。"
FIRST_STEP = "已经是第一步了。"
NOT_A_CONTACT = "没有认出姓名或电话，请按“张三 13800000000”的样子发送。"
PRIVATE_NUMBERS = "提示：内容里好像有身份证号或银行卡号，办理一般用不到，建议“返回修改”去掉。"
HIDDEN_NUMBERS = "因为选了匿名，内容里的号码等个人信息已经隐去。"
KEPT_TEXT = "您刚才的话已先记为反馈内容。"
PRIVATE_DROPPED = "提示：身份证号、银行卡号办理一般用不到，已经略去，没有保存。"
NOT_UNDERSTOOD_STEP = "没有认出您的选择。"
STILL_OPEN = "您的反馈还没填完，回复“继续”接着填。"

SUMMARY_HEAD = "请核对后提交："
SUMMARY_TAIL = "回复“确认”提交。要补充可以直接发送文字或图片。"
NO_TARGET = "未指定"
NO_CONTACT = "不留"

RESUME = "您有一份未完成的反馈{about}，要继续填写吗？"
RESUME_HELD = "（您刚才发的话先替您留着，选“继续”就填进这份反馈。）"
SECOND = "您有一份反馈还没填完{about}。要继续填写，还是放弃它、重新开始？"
DISCARDED = "已取消，填写的内容已删除，没有提交。需要时回复“反馈”重新开始。"
DISCARDED_HELD = "刚才那句话也没有保存；如果是想提问，请再发一次。"
NO_FORM = "现在没有正在填写的反馈。要提交反馈请回复“反馈”，查看已提交的请回复“我的反馈”。"
NO_INSTITUTION_SHOWN = "请先发送单位名称查到它，再点“对它反馈”；也可以在下面直接填写。"
ANSWERED_INSIDE = "（以上是对您提问的回答；您的反馈还在填写中。）"

FILED = "已提交，感谢您的反馈。\n编号：{reference}"
PROGRESS_LABEL = "查看进展"
FILED_NEXT = "接下来由工作人员受理并转交承办单位，有进展会在这里告诉您。"
FILED_DAYS = "一般{days}内答复。"
FILED_ASK = "随时发送“进度 {reference}”或“我的反馈”查看办到哪一步。"

VIOLATION = (
    "您说的像是机构编制违规问题（如吃空饷、超编进人、擅自设机构等）。"
    "这类举报依规定由 12310 专门受理，本公众号不接收也不保存，刚才的内容没有留下。"
)
VIOLATION_NOT_TOLD = (
    "机构编制违规问题（如吃空饷、超编进人、擅自设机构等）的举报，依规定由 12310 专门受理，本公众号不接收也不保存。"
)
VIOLATION_CALL = "· 举报电话：12310（外地请加拨当地区号）"
VIOLATION_ADDRESS = "· 来信来访：{address}"
VIOLATION_HOURS = "· 接待时间：{hours}"
VIOLATION_PHONE = "· 咨询电话：{phone}"
VIOLATION_NO_ADDRESS = "· 来信来访的地址和时间，请拨 12310 询问"
VIOLATION_AFTER = "如果不是举报，而是对服务的投诉或建议，请回复“反馈”填写。"
VIOLATION_IN_FORM = "您的反馈还在填写中：要反映其他事项请接着填；只是举报请回复“取消”。"
ASK_REPORT = "您要反映的是哪一类问题？"
REPORT_LABEL, COMPLAINT_LABEL = "机构编制违规（吃空饷、超编等）", "办事服务方面的投诉"


def notice(bureau: Mapping[str, str], page: str | None) -> str:
    """Said before anything of the citizen is asked for; ``page`` is the privacy page's address where there is one."""
    link = f'<a href="{page}">个人信息说明</a>' if page else menu_link("个人信息说明", "隐私")
    return NOTICE.format(bureau=bureau.get("bureau_name") or THIS_OFFICE, privacy=link)


def target_of(content: DraftContent) -> str | None:
    return content.institution.name if content.institution else content.topic


def about(content: DraftContent) -> str:
    """（投诉·示例县档案馆）, or nothing where nothing is known yet."""
    parts = [KINDS[content.kind] if content.kind else "", target_of(content) or ""]
    known = "·".join(part for part in parts if part)
    return f"（{shown(known)}）" if known else ""


def target_taken(target: str) -> str:
    return TARGET_TAKEN.format(target=shown(target))


def ask_text(content: DraftContent) -> str:
    if not content.text:
        return ASK_TEXT
    return ASK_TEXT_AGAIN.format(count=len(content.text), preview=_preview(content.text))


def ask_target(content: DraftContent) -> str:
    if content.candidates:
        return WHICH_TARGET
    target = target_of(content)
    return TARGET_NOW.format(target=shown(target)) if target else ASK_TARGET


def ask_media(content: DraftContent) -> str:
    if content.media:
        place = AND_PLACE if content.location else ""
        return MEDIA_SO_FAR.format(count=len(content.media), place=place, most=MAX_MEDIA)
    return ONLY_PLACE if content.location else ASK_MEDIA.format(most=MAX_MEDIA)


def ask_contact(content: DraftContent) -> str:
    return ASK_PHONE if content.name and not content.phone else ASK_CONTACT


def summary(content: DraftContent) -> str:
    """What will be filed, as the citizen should check it; a phone number only by its ends."""
    assert content.kind is not None
    text, topic = filed_text(content), filed_topic(content)
    lines = [
        SUMMARY_HEAD,
        f"· 类型：{KINDS[content.kind]}",
        f"· 对象：{shown((content.institution.name if content.institution else topic) or NO_TARGET)}",
        f"· 内容（{len(text)}字）：{_preview(text)}",
        f"· 附件：{len(content.media)} 个",
        f"· 位置：{'有' if content.location else '无'}",
        f"· 联系方式：{_contact(content)}",
    ]
    if content.anonymous and text != content.text:
        lines.append(HIDDEN_NUMBERS)
    return "\n".join([*lines, SUMMARY_TAIL])


def filed(reference: str, days: str | None) -> str:
    """``days``: the bureau's own promise for this kind, as it wrote it."""
    promise = FILED_DAYS.format(days="".join(days.split())) if days else ""
    head = FILED.format(reference=reference)
    return "\n".join([head, FILED_NEXT + promise, FILED_ASK.format(reference=reference)])


def violation(bureau: Mapping[str, str], *, told: bool) -> str:
    """Where such a report belongs; facts that the bureau has not given are left out.

    ``told``: the citizen wrote something that was not kept; otherwise only the kind was chosen.
    """
    facts = (
        (VIOLATION_ADDRESS, "address", "bureau_address"),
        (VIOLATION_HOURS, "hours", "office_hours"),
        (VIOLATION_PHONE, "phone", "bureau_phone"),
    )
    lines = [words.format(**{name: bureau[fact]}) for words, name, fact in facts if bureau.get(fact)]
    if not (bureau.get("bureau_address") and bureau.get("office_hours")):
        lines.append(VIOLATION_NO_ADDRESS)
    return "\n".join([VIOLATION if told else VIOLATION_NOT_TOLD, VIOLATION_CALL, *lines])


def too_long() -> str:
    return TEXT_TOO_LONG.format(most=MAX_TEXT)


def media_taken(kind: AttachmentKind) -> str:
    return MEDIA_TAKEN.format(kind=MEDIA[kind])


def media_full() -> str:
    return MEDIA_FULL.format(most=MAX_MEDIA)


def shown(text: str) -> str:
    """Angle brackets become full-width ones: WeChat reads them as a link."""
    return text.translate(_FULL_WIDTH)


def _preview(text: str) -> str:
    return shown(text) if len(text) <= PREVIEW else shown(text[:PREVIEW]) + "……"


def _contact(content: DraftContent) -> str:
    if content.anonymous:
        return ANONYMOUS
    phone = content.phone
    masked = f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) > 7 else phone
    return " ".join(shown(part) for part in (content.name, masked) if part) or NO_CONTACT
