"""The citizen's pages and their links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.h5 import h5_router
from api.links import LIFETIME, LinkRefused, SignedLinks
from handlers.texts.privacy import PRIVACY_VERSION
from tests.api.simulator_world import sample_account

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEY = bytes(range(32))


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def links(clock: Clock) -> SignedLinks:
    return SignedLinks("https://bureau.example/", KEY, account="simulator", clock=clock)


@pytest.fixture
def browser(links: SignedLinks, tmp_path: Path) -> Iterator[TestClient]:
    bureau = {"bureau_name": "示例县<委>编办", "bureau_phone": "000-12310000"}
    account = replace(sample_account(), bureau=bureau)
    app = FastAPI()
    app.include_router(h5_router(links=links, accounts={"simulator": account}, verification_folder=tmp_path))
    with TestClient(app, base_url="https://bureau.example") as browser:
        yield browser


def test_the_privacy_page_opens_by_its_link_and_names_the_bureau(browser: TestClient, links: SignedLinks) -> None:
    address = links.page("privacy")
    assert address is not None
    page = browser.get(address)
    assert page.status_code == 200
    assert "示例县&lt;委&gt;编办" in page.text
    assert PRIVACY_VERSION in page.text
    assert all(taken in page.text for taken in ("图片", "语音", "视频", "位置", "问题文字"))
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"https?://|\sstyle=|<script", page.text), "nothing from outside, nothing inline"
    assert browser.get("/h5/h5.css").status_code == 200


def test_a_link_lives_a_day(browser: TestClient, links: SignedLinks, clock: Clock) -> None:
    address = links.page("privacy")
    assert address is not None
    clock.now += LIFETIME
    assert browser.get(address).status_code == 200
    clock.now += timedelta(seconds=1)
    refused = browser.get(address)
    assert refused.status_code == 403
    assert "请回到公众号发送“隐私”" in refused.text


def test_a_page_without_a_link_or_with_a_damaged_one_says_what_to_do(browser: TestClient, links: SignedLinks) -> None:
    address = links.page("privacy") or ""
    foreign = SignedLinks("https://bureau.example", bytes(32)).page("privacy") or ""
    for wrong in ("/h5/privacy", "/h5/privacy?t=x", address[:-1], foreign):
        refused = browser.get(wrong)
        assert (refused.status_code, "链接已失效" in refused.text) == (403, True), wrong


def test_a_link_carries_account_and_pseudonym_for_its_own_page_alone(links: SignedLinks) -> None:
    address = links.for_account("county").page("privacy", citizen="ab12") or ""
    token = address.split("?t=")[1]
    opened = links.open(token, page="privacy")
    assert (opened.account, opened.citizen) == ("county", "ab12")
    with pytest.raises(LinkRefused, match="another page"):
        links.open(token, page="other")


def test_a_link_without_an_account_means_the_only_one(browser: TestClient, clock: Clock) -> None:
    address = SignedLinks("https://bureau.example", KEY, clock=clock).page("privacy") or ""
    assert "000-12310000" in browser.get(address).text


def test_without_a_public_address_there_is_no_link(clock: Clock, links: SignedLinks) -> None:
    assert SignedLinks(None, KEY).page("privacy") is None
    assert links.page("no such page") is None


@given(st.text())
def test_no_invented_token_opens_a_page(token: str) -> None:
    with pytest.raises(LinkRefused):
        SignedLinks("https://bureau.example", KEY).open(token, page="privacy")


def test_wechat_finds_the_file_the_operator_put_there_and_no_other(browser: TestClient, tmp_path: Path) -> None:
    (tmp_path / "MP_verify_Ab12.txt").write_text("Ab12")
    (tmp_path / "MP_verify_Long.txt").write_text("x" * 2000)
    (tmp_path / "secret.txt").write_text("x")
    found = browser.get("/MP_verify_Ab12.txt")
    assert (found.status_code, found.text) == (200, "Ab12")
    for wrong in ("/MP_verify_Zz.txt", "/MP_verify_Long.txt", "/MP_verify_..%2Fsecret.txt", "/MP_verify_.txt"):
        assert browser.get(wrong).status_code == 404, wrong
