"""The menu as a form of three columns with five rows each, to and from what WeChat takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.console.texts import menus as texts
from bot.menu import COLUMNS_LIMIT, ITEMS_LIMIT, Menu, MenuWrong
from handlers.taps import MENU_CONTENT

COLUMNS, ITEMS = range(1, COLUMNS_LIMIT + 1), range(1, ITEMS_LIMIT + 1)
FIELDS = ("name", "does", "url", "appid", "pagepath")
VIEW, MINI_PROGRAM, CLICK = "view", "miniprogram", "click"
_VALUE = {"media_id": "media_id", "article_id": "article_id"}  # what the others are told by is their key
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One button as typed. ``does``: ``view``, ``miniprogram``, or a type with its key: ``click:ask_help``."""

    name: str = ""
    does: str = ""
    url: str = ""
    appid: str = ""
    pagepath: str = ""

    @property
    def filled(self) -> bool:
        return bool(self.name or self.url or self.does)

    def to_json(self) -> dict[str, str]:
        kind, _, value = self.does.partition(":")
        button = {"type": kind, "name": self.name}
        if kind == VIEW:
            return button | {"url": self.url}
        if kind == MINI_PROGRAM:
            return button | {"url": self.url, "appid": self.appid, "pagepath": self.pagepath}
        return button | {_VALUE.get(kind, "key"): value}


@dataclass(frozen=True, slots=True)
class ColumnRows:
    """``head``: the column itself, a button where it has no ``items``."""

    head: Row
    items: tuple[Row, ...]

    @property
    def filled(self) -> bool:
        return self.head.filled or any(item.filled for item in self.items)

    @property
    def shown(self) -> tuple[Row, ...]:
        return tuple(item for item in self.items if item.filled)


MenuForm = tuple[ColumnRows, ...]


def form_sent(sent: Mapping[str, Any]) -> MenuForm:
    """The form as typed; every field one line."""
    return tuple(ColumnRows(_row(sent, f"c{n}"), tuple(_row(sent, f"c{n}_{m}") for m in ITEMS)) for n in COLUMNS)


def form_of(content: Mapping[str, Any]) -> MenuForm:
    """A menu as WeChat takes it, in the fields of the form."""
    columns = [_column(column) for column in content.get("button", [])][:COLUMNS_LIMIT]
    empty = ColumnRows(Row(), tuple(Row() for _ in ITEMS))
    return (*columns, *(empty for _ in range(COLUMNS_LIMIT - len(columns))))


def content_of(form: MenuForm) -> dict[str, Any]:
    """As WeChat takes it, not yet judged; rows left empty are not there."""
    buttons: list[dict[str, Any]] = []
    for column in form:
        if column.shown:
            buttons.append({"name": column.head.name, "sub_button": [item.to_json() for item in column.shown]})
        elif column.filled:
            buttons.append(column.head.to_json())
    return {"button": buttons}


def mistakes(form: MenuForm) -> list[str]:
    """Each a sentence without its full stop."""
    chosen = list(_unchosen(form))
    if chosen:
        return chosen
    try:
        Menu.from_json(content_of(form))
    except MenuWrong as wrong:
        return [texts.in_words(problem) for problem in wrong.problems]
    return []


def choices() -> list[tuple[str, str]]:
    """What a button may do, and what that is called."""
    replies = [(f"{CLICK}:{key}", texts.REPLIES.format(word=word)) for key, word in MENU_CONTENT.items()]
    return [*replies, (VIEW, texts.WEB_PAGE), (MINI_PROGRAM, texts.MINI_PROGRAM)]


def _unchosen(form: MenuForm) -> Iterator[str]:
    for number, column in enumerate(form, 1):
        buttons = [(texts.PLACE_ITEM.format(column=number, item=m), item) for m, item in enumerate(column.items, 1)]
        if not column.shown:
            buttons = [(texts.PLACE_COLUMN.format(column=number), column.head)]
        for place, button in buttons:
            kind, _, key = button.does.partition(":")
            if button.filled and not kind:
                yield texts.NOT_CHOSEN.format(place=place)
            elif kind == CLICK and key not in MENU_CONTENT:
                yield texts.UNKNOWN_KEY.format(place=place, key=key)


def _row(sent: Mapping[str, Any], prefix: str) -> Row:
    typed = {name: _CONTROL.sub(" ", str(sent.get(f"{prefix}_{name}") or "")).strip() for name in FIELDS}
    return Row(**typed)


def _column(value: Mapping[str, Any]) -> ColumnRows:
    items = [_button(each) for each in value.get("sub_button") or []][:ITEMS_LIMIT]
    head = Row(name=value["name"]) if items else _button(value)
    return ColumnRows(head, (*items, *(Row() for _ in range(ITEMS_LIMIT - len(items)))))


def _button(value: Mapping[str, Any]) -> Row:
    kind = str(value.get("type", ""))
    key = value.get(_VALUE.get(kind, "key"))
    told = {name: str(value.get(name) or "") for name in ("name", "url", "appid", "pagepath")}
    return Row(does=kind if kind in (VIEW, MINI_PROGRAM) else f"{kind}:{key}", **told)
