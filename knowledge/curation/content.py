"""What a draft holds: the columns of a knowledge file as JSON values, of which an answer may still be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from knowledge.errors import KnowledgeError
from knowledge.faq.cells import COLUMNS, RowError, entry_of_row, row_of_entry
from knowledge.faq.entry import PUBLISHED, Entry

MAY_BE_MISSING = ("question", "answer")  # of a draft; ``checks`` then says so, and it cannot be submitted
_STAND_IN = "…"


class ContentRefused(KnowledgeError):
    """Columns that no entry can have; ``errors`` tells each of them."""

    def __init__(self, errors: list[RowError]) -> None:
        super().__init__("；".join(f"{error.column}：{error.message}" for error in errors))
        self.errors = errors


def draft_of(entry_id: str, content: Mapping[str, Any]) -> tuple[Entry | None, list[RowError]]:
    """The entry that the draft would be published as, or ``None`` with all that is wrong, by column.

    Its id and status are never those of ``content``: nobody publishes by typing a word.
    """
    given = {column: content.get(column) for column in COLUMNS} | {"id": entry_id, "status": PUBLISHED, "version": None}
    missing = [column for column in MAY_BE_MISSING if not str(given[column] or "").strip()]
    entry, errors = entry_of_row(1, given | dict.fromkeys(missing, _STAND_IN))
    if entry is None:
        return None, errors
    question, answer = ("" if column in missing else getattr(entry, column) for column in MAY_BE_MISSING)
    return replace(entry, question=question, answer=answer), []


def entry_of_content(entry_id: str, content: Mapping[str, Any]) -> Entry:
    """As ``draft_of``; raises ``ContentRefused``."""
    entry, errors = draft_of(entry_id, content)
    if entry is None:
        raise ContentRefused(errors)
    return entry


def content_of(entry: Entry) -> dict[str, Any]:
    """To be kept in a draft: without what the draft itself decides."""
    return {column: value for column, value in row_of_entry(entry).items() if column not in ("status", "version")}
