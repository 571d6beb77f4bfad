"""What the page may ask the simulator to do, each as the body of a request."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.simulator.rights import AccountRights

TEXT_LIMIT = 20_000  # characters; more than WeChat lets anybody type, so that long texts can be tried
SLOWEST_SECONDS = 20.0


class Command(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SendText(Command):
    """``menu_id``: of the link or choice that was tapped."""

    content: str = Field(max_length=TEXT_LIMIT)
    menu_id: str | None = Field(default=None, max_length=200)
    pace_seconds: float = Field(default=0.0, ge=0.0, le=SLOWEST_SECONDS)


class SendLocation(Command):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    label: str = Field(default="", max_length=200)


class SendVoice(Command):
    """``None``: recognition is switched off; empty: it understood nothing."""

    recognition: str | None = Field(default=None, max_length=2000)


class SendSample(Command):
    name: Literal["street", "document"]


class TapMenu(Command):
    kind: Literal["click", "view"]
    value: str = Field(min_length=1, max_length=1024)


class Follow(Command):
    """``scene`` ``None``: found by search."""

    scene: str | None = Field(default=None, min_length=1, max_length=64)


class Scan(Command):
    scene: str = Field(min_length=1, max_length=64)


class Subscribe(Command):
    template_id: str = Field(max_length=200)
    choice: Literal["accept", "reject"]


class SetRights(Command):
    rights: AccountRights
