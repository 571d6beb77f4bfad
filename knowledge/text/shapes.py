"""Signs that are taken for one another by their shape: what a handwriting keyboard or a scan gets wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path

SHAPES_FILE = Path(__file__).with_name("shapes.tsv")


def look_alikes(sign: str) -> tuple[str, ...]:
    """Other signs of similar shape, in the order of the table; mostly none."""
    return _table().get(sign, ())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for line in SHAPES_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        group = line.split("\t")
        for sign in group:
            found.setdefault(sign, {}).update((other, None) for other in group if other != sign)
    return {sign: tuple(others) for sign, others in found.items()}
