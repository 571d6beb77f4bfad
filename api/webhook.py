"""``GET/POST /wechat/{account}``: WeChat's callback. What is refused is logged by reason and account, never content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from fastapi import APIRouter, Request, Response

from bot.envelope import BODY_LIMIT_BYTES
from bot.errors import BodyTooLarge, EnvelopeRefused
from bot.gateway import SUCCESS, Gateway
from bot.gateway import Response as Answer
from bot.metrics import GatewayMetrics

log = structlog.get_logger(__name__)


def webhook(gateways: Mapping[str, Gateway], *, metrics: GatewayMetrics, clock: Callable[[], datetime]) -> APIRouter:
    """The routes for these accounts; any other name is 404."""
    router = APIRouter()

    async def verify(request: Request) -> Response:
        account = request.path_params["account"]
        gateway = gateways.get(account)
        if gateway is None:
            return Response(status_code=404)
        try:
            echo = gateway.verify_url(request.query_params, now=clock())
        except EnvelopeRefused as refusal:
            return _refused(account, refusal, metrics)
        return Response(echo, media_type="text/plain")

    async def receive(request: Request) -> Response:
        account = request.path_params["account"]
        gateway = gateways.get(account)
        if gateway is None:
            return Response(status_code=404)
        try:
            body = await _body(request)
            return await _answer(gateway, account, request.query_params, body, clock(), metrics)
        except EnvelopeRefused as refusal:
            return _refused(account, refusal, metrics)

    # Plain routes: neither takes anything that FastAPI could check, and looking for it costs 60 µs a message.
    router.add_route("/wechat/{account}", receive, methods=["POST"], include_in_schema=False)
    router.add_route("/wechat/{account}", verify, methods=["GET"], include_in_schema=False)
    return router


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


async def _body(request: Request) -> bytes:
    """At most the limit is ever held. Errors: ``BodyTooLarge``."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > BODY_LIMIT_BYTES:
            raise BodyTooLarge("the body is over the limit")
    return bytes(received)


def _refused(account: str, refusal: EnvelopeRefused, metrics: GatewayMetrics) -> Response:
    metrics.refused(account)
    skew = None if refusal.skew is None else round(refusal.skew.total_seconds())
    log.warning("envelope_refused", account=account, reason=str(refusal), skew_seconds=skew)
    return Response(status_code=413 if isinstance(refusal, BodyTooLarge) else 403)
