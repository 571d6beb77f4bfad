"""Events from the platform: Standard Webhooks, each destination with its own secret, each event once and in order."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from api.platform import contract
from knowledge.events.received import keep_event
from knowledge.feedback.kinds import TicketStatus
from knowledge.feedback.updates import apply_platform_update
from knowledge.store.vault import Vault

if TYPE_CHECKING:
    from handlers.context import Jobs

DEFAULT_DESTINATION = "default"  # the platform of BST_PLATFORM_URL, at /callbacks/platform
TOLERANCE = timedelta(minutes=5)  # CONTRACT and the Standard Webhooks specification
BODY_LIMIT_BYTES = 256 * 1024  # a reply of 20,000 characters is under 100 KB
ID_LIMIT = 200  # characters of a webhook-id, as in the contract
PROBLEM = "application/problem+json"

# The schema of each type of event, and the field that names its object.
EVENTS = {
    "feedback.updated": ("FeedbackUpdated", "reference"),
    "case.updated": ("CaseUpdated", "number"),
    "institution.updated": ("InstitutionUpdated", "credit_code"),
    "notice.published": ("NoticePublished", "id"),
}

Outcome = Literal["applied", "kept", "repeated", "unknown"]
logger = logging.getLogger(__name__)


class NotSigned(Exception):
    """The signature, its time or one of its headers is missing or wrong; the message names which and no more."""


class WrongSecret(ValueError):
    """A callback secret that cannot be used; found at the start, not at the first callback."""


class Callbacks:
    """Checks and applies one event. ``secrets`` is by destination; ``jobs`` takes ``tell_citizen``."""

    def __init__(
        self, sessions: sessionmaker[Session], *, vault: Vault, jobs: Jobs, secrets: Mapping[str, str]
    ) -> None:
        self._sessions = sessions
        self._vault = vault
        self._jobs = jobs
        self._signers = {destination: _signer(destination, secret) for destination, secret in secrets.items()}

    def verify(self, destination: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        """The webhook id. Raises ``NotSigned``; a destination without a secret can sign nothing."""
        signer = self._signers.get(destination)
        webhook_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if signer is None:
            raise NotSigned("destination")
        if not 0 < len(webhook_id) <= ID_LIMIT:
            raise NotSigned("webhook-id")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise NotSigned("webhook-timestamp")
        at = datetime.fromtimestamp(int(stamp), UTC)
        if abs(at - now) > TOLERANCE:
            raise NotSigned("age")
        try:
            expected = signer.sign(webhook_id, at, body.decode())
        except UnicodeDecodeError:
            raise NotSigned("body") from None
        given = headers.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
            raise NotSigned("webhook-signature")
        return webhook_id

    def receive(self, destination: str, webhook_id: str, event: dict[str, Any], *, now: datetime) -> Outcome:
        """Applies an event that ``read_event`` has passed, in one transaction of its own."""
        try:
            return self._apply(destination, webhook_id, event, now)
        except IntegrityError:
            # The same event came twice at once, and the other one was first: now it is a repeat.
            return self._apply(destination, webhook_id, event, now)

    def _apply(self, destination: str, webhook_id: str, event: dict[str, Any], now: datetime) -> Outcome:
        data, occurred_at = event["data"], contract.moment(event["occurred_at"])
        with self._sessions.begin() as session:
            if event["type"] == "feedback.updated":
                return apply_platform_update(
                    session,
                    reference=data["reference"],
                    status=TicketStatus(data["status"]),
                    reply=data.get("reply"),
                    department=data.get("department"),
                    sequence=event["sequence"],
                    occurred_at=occurred_at,
                    webhook_id=webhook_id,
                    destination=destination,
                    now=now,
                    vault=self._vault,
                    tell=lambda notice_id: self._jobs.enqueue(session, "tell_citizen", notice_id),
                )
            return keep_event(
                session,
                destination=destination,
                webhook_id=webhook_id,
                kind=event["type"],
                subject=data[EVENTS[event["type"]][1]],
                sequence=event["sequence"],
                occurred_at=occurred_at,
                data=data,
                now=now,
                vault=self._vault,
            )


def read_event(body: bytes) -> dict[str, Any]:
    """The event, checked against the contract. Raises ``contract.DoesNotFit``."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise contract.DoesNotFit("正文不是 JSON") from None
    kind = event.get("type") if isinstance(event, dict) else None
    if not isinstance(kind, str) or kind not in EVENTS:
        raise contract.DoesNotFit("type 不在接口约定之内")
    contract.check(EVENTS[kind][0], event)
    assert isinstance(event, dict)
    return event


def callbacks_router(callbacks: Callbacks, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> APIRouter:
    """``POST /callbacks/platform`` and ``/callbacks/platform/{destination}``."""
    router = APIRouter(tags=["callbacks"])

    @router.post("/callbacks/platform", status_code=204, include_in_schema=False)
    async def from_the_platform(request: Request) -> Response:
        return await _answer(callbacks, DEFAULT_DESTINATION, request, clock())

    @router.post("/callbacks/platform/{destination}", status_code=204, include_in_schema=False)
    async def from_a_destination(request: Request, destination: str) -> Response:
        return await _answer(callbacks, destination, request, clock())

    return router


async def _answer(callbacks: Callbacks, destination: str, request: Request, now: datetime) -> Response:
    body = await _body(request)
    if body is None:
        return _problem(413, "正文过大")
    try:
        webhook_id = callbacks.verify(destination, request.headers, body, now=now)
        event = read_event(body)
    except NotSigned as refused:
        logger.warning("a platform callback was refused: %s", refused)
        return _problem(401, "签名无效", "请核对密钥与服务器时间")
    except contract.DoesNotFit as wrong:
        logger.warning("a signed platform callback does not fit the contract: %s", wrong)
        return _problem(422, "内容不符合接口约定", str(wrong))
    outcome = await run_in_threadpool(callbacks.receive, destination, webhook_id, event, now=now)
    if outcome == "unknown":
        return _problem(404, "没有这件反馈")
    return Response(status_code=204)


async def _body(request: Request) -> bytes | None:
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > BODY_LIMIT_BYTES:
            return None
    return bytes(read)


def _problem(status: int, title: str, detail: str | None = None) -> Response:
    body = {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {})
    return Response(json.dumps(body, ensure_ascii=False), status, media_type=PROBLEM)


def _signer(destination: str, secret: str) -> Webhook:
    """Base64, with or without ``whsec_``, as Standard Webhooks has it."""
    try:
        return Webhook(secret)
    except (ValueError, EmptyWebhookSecretError) as error:
        raise WrongSecret(
            f"平台回调密钥（{destination}）无法使用：应为 Base64，可用 openssl rand -base64 32 生成后加上前缀 whsec_"
        ) from error
