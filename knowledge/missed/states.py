"""What may become of a group of missed questions, and of a wish to be told."""

from __future__ import annotations

from enum import StrEnum

from knowledge.errors import KnowledgeError


class GroupState(StrEnum):
    OPEN = "open"
    PLANNED = "planned"  # a draft is being written for it
    FILLED = "filled"  # an entry was published for it
    IGNORED = "ignored"


class WaiterState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"  # about to be told, or perhaps told: a crash came between
    TOLD = "told"
    MAYBE = "maybe"  # WeChat did not say whether it took it; never again
    KEPT = "kept"  # waits for the citizen's next contact
    IMPOSSIBLE = "impossible"


# Groups that new questions of the same meaning join; one that was filled and is missed again is a new gap.
JOINED = (GroupState.OPEN, GroupState.PLANNED, GroupState.IGNORED)


class MissedRefused(KnowledgeError):
    """What was asked for cannot be done to this group; the message is a sentence for the person."""
