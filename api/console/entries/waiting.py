"""Drafts and entries that wait for one person: counted on the first page, and listed by the same conditions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false
from starlette.requests import Request

from api.console.request import may, person, scope
from knowledge.curation.models import FaqRevision
from knowledge.curation.states import State
from knowledge.staff.rights import Right

REVIEW, CLEARING, RETURNED = "review", "secrecy", "returned"  # in the address: ``drafts?todo=``
_PASSES = {REVIEW: (Right.ENTRIES_REVIEW, State.REVIEW), CLEARING: (Right.ENTRIES_CLEAR, State.SECRECY)}
_REGION: Any = FaqRevision.region
_CATEGORY: Any = FaqRevision.category


def waiting_drafts(request: Request, todo: str) -> ColumnElement[bool]:
    """Those that the person may pass now, written by nobody but others; or his own that were handed back."""
    if todo == RETURNED:
        mine = FaqRevision.author_id == person(request).staff_id
        return and_(FaqRevision.state == State.DRAFT, FaqRevision.returned_note != "", mine)
    if todo not in _PASSES or not may(request, _PASSES[todo][0]):
        return false()
    right, state = _PASSES[todo]
    # An id among others in a list of them: the same words on both databases, and no id holds another.
    wrote = cast(FaqRevision.editors, Text).contains(person(request).staff_id, autoescape=True)
    return and_(FaqRevision.state == state, scope(request, right).condition(_REGION, _CATEGORY, writing=True), ~wrote)


def own_names(request: Request) -> list[str]:
    """What stands as the owner of an entry that is the person's."""
    return sorted({person(request).username, person(request).shown_name})
