"""What a citizen's phone sends, as the XML that WeChat makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from api.simulator.wechat_side import xml_text

Value: TypeAlias = "str | int | float | tuple[Field, ...]"
Field: TypeAlias = "tuple[str, Value]"

# For these the citizen's screen says so when the account fails to answer; for the rest it stays still.
AWAITED_EVENTS = frozenset({"subscribe", "SCAN", "CLICK"})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """``fields`` follow CreateTime in the order WeChat writes them."""

    type: str
    fields: tuple[Field, ...]

    @property
    def is_event(self) -> bool:
        return self.type == "event"

    @property
    def event(self) -> str:
        return str(dict(self.fields).get("Event", ""))

    @property
    def answer_awaited(self) -> bool:
        return not self.is_event or self.event in AWAITED_EVENTS

    def xml(self, *, to_account: str, openid: str, sent_at: datetime, message_id: int) -> str:
        """An event has no MsgId."""
        head: tuple[Field, ...] = (
            ("ToUserName", to_account),
            ("FromUserName", openid),
            ("CreateTime", int(sent_at.timestamp())),
            ("MsgType", self.type),
        )
        tail: tuple[Field, ...] = () if self.is_event else (("MsgId", message_id),)
        return f"<xml>{_rendered((*head, *self.fields, *tail))}</xml>"


def text(content: str, menu_id: str | None = None) -> Outgoing:
    """``menu_id``: of the ``bizmsgmenu`` link that was tapped, if it had one."""
    menu: tuple[Field, ...] = () if menu_id is None else (("bizmsgmenuid", menu_id),)
    return Outgoing("text", (("Content", content), *menu))


def image(media_id: str, picture_url: str) -> Outgoing:
    return Outgoing("image", (("PicUrl", picture_url), ("MediaId", media_id)))


def voice(media_id: str, recognition: str | None) -> Outgoing:
    """``None``: the account has not switched recognition on, and the field is absent."""
    heard: tuple[Field, ...] = () if recognition is None else (("Recognition", recognition),)
    return Outgoing("voice", (("MediaId", media_id), ("Format", "amr"), *heard))


def location(latitude: float, longitude: float, label: str) -> Outgoing:
    """Degrees, GCJ-02. WeChat calls the latitude X."""
    return Outgoing(
        "location",
        (("Location_X", f"{latitude:.6f}"), ("Location_Y", f"{longitude:.6f}"), ("Scale", 16), ("Label", label)),
    )


def link(title: str, description: str, url: str) -> Outgoing:
    return Outgoing("link", (("Title", title), ("Description", description), ("Url", url)))


def click(key: str) -> Outgoing:
    return event("CLICK", key)


def view(url: str) -> Outgoing:
    return event("VIEW", url)


def follow(scene: str | None = None, ticket: str = "") -> Outgoing:
    """By a code with ``scene`` or, without one, by search."""
    if scene is None:
        return event("subscribe", "")
    return event("subscribe", f"qrscene_{scene}", ("Ticket", ticket))


def unfollow() -> Outgoing:
    return event("unsubscribe", "")


def scan(scene: str, ticket: str) -> Outgoing:
    """A code scanned by who follows already."""
    return event("SCAN", scene, ("Ticket", ticket))


def template_sent(message_id: int, status: str) -> Outgoing:
    return event("TEMPLATESENDJOBFINISH", None, ("MsgID", message_id), ("Status", status))


def subscription_answered(template_id: str, status: str) -> Outgoing:
    """``accept`` or ``reject``, in the window on the account's page."""
    choice: tuple[Field, ...] = (("TemplateId", template_id), ("SubscribeStatusString", status), ("PopupScene", 2))
    return event("subscribe_msg_popup_event", None, ("SubscribeMsgPopupEvent", (("List", choice),)))


def subscription_changed(template_id: str) -> Outgoing:
    """The citizen switched it off on the account's own page of settings."""
    choice: tuple[Field, ...] = (("TemplateId", template_id), ("SubscribeStatusString", "reject"))
    return event("subscribe_msg_change_event", None, ("SubscribeMsgChangeEvent", (("List", choice),)))


def subscription_sent(template_id: str, message_id: int) -> Outgoing:
    sent: tuple[Field, ...] = (
        ("TemplateId", template_id),
        ("MsgID", message_id),
        ("ErrorCode", 0),
        ("ErrorStatus", "success"),
    )
    return event("subscribe_msg_sent_event", None, ("SubscribeMsgSentEvent", (("List", sent),)))


def event(name: str, key: str | None, *more: Field) -> Outgoing:
    """``key`` ``None``: the event has no EventKey at all."""
    keyed: tuple[Field, ...] = () if key is None else (("EventKey", key),)
    return Outgoing("event", (("Event", name), *keyed, *more))


def _rendered(fields: Iterable[Field]) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields)


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return _rendered(value)
    return xml_text(value) if isinstance(value, str) else str(value)
