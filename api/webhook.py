"""``GET/POST /wechat/{account}``: WeChat's callback. What is refused is logged by reason and account, never content."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.envelope import BODY_LIMIT_BYTES
from bot.errors import BodyTooLarge, EnvelopeRefused
from bot.gateway import SUCCESS, Gateway
from bot.gateway import Response as Answer
from bot.metrics import GatewayMetrics

log = structlog.get_logger(__name__)

_PATH = re.compile(r"/wechat/([^/]+)")


class Webhook:
    """ASGI middleware that answers for these accounts; any other name is 404, any other path the app's.

    In front of the app's own routes and checks: none of them is for WeChat, and passing them costs 100 µs a message.
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
        await response(scope, receive, send)

    async def _respond(self, account: str, scope: Scope, receive: Receive) -> Response:
        gateway = self._gateways.get(account)
        if gateway is None:
            return Response(status_code=404)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        try:
            match scope["method"]:
                case "POST":
                    body = await _body(receive)
                    return await _answer(gateway, account, query, body, self._clock(), self._metrics)
                case "GET" | "HEAD":
                    return Response(gateway.verify_url(query, now=self._clock()), media_type="text/plain")
                case _:
                    return Response(status_code=405, headers={"Allow": "GET, HEAD, POST"})
        except EnvelopeRefused as refusal:
            return _refused(account, refusal, self._metrics)


async def _answer(
    gateway: Gateway,
    account: str,
    query: Mapping[str, str],
    body: bytes,
    now: datetime,
    metrics: GatewayMetrics,
) -> Response:
    """Whatever goes wrong in here is ours: WeChat gets a kind sentence, and ``success`` where even that fails."""
    try:
        answer = await gateway.receive(query, body, now=now)
    except EnvelopeRefused:
        raise
    except Exception as error:  # noqa: BLE001 - the gateway's edge
        metrics.failed(account, error)
        log.error("delivery_failed", account=account, error=type(error).__name__)
        answer = _sorry(gateway, query, body, now)
    return Response(answer.body, answer.status, media_type=answer.media_type)


def _sorry(gateway: Gateway, query: Mapping[str, str], body: bytes, now: datetime) -> Answer:
    try:
        return gateway.sorry(query, body, now=now)
    except Exception:  # noqa: BLE001 - the gateway's edge
        return SUCCESS


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


def _refused(account: str, refusal: EnvelopeRefused, metrics: GatewayMetrics) -> Response:
    metrics.refused(account)
    skew = None if refusal.skew is None else round(refusal.skew.total_seconds())
    log.warning("envelope_refused", account=account, reason=str(refusal), skew_seconds=skew)
    return Response(status_code=413 if isinstance(refusal, BodyTooLarge) else 403)
