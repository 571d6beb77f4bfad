"""``/docs``: our own page, made from the description, that asks nobody for anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.rest.app import PREFIX, rest_app
from api.rest.docs import docs_router
from tests.api.chromium import CHROMIUM, DESK, PHONE, QUIET
from tests.api.live import LiveServer
from tests.api.rest.test_schema import DESCRIBED, described

needs_chromium = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过")


@pytest.fixture
def site() -> Iterator[LiveServer]:
    rest = rest_app(None)  # type: ignore[arg-type] # nothing is asked of it
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(docs_router(rest))
    app.mount(PREFIX, rest)
    with LiveServer(app) as server:
        yield server


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_fits_and_asks_no_other_host(site: LiveServer, size: dict[str, int]) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport=size)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda r: None if r.url.startswith(site.url) else complaints.append(r.url))
        page.goto(f"{site.url}/docs")
        page.get_by_role("link", name="提一个问题").click()
        page.get_by_text("应答示例").first.click()
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        text = page.inner_text("main")
        browser.close()
    assert complaints == []
    assert over <= 0
    assert [name for _, name, told in described(DESCRIBED) if "schema" in told and name not in text] == []


def test_the_page_has_no_script_and_says_so_to_the_browser() -> None:
    app = FastAPI(docs_url=None)
    app.include_router(docs_router(rest_app(None)))  # type: ignore[arg-type] # nothing is asked of it
    with TestClient(app, base_url="http://rest.test") as client:
        page = client.get("/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"<script|<style|style=|\son[a-z]+=|https?://(?!本系统地址)", page.text)
    assert [path for path in DESCRIBED["paths"] if f"{PREFIX}{path}" not in page.text] == []
