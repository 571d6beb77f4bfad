"""Who asks, what he may, and when: as the gate has left it in ``request.state``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.status import HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND
from starlette_admin.auth import AdminUser

from knowledge.audit.events import Actor
from knowledge.staff.rights import Grant, Right, Scope, scope_of


@dataclass
class StaffUser(AdminUser):
    """The person at the keyboard. ``must_change``: the password was handed out and opens only its own change."""

    staff_id: str = ""
    display_name: str = ""
    must_change: bool = False
    grants: tuple[Grant, ...] = ()
    rights: frozenset[Right] = frozenset()

    @property
    def shown_name(self) -> str:
        """What colleagues call the person."""
        return self.display_name or self.username


def person(request: Request) -> StaffUser:
    """Who has signed in. Only for pages that ask for a sign-in."""
    signed: StaffUser = request.state.signed
    return signed


def actor(request: Request) -> Actor:
    """The person, for the audit log."""
    signed = person(request)
    return Actor(name=signed.username, staff_id=signed.staff_id, host=host(request))


def host(request: Request) -> str:
    """The address that the request came from; empty where the server was not told."""
    return request.client.host if request.client else ""


def now(request: Request) -> datetime:
    """When the request came in: one moment for all that it does. UTC."""
    moment: datetime = request.state.now
    return moment


def may(request: Request, right: Right | None) -> bool:
    """Whether the person has ``right`` anywhere. ``SELF`` has everybody who has signed in; ``None`` has nobody."""
    signed: StaffUser | None = getattr(request.state, "signed", None)
    return signed is not None and right is not None and (right is Right.SELF or right in signed.rights)


def scope(request: Request, right: Right) -> Scope:
    """Where the person has ``right``. 403 for who has it nowhere."""
    found = scope_of(person(request).grants, right)
    if found is None:
        raise HTTPException(HTTP_403_FORBIDDEN)
    return found


def require(
    request: Request, right: Right, *, region: str | None, topic: str | None = None, writing: bool = True
) -> None:
    """404 for what lies outside the person's scope: that it exists is not told."""
    if not scope(request, right).allows(region=region, topic=topic, writing=writing):
        raise HTTPException(HTTP_404_NOT_FOUND)
