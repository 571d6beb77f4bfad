"""Files that are written once and read by many processes: mapped, so that a host keeps them in memory once."""

from __future__ import annotations

import mmap
from pathlib import Path


def mapped(path: Path) -> mmap.mmap | bytes:
    """The content, read when it is touched; readable after the file is removed, as long as this is held.

    Arrays are made over it with ``numpy.frombuffer``: numpy's own kind for mapped files takes ten times as long to cut.
    """
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
