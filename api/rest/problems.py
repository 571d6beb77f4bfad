"""Errors as RFC 9457 problem details, in Chinese. What was sent is never repeated: it may name somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException

from api.rest.texts import PROBLEMS, ProblemText, fault

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 50
UNAVAILABLE_SECONDS = 5  # a database that restarts is back by then

UNKNOWN = "extra_forbidden"  # as Pydantic calls it
_NAME = re.compile(r"[A-Za-z_]{1,40}")

log = structlog.get_logger(__name__)


class Fault(BaseModel):
    """一处不合要求的内容。"""

    where: str = Field(description="哪一项：`query.limit` 是地址里的参数，`body.question` 是请求体里的字段")
    message: str = Field(description="哪里不对，应当怎样写")


class Problem(BaseModel):
    """RFC 9457 的问题说明。"""

    type: str = Field(description="问题种类的说明页地址", examples=["/docs#problem-invalid"])
    title: str = Field(description="问题种类")
    status: int = Field(description="HTTP 状态码", ge=400, le=599)
    detail: str = Field(description="发生了什么、应当怎么办")
    errors: list[Fault] = Field(default_factory=list, description="逐项的错误，没有时为空列表")


@dataclass
class Refused(Exception):
    """Ends a request with this problem. ``detail``: in place of the general words."""

    text: ProblemText
    detail: str = ""
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] | None = None


def problem_response(refused: Refused) -> JSONResponse:
    text = refused.text
    problem = Problem(
        type=f"/docs#problem-{text.name}",
        title=text.title,
        status=text.status,
        detail=refused.detail or text.detail,
        errors=list(refused.faults),
    )
    return JSONResponse(
        problem.model_dump(), status_code=text.status, media_type=MEDIA_TYPE, headers=dict(refused.headers or {})
    )


def add_problems(app: FastAPI) -> None:
    """Every way in which a request of this application can fail."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    for away in (OperationalError, InterfaceError, PoolExhausted):
        app.add_exception_handler(away, _database_away)
    app.add_exception_handler(Exception, _unforeseen)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problem_response(error)


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_fault(each) for each in error.errors()[:MOST_FAULTS]]
    return problem_response(Refused(PROBLEMS["invalid"], faults=faults))


def _fault(error: Mapping[str, Any]) -> Fault:
    where = [str(step) for step in error["loc"]]
    if error["type"] == "json_invalid":
        where = where[:1]  # behind it stands only the position
    if error["type"] == UNKNOWN:
        return unknown(where[0], where[-1])
    return Fault(where=".".join(where), message=fault(error["type"], error.get("ctx") or {}))


def unknown(where: str, name: str) -> Fault:
    """A name that is not known; told only where it is one: anything may have been sent as a name."""
    place = f"{where}.{name}" if _NAME.fullmatch(name) else where
    return Fault(where=place, message=fault(UNKNOWN, {}))


def _plain(_: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such address, no such method."""
    assert isinstance(error, HTTPException)
    by_status = {text.status: text for text in PROBLEMS.values()}
    text = by_status.get(error.status_code, PROBLEMS["invalid"])
    return problem_response(Refused(text, headers=error.headers))


def _database_away(_: Request, error: Exception) -> Response:
    log.error("rest_without_database", error=type(error).__name__)
    return problem_response(Refused(PROBLEMS["unavailable"], headers={"Retry-After": str(UNAVAILABLE_SECONDS)}))


def _unforeseen(_: Request, error: Exception) -> Response:
    """The server logs the error itself."""
    return problem_response(Refused(PROBLEMS["internal"]))
