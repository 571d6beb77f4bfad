"""A knowledge file beside the base: what is exported and brought again is no change, and each row is judged alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import false
from sqlalchemy.orm import Session

from knowledge.curation.laws import repeal
from knowledge.curation.models import FaqRevision
from knowledge.curation.revisions import begin
from knowledge.curation.states import Change
from knowledge.faq.cells import COLUMNS, row_of_entry
from knowledge.faq.entry import Basis, Entry
from knowledge.faq.files import check_file, export_entries
from knowledge.faq.queries import save_entries
from knowledge.faq.sheets import FileUnreadable, write_rows
from knowledge.imports.entries import EntriesPlan, begin_drafts, plan_entries
from knowledge.imports.plan import PlannedRow
from tests.conftest import NOON
from tests.knowledge.curation.people import EDITOR, put
from tests.knowledge.faq.test_files import ENTRIES
from tests.knowledge.imports.empty import empty_base

LIVE = Entry(
    id="K1", question="图书室几点开门？", answer="早上九点。", category="开放", region="320300", owner="甲",
    review_on=date(2030, 1, 1), basis=(Basis("图书条例", "第三条"),), verified=True, version=3,
)  # fmt: skip
BASE = (LIVE, replace(LIVE, id="K2", status="retired"), replace(LIVE, id="K3", status="draft"))


@pytest.fixture
def base(session: Session, now: datetime) -> Iterator[Session]:
    put(session, *BASE, now=now)
    return session


def planned(session: Session, path: Path, *entries: Entry, most: int = 2000) -> EntriesPlan:
    write_rows(path, list(COLUMNS), [row_of_entry(entry) for entry in entries])
    return plan_entries(session, check_file(path), may_write=lambda *_: True, now=NOON, most=most)


def told(plan: EntriesPlan) -> list[tuple[str, str, str]]:
    """What, id and column; without those that only doubt."""
    return [(row.what, row.id, row.column) for row in plan.planning.plan().rows if row.what != "warning"]


def messages(plan: EntriesPlan) -> str:
    return "\n".join(row.message for row in plan.planning.plan().rows)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(entries=st.lists(ENTRIES, min_size=1, max_size=5, unique_by=lambda entry: entry.id))
def test_whatever_is_exported_and_brought_again_changes_nothing(
    tmp_path: Path, ending: str, entries: list[Entry]
) -> None:
    with empty_base() as session:
        save_entries(session, entries=entries, now=NOON)
        session.flush()
        path = tmp_path / f"x.{ending}"
        assert export_entries(session, path) == len(entries)
        plan = plan_entries(session, check_file(path), may_write=lambda *_: False, now=NOON)
    result = plan.planning.plan()
    assert (result.unchanged, result.added, result.changed) == (len(entries), 0, 0)
    assert (result.errors, plan.intended) == (0, [])


def test_each_state_in_a_file_means_one_thing(base: Session, tmp_path: Path) -> None:
    rows = (
        replace(LIVE, status="retired"),  # taken back
        replace(LIVE, id="K2", status="published"),  # answers again
        replace(LIVE, id="K3", answer="十点。", status="draft"),
        replace(LIVE, id="K4", status="retired"),  # nothing to be taken back
        replace(LIVE, id="K5", question="周末几点开门？"),
    )
    plan = planned(base, tmp_path / "x.jsonl", *rows)
    assert told(plan) == [
        ("changed", "K1", ""),
        ("changed", "K2", ""),
        ("changed", "K3", ""),
        ("added", "K5", ""),
        ("unchanged", "K4", ""),
    ]
    assert [(each.entry.id, each.archive, each.entry.status) for each in plan.intended] == [
        ("K1", True, "retired"),
        ("K2", False, "published"),
        ("K3", False, "published"),
        ("K5", False, "published"),
    ]
    assert "停用的条目不会答复，没有加入" in messages(plan)


def test_a_draft_in_a_file_takes_no_answer_away(base: Session, tmp_path: Path) -> None:
    plan = planned(base, tmp_path / "x.jsonl", replace(LIVE, status="draft"))
    assert (told(plan), plan.intended) == ([("unchanged", "K1", "")], [])
    assert "要停用请写 retired" in messages(plan)


def test_an_entry_is_not_changed_and_taken_back_at_once(base: Session, tmp_path: Path) -> None:
    plan = planned(base, tmp_path / "x.jsonl", replace(LIVE, answer="另说。", status="retired"))
    assert told(plan) == [("error", "K1", "status")]


def test_what_blocks_a_draft_is_an_error_and_what_is_unchanged_is_not_judged(
    base: Session, tmp_path: Path, now: datetime
) -> None:
    gone = {"law": "图书条例", "article": "", "repealed_on": date(2026, 1, 1), "document": "", "reason": "已废止"}
    repeal(base, **gone, by=EDITOR, now=now, within=false())  # type: ignore[arg-type]
    bad = (
        replace(LIVE, id="K6", answer="请打13800138000。", basis=()),
        replace(LIVE, id="K7", valid_until=date(2026, 1, 1), basis=()),
        replace(LIVE, id="K8"),
        replace(LIVE, id="K9", answer="<b>粗</b>", basis=()),
        LIVE,
    )
    plan = planned(base, tmp_path / "x.jsonl", *bad)
    assert list(dict.fromkeys(told(plan))) == [
        ("error", "K6", "answer"),
        ("error", "K7", "valid_until"),
        ("error", "K8", "basis"),
        ("error", "K9", "answer"),
        ("unchanged", "K1", ""),
    ]


def test_a_question_that_is_another_entrys_is_doubted(base: Session, tmp_path: Path) -> None:
    plan = planned(base, tmp_path / "x.jsonl", replace(LIVE, id="K6", question="图书室几点开门"))
    assert "与条目 K1 的问法相同" in messages(plan)


def test_an_entry_that_is_being_worked_on_is_left_alone(base: Session, tmp_path: Path, now: datetime) -> None:
    begin(base, entry_id="K1", content={}, by=EDITOR, reason="", now=now)
    plan = planned(base, tmp_path / "x.jsonl", replace(LIVE, answer="十点。"))
    assert told(plan) == [("error", "K1", "id")]


def test_no_more_drafts_are_begun_than_are_passed_at_once(base: Session, tmp_path: Path) -> None:
    many = (replace(LIVE, id=f"N{number}") for number in range(4))
    assert "一次最多 3 条" in messages(planned(base, tmp_path / "x.jsonl", *many, most=3))


def test_drafts_are_begun_with_what_the_file_says(base: Session, tmp_path: Path, now: datetime) -> None:
    plan = planned(base, tmp_path / "x.jsonl", replace(LIVE, answer="十点。"), replace(LIVE, id="K5"))
    batch = begin_drafts(base, plan, by=EDITOR, reason="导入", now=now)
    rows = {row.entry_id: row for row in base.query(FaqRevision)}
    assert {(row.batch_id, row.change, row.author) for row in rows.values()} == {(batch, Change.EDIT, EDITOR.name)}
    assert (rows["K1"].content["answer"], rows["K1"].based_on, rows["K5"].based_on) == ("十点。", 3, None)
    nothing = planned(base, tmp_path / "x.jsonl", LIVE)
    assert begin_drafts(base, nothing, by=EDITOR, reason="导入", now=now) is None


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
def test_a_sheet_with_other_columns_is_told_of_once(tmp_path: Path, name: str) -> None:
    write_rows(tmp_path / name, ["编号", "问题"], [{"编号": "1", "问题": "甲"}] * 50)
    with pytest.raises(FileUnreadable, match="缺少必填的列：id、question、answer（现有：编号、问题）"):
        check_file(tmp_path / name)


def test_a_column_that_the_file_does_not_have_stays_as_it_is(base: Session, tmp_path: Path) -> None:
    columns = ["id", "question", "answer", "owner"]
    write_rows(tmp_path / "x.csv", columns, [{"id": "K1", "question": LIVE.question, "answer": "十点。", "owner": ""}])
    plan = plan_entries(base, check_file(tmp_path / "x.csv"), may_write=lambda *_: True, now=NOON)
    assert [each.entry for each in plan.intended] == [replace(LIVE, answer="十点。", owner="", version=1)]


def test_a_planned_row_knows_its_place(base: Session, tmp_path: Path) -> None:
    plan = planned(base, tmp_path / "x.csv", LIVE, replace(LIVE, id="K5", question="周末？"))
    rows: list[PlannedRow] = [row for row in plan.planning.plan().rows if row.what == "added"]
    assert [row.row for row in rows] == [3]
