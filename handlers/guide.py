"""What one can ask: 帮助, the lists behind the menu, and the word that starts each look-up."""

from __future__ import annotations

from bot.replies import Reply
from bot.router import Asked
from handlers.answering import next_piece, say, told
from handlers.context import Context
from handlers.conversation import Choice
from handlers.taps import WordRouter
from handlers.texts import common as texts

router = WordRouter("guide")

EXAMPLES = (
    Choice("法人证书丢失了怎么补领？", "法人证书丢失了怎么补领？"),
    Choice("年度报告什么时候报？", "事业单位法人年度报告什么时候报？"),
    Choice("设立登记要提交哪些材料？", "办理事业单位设立登记要提交哪些材料？"),
)
WAYS = (
    Choice(texts.POPULAR_WORD, "常见问题"),
    Choice(texts.INSTITUTION_WORD, "查单位"),
    Choice(texts.FEEDBACK, "反馈"),
    Choice(texts.MINE, "我的反馈"),
    Choice(texts.PERSON, "人工"),
    Choice(texts.PRIVACY, "隐私"),
)
CONTINUE_FORM = Choice(texts.CONTINUE_FORM, "继续")
# Questions of the starter knowledge base, word for word, so that a tap finds its entry.
POPULAR = (
    *EXAMPLES,
    Choice("证书快到期了怎么换领？", "证书快到期了，怎么换领新证？"),
    Choice("住所变更登记怎么办？", "单位搬家了，住所变更登记怎么办？"),
    Choice("怎么查统一社会信用代码？", "怎么查单位的统一社会信用代码？"),
    Choice("网站标识怎么申请？", "网站标识（挂标）怎么申请？"),
)
REGISTRATION = (
    Choice("设立登记：要哪些材料", "办理事业单位设立登记要提交哪些材料？"),
    Choice("设立登记：要具备哪些条件", "申请事业单位法人设立登记要具备哪些条件？"),
    Choice("变更登记：哪些情况要办", "哪些情况需要办理事业单位变更登记？"),
    Choice("变更登记：多长时间内申请", "变更登记要在多长时间内申请？"),
    Choice("注销登记：办理流程", "注销登记的办理流程是什么？"),
    Choice("找哪个部门办", "事业单位法人登记找哪个部门，按什么层级办？"),
)
ANNUAL_REPORT = (
    Choice("什么时候报", "事业单位法人年度报告什么时候报？"),
    Choice("要填哪些内容", "年度报告要填哪些内容？"),
    Choice("网上填报流程", "年度报告网上填报的流程是什么？"),
    Choice("不按时报有什么后果", "不按时报年报或年报造假有什么后果？"),
    Choice("在哪里查看年报", "在哪里可以查看事业单位的年度报告？"),
)
CERTIFICATE = (
    Choice("丢失了怎么补领", "法人证书丢失了怎么补领？"),
    Choice("快到期了怎么换领", "证书快到期了，怎么换领新证？"),
    Choice("有效期是多久", "《事业单位法人证书》有效期是多久？"),
    Choice("过期了还能用吗", "证书已经过期了还能用吗？"),
    Choice("电子证书和纸质证书", "事业单位法人电子证书和纸质证书效力一样吗？"),
)


@router.text(r"帮助|使用帮助|help|[?？]|菜单|功能|怎么用|你(?:能|会)(?:做|干)什么")
def show_help(asked: Asked, context: Context) -> Reply:
    """While a form is open, it says so, and leads back instead of to another one."""
    if not context.conversation.form_open:
        return say(context, told(context, "help"), WAYS)
    ways = tuple(CONTINUE_FORM if way.content == "反馈" else way for way in WAYS)
    return say(context, f"{texts.FORM_OPEN}\n\n{told(context, 'help')}", ways)


@router.text(r"更多|下一页|继续看|还有吗")
def show_more(asked: Asked, context: Context) -> Reply:
    """The next piece of the last long answer; what was offered with it can still be picked."""
    return next_piece(context.conversation) or say(context, texts.NOTHING_MORE)


@router.text(r"常见问题|热门问题")
def popular_questions(asked: Asked, context: Context) -> Reply:
    return say(context, told(context, "popular"), POPULAR)


@router.text(r"问登记")
def about_registration(asked: Asked, context: Context) -> Reply:
    return say(context, told(context, "about_registration"), REGISTRATION)


@router.text(r"问年报")
def about_annual_report(asked: Asked, context: Context) -> Reply:
    return say(context, told(context, "about_annual_report"), ANNUAL_REPORT)


@router.text(r"问证书")
def about_certificate(asked: Asked, context: Context) -> Reply:
    return say(context, told(context, "about_certificate"), CERTIFICATE)


@router.text(r"查(?:单位|机构)")
def ask_for_institution(asked: Asked, context: Context) -> Reply:
    return say(context, told(context, "ask_institution"))


@router.text(r"查附近|附近的?(?:单位|机构)")
def ask_for_place(asked: Asked, context: Context) -> Reply:
    return say(context, told(context, "ask_nearby"))


@router.text(r"查(?:信用)?代码")
def ask_for_code(asked: Asked, context: Context) -> Reply:
    return say(context, told(context, "ask_code"))


@router.text(r"查?进度")
def ask_for_progress(asked: Asked, context: Context) -> Reply:
    choices = (Choice(texts.MINE, "我的反馈"), Choice(texts.CASE_PROGRESS, "怎么查办理进度？"))
    return say(context, texts.ASK_PROGRESS, choices)
