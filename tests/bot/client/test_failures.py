"""What every failure of a call means; a message of unclear outcome is never sent again."""

from __future__ import annotations

import json
import logging

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client.api import WeChatApi
from bot.client.errors import (
    ApiError,
    Misconfigured,
    OtherChannel,
    PermanentForUser,
    RateLimited,
    Rejected,
    Transient,
    UnclearOutcome,
)
from bot.client.tokens import TokenHolder
from bot.client.transport import Answer, Request, decoded, exchange
from tests.bot.client.outgoing import MENU, OPENID, SEND, account, make_api
from tests.secret_watch import SECRETS, told_by
from tests.wechat_server import Drip, Errcode, Failure, File, HalfBody, HangUp, Json, Slow, Status, WeChatServer


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *[(code, OtherChannel) for code in (45015, 45047)],
        *[(code, PermanentForUser) for code in (40003, 43004, 43019, 43101, 48002, 50005)],
        *[(code, Misconfigured) for code in (40013, 40125, 40164, 48001, 48004, 40200)],
        *[(code, RateLimited) for code in (45009, 45011)],
        *[(code, Rejected) for code in (47003, 40007, 99999)],
        (-1, UnclearOutcome),
    ],
)
def test_an_error_code_has_its_class_and_the_message_is_sent_once(
    api: WeChatApi, wechat: WeChatServer, code: int, kind: type[ApiError]
) -> None:
    wechat.script(SEND, Errcode(code, f"hint {OPENID}"))
    with pytest.raises(ApiError) as caught:
        api.send_text(OPENID, "您好")
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert OPENID not in str(caught.value)
    assert len(wechat.calls_to(SEND)) == 1


BROKEN: list[Failure] = [
    Status(500),
    Status(502),
    Status(408),
    HalfBody(),
    HangUp(),
    Json([1]),
    Json({}),
    Json({"errcode": None}),
    Json({"errcode": float("inf")}),
    File(b"<html>", "text/html"),
    File(b"\x00\x01", "application/octet-stream"),
    File(b"[" * 100_000, "application/json"),
    File(b"", "application/json"),
]


@pytest.mark.parametrize("failure", BROKEN)
def test_a_message_of_unclear_outcome_is_never_sent_again(
    api: WeChatApi, wechat: WeChatServer, failure: Failure
) -> None:
    wechat.script(SEND, failure)
    with pytest.raises(UnclearOutcome) as caught:
        api.send_text(OPENID, "您好")
    assert len(wechat.calls_to(SEND)) == 1
    assert not [secret for secret in SECRETS if secret in told_by(caught.value)]


@pytest.mark.parametrize("late", [Slow(0.6), Drip(b'{"errcode":0}', pause=0.1)])
def test_an_answer_that_comes_too_late_leaves_a_message_unclear_and_a_read_repeatable(
    http: httpx.Client, wechat: WeChatServer, late: Failure
) -> None:
    wechat.script("/cgi-bin/late", late, late)
    url = f"{wechat.url}/cgi-bin/late"
    for repeatable, kind in ((False, UnclearOutcome), (True, Transient)):
        request = Request("POST", url, repeatable=repeatable, params={"access_token": wechat.token}, seconds=0.3)
        with pytest.raises(kind) as caught:
            exchange(http, request)
        assert not [secret for secret in SECRETS if secret in told_by(caught.value)]


@pytest.mark.parametrize("failure", [Errcode(-1), Status(500), HalfBody(), HangUp(), File(b"<html>", "text/html")])
def test_a_read_is_tried_twice_more(api: WeChatApi, wechat: WeChatServer, failure: Failure) -> None:
    wechat.script(MENU, failure, failure)
    assert api.get_menu() == {"button": []}
    assert len(wechat.calls_to(MENU)) == 3


def test_a_read_that_keeps_failing_ends_after_three_tries(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.script(MENU, Status(503), Status(503), Status(503))
    with pytest.raises(Transient) as caught:
        api.get_menu()
    assert len(wechat.calls_to(MENU)) == 3
    assert not [secret for secret in SECRETS if secret in told_by(caught.value)]


def test_a_redirect_is_not_followed_with_the_token(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.script(SEND, Status(302))
    with pytest.raises(Misconfigured, match="BST_WECHAT_API_URL"):
        api.send_text(OPENID, "您好")


@pytest.mark.parametrize(("status", "kind"), [(404, Rejected), (413, Rejected), (429, RateLimited)])
def test_a_refusal_of_a_proxy_is_certain(
    api: WeChatApi, wechat: WeChatServer, status: int, kind: type[ApiError]
) -> None:
    wechat.script(SEND, Status(status))
    with pytest.raises(kind):
        api.send_text(OPENID, "您好")


def test_a_server_that_was_never_reached_got_no_message(http: httpx.Client, wechat: WeChatServer) -> None:
    holder = TokenHolder(account(), api_url=wechat.url, http=http)
    unreachable = WeChatApi(account(), api_url="http://127.0.0.1:9", tokens=holder, http=http)
    with pytest.raises(Transient) as caught:
        unreachable.send_text(OPENID, "您好")
    assert not [secret for secret in SECRETS if secret in told_by(caught.value)]


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "nowhere", "http://[::1"])
def test_a_wrong_api_address_is_told_as_such(http: httpx.Client, url: str) -> None:
    with pytest.raises(Misconfigured, match="BST_WECHAT_API_URL"):
        make_api(url, http).get_menu()


def test_httpx_still_logs_the_path_but_no_query(api: WeChatApi, no_secret_in_logs: list[str]) -> None:
    logging.getLogger("httpx").info("HTTP Request: %s", httpx.URL("https://h/p?secret=s"))
    api.send_text(OPENID, "您好")
    told = [line for line in no_secret_in_logs if line.startswith("httpx ")]
    assert any("/cgi-bin/message/custom/send" in line for line in told)
    assert not any("secret=s" in line for line in told)


_bodies = st.binary(max_size=60) | st.dictionaries(
    st.sampled_from(["errcode", "errmsg", "msgid"]),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.integers(), max_size=2),
).map(lambda value: json.dumps(value).encode())


@given(_bodies, st.booleans())
def test_any_answer_is_an_object_or_an_error_and_a_message_is_never_said_to_be_repeatable(
    body: bytes, repeatable: bool
) -> None:
    request = Request("POST", "https://example.org", repeatable=repeatable)
    try:
        value = decoded(Answer(httpx.Headers(), body), request)
    except ApiError as error:
        kind = type(error)
    else:
        kind = None
        assert int(value.get("errcode", 0)) == 0
        assert repeatable or "errcode" in value
    assert kind is not (UnclearOutcome if repeatable else Transient)
