"""``config check`` of one account: each thing is broken in turn and the advice is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from api.account_check import CheckResult, account_results
from bot.account import Account, AccountKind, Mode
from tests.api.checked import AES_KEY, CREDENTIALS, SERVICE
from tests.secret_watch import no_secret_in_logs  # noqa: F401
from tests.wechat_server import APP_SECRET, Errcode, Json, Status, WeChatServer, running

TOKEN = "/cgi-bin/stable_token"
MENU = "/cgi-bin/menu/get"
TEMPLATES = "/cgi-bin/template/get_all_private_template"
AGENTS = "/cgi-bin/customservice/getkflist"


@pytest.fixture
def wechat() -> Iterator[WeChatServer]:
    with running(WeChatServer()) as server:
        yield server


def results(account: Account, wechat: WeChatServer) -> dict[str, CheckResult]:
    with httpx.Client() as http:
        found = list(account_results(account, api_url=wechat.url, http=http))
    assert not [one for one in found if APP_SECRET in one.what_to_do or AES_KEY in one.what_to_do]
    return {one.name.partition("：")[2]: one for one in found}


def test_a_right_account_passes_everything(wechat: WeChatServer) -> None:
    found = results(replace(SERVICE, credentials=replace(CREDENTIALS, previous_aes_key=AES_KEY)), wechat)
    wrong = {name for name, one in found.items() if not one.ok}
    assert wrong == {"AppSecret"}  # the test's own secret is no hexadecimal number, so that logs can be searched for it
    assert list(found) == [
        "AppID",
        "AppSecret",
        "Token",
        "旧 EncodingAESKey",
        "EncodingAESKey",
        "访问令牌",
        "微信认证与菜单",
        "后台自动回复",
        "账号类型与模板",
        "人工客服",
    ]
    assert wechat.fetches == 1


@pytest.mark.parametrize(
    ("account", "name", "said"),
    [
        (replace(SERVICE, app_id="gh_0123456789ab"), "AppID", "wx 开头的 18 位"),
        (replace(SERVICE, credentials=replace(CREDENTIALS, token="ab")), "Token", "现在是 2 个字符"),
        (replace(SERVICE, credentials=replace(CREDENTIALS, token="有 token")), "Token", "3 到 32 个字母或数字"),
        (
            replace(SERVICE, credentials=replace(CREDENTIALS, aes_key=AES_KEY[:42])),
            "EncodingAESKey",
            "现在是 42 个字符",
        ),
        (replace(SERVICE, credentials=replace(CREDENTIALS, aes_key=None)), "EncodingAESKey", "现在是 0 个字符"),
        (replace(SERVICE, credentials=replace(CREDENTIALS, previous_aes_key="x")), "旧 EncodingAESKey", "43"),
        (replace(SERVICE, credentials=replace(CREDENTIALS, app_secret=None)), "访问令牌", "请补上 AppSecret"),
    ],
)
def test_a_wrong_form_is_told(wechat: WeChatServer, account: Account, name: str, said: str) -> None:
    found = results(account, wechat)[name]
    assert not found.ok
    assert said in found.what_to_do


def test_plain_mode_asks_for_no_key(wechat: WeChatServer) -> None:
    plain = replace(SERVICE, mode=Mode.PLAIN, credentials=replace(CREDENTIALS, aes_key=None))
    assert "EncodingAESKey" not in results(plain, wechat)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Errcode(40013), "核对 AppID"),
        (Errcode(40125), "重置 AppSecret"),
        (Errcode(40164, "invalid ip 203.0.113.5 ipv6 ::ffff:203.0.113.5, not in whitelist"), "IP 是 203.0.113.5"),
        (Errcode(40243), "解冻"),
        (Errcode(89503), "管理员"),
        (Errcode(45009), "明天"),
        (Status(302), "BST_WECHAT_API_URL"),
    ],
)
def test_what_keeps_the_token_away_is_told_and_nothing_more_is_asked(
    wechat: WeChatServer, answer: Errcode | Status, said: str
) -> None:
    wechat.script(TOKEN, answer)
    found = results(SERVICE, wechat)
    assert not found["访问令牌"].ok
    assert said in found["访问令牌"].what_to_do
    assert "微信认证与菜单" not in found
    assert {call.path for call in wechat.calls} == {TOKEN}


def test_an_unverified_account_that_says_so_is_right(wechat: WeChatServer) -> None:
    wechat.script(MENU, Errcode(48001))
    unverified = replace(SERVICE, verified=False, customer_service_transfer=False)
    found = results(unverified, wechat)["微信认证与菜单"]
    assert found.ok
    assert "只能被动回复" in found.what_to_do


def test_an_unverified_account_without_a_secret_is_right(wechat: WeChatServer) -> None:
    unverified = replace(SERVICE, verified=False, credentials=replace(CREDENTIALS, app_secret=None))
    assert all(one.ok for one in results(unverified, wechat).values())
    assert wechat.calls == []


@pytest.mark.parametrize(
    ("account", "path", "answer", "name", "said"),
    [
        (SERVICE, MENU, Errcode(48001), "微信认证与菜单", "请改为 false"),
        (replace(SERVICE, verified=False), "", None, "微信认证与菜单", "把它改为 true"),
        (SERVICE, TEMPLATES, Errcode(48001), "账号类型与模板", "请改为 subscription"),
        (replace(SERVICE, kind=AccountKind.SUBSCRIPTION), "", None, "账号类型与模板", "请改为 service"),
        (replace(SERVICE, template_ids={"progress": "no"}), "", None, "账号类型与模板", "没有选用模板 progress"),
        (SERVICE, AGENTS, Json({"kf_list": []}), "人工客服", "没有客服人员"),
        (SERVICE, AGENTS, Errcode(65400), "人工客服", "没有客服人员"),
        (SERVICE, MENU, Errcode(48004), "微信认证与菜单", "站内信"),
    ],
)
def test_rights_that_differ_from_the_configuration_are_told(
    wechat: WeChatServer, account: Account, path: str, answer: Any, name: str, said: str
) -> None:
    if path:
        wechat.script(path, answer)
    found = results(account, wechat)[name]
    assert not found.ok
    assert said in found.what_to_do


def test_a_missing_menu_and_open_auto_replies_are_mentioned(wechat: WeChatServer) -> None:
    wechat.script(MENU, Errcode(46003))
    wechat.script("/cgi-bin/get_current_autoreply_info", Json({"is_autoreply_open": 1}))
    found = results(SERVICE, wechat)
    assert "bianshitong menu push" in found["微信认证与菜单"].what_to_do
    assert "启用服务器配置后不再生效" in found["后台自动回复"].what_to_do
