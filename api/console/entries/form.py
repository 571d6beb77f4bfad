"""The form of an entry: as it is filled in, and as it comes back. Judged by what judges files, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from knowledge.curation.content import draft_of
from knowledge.faq.cells import RowError
from knowledge.faq.entry import Entry

LINES = ("paraphrases", "basis")  # one item a line
TICKED = ("verified", "article_confirmed")
TYPED = ("question", "answer", "category", "audience", "region", "valid_from", "valid_until", "owner", "review_on")
LOCK_DIGITS = 10
NO_LOCK = -1
_BAR = "｜"  # between a law and its article
_ANY_BAR = re.compile(r"\s*[|｜]\s*")


def entry_form(sent: Mapping[str, Any], *, entry_id: str = "new") -> tuple[Entry | None, list[RowError]]:
    """The entry that the form describes, or ``None`` with all that is wrong, by column."""
    return draft_of(entry_id, content_sent(sent))


def content_sent(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the form as a draft keeps them; not yet judged. Browsers end lines with CR LF."""
    content: dict[str, Any] = {column: _text(sent, column) for column in TYPED}
    content |= {column: bool(sent.get(column)) for column in TICKED}
    content["paraphrases"] = _lines(sent, "paraphrases")
    content["basis"] = [_ANY_BAR.sub(_BAR, line, count=1) for line in _lines(sent, "basis")]
    return content


def lock_sent(sent: Mapping[str, Any]) -> int:
    """Of the text that was on the page; a form that does not say is never of the current one."""
    text = str(sent.get("lock") or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LOCK_DIGITS else NO_LOCK


def as_typed(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, to be shown again where it was refused."""
    typed: dict[str, Any] = {column: _text(sent, column) for column in (*TYPED, *LINES)}
    return typed | {column: bool(sent.get(column)) for column in TICKED}


def as_shown(entry: Entry) -> dict[str, Any]:
    """An entry in the fields of the form."""
    shown: dict[str, Any] = {column: str(getattr(entry, column) or "") for column in TYPED}
    shown["paraphrases"] = "\n".join(entry.paraphrases)
    shown["basis"] = "\n".join(f"{each.law}{_BAR}{each.article}" if each.article else each.law for each in entry.basis)
    return shown | {column: getattr(entry, column) for column in TICKED}


def _text(sent: Mapping[str, Any], column: str) -> str:
    return str(sent.get(column) or "").replace("\r\n", "\n").strip()


def _lines(sent: Mapping[str, Any], column: str) -> list[str]:
    return [line.strip() for line in _text(sent, column).split("\n") if line.strip()]
