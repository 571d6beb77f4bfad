"""What an institution is, and where: by a look-up word, a question about it, its code, its bare name, or a place.

Both routers stand before the FAQ, which answers everything. ``router_explicit`` takes what says that it looks something
up (codes, “查一下XX”, “XX电话多少”, a place); ``router_name`` takes a text that is nothing but a name. Either declines
whatever it is not sure of, so a question about procedures is never taken for an institution.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.messages import LocationMessage, UnreadablePlace
from bot.replies import Reply
from bot.router import Asked, Router
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.texts import institutions as texts
from knowledge.institutions.addresses import looks_like_address
from knowledge.institutions.cards import InstitutionCard
from knowledge.institutions.codes import read_certificate_number, read_code
from knowledge.institutions.hits import SURE, Hit, Lookup
from knowledge.institutions.names import spelled_keys
from knowledge.institutions.places import INSIDE, closeness
from knowledge.institutions.sentences import AskedName, Aspect, name_in, names_nothing
from knowledge.institutions.service import InstitutionService

MAX_CHOICES = 3  # besides 都不是; more is a list nobody reads on a phone
MAX_NEIGHBOURS = 5
NEARBY_METRES = 50_000  # about a county's width; further away is no neighbour
MAX_CODE_TEXT = 60  # a code in a longer text is part of a story
MAX_BARE_NAME = 40
SHORTEST_STRANGE_NAME = 5  # signs; 人社局 may be any county's, and what is shorter may be no name at all
PLACE_ASPECTS: tuple[Aspect, ...] = ("phone", "address")  # who asks these has one institution in mind

# What a name ends in; a text that does not is offered as one only when it is spelled exactly so.
_NAME_END = re.compile(
    r".*(?:[中小大]学|学校|学院|分校|校区|幼儿园|托儿所|[一二三四五六七八九十0-9][中小]|医院|卫生[院室所]|保健院|中心|图书馆|博物[馆院]|文化馆|美术馆"
    r"|档案馆|纪念馆|体育馆|科技馆|殡仪馆|文化站|服务站|水利站|[馆院所站局园队台社场处会部厅委办])"
)
# A kind of institution and not one of them; of the nearby kinds everybody has one or a few in mind.
_NEARBY_KIND = r"(?:医院|中学|小学|高中|初中|幼儿园|卫生院|图书馆|博物馆|公证处|居委会|村委会|银行|法院|检察院|派出所)"
_WIDE_KIND = (
    r"(?:学校|大学|高校|学院|研究所|研究院|中心|服务中心|事业单位|机关|编办|单位|协会|学会|社团|社会|公司|企业|窗口|登记机关|登记管理机关"
    r"|登记管理局|办公室|部门)"
)
_KIND = rf"(?:{_NEARBY_KIND}|{_WIDE_KIND})"
_ONLY_A_KIND = re.compile(
    rf"(?:公办|民办|公立|私立|国有|县|市|省|区|乡|镇|我们|你们|这个|那个|的)*{_KIND}(?:[和、]?{_KIND})*"
)
_ONE_NEARBY_KIND = re.compile(rf"(?:公办|民办|公立|私立|县|市|区|乡|镇|的)*{_NEARBY_KIND}")
_DIGIT = re.compile(r"\d")
_SHORT_KIND = re.compile(r"疾控|妇幼|妇保院?")  # how people call what ends otherwise
MAX_KIND_WORD = 12  # 疾病预防控制中心 has eight signs; a longer word says which one is meant
# What these end in stands in the FAQ as well: only by its own name is it looked up.
_FAQ_KIND = re.compile(r"编办|编委|(?<!不动产)(?<!婚姻)登记|事业单位|大厅|窗口|[你我咱]们|这里|[本贵]单位")
_NAME_OF_AN_OFFICE = re.compile(
    r".*(?:[局院所站馆园队台厅委办社处]|中心|[中小大]学|学校|政府|委员会|协会|居委会|村委会|工会|妇联|银行|公司)"
)
_QUESTION = re.compile(
    r"怎么|如何|什么|哪些|哪个|多少|多久|几[个天年月日]|吗|是否|能不能|可不可以|可以|需要|应该|为什么|办理|申请|流程|材料"
)

# Whose counter or phone is our own matter: the knowledge base knows them, or knows whom to ask.
_OURS = re.compile(
    r"[你我咱]们|[本贵]单位|这里|这边|编办|编委|编制|登记|事业单位|政务|大厅|窗口|举报|投诉|公示|标识|审核|领证|发证|网站|赋码|办事处|咨询处|12310"
)
# Whose establishment is guarded; the register has few of them, and what only sounds like one of these is none.
_GUARDED = re.compile(r"公安|武警|武装警察|警察|派出所|监狱|戒毒|国家?安全?局|看守所|军区|部队")
# What ends like a name and is none: 证书遗失补办, 挂标去哪办, 成立新局.
_NO_BARE_NAME = re.compile(
    r"[哪谁咋，,。；;/]|附近|最近|成立|新建|撤|并入|(?:[补催代续没不]|一起|重新)办|建站|[出住]院|[住处场]所|单位|部门"
)

router_explicit: Router[Context] = Router("institutions.explicit")
router_name: Router[Context] = Router("institutions.name")


@router_explicit.text(rf".{{12,{MAX_CODE_TEXT}}}")
def by_number(asked: Asked, context: Context) -> Reply | None:
    """A credit code, slips repaired, or the number of an old certificate; declines where there is neither."""
    note, number = read_code(asked.content), read_certificate_number(asked.content)
    if note is None and number is None:
        return None
    found = context.services.institutions.look_up(asked.content, region=context.account.region)
    if found.kind == "one":
        return show(context, found.hits[0], lead=texts.code_remarks(note) if note else "")
    if found.kind == "several":
        return _ask_which(context, found.hits, head=texts.code_suggested(note) if note else texts.WHICH)
    return say(context, texts.code_not_found(note) if note else texts.certificate_not_found(number or ""))


@router_explicit.text(r"单位编号\s*(?P<id>[0-9a-f-]{36})")
def by_id(asked: Asked, context: Context) -> Reply | None:
    """What a choice sends for an institution without a code."""
    card = context.services.institutions.get(asked["id"])
    return show(context, Hit(card, 1.0, "name")) if card else None


@router_explicit.text(r"(?:它的)?(?:年度报告|年报)")
def annual_report(asked: Asked, context: Context) -> Reply | None:
    """After a card; the bare word without one is a question for the FAQ."""
    card = _shown_last(context)
    if card is None:
        return say(context, texts.FORGOTTEN) if asked.content.startswith("它") else None
    return say(context, texts.annual_report(card), _onward(card)[1:])


@router_explicit.text(r"导航(?:去那里|去|到那里)?|(?:去那里)?怎么走|在地图上看")
def navigate(asked: Asked, context: Context) -> Reply | None:
    card = _shown_last(context)
    if card is None:
        return say(context, texts.FORGOTTEN) if asked.content.startswith("导航") else None
    return say(context, texts.map_link(card) if card.located else texts.no_place(card))


@router_explicit.message(LocationMessage)
def nearby(message: LocationMessage, context: Context) -> Reply:
    found = context.services.institutions.nearest(message.latitude, message.longitude, limit=MAX_NEIGHBOURS)
    if not found:
        return say(context, texts.NOWHERE)
    near = [one for one in found if one[1] <= NEARBY_METRES]
    if not near:
        return say(context, texts.NOTHING_NEAR.format(kilometres=NEARBY_METRES // 1000))
    return say(
        context, texts.NEARBY, [Choice(texts.distance_label(card, metres), _content(card)) for card, metres in near]
    )


@router_explicit.message(UnreadablePlace)
def unreadable_place(message: UnreadablePlace, context: Context) -> Reply:
    return say(context, texts.PLACE_UNREADABLE)


@router_explicit.text(r".{2,120}")
def by_question(asked: Asked, context: Context) -> Reply | None:
    """“查一下XX”, “XX电话多少”, “XX是事业单位吗”; declines unless XX is found, or is clearly looked up as a name."""
    inside = name_in(asked.content)
    if inside is None:
        return None
    local = inside.aspect != "is_public_institution"  # of a kind that is a matter of principle: the FAQ's
    found = _looked_up(context, inside.name, local=local)
    if found.kind == "one":
        return _show_found(context, found, inside.name, asked=inside.aspect)
    if found.kind == "several" and _worth_asking(found, inside.name):
        return _ask_which(context, found.hits)
    missing = _says_name(inside) or _asks_for_stranger(inside, asked.content, context)
    return say(context, texts.not_found(inside.name, inside.aspect)) if missing else None


@router_name.text(rf".{{2,{MAX_BARE_NAME}}}")
def by_name(asked: Asked, context: Context) -> Reply | None:
    """The text is a name and nothing else (see ``confident_name``), or one that is nowhere and said to be missing."""
    found = _bare(context, asked.content)
    if found is None:
        missing = _is_strange_name(asked.content, context)
        return say(context, texts.not_found(asked.content, "card")) if missing else None
    return _show_found(context, found, asked.content) if found.kind == "one" else _ask_which(context, found.hits)


def confident_name(context: Context, content: str) -> bool:
    """Whether ``router_name`` would take this text: it asks nothing, and the register has it (nearly) word for word.

    One name, alias or former name spelled so, or one that is clearly meant; or, for a text that ends like a name,
    several that hold every sign of it in order or come close to it.
    """
    return _bare(context, content.strip()) is not None


def show(context: Context, hit: Hit, *, asked: Aspect = "card", lead: str = "") -> Reply:
    """The card, and what can be done from it. Remembered as the institution that the talk is about."""
    card = hit.institution
    context.conversation.institution = card.id
    parts = (lead, _known_by(context, hit), texts.aspect(card, asked) or "", texts.card(card))
    return say(context, "\n\n".join(part for part in parts if part), _onward(card))


def _known_by(context: Context, hit: Hit) -> str:
    """The line on another name than the registered one; nothing where it was called by that."""
    if not hit.matched_name:
        return ""
    became = context.services.institutions.became(hit.institution.id, hit.matched_name)
    former = hit.matched_on == "former_name"
    return texts.matched(hit.institution, hit.matched_name, former=former, became=became)


def _show_found(context: Context, found: Lookup, typed: str, *, asked: Aspect = "card") -> Reply:
    """The one that was found; where it was not typed by its name, with the line that says how it was found."""
    hit, lead = found.hits[0], ""
    if hit.matched_on == "address":
        lead = texts.taken_by_address(hit.institution, typed)
    elif _is_kind_word(typed) and not hit.exact:
        lead = texts.taken_in_area(hit.institution, typed)
        hit = replace(hit, matched_name=None)  # one line on how it was found is enough
    return show(context, hit, asked=asked, lead=lead)


def _onward(card: InstitutionCard) -> list[Choice]:
    choices = [Choice(texts.ANNUAL_REPORT, texts.ANNUAL_REPORT_CONTENT)]
    if card.located:
        choices.append(Choice(texts.NAVIGATE, texts.NAVIGATE_CONTENT))
    return [*choices, Choice(texts.ABOUT_IT, texts.ABOUT_IT_CONTENT)]


def _ask_which(context: Context, hits: Sequence[Hit], *, head: str = "") -> Reply:
    head = head or (texts.WHICH_AT_ADDRESS if hits[0].matched_on == "address" else texts.WHICH)
    cards = [hit.institution for hit in hits[:MAX_CHOICES]]
    choices = [Choice(texts.label(card), _content(card)) for card in cards]
    return say(context, head, [*choices, Choice(texts.NONE_OF_THESE, texts.NONE_OF_THESE)])


def _content(card: InstitutionCard) -> str:
    """What a tap sends so that exactly this one is shown: namesakes share their name."""
    return card.credit_code or f"单位编号 {card.id}"


def _shown_last(context: Context) -> InstitutionCard | None:
    shown = context.conversation.institution
    return context.services.institutions.get(shown) if shown else None


def _bare(context: Context, content: str) -> Lookup | None:
    if not 1 < len(content) <= MAX_BARE_NAME or _QUESTION.search(content) or names_nothing(content):
        return None
    if not _NAME_END.fullmatch(content) and not _may_be_name(context.services.institutions, content):
        return None
    found = _looked_up(context, content, local=True)
    if found.kind == "one":
        best = found.hits[0]
        return found if best.exact or best.complete or _NAME_END.fullmatch(content) else None
    return found if found.kind == "several" and _worth_asking(found, content) else None


def _may_be_name(institutions: InstitutionService, content: str) -> bool:
    """Whether a look-up could take a text that does not end like a name: all its signs stand in names, or it is an
    address, a kind or a number. With 34,000 names seven in ten of the Shenzhen bot's questions are let go here."""
    signs = institutions.index.sign_count
    if any(all(map(signs, key)) for key in spelled_keys(content)):
        return True
    return bool(looks_like_address(content) or _is_kind_word(content) or _DIGIT.search(content))


def _looked_up(context: Context, name: str, *, local: bool) -> Lookup:
    """The look-up of a name. ``local``: a bare kind word means the account's own area, where that has one; else a word
    that is only a kind means none."""
    institutions, region = context.services.institutions, context.account.region
    found = _of_its_kind(institutions.look_up(name, region=region), name)
    exact = bool(found.hits) and found.hits[0].exact
    at_home = exact and closeness(found.hits[0].institution.region, region) == INSIDE
    if local and region and not at_home and _is_kind_word(name):
        nearby = institutions.in_area(name, region=region)
        if nearby.kind != "none":
            return nearby
    return Lookup("none") if _ONLY_A_KIND.fullmatch(name) and not exact else found


def _of_its_kind(found: Lookup, name: str) -> Lookup:
    """For 示例县公安局 not 示例县人民医院: of a guarded kind only what is one, or is known by the very name."""
    guarded = _GUARDED.search(name)
    if guarded is None or found.kind == "none":
        return found
    hits = tuple(hit for hit in found.hits if hit.exact or _GUARDED.search(hit.matched_name or hit.institution.name))
    if not hits:
        return Lookup("none")
    return replace(found, hits=hits, kind=found.kind if hits[0] is found.hits[0] else "several")


def _is_kind_word(name: str) -> bool:
    if len(name) > MAX_KIND_WORD or _FAQ_KIND.search(name):
        return False
    if _ONLY_A_KIND.fullmatch(name):
        return bool(_ONE_NEARBY_KIND.fullmatch(name))
    return bool(_NAME_END.fullmatch(name) or _SHORT_KIND.fullmatch(name))


def _worth_asking(found: Lookup, name: str) -> bool:
    best = found.hits[0]
    return (
        best.exact
        or best.matched_on == "address"
        or bool(_NAME_END.fullmatch(name) and (best.complete or best.confidence >= SURE))
    )


def _says_name(inside: AskedName) -> bool:
    """Only of what was looked up in so many words, or ends like a name, may one say that it is not there."""
    named = bool(_NAME_END.fullmatch(inside.name)) and not _ONLY_A_KIND.fullmatch(inside.name)
    return named and (inside.explicit or inside.aspect == "is_public_institution")


def _asks_for_stranger(inside: AskedName, words: str, context: Context) -> bool:
    """公安局地址: public, but neither in the register nor in the base, which would only offer what is unrelated."""
    named = _NAME_OF_AN_OFFICE.fullmatch(inside.name) and not _QUESTION.search(inside.name)
    wide = _ONLY_A_KIND.fullmatch(inside.name) and not _ONE_NEARBY_KIND.fullmatch(inside.name)
    if inside.aspect not in PLACE_ASPECTS or not named or wide or _OURS.search(inside.name):
        return False
    return _base_is_unsure(words, context)


def _is_strange_name(words: str, context: Context) -> bool:
    """中国人民大学附属中学, 公安局: a bare name that the register lacks, and no question that the base answers."""
    if not _NAME_END.fullmatch(words) or _QUESTION.search(words) or names_nothing(words):
        return False
    if _NO_BARE_NAME.search(words) or _OURS.search(words) or _FAQ_KIND.search(words):
        return False
    kind_word = bool(_ONLY_A_KIND.fullmatch(words)) or len(words) < SHORTEST_STRANGE_NAME
    if kind_word and not _GUARDED.search(words):
        return False
    return _base_is_unsure(words, context)


def _base_is_unsure(words: str, context: Context) -> bool:
    decision = context.services.faq.decide(words, region=context.account.region, now=context.now)
    return decision.kind in ("choices", "none") and not decision.settled
