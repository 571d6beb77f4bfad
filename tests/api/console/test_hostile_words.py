"""Markup in whatever staff and citizens write: no page takes it for its own. In a real browser, on every page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from knowledge.store.vault import Vault
from tests.api.chromium import CHROMIUM, DESK
from tests.api.console.filled import Filling
from tests.api.console.test_accessibility import HOLDS_ADMIN, walked
from tests.api.console.test_in_chromium import chromium, visit
from tests.api.console.visit import Visit
from tests.api.console.visitor import Console

__all__ = ["chromium", "visit"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("visit", [DESK], ids=["desk"], indirect=True),
]

HOSTILE = "'\"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}"
WRITTEN = {
    "faq_entries": ("question", "answer", "owner"),
    "faq_revisions": ("question", "author", "reason"),
    "faq_versions": ('"by"', "reason"),
    "faq_golden": ("question", "note"),
    "faq_publications": ("requested_by",),
    "law_repeals": ("law", "document", "reason"),
    "questions": ("text",),
    "vocabulary": ("word", "note"),
    "institution": ("name", "sponsor", "status"),
    "api_keys": ("name",),
    "staff_accounts": ("display_name",),
}


def written_over(session: Session) -> None:
    for table, columns in WRITTEN.items():
        for column in columns:
            added = text(f"UPDATE {table} SET {column} = coalesce({column}, '') || :hostile")
            session.execute(added, {"hostile": HOSTILE})


def test_no_page_takes_what_was_written_for_markup(
    visit: Visit, console: Console, sessions: sessionmaker[Session], vault: Vault, now: datetime
) -> None:
    Filling(sessions, vault, now).everything()
    with sessions.begin() as session:
        written_over(session)
    asked: list[str] = []
    visit.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    visit.enter(*HOLDS_ADMIN)
    taken, shown = [], 0
    for page in walked(visit, console):
        if visit.page.locator("img[src=x]").count():
            taken.append(page)
        shown += visit.page.content().count("&lt;img src=x onerror")
        assert "</script>49" not in visit.page.content().replace("&lt;", "<").replace("&gt;", ">"), page
    assert (taken, asked) == ([], [])
    assert shown > 10, "nothing hostile was on the pages that were walked"
