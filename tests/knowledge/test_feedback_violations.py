"""12310: what is a report of establishment violations, and what is a question or a complaint about service."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.feedback.violations import reports_violation, tells_violation

REPORTS = [
    "我要举报XX局吃空饷",
    "我要投诉示例县档案馆吃空饷",
    "举报县档案馆超编进人",
    "某局擅自设立内设机构",
    "我们单位领导的儿子吃空饷三年了",
    "局长的老婆不上班照样拿工资",
    "我要舉報某局吃空餉",
    "投诉教育局违规占用编制",
    "上级主管部门要求我们县局增设对口机构，条条干预",
    "县医院擅自增加编制50个",
    "实名举报：某学校虚报人员冒领财政资金，吃空饷",
    "我 要 举 报 吃-空-饷",
    "我想举报吃空饷，怎么处理？",
    "该镇超职数配备领导干部",
    "我要向12310举报",
    "他占着编制不上班",
    "某单位未经批准设立科室",
    "隔壁局退休了还占编制",
    "我要投诉XX中心编制违规",
    "张三吃空饷",
    "XX局有人吃空饷，你们管不管？",
    "某中心私自把亲戚调入，违规进编",
    "局里私设了一个科室",
    "某局一个人占两个编",
    "县医院多报了十几个人头领财政的钱",
    "某中心实际没有人上班，钱照发",
    "他老婆在家带孩子还领单位工资",
    "单位领导安排亲戚进来没走程序占了编制",
    "某局设了5个副局长超了规定",
    "我要投诉窗口慢，另外局里私设了一个科室",
    "局裡私設了一個科室",
]
OTHERS = [
    "12310是什么电话",
    "吃空饷怎么举报？",
    "发现有人吃空饷向哪里反映？",
    "上级要求增加编制怎么办",
    "12310受理哪些问题",
    "我要投诉XX单位态度差",
    "窗口没人上班",
    "投诉办事大厅工作人员上班玩手机",
    "我的编制被占了吗",
    "证书遗失怎么办",
    "建议事业单位超编治理加强宣传",
    "事业单位超编怎么办",
    "工资还没发",
    "什么是超编进人",
    "我要投诉档案馆不按时办理变更登记",
    "建议增加编制",
    "单位名称变更登记超过时限",
    "我们单位超编了，还能进人吗？",
    "我们单位没有吃空饷",
    "希望网上办事大厅增加年度报告提醒",
    "我要投诉窗口办理入编手续拖延",
    "投诉：办理入编备案三个月没结果",
    "建议编办加强编制管理，防止超编",
    "反映编制问题：乡镇卫生院编制太少，招不到人",
    "投诉窗口没人上班，打电话也没人接",
    "产假在家带孩子，还能领工资吗",
    "反馈",
    "",
]


@pytest.mark.parametrize("words", REPORTS)
def test_a_report_is_recognised_at_the_start_and_in_the_form(words: str) -> None:
    assert reports_violation(words)
    assert tells_violation(words)


@pytest.mark.parametrize("words", OTHERS)
def test_a_question_or_a_service_complaint_is_no_report(words: str) -> None:
    assert not reports_violation(words)
    assert not tells_violation(words)


@pytest.mark.parametrize("words", ["吃空饷", "超编进人"])
def test_a_bare_notion_is_a_question_at_the_start_but_a_report_in_the_form(words: str) -> None:
    assert not reports_violation(words)
    assert tells_violation(words)


def test_a_report_hidden_in_a_long_complaint_is_found() -> None:
    words = "窗口办事很慢，" * 200 + "另外该单位有三个人长期吃空饷。" + "请改进服务。" * 100
    assert tells_violation(words)


@given(st.text(max_size=400))
def test_any_text_at_all_gets_a_verdict(words: str) -> None:
    assert isinstance(reports_violation(words), bool)
    assert isinstance(tells_violation(words), bool)


@pytest.mark.parametrize(
    "words", ["擅自" * 5000, "编制，" * 5000, "我要举报" + "吃" * 15000, "上级" * 8000, "的" * 20000]
)
@pytest.mark.timeout(20)
def test_a_hostile_text_does_not_take_long(words: str) -> None:
    assert isinstance(tells_violation(words), bool)
