"""The console's frame: its content policy, its sessions, how much it takes, and who is let in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

import api.console
from api.console.body import LIMIT, UPLOAD_LIMIT, limit_of
from api.console.gate import DeclaredTwice, registry
from api.console.nonces import CORE, INSTEAD, NONCE, STYLE
from api.console.system.gaps import GapView
from knowledge.audit.events import Actor
from knowledge.staff.models import StaffGrant
from knowledge.staff.people import disable
from knowledge.staff.rights import Role
from tests.api.console.people import GOOD_PASSWORD, hire
from tests.api.console.visitor import Console, Visitor

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEMPLATES = sorted((Path(api.console.__file__).parent / "templates").rglob("*.html"))
PAGES = ("", "missed", "entries/list", "feedback/list", "trial", "dictionary", "gaps/list", "password", "nothing")
EVERYTHING = (Role.EDITOR, Role.HANDLER, Role.ADMIN)


@ON_SQLITE
def test_every_script_and_style_of_a_page_carries_the_nonce_of_its_answer(browser: Visitor) -> None:
    seen = set()
    login = browser.client.get("/console/login")
    browser.enter(*EVERYTHING)
    for answer in [login, *(browser.client.get(f"/console/{page}") for page in PAGES)]:
        policy = answer.headers["content-security-policy"]
        [nonce] = set(re.findall(r"'nonce-([^']+)'", policy))
        assert "unsafe" not in policy
        assert {found or "" for found in re.findall(r"<(?:script|style)\b([^>]*)>", answer.text)} != set()
        bare = [tag for tag in re.findall(r"<(?:script|style)\b[^>]*>", answer.text) if f'nonce="{nonce}"' not in tag]
        assert bare == [], answer.url
        seen.add(nonce)
    assert len(seen) == len(PAGES) + 1


@ON_SQLITE
def test_no_page_holds_a_handler_or_a_style_in_an_attribute(browser: Visitor) -> None:
    browser.enter(*EVERYTHING)
    for page in PAGES:
        tags = re.findall(
            r"<[a-z][^>]*>", re.sub(r"<script.*?</script>", "", browser.get(f"/console/{page}"), flags=re.S)
        )
        assert [tag for tag in tags if re.search(r'\s(?:on[a-z]+|style)="', tag)] == [], page


@pytest.mark.parametrize(("template", "said"), list(INSTEAD))
def test_what_is_said_otherwise_stands_in_the_installed_release(template: str, said: str) -> None:
    import starlette_admin

    assert said in (Path(starlette_admin.__file__).parent / "templates" / template).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_our_own_templates_need_no_exception(path: Path) -> None:
    """No style, no handler, and nothing that is taken for HTML without being escaped."""
    source = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|\son[a-z]+=|\|\s*safe\b|autoescape", source) == []


@ON_SQLITE
def test_every_template_of_the_library_compiles_with_the_nonces(console: Console) -> None:
    assert console.made is not None
    env = console.made.templates.env
    for name in env.list_templates(filter_func=lambda name: name.startswith(CORE)):
        env.get_template(name)
    assert NONCE in env._tokenize.__self__.extensions["api.console.nonces.Nonces"].preprocess("<script>", "x.html")


@ON_SQLITE
def test_a_style_of_the_library_is_a_rule_of_the_generated_sheet(browser: Visitor) -> None:
    sheet = browser.client.get("/console/static-styles.css")
    assert sheet.headers["content-type"].startswith("text/css")
    browser.enter(Role.EDITOR)
    marks = set(re.findall(r'data-s="([0-9a-f]{8})"', browser.get("/console/entries/list")))
    assert marks
    assert {mark for mark in marks if f'[data-s="{mark}"]' not in sheet.text} == set()
    assert STYLE.search('<p style="color: {{ x }}">') is None


@ON_SQLITE
def test_looking_at_pages_waits_for_no_writer(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(*EVERYTHING)
    with sessions() as writer:
        writer.execute(text("SELECT 1"))  # BEGIN IMMEDIATE: whoever wants to write waits ten seconds and fails
        assert {browser.client.get(f"/console/{page}").status_code for page in PAGES} == {200, 404}


def test_too_much_is_refused_before_anybody_has_signed_in(browser: Visitor) -> None:
    answer = browser.client.post("/console/login", content=b"x" * (LIMIT + 1))
    assert (answer.status_code, "提交的内容太大" in answer.text) == (413, True)


def test_what_does_not_say_its_length_is_counted(browser: Visitor) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(LIMIT // 1000 + 2):
            yield b"x" * 1000

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser.client.post("/console/login", content=endless(), headers=headers)
    assert (answer.status_code, "提交的内容太大" in answer.text) == (413, True)


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("POST", "/imports", UPLOAD_LIMIT),
        ("GET", "/imports", LIMIT),
        ("POST", "/imports/1/apply", LIMIT),
        ("POST", "/importsx", LIMIT),
        ("POST", "/login", LIMIT),
    ],
)
def test_files_may_be_larger_than_forms(method: str, path: str, limit: int) -> None:
    assert limit_of({"method": method, "path": f"/console{path}", "root_path": "/console"}) == limit


def test_a_form_that_cannot_be_read_gets_a_sentence(browser: Visitor) -> None:
    browser.get("/console/login")
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = browser.client.post("/console/login", content=b"--y\r\nnonsense", headers=headers)
    assert (answer.status_code, "没有保存" in answer.text) in {(400, True), (403, True)}


def test_a_cookie_from_before_the_sign_in_is_worth_nothing_after_it(browser: Visitor) -> None:
    fixed = "chosen-by-somebody-else"
    browser.client.cookies.set("bst_console", fixed, path="/console")
    hire(browser.sessions, Role.EDITOR, name="fixed", now=browser.now)
    browser.sign_in(GOOD_PASSWORD, name="fixed")
    assert {cookie.value for cookie in browser.client.cookies.jar if cookie.name == "bst_console"} > {fixed}
    browser.client.cookies.clear()
    browser.client.cookies.set("bst_console", fixed, path="/console")
    assert browser.client.get("/console/", follow_redirects=False).status_code == 303


def test_a_disabled_person_is_out_at_the_next_click(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    browser.enter(Role.EDITOR)
    assert browser.client.get("/console/entries/list").status_code == 200
    with sessions.begin() as session:
        disable(session, staff_id=browser.staff_id, by=Actor(name="admin"), now=now)
    assert browser.client.get("/console/entries/list", follow_redirects=False).status_code == 303


def test_a_role_that_was_taken_back_opens_nothing_at_the_next_click(
    browser: Visitor, sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.EDITOR)
    with sessions.begin() as session:
        session.query(StaffGrant).filter_by(staff_id=browser.staff_id).delete()
    assert browser.client.get("/console/entries/list").status_code == 403
    assert "请管理员为您分配角色" in browser.get("/console/")


def test_the_sign_in_leads_to_the_page_that_was_asked_for_but_to_no_other_host(browser: Visitor) -> None:
    hire(browser.sessions, Role.EDITOR, name="reader", now=browser.now)
    form = {"username": "reader", "password": GOOD_PASSWORD}
    for wanted, led in (
        ("/console/trial", "/console/trial"),
        ("https://elsewhere.example/", "http://console.test/console/"),
    ):
        browser.client.cookies.clear()
        browser.get("/console/login")
        form["csrftoken"] = browser.client.cookies.get("starlette_admin_csrftoken") or ""
        answer = browser.client.post(f"/console/login?next={wanted}", data=form, follow_redirects=False)
        assert answer.headers["location"] == led


def test_the_menu_names_what_the_person_may_open_and_nothing_else(browser: Visitor) -> None:
    browser.enter(Role.HANDLER)
    page = browser.get("/console/")
    assert "反馈处理" in page
    assert "未解答的问题" not in page
    assert "无法对应的平台通知" not in page


@pytest.mark.parametrize("path", ["entries/detail?pk=x", "entries/detail?pk=" + "9" * 30, "feedback/detail?pk=%00"])
def test_a_key_that_cannot_be_one_leads_to_a_page_that_says_so(browser: Visitor, path: str) -> None:
    browser.enter(*EVERYTHING)
    answer = browser.client.get(f"/console/{path}")
    assert (answer.status_code, "没有这一项" in answer.text) == (404, True)


@pytest.mark.parametrize("query", ["q=%00", "page=" + "9" * 30, "filter=nonsense", "sort=nothing__up", "page_size=x"])
def test_nothing_in_a_lists_address_ends_in_an_error(browser: Visitor, query: str) -> None:
    browser.enter(*EVERYTHING)
    for name in ("entries", "feedback", "gaps", "unknown-updates"):
        answer = browser.client.get(f"/console/{name}/list?{query}")
        assert answer.status_code < 500
        assert "sqlalchemy" not in answer.text.lower()


def test_two_views_cannot_declare_one_route() -> None:
    with pytest.raises(DeclaredTwice):
        registry([GapView(), GapView()])


def test_an_uncaught_error_is_a_page_with_a_sentence(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.EDITOR)
    browser.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE knowledge_gaps RENAME TO knowledge_gaps_gone"))
    try:
        answer = browser.client.get("/console/gaps/list")
    finally:
        with sessions.begin() as session:
            session.execute(text("ALTER TABLE knowledge_gaps_gone RENAME TO knowledge_gaps"))
    assert answer.status_code == 500
    assert "系统出错" in answer.text
    assert "knowledge_gaps" not in answer.text
