"""The platform over HTTP. No call raises for what the network or the platform does: each outcome is a value."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from api.platform import contract
from api.platform.outcomes import (
    Accepted,
    Answered,
    Found,
    HistoryItem,
    Item,
    Listed,
    NotFound,
    Page,
    Read,
    Refused,
    Retry,
    Submitted,
    Unclear,
)

TIMEOUT = httpx.Timeout(10.0, connect=5.0, write=30.0)  # seconds; 20 MB need the longer write
RESPONSE_LIMIT_BYTES = 8 * 1024 * 1024  # a page of 500 institutions is under 1 MB; more is not the platform
RESPONSE_LIMIT_SECONDS = 30.0  # httpx limits each read only; a drip of bytes would hold a worker for ever
REASON_LIMIT = 300  # characters of the platform's reason that are kept for staff
RETRIED = frozenset({408, 429})  # CONTRACT: besides these and 5xx no 4xx is tried again
LONGEST_WISH = timedelta(days=1)  # a longer Retry-After is a mistake and would look like a lost feedback

# Nothing left this machine: the connection was never made, or no connection was free.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def http_client(*, timeout: httpx.Timeout = TIMEOUT) -> httpx.Client:
    """A client fit for ``PlatformClient``: time-outs on everything, no redirects, the proxy of the environment."""
    return httpx.Client(timeout=timeout, follow_redirects=False)


class PlatformClient:
    """``url`` is the base (``BST_PLATFORM_URL``). Safe to share between threads, as ``httpx.Client`` is."""

    def __init__(self, url: str, token: str, *, http: httpx.Client) -> None:
        self._base = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, application/problem+json"}
        self._http = http

    def submit(self, body: bytes, *, key: str) -> Submitted:
        """``body`` is the frozen feedback, sent byte for byte; ``key`` its own id."""
        return self._file("/feedback", body, key)

    def add_entry(self, reference: str, body: bytes, *, key: str) -> Submitted:
        """What the citizen said later: message, rating, effect, reopen, withdraw."""
        return self._file(f"/feedback/{quote(reference, safe='')}/entries", body, key)

    def find(self, reference: str) -> Answered:
        """Whether the feedback has arrived. Asked before anything is sent again."""
        body = self._read("/feedback", "FeedbackRecord", {"reference": reference})
        if not isinstance(body, dict):
            return body
        history = tuple(
            HistoryItem(contract.moment(h["at"]), h["kind"], h.get("status"), h.get("text"), h.get("department"))
            for h in body["history"]
        )
        return Found(body["id"], body["status"], history)

    def institutions(
        self, *, updated_since: datetime | None = None, cursor: str | None = None, limit: int = 100
    ) -> Listed:
        """One page, oldest change first; ``updated_since`` is aware."""
        query: dict[str, str] = {"limit": str(limit)}
        if updated_since is not None:
            query["updated_since"] = updated_since.isoformat()
        if cursor is not None:
            query["cursor"] = cursor
        body = self._read("/institutions", "InstitutionPage", query)
        return Page(tuple(body["items"]), body["next_cursor"]) if isinstance(body, dict) else body

    def institution(self, credit_code: str) -> Read:
        body = self._read(f"/institutions/{quote(credit_code, safe='')}", "Institution", {})
        return Item(body) if isinstance(body, dict) else body

    def cases(self, *, institution: str) -> Listed:
        """The cases of one institution, by its credit code; there is one page only."""
        body = self._read("/cases", "CaseList", {"institution": institution})
        return Page(tuple(body["items"]), None) if isinstance(body, dict) else body

    def case(self, number: str) -> Read:
        body = self._read(f"/cases/{quote(number, safe='')}", "Case", {})
        return Item(body) if isinstance(body, dict) else body

    def _file(self, path: str, body: bytes, key: str) -> Submitted:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        answer = self._call("POST", path, headers=headers, content=body)
        if not isinstance(answer, httpx.Response):
            return answer
        if answer.status_code not in (200, 201):
            return _failure(answer)
        receipt = _json(answer)
        if not contract.fits("Receipt", receipt):
            return Unclear(answer.status_code, "平台的应答不符合接口约定")
        received_at = contract.moment(receipt["received_at"])
        return Accepted(receipt["id"], received_at, answer.status_code == httpx.codes.OK, answer.status_code)

    def _read(
        self, path: str, schema: str, query: Mapping[str, str]
    ) -> dict[str, Any] | NotFound | Refused | Retry | Unclear:
        answer = self._call("GET", path, params=dict(query))
        if not isinstance(answer, httpx.Response):
            return answer
        body = _json(answer)
        if answer.status_code == httpx.codes.OK:
            if contract.fits(schema, body):
                assert isinstance(body, dict)
                return body
            return Unclear(answer.status_code, "平台的应答不符合接口约定")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return NotFound(_reason(answer))
        return _failure(answer)

    def _call(self, method: str, path: str, **sent: Any) -> httpx.Response | Retry | Unclear:
        headers = self._headers | sent.pop("headers", {})
        try:
            with self._http.stream(method, self._base + path, headers=headers, **sent) as answer:
                return _within_limit(answer)
        except NOT_SENT as error:
            return Retry(None, f"连接不上平台（{type(error).__name__}）")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Unclear(None, f"没有收到平台的完整应答（{type(error).__name__}）")


def _within_limit(answer: httpx.Response) -> httpx.Response | Unclear:
    """Reads the body, but not without end."""
    read = bytearray()
    deadline = time.monotonic() + RESPONSE_LIMIT_SECONDS
    for piece in answer.iter_bytes():
        read += piece
        if time.monotonic() > deadline:
            return Unclear(answer.status_code, "平台的应答迟迟没有结束")
        if len(read) > RESPONSE_LIMIT_BYTES:
            return Unclear(answer.status_code, "平台的应答过大")
    return httpx.Response(answer.status_code, headers=_without_encoding(answer.headers), content=bytes(read))


def _without_encoding(headers: httpx.Headers) -> list[tuple[bytes, bytes]]:
    """In bytes, as they came: a header need not be ASCII."""
    dropped = {b"content-encoding", b"content-length", b"transfer-encoding"}
    return [(name, value) for name, value in headers.raw if name.lower() not in dropped]


def _failure(answer: httpx.Response) -> Refused | Retry | Unclear:
    status = answer.status_code
    if status in RETRIED or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Retry(status, _reason(answer), _wish(answer, now=datetime.now(UTC)))
    if status < httpx.codes.MULTIPLE_CHOICES:
        return Unclear(status, "平台的应答不符合接口约定")
    if status < httpx.codes.BAD_REQUEST:
        return Refused(status, "平台要求转到别的地址；请核对 BST_PLATFORM_URL")
    return Refused(status, _reason(answer))


def _reason(answer: httpx.Response) -> str:
    """The platform's own words from problem details; HTML and the like are not shown to anybody."""
    body = _json(answer)
    if isinstance(body, dict) and contract.fits("Problem", body):
        said = "；".join(part for part in (body.get("title"), body.get("detail")) if part)
        if said:
            return said[:REASON_LIMIT]
    return f"平台答复 HTTP {answer.status_code}，没有说明原因"


def _wish(answer: httpx.Response, *, now: datetime) -> timedelta | None:
    """``Retry-After``: seconds or an HTTP date. What cannot be read, or lies in the past, is no wish."""
    value = answer.headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        wish = timedelta(seconds=int(value)) if value.isascii() and value.isdigit() else _until(value, now)
    except (ValueError, OverflowError):
        return None
    return min(wish, LONGEST_WISH) if wish > timedelta(0) else None


def _until(value: str, now: datetime) -> timedelta:
    moment = parsedate_to_datetime(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now


def _json(answer: httpx.Response) -> Any:
    """``None`` for anything that is not JSON in UTF-8."""
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
