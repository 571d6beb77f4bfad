"""What a citizen sent, as typed values: seven kinds of message, the events we know, and the rest by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What everything WeChat sends has in common. ``sent_at`` is CreateTime, aware, UTC."""

    to_account: str
    openid: str
    sent_at: datetime

    @property
    def identity(self) -> str:
        """What stays the same when WeChat sends it again (within one account)."""
        raise NotImplementedError

    @property
    def order(self) -> tuple[float, int]:
        """Messages of one citizen are handled in this order."""
        return (self.sent_at.timestamp(), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Incoming):
    message_id: int

    @property
    def identity(self) -> str:
        return f"{self.openid}:{self.message_id}"

    @property
    def order(self) -> tuple[float, int]:
        return (self.sent_at.timestamp(), self.message_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage(Message):
    """``menu_id`` comes with a tapped ``bizmsgmenu`` link; it is a hint and may be missing."""

    content: str
    menu_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMessage(Message):
    media_id: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMessage(Message):
    """``recognition`` is WeChat's own transcript: often empty, ``None`` where the field is absent."""

    media_id: str
    format: str = ""
    recognition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoMessage(Message):
    media_id: str
    thumbnail_media_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortVideoMessage(VideoMessage):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationMessage(Message):
    """Degrees, GCJ-02."""

    latitude: float
    longitude: float
    scale: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadablePlace(Message):
    """A place without coordinates that are on earth. Its sender waits for an answer all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMessage(Message):
    title: str
    description: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Incoming):
    event: str
    key: str = ""

    @property
    def identity(self) -> str:
        return f"{self.openid}:{int(self.sent_at.timestamp())}:{self.event}:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeEvent(Event):
    """``scene`` is the code's own text, without WeChat's ``qrscene_`` prefix; ``None`` when not scanned."""

    scene: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeEvent(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanEvent(Event):
    scene: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickEvent(Event):
    """A menu item was tapped; ``key`` says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEvent(Event):
    """A menu link was opened; ``key`` is the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationEvent(Event):
    """WeChat's own position report, if the citizen allows it. Degrees, GCJ-02."""

    latitude: float
    longitude: float
    precision: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSentEvent(Event):
    """``status``: ``success``, ``failed:user block`` or ``failed: system failed``."""

    sent_message_id: str = ""
    status: str = ""

    @property
    def identity(self) -> str:
        """Many reports may come in one second, with no key to tell them apart but the message they are about."""
        return f"{self.openid}:{int(self.sent_at.timestamp())}:{self.event}:{self.sent_message_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChoice:
    """One template in a subscribe_msg_* event; ``status`` is ``accept``/``reject`` or, once sent, WeChat's result."""

    template_id: str
    status: str
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionEvent(Event):
    """subscribe_msg_popup_event, subscribe_msg_change_event and subscribe_msg_sent_event."""

    choices: tuple[SubscriptionChoice, ...] = ()

    @property
    def identity(self) -> str:
        about = ",".join(f"{choice.template_id}{choice.message_id}" for choice in self.choices)
        return f"{self.openid}:{int(self.sent_at.timestamp())}:{self.event}:{about}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(Event):
    """An event that we have no use for; it is answered ``success`` and counted by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMessage(Incoming):
    """A message type of tomorrow; it is answered ``success`` and counted by name."""

    type: str
    message_id: int | None = None

    @property
    def identity(self) -> str:
        return f"{self.openid}:{self.message_id or int(self.sent_at.timestamp())}:{self.type}"
