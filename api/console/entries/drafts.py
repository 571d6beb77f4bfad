"""Drafts that are being worked on: the list, and what a person sees of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.status import HTTP_404_NOT_FOUND

from api.console.entries.waiting import waiting_drafts
from api.console.request import may, person, require, scope
from knowledge.curation.models import FaqRevision
from knowledge.curation.revisions import NotThere, Revision, revision
from knowledge.curation.states import OPEN, State
from knowledge.staff.rights import Right

PAGE = 50
_REGION: Any = FaqRevision.region
_CATEGORY: Any = FaqRevision.category
TABS = (State.DRAFT, State.REVIEW, State.SECRECY, State.APPROVED)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    id: str
    entry_id: str
    question: str
    category: str
    region: str | None
    change: str
    state: str
    author: str
    changed_at: datetime
    returned_note: str
    batch_id: str | None


@dataclass(frozen=True, slots=True)
class DraftList:
    """``counts``: of each tab, whatever is chosen. ``more``: there is another page."""

    rows: Sequence[Listed]
    counts: dict[str, int]
    more: bool


def draft_list(
    session: Session, request: Request, *, state: str, mine: bool, page: int, batch: str = "", todo: str = ""
) -> DraftList:
    """Within the person's scope, the latest change first. Two statements.

    ``batch``: only of this one. ``todo``: only what waits for the person.
    """
    here = scope(request, Right.ENTRIES_READ).condition(_REGION, _CATEGORY)
    if batch:
        here = here & (FaqRevision.batch_id == batch)
    open_ones = FaqRevision.state.in_([each.value for each in OPEN])
    if mine:
        here = here & (FaqRevision.author == person(request).username)
    if todo:
        here = here & waiting_drafts(request, todo)
    counted = session.execute(
        select(FaqRevision.state, func.count()).where(here, open_ones).group_by(FaqRevision.state)
    )
    counts = {name: int(count) for name, count in counted}
    chosen = FaqRevision.state == state if state in counts or state in set(TABS) else open_ones
    columns = select(*(getattr(FaqRevision, name) for name in Listed.__slots__)).where(here, chosen)
    ordered = columns.order_by(FaqRevision.changed_at.desc(), FaqRevision.id).limit(PAGE + 1).offset(page * PAGE)
    rows = [Listed(*row) for row in session.execute(ordered)]
    return DraftList(rows[:PAGE], counts, len(rows) > PAGE)


def draft_of_request(request: Request, right: Right, *, writing: bool = True) -> Revision:
    """The draft that the address names; 404 where there is none in the person's scope."""
    try:
        found = revision(request.state.session, request.path_params["id"])
    except NotThere:
        raise HTTPException(HTTP_404_NOT_FOUND) from None
    require(request, right, region=found.entry.region, topic=found.entry.category, writing=writing)
    return found


def allows(request: Request, right: Right, region: str | None, topic: str) -> bool:
    """Whether the person may write here."""
    return may(request, right) and scope(request, right).allows(region=region, topic=topic, writing=True)
