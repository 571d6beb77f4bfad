"""Drafts and versions of entries, the golden set, publications, repealed laws and what they pulled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant

ID = String(36)
NAME = String(64)
WORD = String(16)
SENTENCE = String(500)


class FaqRevision(Base):
    """One piece of work on an entry, from the draft to the publication. States: ``knowledge.curation.states``.

    ``open_of`` equals ``entry_id`` while the work goes on, so that an entry has one open revision at most.
    ``content`` holds the columns of a knowledge file; ``question``, ``category`` and ``region`` are copies for lists.
    ``editors`` are the staff ids of all who wrote in it: none of them may pass it.
    """

    __tablename__ = "faq_revisions"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    entry_id: Mapped[str] = mapped_column(NAME, index=True)
    open_of: Mapped[str | None] = mapped_column(NAME, unique=True)
    based_on: Mapped[int | None]
    change: Mapped[str] = mapped_column(WORD)
    state: Mapped[str] = mapped_column(WORD, index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    question: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(NAME, default="")
    region: Mapped[str | None] = mapped_column(String(6))
    lock: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[str | None] = mapped_column(ID)
    author: Mapped[str] = mapped_column(NAME)
    editors: Mapped[list[str]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(SENTENCE, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    reviewed_by_id: Mapped[str | None] = mapped_column(ID)
    reviewed_by: Mapped[str | None] = mapped_column(NAME)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_by_id: Mapped[str | None] = mapped_column(ID)
    cleared_by: Mapped[str | None] = mapped_column(NAME)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    returned_note: Mapped[str] = mapped_column(SENTENCE, default="")
    noticed: Mapped[list[str]] = mapped_column(JSON, default=list)
    batch_id: Mapped[str | None] = mapped_column(ID, index=True)
    fills: Mapped[list[str]] = mapped_column(JSON, default=list)
    publication_id: Mapped[str | None] = mapped_column(ID, index=True)
    published_version: Mapped[int | None]


class FaqVersion(Base):
    """Every state that an entry ever had in the base, whoever put it there. ``content``: columns of a knowledge file.

    ``base_number``: the number of the first base that held it.
    """

    __tablename__ = "faq_versions"

    entry_id: Mapped[str] = mapped_column(NAME, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(WORD)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    by: Mapped[str] = mapped_column(NAME, default="")
    reason: Mapped[str] = mapped_column(SENTENCE, default="")
    revision_id: Mapped[str | None] = mapped_column(ID)
    base_number: Mapped[int] = mapped_column(default=0)


class GoldenQuestion(Base):
    """A question of the golden set. ``expected``: ``answer``, ``offered`` or ``none``; ``form``: its normal form."""

    __tablename__ = "faq_golden"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(String(400), index=True)
    region: Mapped[str | None] = mapped_column(String(6))
    expected: Mapped[str] = mapped_column(WORD)
    entry_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(String(200), default="")
    added_by: Mapped[str] = mapped_column(NAME)
    added_at: Mapped[datetime] = mapped_column(Instant)
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)


class FaqPublication(Base):
    """A request to publish, and what its replay showed.

    ``state``: ``waiting``, ``replaying``, ``ready``, ``refused``, ``overridden``, ``planned``, ``published``,
    ``failed`` or ``cancelled``. ``base_number``, ``base_mark`` and ``content_digest`` say what was replayed: a result
    for anything else is void. ``asked``, ``golden``, ``changed`` and ``regressions`` are counts of questions.
    """

    __tablename__ = "faq_publications"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    state: Mapped[str] = mapped_column(WORD, index=True)
    planned_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    base_number: Mapped[int | None]
    base_mark: Mapped[str] = mapped_column(String(32), default="")
    content_digest: Mapped[str] = mapped_column(String(32), default="")
    asked: Mapped[int] = mapped_column(default=0)
    golden: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    regressions: Mapped[int] = mapped_column(default=0)
    result: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    failure: Mapped[str] = mapped_column(String(200), default="")
    override_by: Mapped[str | None] = mapped_column(NAME)
    override_reason: Mapped[str] = mapped_column(SENTENCE, default="")
    requested_by_id: Mapped[str] = mapped_column(ID)
    requested_by: Mapped[str] = mapped_column(NAME)
    requested_at: Mapped[datetime] = mapped_column(Instant, index=True)
    replayed_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(NAME)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    published_number: Mapped[int | None]


class LawRepeal(Base):
    """A law, or one article of it (empty: the whole), that no longer holds; ``…_key``: as compared."""

    __tablename__ = "law_repeals"
    __table_args__ = (Index("ix_law_repeals_key", "law_key", "article_key"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    law: Mapped[str] = mapped_column(String(300))
    law_key: Mapped[str] = mapped_column(String(300))
    article: Mapped[str] = mapped_column(String(300), default="")
    article_key: Mapped[str] = mapped_column(String(100), default="")
    repealed_on: Mapped[date] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(SENTENCE, default="")
    by: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime] = mapped_column(Instant)
    undone_by: Mapped[str | None] = mapped_column(NAME)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class EntryPull(Base):
    """An entry taken back at once, until its owner settles it: ``republished``, ``archived`` or ``undone``."""

    __tablename__ = "entry_pulls"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    entry_id: Mapped[str] = mapped_column(NAME, index=True)
    repeal_id: Mapped[str | None] = mapped_column(ID, index=True)
    owner: Mapped[str] = mapped_column(NAME, default="")
    by: Mapped[str] = mapped_column(NAME)
    reason: Mapped[str] = mapped_column(SENTENCE, default="")
    pulled_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_how: Mapped[str | None] = mapped_column(WORD)
