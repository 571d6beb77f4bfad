"""The inbox's steps in the database, for while Redis is away: the same rules as the scripts of ``bot/lua``.

Every function takes the citizen's turn row first, so that two processes never decide at once; the caller commits.
Clocks of several processes may differ by less than the lease.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge.messages.models import CitizenTurn, MessageClaim
from knowledge.store.vault import Vault

TALK_LIFETIME = timedelta(minutes=30)  # a talk that paused for longer starts anew

State = Literal["granted", "queued", "joined", "done", "crowded"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a delivery stands. ``fence``, ``retaken`` and ``talk`` say something when granted, the rest when done."""

    state: State
    number: int
    fence: int = 0
    retaken: bool = False
    talk: bytes | None = field(default=None, repr=False)
    answer: bytes = field(default=b"", repr=False)
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One message in its citizen's line."""

    account: str
    citizen: str
    key: str
    position: str


def claim(
    session: Session,
    *,
    place: Place,
    owner: str,
    count: bool,
    take: bool,
    lease: timedelta,
    most_waiting: int,
    now: datetime,
    vault: Vault,
) -> Standing:
    """Claim the message, stand in line, take the turn if it is free."""
    turn = _turn(session, place, now)
    row = session.get(MessageClaim, place.key)
    if row is None:
        row = MessageClaim(
            key=place.key,
            account=place.account,
            citizen=place.citizen,
            position=place.position,
            deliveries=0,
            channel="",
        )
        session.add(row)
    row.deliveries += count
    row.touched_at = now
    if row.state == "done":
        if take and row.channel == "":
            row.channel = "passive"
        return Standing("done", row.deliveries, answer=_answer(row, vault), channel=row.channel)
    if row.state == "crowded":
        return Standing("crowded", row.deliveries)
    return _stand(session, turn, row, owner, lease, most_waiting, now, vault)


def _stand(
    session: Session,
    turn: CitizenTurn,
    row: MessageClaim,
    owner: str,
    lease: timedelta,
    most_waiting: int,
    now: datetime,
    vault: Vault,
) -> Standing:
    alive = row.state == "open" and row.lease_until is not None and row.lease_until > now
    if alive and row.owner != owner:
        return Standing("joined", row.deliveries)
    if not alive and _line_length(session, row, now) > most_waiting:
        row.state = "crowded"
        return Standing("crowded", row.deliveries)
    retaken = row.state == "open" and row.owner != owner
    row.state, row.owner, row.lease_until = "open", owner, now + lease
    session.flush()
    if not _may_go(session, turn, row, now):
        return Standing("queued", row.deliveries)
    turn.fence += 1
    turn.holder, row.fence = row.key, turn.fence
    return Standing("granted", row.deliveries, turn.fence, retaken, _talk(turn, vault, now))


def finish(
    session: Session,
    *,
    place: Place,
    fence: int,
    answer: bytes,
    talk: bytes,
    waited_for: bool,
    late: str,
    now: datetime,
    vault: Vault,
) -> str | None:
    """Remember the answer; the channel that has it, or ``None``: the turn was lost."""
    turn = _turn(session, place, now)
    row = session.get(MessageClaim, place.key)
    if row is None or row.state != "open" or row.fence != fence:
        return None
    row.state, row.lease_until, row.touched_at = "done", None, now
    row.answer_sealed = vault.seal(answer, place=_answer_place(place.key))
    row.channel = late if row.gave_up else "passive" if waited_for else ""
    if turn.holder == place.key:
        turn.holder, turn.touched_at = None, now
        turn.talk_sealed = vault.seal(talk, place=_talk_place(turn))
    return row.channel


def abandon(session: Session, *, place: Place, owner: str, now: datetime) -> bool:
    """Leave the line without an answer; whether a delivery was given ``success`` meanwhile."""
    turn = _turn(session, place, now)
    row = session.get(MessageClaim, place.key)
    if row is None or row.state != "open" or row.owner != owner:
        return False
    gave_up = row.gave_up
    row.state = row.owner = row.fence = row.lease_until = None
    row.gave_up = False
    if turn.holder == place.key:
        turn.holder = None
    return gave_up


def give_up(session: Session, *, place: Place, now: datetime, vault: Vault) -> Standing | None:
    """The answer must go another way from now on, unless it is ready: then here it is."""
    _turn(session, place, now)
    row = session.get(MessageClaim, place.key)
    if row is None or row.state is None:
        return None
    if row.state != "done":
        row.gave_up = True
        return None
    row.channel = row.channel or "passive"
    return Standing("done", row.deliveries, answer=_answer(row, vault), channel=row.channel)


def take(session: Session, *, place: Place, channel: str, now: datetime) -> bool:
    """Take a ready answer that nobody has."""
    _turn(session, place, now)
    row = session.get(MessageClaim, place.key)
    if row is None or row.state != "done" or row.channel:
        return False
    row.channel = channel
    return True


def renew(session: Session, *, place: Place, fence: int, lease: timedelta, now: datetime) -> bool:
    """The heartbeat; false when the turn was lost."""
    turn = _turn(session, place, now)
    row = session.get(MessageClaim, place.key)
    if row is None or row.fence != fence or row.lease_until is None or row.lease_until <= now:
        return False
    row.lease_until = now + lease
    return turn.holder == place.key


def forget_talk(session: Session, *, account: str, citizen: str) -> None:
    """The talk goes on elsewhere: what stands here is old."""
    mine = CitizenTurn.account == account, CitizenTurn.citizen == citizen
    session.execute(update(CitizenTurn).where(*mine).values(talk_sealed=None))


def _turn(session: Session, place: Place, now: datetime) -> CitizenTurn:
    """The citizen's row, locked until the commit (on SQLite the whole database is)."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"account": place.account, "citizen": place.citizen, "fence": 0, "touched_at": now}
    session.execute(insert(CitizenTurn).values(row).on_conflict_do_nothing())
    mine = CitizenTurn.account == place.account, CitizenTurn.citizen == place.citizen
    locked = select(CitizenTurn).where(*mine).with_for_update()
    return session.execute(locked.execution_options(populate_existing=True)).scalar_one()


def _line_length(session: Session, row: MessageClaim, now: datetime) -> int:
    """Living messages of this citizen in the line, the one in work included."""
    return session.scalar(select(func.count()).select_from(MessageClaim).where(*_living(row, now))) or 0


def _may_go(session: Session, turn: CitizenTurn, row: MessageClaim, now: datetime) -> bool:
    """The holder is this one, or there is no living holder and this one is first."""
    if turn.holder == row.key:
        return True
    living = _living(row, now)
    if turn.holder is not None:
        held = select(MessageClaim.key).where(*living, MessageClaim.key == turn.holder)
        if session.execute(held).first() is not None:
            return False
    first = select(MessageClaim.key).where(*living).order_by(MessageClaim.position, MessageClaim.key).limit(1)
    return session.scalar(first) == row.key


def _living(row: MessageClaim, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        MessageClaim.account == row.account,
        MessageClaim.citizen == row.citizen,
        MessageClaim.state == "open",
        MessageClaim.lease_until > now,
    )


def _answer(row: MessageClaim, vault: Vault) -> bytes:
    return b"" if row.answer_sealed is None else vault.open_bytes(row.answer_sealed, place=_answer_place(row.key))


def _talk(turn: CitizenTurn, vault: Vault, now: datetime) -> bytes | None:
    if turn.talk_sealed is None or turn.touched_at < now - TALK_LIFETIME:
        return None
    return vault.open_bytes(turn.talk_sealed, place=_talk_place(turn))


def _answer_place(key: str) -> str:
    return f"message_claim.answer:{key}"


def _talk_place(turn: CitizenTurn) -> str:
    return f"citizen_turn.talk:{turn.account}:{turn.citizen}"
