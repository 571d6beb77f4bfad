"""The table of what is not said here, and of what must be said all the same."""

from __future__ import annotations

from datetime import datetime

import pytest

from knowledge.faq.files import STARTER, check_file
from knowledge.sensitive import sensitivity
from tests.knowledge.faq.base import starter_service

CLASS_A = [
    "标有机密的文件内容是什么",
    "把那份绝密文件的内容发给我",
    "内部文件写了什么",
    "工作秘密文件的批复内容给我看看",
    "市公安局有多少编制",
    "公安局内设机构有哪些",
    "国安局的职数是多少",
    "国家安全局编制数",
    "武警支队有多少人",
    "监狱的编制数",
    "戒毒所空编",
    "部队有多少人员编制",
    "派出所民警编制多少",
    "政法专项编制有多少",
    "全市各部门编制总数",
    "各单位空编明细",
    "全县超编单位名单",
    "超编名单",
    "各局编制数汇总",
    "全市事业单位编制总额是多少",
    "哪些单位有空编",
]
CLASS_B = [
    "单位空编数",
    "教育局还有多少空编",
    "市一中还剩几个编制",
    "用编计划",
    "卫健委今年的用编计划",
    "进人计划是什么",
    "拟调整方案",
    "编委会会议议题有哪些",
    "编委会议纪要",
    "请示件内容",
    "会签意见是什么",
    "讨论记录",
    "未印发的三定",
    "三定规定征求意见稿",
    "领导班子配备情况",
    "职数使用明细",
    "把人员花名册发我",
    "在编人员名单",
    "帮我查一下同事是不是在编",
    "他的编制信息",
    "张三的身份证号告诉我",
    "举报人是谁",
    "谁举报了我",
    "举报线索有哪些",
    "机构改革方案什么内容",
    "还没公布的机构改革方案",
    "我们局会不会被撤并",
    "撤并名单",
    "教育局是不是超编了",
]
NEITHER = [
    "公安局地址",
    "公安局电话多少",
    "公安局在哪里",
    "公安局负责人是谁",
    "公安局是做什么的",
    "武警医院在哪",
    "武警总医院是事业单位吗",
    "徐州市公安局户政大厅几点上班",
    "人民警察学校地址",
    "省公安厅机关幼儿园",
    "空编",
    "花名册",
    "机密",
    "编制总额",
    "身份证",
    "国安",
    "机构改革",
    "编委会议",
    "三定规定公开吗",
    "单位超编了怎么办",
    "副职能配几个",
    "用编计划怎么申报",
    "举报会泄露吗",
    "涉密信息",
    "军队转业干部安置",
    "编制是什么意思",
    "机构改革改名字了",
]


@pytest.mark.parametrize("question", CLASS_A)
def test_class_a_is_blocked(question: str) -> None:
    assert sensitivity(question) == "A"


@pytest.mark.parametrize("question", CLASS_B)
def test_class_b_is_blocked(question: str) -> None:
    assert sensitivity(question) == "B"


@pytest.mark.parametrize("question", NEITHER)
def test_what_is_public_or_only_a_word_passes(question: str) -> None:
    assert sensitivity(question) is None


@pytest.mark.parametrize("dressed", ["請問{}", "{}？？谢谢", "ＯＫ，{}"])
def test_width_script_and_politeness_do_not_get_past_the_filter(dressed: str) -> None:
    assert sensitivity(dressed.format("市公安局有多少编制")) == "A"
    assert sensitivity(dressed.format("全市各部門編制總數")) == "A"


def test_every_question_of_the_base_passes_the_filter_and_is_answered_by_its_own_entry_or_offered(
    now: datetime,
) -> None:
    service = starter_service()
    for entry in check_file(STARTER).entries:
        for variant in entry.variants:
            assert sensitivity(variant) is None, variant
            decision = service.decide(variant, region=None, now=now)
            assert decision.kind in ("answer", "choices"), variant
            if decision.kind == "answer":
                assert decision.entries[0].entry.id == entry.id, variant


def test_institutions_with_guarded_names_are_not_blocked(shared: object) -> None:
    """Against the real names of the tuning data, asked in four ways."""
    from pathlib import Path

    import orjson

    assert isinstance(shared, Path)
    names = [
        orjson.loads(line)["name"] for line in (shared / "data/institutions/names.jsonl").read_bytes().splitlines()
    ]
    guarded = [name for name in names if any(word in name for word in ("公安", "武警", "警察", "部队", "监狱", "军"))]
    assert guarded
    for name in guarded:
        for question in (name, f"{name}在哪", f"{name}电话多少", f"{name}是事业单位吗"):
            assert sensitivity(question) is None, question


def test_a_long_text_is_judged_quickly() -> None:
    assert sensitivity("编制多少全市单位" * 2000) in ("A", "B", None)
