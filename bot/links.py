"""Links that a citizen taps inside a text, and long texts cut into pieces that WeChat will deliver."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

from bot.replies import TEXT_LIMIT_BYTES

_LINK = re.compile(r"<a\s[^<>]*>([^<]*)</a>")  # nothing else inside, so that each sign is looked at once
_SENTENCE_END = re.compile(r"[。！？；!?;]")
# What belongs to the character before it: joiner, variation selectors, skin tones (Unicode emoji, UTS 51).
_JOINER = "\u200d"
_CLUSTER_LIMIT = 16  # characters; the longest emoji sequence in use has 10

KEPT_LINKS = 4096  # most links are questions of the base

_IN_LABEL = str.maketrans({"<": "＜", ">": "＞", "\n": " ", "\r": " "})


class _Quoted(dict[int, str]):
    """``quote`` by the sign, each quoted once: half of the 9 µs a link, of which an answer has three."""

    def __missing__(self, point: int) -> str:
        self[point] = quoted = quote(chr(point), safe="")
        return quoted


_quoted = _Quoted()


@lru_cache(KEPT_LINKS)
def menu_link(label: str, content: str, id: str = "") -> str:  # noqa: A002 - WeChat's own name, msgmenuid
    """A link whose tap sends ``content`` as a text message. ``id`` is a hint only; it may not come back.

    Angle brackets of the label become full-width ones: WeChat's clients do not agree on entities.
    """
    hint = f"&msgmenuid={id.translate(_quoted)}" if id else ""
    target = f"weixin://bizmsgmenu?msgmenucontent={content.translate(_quoted)}{hint}"
    return f'<a href="{target}">{label.translate(_IN_LABEL)}</a>'


def paginate(text: str, limit: int = TEXT_LIMIT_BYTES) -> list[str]:
    """Pieces of at most ``limit`` bytes of UTF-8, cut at a line, a sentence or a character, never inside a link.

    White space around a cut is dropped. A link that alone is over the limit is reduced to its label.
    A text without anything to see gives no piece.
    """
    rest = _LINK.sub(lambda link: link[0] if len(link[0].encode()) <= limit else link[1], text).strip()
    pieces = []
    while len(rest.encode()) > limit:
        cut = _cut(rest, limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in [*pieces, rest] if piece]


def _cut(text: str, limit: int) -> int:
    """Where the first piece ends: at least one character."""
    longest = max(1, len(text.encode()[:limit].decode(errors="ignore")))
    start = _link_start(text, longest)
    if start is not None:
        return start or longest
    for ends in (_last_line(text, longest), _last_sentence(text, longest)):
        if ends > longest // 2 and _link_start(text, ends) is None:
            return ends
    return _before_cluster(text, longest) or longest


def _link_start(text: str, position: int) -> int | None:
    """Where the link begins that ``position`` would cut through."""
    for link in _LINK.finditer(text):
        if link.start() >= position:
            return None
        if position < link.end():
            return link.start()
    return None


def _last_line(text: str, longest: int) -> int:
    return text.rfind("\n", 0, longest + 1)


def _last_sentence(text: str, longest: int) -> int:
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, longest)]
    return ends[-1] if ends else 0


def _before_cluster(text: str, position: int) -> int:
    """Back to where no mark or joiner is torn from its character."""
    for back in range(min(_CLUSTER_LIMIT, position - 1) + 1):
        here = position - back
        if not _joined(text, here):
            return here
    return position


def _joined(text: str, position: int) -> bool:
    if position >= len(text):
        return False
    following, before = text[position], text[position - 1]
    skin = "\U0001f3fb" <= following <= "\U0001f3ff"
    return skin or _JOINER in (following, before) or unicodedata.category(following) in ("Mn", "Me", "Mc")
