"""From a group of missed questions to an answer: a new draft, or more wordings for an entry that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session
from starlette.requests import Request

from api.console.entries.drafts import allows
from api.console.missed.shown import in_clear
from api.console.request import actor, now, require, scope
from api.console.texts import missed as texts
from knowledge.curation.models import FaqRevision
from knowledge.curation.revisions import NotAllowed, NotThere, Revision, begin, open_revision, save
from knowledge.curation.states import Change, State
from knowledge.curation.variants import add_variant
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import entry_of
from knowledge.faq.service import FaqService
from knowledge.missed.deciding import plan
from knowledge.missed.queries import Listed, Said, wordings
from knowledge.staff.rights import Right
from knowledge.text.normalise import normalise

MOST_VARIANTS = 20  # of a new draft; an editor leaves out what does not fit
FOUND = 10  # entries of one search
SHOWN_DRAFTS = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that the wordings could be added to. ``writes``: it is within what the person may change."""

    id: str
    question: str
    region: str | None
    confidence: float | None
    writes: bool


def nearest(request: Request, faq: FaqService, group: Listed, *, words: str, region: str | None) -> list[Candidate]:
    """The base's own candidates for the question, or for ``words``; these are looked for in the list too."""
    decision = faq.decide(words or group.question, region=region, now=now(request))
    sure = {scored.id: scored.confidence for scored in decision.entries}
    if group.entry_id is not None:
        sure = {group.entry_id: 1.0} | sure
    region_of: Any = FaqEntry.__table__.c.region
    here = scope(request, Right.MISSED_READ).condition(region_of)
    wanted: ColumnElement[bool] = FaqEntry.id.in_(sure)
    if words:
        wanted |= FaqEntry.question.contains(words, autoescape=True)
    rows = request.state.session.scalars(select(FaqEntry).where(here, wanted).order_by(FaqEntry.id).limit(100))
    found = [
        Candidate(
            row.id,
            row.question,
            row.region,
            sure.get(row.id),
            allows(request, Right.ENTRIES_WRITE, row.region, row.category),
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (-(each.confidence or 0.0), each.id))[:FOUND]


def open_drafts(session: Session, group_id: str) -> list[tuple[str, str, str]]:
    """Drafts that will fill it when they are published: id, question, state."""
    query = select(FaqRevision.id, FaqRevision.question, FaqRevision.state).where(
        FaqRevision.open_of.is_not(None), cast(FaqRevision.fills, Text).contains(group_id, autoescape=True)
    )
    rows = session.execute(query.order_by(FaqRevision.changed_at.desc(), FaqRevision.id).limit(SHOWN_DRAFTS))
    return [(row.id, row.question, row.state) for row in rows]


def draft_begun(request: Request, group: Listed) -> Revision:
    """A new entry of the person's own region with the citizens' words; of 没用 alone, a change of that entry.

    Raises ``NotAllowed``, ``NotThere``, ``ContentRefused``, ``MissedRefused``.
    """
    session, by, at = request.state.session, actor(request), now(request)
    if group.entry_id is not None and not _said(request, group):
        begun = _of_entry(request, group, group.entry_id)
    else:
        region, topic = scope(request, Right.ENTRIES_WRITE).places[0]
        content = _content(request, group) | {"region": region, "category": topic or "", "owner": by.name}
        begun = begin(
            session, entry_id=None, content=content, by=by, reason=texts.DRAFT_REASON, fills=[group.id], now=at
        )
    plan(session, group_id=group.id, by=by, now=at)
    return begun


def variants_added(request: Request, group: Listed, entry_id: str, chosen: Sequence[str]) -> tuple[Revision, int]:
    """The entry's draft with the chosen wordings in it, and how many were new.

    Raises ``NotAllowed``, ``NotThere``, ``ContentRefused``, ``MissedRefused``; then roll back.
    """
    session, by, at = request.state.session, actor(request), now(request)
    row = _entry(request, entry_id)
    said = [each.text for each in _said(request, group) if str(each.question_id) in set(chosen)]
    if not said:
        raise NotAllowed(texts.CHOOSE_WORDING)
    new = _new_wordings(session, row, said)
    if not new:
        raise NotAllowed(texts.ALL_KNOWN.format(question=row.question))
    _refuse_in_review(session, entry_id)
    for wording in new:
        begun = add_variant(
            session,
            entry_id=entry_id,
            variant=wording,
            by=by,
            now=at,
            reason=texts.VARIANT_REASON,
            fills=[group.id],
        )
    plan(session, group_id=group.id, by=by, now=at)
    return begun, len(new)


def _of_entry(request: Request, group: Listed, entry_id: str) -> Revision:
    session, by, at = request.state.session, actor(request), now(request)
    _entry(request, entry_id)
    _refuse_in_review(session, entry_id)
    begun = begin(session, entry_id=entry_id, content=None, by=by, reason=texts.DRAFT_REASON, fills=[group.id], now=at)
    if begun.change is Change.ARCHIVE:
        raise NotAllowed(texts.IN_REVIEW)
    if not begun.shared:
        return begun
    reason = begun.reason or texts.DRAFT_REASON
    return save(
        session, revision_id=begun.id, lock=begun.lock, content={}, reason=reason, by=by, now=at, fills=[group.id]
    )


def _entry(request: Request, entry_id: str) -> FaqEntry:
    row: FaqEntry | None = request.state.session.get(FaqEntry, entry_id)
    if row is None:
        raise NotThere(texts.CHOOSE_ENTRY)
    require(request, Right.ENTRIES_WRITE, region=row.region, topic=row.category)
    return row


def _refuse_in_review(session: Session, entry_id: str) -> None:
    """A mark that somebody has just given is not taken away from here."""
    theirs = open_revision(session, entry_id)
    if theirs is not None and theirs.state is not State.DRAFT:
        raise NotAllowed(texts.IN_REVIEW)


def _new_wordings(session: Session, row: FaqEntry, said: Sequence[str]) -> list[str]:
    """Each form once, without those that the entry or its draft has."""
    theirs = open_revision(session, row.id)
    variants = entry_of(row).variants if theirs is None else theirs.entry.variants
    known = {normalise(variant) for variant in variants} | {""}
    return list({normalise(each): each for each in said if normalise(each) not in known}.values())


def _said(request: Request, group: Listed) -> list[Said]:
    """In words that may be shown."""
    here = scope(request, Right.MISSED_WRITE)
    found = wordings(request.state.session, group.id, scope=here)
    return [each for each in found if each.text and in_clear(each.text) == each.text]


def _content(request: Request, group: Listed) -> dict[str, Any]:
    said = {normalise(each.text): each.text for each in reversed(_said(request, group))}
    said.pop(normalise(group.question), None)
    return {"question": group.question, "paraphrases": list(said.values())[::-1][:MOST_VARIANTS]}
