"""The way of a revision: its states, and which move leads from one to another. Who may is ``flow``'s to judge. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """The value stands in ``faq_revisions``."""

    DRAFT = "draft"  # 草稿
    REVIEW = "review"  # 待审核
    SECRECY = "secrecy"  # 待保密审查
    APPROVED = "approved"  # 待发布
    PUBLISHED = "published"  # 已发布
    DROPPED = "dropped"  # 已放弃


class Change(StrEnum):
    """What the revision does to its entry."""

    EDIT = "edit"
    ARCHIVE = "archive"  # 停用: published, it answers no more


class Move(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"  # 提交
    APPROVE = "approve"  # 审核通过
    HAND_BACK = "hand_back"  # 退回
    CLEAR = "clear"  # 保密审查通过
    REFUSE = "refuse"  # 保密审查退回
    WITHDRAW = "withdraw"  # 撤回
    PUBLISH = "publish"  # 发布
    DROP = "drop"  # 放弃


OPEN: frozenset[State] = frozenset({State.DRAFT, State.REVIEW, State.SECRECY, State.APPROVED})

# Whoever saves takes it back to the beginning: what was passed is no longer what stands there.
MOVES: Mapping[tuple[State, Move], State] = MappingProxyType(
    {
        (State.DRAFT, Move.SUBMIT): State.REVIEW,
        (State.REVIEW, Move.APPROVE): State.SECRECY,
        (State.REVIEW, Move.HAND_BACK): State.DRAFT,
        (State.SECRECY, Move.CLEAR): State.APPROVED,
        (State.SECRECY, Move.REFUSE): State.DRAFT,
        (State.APPROVED, Move.PUBLISH): State.PUBLISHED,
    }
    | {(state, Move.SAVE): State.DRAFT for state in OPEN}
    | {(state, Move.WITHDRAW): State.DRAFT for state in OPEN - {State.DRAFT}}
    | {(state, Move.DROP): State.DROPPED for state in OPEN}
)


def after(state: State, move: Move) -> State | None:
    """Where the move leads; ``None``: it is not possible from there."""
    return MOVES.get((state, move))
