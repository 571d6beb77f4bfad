"""Many texts as the signs of all of them, one after another: as strings a million take three times the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.institutions.records import ends_beside

Signs = NDArray[np.uint32]
Lengths = NDArray[np.int64]

# Signs from these on take a second, third and fourth byte in UTF-8.
_MORE_BYTES = (0x80, 0x800, 0x10000)


@dataclass(frozen=True, slots=True)
class Column:
    """``signs``: code points; ``lengths``: of the texts, in signs."""

    signs: Signs
    lengths: Lengths

    @classmethod
    def of(cls, texts: Sequence[str]) -> Column:
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        return cls(np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32), lengths)

    @classmethod
    def joined(cls, several: Sequence[Column]) -> Column:
        if not several:
            return cls.of([])
        return cls(np.concatenate([one.signs for one in several]), np.concatenate([one.lengths for one in several]))

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def starts(self) -> Lengths:
        """Where the signs of each text begin."""
        starts: Lengths = np.cumsum(self.lengths) - self.lengths
        return starts

    def owners(self) -> Signs:
        """Of each sign the place of its text."""
        return np.repeat(np.arange(len(self), dtype=np.uint32), self.lengths)

    def ordered(self, order: NDArray[np.intp]) -> Column:
        """The same texts in another order."""
        chosen = Column(self.signs, self.lengths[order])
        moved = np.repeat(self.starts[order] - chosen.starts, chosen.lengths)
        moved += np.arange(len(moved))
        return Column(self.signs[moved], chosen.lengths)

    def between(self, before: str, after: str) -> Column:
        """Each text with one sign before and one after it."""
        around = Column(np.full(len(self.signs) + 2 * len(self), ord(before), np.uint32), self.lengths + 2)
        last = np.cumsum(around.lengths) - 1
        inner = np.ones(len(around.signs), np.bool_)
        inner[around.starts] = inner[last] = False
        around.signs[last] = ord(after)
        around.signs[inner] = self.signs
        return around

    def write(self, path: Path) -> None:
        """As ``records.Texts`` reads them."""
        path.write_bytes(self.signs.tobytes().decode("utf-32-le").encode())
        sizes = np.ones(len(self.signs) + 1, np.uint8)
        sizes[0] = 0
        for sign in _MORE_BYTES:
            sizes[1:] += self.signs >= sign
        np.cumsum(sizes, dtype=np.uint64)[np.cumsum(self.lengths)].tofile(ends_beside(path))
