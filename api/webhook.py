"""``GET/POST /wechat/{account}``: WeChat's callback. What is refused is logged by reason and account, never content."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.envelope import BODY_LIMIT_BYTES
from bot.errors import BodyTooLarge, EnvelopeRefused
from bot.gateway import SUCCESS, Gateway
from bot.gateway import Response as Answer
from bot.metrics import GatewayMetrics

log = structlog.get_logger(__name__)

METHOD_NOT_ALLOWED = 405
_PATH = re.compile(r"/wechat/([^/]+)")


class Webhook:
    """An ASGI application that answers for these accounts; any other name is 404, any other path ``app``'s.

    It stands before ``app`` and all that FastAPI puts around its routes, none of which is for WeChat: to pass through
    routes and checks costs 100 µs a message, the five layers around them 20 µs more.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        gateways: Mapping[str, Gateway],
        metrics: GatewayMetrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._gateways = gateways
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (asked := _PATH.fullmatch(scope["path"])) is None:
            await self._app(scope, receive, send)
            return
        try:
            response = await self._respond(asked[1], scope, receive)
        except ClientDisconnect:
            return  # nobody is left to be answered; WeChat sends it again
        await _send(response, send)

    async def _respond(self, account: str, scope: Scope, receive: Receive) -> Answer:
        gateway = self._gateways.get(account)
        if gateway is None:
            return Answer(404)
        query = _query(scope["query_string"].decode("latin-1"))
        try:
            match scope["method"]:
                case "POST":
                    body = await _body(receive)
                    return await _answer(gateway, account, query, body, self._clock(), self._metrics)
                case "GET" | "HEAD":
                    return Answer(200, gateway.verify_url(query, now=self._clock()).encode())
                case _:
                    return Answer(METHOD_NOT_ALLOWED)
        except EnvelopeRefused as refusal:
            return _refused(account, refusal, self._metrics)


async def _answer(
    gateway: Gateway,
    account: str,
    query: Mapping[str, str],
    body: bytes,
    now: datetime,
    metrics: GatewayMetrics,
) -> Answer:
    """Whatever goes wrong in here is ours: WeChat gets a kind sentence, and ``success`` where even that fails."""
    try:
        return await gateway.receive(query, body, now=now)
    except EnvelopeRefused:
        raise
    except Exception as error:  # noqa: BLE001 - the gateway's edge
        metrics.failed(account, error)
        log.error("delivery_failed", account=account, error=type(error).__name__)
        return _sorry(gateway, query, body, now)


async def _send(answer: Answer, send: Send) -> None:
    """As Starlette's ``Response`` would, without building one."""
    headers = [(b"content-length", b"%d" % len(answer.body)), (b"content-type", answer.media_type.encode())]
    if answer.status == METHOD_NOT_ALLOWED:
        headers.append((b"allow", b"GET, HEAD, POST"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _sorry(gateway: Gateway, query: Mapping[str, str], body: bytes, now: datetime) -> Answer:
    try:
        return gateway.sorry(query, body, now=now)
    except Exception:  # noqa: BLE001 - the gateway's edge
        return SUCCESS


def _query(given: str) -> dict[str, str]:
    """What ``parse_qsl`` reads. WeChat sends letters, digits and signs that need no reading: 2 µs and not 13."""
    if "%" in given or "+" in given:
        return dict(parse_qsl(given, keep_blank_values=True))
    pairs = (pair.partition("=") for pair in given.split("&") if pair)
    return {name: value for name, _, value in pairs}


async def _body(receive: Receive) -> bytes:
    """At most the limit is ever held. Errors: ``BodyTooLarge``, ``ClientDisconnect``."""
    received: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        received += message.get("body", b"")
        if len(received) > BODY_LIMIT_BYTES:
            raise BodyTooLarge("the body is over the limit")
        if not message.get("more_body", False):
            return received


def _refused(account: str, refusal: EnvelopeRefused, metrics: GatewayMetrics) -> Answer:
    metrics.refused(account)
    skew = None if refusal.skew is None else round(refusal.skew.total_seconds())
    log.warning("envelope_refused", account=account, reason=str(refusal), skew_seconds=skew)
    return Answer(413 if isinstance(refusal, BodyTooLarge) else 403)
