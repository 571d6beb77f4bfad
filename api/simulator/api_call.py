"""One call of WeChat's API as the far side sees it, and how it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import Response

from api.simulator.rights import Right

if TYPE_CHECKING:
    from api.simulator.state import Phone, SimulatorState

UNKNOWN_CITIZEN, NOT_FOLLOWING = 40003, 43004
# From the official list of return codes.
MESSAGES: Mapping[int, str] = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40037: "invalid template_id",
    40052: "invalid action name",
    40053: "invalid action info",
    40066: "invalid url",
    40125: "invalid appsecret",
    40214: "invalid expire_seconds",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    44003: "empty news data",
    44004: "text message content empty",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
}


class Refused(Exception):
    """Answered as ``errcode`` and ``errmsg``; ``detail`` follows WeChat's own words."""

    def __init__(self, code: int, detail: str = "") -> None:
        self.code = code
        self.message = f"{MESSAGES.get(code, 'error')} {detail}".strip()
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Upload:
    content: bytes
    name: str


Answer = Callable[["SimulatorState", "ApiCall"], "dict[str, Any] | Response"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``right`` ``None``: every account may call it. ``either``: GET and POST alike."""

    method: str
    answer: Answer
    right: Right | None = None
    needs_token: bool = True
    upload: bool = False
    either: bool = False


@dataclass(frozen=True, slots=True)
class ApiCall:
    path: str
    endpoint: Endpoint
    query: dict[str, str]
    payload: dict[str, Any]
    upload: Upload | None
    now: datetime

    @property
    def addressee(self) -> str:
        return str(self.payload.get("touser") or self.query.get("openid") or "")

    def text(self, name: str) -> str:
        """A field of the body; empty where it is missing or no text."""
        value = self.payload.get(name)
        return value if isinstance(value, str) else ""

    def part(self, name: str) -> dict[str, Any]:
        """An object inside the body. Refused where there is none."""
        value = self.payload.get(name)
        if not isinstance(value, dict):
            raise Refused(47001, f"hint: {name}")
        return value


def addressed(state: SimulatorState, openid: str) -> Phone:
    """The citizen a message is for. Refused for an unknown one, and for one who does not follow."""
    phone = state.phones.get(openid)
    if phone is None:
        raise Refused(UNKNOWN_CITIZEN)
    if not phone.following:
        raise Refused(NOT_FOLLOWING)
    return phone
