"""Reports of establishment violations (12310) are turned away everywhere, and nothing of them is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.feedback.kinds import AttachmentKind
from tests.conftest import count
from tests.handlers.build import KeptRecords
from tests.handlers.citizens import ACCOUNT, Talker, content_of, dump

REPORT = "我要举报示例县档案馆馆长的儿子吃空饷三年"


@pytest.mark.parametrize("words", [REPORT, "我要投诉示例县人民医院超编进人", "投诉：该局擅自设立科室", "12310举报"])
def test_a_report_at_the_start_gets_12310_address_and_hours(citizen: Talker, words: str) -> None:
    said = citizen.says(words)
    for part in ("12310", "示例县人民路1号", "周一至周五"):
        assert part in said
    with citizen.sessions() as session:
        assert count(session, "feedback_drafts") == 0
    assert isinstance(citizen.services.recorder, KeptRecords)
    assert citizen.services.recorder.records == []


def test_missing_bureau_facts_are_left_out(citizen: Talker) -> None:
    citizen.account = replace(ACCOUNT, bureau={})
    said = citizen.says(REPORT)
    assert "12310" in said
    assert "None" not in said
    assert "请拨 12310 询问" in said


@pytest.mark.parametrize(
    "way",
    [["反馈"], ["反馈", "投诉"], ["反馈", "投诉", "跳过"], ["反馈", "投诉", "跳过", "窗口态度不好"]],
)
def test_a_report_inside_the_form_is_not_kept_at_any_step(citizen: Talker, way: list[str]) -> None:
    citizen.says(*way)
    before = content_of(citizen)
    said = citizen.says("馆长的儿子在档案馆吃空饷三年")
    assert "12310" in said
    assert "没有留下" in said
    assert content_of(citizen) == before
    assert "已取消" in citizen.says("取消")
    assert citizen.tickets == []


def test_a_report_told_in_two_pieces_is_not_filed(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过", "我知道馆长的儿子在吃空", "饷已经三年了", "跳过", "跳过")
    assert "12310" in citizen.says("确认")
    assert citizen.tickets == []
    assert content_of(citizen).text == ""


def test_to_report_without_saying_what_is_asked_which_kind(citizen: Talker) -> None:
    assert "哪一类" in citizen.says("我要举报")
    assert "12310" in citizen.says("1")
    citizen.says("我要举报")
    assert "针对哪个单位" in citizen.says("2")


def test_a_spoken_report_is_turned_away_too(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "跳过")
    assert "12310" in citizen.speaks("voice-1", "档案馆馆长的儿子吃空饷。")
    assert all(media.kind is not AttachmentKind.VOICE for media in content_of(citizen).media)


def test_nothing_of_a_report_reaches_the_database(citizen: Talker) -> None:
    citizen.says("反馈", "投诉")
    before = dump(citizen.sessions)
    citizen.says(REPORT)
    assert dump(citizen.sessions) == before
