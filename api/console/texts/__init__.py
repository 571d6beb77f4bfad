"""What the console says, in Simplified Chinese: one module a topic. Templates find them as ``console.<topic>``."""

from __future__ import annotations

from api.console.texts import (
    audit,
    bench,
    desk,
    dictionary,
    entries,
    frame,
    home,
    imports,
    institutions,
    keys,
    logs,
    menus,
    missed,
    numbers,
    people,
    publishing,
    sentences,
)

__all__ = [
    "audit",
    "bench",
    "desk",
    "dictionary",
    "entries",
    "frame",
    "home",
    "imports",
    "institutions",
    "keys",
    "logs",
    "menus",
    "missed",
    "numbers",
    "people",
    "publishing",
    "sentences",
]
