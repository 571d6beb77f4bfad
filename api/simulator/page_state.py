"""What the page is shown, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from api.simulator.pictures import SAMPLES
from api.simulator.rights import AccountRights
from api.simulator.state import Attempt, Bubble, Exchange, Phone, SimulatorState

EXCHANGES_SHOWN = 30
CALLS_SHOWN = 50


def page_state(state: SimulatorState, number: int) -> dict[str, Any]:
    """Everything for the phone in hand; ``number`` counts citizens from 1."""
    phones = list(state.phones.values())
    phone = phones[number - 1]
    return {
        "version": state.version_name,
        "account": {"name": state.account.name, "app_id": state.account.app_id, "mode": state.account.mode.value},
        "rights": state.rights.value,
        "rights_offered": [kind.value for kind in AccountRights],
        "rights_granted": sorted(right.value for right in state.rights.granted),
        "citizens": [_citizen(index, each) for index, each in enumerate(phones, 1)],
        "phone": _phone(state, phone, number),
        "menu": state.menu or {"button": []},
        "menu_pushed": state.menu_pushed,
        "codes": [code.scene for code in state.codes],
        "places": [asdict(place) for place in state.places],
        "samples": SAMPLES,
        "templates": [{"id": known, "name": name} for name, known in state.account.template_ids.items()],
        "exchanges": [_summary(e) for e in _latest(state, phone)],
        "calls": [_call(state, call) for call in list(state.calls)[:CALLS_SHOWN]],
    }


def exchange_detail(exchange: Exchange) -> dict[str, Any]:
    """The raw exchange, every delivery of it."""
    attempts = [attempt_detail(attempt) for attempt in exchange.attempts]
    return {"id": exchange.id, "plain": exchange.plain, "done": exchange.done, "attempts": attempts}


def attempt_detail(attempt: Attempt) -> dict[str, Any]:
    return {**asdict(attempt), "started_at": _time(attempt.started_at)}


def _citizen(number: int, phone: Phone) -> dict[str, Any]:
    return {
        "number": number,
        "nickname": phone.nickname,
        "role": phone.role,
        "colour": phone.colour,
        "following": phone.following,
        "last": phone.bubbles[-1].id if phone.bubbles else 0,
    }


def _phone(state: SimulatorState, phone: Phone, number: int) -> dict[str, Any]:
    now = state.clock()
    until = phone.window.until(now=now)
    return {
        **_citizen(number, phone),
        "openid": phone.openid,
        "bubbles": [_bubble(bubble) for bubble in phone.bubbles],
        "window": {"left": phone.window.left(now=now), "until": _time(until) if until else None},
        "subscriptions": phone.subscriptions,
        "may_resend": phone.last_exchange in state.exchanges,
    }


def _bubble(bubble: Bubble) -> dict[str, Any]:
    return {**asdict(bubble), "at": _time(bubble.at)}


def _latest(state: SimulatorState, phone: Phone) -> list[Exchange]:
    own = [exchange for exchange in state.exchanges.values() if exchange.openid == phone.openid]
    return own[: -EXCHANGES_SHOWN - 1 : -1]


def _summary(exchange: Exchange) -> dict[str, Any]:
    last = exchange.attempts[-1] if exchange.attempts else None
    return {
        "id": exchange.id,
        "type": exchange.outgoing.event if exchange.outgoing.is_event else exchange.outgoing.type,
        "attempts": len(exchange.attempts),
        "status": last.status if last else None,
        "milliseconds": last.milliseconds if last else 0,
        "outcome": last.outcome if last else "",
        "done": exchange.done,
    }


def _call(state: SimulatorState, call: Any) -> Mapping[str, Any]:
    to = state.phones.get(call.openid)
    return {"at": _time(call.at), "path": call.path, "to": to.nickname if to else "", "code": call.code}


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
