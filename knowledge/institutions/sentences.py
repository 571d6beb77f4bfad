"""The name inside a question about an institution, and what of it is asked: “查一下XX”, “XX电话多少”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Aspect = Literal[
    "card", "phone", "address", "representative", "code", "purpose", "sponsor", "funding", "authority", "certificate",
    "annual_report", "status", "former_names", "is_public_institution", "website",
]  # fmt: skip

MAX_SENTENCE = 80  # a longer text tells a story; the name in it is not the matter


@dataclass(frozen=True, slots=True)
class AskedName:
    """``explicit``: said with a word of looking up (查, 搜, 找); only then may one say “not found”."""

    name: str
    aspect: Aspect
    explicit: bool


_POLITE = re.compile(
    r"^(?:您好|你好|请问|请教|打扰|麻烦|劳驾|帮我|帮忙|帮|给我|我?想(?:要)?(?:知道|了解|问|咨询)?|我要|能不能|可以|能否|一下"
    r"|[，,。！!\s])+"
)
_TAIL = re.compile(
    r"(?:谢谢|感谢|多谢|麻烦了|请问|(?:告诉|告知|说|发|问)?我?一下|[您你啊呀呢吧哦哈吗嘛]|(?<![什怎])么|[？?。！!，,、；;~～….\s])+$"
)
_LOOK_UP = (
    r"(?:查(?:一查|一下|查看|查|询一下|询|找|看|下)?|搜(?:索一下|索|一下)?|找(?:一下|找)?|看(?:看|一下)"
    r"|(?:介绍|了解)(?:一下)?)"
)
_WHAT = (
    r"(?:有没有|(?:是|有|在)?(?:多少|什么地方|什么|啥地方|啥|谁|哪里|哪儿|哪个|哪些|哪|几号)"
    r"|怎么样|怎么查|告诉我|给我|发我|是)?"
)

# Aspect → the wordings that ask for it after a name. The first pattern that fits the whole sentence decides.
_ASPECTS: tuple[tuple[Aspect, tuple[str, ...]], ...] = (
    (
        "is_public_institution",
        (
            r"(?:到底|究竟)?(?:是不是|是否是|是否属于|是否为|属不属于|算不算|算|属于|是)(?:一?[个家所])?"
            r"(?:正规的?|公办的?|公立的?|全额|差额|自收自支)?(?:事业单位|事业编制?单位|事业编制?|事业法人|事业性质)(?:还是.{1,8})?",
        ),
    ),
    (
        "phone",
        (
            r"(?:联系|咨询|办公|值班|服务|投诉)?(?:电话|号码|联系方式|座机)(?:号码?)?" + _WHAT,
            r"(?:怎么|如何|咋)(?:联系|打电话)",
        ),
    ),
    (
        "address",
        (
            r"(?:详细|具体|办公)?(?:地址|住所|位置|地点)(?:在)?" + _WHAT,
            r"(?:在|位于|设在|搬到)?(?:哪里|哪儿|哪|什么地方|什么位置|哪个地方|哪条路|啥地方)了?",
            r"(?:怎么|咋|如何|怎样)(?:走|去|过去|到|坐车|乘车)",
        ),
    ),
    ("website", (r"(?:官方)?(?:官网|网站|网址|主页|公众号)(?:地址|网址)?" + _WHAT,)),
    ("representative", (r"(?:法定代表人|法人代表|法人|负责人|一把手)(?:姓名|名字|叫什么|现在是谁)?" + _WHAT,)),
    ("code", (r"(?:统一社会信用代码|社会信用代码|统一信用代码|信用代码|组织机构代码|机构代码|税号|代码)" + _WHAT,)),
    ("purpose", (r"(?:宗旨和业务范围|宗旨|业务范围|主要职责|职责|职能)" + _WHAT, r"是(?:干什么|做什么|干嘛|干啥)的")),
    ("sponsor", (r"(?:举办|主管|上级|上级主管)(?:单位|部门)" + _WHAT, r"(?:归|由)(?:谁|哪里|哪个部门)管")),
    ("funding", (r"(?:经费来源|开办资金|经费形式|注册资金)" + _WHAT,)),
    ("authority", (r"(?:登记管理机关|登记机关)" + _WHAT,)),
    ("certificate", (r"(?:法人证书|证书)?(?:有效期|证书)(?:到什么时候|到哪天|到期)?" + _WHAT,)),
    ("annual_report", (r"(?:法人)?(?:年度报告书?|年报)(?:在哪里?看|[交报]了没)?" + _WHAT,)),
    (
        "status",
        (r"(?:还在|还存在|还有效)", r"(?:已经)?(?:注销|撤销|合并)了(?:没有|没)?", r"状态(?:是什么|怎么样)?"),
    ),
    (
        "former_names",
        (
            r"(?:以前|原来|之前|过去|曾经)(?:的名字|叫)(?:是|叫)?(?:什么|啥)?(?:名字|名)?",
            r"(?:曾用名|原名)(?:是什么)?",
            r"(?:改名|更名)(?:了|叫什么|没有)*",
            r"现在叫(?:什么|啥)(?:名字|名)?",
        ),
    ),
    (
        "card",
        (
            r"(?:基本|公开|登记|单位|详细|有关|相关)?(?:信息|情况|资料|简介|介绍)(?:是什么|有哪些)?",
            r"(?:是|有|住着)(?:什么|哪个|哪家|哪些|啥)(?:单位|机构)",
        ),
    ),
)
_BEFORE = r"(?:(?:去|到|前往)(?=.*(?:走|去|到)$))?(?P<name>.{2,40}?)(?:的|是|有没有|有|应该|该|要|，|,|\s){0,2}"
_ASKED = [(aspect, re.compile(f"{_BEFORE}(?:{wording})")) for aspect, wordings in _ASPECTS for wording in wordings]
# All of them as one: nearly no sentence fits any, and to ask one after the other takes four times as long.
_ASKED_AT_ALL = re.compile(f"{_BEFORE}(?:{'|'.join(wording for _, wordings in _ASPECTS for wording in wordings)})")
_EXPLICIT = re.compile(rf"{_LOOK_UP}(?:[:：,，]|关于|有关)?\s*(?P<rest>.{{2,60}})")
# Words of the field that name no institution, however they are put together.
_NO_NAME = re.compile(
    r"(?:事业单位|党政机关|机关|群众团体|单位|法人|法定代表人|证书|登记|备案|设立|变更|注销|补领|换领|编制|机构|统一社会信用代码|代码|年度报告"
    r"|年报|网站|标识|域名|挂标|审核|公示|信息|办理|材料|流程|时限|进度|电话|地址|附近|你们|我们|这里|这个|那个|公益|一类|二类|[的和或与及、了])+"
)
_WRAPPING = " \t　“”\"'‘’《》「」【】()（）:：,，。"


def name_in(sentence: str) -> AskedName | None:
    """The part of a sentence that names an institution; ``None`` where the sentence has none of the known forms.

    Whether there is such an institution is for the look-up to say.
    """
    bare = _TAIL.sub("", _POLITE.sub("", sentence.strip()))
    if len(bare) > MAX_SENTENCE:
        return None
    found = _EXPLICIT.fullmatch(bare)
    rest = found["rest"] if found else bare
    for aspect, pattern in _ASKED if _ASKED_AT_ALL.fullmatch(rest) else ():
        if asked := pattern.fullmatch(rest):
            return _named(asked["name"], aspect, explicit=bool(found))
    return _named(rest, "card", explicit=True) if found else None


def names_nothing(text: str) -> bool:
    """Whether a text is only words of the field, such as 变更登记材料; no institution is called so."""
    return _NO_NAME.fullmatch(text) is not None


def _named(name: str, aspect: Aspect, *, explicit: bool) -> AskedName | None:
    bare = name.strip(_WRAPPING)
    return AskedName(bare, aspect, explicit) if len(bare) > 1 and not names_nothing(bare) else None
