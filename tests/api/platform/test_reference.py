"""The reference platform: once per key, its own tables, errors as problem details, failures on demand, its page."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy import Engine, inspect, select
from standardwebhooks import Webhook

from api.platform import contract
from api.platform.outcomes import Accepted, Page, Refused
from api.platform.reference import Failure, reference_platform, tables
from api.platform.reference.reading import put_institutions
from knowledge.store.base import Base
from tests.api.live import LiveServer
from tests.api.platform.conftest import KEY, SECRET, TOKEN, Running, submission

HEADERS = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": KEY}


def send(platform: Running, body: Any, *, key: str = KEY) -> Any:
    return platform.client.submit(json.dumps(body).encode(), key=key)


def attached(content: bytes, **changed: Any) -> dict[str, Any]:
    encoded = base64.b64encode(content).decode()
    right = {"name": "1.jpg", "media_type": "image/jpeg", "sha256": hashlib.sha256(content).hexdigest()}
    return right | {"content_base64": encoded} | changed


def test_the_same_key_and_body_is_the_same_feedback(platform: Running) -> None:
    first, again = send(platform, submission()), send(platform, submission())
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (first.repeated, again.repeated) == (False, True)
    assert (first.platform_id, first.received_at) == (again.platform_id, again.received_at)


def test_the_same_key_with_another_body_is_refused(platform: Running) -> None:
    send(platform, submission())
    outcome = send(platform, submission(text="别的内容"))
    assert isinstance(outcome, Refused)
    assert outcome.status == 422


def test_a_reference_that_is_taken_is_refused_under_another_key(platform: Running) -> None:
    send(platform, submission())
    assert isinstance(send(platform, submission(), key=KEY + "-other"), Refused)


def test_twenty_senders_of_one_key_at_once_make_one_feedback(platform: Running) -> None:
    with ThreadPoolExecutor(20) as pool, httpx.Client(timeout=20, trust_env=False) as http:
        url, body = f"{platform.url}/v1/feedback", json.dumps(submission())
        answers = list(pool.map(lambda _: http.post(url, content=body, headers=HEADERS), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (submission(attachments=[attached(b"test", sha256="0" * 64)]), 422),
        (submission(attachments=[attached(b"test", content_base64="a")]), 422),
        (submission(attachments=[attached(bytes(11 * 1024 * 1024))] * 2), 413),
        (submission(kind="praise"), 422),
        ([], 422),
        ("text", 422),
        (None, 422),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(platform: Running, body: Any, status: int) -> None:
    with httpx.Client(timeout=20, trust_env=False) as http:
        answer = http.post(f"{platform.url}/v1/feedback", content=json.dumps(body), headers=HEADERS)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert contract.fits("Problem", answer.json())
    with platform.engine.begin() as connection:
        assert connection.execute(select(tables.feedback)).all() == []
        assert connection.execute(select(tables.attachment)).all() == []


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[" * 100_000])
def test_what_is_no_json_is_refused(platform: Running, body: bytes) -> None:
    answer = platform.http.post(f"{platform.url}/v1/feedback", content=body, headers=HEADERS)
    assert answer.status_code == 422


def test_without_the_token_nothing_is_told(platform: Running) -> None:
    for path in ("/v1/feedback?reference=F20261123-001", "/v1/institutions", "/v1/cases/1"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer 中文".encode()}):
            answer = platform.http.get(platform.url + path, headers=headers)
            assert answer.status_code == 401
            assert contract.fits("Problem", answer.json())


def test_a_key_is_needed(platform: Running) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = platform.http.post(f"{platform.url}/v1/feedback", json=submission(), headers=headers)
    assert answer.status_code == 422


def test_an_entry_needs_its_feedback(platform: Running) -> None:
    entry = {
        "kind": "message",
        "text": "补充",
        "grade": None,
        "attachments": [],
        "submitted_at": "2026-11-24T10:00:00Z",
    }
    assert isinstance(platform.client.add_entry("F20261123-009", json.dumps(entry).encode(), key=KEY), Refused)


def test_pages_hold_every_institution_once_in_the_order_of_change(platform: Running) -> None:
    rows = [{"name": f"示例{n}", "updated_at": f"2026-11-{1 + n % 3:02d}T08:00:00+08:00"} for n in range(23)]
    put_institutions(platform.engine, rows)
    seen, cursor = [], None
    while True:
        page = platform.client.institutions(cursor=cursor, limit=5)
        assert isinstance(page, Page)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(row["name"] for row in seen) == sorted(row["name"] for row in rows)
    assert [row["updated_at"] for row in seen] == sorted(row["updated_at"] for row in rows)
    since = platform.client.institutions(updated_since=datetime(2026, 11, 3, tzinfo=UTC))
    assert isinstance(since, Page)
    assert {row["updated_at"][:10] for row in since.items} == {"2026-11-03"}
    assert isinstance(platform.client.institutions(cursor="not one of ours"), Refused)
    assert isinstance(platform.client.institutions(limit=0), Refused)


def test_its_tables_are_its_own(platform: Running) -> None:
    assert not set(inspect(platform.engine).get_table_names()) & set(Base.metadata.tables)


@dataclass
class Product:
    """Stands for the product: keeps the callbacks it was sent."""

    answer: int = 204
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def product() -> Product:
    return Product()


@pytest.fixture
def desk(platform_engine: Engine, product: Product) -> Iterator[httpx.Client]:
    """A browser on the platform's page, mounted as in the demo."""
    app = FastAPI(openapi_url=None)

    @app.post("/callbacks/platform")
    async def receive(request: Request) -> Response:
        product.received.append((dict(request.headers), await request.body()))
        return Response(status_code=product.answer)

    with LiveServer(app) as server:
        callback_url = f"{server.url}/callbacks/platform"
        platform = reference_platform(platform_engine, token=TOKEN, callback_url=callback_url, callback_secret=SECRET)
        app.mount("/platform", platform)
        with httpx.Client(base_url=server.url, timeout=10, trust_env=False, follow_redirects=True) as browser:
            browser.post("/platform/v1/feedback", json=submission(text="<b>粗体</b>"), headers=HEADERS)
            yield browser


def feedback_id(engine: Engine) -> str:
    with engine.begin() as connection:
        return str(connection.execute(select(tables.feedback.c.id)).scalar_one())


def test_the_page_shows_what_arrived_and_its_buttons_send_signed_events(
    desk: httpx.Client, product: Product, platform_engine: Engine
) -> None:
    page = desk.get("/platform/").text
    assert "F20261123-001" in page
    assert "&lt;b&gt;粗体" in page
    tags = page[page.index("<section id") : page.index("<form", page.index("<section id"))]
    assert "已收到，待受理" in tags, "as long as nobody was told of anything"
    assert "已受理" not in tags
    answered = desk.post(
        f"/platform/desk/{feedback_id(platform_engine)}",
        data={"status": "replied", "reply": "请带公函来", "department": "登记科"},
    )
    assert answered.status_code == 200
    assert "已答复" in answered.text
    assert "已收到，待受理" not in answered.text
    [(headers, body)] = product.received
    event = Webhook(SECRET).verify(body, headers)
    contract.check("FeedbackUpdated", event)
    assert event["data"]["reply"] == "请带公函来"
    assert event["sequence"] == 1


def test_an_event_that_was_not_taken_can_be_sent_again_the_same(
    desk: httpx.Client, product: Product, platform_engine: Engine
) -> None:
    product.answer = 503
    page = desk.post(f"/platform/desk/{feedback_id(platform_engine)}", data={"status": "processing"}).text
    assert "未送达（503）" in page
    product.answer = 204
    with platform_engine.begin() as connection:
        webhook_id = connection.execute(select(tables.delivery.c.id)).scalar_one()
    page = desk.post(f"/platform/deliveries/{webhook_id}").text
    assert "未送达" not in page
    (first, body), (again, same) = product.received
    assert (first["webhook-id"], body) == (again["webhook-id"], same)


def test_the_page_refuses_forms_of_other_sites_and_nonsense(desk: httpx.Client, platform_engine: Engine) -> None:
    path = f"/platform/desk/{feedback_id(platform_engine)}"
    assert desk.post(path, data={"status": "closed"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert desk.post(path, data={"status": "lost"}).status_code == 422
    assert desk.post("/platform/desk/none", data={"status": "closed"}).status_code == 404
    assert desk.post("/platform/failures", data={"failure": "fire"}).status_code == 422


def test_half_a_body_breaks_off_without_a_traceback_in_the_log(
    platform: Running, caplog: pytest.LogCaptureFixture
) -> None:
    platform.failures.next(Failure.HALF_BODY)
    with pytest.raises(httpx.RemoteProtocolError):
        platform.http.get(f"{platform.url}/v1/feedback?reference=F20261123-001", headers=HEADERS)
    assert platform.http.get(f"{platform.url}/").status_code == 200
    assert [record for record in caplog.records if record.exc_info or "Traceback" in record.getMessage()] == []


def test_the_page_switches_failures_on_and_off_and_stays_reachable(desk: httpx.Client) -> None:
    find = {"url": "/platform/v1/feedback?reference=F20261123-001", "headers": HEADERS}
    assert desk.get(**find).status_code == 200  # type: ignore[arg-type]
    for failure, status in ((Failure.DOWN, 503), (Failure.ERROR, 500), (Failure.BUSY, 429), (Failure.REFUSES, 422)):
        assert desk.post("/platform/failures", data={"failure": failure}).status_code == 200
        assert desk.get(**find).status_code == status  # type: ignore[arg-type]
    desk.post("/platform/failures", data={"failure": Failure.HTML})
    assert "text/html" in desk.get(**find).headers["content-type"]  # type: ignore[arg-type]
    desk.post("/platform/failures", data={"failure": Failure.HALF_BODY})
    with pytest.raises(httpx.RemoteProtocolError):
        desk.get(**find)  # type: ignore[arg-type]
    desk.post("/platform/failures", data={"failure": ""})
    assert desk.get(**find).status_code == 200  # type: ignore[arg-type]
