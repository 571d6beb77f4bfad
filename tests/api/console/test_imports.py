"""Files in and out of the console: looked at before anything is written, and written once, by whom it may be."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from api.console.body import LIMIT
from api.worker.jobs import CHECK_IMPORT
from knowledge.audit.models import AuditEvent
from knowledge.curation.models import FaqRevision
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import all_entries
from knowledge.imports.kinds import LARGEST_UPLOAD
from knowledge.imports.models import Import
from knowledge.imports.stored import purge
from knowledge.institutions.models import Institution
from knowledge.staff.rights import Role
from tests.api.console.conftest import ENTRIES
from tests.api.console.visitor import Console, Visitor
from tests.knowledge.curation.people import put

ROW: dict[str, Any] = {
    "id": "K9",
    "question": "图书室在哪里？",
    "answer": "在一楼。",
    "owner": "甲",
    "review_on": "2030-01-01",
}
TOKEN = "starlette_admin_csrftoken"


def lines(*rows: dict[str, Any] | str) -> bytes:
    return "\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in rows).encode()


def sends(
    browser: Visitor, content: bytes, *, name: str = "条目.jsonl", kind: str = "knowledge"
) -> tuple[int, str, str]:
    """Status, page and its address."""
    browser.get("/console/login")
    form = {"kind": kind, "csrftoken": browser.client.cookies.get(TOKEN) or ""}
    answer = browser.client.post("/console/imports", data=form, files={"file": (name, content)})
    return answer.status_code, answer.text, str(answer.url).removeprefix("http://console.test")


def applies(browser: Visitor, where: str, page: str) -> str:
    [seen] = re.findall(r'name="seen" value="([^"]+)"', page)
    return browser.post(f"{where}/apply", seen=seen)[1]


@pytest.fixture
def base(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions() as session:
        put(session, *ENTRIES, now=now)


@pytest.fixture
def editor(browser: Visitor, base: None) -> Iterator[Visitor]:
    browser.enter(Role.EDITOR)
    return browser


def drafts(sessions: sessionmaker[Session]) -> dict[str, FaqRevision]:
    with sessions() as session:
        return {row.entry_id: row for row in session.scalars(select(FaqRevision))}


def test_a_file_is_shown_row_by_row_and_nothing_is_written(editor: Visitor, sessions: sessionmaker[Session]) -> None:
    changed = {"id": "K3", "question": "图书室几点开门？", "answer": "早上十点。", "verified": True}
    same = {"id": "K2", "question": "借书卡怎么换新？", "answer": "满五年可以换新。", "verified": True}
    status, page, where = sends(editor, lines(ROW, changed, same))
    assert status == 200
    assert re.findall(r">(错误|更改|新增|提醒|未变) (\d+)<", page) == [
        ("错误", "0"), ("更改", "1"), ("新增", "1"), ("提醒", "0"), ("未变", "1"),
    ]  # fmt: skip
    assert "删去：</span>九</del>" in page
    assert "加上：</span>十</ins>" in page
    assert "在一楼。" in editor.get(f"{where}?tab=added")
    assert (drafts(sessions), len(ENTRIES)) == ({}, 4)


def test_what_is_applied_becomes_drafts_of_one_batch_that_go_through_review(
    editor: Visitor, sessions: sessionmaker[Session]
) -> None:
    _, page, where = sends(editor, lines(ROW, {**ROW, "id": "K3", "question": "几点开门？"}))
    page = applies(editor, where, page)
    assert "请提交审核" in page
    [batch] = re.findall(r"batch=([0-9a-f-]{36})", page)
    assert {(row.state, row.batch_id) for row in drafts(sessions).values()} == {("draft", batch)}
    assert "整批提交审核（2）" in editor.get(f"/console/drafts?batch={batch}")
    assert "整批已处理 2 份" in editor.post(f"/console/drafts/batch/{batch}/submit")[1]
    editor.enter(Role.REVIEWER)
    assert "整批审核通过（2）" in editor.get(f"/console/drafts?batch={batch}")
    assert "整批已处理 2 份" in editor.post(f"/console/drafts/batch/{batch}/approve")[1]
    editor.enter(Role.SECRECY)
    assert "整批保密审查通过（2）" in editor.get(f"/console/drafts?batch={batch}")
    assert "整批已处理 2 份" in editor.post(f"/console/drafts/batch/{batch}/clear")[1]
    assert {row.state for row in drafts(sessions).values()} == {"approved"}
    with sessions() as session:
        assert session.get(FaqEntry, "K9") is None


def test_a_file_with_errors_cannot_be_applied(editor: Visitor, sessions: sessionmaker[Session]) -> None:
    wrong = {**ROW, "id": "K8", "answer": "请打手机13800138000。", "valid_until": "2020-01-01"}
    _, page, where = sends(editor, lines(ROW, wrong, "{不是", {**ROW, "id": "K 7"}))
    assert "有 4 处错误" in page
    for said in ("第 2 行", "手机号", "2020-01-01 已经过了", "不是有效的 JSON", "编号不能含空格"):
        assert said in page
    assert 'name="seen"' not in page
    assert "有 4 处错误" in editor.post(f"{where}/apply", seen="x")[1]
    assert drafts(sessions) == {}


def test_a_plan_is_void_once_the_base_has_moved(
    editor: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    _, page, where = sends(editor, lines({**ROW, "id": "K3"}))
    with sessions() as session:
        put(session, *ENTRIES[:2], ENTRIES[2].__class__(id="K3", question="几点开门？", answer="晚上。"), now=now)
    again = applies(editor, where, page)
    assert "已重新核对" in again
    assert "删去：</span>晚上</del>" in again
    assert drafts(sessions) == {}
    assert (
        "请看看现在的结果再决定" in editor.post(f"{where}/apply", seen=re.findall('"seen" value="([^"]+)', page)[0])[1]
    )
    assert "请提交审核" in applies(editor, where, again)


def test_a_file_is_applied_once_and_never_after_it_was_dropped(
    editor: Visitor, sessions: sessionmaker[Session]
) -> None:
    _, page, where = sends(editor, lines(ROW))
    applies(editor, where, page)
    assert "没有重复写入" in editor.post(f"{where}/apply", seen=re.findall('"seen" value="([^"]+)', page)[0])[1]
    assert len(drafts(sessions)) == 1
    _, page, where = sends(editor, lines({**ROW, "id": "K8"}))
    assert "什么也没有写入" in editor.post(f"{where}/drop")[1]
    assert "没有重复写入" in editor.post(f"{where}/apply", seen=re.findall('"seen" value="([^"]+)', page)[0])[1]
    assert len(drafts(sessions)) == 1


def test_an_altered_file_is_not_applied(editor: Visitor, sessions: sessionmaker[Session]) -> None:
    _, page, where = sends(editor, lines(ROW))
    with sessions.begin() as session:
        session.scalars(select(Import)).one().content = lines({**ROW, "answer": "别的。"})
    assert "与上传时不一致" in applies(editor, where, page)
    assert drafts(sessions) == {}


def test_a_draft_begun_meanwhile_is_told_and_nothing_is_written(
    editor: Visitor, sessions: sessionmaker[Session]
) -> None:
    _, page, where = sends(editor, lines(ROW, {**ROW, "id": "K3"}))
    editor.post("/console/entry/draft", id="K3")
    page = applies(editor, where, page)
    assert "有人正在改这个条目" in page
    assert set(drafts(sessions)) == {"K3"}


def test_who_is_limited_to_a_region_brings_entries_of_it_only(browser: Visitor, base: None) -> None:
    browser.enter(Role.EDITOR, region="320300")
    local = {**ROW, "region": "320300"}
    national = {"id": "K3", "question": "图书室几点开门？", "answer": "早上九点。", "verified": True}
    _, page, _ = sends(browser, lines(local, ROW | {"id": "K8"}, {**national, "answer": "变了"}, {**local, "id": "K1"}))
    assert page.count("不归您负责") == 3
    _, page, where = sends(browser, lines(local, national))  # read, and left as it is
    assert "请提交审核" in applies(browser, where, page)


def test_everybody_sees_his_own_files_only(editor: Visitor) -> None:
    _, _, where = sends(editor, lines(ROW))
    editor.enter(Role.EDITOR, name="other")
    assert editor.client.get(where).status_code == 404
    assert editor.post(f"{where}/apply", seen="x")[0] == 404
    assert editor.post(f"{where}/drop")[0] == 404
    assert "条目.jsonl" not in editor.get("/console/imports")


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        (Role.EDITOR, "institutions", 403),
        (Role.EDITOR, "base", 403),
        (Role.ADMIN, "knowledge", 403),
        (Role.EDITOR, "nothing", 422),
    ],
)
def test_a_kind_that_is_not_ones_own_is_refused(browser: Visitor, role: Role, kind: str, status: int) -> None:
    browser.enter(role)
    assert sends(browser, lines(ROW), kind=kind)[0] == status


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("条目.txt", b"x", "这里只收"),
        ("条目.xlsx", b"", "文件是空的"),
        ("", b"", "请选择文件"),
        ("大.csv", b"x" * (LARGEST_UPLOAD + 1), "文件超过 20 MB"),
    ],
)
def test_what_cannot_be_kept_is_told_on_the_form(editor: Visitor, name: str, content: bytes, said: str) -> None:
    status, page, _ = sends(editor, content, name=name)
    assert (status, said in page) == (422, True)


def test_what_cannot_be_read_is_told_on_its_page(editor: Visitor) -> None:
    _, page, _ = sends(editor, b"PK\x03\x04 broken", name=r"C:\文件\坏<b>.xlsx")
    assert "不是可读的 XLSX" in page
    assert "坏&lt;b&gt;.xlsx" in page
    assert "C:" not in page


def test_script_in_every_field_stays_text(editor: Visitor) -> None:
    script = "<script>alert(1)</script>"
    fields = ("question", "answer", "category", "audience", "owner", script)
    nasty: dict[str, Any] = dict.fromkeys(fields, script) | {
        "id": "<b>K7</b>", "paraphrases": [script], "basis": [{"law": script, "article": script}], "region": script,
    }  # fmt: skip
    _, page, where = sends(editor, lines(nasty, {**ROW, "answer": script}, {**ROW, "id": "<i>", "category": script}))
    pages = [page, *(editor.get(f"{where}?tab={tab}") for tab in ("error", "added", "warning"))]
    assert all("<script>alert" not in each and "<b>K7" not in each and "<i>" not in each for each in pages)
    assert any("&lt;script&gt;" in each for each in pages)


def test_a_large_file_is_left_to_the_worker(editor: Visitor, sessions: sessionmaker[Session]) -> None:
    many = lines(*({**ROW, "id": f"K{at}", "question": f"第{at}个？", "answer": "好" * 300} for at in range(300)))
    _, page, where = sends(editor, many)
    assert "正在后台核对" in page
    assert 'data-reload="2"' in page
    [(job, key)] = editor.console.enqueued
    assert (job, where.rpartition("/")[2]) == (CHECK_IMPORT, key.partition(":")[0])


def test_institutions_are_written_at_once_by_the_administrator(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.ADMIN)
    _, page, where = sends(browser, lines({"name": "城北图书馆", "region": "320300"}), kind="institutions")
    assert "城北图书馆" in page
    assert "已写入" in applies(browser, where, page)
    _, page, _ = sends(browser, lines({"name": "城北图书馆", "region": "320300", "phone": "1"}), kind="institutions")
    assert "更改 1" in page
    with sessions() as session:
        assert [(row.name, row.phone) for row in session.scalars(select(Institution))] == [("城北图书馆", None)]
    _, page, _ = sends(browser, lines({"name": "甲", "credit_code": "短"}), kind="institutions")
    assert "应为 18 位" in page
    assert 'name="seen"' not in page


@pytest.mark.parametrize("ending", ["xlsx", "csv", "jsonl"])
def test_what_is_exported_and_brought_again_changes_nothing(editor: Visitor, ending: str) -> None:
    exported = editor.client.get(f"/console/exports?kind=knowledge&format={ending}")
    assert exported.status_code == 200
    assert f'.{ending}"' in exported.headers["content-disposition"]
    _, page, _ = sends(editor, exported.content, name=f"条目.{ending}")
    assert "完全相同" in page
    assert "未变 4" in page


def test_an_export_holds_what_the_person_may_read(browser: Visitor, base: None) -> None:
    browser.enter(Role.EDITOR, region="440000")
    exported = browser.client.get("/console/exports?kind=knowledge&format=jsonl").text
    assert {json.loads(line)["id"] for line in exported.splitlines()} == {"K1", "K2", "K3"}


@pytest.mark.parametrize("ending", ["xlsx", "csv", "jsonl"])
@pytest.mark.parametrize("kind", ["knowledge", "institutions"])
def test_a_template_explains_itself_and_its_example_is_not_taken(browser: Visitor, kind: str, ending: str) -> None:
    browser.enter(Role.EDITOR if kind == "knowledge" else Role.ADMIN)
    template = browser.client.get(f"/console/exports/template?kind={kind}&format={ending}").content
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(template))
        assert [sheet.title for sheet in book.worksheets][1] == "说明"
        assert all(cell.value for (cell,) in book["说明"].iter_rows(min_col=2, max_col=2))
    _, page, _ = sends(browser, template, name=f"x.{ending}", kind=kind)
    assert "有 1 处错误" in page
    assert "示例行，请删去" in page


def test_a_whole_base_is_taken_to_another_console(
    browser: Visitor, base: None, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.ADMIN)
    exported = browser.client.get("/console/exports/base")
    assert exported.headers["content-type"] == "application/zip"
    with sessions.begin() as session:
        session.delete(session.get_one(FaqEntry, "K1"))
    _, page, where = sends(browser, exported.content, name="base.zip", kind="base")
    assert "新增 1" in page
    applies(browser, where, page)
    assert {row.entry_id for row in drafts(sessions).values()} == {"K1"}
    with sessions() as session:
        assert "K1" not in {entry.id for entry in all_entries(session)}


def test_each_step_leaves_its_line_in_the_audit_log(editor: Visitor, sessions: sessionmaker[Session]) -> None:
    _, page, where = sends(editor, lines(ROW))
    applies(editor, where, page)
    _, _, where = sends(editor, lines({**ROW, "id": "K8"}))
    editor.post(f"{where}/drop")
    editor.get("/console/exports?kind=knowledge&format=csv")
    with sessions() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)).all()
    assert [each for each in actions if each.startswith(("import", "export"))] == [
        "import.uploaded", "import.applied", "import.uploaded", "import.dropped", "export.made",
    ]  # fmt: skip


async def test_nothing_is_read_of_a_file_from_who_has_not_signed_in(console: Console) -> None:
    """At the protocol itself: a test's browser would send all of it before it listens."""
    headers = [(b"host", b"console.test"), (b"content-type", b"multipart/form-data; boundary=x")]
    asked = {"type": "http", "method": "POST", "path": "/console/imports", "raw_path": b"/console/imports"}
    asked |= {"headers": headers, "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1"}
    asked |= {"server": ("console.test", 80), "client": ("10.0.0.1", 1)}
    sent: list[Any] = []
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    await console.app(asked, receive, send)
    location = dict(sent[0]["headers"])[b"location"]
    assert (sent[0]["status"], b"/console/login" in location, read) == (303, True, 0)


def test_who_may_bring_nothing_sends_nothing(browser: Visitor) -> None:
    browser.enter(Role.HANDLER)
    assert sends(browser, b"x" * (LIMIT + 1))[0] == 403


def test_an_upload_without_its_token_is_refused(editor: Visitor, sessions: sessionmaker[Session]) -> None:
    answer = editor.client.post("/console/imports", data={"kind": "knowledge"}, files={"file": ("x.jsonl", lines(ROW))})
    assert answer.status_code == 403
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Import)) == 0


def test_a_file_is_gone_after_a_day(editor: Visitor, sessions: sessionmaker[Session], now: datetime) -> None:
    _, _, where = sends(editor, lines(ROW))
    with sessions.begin() as session:
        assert purge(session, now=now + timedelta(hours=23)) == 0
        assert purge(session, now=now + timedelta(hours=25)) == 1
        assert purge(session, now=now + timedelta(hours=25)) == 0
    page = editor.get(where)
    assert "内容已删除" in page
    assert "在一楼" not in page


def test_the_starter_base_is_compared_in_no_time(editor: Visitor) -> None:
    from knowledge.faq.files import STARTER

    _, page, _ = sends(editor, Path(STARTER).read_bytes(), name="starter.jsonl")
    assert "正在后台核对" in page or "新增 177" in page
