"""When two ways of writing mean the same law or article."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.curation.law_keys import article_key, article_keys, edition, is_hit, law_key, repealed_of
from knowledge.faq.entry import Basis
from knowledge.faq.files import STARTER, check_file

RULES = "事业单位登记管理暂行条例（国务院令第252号，2004年国务院令第411号修订）"
ON = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("《民法典》", "中华人民共和国民法典"),
        (RULES, "事业单位登记管理暂行条例"),
        ("事业单位登记管理暂行条例实施细则(2014年)", "《事业单位登记管理暂行条例实施细则》（2014修订）"),
        ("关于《事业单位法人证书》使用问题的通知（中央编办等15部门，2014年）", "关于事业单位法人证书使用问题的通知"),
        (
            "国务院办公厅关于加强政府网站域名管理的通知（国办函〔2018〕55号）",
            "国务院办公厅关于加强政府网站域名管理的通知",
        ),
    ],
)
def test_one_law_in_two_ways_of_writing_has_one_key(one: str, other: str) -> None:
    assert law_key(one) == law_key(other) != ""


def test_a_trial_rule_and_its_successor_are_two_laws() -> None:
    trial, successor = "事业单位法人年度报告公示办法（试行）（2014年）", "事业单位法人年度报告公示办法"
    assert law_key(trial) != law_key(successor)
    assert law_key("事业单位登记管理暂行条例") != law_key("事业单位登记管理暂行条例实施细则")


@pytest.mark.parametrize(
    ("article", "keys"),
    [
        ("第三条、第五条", ("3", "5")),
        ("第14条", ("14",)),
        ("第十四条第二款", ("14.2",)),
        ("第八条第二款、第三款、第十条", ("8.2", "8.3", "10")),
        ("第二十条第（二）项、第十四条", ("20..2", "14")),
        ("第十条之一", ("10-1",)),
        ("第三条至第五条", ("3", "4", "5")),
        ("第一条（“政务”“公益”中文域名的适用范围）", ("1",)),
        ("（通知正文）", ("（通知正文）",)),
        ("编码结构", ("编码结构",)),
        ("", ()),
    ],
)
def test_articles_are_told_one_by_one(article: str, keys: tuple[str, ...]) -> None:
    assert article_keys(article) == keys


@pytest.mark.parametrize(
    ("repealed", "cited", "hit"),
    [
        ("", "第三条", True),
        ("", "", True),
        ("第八条", "第八条第二款、第十条", True),
        ("第八条第二款", "第八条", True),
        ("第八条第二款", "第八条第三款", False),
        ("第八条", "第十八条", False),
        ("第八条", "", False),
        ("第三条至第九条", "第八条", True),
    ],
)
def test_a_repeal_hits_what_rests_on_it(repealed: str, cited: str, hit: bool) -> None:
    assert is_hit(Basis("《事业单位登记管理暂行条例》", cited), repealed_of(RULES, repealed, ON)) is hit


def test_a_newer_edition_is_not_hit_by_the_repeal_of_the_older() -> None:
    repealed = repealed_of("保守国家秘密法（2010年修订）", "", ON)
    assert is_hit(Basis("中华人民共和国保守国家秘密法（2010年修订）"), repealed)
    assert not is_hit(Basis("中华人民共和国保守国家秘密法（2024年修订）"), repealed)
    assert is_hit(Basis("中华人民共和国保守国家秘密法"), repealed)


def test_without_an_edition_what_is_of_the_year_of_the_repeal_stays() -> None:
    repealed = repealed_of("保守国家秘密法", "", ON)
    assert is_hit(Basis("保守国家秘密法（2024年修订）"), repealed)
    assert not is_hit(Basis("保守国家秘密法（2026年修订）"), repealed)


def test_every_basis_of_the_starter_base_has_its_keys() -> None:
    found = [basis for entry in check_file(STARTER).entries for basis in entry.basis]
    assert len(found) > 150
    assert all(law_key(basis.law) for basis in found)
    assert all(bool(article_key(basis.article)) == bool(basis.article) for basis in found)
    assert edition(RULES) == 2004
