"""The reference platform: a real implementation of the contract, reached over HTTP only, and a page for the demo."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from api.platform.reference import filing, reading, tables
from api.platform.reference.deliveries import Callbacks
from api.platform.reference.failures import FailingDoor, Failures
from api.platform.reference.page import page_router
from api.platform.reference.problems import Problem, answer_problem, problem_response

BODY_LIMIT_BYTES = 30 * 1024 * 1024  # 20 MB of attachments in base64, and the text

Clock = Callable[[], datetime]


def reference_platform(
    engine: Engine,
    *,
    token: str,
    callback_url: str | None,
    callback_secret: str,
    clock: Clock = lambda: datetime.now(UTC),
) -> FastAPI:
    """The API is at ``/v1/…``, the page at ``/``; ``app.state.failures`` makes it fail. ``engine`` is its own.

    Without ``callback_url`` changes are kept and nobody is told. Mounted at ``/platform`` the base URL for the
    product is ``…/platform/v1``.
    """
    tables.metadata.create_all(engine)
    app = FastAPI(title="参考平台", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.failures = Failures()
    app.add_exception_handler(Problem, answer_problem)
    app.add_exception_handler(HTTPException, _answer_http)
    app.include_router(_api(engine, token, clock))
    callbacks = Callbacks(callback_url, callback_secret) if callback_url else None
    app.include_router(page_router(engine, callbacks, app.state.failures, clock))
    app.add_middleware(FailingDoor, failures=app.state.failures)
    return app


def _api(engine: Engine, token: str, clock: Clock) -> APIRouter:
    def known_caller(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise Problem(401, "未授权", "请核对 Authorization 中的令牌")

    router = APIRouter(prefix="/v1", dependencies=[Depends(known_caller)])
    _add_filing(router, engine, clock)
    _add_reading(router, engine)
    return router


def _add_filing(router: APIRouter, engine: Engine, clock: Clock) -> None:
    @router.post("/feedback")
    async def submit(request: Request, idempotency_key: Annotated[str, Header()] = "") -> Response:
        body = await _body(request)
        status, receipt = await run_in_threadpool(filing.file_feedback, engine, body, key=idempotency_key, now=clock())
        return _json(receipt, status)

    @router.post("/feedback/{reference}/entries")
    async def add(request: Request, reference: str, idempotency_key: Annotated[str, Header()] = "") -> Response:
        body = await _body(request)
        status, receipt = await run_in_threadpool(
            filing.file_entry, engine, reference, body, key=idempotency_key, now=clock()
        )
        return _json(receipt, status)


def _add_reading(router: APIRouter, engine: Engine) -> None:
    @router.get("/feedback")
    def find(reference: str = "") -> Response:
        return _json(filing.find_feedback(engine, reference))

    @router.get("/institutions")
    def institutions(updated_since: str | None = None, cursor: str | None = None, limit: str | None = None) -> Response:
        return _json(reading.list_institutions(engine, updated_since=updated_since, cursor=cursor, limit=limit))

    @router.get("/institutions/{credit_code}")
    def institution(credit_code: str) -> Response:
        return _json(reading.get_institution(engine, credit_code))

    @router.get("/cases")
    def cases(institution: str | None = None) -> Response:
        return _json(reading.list_cases(engine, institution))

    @router.get("/cases/{number}")
    def case(number: str) -> Response:
        return _json(reading.get_case(engine, number))


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/json")


async def _body(request: Request) -> bytes:
    """Reads no more than the limit."""
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > BODY_LIMIT_BYTES:
            raise Problem(413, "正文过大", "附件合计不超过 20 MB")
    return bytes(read)


async def _answer_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem_response(error.status_code, str(error.detail))
