"""Keys of other systems, as an administrator hands them out."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from knowledge.keys.keys import KeyScope, all_keys, open_key
from knowledge.staff.rights import Role
from tests.api.console.visitor import Visitor

TOKEN = re.compile(r"bst_[0-9a-f]{12}_[0-9a-f]{48}")


def made(browser: Visitor, **form: str) -> tuple[int, str]:
    sent = {"name": "政务大厅", "scope": "ask", "regions": "", "per_minute": "120", "last_day": ""} | form
    return browser.post("/console/keys", **sent)


def test_a_key_is_shown_once_and_opens_what_was_ticked(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.ADMIN)
    status, page = made(browser, regions="320300、440000", last_day="2026-12-31")
    [token] = TOKEN.findall(page)

    assert status == 200
    assert not TOKEN.search(browser.get("/console/keys"))
    with sessions() as session:
        key = open_key(session, token, now=browser.now)
        assert key is not None
        assert (key.scopes, key.regions) == (frozenset({KeyScope.ASK}), ("320300", "440000"))
        [row] = all_keys(session)
        assert row.expires_at is not None
        assert row.expires_at.isoformat() == "2026-12-31T16:00:00+00:00"


def test_a_key_is_ended_and_both_stand_in_the_audit_log(browser: Visitor, sessions: sessionmaker[Session]) -> None:
    browser.enter(Role.ADMIN)
    _, page = made(browser)
    [token] = TOKEN.findall(page)
    key_id = token.split("_")[1]

    _, page = browser.post(f"/console/keys/{key_id}/revoke")
    assert "立即失效" in page
    _, page = browser.post(f"/console/keys/{key_id}/revoke")
    assert "已经停用" in page
    with sessions() as session:
        assert open_key(session, token, now=browser.now) is None
        noted = session.execute(
            text("SELECT action, after FROM audit_events WHERE kind = 'key' ORDER BY position")
        ).all()
    assert [action for action, _ in noted] == ["key.added", "key.revoked"]
    assert token.rsplit("_", 1)[1] not in str(noted)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "名称"),
        ({"scope": "everything"}, "用途"),
        ({"regions": "江苏"}, "行政区划"),
        ({"per_minute": "很多"}, "每分钟"),
        ({"last_day": "明天"}, "到期日"),
        ({"last_day": "9999-12-31"}, "到期日"),
        ({"last_day": "2020-01-01"}, "晚于现在"),
    ],
)
def test_a_refused_form_comes_back_as_it_was(browser: Visitor, wrong: dict[str, str], words: str) -> None:
    browser.enter(Role.ADMIN)
    status, page = made(browser, **({"name": "<b>厅</b>"} | wrong))
    assert (status, words in page) == (422, True)
    assert "<b>" not in page
    assert not TOKEN.search(page)


def test_one_name_is_given_to_one_open_key(browser: Visitor) -> None:
    browser.enter(Role.ADMIN)
    made(browser)
    assert made(browser)[0] == 422
