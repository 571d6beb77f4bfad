"""WeChat's rules for a menu: three columns, five entries each, and how long each word may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.simulator.api_call import Refused

COLUMN_LIMIT = 3
ENTRY_LIMIT = 5
COLUMN_NAME_BYTES = 16
ENTRY_NAME_BYTES = 60
KEY_BYTES = 128
ADDRESS_BYTES = 1024
KEYED = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)


@dataclass(frozen=True, slots=True)
class Codes:
    """The error codes differ between a column and an entry."""

    name_bytes: int
    name: int
    type: int
    key: int
    address: int


COLUMN = Codes(COLUMN_NAME_BYTES, 40018, 40017, 40019, 40020)
ENTRY = Codes(ENTRY_NAME_BYTES, 40025, 40024, 40026, 40027)


def check_menu(menu: Mapping[str, Any]) -> None:
    """``Refused`` with the code WeChat gives."""
    columns = menu.get("button")
    if not isinstance(columns, list) or not 1 <= len(columns) <= COLUMN_LIMIT:
        raise Refused(40016)
    for column in columns:
        entries = column.get("sub_button") if isinstance(column, dict) else None
        if not entries:
            _check(column, COLUMN)
            continue
        _check_name(column, COLUMN)
        if not isinstance(entries, list) or len(entries) > ENTRY_LIMIT:
            raise Refused(40023)
        for entry in entries:
            _check(entry, ENTRY)


def _check(button: object, codes: Codes) -> None:
    _check_name(button, codes)
    assert isinstance(button, dict)
    kind = button.get("type")
    if kind in KEYED:
        if not _fits(button.get("key"), KEY_BYTES):
            raise Refused(codes.key)
    elif kind == "view":
        if not _fits(button.get("url"), ADDRESS_BYTES):
            raise Refused(codes.address)
    else:
        raise Refused(codes.type)


def _check_name(button: object, codes: Codes) -> None:
    if not isinstance(button, dict) or not _fits(button.get("name"), codes.name_bytes):
        raise Refused(codes.name)


def _fits(text: object, limit: int) -> bool:
    return isinstance(text, str) and 1 <= len(text.encode()) <= limit
