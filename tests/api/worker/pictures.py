"""Pictures drawn for tests."""

from __future__ import annotations

import io

from PIL import Image


def photo(width: int = 40, height: int = 30, *, kind: str = "JPEG", exif: bytes | None = None) -> bytes:
    written = io.BytesIO()
    extra = {"exif": exif} if exif else {}
    Image.new("RGB", (width, height), (200, 30, 30)).save(written, kind, **extra)
    return written.getvalue()
