"""The accounts: all of them, one with its roles, and what an administrator does to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_404_NOT_FOUND, HTTP_422_UNPROCESSABLE_CONTENT
from starlette_admin.routing import route

from api.console.page import Page
from api.console.people.form import AccountForm, GrantForm, account_form, grant_form, regions_offered, topics_offered
from api.console.request import actor, may, now
from api.console.request import person as signed_in
from api.console.texts import people as texts
from bot.account import Account
from knowledge.staff import people
from knowledge.staff.accounts import counts
from knowledge.staff.directory import PAGE, Standing, person
from knowledge.staff.directory import people as listed
from knowledge.staff.models import StaffGrant
from knowledge.staff.people import PeopleRefused
from knowledge.staff.rights import Right

ID = re.compile(r"[0-9a-f-]{36}")
LONGEST_SOUGHT = 40
FARTHEST_PAGE = 1_000
WRITING = ("person-add", "person-reset", "person-disable", "person-enable", "person-unlock", "grant-give", "grant-take")
Act = Callable[[Request, FormData], str]


@dataclass(frozen=True, slots=True)
class OneTime:
    """A password on the one page that ever shows it. ``said``: whose it is."""

    said: str
    password: str = field(repr=False)


class PeopleView(Page):
    """What shows a password answers with the page itself: an address to go on to would have to carry it."""

    menu_label = texts.PEOPLE
    icon = "fa fa-users"
    path = "/people"
    route_name = "people"
    rights = MappingProxyType(
        {"people": Right.STAFF_READ, "person": Right.STAFF_READ, **dict.fromkeys(WRITING, Right.STAFF_WRITE)}
    )

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        super().__init__()
        self._regions = regions_offered(accounts)

    @route("")
    async def index(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._list, request, AccountForm())

    @route("", methods=["POST"], name="person-add")
    async def add(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._added, request, account_form(await request.form()))

    @route("/{id}", name="person")
    async def one(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._one, request)

    @route("/{id}/reset", methods=["POST"], name="person-reset")
    async def reset(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._reset, request)

    @route("/{id}/disable", methods=["POST"], name="person-disable")
    async def disable(self, request: Request) -> Response:
        return await self._act(request, _disabled)

    @route("/{id}/enable", methods=["POST"], name="person-enable")
    async def enable(self, request: Request) -> Response:
        return await self._act(request, _enabled)

    @route("/{id}/unlock", methods=["POST"], name="person-unlock")
    async def unlock(self, request: Request) -> Response:
        return await self._act(request, _unlocked)

    @route("/{id}/grant", methods=["POST"], name="grant-give")
    async def give(self, request: Request) -> Response:
        return await self._act(request, _given)

    @route("/{id}/grants/{grant_id}/remove", methods=["POST"], name="grant-take")
    async def take(self, request: Request) -> Response:
        return await self._act(request, _taken)

    def _list(self, request: Request, form: AccountForm, mistake: str = "") -> Response:
        asked = request.query_params
        sought = "".join(filter(str.isprintable, asked.get("q", ""))).strip()[:LONGEST_SOUGHT]
        standing = Standing(asked["standing"]) if asked.get("standing") in set(Standing) else None
        number = page_number(asked.get("page", ""))
        found, more = listed(request.state.session, sought=sought, standing=standing, page=number, now=now(request))
        shown = {"q": sought, "standing": standing, "page": number, "more": more, "page_size": PAGE}
        status = HTTP_422_UNPROCESSABLE_CONTENT if mistake else HTTP_200_OK
        return self.show(
            request, "people/list.html", status=status, people=found, form=form, mistake=mistake,
            now=now(request), counts=counts, **shown,
        )  # fmt: skip

    def _added(self, request: Request, form: AccountForm) -> Response:
        session = request.state.session
        try:
            made = people.add_account(
                session, name=form.name, display_name=form.display_name, by=actor(request), now=now(request)
            )
        except PeopleRefused as refused:
            session.rollback()
            return self._list(request, form, str(refused))
        one_time = OneTime(texts.MADE.format(name=form.name), made.password)
        return self._one(request, staff_id=made.staff_id, one_time=one_time)

    def _reset(self, request: Request) -> Response:
        session, staff_id = request.state.session, _person_id(request)
        try:
            password = people.reset(session, staff_id=staff_id, by=actor(request), now=now(request))
        except PeopleRefused as refused:
            session.rollback()
            return self._one(request, mistake=str(refused))
        found = person(session, staff_id)
        assert found is not None
        return self._one(request, one_time=OneTime(texts.RESET.format(name=found.account.name), password))

    async def _act(self, request: Request, act: Act) -> Response:
        form = await request.form()
        staff_id = _person_id(request)
        try:
            said = await anyio.to_thread.run_sync(act, request, form)
        except PeopleRefused as refused:
            mistake = str(refused)
            await anyio.to_thread.run_sync(request.state.session.rollback)
            return await anyio.to_thread.run_sync(lambda: self._one(request, mistake=mistake, form=grant_form(form)))
        return self.redirect_with(request, "person", said=said, id=staff_id)

    def _one(
        self,
        request: Request,
        *,
        staff_id: str | None = None,
        one_time: OneTime | None = None,
        mistake: str = "",
        form: GrantForm | None = None,
    ) -> Response:
        session, own = request.state.session, signed_in(request).staff_id
        found = person(session, staff_id or _person_id(request))
        if found is None:
            raise HTTPException(HTTP_404_NOT_FOUND)
        shown: dict[str, Any] = {
            "title": found.account.display_name or found.account.name,
            "one": found,
            "own": found.account.id == own,
            "writes": may(request, Right.STAFF_WRITE) and found.account.id != own,
            "topics": topics_offered(session),
            "regions": self._regions,
        }
        return self.show(
            request, "people/person.html", status=HTTP_422_UNPROCESSABLE_CONTENT if mistake else HTTP_200_OK,
            one_time=one_time, mistake=mistake, form=form or GrantForm(), now=now(request), counts=counts, **shown,
        )  # fmt: skip


def page_number(typed: str) -> int:
    """From nought; what is none is the first."""
    return min(int(typed), FARTHEST_PAGE) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _person_id(request: Request) -> str:
    """404 for what cannot be one."""
    staff_id: str = request.path_params["id"]
    if not ID.fullmatch(staff_id):
        raise HTTPException(HTTP_404_NOT_FOUND)
    return staff_id


def _disabled(request: Request, form: FormData) -> str:
    reason = "".join(filter(str.isprintable, str(form.get("reason", ""))))
    people.disable(
        request.state.session, staff_id=_person_id(request), by=actor(request), now=now(request), reason=reason.strip()
    )
    return texts.DISABLED


def _enabled(request: Request, _: FormData) -> str:
    people.enable(request.state.session, staff_id=_person_id(request), by=actor(request), now=now(request))
    return texts.ENABLED


def _unlocked(request: Request, _: FormData) -> str:
    people.unlock(request.state.session, staff_id=_person_id(request), by=actor(request), now=now(request))
    return texts.UNLOCKED


def _given(request: Request, sent: FormData) -> str:
    session, form = request.state.session, grant_form(sent)
    role = form.chosen_role()
    grant_id = people.grant(
        session,
        staff_id=_person_id(request),
        role=role,
        region=form.region,
        topic=form.chosen_topic(topics_offered(session)),
        by=actor(request),
        now=now(request),
    )
    said = texts.GRANTED if counts(session.get_one(StaffGrant, grant_id)) else texts.GRANTED_WAITING
    return said.format(role=texts.ROLE[role])


def _taken(request: Request, _: FormData) -> str:
    """Of the person in the address alone: the page that is shown next is his."""
    session, grant_id = request.state.session, request.path_params["grant_id"]
    row = session.get(StaffGrant, grant_id) if ID.fullmatch(grant_id) else None
    if row is None or row.staff_id != _person_id(request):
        raise PeopleRefused(people.Refusal.NO_SUCH_GRANT)
    people.take_back(session, grant_id=grant_id, by=actor(request), now=now(request))
    return texts.TAKEN_BACK
