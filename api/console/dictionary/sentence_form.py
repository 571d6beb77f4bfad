"""A sentence as a curator types it: what is wrong with it, and how a phone shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from api.console.bench.replies import segments
from api.console.entries.judging import Phone
from api.console.texts import sentences as texts
from bot.account import Account
from bot.links import paginate
from bot.replies import TEXT_LIMIT_BYTES, Text
from handlers.texts.catalogue import Sentence, filled, places_in
from handlers.texts.common import THIS_ACCOUNT
from knowledge.curation.checks_text import links_in, numbers_in

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]+")  # all but the end of a line


def typed_text(sent: Mapping[str, Any]) -> str:
    """Browsers end lines with CR LF."""
    return _CONTROL.sub(" ", str(sent.get("text") or "").replace("\r\n", "\n")).strip()


def mistakes(sentence: Sentence, text: str) -> list[str]:
    """Each a sentence without its full stop; none where it can be said."""
    if not text:
        return [texts.EMPTY]
    size = len(text.encode())
    found = [texts.TOO_LONG.format(size=size, longest=sentence.longest)] if size > sentence.longest else []
    found += _misplaced(sentence, text)
    return found + [span.message for span in (*numbers_in(text), *links_in(text)) if span.severity == "block"]


def _misplaced(sentence: Sentence, text: str) -> Iterator[str]:
    if not sentence.fields:
        if "{" in text or "}" in text:
            yield texts.NO_BRACES
        return
    try:
        there = set(places_in(text))
    except ValueError:
        yield texts.BRACES
        return
    for name in sorted(sentence.fields - there):
        yield texts.PLACE_MISSING.format(place=f"{{{name}}}")
    for name in sorted(there - sentence.fields):
        yield texts.PLACE_UNKNOWN.format(place=f"{{{name}}}")


def on_phone(sentence: Sentence, text: str, account: Account) -> Phone:
    """The sentence alone, its places filled as this account fills them."""
    bureau = account.bureau.get("bureau_name") or THIS_ACCOUNT
    shown = filled(sentence, text, {"bureau": bureau}) or "…"
    pieces = [shown] if len(shown.encode()) <= TEXT_LIMIT_BYTES else paginate(shown, TEXT_LIMIT_BYTES)
    return Phone(account.name, tuple(segments(Text(piece)) for piece in pieces), len(shown.encode()))
