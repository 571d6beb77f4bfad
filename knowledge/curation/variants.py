"""A question that somebody asked, as one more wording of an entry: into its draft, never into the base."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.curation.revisions import NotAllowed, NotThere, Revision, begin, save
from knowledge.curation.states import Change
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import entry_of
from knowledge.text.deidentify import deidentify
from knowledge.text.normalise import normalise


def add_variant(
    session: Session,
    *,
    entry_id: str,
    variant: str,
    by: Actor,
    now: datetime,
    reason: str = "添加问法",
    fills: Sequence[str] = (),
) -> Revision:
    """The entry's draft with the wording in it, begun where there is none; it is a draft again if it was further.

    Kept de-identified. Raises ``NotThere``, ``NotAllowed``, ``ContentRefused``. The caller commits.
    """
    live = session.get(FaqEntry, entry_id, populate_existing=True)
    said = deidentify(variant.strip())
    if not normalise(said):
        raise NotAllowed("请填写问法（只有标点或表情不算）")
    known = entry_of(live).paraphrases if live is not None else ()
    content = {"paraphrases": [*known, said]} if live is not None else None
    begun = begin(session, entry_id=entry_id, content=content, by=by, reason=reason, fills=fills, now=now)
    if begun.change is Change.ARCHIVE:
        raise NotThere("这个条目正在停用，不能添加问法")
    if live is not None and not begun.shared:
        return _refuse_known(said, entry_of(live).variants, begun)
    _refuse_known(said, begun.entry.variants, begun)
    return save(
        session,
        revision_id=begun.id,
        lock=begun.lock,
        content={"paraphrases": [*begun.entry.paraphrases, said]},
        reason=begun.reason or reason,
        by=by,
        now=now,
        fills=fills,
    )


def _refuse_known(said: str, variants: Sequence[str], begun: Revision) -> Revision:
    if normalise(said) in map(normalise, variants):
        raise NotAllowed(f"“{begun.entry.question}”已经有这个问法了")
    return begun
