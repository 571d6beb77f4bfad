"""Look-ups in chat, on the sample register: cards, choices, codes, places, and what must be left to the FAQ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from bot.account import Account
from bot.messages import LocationMessage, UnreadablePlace
from bot.replies import TEXT_LIMIT_BYTES, Text
from bot.router import dispatch
from handlers.context import Context
from handlers.institutions import confident_name, router_explicit, router_name, show, without_name
from handlers.institutions.finding import looked_up, may_be_name
from handlers.institutions.shapes import NAME_END
from handlers.routers import ROUTERS
from handlers.taps import resolve_choice
from handlers.texts import institutions as texts
from knowledge.institutions.cards import InstitutionCard
from knowledge.institutions.files import import_institutions
from knowledge.institutions.hits import Hit
from knowledge.institutions.sample import CENTRE
from knowledge.institutions.service import InstitutionService
from tests.conftest import NOON
from tests.handlers.build import OPENID, make_context, make_services, text
from tests.knowledge.faq.base import starter_service

COUNTY = Account(name="county", app_id="wx0123456789abcdef", region="990101")
CARD_FIELDS = (
    "统一社会信用代码", "宗旨和业务范围", "住所", "法定代表人", "经费来源", "开办资金", "举办单位", "登记管理机关",
    "证书有效期", "状态", "年度报告",
)  # fmt: skip


class Talk:
    """One citizen and the look-up routers alone, numbers resolved as the edge does."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(self, content: str) -> str | None:
        message = resolve_choice(text(content), self.context.conversation)
        return self._read(dispatch([router_explicit, router_name], message, self.context))

    def send_place(self, latitude: float, longitude: float) -> str | None:
        message = LocationMessage(
            to_account="gh", openid=OPENID, sent_at=NOON, message_id=2, latitude=latitude, longitude=longitude
        )
        return self._read(dispatch([router_explicit, router_name], message, self.context))

    @staticmethod
    def _read(reply: object) -> str | None:
        assert reply is None or isinstance(reply, Text)
        return reply.content if reply else None


@pytest.fixture(scope="module")
def loaded() -> dict[str, InstitutionService]:
    return {}


@pytest.fixture
def register(
    sessions: sessionmaker[Session], loaded: dict[str, InstitutionService], tmp_path: Path
) -> InstitutionService:
    """The sample register, imported once on each kind of database."""
    with sessions() as session:
        kind = session.get_bind().dialect.name
        if kind not in loaded:
            with files("knowledge.institutions").joinpath("data/sample_institutions.jsonl").open("rb") as source:
                copy = tmp_path / "sample.jsonl"
                copy.write_bytes(source.read())
            import_institutions(session, copy, now=NOON)
            session.commit()
            loaded[kind] = InstitutionService.load(session, index_dir=tmp_path / "index")
    return loaded[kind]


@pytest.fixture
def talk(register: InstitutionService, sessions: sessionmaker[Session]) -> Iterator[Talk]:
    context = make_context(sessions, account=COUNTY, services=make_services(institutions=register))
    yield Talk(context)
    context.session.close()


@pytest.mark.parametrize(
    "asked",
    [
        "示例县人民医院",
        "查一下示例县人民医院",
        "查 县医院",
        "示例縣人民醫院",
        "示例县人民医院在哪",
        "请问示例县人民医院电话多少？",
    ],
)
def test_a_name_in_any_dress_gets_its_card(talk: Talk, asked: str) -> None:
    answer = talk(asked)
    assert answer is not None
    assert "【示例县人民医院】" in answer
    assert all(f"{field}：" in answer for field in CARD_FIELDS)
    assert "数据更新于2026年10月31日" in answer


def test_a_card_is_remembered_and_leads_on(talk: Talk) -> None:
    answer = talk("示例县图书馆") or ""
    card = talk.context.services.institutions.get(talk.context.conversation.institution or "")
    assert card is not None
    assert card.name == "示例县图书馆"
    assert [choice.label for choice in talk.context.conversation.choices] == ["年度报告", "导航", "对它反馈"]
    assert talk.context.conversation.choices[2].content == "对它反馈"
    assert "msgmenucontent" in answer


def test_after_a_card_its_annual_report_and_its_map_are_one_tap_away(talk: Talk) -> None:
    talk("示例县图书馆")
    assert "2025年度" in (talk("1") or "")
    talk("示例县图书馆")
    link = re.search(r'href="(https://uri\.amap\.com/[^"]+)"', talk("2") or "")
    assert link is not None
    assert "示例县图书馆" in unquote(link[1])
    longitude, latitude = re.search(r"position=([\d.]+),([\d.]+)", link[1]).groups()  # type: ignore[union-attr]
    assert abs(float(latitude) - CENTRE[0]) < 0.1
    assert abs(float(longitude) - CENTRE[1]) < 0.1


def test_bare_words_about_a_report_are_left_to_the_faq_without_a_card(talk: Talk) -> None:
    assert talk("年度报告") is None
    assert texts.FORGOTTEN in (talk("它的年度报告") or "")
    assert texts.FORGOTTEN in (talk("导航") or "")


def test_an_institution_without_a_place_offers_no_map_and_says_so(talk: Talk) -> None:
    answer = talk("北京大学") or ""
    missing = next(line for line in answer.splitlines() if line.startswith("未登记："))
    assert "住所" in missing
    assert answer.count("未登记") == 1
    assert answer.index("统一社会信用代码") < answer.index("数据更新于")
    assert "（本库只收录了名称）" in answer
    assert "电话" not in answer
    assert [choice.label for choice in talk.context.conversation.choices] == ["年度报告", "对它反馈"]
    assert "没有登记位置" in (talk("导航") or "")
    assert "未登记" in (talk("它的年度报告") or "")


@pytest.mark.parametrize(("asked", "kind", "name"), [
    ("县一中", "别名", "示例县第一中学"),
    ("示例县敬老院", "曾用名", "示例县社会福利中心"),
    ("北航", "别名", "北京航空航天大学"),
])  # fmt: skip
def test_another_name_finds_it_and_the_answer_says_which_it_was(talk: Talk, asked: str, kind: str, name: str) -> None:
    answer = talk(asked) or ""
    assert f"“{asked}”是 {name} 的{kind}。" in answer
    assert f"【{name}】" in answer


def test_namesakes_in_two_counties_of_a_city_are_asked_about(
    register: InstitutionService, sessions: sessionmaker[Session]
) -> None:
    city = Account(name="city", app_id="wx0123456789abcdef", region="990100")
    talk = Talk(make_context(sessions, account=city, services=make_services(institutions=register)))
    answer = talk("实验小学") or ""
    labels = [choice.label for choice in talk.context.conversation.choices]
    assert texts.WHICH in answer
    assert labels[:2] == ["示例县实验小学", "示例新区实验小学"]
    assert labels[-1] == "都不是"
    assert len(labels) <= 4
    assert "【示例新区实验小学】" in (talk("2") or "")
    talk.context.session.close()


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("示例县城关镇示例路1号", "示例县第一中学"),
        ("城关镇示例路1号", "示例县第一中学"),
        ("城关镇示例路一号", "示例县第一中学"),
        ("示例省示例县城关镇示例路1号", "示例县第一中学"),
        ("查一下城关镇示例路2号", "示例县第二中学"),
        ("城关镇示例路1号是什么单位", "示例县第一中学"),
    ],
)
def test_a_typed_address_finds_who_is_there(talk: Talk, asked: str, name: str) -> None:
    answer = talk(asked) or ""
    assert f"找到：{name}。" in answer
    assert f"【{name}】" in answer


def test_an_address_of_several_is_asked_about_and_one_in_another_county_is_not_taken(talk: Talk) -> None:
    assert texts.WHICH_AT_ADDRESS in (talk("城关镇示例路") or "")
    assert talk("白石县城关镇示例路1号") is None


PHRASINGS = (
    "地址在哪", "地址在哪里", "地址是什么", "地址", "电话是多少", "电话号码", "电话号码是多少", "怎么走", "怎么去",
    "应该怎么走",
    "在什么地方", "位置", "位置在哪", "联系方式", "联系方式有没有", "有电话吗", "官网", "网址是什么", "在哪儿",
    "地址请问", "地址说一下",
)  # fmt: skip


@pytest.mark.parametrize("phrasing", PHRASINGS)
def test_a_name_is_found_before_every_phrasing(talk: Talk, phrasing: str) -> None:
    for asked in (f"示例县第一中学{phrasing}", f"请问一下示例县第一中学的{phrasing}？"):
        assert "【示例县第一中学】" in (talk(asked) or ""), asked


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("图书馆", "示例县图书馆"), ("档案馆", "示例县档案馆"), ("妇幼保健院", "示例县妇幼保健院"),
        ("第一中学", "示例县第一中学"), ("疾控中心", "示例县疾病预防控制中心"), ("疾控", "示例县疾病预防控制中心"),
        ("公证处", "示例县公证处"), ("图书馆电话多少", "示例县图书馆"), ("实验小学", "示例县实验小学"),
    ],
)  # fmt: skip
def test_a_bare_kind_word_means_the_one_of_the_own_area_and_says_so(talk: Talk, word: str, name: str) -> None:
    answer = talk(word) or ""
    assert f"按本地的 {name} 查询" in answer
    assert f"【{name}】" in answer


def test_a_bare_kind_word_of_several_offers_those_of_the_own_area(talk: Talk) -> None:
    assert texts.WHICH in (talk("人民医院") or "")
    labels = [choice.label for choice in talk.context.conversation.choices]
    assert labels == ["示例县人民医院", "示例县第二人民医院", "都不是"]


def test_a_bare_kind_word_means_nothing_certain_without_an_area(
    register: InstitutionService, sessions: sessionmaker[Session]
) -> None:
    nowhere = Account(name="nowhere", app_id="wx0123456789abcdef")
    talk = Talk(make_context(sessions, account=nowhere, services=make_services(institutions=register)))
    assert talk("图书馆") is None
    talk.context.session.close()


@pytest.mark.parametrize("asked", ["公安局地址", "公安局在哪里", "请问派出所电话是多少", "税务局怎么走", "县政府电话"])
def test_an_office_that_is_not_in_the_register_is_said_to_be_missing(talk: Talk, asked: str) -> None:
    answer = talk(asked) or ""
    assert "没有找到“" in answer
    assert "12345" in answer
    assert talk.context.conversation.choices == []


def test_whether_it_is_a_public_institution_is_answered_from_its_code(talk: Talk) -> None:
    answer = talk("示例县图书馆是事业单位吗") or ""
    assert "以 12 开头" in answer
    assert "以登记管理机关的登记为准" in answer


def test_for_one_that_is_not_there_nothing_is_judged(talk: Talk) -> None:
    answer = talk("甘棠县第九十九中学是事业单位吗") or ""
    assert "不能据此判断" in answer
    assert texts.REGISTER_SITE in answer


def test_a_looked_up_name_that_is_not_there_is_said_to_be_missing(talk: Talk) -> None:
    assert "没有找到“雾都海洋生物研究院”" in (talk("查一下雾都海洋生物研究院") or "")


@pytest.mark.parametrize(
    "typed",
    [
        "12100000400000624D",
        "1210 0000 4000 0062 4d",
        "１２１０００００４０００００６２４Ｄ",
        "代码12100000-4OOOO0624-D是哪家",
    ],
)
def test_a_code_is_found_however_it_is_typed(talk: Talk, typed: str) -> None:
    assert "【清华大学】" in (talk(typed) or "")


def test_a_wrong_check_digit_is_explained_and_the_right_code_offered(talk: Talk) -> None:
    answer = talk("12100000400000624E") or ""
    assert "您发的是 E，按规则应为 D" in answer
    assert "【清华大学】" in (talk("1") or "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12330000470533493L", "按规则应为 8"),
        ("121000009999999996", "第 17 位"),
        ("12100000400000624", "您发的是 17 位"),
        ("事证第999999999999号", "没有找到证书号"),
    ],
)
def test_a_number_that_is_not_there_is_explained(talk: Talk, typed: str, said: str) -> None:
    assert said in (talk(typed) or "")


def test_an_old_certificate_number_finds_its_holder(talk: Talk) -> None:
    assert "【示例县第一中学】" in (talk("事证第990101000001号") or "")


def test_an_identity_number_is_not_taken_for_a_code(talk: Talk) -> None:
    assert talk("12010119900101123X") is None


def test_a_place_gets_the_institutions_around_it(talk: Talk) -> None:
    answer = talk.send_place(*CENTRE) or ""
    assert texts.NEARBY in answer
    assert len(talk.context.conversation.choices) == 5
    assert "【示例" in (talk("1") or "")


def test_a_place_far_from_everything_is_told_so_and_what_to_do_next(talk: Talk) -> None:
    answer = talk.send_place(39.9, 116.4) or ""
    assert answer == texts.NOTHING_NEAR.format(kilometres=50)
    assert "单位名称" in answer
    assert talk.context.conversation.choices == []


def test_a_place_that_cannot_be_read_is_answered_kindly(talk: Talk) -> None:
    message = UnreadablePlace(to_account="gh", openid=OPENID, sent_at=NOON, message_id=2)
    assert dispatch(ROUTERS, message, talk.context) == Text(texts.PLACE_UNREADABLE)


def test_without_any_coordinates_a_place_gets_a_kind_sentence() -> None:
    assert Talk(make_context()).send_place(*CENTRE) == texts.NOWHERE


@pytest.mark.parametrize("question", [
    "法人证书丢了怎么办", "变更登记", "年度报告什么时候报", "学校是事业单位吗", "你们的电话",
    "查一下变更登记要什么材料", "单位地址", "事业单位法人证书有效期", "登记管理机关在哪里", "编办电话多少", "谢谢",
    "登记管理局在哪", "编办地址", "你们地址在哪", "事业单位登记管理局怎么走",
    "窗口在什么地方", "办事大厅电话是多少",
    "举报电话", "学校", "事业单位", "学校地址",
    "12345", "公益一类是什么",
])  # fmt: skip
def test_a_question_about_procedures_is_left_to_the_faq(talk: Talk, question: str) -> None:
    assert talk(question) is None
    assert not confident_name(talk.context, question)


def test_no_question_of_the_starter_base_is_taken_for_an_institution(talk: Talk) -> None:
    starter = files("knowledge.faq").joinpath("data/starter.jsonl")
    rows = [orjson.loads(line) for line in starter.read_bytes().splitlines()]
    questions = [question for row in rows for question in (row["question"], *row.get("paraphrases", ()))]
    assert [question for question in questions if talk(question) is not None] == []


@pytest.mark.parametrize("name", ["示例县图书馆", "北航", "县医院", "示例县青石乡卫生院"])
def test_a_bare_name_is_confident(talk: Talk, name: str) -> None:
    assert confident_name(talk.context, name)


FIELD_TEXT = st.text(st.sampled_from("示例县单位的很长文字，。A1<>&\n😀"), max_size=400)


@pytest.mark.parametrize("words", ["公安局地址", "市公安局在哪", "公安局电话是多少", "信访局地址", "人社局电话"])
def test_a_place_that_neither_register_nor_base_knows_is_said_to_be_unknown(
    register: InstitutionService, words: str
) -> None:
    """Public, and so answered honestly: no choice between questions that have nothing to do with it."""
    talk = Talk(make_context(account=COUNTY, services=make_services(institutions=register, faq=starter_service())))

    assert "没有找到“" in (talk(words) or "")
    assert talk.context.conversation.choices == []


@pytest.mark.parametrize(
    "name",
    [
        "河西人民公安学院",
        "中国人民武装警察部队学院",
        "公安局",
        "派出所",
        "示例县公安局",
        "武警总医院",
        "中国人民大学附属中学",
        "雾都海洋生物研究院",
    ],
)
def test_a_bare_name_that_is_nowhere_is_said_to_be_missing(register: InstitutionService, name: str) -> None:
    """No choice of other questions, none of other institutions, and nothing on the curators' list."""
    talk = Talk(make_context(account=COUNTY, services=make_services(institutions=register, faq=starter_service())))

    assert f"没有找到“{name}”" in (talk(name) or "")
    assert talk.context.conversation.choices == []


@pytest.mark.parametrize("words", ["遗失补办", "挂标去哪办", "附近的医院", "人社局", "图书馆", "单位变更住所"])
def test_what_only_ends_like_a_name_is_left_to_the_base(register: InstitutionService, words: str) -> None:
    nowhere = Account(name="nowhere", app_id="wx0123456789abcdef")
    talk = Talk(make_context(account=nowhere, services=make_services(institutions=register, faq=starter_service())))

    assert "没有找到" not in (talk(words) or "")


@pytest.mark.parametrize(
    "words",
    ["编办电话", "县编办地址", "登记窗口在哪", "政务服务大厅地址", "你们办公室在哪", "公安局有多少编制"],
)
def test_whose_counter_or_phone_is_our_own_matter_is_left_to_the_base(register: InstitutionService, words: str) -> None:
    talk = Talk(make_context(account=COUNTY, services=make_services(institutions=register, faq=starter_service())))

    assert talk(words) is None


@settings(suppress_health_check=list(HealthCheck), max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from("示例县单位医院（）"), min_size=1, max_size=200),
    st.lists(FIELD_TEXT, min_size=9, max_size=9),
    st.booleans(),
)
def test_every_card_fits_one_message_with_what_can_be_tapped(name: str, fields: list[str], located: bool) -> None:
    names = ("purpose", "address", "legal_representative", "sponsor", "funding_source", "initial_fund",
             "registration_authority", "status", "phone")  # fmt: skip
    card = InstitutionCard(
        id="x", name=name, updated_at=NOON, former_names=(name[::-1] * 2,), credit_code="12100000400000624D",
        certificate_valid_until=date(2029, 12, 31), annual_report_year=2025,
        latitude=39.0 if located else None, longitude=90.0 if located else None,
        **dict(zip(names, fields, strict=True)),
    )  # fmt: skip
    context = make_context()
    reply = show(context, Hit(card, 1.0, "former_name", name[::-1] * 2), asked="is_public_institution")
    context.session.close()
    assert isinstance(reply, Text)
    assert len(reply.content.encode()) <= TEXT_LIMIT_BYTES
    assert context.conversation.rest == []
    assert all(field in reply.content for field in CARD_FIELDS)


@settings(suppress_health_check=list(HealthCheck), max_examples=300, deadline=None)
@given(st.text(st.sampled_from("示例县第一二中学人民医院图书馆路号1１门槛高不"), min_size=2, max_size=10))
def test_what_is_let_go_without_a_look_up_would_have_been_declined_after_it(
    register: InstitutionService, words: str
) -> None:
    context = make_context(account=COUNTY, services=make_services(institutions=register))
    taken = confident_name(context, words)
    if taken or NAME_END.fullmatch(words) or may_be_name(register, words):
        return
    found = looked_up(context, words, local=True)
    assert not any(hit.exact or hit.complete or hit.matched_on == "address" for hit in found.hits[:1])


def test_a_text_is_looked_up_where_all_its_signs_stand_in_names_and_let_go_where_one_does_not(
    register: InstitutionService,
) -> None:
    assert may_be_name(register, "示例县档案")
    assert not may_be_name(register, "示例县档案的门槛高不高")


FIELDS_ASKED = (
    ("电话多少", "的电话：000-0000"),
    ("那地址在哪", "的地址：示例县城关镇示例路"),
    ("法人是谁", "的法定代表人：示例人员"),
    ("馆长是谁", "的法定代表人：示例人员"),
    ("它是事业单位吗", "以 12 开头"),
    ("是公立的吗", "举办单位：示例县文化广电和旅游局"),
    ("电话呢😊", "的电话：000-0000"),
    ("几点开门", "登记信息里没有 示例县图书馆 的上班（开放）时间"),
    ("邮编是多少", "登记信息里没有 示例县图书馆 的邮编"),
    ("官网是什么", "登记信息里没有 示例县图书馆 的网址"),
    ("改过名吗", "登记信息里没有 示例县图书馆 的曾用名"),
    ("电话 地址", "的电话：000-0000"),
    ("年报", "2025年度"),
    ("注销了吗", "的状态：正常"),
    ("上级是谁", "的举办单位：示例县文化广电和旅游局"),
    ("归谁管", "的举办单位：示例县文化广电和旅游局"),
)  # fmt: skip


@pytest.fixture
def whole(register: InstitutionService) -> Iterator[Whole]:
    context = make_context(account=COUNTY, services=make_services(institutions=register, faq=starter_service()))
    yield Whole(context)
    context.session.close()


class Whole(Talk):
    """One citizen and all routers, as the account has them."""

    def __call__(self, content: str) -> str:
        message = resolve_choice(text(content), self.context.conversation)
        return self._read(dispatch(ROUTERS, message, self.context)) or ""


@pytest.mark.parametrize(("asked", "said"), FIELDS_ASKED)
def test_what_names_nothing_after_a_card_is_answered_from_that_card(whole: Whole, asked: str, said: str) -> None:
    whole("示例县图书馆")
    answer = whole(asked)
    assert said in answer
    assert "示例县图书馆" in answer
    assert "数据更新于" in answer


def test_one_question_after_another_leans_on_the_card_and_thanks_do_not_end_it(whole: Whole) -> None:
    whole("示例县人民医院")
    assert "的电话：" in whole("电话多少")
    assert texts.ANNUAL_REPORT in whole("地址在哪")
    whole("谢谢")
    assert "示例县人民医院 的法定代表人" in whole("法人是谁")
    assert "示例县人民医院" in whole("导航去那里")
    assert "示例县人民医院 的电话" in whole("电话呢")


@pytest.mark.parametrize("asked", ["电话多少", "地址", "法人是谁"])
def test_of_a_card_without_the_field_it_is_said_that_the_register_lacks_it(whole: Whole, asked: str) -> None:
    whole("北京大学")
    answer = whole(asked)
    assert "登记信息里没有 北京大学 的" in answer
    assert "12345" in answer


@pytest.mark.parametrize(
    "asked",
    [
        "你们电话多少",
        "编办地址在哪",
        "举报电话是多少",
        "投诉电话",
        "登记机关在哪",
        "证书丢了怎么办",
        "变更登记要什么材料",
        "社保卡怎么补办",
    ],
)
def test_a_question_that_names_something_else_is_not_answered_from_the_card(whole: Whole, asked: str) -> None:
    whole("示例县图书馆")
    answer = whole(asked)
    assert "示例县图书馆" not in answer
    assert not whole.context.conversation.about_institution


@pytest.mark.parametrize("between", ["证书丢了怎么办", "查一下雾都海洋生物研究院", "人民医院", "人工", "帮助"])
def test_once_something_else_was_answered_a_bare_question_is_no_longer_the_card_s(whole: Whole, between: str) -> None:
    whole("示例县图书馆")
    whole(between)
    assert "示例县图书馆 的电话" not in whole("电话多少")


def test_that_hospital_is_the_one_shown_last_and_never_a_library(whole: Whole) -> None:
    whole("示例县人民医院")
    whole("社保卡怎么补办")
    assert "示例县人民医院 的电话" in whole("那个医院的电话")
    whole("示例县图书馆")
    assert "示例县图书馆" not in whole("那家医院的电话")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("协合医院", "北京协和医院"),
        ("一种学", "示例县第一中学"),
        ("示例县第一种学", "示例县第一中学"),
        ("人名医院", "示例县人民医院"),
        ("示例县人名医院", "示例县人民医院"),
        ("示列县第一中学", "示例县第一中学"),
        ("图书官", "示例县图书馆"),
        ("协合医院电话多少", "北京协和医院"),
        ("查一下人名医院", "示例县人民医院"),
        ("beihang", "北京航空航天大学"),
        ("shili xian diyi zhongxue", "示例县第一中学"),
        ("shilixian tushuguan", "示例县图书馆"),
    ],
)
def test_a_name_with_a_wrong_sign_or_in_letters_leads_to_institutions_to_choose_from(
    whole: Whole, typed: str, offered: str
) -> None:
    assert texts.WHICH in whole(typed)
    assert whole.context.conversation.choices[0].label == offered


@pytest.mark.parametrize("typed", ["shiye danwei", "bianzhi", "主销登记", "变更登计", "法人正书", "hello"])
def test_a_slip_in_a_question_stays_the_base_s(talk: Talk, typed: str) -> None:
    assert talk(typed) is None


@pytest.mark.parametrize(
    "asked",
    [
        "我家孩子想去示例县图书馆借书，地址在哪",
        "示例县图书馆今年招新人不",
        "老师好，示例县图书馆",
        "我是示例县图书馆的读者，谢谢",
        "示例縣圖書館電話幾多",
    ],
)
def test_a_registered_name_in_full_gets_its_card_where_the_base_has_nothing_to_say(whole: Whole, asked: str) -> None:
    assert "【示例县图书馆】" in whole(asked)


@pytest.mark.parametrize(
    ("asked", "without"),
    [
        ("示例县第一中学改名要什么材料", "改名要什么材料"),
        ("示例县第一中学变更法定代表人要什么材料", "变更法定代表人要什么材料"),
        ("示例县第一中学的证书丢了怎么办", "证书丢了怎么办"),
        ("示例县图书馆法人证书快到期了怎么换", "法人证书快到期了怎么换"),
    ],
)
def test_a_matter_of_the_base_is_answered_as_without_the_name(whole: Whole, asked: str, without: str) -> None:
    answer = whole(asked)
    whole.context.conversation.said = None
    assert "【示例县" not in answer
    assert answer == whole(without)


def test_that_nothing_else_is_registered_is_said_only_where_something_else_was_asked(whole: Whole) -> None:
    said = texts.ONLY_REGISTERED.format(name="示例县图书馆")
    assert said in whole("示例县图书馆工资多少")
    assert said not in whole("那示例县图书馆呢")
    assert said not in whole("老师好，示例县图书馆")


def test_a_question_that_the_base_answers_whole_keeps_its_name(whole: Whole) -> None:
    assert without_name(whole.context, "事业单位法人证书丢了怎么办") == "事业单位法人证书丢了怎么办"
    assert without_name(whole.context, "示例县图书馆有多少编制") == "示例县图书馆有多少编制"


def test_an_institution_elsewhere_is_not_said_to_be_local(whole: Whole) -> None:
    for typed in ("协和医院", "国家图书馆"):
        assert "按本地的" not in whole(typed)
    assert "按本地的 示例县图书馆 查询" in whole("图书馆")


@pytest.mark.parametrize("asked", ["找谁办", "查谁办", "入编找谁办", "看看哪里能办"])
def test_a_word_that_asks_is_not_looked_up_as_a_name(whole: Whole, asked: str) -> None:
    assert "没有找到“" not in whole(asked)
