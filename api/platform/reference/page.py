"""The platform's own little desk, for the demo: what has arrived, with buttons that answer the product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import Engine, Select, func, select

from api.platform.reference import tables
from api.platform.reference.deliveries import STATUS_OPTIONS, Callbacks, change_status, deliver
from api.platform.reference.failures import Failure, Failures
from api.platform.reference.problems import Problem

SHOWN_LIMIT = 100  # the newest; a demo has a handful
SHANGHAI = ZoneInfo("Asia/Shanghai")
KIND_WORDS = {"consultation": "咨询", "suggestion": "建议", "complaint": "投诉", "help": "求助"}
RECEIVED_WORDS = "已收到，待受理"  # nobody was told of anything yet: the citizen reads 等待受理
STATUS_WORDS = {
    "accepted": "已受理",
    "assigned": "已分派",
    "processing": "办理中",
    "need_info": "待补充",
    "replied": "已答复",
    "closed": "已办结",
    "rejected": "不予受理",
}
FAILURE_WORDS = {
    Failure.DOWN: "停止服务（503）",
    Failure.SLOW: "很慢（30 秒后才答复）",
    Failure.ERROR: "内部错误（500）",
    Failure.BUSY: "过于频繁（429）",
    Failure.REFUSES: "不受理（422）",
    Failure.HTML: "答复一张网页",
    Failure.HALF_BODY: "收下了，但答复断在一半",
    Failure.ACCEPTS_SILENTLY: "收下了，但迟迟不答复",
}


def page_router(
    engine: Engine, callbacks: Callbacks | None, failures: Failures, clock: Callable[[], datetime]
) -> APIRouter:
    """Demo only, on loopback: no sign-in. Forms from other sites are refused."""
    router = APIRouter()
    template = _templates().get_template("page.html")

    @router.get("/", response_class=HTMLResponse)
    def page(request: Request) -> HTMLResponse:
        words = {"kinds": KIND_WORDS, "statuses": STATUS_WORDS, "failures": FAILURE_WORDS, "received": RECEIVED_WORDS}
        root = request.scope.get("root_path", "")
        shown = template.render(
            items=_received(engine), root=root, failing=failures.lasting, options=STATUS_OPTIONS, words=words
        )
        return HTMLResponse(shown, headers={"Cache-Control": "no-store"})

    @router.post("/desk/{feedback_id}")
    def answer(
        request: Request,
        feedback_id: str,
        status: Annotated[str, Form()],
        reply: Annotated[str, Form()] = "",
        department: Annotated[str, Form()] = "",
    ) -> Response:
        _from_this_page(request)
        told = {"status": status, "reply": reply.strip() or None, "department": department.strip() or None}
        webhook_id = change_status(engine, feedback_id, now=clock(), **told)  # type: ignore[arg-type]
        if callbacks is not None:
            deliver(engine, callbacks, webhook_id, now=clock())
        return _back(request)

    @router.post("/deliveries/{webhook_id}")
    def deliver_again(request: Request, webhook_id: str) -> Response:
        _from_this_page(request)
        if callbacks is not None:
            deliver(engine, callbacks, webhook_id, now=clock())
        return _back(request)

    @router.post("/failures")
    def switch(request: Request, failure: Annotated[str, Form()] = "") -> Response:
        _from_this_page(request)
        if failure and failure not in FAILURE_WORDS:
            raise Problem(422, "没有这种故障")
        failures.heal()
        failures.lasting = Failure(failure) if failure else None
        return _back(request)

    return router


def _templates() -> Environment:
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    environment.filters["shanghai"] = lambda moment: moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return environment


def _received(engine: Engine) -> list[dict[str, Any]]:
    newest = select(tables.feedback).order_by(tables.feedback.c.received_at.desc(), tables.feedback.c.id)
    with engine.begin() as connection:
        rows = connection.execute(newest.limit(SHOWN_LIMIT)).mappings().all()
        ids = [row["id"] for row in rows]
        history = select(tables.history).where(tables.history.c.feedback_id.in_(ids))
        deliveries = select(tables.delivery).where(tables.delivery.c.feedback_id.in_(ids))
        related = {
            name: connection.execute(query).mappings().all()
            for name, query in (
                ("history", history.order_by(tables.history.c.position)),
                ("deliveries", deliveries.order_by(tables.delivery.c.sequence)),
                ("attachments", _attachments(ids)),
            )
        }
    return [dict(row) | {name: _of(row["id"], lines) for name, lines in related.items()} for row in rows]


def _attachments(ids: Sequence[str]) -> Select[Any]:
    """Those of the feedback, then those of its entries; ``added_at`` is ``None`` for the former."""
    file, entry = tables.attachment, tables.entry
    feedback_id = func.coalesce(entry.c.feedback_id, file.c.owner_id)
    query = select(file, feedback_id.label("feedback_id"), entry.c.received_at.label("added_at"))
    joined = query.outerjoin(entry, entry.c.id == file.c.owner_id).where(feedback_id.in_(ids))
    return joined.order_by(entry.c.received_at.is_not(None), entry.c.received_at, file.c.owner_id, file.c.position)


def _of(feedback_id: str, lines: Any) -> list[Any]:
    return [line for line in lines if line["feedback_id"] == feedback_id]


def _from_this_page(request: Request) -> None:
    """A browser says where a form came from; tools that are no browser say nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem(403, "请在本页操作")


def _back(request: Request) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/", status_code=303)
