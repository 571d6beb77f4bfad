"""The words that steer the form, recognised however they are typed. No wording of ours: what citizens may write."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from knowledge.feedback.kinds import FeedbackKind
from knowledge.text.simplified import simplified


class Word(StrEnum):
    SKIP = "skip"
    BACK = "back"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    ANONYMOUS = "anonymous"
    CONTINUE = "continue"
    DISCARD = "discard"
    RESTART = "restart"
    NONE_OF_THESE = "none of these"
    WRONG = "wrong"
    NO = "no"


_WORDS = {
    Word.SKIP: "跳过 略过 下一步 不填 暂不填 没有了 没有了下一步 没了 好了 完了 就这些 就这样 发完了 不改 不改下一步"
    " 不留联系方式",
    Word.BACK: "上一步 返回 返回上一步 返回修改 上一题 后退",
    Word.CANCEL: "取消 退出 取消反馈 退出反馈 不填了 不反馈了 取消填写",
    Word.CONFIRM: "确认 提交 确认提交 确定 确定提交 我要提交 确认无误 核对无误提交 无误提交",
    Word.ANONYMOUS: "匿名 匿名提交 匿名反馈 我要匿名",
    Word.CONTINUE: "继续 继续填写 接着填 继续填",
    Word.DISCARD: "放弃 丢弃 放弃填写 不要了 删掉",
    Word.RESTART: "重新开始 重新填写 重新填 重填 重来 重写",
    Word.NONE_OF_THESE: "都不是 都不对 以上都不是",
    Word.WRONG: "不对 修改 修改一下 我要修改 要修改 改一下 改一改 改 要改 错 错了"
    " 写错了 填错了 弄错了 不正确 有误 有错 更正",
    Word.NO: "不是 不是的 否",
}
_BY_TEXT = {text: word for word, texts in _WORDS.items() for text in texts.split()}
LONGEST_NOISE = 6  # characters: 哈哈哈, 什么意思, 随便选一个
_ABOUT_CHOOSING = re.compile(r".{0,6}(?:选哪|选什么|哪一?个|哪一?类|哪种|怎么选|类型|分不清|看不懂).{0,6}")
LONGEST_COMMAND = 20  # characters, with signs around it
_ENDINGS = "吧了啊呀哦啦嘛哈呗喽"
_MAY_START = re.compile("反馈|反映|反应|投诉|建议|意见|咨询|求助|举报|留言|说一说")
# Said at a step where nothing has to be given, these skip it; elsewhere they may be an answer.
NOTHING = frozenset(
    [
        "没有",
        "没",
        "没啥",
        "没有要补充的",
        "无",
        "不用",
        "不用了",
        "不需要",
        "不清楚",
        "不知道",
        "不留",
        "不留了",
        "不想留",
        "不想说",
        "不说",
        "不方便",
        "不便",
        "不方便说",
        "不方便留",
        "不愿意",
        "不想填",
        "不填",
        "算了",
        "不确定",
        "否",
        "不",
    ]
)
YES = frozenset(
    ["是", "是的", "对", "对的", "好", "好的", "可以", "行", "嗯", "没问题", "没错", "ok", "yes", "无误", "核对无误"]
)
_CHATTER = re.compile(
    r"(?:(?:您|你)好|在吗|在么|有人吗|谢谢|多谢|感谢|好的?|知道了|明白了?|嗯+|哦+|收到|ok|hi|hello|再见|早上好|下午好|晚上好)(?:[您你啦了啊呀哈吧哦]|谢谢)*",
    re.IGNORECASE,
)
# 删除我的信息, however it is asked for.
ERASE = (
    r"(?:请|帮忙?|麻烦|劳驾|您|你们?|我|本人|想|要|需要|申请|能|可以|给)*"
    r"(?:(?:删除|清除|注销|删掉|清空|删)(?:掉|一下)?我的?(?:所有|全部)?的?(?:个人)?(?:信息|资料|数据|隐私)"
    r"|(?:把|将)我的?(?:所有|全部)?的?(?:个人)?(?:信息|资料|数据|隐私)(?:都|全部?)?(?:删除|清除|注销|删掉|清空|删)(?:掉|了)?)[吧啊呀了吗]*"
)
# What other topics answer in the middle of a form.
_EVERYWHERE = re.compile(
    r"帮助|使用帮助|help|菜单|更多|(?:转|找|联系|我要|要)?(?:人工|客服)(?:服务|客服|咨询|电话)?"
    r"|隐私(?:政策|声明|说明|保护)?|个人信息(?:保护)?(?:说明|声明|政策)"
    rf"|{ERASE}|确认删除(?:我的信息)?|不删除?了?"
    r"|查?进度|我的(?:反馈|投诉|建议|咨询|求助|工单)|(?:反馈|办理)进度"
    r"|(?:查?进度|反馈进度|查询?)?[\s:]*F\s*\d{8}[-–—_ ]?\d{3,12}(?:的?进度)?"
    r"|附图到.*|用图片新建反馈|不用图片了|常见问题|热门问题|问登记|问年报|问证书|查单位|查附近|查代码",
    re.IGNORECASE,
)
_START = re.compile(
    r"(?:我们?)?(?:想|要|需要|来)*(?:提交|新建|写|填|提)?(?:一个|个|一件|一下|点)?(?:意见)?(?:反馈|反映|反应)(?:意见|问题|情况|一下|一个问题)?|说一说|留言"
)
_KIND = re.compile(
    r"(?:我们?)?(?:想|要|需要|来|是)*(?:进行|提|做|选|有)?(?:一个|一条|一点|一些|个|条|点|些|出)?(咨询|建议|意见|投诉|求助|求助帮忙)(?:一下|类|问题|建议)?"
)
_WANTS = re.compile(r"我们?(?:要|想)(?:进行|提)?(?:一个|一条|个|条)?(咨询|建议|意见|投诉|求助)")
_KINDS = {
    "咨询": FeedbackKind.CONSULTATION,
    "建议": FeedbackKind.SUGGESTION,
    "意见": FeedbackKind.SUGGESTION,
    "投诉": FeedbackKind.COMPLAINT,
    "求助": FeedbackKind.HELP,
    "求助帮忙": FeedbackKind.HELP,
}
# Nobody in particular: what the form offers, however it is typed.
_NOBODY = re.compile(
    r"(?:这个|这件|我)?(?:不|没有?)(?:是)?(?:针对|涉及|指|关于|特指)(?:任何|某个?|哪个|哪一个|具体|特定|的|一个)*(?:单位|机构|部门|事项|谁|人)?(?:的)?(?:跳过)?"
    r"|没有?(?:具体|特定|针对)(?:的)?(?:单位|机构|部门|对象)(?:跳过)?"
)
# A sentence that tells something, where a name or a topic was asked for.
_TELLS = re.compile(
    r"[！!？?]|[^\s，,。；;][，,。；;\n]+[^\s，,。；;]|了[。～~\s]*$"
    r"|(?:太|很|非常|特别|真|十分|这么|那么|有点)(?:差|慢|乱|脏|久|坏|难|烂|少|贵|吵|热|冷|暗|小|大|高|低|麻烦|不)"
    r"|(?:没人|没有人|无人)(?:管|理|接|答|在|来)|不(?:给|让|理|肯|接)"
    r"|我们?(?:要|想)(?:投诉|建议|反映|反馈|咨询|求助|提)"
    r"|^(?:我|我们)?(?:建议|应该|应当|希望|请(?=你们|您|给|帮|尽快|把|将|在)|能不能|可不可以|能否|可否)(?!小学|学校|中学|幼儿园|工程|书|箱)."
)
_ABOUT_IT = re.compile(r"对(?:它|他|她|该单位|这个单位|这家单位|此单位)(?:进行|提)?(?:反馈|投诉|提建议|建议|反映)")
_ONLY_REPORTS = re.compile(r"(?:我|我们|本人)?(?:想|要|来)*(?:举报|检举)(?:一下|问题)?")
_NO_REPORT_CONTENT = re.compile(
    r"(?:我们?|本人|想|要|来|向|打|拨|12310|举报|检举|机构编制|编制|违规|违纪|违法|问题|一下|的|\W)*"
)
_QUESTION = re.compile(
    r"[?？]|吗|怎么|怎样|如何|什么|多久|多少|几天|哪里|哪儿|哪些|哪个|为什么|为啥|能不能|可不可以|是不是|是否|能否|要不要|谁"
)
# Signs that carry no words: control characters (but not the line break and tab), and halves of a pair.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_EDGE = " \t\r\n。．.!！,，、;；~～…“”\"'"


@dataclass(frozen=True, slots=True)
class Opening:
    """A message that begins a feedback. ``rest`` is what follows its first words."""

    kind: FeedbackKind | None
    rest: str
    outright: bool  # by 我要…, or with a colon: no heading such as 投诉流程


_OPENING = re.compile(
    r"(?:(?:您|你)们?好|你好)?[\s，,！!。]*(?P<own>(?:我们?|本人|想|要|来|需要|在此|现在?|特此)*)(?:向(?:你们|您|贵单位|贵办|编办|有关部门))?"
    r"(?:进行|提出|提|做|有)?(?:一|几|两)?(?:个|条|点|些|下|份)?(?P<kind>咨询|建议|意见|投诉|求助|反映|反馈|举报)(?:一下|一个问题|个问题|问题|情况)?"
    r"(?P<mark>[\s:：，,。—-]*)(?P<rest>.*)",
    re.DOTALL,
)
_OPENING_KINDS = _KINDS | {"举报": FeedbackKind.COMPLAINT}


def clean(text: str) -> str:
    """The words without signs that nobody can see; line breaks stay."""
    return _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def plain(text: str) -> str:
    """How words are compared: half width, Simplified, without signs around them."""
    return simplified(unicodedata.normalize("NFKC", text)).strip(_EDGE).replace("，", "").replace(",", "")


def bare(text: str) -> str:
    """Plain, and without the particles at its end: 取消吧 is 取消."""
    return plain(text).rstrip(_ENDINGS)


def command(text: str) -> Word | None:
    if len(text) > LONGEST_COMMAND:
        return None
    words = plain(text)
    while words not in _BY_TEXT and words.endswith(tuple(_ENDINGS)):
        words = words[:-1]  # one at a time: 不填了吧 is 不填了, not 不填
    return _BY_TEXT.get(words)


def declines(text: str) -> bool:
    """没有, 不用, 不方便: nothing is given."""
    return plain(text) in NOTHING or bare(text) in NOTHING


def says_nothing(text: str) -> bool:
    """Too short to be the matter, or about the choosing itself, where a choice was asked for."""
    said = "".join(sign for sign in plain(text) if sign.isalnum())
    return len(said) <= LONGEST_NOISE or _ABOUT_CHOOSING.fullmatch(said) is not None


def agrees(text: str) -> bool:
    return plain(text).lower() in YES or bare(text).lower() in YES


def may_start(text: str) -> bool:
    """Cheap: false for most messages, which say none of the words that begin a form."""
    return _MAY_START.search(simplified(text)) is not None


def works_everywhere(text: str) -> bool:
    return _EVERYWHERE.fullmatch(plain(text)) is not None or plain(text) in ("?", "？")


def starts_form(text: str) -> bool:
    """反馈 and what means the same, with nothing else said."""
    return _START.fullmatch(bare(text)) is not None


def about_shown_institution(text: str) -> bool:
    """对它反馈, after a card."""
    return _ABOUT_IT.fullmatch(bare(text)) is not None


def kind_of(text: str) -> FeedbackKind | None:
    """A kind and nothing else: 投诉, 我要投诉, 提个建议."""
    found = _KIND.fullmatch(bare(text))
    return _KINDS[found.group(1)] if found else None


def names_nobody(text: str) -> bool:
    """不针对具体单位: there is no object, or it is to go again."""
    return len(text) <= LONGEST_COMMAND and _NOBODY.fullmatch(bare(text)) is not None


def tells_matter(text: str) -> bool:
    """A sentence, and not the name of an institution or a topic."""
    return _TELLS.search(simplified(text).strip()) is not None


def other_kind(text: str, kind: FeedbackKind | None) -> bool:
    """Somebody says in so many words that he wants another kind of feedback than the form holds."""
    wanted = _WANTS.search(simplified(text))
    return wanted is not None and kind is not None and _KINDS[wanted.group(1)] is not kind


def only_reports(text: str) -> bool:
    """我要举报, without a word of what."""
    return len(text) <= LONGEST_COMMAND and _ONLY_REPORTS.fullmatch(bare(text)) is not None


def tells_what(text: str) -> bool:
    """Whether a report says more than that it is one: 12310举报 does not."""
    return _NO_REPORT_CONTENT.fullmatch(plain(text)) is None


def opening(text: str) -> Opening | None:
    """我要投诉XX单位…, 建议：…: somebody says that he speaks up, and goes on to what it is about."""
    read = simplified(text)
    found = _OPENING.fullmatch(read)
    if found is None:
        return None
    outright = bool(found["own"] or found["mark"].strip(" \t"))
    if not outright and found["kind"] not in ("投诉", "求助", "建议"):
        return None
    # As written; a conversion that changed the length (none known) would have moved the place.
    rest = text[found.start("rest") :] if len(read) == len(text) else found["rest"]
    return Opening(_OPENING_KINDS.get(found["kind"]), rest.strip(), outright)


def looks_like_question(text: str) -> bool:
    text = simplified(text)
    return _QUESTION.search(text) is not None or text.rstrip().endswith(("呢", "么"))


def is_chatter(text: str) -> bool:
    """A greeting or thanks: no part of what is filed."""
    return _CHATTER.fullmatch(plain(text)) is not None


def is_idle(text: str) -> bool:
    """Chatter that is no assent either: the form asks its question again."""
    return is_chatter(text) and not agrees(text)


def has_words(text: str) -> bool:
    return any(sign.isalnum() for sign in text)
