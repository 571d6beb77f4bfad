"""Which handler answers: an ordered list of routers, each an ordered list of routes. ``None`` declines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.messages import ClickEvent, Incoming, TextMessage
from bot.replies import Reply

C = TypeVar("C")
H = TypeVar("H", bound="Callable[..., Reply | None]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that matched a route: the words, trimmed, and the named groups of the pattern."""

    message: TextMessage
    content: str
    groups: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.groups[name]


@dataclass(frozen=True, slots=True)
class Route(Generic[C]):
    matches: Callable[[Incoming], object | None]
    handler: Callable[[object, C], Reply | None]
    name: str


@dataclass(slots=True)
class Router(Generic[C]):
    """Routes of one topic, tried in the order they were written."""

    name: str
    routes: list[Route[C]] = field(default_factory=list)

    def text(self, pattern: str = r".*") -> Callable[[H], H]:
        """Handle a text whose trimmed content fully matches ``pattern``; the handler gets an ``Asked``."""
        fullmatch = re.compile(pattern, re.DOTALL | re.IGNORECASE).fullmatch

        def matches(message: Incoming) -> Asked | None:
            if not isinstance(message, TextMessage):
                return None
            content = message.content.strip()
            found = fullmatch(content)
            if found is None:
                return None
            return Asked(message, content, {k: v for k, v in found.groupdict().items() if v is not None})

        return self._add(matches)

    def message(self, *kinds: type[Incoming]) -> Callable[[H], H]:
        """Handle every message or event of these types; the handler gets the message itself."""
        return self._add(lambda message: message if isinstance(message, kinds) else None)

    def click(self, *keys: str) -> Callable[[H], H]:
        """Handle a tap on the menu items with these keys; the handler gets the event."""
        return self._add(lambda message: message if isinstance(message, ClickEvent) and message.key in keys else None)

    def _add(self, matches: Callable[[Incoming], object | None]) -> Callable[[H], H]:
        def register(handler: H) -> H:
            self.routes.append(Route(matches, handler, f"{self.name}.{handler.__name__}"))
            return handler

        return register


def dispatch(routers: Iterable[Router[C]], message: Incoming, context: C) -> Reply | None:
    """The first answer that is not ``None``, in the order of the list; ``None`` when everybody declined."""
    for router in routers:
        for route in router.routes:
            asked = route.matches(message)
            if asked is not None and (reply := route.handler(asked, context)) is not None:
                return reply
    return None
