"""A text that remembers, while it is rewritten, where each of its signs came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Span = tuple[int, int]  # start and end in the text as it was at first


@dataclass(frozen=True, slots=True)
class Trace:
    """``spans``: for each sign of ``text`` where it came from; they never run backwards."""

    text: str
    spans: tuple[Span, ...]

    def substituted(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> Trace:
        """As ``pattern.sub``: what is put in came from all that it replaces."""
        parts: list[tuple[int, int, str]] = []
        for found in pattern.finditer(self.text):
            put = replacement if isinstance(replacement, str) else replacement(found)
            if put != found.group():
                parts.append((found.start(), found.end(), put))
        return self.replaced(parts)

    def replaced(self, parts: Iterable[tuple[int, int, str]], *, as_one: bool = False) -> Trace:
        """``parts`` in order: start, end and what is put there. As many signs as before came one from each, unless
        each part is to be seen ``as_one``.
        """
        text: list[str] = []
        spans: list[Span] = []
        at = 0
        for start, end, put in parts:
            text += self.text[at:start], put
            spans += self.spans[at:start]
            one_each = len(put) == end - start and not as_one
            spans += self.spans[start:end] if one_each else [self._span(start, end)] * len(put)
            at = end
        return Trace("".join(text) + self.text[at:], (*spans, *self.spans[at:]))

    def translated(self, table: Mapping[int, str]) -> Trace:
        """As ``str.translate``."""
        return self._each([table[ord(sign)] for sign in self.text])

    def lowered(self) -> Trace:
        """As ``str.lower``; a Greek sigma knows its neighbours, all else is lowered sign by sign."""
        return Trace(self.text.lower(), self._each(map(str.lower, self.text)).spans)

    def composed(self) -> Trace:
        """In the compatibility form NFKC: signs that melt into one came from all of them."""
        parts = [
            (start, end, unicodedata.normalize("NFKC", self.text[start:end])) for start, end in _clusters(self.text)
        ]
        whole = unicodedata.normalize("NFKC", self.text)
        if "".join(put for _, _, put in parts) != whole:
            parts = [(0, len(self.text), whole)]
        return self.replaced(part for part in parts if self.text[part[0] : part[1]] != part[2])

    def cut(self, start: int, end: int) -> Trace:
        return Trace(self.text[start:end], self.spans[start:end])

    def _each(self, signs: Iterable[str]) -> Trace:
        pairs = [(sign, span) for each, span in zip(signs, self.spans, strict=True) for sign in each]
        return Trace("".join(sign for sign, _ in pairs), tuple(span for _, span in pairs))

    def _span(self, start: int, end: int) -> Span:
        """From the first to the last of these signs; of none, the place between their neighbours."""
        if start < end:
            return self.spans[start][0], self.spans[end - 1][1]
        place = self.spans[start - 1][1] if start else 0
        return place, place


def trace(text: str) -> Trace:
    return Trace(text, tuple((at, at + 1) for at in range(len(text))))


def _clusters(text: str) -> list[Span]:
    """Stretches that melt with nothing outside: a new one begins where joining the next sign changes neither."""
    found: list[Span] = []
    start = 0
    for at in range(1, len(text)):
        sign, before = text[at], unicodedata.normalize("NFKC", text[start:at])
        alone = unicodedata.normalize("NFKC", sign)
        if not unicodedata.combining(alone[0]) and unicodedata.normalize("NFKC", before + alone) == before + alone:
            found.append((start, at))
            start = at
    if text:
        found.append((start, len(text)))
    return found
