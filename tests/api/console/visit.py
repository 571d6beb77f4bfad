"""A visit to the console with a real browser, which notes every request elsewhere and all that the browser refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from knowledge.staff.rights import Role
from tests.api.console.people import GOOD_PASSWORD, hire

playwright = pytest.importorskip("playwright.sync_api")

WAIT_MS = 20_000  # a page takes a tenth of a second; a loaded machine may take its time


@dataclass
class Visit:
    """``complaints``: warnings and errors of the browser, a breach of the content policy among them.

    ``sessions``, ``now``: needed by ``enter`` alone.
    """

    page: playwright.Page
    base: str
    sessions: sessionmaker[Session] | None = None
    now: datetime | None = None
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("request", lambda r: None if r.url.startswith(self.base) else self.outside.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}/console/{path}")
        self.fits()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, words: str) -> None:
        playwright.expect(self.page.get_by_text(words).first).to_be_visible(timeout=WAIT_MS)
        self.fits()

    def fits(self) -> None:
        """Nothing sticks out to the right; a wide table scrolls in itself."""
        over = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{self.page.url}: {over} px too wide"

    def sign_in(self, name: str, password: str) -> None:
        self.open("login")
        self.page.get_by_label("用户名").fill(name)
        self.page.get_by_label("密码").fill(password)
        self.presses("登录")

    def enter(self, *roles: Role, region: str | None = None, topic: str | None = None, name: str = "") -> str:
        """As a new person with these roles; the id of the account. Whoever was signed in before is out."""
        assert self.sessions is not None
        assert self.now is not None
        self.page.context.clear_cookies()
        name = name or "-".join(part for part in ("staff", *roles, region, topic) if part)
        staff_id = hire(self.sessions, *roles, name=name, now=self.now, region=region, topic=topic)
        self.sign_in(name, GOOD_PASSWORD)
        self.page.wait_for_url(f"{self.base}/console/")
        return staff_id
