"""Fields → typed values. What WeChat may add tomorrow stays harmless: an unknown type is a value too, not an error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypedDict

from bot.errors import EnvelopeRefused
from bot.fields import Fields, read_fields
from bot.messages import (
    ClickEvent,
    Event,
    ImageMessage,
    Incoming,
    LinkMessage,
    LocationEvent,
    LocationMessage,
    OtherEvent,
    ScanEvent,
    ShortVideoMessage,
    SubscribeEvent,
    SubscriptionChoice,
    SubscriptionEvent,
    TemplateSentEvent,
    TextMessage,
    UnknownMessage,
    UnreadablePlace,
    UnsubscribeEvent,
    VideoMessage,
    ViewEvent,
    VoiceMessage,
)

SCENE_PREFIX = "qrscene_"  # before the scene of a code scanned by who did not follow yet (official)
NAME_LIMIT = 128  # openid has 28 characters, account ids 15; room for what they may become
TYPE_LIMIT = 64  # the longest event name seen has 32
UNNAMED = "unnamed"  # in counters, where a type or an event has no name
LATEST_SECOND = 253_402_300_799  # the last second that ``datetime`` can hold: 9999-12-31


class Common(TypedDict):
    to_account: str
    openid: str
    sent_at: datetime


class CommonMessage(Common):
    message_id: int


class CommonEvent(Common):
    event: str
    key: str


def parse(body: bytes) -> Incoming:
    """One message or event from a plain (already opened) body, XML or JSON. Errors: ``EnvelopeRefused``."""
    return to_message(read_fields(body))


def to_message(fields: Fields) -> Incoming:
    """Errors: ``EnvelopeRefused`` where the two ends are not told.

    What cannot be read otherwise becomes an ``OtherEvent`` or ``UnknownMessage``: to refuse what WeChat signed would
    show the citizen that the account is broken.
    """
    to_account, openid = _name(fields, "ToUserName"), _name(fields, "FromUserName")
    kind = fields.scalars.get("MsgType", "").strip()[:TYPE_LIMIT]
    try:
        return _typed(fields, kind, Common(to_account=to_account, openid=openid, sent_at=_sent_at(fields)))
    except EnvelopeRefused:
        return _unread(fields, kind, Common(to_account=to_account, openid=openid, sent_at=_sent_at_or_never(fields)))


def _typed(fields: Fields, kind: str, common: Common) -> Incoming:
    if kind.lower() == "event":
        return _event(fields, common)
    read = _MESSAGES.get(kind.lower())
    if read is not None:
        return read(fields, CommonMessage(**common, message_id=_message_id(fields)))
    known_id = "MsgId" in fields.scalars or "MsgID" in fields.scalars
    return UnknownMessage(**common, type=kind or UNNAMED, message_id=_message_id(fields) if known_id else None)


def _unread(fields: Fields, kind: str, common: Common) -> Incoming:
    """Counted under the name that it bears."""
    if kind.lower() == "event":
        event = fields.scalars.get("Event", "").strip()[:TYPE_LIMIT]
        return OtherEvent(**common, event=event or UNNAMED, key=fields.scalars.get("EventKey", ""))
    return UnknownMessage(**common, type=kind or UNNAMED)


def _name(fields: Fields, name: str) -> str:
    value = fields.text(name).strip()
    if not 0 < len(value) <= NAME_LIMIT:
        raise EnvelopeRefused(f"{name} is empty or too long")
    return value


def _sent_at(fields: Fields) -> datetime:
    seconds = fields.number("CreateTime")
    if seconds > LATEST_SECOND:
        raise EnvelopeRefused("CreateTime is no time")
    return datetime.fromtimestamp(seconds, UTC)


def _sent_at_or_never(fields: Fields) -> datetime:
    """1970 for what is answered ``success`` at once, whenever it was sent."""
    try:
        return _sent_at(fields)
    except EnvelopeRefused:
        return datetime.fromtimestamp(0, UTC)


def _message_id(fields: Fields) -> int:
    """MsgId; where it is missing, a number that the same body always gives, so that a resend is still recognised."""
    for name in ("MsgId", "MsgID"):
        if name in fields.scalars:
            return fields.number(name)
    digest = hashlib.sha256(repr(sorted(fields.scalars.items())).encode()).digest()
    return int.from_bytes(digest[:7], "big")


def _text(fields: Fields, common: CommonMessage) -> Incoming:
    return TextMessage(**common, content=fields.text("Content"), menu_id=fields.scalars.get("bizmsgmenuid"))


def _image(fields: Fields, common: CommonMessage) -> Incoming:
    """Either the id or the address will do: old senders know only the latter."""
    address = fields.text("PicUrl", "")
    media_id = fields.text("MediaId", "") if address else _name(fields, "MediaId")
    return ImageMessage(**common, media_id=media_id, picture_url=address)


def _voice(fields: Fields, common: CommonMessage) -> Incoming:
    return VoiceMessage(
        **common,
        media_id=_name(fields, "MediaId"),
        format=fields.text("Format", ""),
        recognition=fields.scalars.get("Recognition"),
    )


def _video(fields: Fields, common: CommonMessage) -> Incoming:
    return VideoMessage(**common, media_id=_name(fields, "MediaId"), thumbnail_media_id=fields.text("ThumbMediaId", ""))


def _short_video(fields: Fields, common: CommonMessage) -> Incoming:
    return ShortVideoMessage(
        **common, media_id=_name(fields, "MediaId"), thumbnail_media_id=fields.text("ThumbMediaId", "")
    )


def _location(fields: Fields, common: CommonMessage) -> Incoming:
    try:
        return LocationMessage(
            **common,
            latitude=fields.degrees("Location_X", 90),
            longitude=fields.degrees("Location_Y", 180),
            scale=int(fields.decimal("Scale", "0")),
            label=fields.text("Label", ""),
        )
    except EnvelopeRefused:
        return UnreadablePlace(**common)


def _link(fields: Fields, common: CommonMessage) -> Incoming:
    return LinkMessage(
        **common, title=fields.text("Title", ""), description=fields.text("Description", ""), url=fields.text("Url")
    )


_MESSAGES: dict[str, Callable[[Fields, CommonMessage], Incoming]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _short_video,
    "location": _location,
    "link": _link,
}


def _event(fields: Fields, common: Common) -> Event:
    name = fields.text("Event").strip()[:TYPE_LIMIT]
    if not name:
        raise EnvelopeRefused("Event is empty")
    shared = CommonEvent(**common, event=name, key=fields.text("EventKey", ""))
    read = _EVENTS.get(name.lower())
    return read(fields, shared) if read else OtherEvent(**shared)


def _subscribe(fields: Fields, common: CommonEvent) -> Event:
    """The key may also be ``last_trade_no_…`` or a product's code: those are no scene."""
    key = common["key"]
    scene = key.removeprefix(SCENE_PREFIX) if key.startswith(SCENE_PREFIX) else None
    return SubscribeEvent(**common, scene=scene)


def _location_report(fields: Fields, common: CommonEvent) -> Event:
    return LocationEvent(
        **common,
        latitude=fields.degrees("Latitude", 90),
        longitude=fields.degrees("Longitude", 180),
        precision=fields.decimal("Precision", "0"),
    )


def _template_sent(fields: Fields, common: CommonEvent) -> Event:
    sent = fields.scalars.get("MsgID") or fields.text("MsgId", "")
    return TemplateSentEvent(**common, sent_message_id=sent, status=fields.text("Status", ""))


def _subscription(fields: Fields, common: CommonEvent) -> Event:
    """``SubscribeStatusString`` where the citizen chose, ``ErrorStatus`` where WeChat reports a delivery."""
    choices = (
        SubscriptionChoice(
            template_id=row.get("TemplateId", ""),
            status=row.get("SubscribeStatusString") or row.get("ErrorStatus", ""),
            message_id=row.get("MsgID", ""),
        )
        for row in fields.rows
    )
    return SubscriptionEvent(**common, choices=tuple(choices))


_EVENTS: dict[str, Callable[[Fields, CommonEvent], Event]] = {
    "subscribe": _subscribe,
    "unsubscribe": lambda _, common: UnsubscribeEvent(**common),
    "scan": lambda _, common: ScanEvent(**common, scene=common["key"]),
    "click": lambda _, common: ClickEvent(**common),
    "view": lambda _, common: ViewEvent(**common),
    "location": _location_report,
    "templatesendjobfinish": _template_sent,
    "subscribe_msg_popup_event": _subscription,
    "subscribe_msg_change_event": _subscription,
    "subscribe_msg_sent_event": _subscription,
}
