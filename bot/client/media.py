"""Pictures and other files that travel through WeChat."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field

from bot.client.errors import Rejected
from bot.client.transport import Answer

IMAGE_LIMIT_BYTES = 10 * 1024 * 1024  # official, temporary material of type image
NAME_LIMIT_CHARACTERS = 100
DEFAULT_IMAGE_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Media:
    """A downloaded file; ``name`` is safe as a file name, ``media_type`` is what WeChat claims it to be."""

    content: bytes = field(repr=False)
    media_type: str
    name: str


def media_from(answer: Answer, media_id: str) -> Media:
    """``media_id`` gives the name where WeChat sends none."""
    given = re.search(r'filename="?([^";]+)', answer.headers.get("content-disposition", ""))
    suffix = mimetypes.guess_extension(answer.media_type) or ""
    name = given[1].replace("\\", "/").rpartition("/")[2] if given else f"{media_id}{suffix}"
    return Media(answer.content, answer.media_type, plain_name(name))


def image_part(content: bytes, name: str) -> tuple[str, bytes, str]:
    """The form field of an upload: name, content, type. Raises ``Rejected`` for what WeChat would refuse anyway."""
    if not content:
        raise Rejected("图片是空的；请换一张图片")
    if len(content) > IMAGE_LIMIT_BYTES:
        raise Rejected("图片超过 10 MB，微信不收；请压缩后再传")
    media_type = mimetypes.guess_type(name)[0] or ""
    return plain_name(name), content, media_type if media_type.startswith("image/") else DEFAULT_IMAGE_TYPE


def plain_name(name: str) -> str:
    """Letters, digits, dot, dash and underscore: WeChat stumbles over anything else in a multipart header."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[-NAME_LIMIT_CHARACTERS:].lstrip(".") or "file"
