"""The log of sign-ins: who tried, when, from where, and what came of it. For who looks back alone."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from api.console.days import days_of
from api.console.page import Page
from api.console.people.accounts import ID
from api.console.texts import people as texts
from knowledge.staff.directory import Outcome, sign_ins
from knowledge.staff.rights import Right

LONGEST_SOUGHT = 64  # the column


class SignInsView(Page):
    menu_label = texts.SIGN_INS
    icon = "fa fa-right-to-bracket"
    path = "/sign-ins"
    route_name = "sign-ins"
    rights = MappingProxyType({"sign-ins": Right.SIGN_INS_READ})

    @route("")
    async def index(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._list, request)

    def _list(self, request: Request) -> Response:
        asked = request.query_params
        name = "".join(filter(str.isprintable, asked.get("name", ""))).strip()[:LONGEST_SOUGHT]
        outcome = Outcome(asked["outcome"]) if asked.get("outcome") in set(Outcome) else None
        days, after = days_of(asked), asked.get("after", "")
        rows, more = sign_ins(
            request.state.session,
            name=name,
            outcome=outcome,
            since=days.since,
            until=days.until,
            after=after if ID.fullmatch(after) else None,
        )
        shown: dict[str, Any] = {
            "rows": rows,
            "more": more,
            "name": name,
            "outcome": outcome,
            "days": days,
            "later": bool(after),
        }
        return self.show(request, "people/sign_ins.html", **shown)
