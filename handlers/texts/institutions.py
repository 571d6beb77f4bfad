"""Wording of look-ups: the card of an institution, which one is meant, and what a typed code looks like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from knowledge.institutions.cards import InstitutionCard
from knowledge.institutions.codes import LENGTH, CodeNote
from knowledge.institutions.lineage import Became, Kind
from knowledge.institutions.places import place_of
from knowledge.institutions.sentences import Aspect

SHANGHAI = ZoneInfo("Asia/Shanghai")
# The register's own site (事业单位在线): free, no login. It is linked, never read by us.
REGISTER_SITE = "https://gjsy.scopsr.gov.cn/"
# Card, lead and three links together must stay under the 2000 bytes that one message holds.
CARD_LIMIT_BYTES = 1280
VALUE_LENGTHS = (400, 200, 120, 80, 60, 45, 35, 28, 22, 16, 12)  # characters a field is cut to until the card fits
NAME_LENGTH = 40  # characters of a name inside a sentence or a link
LABEL_LENGTH = 24
ASPECT_LENGTH = 60  # characters of a field that is answered with by itself
PHONE_LENGTH = 30

NOT_REGISTERED = "未登记"
ANNUAL_REPORT, NAVIGATE, ABOUT_IT, NONE_OF_THESE = "年度报告", "导航", "对它反馈", "都不是"
ANNUAL_REPORT_CONTENT, NAVIGATE_CONTENT, ABOUT_IT_CONTENT = "它的年度报告", "导航去那里", "对它反馈"

WHICH = "找到几个名称相近的单位，您要查的是哪一个？点选或回复编号；也可以加上县（区）名再查："
WHICH_AT_ADDRESS = "这个地址有几家单位，您要查的是哪一家？点选或回复编号；也可以写上门牌号再查："
TAKEN_BY_ADDRESS = "按地址“{typed}”找到：{name}。"
TAKEN_IN_AREA = "“{typed}”按本地的 {name} 查询；要查其他地方的，请写上县（区）名再发。"
BECAME = {
    Kind.RENAMED: "{old}自{day}起不再使用，现在是 {now}。",
    Kind.MERGED: "{old}已于{day}并入 {now}。",
    Kind.SPLIT: "{now} 于{day}从{old}分设出来。",
}
TAKEN_ELSEWHERE = "“{typed}”没有指明是哪里的，按 {name} 查询；要查其他地方的，请写上县（区）名再发。"
ONLY_REGISTERED = (
    "本库只有 {name} 的登记信息（如下），没有您问的其他内容。可以直接问该单位，或拨打12345政务服务便民热线。"
)
NOT_IN_REGISTER = "登记信息里没有 {name} 的{what}。"
ASK_BY_PHONE = "可拨打登记的电话 {phone} 询问。"
ASK_THE_HOTLINE = "可拨打12345政务服务便民热线询问，或回复“人工”。"
NEARBY = "离您最近的单位（直线距离），点选或回复编号查看："
NOTHING_NEAR = (
    "您附近 {kilometres} 公里内，没有本名录登记了位置的单位（名录只收录本地单位，有的单位没有登记位置）。\n"
    "请直接发送单位名称或统一社会信用代码查询；也可以在“位置”里搜索本地的地点，换一个再发。"
)
PLACE_UNREADABLE = "没有读出您发送的位置。请重新发送一次，或直接发送单位名称、统一社会信用代码。"
NOWHERE = "名录里还没有登记了位置的单位，暂时不能按位置查。请直接发送单位名称或统一社会信用代码。"
NO_PLACE = "{name} 没有登记位置，暂时不能导航。住所：{address}。如需确认，请回复“人工”。"
MAP = '点这里打开地图：<a href="{url}">{name}</a>\n位置由名录提供，出发前请与单位核对。'
FORGOTTEN = "您说的是哪个单位？请发送单位名称或统一社会信用代码，我先查到它。"
NOT_FOUND = (
    "没有找到“{name}”。可能是名称与登记的不同，或它不在本库收录范围内（本库只收录事业单位等单位名录）。\n"
    "请核对全称后再发一次，或发送18位统一社会信用代码；也可以到“事业单位在线”查询：{site}\n"
    "问地址、电话，还可以拨打12345政务服务便民热线。"
)
NOT_FOUND_KIND = (
    "本库没有收录“{name}”，不能据此判断它是不是事业单位。\n"
    "以登记管理机关的登记为准：可到“事业单位在线”按名称查询 {site} ，或回复“人工”向工作人员确认。"
)
CODE_NOT_FOUND = "没有找到代码为 {code} 的单位。"
CODE_ASK = "请对照证书核对后再发一次，或直接发送单位名称；也可以到“事业单位在线”查询：{site}"
CERTIFICATE_NOT_FOUND = "没有找到证书号为“事证第{number}号”的单位。请核对后再发一次，或直接发送单位名称。"
DID_YOU_MEAN = "您要查的是不是这个代码？点选或回复编号："


def card(found: InstitutionCard) -> str:
    """The public fields, the missing ones named in one line; values are cut, the longest first, until it fits."""
    for most in VALUE_LENGTHS:
        lines = (f"【{shortened(found.name, most)}】", *_known(found, most), _missing(found), updated(found))
        text = "\n".join(line for line in lines if line)
        if len(text.encode()) <= CARD_LIMIT_BYTES:
            break
    return text


def updated(found: InstitutionCard) -> str:
    """Of a name that came without any field, that nothing else was brought up to date."""
    only = "" if found.registered else "（本库只收录了名称）"
    return f"数据更新于{day(found.updated_at.astimezone(SHANGHAI))}{only}，以登记管理机关的登记为准。"


def taken_by_address(found: InstitutionCard, typed: str) -> str:
    return TAKEN_BY_ADDRESS.format(typed=shortened(typed, NAME_LENGTH), name=shortened(found.name, NAME_LENGTH))


def taken_in_area(found: InstitutionCard, typed: str, *, at_home: bool) -> str:
    """``at_home``: it lies in the account's own area."""
    wording = TAKEN_IN_AREA if at_home else TAKEN_ELSEWHERE
    return wording.format(typed=shortened(typed, NAME_LENGTH), name=shortened(found.name, NAME_LENGTH))


def matched(found: InstitutionCard, name: str, *, former: bool, became: Became | None = None) -> str:
    """That the citizen used another name than the registered one. ``became``: how it came to be this one's."""
    old, now = f"“{shortened(name, NAME_LENGTH)}”", shortened(found.name, NAME_LENGTH)
    if became is not None and former:
        return BECAME[became.kind].format(old=old, now=now, day=day(became.since))
    return f"{old}是 {now} 的{'曾用名' if former else '别名'}。"


def only_registered(found: InstitutionCard) -> str:
    return ONLY_REGISTERED.format(name=shortened(found.name, NAME_LENGTH))


def aspect(found: InstitutionCard, asked: Aspect) -> str | None:
    """The sentence that answers what was asked of it; ``None`` where the card itself is the answer.

    Honest where the register does not have it.
    """
    name = shortened(found.name, NAME_LENGTH)
    if asked == "card":
        return None
    if asked == "is_public_institution":
        return _kind_sentence(found, name)
    told = [(what, value) for what, value in _asked_fields(found, asked)]
    known = [f"{name} 的{what}：{shortened(value, ASPECT_LENGTH)}" for what, value in told if value]
    missing = "、".join(what for what, value in told if not value)
    lines = [*known, _not_in_register(found, name, missing, asked)] if missing else known
    return "\n".join(lines)


def _asked_fields(found: InstitutionCard, asked: Aspect) -> Sequence[tuple[str, str | None]]:
    """What was asked for by its name, with what the register has."""
    phone, address = ("电话", found.phone), ("地址", found.address)
    valid_until = f"至{day(found.certificate_valid_until)}" if found.certificate_valid_until else None
    fields: dict[Aspect, Sequence[tuple[str, str | None]]] = {
        "phone": [phone],
        "address": [address],
        "contact": [phone, address],
        "hours": [("上班（开放）时间", None)],
        "postcode": [("邮编", None)],
        "website": [("网址、公众号和邮箱", None)],
        "representative": [("法定代表人", found.legal_representative)],
        "code": [("统一社会信用代码", found.credit_code)],
        "purpose": [("宗旨和业务范围", found.purpose)],
        "sponsor": [("举办单位", found.sponsor)],
        "funding": [("经费来源", found.funding_source), ("开办资金", found.initial_fund)],
        "authority": [("登记管理机关", found.registration_authority)],
        "certificate": [("证书有效期", valid_until)],
        "annual_report": [("年度报告", _report_year(found))],
        "status": [("状态", found.status)],
        "former_names": [("曾用名", "、".join(shortened(former, 30) for former in found.former_names[:3]))],
    }
    return fields[asked]


def _not_in_register(found: InstitutionCard, name: str, what: str, asked: Aspect) -> str:
    said = NOT_IN_REGISTER.format(name=name, what=what)
    if asked in ("phone", "contact") or not found.phone:
        return said + ASK_THE_HOTLINE
    return said + ASK_BY_PHONE.format(phone=shortened(found.phone, PHONE_LENGTH))


def annual_report(found: InstitutionCard) -> str:
    return (
        f"{shortened(found.name, NAME_LENGTH)} 的年度报告：{report_year(found)}。\n"
        f"看报告全文：打开“事业单位在线” {REGISTER_SITE} ，按单位名称查询。\n"
        "事业单位每年1月1日至3月31日报送上一年度的年度报告；具体以登记管理机关的通知为准。\n" + updated(found)
    )


def report_year(found: InstitutionCard) -> str:
    return _report_year(found) or NOT_REGISTERED


def _report_year(found: InstitutionCard) -> str | None:
    return f"最近一次是{found.annual_report_year}年度" if found.annual_report_year else None


def map_link(found: InstitutionCard) -> str:
    """A marker of 高德地图; both speak GCJ-02, so the position is handed on as it is."""
    name = shortened(found.name, NAME_LENGTH)
    position = f"{found.longitude:.6f},{found.latitude:.6f}"
    url = f"https://uri.amap.com/marker?position={position}&name={quote(name, safe='')}&coordinate=gaode"
    return MAP.format(url=url, name=escape(name, quote=False))


def no_place(found: InstitutionCard) -> str:
    return NO_PLACE.format(
        name=shortened(found.name, NAME_LENGTH), address=shortened(found.address or NOT_REGISTERED, 60)
    )


def label(found: InstitutionCard) -> str:
    """A name that tells namesakes apart: with its place where we know one that the name does not say."""
    place = place_of(found.region) or found.address
    name = shortened(found.name, LABEL_LENGTH)
    if not place or place in found.name:
        return name
    return f"{name}（{shortened(place, LABEL_LENGTH)}）"


def distance_label(found: InstitutionCard, metres: float) -> str:
    away = f"{metres / 1000:.1f}公里" if metres >= 1000 else f"{max(10, round(metres, -1)):.0f}米"
    return f"{shortened(found.name, LABEL_LENGTH)}（约{away}）"


def code_remarks(note: CodeNote) -> str:
    """What the check of a typed code found, a sentence each; empty for a code that is sound and typed so."""
    sentences = []
    if note.repairs:
        read = "、".join(f"{typed}→{digit}" for typed, digit in note.repairs)
        sentences.append(f"代码里不会出现这些字母，已按 {read} 查找。")
    if not note.right_length:
        sentences.append(f"统一社会信用代码应为 {LENGTH} 位，您发的是 {len(note.code)} 位。")
    if note.expected:
        sentences.append(f"第 18 位校验码您发的是 {note.code[17]}，按规则应为 {note.expected}，请核对。")
    if note.subject_expected:
        sentences.append(f"第 17 位您发的是 {note.code[16]}，按主体标识码规则应为 {note.subject_expected}，请留意。")
    return "".join(sentences)


def code_not_found(note: CodeNote) -> str:
    parts = (CODE_NOT_FOUND.format(code=note.code), code_remarks(note), CODE_ASK.format(site=REGISTER_SITE))
    return "\n".join(part for part in parts if part)


def certificate_not_found(number: str) -> str:
    return CERTIFICATE_NOT_FOUND.format(number=number)


def code_suggested(note: CodeNote) -> str:
    return "\n".join((CODE_NOT_FOUND.format(code=note.code), code_remarks(note), DID_YOU_MEAN))


def not_found(name: str, asked: Aspect) -> str:
    wording = NOT_FOUND_KIND if asked == "is_public_institution" else NOT_FOUND
    return wording.format(name=shortened(name, NAME_LENGTH), site=REGISTER_SITE)


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters on one line; what is cut shows as …"""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _fields(found: InstitutionCard) -> Sequence[tuple[str, str | None]]:
    valid_until = found.certificate_valid_until
    return (
        ("统一社会信用代码", found.credit_code),
        ("宗旨和业务范围", found.purpose),
        ("住所", found.address),
        ("法定代表人", found.legal_representative),
        ("经费来源", found.funding_source),
        ("开办资金", found.initial_fund),
        ("举办单位", found.sponsor),
        ("登记管理机关", found.registration_authority),
        ("证书有效期", f"至{day(valid_until)}" if valid_until else None),
        ("状态", found.status),
        ("年度报告", report_year(found) if found.annual_report_year else None),
    )


def _known(found: InstitutionCard, most: int) -> list[str]:
    lines = [f"{name}：{shortened(value, max(most, LENGTH))}" for name, value in _fields(found) if value]
    return [*lines, f"电话：{shortened(found.phone, most)}"] if found.phone else lines


def _missing(found: InstitutionCard) -> str:
    names = "、".join(name for name, value in _fields(found) if not value)
    return f"{NOT_REGISTERED}：{names}" if names else ""


def _kind_sentence(found: InstitutionCard, name: str) -> str:
    code = found.credit_code or ""
    if code.startswith("12"):
        what = f"{name} 收录在本库，统一社会信用代码以 12 开头，这是事业单位的代码。"
    elif code.startswith("11"):
        what = f"{name} 收录在本库，统一社会信用代码以 11 开头，这是机关的代码，不是事业单位的。"
    else:
        what = f"{name} 收录在本库的单位名录里，但本库没有登记能说明类别的代码。"
    fields = (("登记状态", found.status), ("举办单位", found.sponsor), ("经费来源", found.funding_source))
    known = "".join(f"{field}：{shortened(value, 20)}。" for field, value in fields if value)
    return f"{what}{known}是否为事业单位法人，以登记管理机关的登记为准。"


def day(moment: date) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"
