"""``/healthz``, ``/readyz``, ``/metrics``. Details only from this machine, or with the key of this installation."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.refreshing import Refresher
from api.wiring import Product, utc_now
from bot.gateway import Gateway
from bot.metrics import GatewayMetrics
from knowledge.feedback.kinds import ForwardState
from knowledge.feedback.models import Ticket, TicketEntry
from knowledge.store.migration import is_current
from knowledge.store.sessions import make_reading_sessions
from knowledge.store.vault import Vault

UNDELIVERED = (ForwardState.WAITING, ForwardState.SENDING, ForwardState.UNKNOWN)


def health_key(vault: Vault) -> str:
    """What ``Authorization: Bearer`` must carry from another host; printed by ``bianshitong config health-key``."""
    return vault.key("health-details", 24).hex()


def health_router(
    product: Product, gateways: Mapping[str, Gateway], *, metrics: GatewayMetrics, refresher: Refresher
) -> APIRouter:
    router = APIRouter()
    _count_questions(product)

    @router.get("/healthz", include_in_schema=False)
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", include_in_schema=False)
    async def ready(request: Request) -> JSONResponse:
        facts = await anyio.to_thread.run_sync(_facts, product, gateways, metrics, refresher)
        status = 200 if facts["status"] != "unavailable" else 503
        return JSONResponse(facts if _may_see(request, product) else {"status": facts["status"]}, status)

    @router.get("/metrics", include_in_schema=False)
    def counted(request: Request) -> Response:
        if not _may_see(request, product):
            return Response(status_code=403)
        return Response(generate_latest(product.registry), media_type=CONTENT_TYPE_LATEST)

    return router


def _count_questions(product: Product) -> None:
    registry, recorder = product.registry, product.recorder
    Gauge("bst_questions_unwritten", "Records of questions that wait for the database", registry=registry).set_function(
        lambda: recorder.waiting
    )
    Gauge("bst_questions_dropped", "Records of questions that had to be given up", registry=registry).set_function(
        lambda: recorder.dropped
    )


def _may_see(request: Request, product: Product) -> bool:
    host = request.client.host if request.client else ""
    try:
        if ipaddress.ip_address(host).is_loopback:
            return True
    except ValueError:
        pass
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {health_key(product.vault)}".encode())


def _facts(
    product: Product, gateways: Mapping[str, Gateway], metrics: GatewayMetrics, refresher: Refresher
) -> dict[str, Any]:
    """``degraded``: it answers, without Redis. ``unavailable``: without its database it must not be sent traffic."""
    now = utc_now()
    facts: dict[str, Any] = {
        "redis": _redis(product),
        "accounts": {
            name: {"degraded": gateway.degraded, "clock_skew_seconds": metrics.skew_seconds.get(name)}
            for name, gateway in gateways.items()
        },
        "base_version": product.services.faq.version,
        "index_age_seconds": round((now - refresher.looked_at).total_seconds(), 1),
        "institutions": len(product.services.institutions),
        "questions_unwritten": product.recorder.waiting,
    }
    facts |= _database(product, now)
    if facts["database"] != "ok":
        facts["status"] = "unavailable"
    elif facts["redis"] != "ok" or any(gateway.degraded for gateway in gateways.values()):
        facts["status"] = "degraded"
    else:
        facts["status"] = "ok"
    return facts


def _redis(product: Product) -> str:
    try:
        product.redis.ping()
    except (RedisError, OSError):
        return "away"
    return "ok"


def _database(product: Product, now: datetime) -> dict[str, Any]:
    try:
        if not is_current(product.engine):
            return {"database": "needs migration"}
        with make_reading_sessions(product.engine)() as session:
            oldest = _oldest_undelivered(session)
    except SQLAlchemyError:
        return {"database": "away"}
    waiting = None if oldest is None else round((now - oldest).total_seconds())
    return {"database": "ok", "oldest_undelivered_seconds": waiting}


def _oldest_undelivered(session: Session) -> datetime | None:
    """Of the tickets, and of what was added to them."""
    moments = (
        session.scalar(select(func.min(Ticket.submitted_at)).where(Ticket.forward_state.in_(UNDELIVERED))),
        session.scalar(select(func.min(TicketEntry.added_at)).where(TicketEntry.forward_state.in_(UNDELIVERED))),
    )
    return min((moment for moment in moments if moment is not None), default=None)
