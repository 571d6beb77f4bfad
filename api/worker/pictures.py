"""What a citizen's file may be. A picture is drawn anew: neither a hidden place (EXIF) nor a trap travels on."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError

from knowledge.feedback.kinds import AttachmentKind

# WeChat's own limits for what a citizen can send (protocol, "media").
SIZE_LIMITS = {
    AttachmentKind.IMAGE: 10 * 1024 * 1024,
    AttachmentKind.VOICE: 2 * 1024 * 1024,
    AttachmentKind.VIDEO: 10 * 1024 * 1024,
}
PICTURE_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
PIXELS_LIMIT = 50_000_000  # a 48-megapixel phone; more is a trap for memory
LONGEST_EDGE = 4096  # pixels; small print on an A4 page stays readable, nine pictures stay under 20 MB
JPEG_QUALITY = 88

# The first bytes that prove a kind: (offset, bytes, media type).
SIGNATURES = {
    AttachmentKind.VOICE: (
        (0, b"#!AMR", "audio/amr"),
        (0, b"ID3", "audio/mpeg"),
        (0, b"\xff\xfb", "audio/mpeg"),
        (0, b"\xff\xf3", "audio/mpeg"),
        (0, b"OggS", "audio/ogg"),
        (0, b"\x02#!SILK", "audio/silk"),
    ),
    AttachmentKind.VIDEO: ((4, b"ftyp", "video/mp4"),),
}


class NotUsable(Exception):
    """A file that is not what its kind says, or too large: trying again is of no use."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    content: bytes = field(repr=False)
    media_type: str


def checked(kind: str, content: bytes) -> CheckedFile:
    """The file as it may be kept and passed on. Raises ``NotUsable``."""
    attachment_kind = AttachmentKind(kind)
    if not 0 < len(content) <= SIZE_LIMITS[attachment_kind]:
        raise NotUsable("size")
    if attachment_kind is AttachmentKind.IMAGE:
        return _drawn_anew(content)
    for offset, signature, media_type in SIGNATURES[attachment_kind]:
        if content[offset : offset + len(signature)] == signature:
            return CheckedFile(content, media_type)
    raise NotUsable("type")


def _drawn_anew(content: bytes) -> CheckedFile:
    """JPEG, or PNG where something shines through. Turned upright, without metadata."""
    try:
        with Image.open(io.BytesIO(content), formats=PICTURE_FORMATS) as picture:
            if picture.width * picture.height > PIXELS_LIMIT:
                raise NotUsable("pixels")
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
            return _encoded(upright)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotUsable("picture") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError):
        raise NotUsable("damaged picture") from None  # Pillow's readers raise any of these for damaged files


def _encoded(picture: Image.Image) -> CheckedFile:
    written = io.BytesIO()
    if picture.has_transparency_data:
        picture.convert("RGBA").save(written, "PNG", optimize=True)
        return CheckedFile(written.getvalue(), "image/png")
    picture.convert("RGB").save(written, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return CheckedFile(written.getvalue(), "image/jpeg")
