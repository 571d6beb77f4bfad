"""The far side of WeChat's API, as far as an official account of this kind uses it. For the demo and for tests.

``fake_api(state)`` is an application of its own; ``api_router(state)`` goes into another one. Errors come as
WeChat sends them: HTTP 200 with ``errcode`` and ``errmsg``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.datastructures import UploadFile

from api.simulator import api_accounts, api_messages
from api.simulator.api_call import ApiCall, Endpoint, Refused, Upload
from api.simulator.state import SimulatorState

ENDPOINTS: Mapping[str, Endpoint] = {**api_accounts.ENDPOINTS, **api_messages.ENDPOINTS}
TOKEN_MISSING, RIGHT_MISSING, UNKNOWN_ADDRESS, NEEDS_GET, NEEDS_POST = 41001, 48001, 40066, 43001, 43002
BODY_EMPTY, BODY_UNREADABLE, BODY_ESCAPED = 44002, 47001, 40033


def fake_api(state: SimulatorState) -> FastAPI:
    """``api.weixin.qq.com`` for one account, by itself: for tests."""
    app = FastAPI(openapi_url=None)
    app.include_router(api_router(state))
    return app


def api_router(state: SimulatorState) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.api_route("/{path:path}", methods=["GET", "POST"])
    async def call_api(path: str, request: Request) -> Response:
        call = None
        try:
            call = await _read(path, request, state)
            answer = _answer(call, state)
        except Refused as refused:
            answer = {"errcode": refused.code, "errmsg": refused.message}
        code = 0 if isinstance(answer, Response) else int(answer.get("errcode", 0))
        state.note_call(path, call.addressee if call else "", code)
        if isinstance(answer, Response):
            return answer
        return Response(json.dumps(answer, ensure_ascii=False), media_type="application/json; encoding=utf-8")

    return router


async def _read(path: str, request: Request, state: SimulatorState) -> ApiCall:
    endpoint = ENDPOINTS.get(path)
    if endpoint is None:
        raise Refused(UNKNOWN_ADDRESS)
    if request.method != endpoint.method and not (endpoint.either and request.method in {"GET", "POST"}):
        raise Refused(NEEDS_POST if endpoint.method == "POST" else NEEDS_GET)
    payload: dict[str, Any] = {}
    upload = None
    if endpoint.upload:
        upload = await _upload(request)
    elif request.method == "POST":
        payload = _payload(await request.body())
    return ApiCall(path, endpoint, dict(request.query_params), payload, upload, state.clock())


def _payload(body: bytes) -> dict[str, Any]:
    if not body.strip():
        raise Refused(BODY_EMPTY)
    if b"\\u" in body:
        raise Refused(BODY_ESCAPED)
    try:
        payload = json.loads(body)
    except ValueError:
        raise Refused(BODY_UNREADABLE) from None
    if not isinstance(payload, dict):
        raise Refused(BODY_UNREADABLE)
    return payload


async def _upload(request: Request) -> Upload | None:
    form = await request.form()
    file = form.get("media")
    if not isinstance(file, UploadFile):
        return None
    upload = Upload(await file.read(), file.filename or "")
    await form.close()
    return upload


def _answer(call: ApiCall, state: SimulatorState) -> dict[str, Any] | Response:
    if call.endpoint.needs_token:
        token = call.query.get("access_token")
        if not token:
            raise Refused(TOKEN_MISSING)
        if (code := state.tokens.check(token, now=call.now)) is not None:
            raise Refused(code)
    if (code := state.refusal(call.path)) is not None:
        raise Refused(code)
    if call.endpoint.right is not None and call.endpoint.right not in state.rights.granted:
        raise Refused(RIGHT_MISSING)
    return call.endpoint.answer(state, call)
