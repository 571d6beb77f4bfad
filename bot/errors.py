"""The error root of the WeChat package; the edge maps it to an HTTP status or a sentence."""

from __future__ import annotations

from datetime import timedelta


class BotError(Exception):
    """Anything that went wrong between WeChat and us."""


class EnvelopeRefused(BotError):
    """A request that did not come from WeChat unharmed: signature, age, app id, cipher or form. The edge answers 403.

    The message names the check that failed and never holds content. ``skew`` (our clock minus theirs) is set only
    when the signature was right and the age was not: then it is our clock, or a replay, that wants looking at.
    """

    def __init__(self, message: str, *, skew: timedelta | None = None) -> None:
        super().__init__(message)
        self.skew = skew


class BodyTooLarge(EnvelopeRefused):
    """A body over the limit. The edge answers 413."""


class BadKey(BotError, ValueError):
    """An EncodingAESKey or token that cannot be one: a fault of the configuration, found when the account is built."""


class ReplyTooLong(BotError, ValueError):
    """A reply that WeChat would drop without a word."""
