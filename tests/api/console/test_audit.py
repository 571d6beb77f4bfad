"""The audit log on the console: what stands in it is found, read in Chinese, and verified by who looks back alone."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from api.console.texts import audit as texts
from knowledge.audit.events import Actor, note
from knowledge.audit.models import AuditEvent
from knowledge.staff.rights import RIGHTS, Right, Role
from tests.api.console.visitor import Visitor

ROOT = Path(__file__).parents[3]
BY = Actor(name="王编辑", host="10.0.0.7")


def noted(sessions: sessionmaker[Session], browser: Visitor, *actions: str, days: int = 0, **what: object) -> None:
    with sessions.begin() as session:
        for action in actions:
            said = {"actor": BY, "kind": action.split(".")[0], "object_id": "K1", **what}
            note(session, action=action, at=browser.now - timedelta(days=days), **said)  # type: ignore[arg-type]


def positions(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"第 (\d+) 条 ·", page)]


def test_a_row_says_in_chinese_who_did_what_to_what_and_why(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    noted(sessions, browser, "entry.pulled", reason="法规已废止")
    browser.enter(Role.AUDITOR)
    page = browser.get("/console/audit")
    for said in ("立即撤下条目", "条目 K1", "王编辑", "来自 10.0.0.7", "法规已废止", "2026-11-23 12:00:00", "共 1 条"):
        assert said in page
    assert "entry.pulled" not in re.sub(r"<option[^>]*>", "", page)


@pytest.mark.parametrize("role", [role for role in Role if Right.AUDIT_READ not in RIGHTS[role]])
def test_nobody_else_opens_it(browser: Visitor, role: Role) -> None:
    browser.enter(role)
    assert browser.client.get("/console/audit").status_code == 403
    assert browser.client.get("/console/audit/1").status_code == 403
    assert browser.post("/console/audit/verify")[0] == 403


def test_before_and_after_stand_side_by_side_in_words_and_masked(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    before = {"question": "几点开门？", "status": "draft", "verified": False, "password_hash": "argon", "owner": "李"}
    after = {"question": "几点开门？请打13912345678", "status": "published", "verified": True, "region": None}
    noted(sessions, browser, "draft.saved", before=before, after=after)
    browser.enter(Role.AUDITOR)
    page = browser.get("/console/audit/1")
    for said in ("保存草稿", "问题", "几点开门？请打〔电话〕", "草稿", "已发布", "已核实", "负责人", "与内容相符"):
        assert said in page
    assert "13912345678" not in page
    assert "argon" not in page
    assert page.count("有变") == 4  # the owner is gone, the region was not there and is empty


def test_a_region_that_both_sides_lack_has_not_changed(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    noted(sessions, browser, "grant.given", after={"role": "handler", "region": None, "confirmed": True})
    browser.enter(Role.AUDITOR)
    page = browser.get("/console/audit/1")
    assert "办理" in page
    assert "有变" not in page


def test_it_is_filtered_by_who_what_thing_number_and_day(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    noted(sessions, browser, "entry.pulled", "draft.saved", days=3)
    noted(sessions, browser, "entry.pulled", actor=Actor(name="li"), object_id="K2")
    browser.enter(Role.AUDITOR)
    for query, found in (
        ("", [3, 2, 1]),
        ("actor=王", [2, 1]),
        ("actor=LI", [3]),
        ("action=entry.pulled", [3, 1]),
        ("kind=draft", [2]),
        ("kind=entry&object_id=K2", [3]),
        ("object_id=K", []),
        ("from=2026-11-21", [3]),
        ("to=2026-11-20", [2, 1]),
        ("from=2026-11-21&to=2026-11-22", []),
        ("actor=%25&action=x%00", []),
    ):
        assert positions(browser.get(f"/console/audit?{query}")) == found, query


def test_pages_follow_each_other_without_a_gap_while_others_write(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    noted(sessions, browser, *["entry.pulled"] * 60)
    browser.enter(Role.AUDITOR)
    first = browser.get("/console/audit?action=entry.pulled")
    noted(sessions, browser, "entry.pulled")
    [where] = re.findall(r'href="([^"]*before=[^"]*)">更早的', first)
    second = browser.get(where.replace("&amp;", "&"))
    assert positions(first) + positions(second) == list(range(60, 0, -1))
    assert "更早的" not in second


def test_verifying_tells_the_count_and_is_noted_itself(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    noted(sessions, browser, "entry.pulled", "draft.saved")
    browser.enter(Role.AUDITOR)
    assert "还没有在这里核对过" in browser.get("/console/audit")
    status, page = browser.post("/console/audit/verify")
    assert (status, "从第 1 条起核对了 2 条，没有改动" in page) == (200, True)
    page = browser.get("/console/audit")
    assert "上次核对：2026-11-23 12:00，staff-auditor" in page
    assert "核对审计日志" in page
    assert positions(page) == [3, 2, 1]


def test_a_row_that_was_changed_is_found_and_said(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    noted(sessions, browser, "entry.pulled", "draft.saved", "entry.pulled")
    tamper(sessions, "UPDATE audit_events SET after = 'not json', actor = 'nobody' WHERE position = 2")
    browser.enter(Role.AUDITOR)
    page = browser.get("/console/audit/2")
    assert "与内容不符" in page
    assert "读不出来" in page
    _, page = browser.post("/console/audit/verify")
    assert "第 2 条对不上" in page
    assert "第 2 条对不上" in browser.get("/console/audit?action=audit.verified")


@pytest.mark.parametrize("position", ["0", "2", "99999999999999999999", "x", "%00", "-1"])
def test_a_row_that_is_not_there_says_so(browser: Visitor, sessions: sessionmaker[Session], position: str) -> None:
    noted(sessions, browser, "entry.pulled")
    browser.enter(Role.AUDITOR)
    assert browser.client.get(f"/console/audit/{position}").status_code == 404
    assert browser.client.get(f"/console/audit?before={position}").status_code == 200


def test_a_row_leads_to_what_it_is_about(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.ADMIN)
    browser.post("/console/people", name="zhang", display_name="张编辑")
    browser.enter(Role.AUDITOR)
    [where] = re.findall(r'href="(http[^"]*/people/[^"]*)"', browser.get("/console/audit/1"))
    assert "张编辑" in browser.get(where)


def test_script_in_a_row_is_shown_as_it_was_written(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    script = "<script>alert(1)</script>"
    noted(sessions, browser, "draft.saved", after={"question": script, script: "x"}, object_id=script, reason=script)
    browser.enter(Role.AUDITOR)
    for path in ("audit", "audit/1", f"audit?object_id={script}&actor={script}"):
        assert script not in browser.get(f"/console/{path}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_looking_waits_for_no_writer(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.AUDITOR)
    with sessions() as writer:
        writer.execute(text("UPDATE audit_head SET position = position"))
        assert browser.client.get("/console/audit").status_code == 200
        writer.rollback()


def test_every_act_and_kind_that_the_code_notes_has_its_chinese() -> None:
    acts, kinds = set(), set()
    for path in [*ROOT.glob("knowledge/**/*.py"), *ROOT.glob("api/**/*.py")]:
        source = path.read_text()
        notes = re.search(r"\bnote(_\w+)?\(", source) is not None
        for node in ast.walk(ast.parse(source)) if "texts" not in path.parts else ():
            if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z_]+", str(node.value)):
                acts |= {node.value} if notes and not re.search(r"\.(csv|jsonl?)$", str(node.value)) else set()
            if notes and isinstance(node, ast.keyword) and node.arg == "kind" and isinstance(node.value, ast.Constant):
                kinds.add(node.value.value)
    assert len(acts) > 30
    assert {act for act in acts if act not in texts.ACTION} == set()
    assert {kind for kind in kinds | {texts.kind_of(act) for act in acts} if kind not in texts.KIND} == set()


def tamper(sessions: sessionmaker[Session], statement: str) -> None:
    """As somebody with the database in his hands: past what refuses every change."""
    with sessions.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            session.execute(text("DROP TRIGGER audit_events_no_update"))
        session.execute(text(statement))
    with sessions() as session:
        assert session.get(AuditEvent, 2) is not None
