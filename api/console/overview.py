"""The console's first page: how much waits, at a glance."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import quote

import anyio.to_thread
from sqlalchemy import Select, func, select
from starlette.requests import Request
from starlette_admin import CustomView
from starlette_admin.widgets import Breakpoints, GridWidget, StatWidget

from knowledge.faq.models import KnowledgeGap
from knowledge.faq.questions import MISSED, Question
from knowledge.feedback.kinds import CLOSED_STATUSES, ForwardState
from knowledge.feedback.models import Ticket, UnknownUpdate


def overview() -> CustomView:
    """Seven numbers, each a way to its list."""
    waiting = (ForwardState.WAITING, ForwardState.SENDING)
    stuck = (ForwardState.UNKNOWN, ForwardState.REFUSED)
    open_questions = select(func.count(Question.id)).where(Question.decision.in_(MISSED), Question.handled_at.is_(None))
    return CustomView(
        menu_label="总览",
        icon="fa fa-home",
        path="/",
        widget=GridWidget(
            breakpoints=Breakpoints(default=1, sm=2, lg=3),
            children=[
                _number(
                    "未办结的反馈",
                    _tickets(Ticket.status.not_in(CLOSED_STATUSES)),
                    _feedback("status__not_in", sorted(CLOSED_STATUSES)),
                ),
                _number("待转发", _tickets(Ticket.forward_state.in_(waiting)), _feedback("forward_state__in", waiting)),
                _number(
                    "转发受阻，请处理", _tickets(Ticket.forward_state.in_(stuck)), _feedback("forward_state__in", stuck)
                ),
                _number(
                    "补充内容受阻，请处理",
                    _tickets(Ticket.entries_state.in_(stuck)),
                    _feedback("entries_state__in", stuck),
                ),
                _number("未解答的问题", open_questions, "missed/list"),
                _number("条目里还空着的本地信息", select(func.count()).select_from(KnowledgeGap), "gaps/list"),
                _number(
                    "平台回传了本台没有的编号", select(func.count()).select_from(UnknownUpdate), "unknown-updates/list"
                ),
            ],
        ),
    )


def _tickets(condition: Any) -> Select[Any]:
    return select(func.count(Ticket.id)).where(condition)


def _feedback(condition: str, values: Iterable[str]) -> str:
    """The list with its own filter set: exactly the tickets that the number counts."""
    return f"feedback/list?filter={quote(condition + '=' + ','.join(values))}"


def _number(title: str, query: Select[Any], link: str) -> StatWidget:
    async def value(request: Request) -> int:
        return int(await anyio.to_thread.run_sync(lambda: request.state.session.scalar(query)) or 0)

    shown: Callable[[Request], Awaitable[int | float | str]] = value
    return StatWidget(title=title, value_callback=shown, link=link)
