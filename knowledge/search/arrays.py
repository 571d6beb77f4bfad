"""Arrays that the matching is made of, and the one sum that it makes over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Numbers = NDArray[np.int32]  # of tokens, entries and rows as they lie on disk
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def summed(places: Integers | Numbers, values: NDArray[np.floating], count: int) -> Floats:
    """For each of ``count`` places the sum of its values, added in their order: the same in every process."""
    found: Floats = np.bincount(places, values, count).astype(np.float64, copy=False)
    return found
