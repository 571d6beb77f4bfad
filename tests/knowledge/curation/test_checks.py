"""What a draft is checked for before a second person sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from knowledge.curation.checks import check
from knowledge.curation.checks_text import SENSITIVE_TERMS, sensitive_in
from knowledge.curation.finding import Finding, Severity
from knowledge.curation.law_keys import repealed_of
from knowledge.faq.entry import Basis, Entry
from knowledge.faq.files import STARTER, check_file
from knowledge.faq.service import FaqService
from tests.conftest import NOON
from tests.knowledge.faq.base import entry, service_of, starter_service

IDENTITY, MOBILE, CARD = "32030019900101123X", "13900000000", "6222020200000000000"
GOOD: dict[str, Any] = {
    "answer": "请在开馆时间到前台办理。",
    "owner": "甲",
    "review_on": date(2027, 1, 1),
    "basis": (Basis("图书室规则", "第三条"),),
}


@cache
def base() -> FaqService:
    return service_of(
        entry("K1", "借书卡设立登记需要什么材料？", paraphrases=("借书卡登记材料",)),
        entry("K2", "图书室几点开门？"),
    )


def draft(question: str = "阅览室的座位怎么预约？", **fields: Any) -> Entry:
    return entry("K9", question, **(GOOD | fields))


def found(given: Entry, **more: Any) -> list[Finding]:
    return list(check(given, base(), now=NOON, **more))


def said(given: Entry, severity: Severity, **more: Any) -> list[tuple[str, str]]:
    return [(each.column, each.message) for each in found(given, **more) if each.severity == severity]


def test_a_good_draft_has_nothing_to_find() -> None:
    assert found(draft()) == []


@pytest.mark.parametrize("column", ["question", "answer", "paraphrases"])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"请找王主任 {MOBILE}", "手机号"),
        (f"例如 {IDENTITY}", "身份证件号"),
        (f"汇到 {CARD}", "银行卡号"),
        ("微信号：abc_12345", "个人聊天账号"),
    ],
)
def test_a_number_of_a_person_blocks_wherever_it_stands_and_is_not_repeated(column: str, text: str, name: str) -> None:
    given = replace(draft(), **{column: ("别的问法", text) if column == "paraphrases" else text})
    blocked = [each for each in found(given) if each.severity == "block"]
    assert [each.column for each in blocked] == [column]
    assert name in blocked[0].message
    assert not any(number in blocked[0].message for number in (MOBILE, IDENTITY, CARD))
    whole = "\n".join(given.paraphrases) if column == "paraphrases" else getattr(given, column)
    start, end = blocked[0].place or (0, 0)
    assert text.endswith(whole[start:end])


def test_an_office_phone_warns_and_is_told_the_place_for_it() -> None:
    assert [message for _, message in said(draft(answer="请致电 0516-83700000。"), "warn")] == [
        "第 5 个字起有固定电话，请确认不是个人的；本单位的电话请写 {{bureau_phone}}，各地会换成自己的"
    ]


def test_public_hotlines_document_numbers_and_credit_codes_are_no_numbers_of_persons() -> None:
    answer = "可拨打12310、12345；统一社会信用代码 12320300466000000X；依据国务院令第252号。"
    assert found(draft(answer=answer)) == []


def test_a_long_number_inside_a_link_belongs_to_the_address() -> None:
    assert found(draft(answer='见<a href="https://gov.example/art/20260101123456.html">公告</a>。')) == []


@pytest.mark.parametrize(
    ("answer", "severity"),
    [
        ("<script>alert(1)</script>", "block"),
        ("<b>注意</b>", "block"),
        ('<a href="javascript:alert(1)">点</a>', "block"),
        ('<a href="//evil.example">点</a>', "block"),
        ("<a href='https://gov.example'>点</a>", "block"),
        ('<a href="https://gov.example"> </a>', "block"),
        ('<a href="http://gov.example/x">点</a>', "warn"),
        ("见 https://gov.example/x", "note"),
        ("人数<5的不用登记", None),
        ("办到 {{bureau_adress}}", "warn"),
        ("办到 {{bureau_address}", "warn"),
        ("办到 {{bureau_address}}", None),
    ],
)
def test_markup_links_and_places_are_judged(answer: str, severity: Severity | None) -> None:
    findings = found(draft(answer=answer))
    assert {each.severity for each in findings} == ({severity} if severity else set())


def test_markup_in_the_question_blocks_too() -> None:
    assert said(draft("<img src=x onerror=alert(1)>怎么预约座位"), "block")[0][0] == "question"


def test_a_variant_that_is_guarded_warns() -> None:
    (warned,) = said(draft(paraphrases=("县公安局有多少编制",)), "warn")
    assert warned[0] == "paraphrases"
    assert "会被敏感问题过滤拦截" in warned[1]


def test_a_sensitive_term_of_an_answer_is_a_note_and_the_name_of_the_law_is_none() -> None:
    assert said(draft(answer="花名册不对外提供，花名册由人事管。"), "note") == [
        ("answer", "含有“花名册”，请保密审查时留意")
    ]
    assert list(sensitive_in("按照《中华人民共和国保守国家秘密法》办理。")) == []
    assert len(SENSITIVE_TERMS) == 23


def test_the_same_words_as_another_entry_warn_and_name_it() -> None:
    (same,) = [each for each in found(draft("请问图书室几点开门")) if each.severity == "warn"]
    assert same.entry_id == "K2"
    assert "问法相同" in same.message


def test_another_entry_is_told_of_once_with_the_words_that_both_have() -> None:
    given = draft("图书室早上几点开门呢？", paraphrases=("图书室几点开门？",))
    told = [each for each in found(given) if each.entry_id == "K2"]
    assert [(each.column, "问法相同" in each.message) for each in told] == [("paraphrases", True)]


def test_the_entry_itself_is_no_duplicate_of_itself() -> None:
    assert found(replace(draft("图书室几点开门？"), id="K2")) == []


def test_a_local_entry_beside_the_national_one_is_only_noted() -> None:
    findings = found(draft("图书室几点开门？", region="320300"))
    assert [(each.severity, each.entry_id) for each in findings] == [("note", "K2")]


def test_an_entry_one_word_apart_is_shown() -> None:
    notes = [each for each in found(draft("借书卡注销登记需要什么材料？")) if each.severity == "note"]
    assert [each.entry_id for each in notes] == ["K1"]
    assert "只差一个词" in notes[0].message


def test_a_repealed_basis_blocks() -> None:
    repealed = repealed_of("图书室规则", "第三条", date(2026, 1, 1))
    assert said(draft(), "block", repealed=[repealed]) == [("basis", "《图书室规则》第三条已登记为废止，请换依据")]
    assert said(draft(basis=(Basis("图书室规则", "第四条"),)), "block", repealed=[repealed]) == []


def test_days_that_have_passed_block_or_warn() -> None:
    assert [column for column, _ in said(draft(valid_until=date(2026, 11, 22)), "block")] == ["valid_until"]
    assert said(draft(valid_until=date(2026, 11, 23)), "block") == []
    assert [column for column, _ in said(draft(review_on=date(2026, 11, 23)), "warn")] == ["review_on"]
    assert [column for column, _ in said(draft(valid_from=date(2026, 12, 1)), "note")] == ["valid_from"]


def test_what_is_missing_is_told() -> None:
    given = draft("", answer="", owner="", review_on=None, basis=())
    assert [column for column, _ in said(given, "block")] == ["question", "answer"]
    assert [column for column, _ in said(given, "warn")] == ["owner", "review_on"]
    assert [column for column, _ in said(given, "note")] == ["basis"]


def test_taking_an_entry_back_is_not_checked() -> None:
    assert found(draft("", answer=""), archiving=True) == []


def test_no_entry_of_the_starter_base_is_blocked() -> None:
    blocked = [
        (given.id, each.message)
        for given in check_file(STARTER).entries
        for each in check(given, starter_service(), now=NOON)
        if each.severity == "block"
    ]
    assert blocked == []
