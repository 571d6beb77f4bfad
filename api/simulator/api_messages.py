"""Messages that the account sends by itself: customer service, 订阅通知 and templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from api.simulator import outgoing
from api.simulator.api_call import ApiCall, Endpoint, Refused, addressed
from api.simulator.passive import TEXT_DROPPED_BYTES, article
from api.simulator.rights import Right
from api.simulator.state import Phone, SimulatorState
from api.simulator.text_parts import TextPart, menu_part, text_parts

OK: Mapping[str, Any] = {"errcode": 0, "errmsg": "ok"}
NEWS_LIMIT = 1  # official, since 2018
MENU_CHOICES_LIMIT = 10  # official
# How long a value may be by the type its name begins with, from the official page on 订阅通知.
FIELD_RULES: Mapping[str, re.Pattern[str]] = {
    "thing": re.compile(r"[\s\S]{1,20}"),
    "number": re.compile(r"[0-9.]{1,32}"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(r"[0-9年月日:：./\- ~]{1,32}"),
    "date": re.compile(r"[0-9年月日:：./\- ~]{1,32}"),
    "amount": re.compile(r"[¥$]?[0-9]{1,10}(?:\.[0-9]+)?元?"),
    "phone_number": re.compile(r"[0-9+\-]{1,17}"),
    "car_number": re.compile(r"\w{1,8}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z .]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "const": re.compile(r"[\s\S]{1,20}"),
}
FIELD_NAME = re.compile(r"([a-z_]+?)_?[0-9]+")


def send_custom(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    phone = addressed(state, call.text("touser"))
    make = CONTENTS.get(call.text("msgtype"))
    if make is None:
        raise Refused(40008)
    kind, content = make(state, call)
    if (code := phone.window.take(now=call.now)) is not None:
        raise Refused(code)
    state.show(phone, "account", kind, content, state="pushed")
    return dict(OK)


def send_subscription(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    """One grant, one message."""
    phone = addressed(state, call.text("touser"))
    template_id = _template(state, call)
    values = _values(call)
    for name, value in values.items():
        _check_field(name, value)
    if phone.subscriptions.get(template_id, 0) < 1:
        raise Refused(43101)
    phone.subscriptions[template_id] -= 1
    message_id = _show_notice(state, phone, call, template_id, "订阅通知", values)
    if state.tell is not None:
        state.tell(phone, outgoing.subscription_sent(template_id, message_id))
    return dict(OK)


def send_template(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    phone = addressed(state, call.text("touser"))
    template_id = _template(state, call)
    message_id = _show_notice(state, phone, call, template_id, "模板消息", _values(call))
    if state.tell is not None:
        state.tell(phone, outgoing.template_sent(message_id, "success"))
    return {**OK, "msgid": message_id}


def _text(state: SimulatorState, call: ApiCall) -> tuple[str, dict[str, Any]]:
    content = _string(call.part("text"), "content")
    if not content:
        raise Refused(44004)
    if len(content.encode()) > TEXT_DROPPED_BYTES:
        raise Refused(45002)
    return "text", {"parts": text_parts(content)}


def _image(state: SimulatorState, call: ApiCall) -> tuple[str, dict[str, Any]]:
    media_id = _string(call.part("image"), "media_id")
    medium = state.shelf.get(media_id, now=call.now)
    if medium is None or medium.kind != "image":
        raise Refused(40007)
    return "image", {"media": media_id}


def _news(state: SimulatorState, call: ApiCall) -> tuple[str, dict[str, Any]]:
    articles = call.part("news").get("articles")
    if not isinstance(articles, list) or not articles or not isinstance(articles[0], dict):
        raise Refused(44003)
    if len(articles) > NEWS_LIMIT:
        raise Refused(45008)
    first = articles[0]
    return "news", article(*(_string(first, name) for name in ("title", "description", "url", "picurl")))


def _menu(state: SimulatorState, call: ApiCall) -> tuple[str, dict[str, Any]]:
    menu = call.part("msgmenu")
    choices = menu.get("list")
    if not isinstance(choices, list) or not 1 <= len(choices) <= MENU_CHOICES_LIMIT:
        raise Refused(47001, "hint: msgmenu.list")
    parts: list[TextPart] = text_parts(_string(menu, "head_content"))
    for choice in choices:
        if not isinstance(choice, dict) or not _string(choice, "content") or choice.get("id") in (None, ""):
            raise Refused(47001, "hint: msgmenu.list")
        parts += [{"text": "\n"}, menu_part(_string(choice, "content"), str(choice["id"]))]
    tail = _string(menu, "tail_content")
    return "text", {"parts": [*parts, *([{"text": "\n"}, *text_parts(tail)] if tail else [])]}


CONTENTS: Mapping[str, Callable[[SimulatorState, ApiCall], tuple[str, dict[str, Any]]]] = {
    "text": _text,
    "image": _image,
    "news": _news,
    "msgmenu": _menu,
}


def _template(state: SimulatorState, call: ApiCall) -> str:
    template_id = call.text("template_id")
    if template_id not in state.account.template_ids.values():
        raise Refused(40037)
    return template_id


def _values(call: ApiCall) -> dict[str, str]:
    values = {}
    for name, field in call.part("data").items():
        value = field.get("value") if isinstance(field, dict) else None
        if not isinstance(value, str | int | float):
            raise Refused(47003, f"data.{name}.value is empty")
        values[str(name)] = str(value)
    if not values:
        raise Refused(47003, "data is empty")
    return values


def _check_field(name: str, value: str) -> None:
    typed = FIELD_NAME.fullmatch(name)
    rule = FIELD_RULES.get(typed[1]) if typed else None
    if rule is None or rule.fullmatch(value) is None:
        raise Refused(47003, f"data.{name}.value invalid")


def _show_notice(
    state: SimulatorState, phone: Phone, call: ApiCall, template_id: str, kind: str, values: Mapping[str, str]
) -> int:
    """The card in the chat; the id that WeChat gives the message."""
    title = next(name for name, known in state.account.template_ids.items() if known == template_id)
    url = call.text("page") or call.text("url")
    rows = [{"name": name, "value": value} for name, value in values.items()]
    state.show(phone, "account", "card", {"label": kind, "title": title, "rows": rows, "url": url}, state="pushed")
    return state.next_message_id()


def _string(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


ENDPOINTS: Mapping[str, Endpoint] = {
    "cgi-bin/message/custom/send": Endpoint("POST", send_custom, Right.CUSTOMER_SERVICE),
    "cgi-bin/message/subscribe/bizsend": Endpoint("POST", send_subscription, Right.SUBSCRIPTION),
    "cgi-bin/message/template/send": Endpoint("POST", send_template, Right.TEMPLATE),
}
