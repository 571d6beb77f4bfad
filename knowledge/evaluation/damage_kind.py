"""What may happen to a question on its way; apart, so that the command line starts without the rest."""

from __future__ import annotations

from enum import StrEnum


class DamageKind(StrEnum):
    """``pinyin``: one sign becomes another of the same or a near sound. ``shape``: of a similar shape, where the table
    of shapes has one. ``letters``: one word is typed in pinyin. ``traditional``: the whole question in Traditional."""

    PINYIN = "pinyin"
    SHAPE = "shape"
    LETTERS = "letters"
    TRADITIONAL = "traditional"
