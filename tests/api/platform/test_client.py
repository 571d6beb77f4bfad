"""The client: every answer of a platform, right or wrong, is one of the outcomes, and none is an exception."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.platform import client as client_module
from api.platform.client import PlatformClient, http_client
from api.platform.outcomes import Accepted, Found, Item, NotFound, Page, Refused, Retry, Unclear
from tests.api.live import free_port
from tests.api.platform.conftest import CLIENT_SECONDS, KEY, TOKEN
from tests.api.platform.scripted import ScriptedServer
from tests.api.platform.scripted import http as answer

RECEIPT = b'{"id":"p-1","received_at":"2026-11-23T12:00:05+08:00"}'
JSON = "Content-Type: application/json"
PROBLEM = "Content-Type: application/problem+json"


def submit_to(http: httpx.Client, *pieces: bytes, pause: float = 0.0) -> object:
    with ScriptedServer(pieces, pause=pause) as server:
        return PlatformClient(server.url, TOKEN, http=http).submit(b"{}", key=KEY)


def find_at(http: httpx.Client, *pieces: bytes) -> object:
    with ScriptedServer(pieces) as server:
        return PlatformClient(server.url, TOKEN, http=http).find("F20261123-001")


def test_the_body_and_the_key_travel_as_they_are(http: httpx.Client) -> None:
    body = '{"text":"原样  的字节"}'.encode()
    with ScriptedServer([answer("201 Created", RECEIPT, JSON)]) as server:
        outcome = PlatformClient(server.url + "/v1/", TOKEN, http=http).submit(body, key=KEY)
    assert outcome == Accepted("p-1", datetime(2026, 11, 23, 4, 0, 5, tzinfo=UTC), repeated=False, status=201)
    [request] = server.requests
    assert request.startswith(b"POST /v1/feedback HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\n" + body)
    assert f"idempotency-key: {KEY}".encode() in request.lower()
    assert f"authorization: Bearer {TOKEN}".lower().encode() in request.lower()


def test_a_repeat_is_accepted_too(http: httpx.Client) -> None:
    outcome = submit_to(http, answer("200 OK", RECEIPT, JSON))
    assert isinstance(outcome, Accepted)
    assert outcome.repeated


@pytest.mark.parametrize("status", ["408 T", "429 Many", "500 E", "502 B", "503 U", "504 G", "599 X"])
def test_what_may_pass_is_to_be_tried_again(http: httpx.Client, status: str) -> None:
    outcome = submit_to(http, answer(status, b"<html>", "Content-Type: text/html"))
    assert isinstance(outcome, Retry)
    assert outcome.status == int(status[:3])
    assert "html" not in outcome.reason


@pytest.mark.parametrize("status", ["400 B", "401 U", "403 F", "404 N", "409 C", "413 L", "422 U", "451 L"])
def test_any_other_no_is_final_and_carries_the_platforms_reason(http: httpx.Client, status: str) -> None:
    body = json.dumps({"title": "不受理", "detail": "缺少单位名称"}).encode()
    assert submit_to(http, answer(status, body, PROBLEM)) == Refused(int(status[:3]), "不受理；缺少单位名称")


def test_a_redirect_is_not_followed_with_a_citizens_words(http: httpx.Client) -> None:
    outcome = submit_to(http, answer("307 Moved", b"", "Location: http://127.0.0.1:9/elsewhere"))
    assert isinstance(outcome, Refused)


@pytest.mark.parametrize(
    "pieces",
    [
        [answer("201 Created", b"", JSON)],
        [answer("201 Created", b"<html>welcome</html>", "Content-Type: text/html")],
        [answer("201 Created", b'{"id":"p-1"}', JSON)],
        [answer("201 Created", b'{"id":"","received_at":"2026-11-23T12:00:05+08:00"}', JSON)],
        [answer("201 Created", b'{"id":"p","received_at":"2026-11-23T12:00:05"}', JSON)],
        [answer("201 Created", b'{"id":"p","received_at":"2026-13-23T12:00:05Z"}', JSON)],
        [answer("201 Created", RECEIPT[:20], JSON)],
        [answer("201 Created", RECEIPT[:20], JSON, length=len(RECEIPT))],
        [answer("201 Created", b"\xff\xfe\x00", JSON)],
        [answer("201 Created", b"[" * 100_000, JSON)],
        [answer("200 OK", b"null", JSON)],
        [answer("204 No Content", b"")],
        [answer("202 Accepted", RECEIPT, JSON)],
        [b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"],
        [b"SSH-2.0-OpenSSH\r\n"],
        [b""],
    ],
)
def test_a_yes_that_does_not_fit_is_unclear(http: httpx.Client, pieces: list[bytes]) -> None:
    assert isinstance(submit_to(http, *pieces), Unclear)


def test_a_time_out_after_sending_is_unclear(http: httpx.Client) -> None:
    assert isinstance(submit_to(http, b"HTTP/1.1 201", b" Created", pause=CLIENT_SECONDS + 0.5), Unclear)


def test_a_drip_of_bytes_does_not_hold_a_worker_for_ever(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "RESPONSE_LIMIT_SECONDS", 0.3)
    head = b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n"
    assert isinstance(submit_to(http, head, *[b" "] * 60, pause=0.05), Unclear)


def test_an_endless_answer_is_cut(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "RESPONSE_LIMIT_BYTES", 1000)
    assert isinstance(submit_to(http, answer("201 Created", b" " * 5000, JSON)), Unclear)


def test_nobody_listening_is_to_be_tried_again(http: httpx.Client) -> None:
    client = PlatformClient(f"http://127.0.0.1:{free_port()}", TOKEN, http=http)
    assert isinstance(client.submit(b"{}", key=KEY), Retry)
    assert isinstance(client.find("F20261123-001"), Retry)
    assert isinstance(client.institutions(), Retry)


@pytest.mark.parametrize(
    ("value", "wish"),
    [
        ("120", timedelta(seconds=120)),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("99999999999999999999", None),
        ("864000", timedelta(days=1)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_the_platforms_wish_is_read_in_seconds_or_ignored(
    http: httpx.Client, value: str, wish: timedelta | None
) -> None:
    with ScriptedServer([answer("429 Many", b"{}", PROBLEM, f"Retry-After: {value}").decode().encode()]) as server:
        outcome = PlatformClient(server.url, TOKEN, http=http).submit(b"{}", key=KEY)
    assert isinstance(outcome, Retry)
    assert outcome.after == wish


def test_the_platforms_wish_may_be_a_date(http: httpx.Client) -> None:
    later = (datetime.now(UTC) + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    outcome = submit_to(http, answer("503 U", b"{}", PROBLEM, f"Retry-After: {later}"))
    assert isinstance(outcome, Retry)
    assert outcome.after is not None
    assert timedelta(seconds=60) < outcome.after <= timedelta(seconds=90)


def test_asking_knows_found_from_not_found_from_unclear(http: httpx.Client) -> None:
    record = {"id": "p-1", "status": "replied", "history": [{"at": "2026-11-23T12:00:05Z", "kind": "received"}]}
    found = find_at(http, answer("200 OK", json.dumps(record).encode(), JSON))
    assert isinstance(found, Found)
    assert (found.platform_id, found.status, len(found.history)) == ("p-1", "replied", 1)
    assert isinstance(find_at(http, answer("404 N", b'{"title":"x"}', PROBLEM)), NotFound)
    wrong = record | {"status": "lost"}
    assert isinstance(find_at(http, answer("200 OK", json.dumps(wrong).encode(), JSON)), Unclear)
    assert isinstance(find_at(http, answer("200 OK", b"<html>", JSON)), Unclear)
    assert isinstance(find_at(http, answer("401 U", b"{}", PROBLEM)), Refused)
    assert isinstance(find_at(http, answer("503 U", b"{}", PROBLEM)), Retry)


def test_reads_are_checked_against_the_contract(http: httpx.Client) -> None:
    row = {"name": "示例县档案馆", "updated_at": "2026-11-01T08:00:00+08:00"}
    page = json.dumps({"items": [row], "next_cursor": "c"}).encode()
    with ScriptedServer([answer("200 OK", page, JSON)]) as server:
        since = datetime(2026, 11, 1, tzinfo=UTC)
        listed = PlatformClient(server.url, TOKEN, http=http).institutions(updated_since=since, cursor="b", limit=5)
    assert listed == Page((row,), "c")
    assert b"updated_since=2026-11-01T00%3A00%3A00%2B00%3A00" in server.requests[0]
    with ScriptedServer([answer("200 OK", json.dumps(row).encode(), JSON)]) as server:
        client = PlatformClient(server.url, TOKEN, http=http)
        assert client.institution("12990000MB0000019N") == Item(row)
        assert isinstance(client.case("BJ/1?x"), Unclear)
        assert isinstance(client.cases(institution="12990000MB0000019N"), Unclear)
    assert b"GET /cases/BJ%2F1%3Fx " in server.requests[1]


def test_a_real_client_has_a_limit_on_every_wait() -> None:
    with http_client() as http:
        assert None not in (http.timeout.connect, http.timeout.read, http.timeout.write, http.timeout.pool)


def test_no_outcome_prints_a_citizens_words() -> None:
    from api.platform.outcomes import HistoryItem

    assert "秘密" not in repr(HistoryItem(datetime.now(UTC), "entry", None, "秘密", None))


@settings(max_examples=15, deadline=None)
@given(status=st.integers(200, 599), body=st.binary(max_size=200), length=st.integers(0, 300))
def test_no_answer_whatever_makes_the_client_raise(status: int, body: bytes, length: int) -> None:
    with httpx.Client(timeout=0.3, trust_env=False) as http:
        outcome = submit_to(http, answer(f"{status} X", body, length=length))
    assert isinstance(outcome, (Accepted, Refused, Retry, Unclear))
