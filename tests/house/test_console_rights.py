"""Every route of the console, tried by every role, by nobody, and without a form's token. Grows with the console."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from httpx import Response
from starlette.routing import Route
from starlette_admin.views import BaseModelView

from api.console.gate import ACTIONS, PUBLIC, Called, Guarded
from api.console.texts.frame import NOT_YOURS, PAGE_OUTWORN
from knowledge.staff.rights import RIGHTS, Right, Role
from tests.api.console.visitor import Console, Visitor

SIGNING_OUT = ("logout", "")
NOWHERE = "nothing-of-the-kind"  # an action that nobody has declared
ROLES = [None, *Role]  # ``None``: signed in, without any role


@dataclass(frozen=True)
class Door:
    """One thing that the console's address can ask for. ``path`` leads to the first row of anything."""

    method: str
    path: str
    called: Called


def doors(console: Console) -> list[Door]:
    """All of them; signing out comes last, for it ends the walk."""
    made = console.made
    assert made is not None
    views = list(made._model_views)
    found = [door for route in made.app.routes if isinstance(route, Route) for door in _of_route(route, views)]
    return sorted(found, key=lambda door: door.called == SIGNING_OUT)


def _of_route(route: Route, views: list[BaseModelView]) -> Iterator[Door]:
    for method in sorted(route.methods - {"HEAD"}):
        for view in views if "{key}" in route.path else [None]:
            path = "/console" + re.sub(r"\{key\}", str(view.key) if view else "", route.path)
            path, key = re.sub(r"\{[^}]*\}", "1", path), str(view.key) if view else ""
            if route.name in ACTIONS:
                known = view._actions if route.name == "action" else view._row_actions
                for name in [*known, NOWHERE]:
                    yield Door(method, f"{path}?name={name}&pk=1&pks=1", (f"{ACTIONS[route.name]}:{name}", key))
            else:
                yield Door(method, f"{path}?pk=1", (route.name, key))


def opened(browser: Visitor, door: Door, *, token: bool = True) -> Response:
    if door.method == "GET":
        return browser.client.get(door.path, follow_redirects=False)
    form = {"csrftoken": browser.client.cookies.get("starlette_admin_csrftoken") or ""} if token else {}
    return browser.client.request(door.method, door.path, data=form, follow_redirects=False)


def asks_for_sign_in(answer: Response) -> bool:
    return answer.status_code == 303 and "/console/login" in answer.headers["location"]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "without a role")
def test_a_role_opens_what_its_rights_open_and_nothing_else(
    browser: Visitor, console: Console, role: Role | None
) -> None:
    browser.enter(*([role] if role else []))
    rights = {Right.SELF} | (RIGHTS[role] if role else set())
    assert console.made is not None
    wrong = []
    for door in doors(console):
        answer = opened(browser, door)
        allowed = door.called[0] in PUBLIC or console.made.rights.get(door.called) in rights
        refused = answer.status_code == 403 and NOT_YOURS in answer.text
        entered = answer.status_code < 500 and answer.status_code != 403
        if door.called != SIGNING_OUT:
            entered = entered and not asks_for_sign_in(answer)
        if not (entered if allowed else refused):
            wrong.append((door, allowed, answer.status_code))
    assert wrong == []


def test_nobody_opens_anything_but_the_sign_in(browser: Visitor, console: Console) -> None:
    browser.get("/console/login")
    behind = [door for door in doors(console) if door.called[0] not in PUBLIC]
    assert [door for door in behind if not asks_for_sign_in(opened(browser, door))] == []


def test_no_form_is_taken_without_its_token(browser: Visitor, console: Console) -> None:
    browser.enter(Role.EDITOR, Role.REVIEWER, Role.HANDLER, Role.REPORTS, Role.ADMIN)
    sent = [door for door in doors(console) if door.method != "GET"]
    answers = [(door, opened(browser, door, token=False)) for door in sent]
    assert len(sent) > 20
    assert [(door, a.status_code) for door, a in answers if a.status_code != 403 or PAGE_OUTWORN not in a.text] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_declared_is_a_route_and_every_view_declares_what_opens_it(console: Console) -> None:
    assert console.made is not None
    assert set(console.made.rights) - {door.called for door in doors(console)} == set()
    views = [console.made.index_view, *console.made._model_views]
    assert [view for view in views if not isinstance(view, Guarded) or not view.rights] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_library_offers_for_every_list_is_declared_by_none(console: Console) -> None:
    assert console.made is not None
    never = {"relation-lookup", "inline-edit", "inline-edit-row", "import", "create", "edit", "file"}
    assert {name for name, _ in console.made.rights} & never == set()
