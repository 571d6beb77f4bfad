"""A finished answer as a customer-service message: sent at most once, and its end told without an error."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from bot.client.api import WeChatApi
from bot.client.push import Outcome, push_reply
from bot.replies import Article, Image, News, Reply, Silence, Text, Transfer
from tests.bot.client.outgoing import OPENID, SEND, make_api
from tests.wechat_server import Errcode, Failure, HangUp, Status, WeChatServer


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(Text("您好"), "text"), (News(Article("题", "述", "https://example.org")), "news"), (Image("m1"), "image")],
)
def test_an_answer_is_pushed_in_its_own_form(api: WeChatApi, wechat: WeChatServer, reply: Reply, kind: str) -> None:
    assert push_reply(api, OPENID, reply) is Outcome.DELIVERED
    assert [call.json["msgtype"] for call in wechat.calls_to(SEND)] == [kind]


def test_tappable_links_are_pushed_unchanged(api: WeChatApi, wechat: WeChatServer) -> None:
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=%E6%9B%B4%E5%A4%9A&msgmenuid=1">更多</a>'
    push_reply(api, OPENID, Text(link))
    assert wechat.calls_to(SEND)[0].json["text"]["content"] == link


def test_silence_is_delivered_and_a_transfer_cannot_be_pushed(api: WeChatApi, wechat: WeChatServer) -> None:
    assert push_reply(api, OPENID, Silence()) is Outcome.DELIVERED
    assert push_reply(api, OPENID, Transfer()) is Outcome.IMPOSSIBLE
    assert wechat.calls == []


def test_an_unverified_account_asks_nothing_of_wechat(wechat: WeChatServer, http: httpx.Client) -> None:
    api = make_api(wechat.url, http, verified=False)
    assert push_reply(api, OPENID, Text("您好")) is Outcome.REFUSED
    assert wechat.calls == []


def fails(failure: Failure) -> Callable[[WeChatServer], None]:
    return lambda server: server.script(SEND, failure)


@pytest.mark.parametrize(
    ("arrange", "outcome"),
    [
        (fails(Errcode(45015)), Outcome.REFUSED),
        (fails(Errcode(45047)), Outcome.REFUSED),
        (fails(Errcode(48001)), Outcome.REFUSED),
        (fails(Errcode(45011)), Outcome.REFUSED),
        (fails(Errcode(43004)), Outcome.IMPOSSIBLE),
        (fails(Errcode(-1)), Outcome.UNCLEAR),
        (fails(HangUp()), Outcome.UNCLEAR),
        (fails(Status(500)), Outcome.UNCLEAR),
        (lambda server: server.script("/cgi-bin/stable_token", *[Status(500)] * 3), Outcome.REFUSED),
    ],
)
def test_how_a_push_ended_is_told_without_an_error(
    api: WeChatApi, wechat: WeChatServer, arrange: Callable[[WeChatServer], None], outcome: Outcome
) -> None:
    arrange(wechat)
    assert push_reply(api, OPENID, Text("您好")) is outcome
    assert len(wechat.calls_to(SEND)) <= 1
