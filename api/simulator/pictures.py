"""Media that the phone sent or the account uploaded, and two sample pictures drawn when first asked for."""

from __future__ import annotations

import io
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from PIL import Image, ImageDraw, UnidentifiedImageError

MEDIA_LIFETIME = timedelta(days=3)  # official
IMAGE_LIMIT_BYTES = 10 * 1024 * 1024  # official
IMAGE_LIMIT_PIXELS = 50_000_000  # keeps a decompression bomb out of our memory
SHELF_LIMIT = 200  # media kept in memory; the oldest go first
IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "BMP": "image/bmp"}
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/bmp": "bmp", "voice/amr": "amr"}
SILENT_VOICE = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50  # one second of empty frames
SAMPLES = {"street": "街边的指示牌", "document": "一份示例证书"}


class PictureRefused(ValueError):
    """Not a picture, or one that WeChat would not take."""


@dataclass(frozen=True, slots=True)
class Medium:
    media_id: str
    kind: str
    content: bytes
    media_type: str
    stored_at: datetime

    @property
    def name(self) -> str:
        return f"{self.media_id}.{EXTENSIONS.get(self.media_type, 'bin')}"


class Shelf:
    """Media by id, for three days and as many as the limit allows."""

    def __init__(self) -> None:
        self._media: OrderedDict[str, Medium] = OrderedDict()

    def put(self, kind: str, content: bytes, media_type: str, *, now: datetime) -> Medium:
        medium = Medium(secrets.token_urlsafe(48), kind, content, media_type, now)
        self._media[medium.media_id] = medium
        while len(self._media) > SHELF_LIMIT:
            self._media.popitem(last=False)
        return medium

    def get(self, media_id: str, *, now: datetime) -> Medium | None:
        medium = self._media.get(media_id)
        return medium if medium is not None and medium.stored_at + MEDIA_LIFETIME > now else None


def picture_type(content: bytes) -> str:
    """The media type by what the bytes are, not by what they are called. Raises ``PictureRefused``."""
    if len(content) > IMAGE_LIMIT_BYTES:
        raise PictureRefused("图片超过 10 MB，请压缩后再发")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            media_type = IMAGE_TYPES.get(picture.format or "")
            width, height = picture.size
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError):
        raise PictureRefused("这不是图片，请选 JPG 或 PNG 文件") from None
    if media_type is None or width * height > IMAGE_LIMIT_PIXELS:
        raise PictureRefused("这种图片微信不收，请选 JPG 或 PNG 文件")
    return media_type


@cache
def sample_picture(name: str) -> bytes:
    """A PNG; ``KeyError`` for a name that is not in ``SAMPLES``."""
    return {"street": _street, "document": _document}[name]()


def _street() -> bytes:
    picture = Image.new("RGB", (640, 480), "#bfe0f5")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 330, 640, 480), fill="#8d9299")
    draw.polygon([(270, 330), (370, 330), (520, 480), (120, 480)], fill="#a6abb2")
    for top in (345, 395, 445):
        draw.rectangle((314, top, 326, top + 26), fill="white")
    draw.rectangle((40, 150, 220, 330), fill="#c9a07c")
    for left in (65, 120, 175):
        for top in (175, 235):
            draw.rectangle((left, top, left + 28, top + 36), fill="#f4ead9")
    draw.rectangle((446, 170, 458, 350), fill="#5b6066")
    draw.rounded_rectangle((370, 90, 540, 180), 10, fill="#1f6f43", outline="white", width=4)
    draw.line((395, 135, 500, 135), fill="white", width=10)
    draw.polygon([(500, 112), (524, 135), (500, 158)], fill="white")
    draw.ellipse((560, 30, 620, 90), fill="#ffd75e")
    return _png(picture)


def _document() -> bytes:
    picture = Image.new("RGB", (640, 460), "#f3efe4")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((24, 24, 616, 436), outline="#b3892f", width=6)
    draw.rectangle((36, 36, 604, 424), outline="#d9bd7a", width=2)
    draw.rectangle((180, 70, 460, 100), fill="#8a2f2a")
    for row, width in enumerate((380, 300, 420, 260, 340)):
        draw.rectangle((90, 150 + row * 42, 90 + width, 164 + row * 42), fill="#6d6a62")
    draw.ellipse((440, 290, 550, 400), outline="#c8382f", width=6)
    draw.regular_polygon((495, 345, 26), 5, rotation=0, fill="#c8382f")
    draw.text((92, 380), "SAMPLE", fill="#a8a392")
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
