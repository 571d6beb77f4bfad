"""A form that was left alone, or that a second one met: 继续 or 放弃 comes before anything else; words are held."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.feedback import words as read
from handlers.feedback.words import Word
from knowledge.feedback.draft_content import MAX_TEXT, Asking, DraftContent


@dataclass(frozen=True, slots=True)
class GoOn:
    """Back into the form, with the words that were held."""

    held: str


@dataclass(frozen=True, slots=True)
class Drop:
    """The draft goes; ``restart``: another one begins in its place."""

    restart: bool


def decide_pending(content: DraftContent, words: str) -> GoOn | Drop | None:
    """What the citizen chose; ``None`` where the words choose nothing."""
    match read.command(words):
        case Word.CONTINUE:
            return GoOn(content.held)
        case Word.CANCEL | Word.DISCARD:
            return Drop(restart=False)
        case Word.RESTART:
            return Drop(restart=True)
        case _:
            agrees = content.asking is Asking.RESUME and read.agrees(words)
            return GoOn(content.held) if agrees else None


def hold(content: DraftContent, words: str) -> DraftContent:
    """Ask first; words that steer nothing are held, so that they are not lost."""
    asking = content.asking or Asking.RESUME
    if read.command(words) is not None or read.is_chatter(words) or not read.has_words(words):
        return content.having(asking=asking)
    held = f"{content.held}\n{words}" if content.held else words
    return content.having(asking=asking, held=held[:MAX_TEXT])
