"""Our outgoing client against the simulator's side of WeChat, which was written apart from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from api.account_check import account_results
from api.simulator import SimulatorState, fake_api
from api.simulator.pictures import sample_picture
from api.simulator.window import Occasion
from bot.client.api import WeChatApi
from bot.client.errors import OtherChannel, PermanentForUser
from bot.client.push import Outcome, push_reply
from bot.client.tokens import TokenHolder
from bot.menu import Menu
from bot.replies import Article, Image, News, Text
from tests.api.live import LiveServer
from tests.api.simulator_world import TEMPLATE, sample_account

MENU = Path(__file__).parents[2] / "deploy" / "menu.json"


@pytest.fixture
def state() -> SimulatorState:
    return SimulatorState(sample_account())


@pytest.fixture
def openid(state: SimulatorState) -> str:
    """A citizen who has just written."""
    phone = next(iter(state.phones.values()))
    phone.window.open(Occasion.MESSAGE, now=datetime.now(UTC))
    return phone.openid


@pytest.fixture
def url(state: SimulatorState) -> Iterator[str]:
    with LiveServer(fake_api(state)) as server:
        yield server.url


@pytest.fixture
def api(url: str) -> Iterator[WeChatApi]:
    account = sample_account()
    with httpx.Client() as http:
        tokens = TokenHolder(account, api_url=url, http=http)
        yield WeChatApi(account, api_url=url, tokens=tokens, http=http)


def test_every_form_of_message_arrives(api: WeChatApi, openid: str) -> None:
    media_id = api.upload_image(sample_picture("street"), "示例.png")
    assert api.download_media(media_id).content
    for reply in (Text("您好"), Image(media_id), News(Article("题", "述", "https://example.org"))):
        assert push_reply(api, openid, reply) is Outcome.DELIVERED
    api.send_menu(openid, "满意吗？", [("1", "满意"), ("2", "不满意")], "谢谢")


def test_the_sixth_message_is_refused_and_a_closed_window_too(
    api: WeChatApi, state: SimulatorState, openid: str
) -> None:
    for _ in range(5):
        api.send_text(openid, "您好")
    with pytest.raises(OtherChannel):
        api.send_text(openid, "您好")
    state.phones[openid].window.close()
    assert push_reply(api, openid, Text("您好")) is Outcome.REFUSED


def test_a_notice_without_a_subscription_is_refused_for_this_citizen(api: WeChatApi, openid: str) -> None:
    with pytest.raises(PermanentForUser):
        api.send_subscription(openid, TEMPLATE, None, {"thing1": "已受理"})


def test_a_token_revoked_at_wechat_costs_one_fetch(api: WeChatApi, state: SimulatorState, openid: str) -> None:
    api.send_text(openid, "一")
    state.tokens.revoke()
    api.send_text(openid, "二")


def test_the_committed_menu_and_a_code_are_taken(api: WeChatApi) -> None:
    assert api.get_menu() is None
    menu = Menu.from_file(MENU)
    api.create_menu(menu)
    assert (api.get_menu() or {}).get("button")
    assert api.create_qr_code("window-1", expires=timedelta(days=1)).ticket


def test_config_check_finds_the_rights(url: str) -> None:
    with httpx.Client() as http:
        found = {one.name.partition("：")[2]: one for one in account_results(sample_account(), api_url=url, http=http)}
    assert {name for name, one in found.items() if not one.ok} <= {"AppID", "AppSecret", "Token"}
    assert found["微信认证与菜单"].ok
    assert found["账号类型与模板"].ok
