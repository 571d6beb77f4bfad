"""Roles that count only once a 保密审查 has confirmed them: the second person's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.page import Page
from api.console.people.accounts import ID
from api.console.request import actor, now, person
from api.console.texts import people as texts
from knowledge.staff import people
from knowledge.staff.directory import people_of
from knowledge.staff.granting import waiting
from knowledge.staff.models import StaffAccount, StaffGrant
from knowledge.staff.people import PeopleRefused
from knowledge.staff.rights import Right, Role


@dataclass(frozen=True, slots=True)
class Waiting:
    """``own``: of the person who looks, which somebody else must confirm."""

    grant: StaffGrant
    account: StaffAccount
    own: bool


class WaitingView(Page):
    menu_label = texts.GRANTS
    icon = "fa fa-user-check"
    path = "/grants"
    route_name = "grants"
    rights = MappingProxyType(dict.fromkeys(("grants", "grant-confirm"), Right.GRANTS_CONFIRM))

    @route("")
    async def index(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._list, request)

    @route("/{id}/confirm", methods=["POST"], name="grant-confirm")
    async def confirm(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._confirm, request)

    def _confirm(self, request: Request) -> Response:
        session, grant_id = request.state.session, request.path_params["id"]
        try:
            if not ID.fullmatch(grant_id):
                raise PeopleRefused(people.Refusal.NO_SUCH_GRANT)
            people.confirm(session, grant_id=grant_id, by=actor(request), now=now(request))
        except PeopleRefused as refused:
            session.rollback()
            return self._list(request, str(refused))
        role = texts.ROLE[Role(session.get_one(StaffGrant, grant_id).role)]
        return self.redirect_with(request, "grants", said=texts.CONFIRMED.format(role=role))

    def _list(self, request: Request, mistake: str = "") -> Response:
        status = HTTP_422_UNPROCESSABLE_CONTENT if mistake else HTTP_200_OK
        return self.show(request, "people/waiting.html", status=status, waiting=_waiting(request), mistake=mistake)


def _waiting(request: Request) -> Sequence[Waiting]:
    session, own = request.state.session, person(request).staff_id
    rows = waiting(session)
    accounts = people_of(session, (row.staff_id for row in rows))
    return [Waiting(row, accounts[row.staff_id], row.staff_id == own) for row in rows]
