"""The knowledge base as tables: entries, words, the counter that every change moves, the gaps that staff must fill."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant


class FaqEntry(Base):
    """One question with its answer. ``region`` is a 6-digit code or null (national).

    ``valid_from`` and ``valid_until`` are whole days in Shanghai, both inclusive. Only ``status`` ``published``
    answers; ``draft`` and ``retired`` never do. ``basis`` is a list of {"law", "article"}.
    """

    __tablename__ = "faq_entries"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    paraphrases: Mapped[list[str]] = mapped_column(JSON, default=list)
    answer: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(64), default="")
    audience: Mapped[str] = mapped_column(String(32), default="")
    basis: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    region: Mapped[str | None] = mapped_column(String(6), default=None)
    valid_from: Mapped[date | None] = mapped_column(Date, default=None)
    valid_until: Mapped[date | None] = mapped_column(Date, default=None)
    verified: Mapped[bool] = mapped_column(Boolean, default=False)
    article_confirmed: Mapped[bool] = mapped_column(Boolean, default=False)
    status: Mapped[str] = mapped_column(String(16), default="published")
    owner: Mapped[str] = mapped_column(String(64), default="")
    review_on: Mapped[date | None] = mapped_column(Date, default=None)
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class KnowledgeVersion(Base):
    """One row a kind of knowledge (``faq``, ``sentences``): a counter that grows with every change.

    Every process reads it. ``mark``: drawn anew with every change, so that two databases with one number
    are not taken for one another.
    """

    __tablename__ = "knowledge_versions"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, default=0)
    mark: Mapped[str] = mapped_column(String(32), default="")
    changed_at: Mapped[datetime] = mapped_column(Instant)


class VocabularyTerm(Base):
    """What curators add to the committed word lists. ``word`` and ``others`` are in normal form.

    ``kind``: ``word`` is kept whole by the segmenter; ``synonym`` makes ``others`` equal to ``word``; ``related``:
    who says ``word`` may mean one of ``others`` and is asked.
    """

    __tablename__ = "vocabulary"
    __table_args__ = (UniqueConstraint("kind", "word"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(16))
    word: Mapped[str] = mapped_column(String(64))
    others: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(64), default="")


class KnowledgeGap(Base):
    """A local fact that an answer needed and the account does not have; staff fill it in the account's settings."""

    __tablename__ = "knowledge_gaps"
    __table_args__ = (UniqueConstraint("account", "entry_id", "placeholder"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(64))
    entry_id: Mapped[str] = mapped_column(String(64))
    placeholder: Mapped[str] = mapped_column(String(64))
    times: Mapped[int] = mapped_column(Integer, default=0)
    last_at: Mapped[datetime] = mapped_column(Instant)
