"""The bureau's staff before the console of a running product, each in a chromium of his own."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from tests.api.chromium import DESK
from tests.api.console.people import GOOD_PASSWORD
from tests.api.console.visit import Visit
from tests.e2e.product import RunningProduct, environment

playwright = pytest.importorskip("playwright.sync_api")

_PRINTED = re.compile(r"用户名 (\w+)，一次性密码 (\S+?)（")
COMMAND_SECONDS = 60


@dataclass
class Staff:
    """The demo's accounts, one a role (``api.demo_people``), and whoever is hired beside them."""

    product: RunningProduct
    browser: playwright.Browser
    one_time: dict[str, str] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)

    def at_desk(self, name: str) -> Visit:
        """Signed in; the first time with the password that the start has printed, which has to be changed."""
        if name not in self.visits:
            context = self.browser.new_context(viewport=DESK, locale="zh-CN")
            self.visits[name] = Visit(context.new_page(), self.product.url)
            self.visits[name].page.on("dialog", lambda asked: asked.accept())
            self._signs_in(name)
        return self.visits[name]

    def hire(self, name: str, *, role: str) -> None:
        """By the operator's command, beside the running product."""
        command = [sys.executable, "-m", "api", "staff", "add", name, "--role", role]
        settings = environment(self.product.data_dir, self.product.settings)
        done = subprocess.run(
            command, env=settings, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True
        )
        self.one_time[name] = done.stdout.split()[-1]

    def go_home(self) -> None:
        """Fails for whatever a browser complained of, and for every request to another host."""
        found = {name: (visit.outside, visit.complaints) for name, visit in self.visits.items()}
        for visit in self.visits.values():
            visit.page.context.close()
        assert found == {name: ([], []) for name in found}

    def _signs_in(self, name: str) -> None:
        visit, password = self.visits[name], self._password(name)
        visit.sign_in(name, password)
        if password != GOOD_PASSWORD:
            for label, typed in (("原密码", password), ("新密码（", GOOD_PASSWORD), ("再输一次新密码", GOOD_PASSWORD)):
                visit.page.get_by_label(label).fill(typed)
            visit.presses("保存")
            self.one_time[name] = GOOD_PASSWORD
        playwright.expect(visit.page.get_by_role("heading", level=1)).to_have_text("首页")

    def _password(self, name: str) -> str:
        return (dict(_PRINTED.findall(self.product.said)) | self.one_time)[name]
