"""The refusal of a file as a whole."""

from __future__ import annotations

from knowledge.errors import KnowledgeError


class FileUnreadable(KnowledgeError):
    """A file that as a whole is not what it should be; the message says what to do with it."""
