"""Traditional characters as Simplified ones, and nothing else changed: for reading words whose positions matter."""

from __future__ import annotations

from functools import cache

import opencc


def simplified(text: str) -> str:
    """What people wrote is kept as written; this is only for recognising it."""
    return text if text.isascii() else _converter().convert(text)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
