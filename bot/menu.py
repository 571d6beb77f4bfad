"""The menu at the foot of the account, with WeChat's limits. Kept in a file, pushed by ``bianshitong menu push``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BotError

# Official: 3 × 5; names in bytes of UTF-8, a Chinese character is 3 (WeChat shows 4 and 8 characters of them).
COLUMNS_LIMIT = 3
ITEMS_LIMIT = 5
COLUMN_NAME_BYTES = 16
ITEM_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024

# What a button of each type needs besides its name, and in which order WeChat names it.
_NEEDS: dict[str, tuple[str, ...]] = {
    "click": ("key",),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
    "media_id": ("media_id",),
    "article_id": ("article_id",),
}
_FIELD_BYTES = {"key": KEY_BYTES, "url": URL_BYTES}


class MenuWrong(BotError, ValueError):
    """A menu that WeChat would refuse. ``problems`` names every mistake, one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Button:
    """``fields``: what the type needs, such as ``key`` of a click."""

    name: str
    type: str
    fields: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "name": self.name, **dict(self.fields)}


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    buttons: tuple[Button, ...]

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "sub_button": [button.to_json() for button in self.buttons]}


@dataclass(frozen=True, slots=True)
class Menu:
    """Made by ``from_json`` or ``from_file``, which check every limit. A column is a button, or a name over buttons."""

    columns: tuple[Column | Button, ...]

    @classmethod
    def from_file(cls, path: Path) -> Menu:
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except OSError:
            raise MenuWrong((f"菜单文件 {path} 读不出来；请检查路径和权限",)) from None
        except ValueError as error:
            where = f"第 {error.lineno} 行" if isinstance(error, json.JSONDecodeError) else "编码"
            raise MenuWrong((f"菜单文件 {path} 的{where}不是正确的 JSON（UTF-8）；请改正",)) from None
        return cls.from_json(value)

    @classmethod
    def from_json(cls, value: object) -> Menu:
        """``{"button": […]}`` as WeChat takes it. Raises ``MenuWrong`` with all mistakes at once."""
        problems = tuple(_problems(value))
        if problems:
            raise MenuWrong(problems)
        assert isinstance(value, dict)
        return cls(tuple(_column(column) for column in value["button"]))

    def to_json(self) -> dict[str, Any]:
        return {"button": [column.to_json() for column in self.columns]}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that taps send, in the order of the menu."""
        buttons = [b for c in self.columns for b in (c.buttons if isinstance(c, Column) else (c,))]
        return tuple(text for button in buttons for name, text in button.fields if name == "key")


def _column(value: dict[str, Any]) -> Column | Button:
    if value.get("sub_button"):
        return Column(value["name"], tuple(_button(button) for button in value["sub_button"]))
    return _button(value)


def _button(value: dict[str, Any]) -> Button:
    return Button(value["name"], value["type"], tuple((name, value[name]) for name in _NEEDS[value["type"]]))


def _problems(value: object) -> Iterator[str]:
    columns = value.get("button") if isinstance(value, dict) else None
    if not isinstance(columns, list) or not columns:
        yield '菜单须为 {"button": […]}，且至少有一栏；请补上'
        return
    if len(columns) > COLUMNS_LIMIT:
        yield f"菜单有 {len(columns)} 栏，最多 {COLUMNS_LIMIT} 栏；请减少"
    for number, column in enumerate(columns, 1):
        yield from _column_problems(column, f"第 {number} 栏")


def _column_problems(column: object, where: str) -> Iterator[str]:
    if not isinstance(column, dict):
        yield f"{where}不是 JSON 对象；请改正"
        return
    yield from _name_problems(column, where, COLUMN_NAME_BYTES)
    if not column.get("sub_button"):
        yield from _button_problems(column, where)
        return
    buttons = column["sub_button"]
    if not isinstance(buttons, list):
        yield f"{where}的 sub_button 不是列表；请改正"
        return
    if len(buttons) > ITEMS_LIMIT:
        yield f"{where}有 {len(buttons)} 项，最多 {ITEMS_LIMIT} 项；请减少"
    for number, button in enumerate(buttons, 1):
        place = f"{where}第 {number} 项"
        if not isinstance(button, dict):
            yield f"{place}不是 JSON 对象；请改正"
        elif button.get("sub_button"):
            yield f"{place}下面不能再有子菜单；请移到栏下"
        else:
            yield from _name_problems(button, place, ITEM_NAME_BYTES)
            yield from _button_problems(button, place)


def _name_problems(value: dict[str, Any], where: str, limit: int) -> Iterator[str]:
    name = value.get("name")
    if not isinstance(name, str) or not name.strip():
        yield f"{where}没有 name；请补上名称"
    elif (size := len(name.encode("utf-8", "surrogatepass"))) > limit:
        yield f"{where}的 name“{name}”有 {size} 字节，最多 {limit} 字节；请缩短"


def _button_problems(button: dict[str, Any], where: str) -> Iterator[str]:
    kind = button.get("type")
    if not isinstance(kind, str) or kind not in _NEEDS:
        yield f"{where}的 type 须为 {'、'.join(_NEEDS)} 之一；请改正"
        return
    for name in _NEEDS[kind]:
        text = button.get(name)
        if not isinstance(text, str) or not text:
            yield f"{where}（{kind}）缺少 {name}；请补上"
        elif name in _FIELD_BYTES and (size := len(text.encode("utf-8", "surrogatepass"))) > _FIELD_BYTES[name]:
            yield f"{where}的 {name} 有 {size} 字节，最多 {_FIELD_BYTES[name]} 字节；请缩短"
        elif name == "url" and not text.startswith(("https://", "http://")):
            yield f"{where}的 url 须以 https:// 或 http:// 开头；请改正"
