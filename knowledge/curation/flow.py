"""The way of a draft to its publication: who may take which step. Two persons at least; the caller commits.

Who approves wrote nothing of it; who clears wrote nothing of it either, and may be the one who approved. Rights and
regions are the edge's matter: here it is about persons and states.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit import events
from knowledge.audit.events import Actor
from knowledge.curation.finding import Finding, blocks, warnings
from knowledge.curation.models import FaqRevision
from knowledge.curation.revision import NotAllowed, Revision, as_revision, locked, reason_of, without_marks
from knowledge.curation.states import MOVES, Move, State

OF_ONESELF = "这份草稿有您写的内容，须由另一个人审核"
OF_ONESELF_CLEARED = "这份草稿有您写的内容，须由另一个人做保密审查"
NOBODY = "审核和保密审查须由登录的人员进行"
NOTE_NEEDED = "请写明退回的原因，编辑才知道要改什么"
_CANNOT: dict[State, str] = {
    State.DRAFT: "这份草稿还没有提交审核，或者刚被改过",
    State.REVIEW: "这份草稿正在等审核",
    State.SECRECY: "这份草稿正在等保密审查",
    State.APPROVED: "这份草稿已经通过审核和保密审查",
}
_ACTIONS: dict[Move, str] = {
    Move.SUBMIT: "draft.submitted",
    Move.APPROVE: "draft.approved",
    Move.HAND_BACK: "draft.returned",
    Move.CLEAR: "draft.cleared",
    Move.REFUSE: "draft.refused",
    Move.WITHDRAW: "draft.withdrawn",
}
BATCH = 2_000  # drafts of a batch moved in one transaction


def submit(
    session: Session,
    *,
    revision_id: str,
    by: Actor,
    note: str = "",
    now: datetime,
    lock: int | None = None,
    findings: Sequence[Finding] = (),
) -> Revision:
    """For review. ``findings``: of its check; raises ``NotAllowed`` where one of them blocks."""
    row = _in_state(session, revision_id, Move.SUBMIT, lock)
    _refuse_blocked(findings)
    row.returned_note = ""
    return _moved(session, row, Move.SUBMIT, by=by, said=note, now=now)


def approve(
    session: Session, *, revision_id: str, by: Actor, note: str = "", now: datetime, lock: int | None = None
) -> Revision:
    """By nobody who wrote in it. ``lock``: of the text that was read; raises ``EditedMeanwhile``, ``NotAllowed``."""
    row = _in_state(session, revision_id, Move.APPROVE, lock)
    _refuse_editors(row, by, OF_ONESELF)
    _mark_reviewed(row, by, now)
    return _moved(session, row, Move.APPROVE, by=by, said=note, now=now)


def clear(
    session: Session,
    *,
    revision_id: str,
    by: Actor,
    note: str = "",
    now: datetime,
    lock: int | None = None,
    findings: Sequence[Finding] = (),
    noticed: Collection[str] = (),
) -> Revision:
    """Passed by who guards secrets, who wrote nothing of it. Every warning must be among ``noticed`` (their keys)."""
    row = _in_state(session, revision_id, Move.CLEAR, lock)
    _refuse_editors(row, by, OF_ONESELF_CLEARED)
    _refuse_blocked(findings)
    if unseen := [each for each in warnings(findings) if each.key not in noticed]:
        raise NotAllowed(f"还有 {len(unseen)} 条提醒没有勾选确认")
    _mark_cleared(row, by, now, [each.message for each in warnings(findings)])
    return _moved(session, row, Move.CLEAR, by=by, said=note, now=now)


def hand_back(session: Session, *, revision_id: str, by: Actor, note: str = "", now: datetime) -> Revision:
    """From the review to its writers; the note says why."""
    return _returned(session, revision_id, Move.HAND_BACK, by=by, said=note, now=now)


def refuse(session: Session, *, revision_id: str, by: Actor, note: str = "", now: datetime) -> Revision:
    """From the check for secrets to its writers; the note says why."""
    return _returned(session, revision_id, Move.REFUSE, by=by, said=note, now=now)


def withdraw(session: Session, *, revision_id: str, by: Actor, note: str = "", now: datetime) -> Revision:
    """Taken back by who may write, to be changed; every mark goes."""
    row = _in_state(session, revision_id, Move.WITHDRAW, None)
    without_marks(row)
    return _moved(session, row, Move.WITHDRAW, by=by, said=note, now=now)


def submit_batch(
    session: Session, *, batch_id: str, by: Actor, now: datetime, findings: Callable[[Revision], Iterable[Finding]]
) -> int:
    """All drafts of the batch that nothing blocks; returns how many."""
    rows = [row for row in _batch(session, batch_id, State.DRAFT) if not blocks(findings(as_revision(row)))]
    return _moved_together(session, rows, Move.SUBMIT, batch_id=batch_id, by=by, now=now)


def approve_batch(session: Session, *, batch_id: str, by: Actor, now: datetime) -> int:
    """All of the batch that wait for review; returns how many. Raises ``NotAllowed`` where ``by`` wrote one of them."""
    rows = _batch(session, batch_id, State.REVIEW)
    for row in rows:
        _refuse_editors(row, by, OF_ONESELF)
        _mark_reviewed(row, by, now)
    return _moved_together(session, rows, Move.APPROVE, batch_id=batch_id, by=by, now=now)


def clear_batch(
    session: Session, *, batch_id: str, by: Actor, now: datetime, findings: Callable[[Revision], Iterable[Finding]]
) -> int:
    """All of the batch that wait for it and that nothing blocks; their warnings count as noticed. Returns how many."""
    cleared = []
    for row in _batch(session, batch_id, State.SECRECY):
        _refuse_editors(row, by, OF_ONESELF_CLEARED)
        found = tuple(findings(as_revision(row)))
        if not blocks(found):
            _mark_cleared(row, by, now, [each.message for each in warnings(found)])
            cleared.append(row)
    return _moved_together(session, cleared, Move.CLEAR, batch_id=batch_id, by=by, now=now)


def _in_state(session: Session, revision_id: str, move: Move, lock: int | None) -> FaqRevision:
    row = locked(session, revision_id, lock=lock)
    if (State(row.state), move) not in MOVES:
        raise NotAllowed(f"{_CANNOT[State(row.state)]}，现在不能这样做")
    return row


def _refuse_blocked(findings: Iterable[Finding]) -> None:
    if stopped := blocks(findings):
        raise NotAllowed(f"有 {len(stopped)} 处必须先改正：{stopped[0].message}")


def _refuse_editors(row: FaqRevision, by: Actor, sentence: str) -> None:
    if by.staff_id is None:
        raise NotAllowed(NOBODY)
    if by.staff_id in row.editors:
        raise NotAllowed(sentence)


def _mark_reviewed(row: FaqRevision, by: Actor, now: datetime) -> None:
    row.reviewed_by_id, row.reviewed_by, row.reviewed_at = by.staff_id, by.name, now


def _mark_cleared(row: FaqRevision, by: Actor, now: datetime, noticed: list[str]) -> None:
    row.cleared_by_id, row.cleared_by, row.cleared_at, row.noticed = by.staff_id, by.name, now, noticed


def _returned(session: Session, revision_id: str, move: Move, *, by: Actor, said: str, now: datetime) -> Revision:
    row = _in_state(session, revision_id, move, None)
    if not (said := reason_of(said)):
        raise NotAllowed(NOTE_NEEDED)
    without_marks(row)
    row.returned_note = said
    return _moved(session, row, move, by=by, said=said, now=now)


def _moved(session: Session, row: FaqRevision, move: Move, *, by: Actor, said: str, now: datetime) -> Revision:
    before = State(row.state)
    _move(row, move, now)
    session.flush()
    sides = {"before": {"state": str(before)}, "after": {"state": row.state, "entry": row.entry_id}}
    action = _ACTIONS[move]
    events.note(session, actor=by, action=action, kind="draft", object_id=row.id, at=now, reason=said, **sides)
    return as_revision(row)


def _batch(session: Session, batch_id: str, state: State) -> list[FaqRevision]:
    query = select(FaqRevision).where(FaqRevision.batch_id == batch_id, FaqRevision.state == state)
    held = query.order_by(FaqRevision.id).limit(BATCH).with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(held))


def _moved_together(
    session: Session, rows: Sequence[FaqRevision], move: Move, *, batch_id: str, by: Actor, now: datetime
) -> int:
    for row in rows:
        _move(row, move, now)
    session.flush()
    if rows:
        after = {"drafts": len(rows), "entries": [row.entry_id for row in rows][:100]}
        events.note(session, actor=by, action=_ACTIONS[move], kind="batch", object_id=batch_id, at=now, after=after)
    return len(rows)


def _move(row: FaqRevision, move: Move, now: datetime) -> None:
    row.state = MOVES[State(row.state), move]
    row.changed_at = now
