"""What waits for a group, the groups there are, and writing down what belongs where. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.faq.questions import Question
from knowledge.missed.grouping import MOST_FORMS, Meaning, Placing, Wording
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import JOINED, GroupState, WaiterState
from knowledge.search.decision import Thresholds

LOW_CONFIDENCE = Thresholds().answer  # answered below this bar because nothing else came near: worth a look
AT_ONCE = 50  # a turn; 300 a minute
MOST_GROUPS = 2_000  # that are compared with, the latest first; an older one that is asked again is a new row
# Questions are grouped in their order, so older ones than the last grouped have been seen; but several processes write
# them, and a batch of 200 may commit after one that began later.
OVERLAP = 10_000
ASKED_AGAIN = 5  # since it was ignored: then it is worth a second thought
REOPENED = f"忽略之后又有 {ASKED_AGAIN} 次问到"
BY_ITSELF = Actor(name="自动归组")

MISSED_REASONS = ("none", "useless")
LOW = and_(Question.decision == "answer", Question.confidence < LOW_CONFIDENCE)
COUNTED = or_(Question.decision.in_(MISSED_REASONS), LOW)  # what belongs into a group


def ungrouped(session: Session, *, limit: int = AT_ONCE) -> list[Wording]:
    """Questions and waiters that belong to no group yet, the oldest first; at most ``limit`` of each."""
    return [*_questions(session, limit), *_waiters(session, limit)]


def known_groups(session: Session, *, limit: int = MOST_GROUPS) -> list[Meaning]:
    """Those that a new question may join, the latest asked first."""
    query = select(MissedGroup).where(MissedGroup.state.in_(JOINED), MissedGroup.merged_into.is_(None))
    rows = session.scalars(query.order_by(MissedGroup.last_at.desc(), MissedGroup.id).limit(min(limit, MOST_GROUPS)))
    return [Meaning(id=row.id, question=row.question, forms=list(row.forms), entry_id=row.entry_id) for row in rows]


def put(session: Session, placings: Sequence[Placing], *, now: datetime) -> int:
    """How many were put where they belong. What changed meanwhile is left to the next turn."""
    made: dict[str, MissedGroup] = {}
    done = 0
    for placing in placings:
        if placing.meaning is None:
            _forget(session, placing.wording)
        elif (group := _group(session, placing, made)) is not None:
            done += _join(session, group, placing, now)
    session.flush()
    for group in {id(group): group for group in made.values() if group.state == GroupState.IGNORED}.values():
        _look_again(session, group, now)
    return done


def _questions(session: Session, limit: int) -> list[Wording]:
    last = session.scalar(select(func.max(Question.id)).where(Question.group_id.is_not(None))) or 0
    says_something = or_(Question.text != "", and_(Question.decision == "useless", Question.entry_id.is_not(None)))
    query = select(Question).where(
        Question.id > last - OVERLAP,
        Question.group_id.is_(None),
        Question.handled_at.is_(None),
        COUNTED,
        says_something,
    )
    rows = session.scalars(query.order_by(Question.id).limit(limit))
    return [
        Wording(text=row.text, at=row.asked_at, region=row.region, entry_id=row.entry_id, question_id=row.id)
        for row in rows
    ]


def _waiters(session: Session, limit: int) -> list[Wording]:
    query = select(MissedWaiter).where(MissedWaiter.group_id.is_(None), MissedWaiter.state == WaiterState.WAITING)
    rows = session.scalars(query.order_by(MissedWaiter.asked_at, MissedWaiter.id).limit(limit))
    return [Wording(text=row.question, at=row.asked_at, region=row.region, waiter_id=row.id) for row in rows]


def _group(session: Session, placing: Placing, made: dict[str, MissedGroup]) -> MissedGroup | None:
    """``None`` where it has been filled since: then it is a new gap."""
    meaning = placing.meaning
    assert meaning is not None
    if meaning.id in made:
        return made[meaning.id]
    if placing.is_new:
        group: MissedGroup | None = _added(session, meaning, placing.wording.at)
    else:
        group = _followed(session, meaning.id)
    if group is not None and group.state in JOINED:
        made[meaning.id] = group
        return group
    return None


def _added(session: Session, meaning: Meaning, at: datetime) -> MissedGroup:
    group = MissedGroup(
        id=meaning.id,
        question=meaning.question,
        forms=list(meaning.forms),
        state=GroupState.OPEN,
        times=0,
        first_at=at,
        last_at=at,
        entry_id=meaning.entry_id,
    )
    session.add(group)
    session.flush()
    return group


def _followed(session: Session, group_id: str) -> MissedGroup | None:
    """Held until the transaction ends; where it was merged meanwhile, what it was merged into."""
    for _ in range(10):
        group = session.get(MissedGroup, group_id, with_for_update=True, populate_existing=True)
        if group is None or group.merged_into is None:
            return group
        group_id = group.merged_into
    return None


def _join(session: Session, group: MissedGroup, placing: Placing, now: datetime) -> bool:
    wording = placing.wording
    if wording.waiter_id is not None:
        waiter = session.get(MissedWaiter, wording.waiter_id, populate_existing=True)
        if waiter is None or waiter.group_id is not None:
            return False
        waiter.group_id = group.id
    else:
        question = session.get(Question, wording.question_id, populate_existing=True)
        if question is None or question.group_id is not None:
            return False
        question.group_id = group.id
        group.times += 1
        if group.state == GroupState.IGNORED:
            question.handled_at = now
    group.first_at, group.last_at = min(group.first_at, wording.at), max(group.last_at, wording.at)
    assert placing.meaning is not None
    group.forms = list(dict.fromkeys([*group.forms, *placing.meaning.forms]))[:MOST_FORMS]
    return True


def _forget(session: Session, wording: Wording) -> None:
    if wording.waiter_id is not None:
        waiter = session.get(MissedWaiter, wording.waiter_id)
        if waiter is not None:
            session.delete(waiter)
    elif (question := session.get(Question, wording.question_id)) is not None:
        question.text = ""


def _look_again(session: Session, group: MissedGroup, now: datetime) -> None:
    since = group.decided_at or group.first_at
    again = select(Question).where(Question.group_id == group.id, Question.asked_at > since)
    asked = list(session.scalars(again.order_by(Question.id).limit(AT_ONCE * ASKED_AGAIN)))
    if len(asked) < ASKED_AGAIN:
        return
    for question in asked:
        question.handled_at = None
    before = {"state": group.state, "reason": group.reason}
    group.state, group.reason, group.decided_by, group.decided_at = GroupState.OPEN, REOPENED, BY_ITSELF.name, now
    note(
        session,
        actor=BY_ITSELF,
        action="missed.reopened",
        kind="missed",
        object_id=group.id,
        at=now,
        before=before,
        after={"state": group.state},
        reason=REOPENED,
    )
