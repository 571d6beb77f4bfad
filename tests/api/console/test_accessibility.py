"""Every page that links lead to, at the width of a phone and of a desk: axe finds nothing serious, nothing sticks out.

Whoever adds a page gets it looked at here as soon as a link leads to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.routing import Match, Route

from api.console.gate import PUBLIC
from knowledge.staff.rights import Role
from knowledge.store.vault import Vault
from tests.api.chromium import CHROMIUM, DESK, PHONE
from tests.api.console.filled import Filling
from tests.api.console.test_in_chromium import chromium, visit
from tests.api.console.visit import Visit
from tests.api.console.visitor import Console

__all__ = ["chromium", "visit"]
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("visit", [PHONE, DESK], ids=["phone", "desk"], indirect=True),
]

BAD = ("serious", "critical")
DOWNLOADS = re.compile(r"\.csv$|/export|template|attachments|logout|static")
HOLDS_ADMIN = (Role.EDITOR, Role.REVIEWER, Role.HANDLER, Role.ADMIN)
LINKS = """[...document.querySelectorAll('a[href]')].map(a => a.href)"""

Called = tuple[str, str]


def called(console: Console, address: str) -> Called | None:
    """Which page an address of the console asks for: of each one is looked at."""
    assert console.made is not None
    path = urlsplit(address).path.removeprefix("/console") or "/"
    for route in console.made.app.routes:
        if isinstance(route, Route):
            match, found = route.matches({"type": "http", "method": "GET", "path": path, "root_path": ""})
            if match is Match.FULL:
                return route.name, str(found["path_params"].get("key", ""))
    return None


def walked(visit: Visit, console: Console) -> Iterator[Called]:
    """Opens one page of each kind, from the first page on, as links lead."""
    waiting, seen = [f"{visit.base}/console/"], set[Called]()
    while waiting:
        address = waiting.pop(0)
        page = called(console, address)
        if page is None or page in seen or page[0] in PUBLIC or DOWNLOADS.search(urlsplit(address).path):
            continue
        seen.add(page)
        visit.page.goto(address)
        yield page
        links: list[str] = visit.page.evaluate(LINKS)
        waiting += [link for link in links if link.startswith(f"{visit.base}/console")]


def serious(visit: Visit) -> list[str]:
    found = axe.Axe().run(visit.page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in BAD]


@pytest.mark.parametrize("roles", [HOLDS_ADMIN, (Role.SECRECY,), (Role.AUDITOR,)], ids=["office", "secrecy", "auditor"])
def test_no_page_has_a_serious_finding_or_sticks_out(
    visit: Visit, console: Console, sessions: sessionmaker[Session], vault: Vault, now: datetime, roles: tuple[Role]
) -> None:
    Filling(sessions, vault, now).everything()
    visit.enter(*roles)
    found: dict[Called, list[str]] = {}
    for page in walked(visit, console):
        visit.fits()
        found[page] = serious(visit)
    assert [f"{name} {each}" for (name, _), all_of in found.items() for each in all_of] == []
    assert len(found) > 10
