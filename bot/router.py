"""Which handler answers: an ordered list of routers, each an ordered list of routes. ``None`` declines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.messages import ClickEvent, Incoming, TextMessage
from bot.replies import Reply

C = TypeVar("C")
H = TypeVar("H", bound="Callable[..., Reply | None]")

_FLAGS = re.DOTALL | re.IGNORECASE
_NAMED = re.compile(r"\(\?P<\w+>")
_ANYTHING = r".*"
_NO_WORD = "\ufffd" * 16  # only a pattern that takes any text takes this


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that matched a route: the words, trimmed, and the named groups of the pattern."""

    message: TextMessage
    content: str
    groups: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.groups[name]


@dataclass(frozen=True, slots=True)
class _Words:
    """What a text route takes: the pattern, and how a text is read before it is asked."""

    pattern: re.Pattern[str]
    read: Callable[[TextMessage], TextMessage]

    def asked(self, message: Incoming) -> Asked | None:
        if not isinstance(message, TextMessage):
            return None
        message = self.read(message)
        content = message.content.strip()
        if self.pattern.pattern == _ANYTHING:
            return Asked(message, content, {})
        found = self.pattern.fullmatch(content)
        if found is None:
            return None
        return Asked(message, content, {k: v for k, v in found.groupdict().items() if v is not None})

    @property
    def takes_anything(self) -> bool:
        return self.pattern.fullmatch(_NO_WORD) is not None


@dataclass(frozen=True, slots=True)
class Route(Generic[C]):
    """``words``: of a route for texts. ``kinds``: of one for messages and events, what it takes."""

    matches: Callable[[Incoming], object | None]
    handler: Callable[[object, C], Reply | None]
    name: str
    words: _Words | None = None
    kinds: tuple[type[Incoming], ...] = ()

    @property
    def takes_texts(self) -> bool:
        return self.words is not None or any(issubclass(TextMessage, kind) for kind in self.kinds)


@dataclass(slots=True)
class Router(Generic[C]):
    """Routes of one topic, tried in the order they were written."""

    name: str
    routes: list[Route[C]] = field(default_factory=list)
    _gate: _Gate[C] | None = field(default=None, init=False, repr=False, compare=False)

    @staticmethod
    def read(message: TextMessage) -> TextMessage:
        """The text as the patterns and handlers of this router see it."""
        return message

    def text(self, pattern: str = _ANYTHING) -> Callable[[H], H]:
        """Handle a text whose trimmed content fully matches ``pattern``; the handler gets an ``Asked``."""
        words = _Words(re.compile(pattern, _FLAGS), self.read)
        return self._add(words.asked, words=words)

    def message(self, *kinds: type[Incoming]) -> Callable[[H], H]:
        """Handle every message or event of these types; the handler gets the message itself."""
        return self._add(lambda message: message if isinstance(message, kinds) else None, kinds=kinds)

    def click(self, *keys: str) -> Callable[[H], H]:
        """Handle a tap on the menu items with these keys; the handler gets the event."""

        def tapped(message: Incoming) -> Incoming | None:
            return message if isinstance(message, ClickEvent) and message.key in keys else None

        return self._add(tapped, kinds=(ClickEvent,))

    def routes_for(self, message: Incoming) -> Sequence[Route[C]]:
        """Those that may match, in order."""
        if not isinstance(message, TextMessage):
            return self.routes
        if self._gate is None or self._gate.size != len(self.routes):
            self._gate = _Gate(self.routes)
        return self._gate.routes_for(message)

    def _add(
        self,
        matches: Callable[[Incoming], object | None],
        *,
        words: _Words | None = None,
        kinds: tuple[type[Incoming], ...] = (),
    ) -> Callable[[H], H]:
        def register(handler: H) -> H:
            self.routes.append(Route(matches, handler, f"{self.name}.{handler.__name__}", words, kinds))
            return handler

        return register


class _Gate(Generic[C]):
    """All patterns of a router as one: nearly every text is a question, which none of its words is. 1 µs a route."""

    def __init__(self, routes: Sequence[Route[C]]) -> None:
        self.size = len(routes)
        self._all = tuple(route for route in routes if route.takes_texts)
        closed = [route.words for route in self._all if route.words is not None and not route.words.takes_anything]
        self._known = [
            (read, _any_of(words.pattern for words in closed if words.read is read))
            for read in dict.fromkeys(words.read for words in closed)
        ]
        self._others = tuple(route for route in self._all if route.words not in closed)

    def routes_for(self, message: TextMessage) -> Sequence[Route[C]]:
        known = any(pattern.fullmatch(read(message).content.strip()) for read, pattern in self._known)
        return self._all if known else self._others


def _any_of(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_NAMED.sub('(?:', each.pattern)})" for each in patterns), _FLAGS)


def joined(name: str, routers: Iterable[Router[C]]) -> Router[C]:
    """The routes of all in their order, as they are now: the words of all are then looked for at once."""
    return Router(name, [route for router in routers for route in router.routes])


def dispatch(routers: Iterable[Router[C]], message: Incoming, context: C) -> Reply | None:
    """The first answer that is not ``None``, in the order of the list; ``None`` when everybody declined."""
    for router in routers:
        for route in router.routes_for(message):
            asked = route.matches(message)
            if asked is not None and (reply := route.handler(asked, context)) is not None:
                return reply
    return None
