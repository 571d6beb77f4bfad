"""WeChat's callback over HTTP: what comes in, what is refused, and that nothing of ours ever leaks out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from api.webhook import Webhook, _query
from bot.envelope import BODY_LIMIT_BYTES
from bot.inbox import InboxAway
from bot.metrics import GatewayMetrics
from bot.redis_inbox import RedisInbox, connect
from tests.bot.gateways import SORRY, VAULT, Answering, make_gateway, read, say
from tests.bot.wechat import Posted, plain_query

SECRET = "王小明 13800000000"


class AwayInbox(RedisInbox):
    """No store answers at all."""

    async def claim(self, *_: Any, **__: Any) -> Any:
        raise InboxAway("ConnectionError")


@pytest.fixture
def answering() -> Answering:
    return Answering()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def http(redis_url: str, answering: Answering, registry: CollectorRegistry) -> AsyncIterator[httpx.AsyncClient]:
    inboxes = [kind(connect(redis_url), account="default", key=VAULT.key("inbox")) for kind in (RedisInbox, AwayInbox)]
    gateways = dict(zip(("default", "away"), (make_gateway(i, answering) for i in inboxes), strict=True))
    app = FastAPI()
    app.add_api_route("/wechat/default/more", lambda: "more")
    webhook = Webhook(app, gateways=gateways, metrics=GatewayMetrics(registry), clock=lambda: datetime.now(UTC))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=webhook), base_url="http://bureau") as client:
        yield client
    for gateway, inbox in zip(gateways.values(), inboxes, strict=True):
        await gateway.drain(5)
        await inbox.close()


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    with capture_logs() as captured:
        yield captured


async def post(http: httpx.AsyncClient, posted: Posted, account: str = "default") -> httpx.Response:
    return await http.post(f"/wechat/{account}", params=dict(posted.query), content=posted.body)


def read_http(response: httpx.Response) -> str:
    from bot.gateway import Response

    return read(Response(response.status_code, response.content))


async def test_an_encrypted_question_gets_its_encrypted_answer(http: httpx.AsyncClient) -> None:
    response = await post(http, say("你好").post())

    assert read_http(response) == "答：你好"
    assert response.headers["content-type"].startswith("application/xml")


async def test_the_address_is_verified_with_its_echo(http: httpx.AsyncClient) -> None:
    query = plain_query(datetime.now(UTC)) | {"echostr": "5927782489442352469"}

    response = await http.get("/wechat/default", params=query)
    refused = await http.get("/wechat/default", params=query | {"signature": "0" * 40})

    assert (response.status_code, response.text) == (200, "5927782489442352469")
    assert refused.status_code == 403


async def test_an_account_that_nobody_configured_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await post(http, say("你好").post(), "nobody")).status_code == 404
    assert (await http.get("/wechat/nobody")).status_code == 404


async def test_only_get_and_post_are_answered_and_other_paths_are_the_apps_own(http: httpx.AsyncClient) -> None:
    refused = await http.put("/wechat/default", params=dict(say("你好").post().query))

    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")
    assert (await http.get("/wechat/default/more")).json() == "more"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"<xml>",
        b"<xml><Encrypt>AAAA</Encrypt></xml>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Encrypt>&a;</Encrypt></xml>',
        f"<xml><Content>{SECRET}</Content></xml>".encode(),
    ],
)
async def test_a_bad_envelope_is_403_with_an_empty_body_and_a_log_line_without_content(
    http: httpx.AsyncClient, logs: list[Any], registry: CollectorRegistry, body: bytes
) -> None:
    response = await post(http, Posted(say("你好").post().query, body))

    assert (response.status_code, response.content) == (403, b"")
    assert [(line["event"], line["account"]) for line in logs] == [("envelope_refused", "default")]
    assert SECRET not in str(logs)
    assert registry.get_sample_value("bst_envelopes_refused_total", {"account": "default"}) == 1


async def test_a_body_over_the_limit_is_413_and_not_read_to_its_end(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 20 * BODY_LIMIT_BYTES:
            sent += 100_000
            yield b"x" * 100_000

    response = await http.post("/wechat/default", params=dict(say("你好").post().query), content=endless())

    assert (response.status_code, response.content) == (413, b"")
    assert sent <= BODY_LIMIT_BYTES + 200_000


async def test_an_announced_large_body_is_refused_before_it_is_read(http: httpx.AsyncClient) -> None:
    response = await post(http, Posted(say("你好").post().query, b"x" * 2_000_000))

    assert response.status_code == 413


async def test_a_fault_of_ours_is_a_kind_sentence_and_a_log_line_without_content(
    http: httpx.AsyncClient, answering: Answering, logs: list[Any]
) -> None:
    answering.failing = {SECRET}

    response = await post(http, say(SECRET).post())

    assert read_http(response) == SORRY
    assert [(line["event"], line["error"]) for line in logs] == [("message_failed", "RuntimeError")]
    assert SECRET not in str(logs)


async def test_with_no_store_at_all_wechat_still_gets_a_kind_sentence(http: httpx.AsyncClient, logs: list[Any]) -> None:
    response = await post(http, say("你好").post(), "away")

    assert read_http(response) == SORRY
    assert [(line["event"], line["error"]) for line in logs] == [("delivery_failed", "InboxAway")]


@given(st.text(st.sampled_from("ab1-_=&%+;2C"), max_size=24))
def test_a_query_is_read_as_the_standard_library_reads_it(given_query: str) -> None:
    assert _query(given_query) == dict(parse_qsl(given_query, keep_blank_values=True))
