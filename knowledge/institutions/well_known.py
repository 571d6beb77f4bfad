"""What people call well-known institutions, from general knowledge: 北航, BUAA. One list, for the sample and the index.

A register seldom has these as aliases; where it holds the institution by its exact name, its short names find it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class WellKnown:
    """``credit_code`` only where a public source gives it and both check digits agree."""

    name: str
    short_names: tuple[str, ...]
    credit_code: str | None


@cache
def well_known() -> dict[str, WellKnown]:
    """By name, in the order of the list."""
    text = files("knowledge.institutions").joinpath("data/well_known.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {
        name: WellKnown(name, tuple(short_names.split("；")) if short_names else (), code or None)
        for name, short_names, code in rows
    }


def short_names_of(name: str) -> tuple[str, ...]:
    known = well_known().get(name)
    return known.short_names if known else ()
