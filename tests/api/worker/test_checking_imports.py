"""Large files are compared and written by a process beside the worker; one that does not end is told on its page."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.worker.checking_imports import CheckImport
from knowledge.audit.events import Actor
from knowledge.curation.models import FaqRevision
from knowledge.imports.kinds import Kind, Stage
from knowledge.imports.models import Import
from knowledge.imports.stored import drop, keep
from knowledge.institutions.models import Institution
from knowledge.staff.rights import Role
from tests.api.console.people import hire
from tests.conftest import NOON
from tests.knowledge.workbooks.crafted import HEADER, crafted, sheet
from tests.knowledge.workbooks.crafted import row as crafted_row
from tests.knowledge.workbooks.test_sheet import zip_bomb

ROWS = 3_000


@pytest.fixture
def job(sessions: sessionmaker[Session], database_url: str) -> CheckImport:
    return CheckImport(sessions=sessions, database_url=database_url, clock=lambda: NOON)


@pytest.fixture
def editor(sessions: sessionmaker[Session]) -> Actor:
    return Actor(name="甲", staff_id=hire(sessions, Role.EDITOR, name="甲", now=NOON))


def brought(
    sessions: sessionmaker[Session], by: Actor, content: bytes, *, name: str = "x.jsonl", kind: Kind = Kind.KNOWLEDGE
) -> str:
    with sessions.begin() as session:
        return keep(session, kind=kind, name=name, content=content, by=by, now=NOON).id


def state(sessions: sessionmaker[Session], import_id: str) -> Import:
    with sessions() as session:
        return session.get_one(Import, import_id)


def wants(sessions: sessionmaker[Session], import_id: str) -> None:
    with sessions.begin() as session:
        session.get_one(Import, import_id).state = Stage.APPLYING.value


def lines(count: int, **more: str) -> bytes:
    rows = ({"id": f"K{at}", "question": f"第{at}个问题？", "answer": "好", **more} for at in range(count))
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def test_a_large_file_is_compared_and_then_written(
    sessions: sessionmaker[Session], job: CheckImport, editor: Actor
) -> None:
    import_id = brought(sessions, editor, lines(ROWS // 2))
    assert job.run(f"{import_id}:1") is None
    row = state(sessions, import_id)
    assert (row.state, row.added, row.errors, row.problem) == (Stage.CHECKED, ROWS // 2, 0, "")
    wants(sessions, import_id)
    job.run(f"{import_id}:2")
    row = state(sessions, import_id)
    assert (row.state, row.applied_at) == (Stage.APPLIED, NOON)
    with sessions() as session:
        drafts = session.scalars(select(FaqRevision)).all()
    assert (len(drafts), {each.batch_id for each in drafts}) == (ROWS // 2, {row.batch_id})
    job.run(f"{import_id}:2")  # after a crash in between
    assert state(sessions, import_id).state == Stage.APPLIED


def test_more_drafts_than_can_be_passed_at_once_are_an_error(
    sessions: sessionmaker[Session], job: CheckImport, editor: Actor
) -> None:
    import_id = brought(sessions, editor, lines(ROWS))
    job.run(f"{import_id}:1")
    row = state(sessions, import_id)
    assert (row.state, row.added, row.errors) == (Stage.CHECKED, ROWS, 1)
    assert "一次最多 2000 条" in row.rows[0]["message"]
    wants(sessions, import_id)  # nobody can, by the page
    job.run(f"{import_id}:2")
    assert (state(sessions, import_id).state, state(sessions, import_id).batch_id) == (Stage.CHECKED, None)


def test_the_register_is_written_by_who_may(sessions: sessionmaker[Session], job: CheckImport) -> None:
    admin = Actor(name="管", staff_id=hire(sessions, Role.ADMIN, name="管", now=NOON))
    content = "\n".join(json.dumps({"name": f"第{at}图书馆"}) for at in range(ROWS)).encode()
    import_id = brought(sessions, admin, content, kind=Kind.INSTITUTIONS)
    job.run(f"{import_id}:1")
    wants(sessions, import_id)
    job.run(f"{import_id}:2")
    assert state(sessions, import_id).state == Stage.APPLIED
    with sessions() as session:
        assert len(session.scalars(select(Institution.id)).all()) == ROWS


def test_who_has_lost_the_right_writes_nothing(
    sessions: sessionmaker[Session], job: CheckImport, editor: Actor
) -> None:
    import_id = brought(sessions, editor, lines(2), kind=Kind.INSTITUTIONS)
    job.run(f"{import_id}:1")
    assert "不能导入这种文件" in state(sessions, import_id).problem


def test_a_bomb_a_file_without_end_and_a_dropped_one_leave_the_worker_whole(
    sessions: sessionmaker[Session], job: CheckImport, editor: Actor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bomb = zip_bomb(tmp_path_factory.mktemp("bomb") / "x.xlsx").read_bytes()
    import_id = brought(sessions, editor, bomb, name="x.xlsx")
    job.run(f"{import_id}:1")
    assert "展开后过大" in state(sessions, import_id).problem

    hurried = CheckImport(
        sessions=sessions, database_url=job.database_url, clock=job.clock, longest=timedelta(milliseconds=1)
    )
    import_id = brought(sessions, editor, lines(ROWS))
    assert hurried.run(f"{import_id}:1") is None
    row = state(sessions, import_id)
    assert (row.state, "没有处理完" in row.problem) == (Stage.UNREADABLE, True)

    import_id = brought(sessions, editor, lines(2))
    with sessions.begin() as session:
        drop(session, import_id=import_id, by=editor, now=NOON)
    job.run(f"{import_id}:1")
    assert state(sessions, import_id).state == Stage.DROPPED
    job.run("no-such-import:1")


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fifty_thousand_rows_are_compared_beside_the_worker(
    sessions: sessionmaker[Session], job: CheckImport, editor: Actor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = (crafted_row(at, f"K{at}", f"第{at}个问题怎么办？", "请到窗口办理。" * 20) for at in range(2, 50_002))
    path = crafted(tmp_path_factory.mktemp("large") / "x.xlsx", sheet(HEADER, *rows))
    import_id = brought(sessions, editor, path.read_bytes(), name="x.xlsx")
    job.run(f"{import_id}:1")
    found = state(sessions, import_id)
    assert (found.state, found.added, found.problem, len(found.rows)) == (Stage.CHECKED, 50_000, "", 500)
    assert [each["message"] for each in found.rows if each["what"] == "error"] == [
        "有 50000 条要新增或更改，一次最多 2000 条；请拆成几个文件，或由系统维护人员用命令行导入"
    ]
