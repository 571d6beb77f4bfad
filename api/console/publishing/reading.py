"""What the pages of publishing show, within the person's scope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.status import HTTP_404_NOT_FOUND

from api.console.request import may, now, scope
from api.console.texts import publishing as texts
from knowledge.curation.models import FaqPublication, FaqRevision
from knowledge.curation.publication import (
    LISTED,
    PublishingRefused,
    approved,
    drafts_of,
    publication,
    published_by,
    restored,
)
from knowledge.curation.replay import Difference
from knowledge.curation.revision import Revision
from knowledge.faq.entry import shanghai_day
from knowledge.faq.models import FaqEntry
from knowledge.staff.rights import Right

_ID = re.compile(r"[0-9a-f-]{36}")
_ADDRESSED = 500  # ids in one query


@dataclass(frozen=True, slots=True)
class Held:
    """One draft of a publication, with what whoever publishes it should know."""

    draft: Revision
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One publication as its page shows it. ``decides``: the person may publish all that it holds."""

    row: FaqPublication
    held: Sequence[Held]
    differences: Sequence[Difference]
    decides: bool
    waits_seconds: int


def free_drafts(request: Request) -> list[Revision]:
    """Approved drafts that no publication holds, as far as the person may read them."""
    return _within(request, Right.ENTRIES_READ, approved(request.state.session, free=True), writing=False)


def publications_listed(request: Request) -> list[tuple[FaqPublication, int]]:
    """Newest first, with the number of drafts of each; those of other places are not told."""
    session: Session = request.state.session
    held = FaqRevision.publication_id == FaqPublication.id
    here = scope(request, Right.ENTRIES_READ).condition(_column("region"), _column("category"))
    drafts = select(func.count()).select_from(FaqRevision).where(held).correlate(FaqPublication).scalar_subquery()
    seen = exists().where(held, here) | ~exists().where(held)
    query = select(FaqPublication, drafts).where(seen)
    rows = session.execute(query.order_by(FaqPublication.requested_at.desc(), FaqPublication.id).limit(LISTED))
    return [(row, int(count)) for row, count in rows]


def shown(request: Request) -> Shown:
    """The one that the address names; 404 where there is none, or none of its drafts is for the person to read."""
    session: Session = request.state.session
    publication_id = request.path_params["id"]
    try:
        row = publication(session, publication_id if _ID.fullmatch(publication_id) else "")
    except PublishingRefused:
        raise HTTPException(HTTP_404_NOT_FOUND) from None
    drafts = drafts_of(session, row.id) or published_by(session, row.id)
    if drafts and not _within(request, Right.ENTRIES_READ, drafts, writing=False):
        raise HTTPException(HTTP_404_NOT_FOUND)
    return Shown(
        row=row,
        held=_held(session, drafts, shanghai_day(now(request))) if row.published_at is None else _bare(drafts),
        differences=[restored(each) for each in row.result],
        decides=may_decide(request, drafts),
        waits_seconds=int((now(request) - row.requested_at).total_seconds()),
    )


def may_decide(request: Request, drafts: Sequence[Revision]) -> bool:
    """Whether all of them are within what the person may publish."""
    if not may(request, Right.ENTRIES_PUBLISH):
        return False
    return len(_within(request, Right.ENTRIES_PUBLISH, drafts, writing=True)) == len(drafts)


def require_all(request: Request) -> str:
    """The publication's id; 404 where one of its drafts is outside of what the person may publish."""
    found = shown(request)
    if not found.decides:
        raise HTTPException(HTTP_404_NOT_FOUND, texts.OUTSIDE)
    return found.row.id


def _within(request: Request, right: Right, drafts: Iterable[Revision], *, writing: bool) -> list[Revision]:
    here = scope(request, right)
    return [
        draft for draft in drafts if here.allows(region=draft.entry.region, topic=draft.entry.category, writing=writing)
    ]


def _held(session: Session, drafts: Sequence[Revision], today: date) -> list[Held]:
    versions: dict[str, int] = {}
    ids = [draft.entry_id for draft in drafts]
    for start in range(0, len(ids), _ADDRESSED):
        some = select(FaqEntry.id, FaqEntry.version).where(FaqEntry.id.in_(ids[start : start + _ADDRESSED]))
        versions |= {row.id: row.version for row in session.execute(some)}
    return [Held(draft, _notices(draft, versions.get(draft.entry_id), today)) for draft in drafts]


def _bare(drafts: Sequence[Revision]) -> list[Held]:
    return [Held(draft, ()) for draft in drafts]


def _notices(draft: Revision, version: int | None, today: date) -> tuple[str, ...]:
    found = []
    if draft.based_on is not None and version is not None and version != draft.based_on:
        found.append(texts.OVERTAKEN.format(based_on=draft.based_on, version=version))
    if draft.entry.valid_from is not None and draft.entry.valid_from > today:
        found.append(texts.NOT_YET.format(day=draft.entry.valid_from))
    return tuple(found)


def _column(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = getattr(FaqRevision, name)
    return column
