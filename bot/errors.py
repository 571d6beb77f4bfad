"""The error root of the WeChat package; the edge maps it to an HTTP status or a sentence."""


class BotError(Exception):
    """Anything that went wrong between WeChat and us."""


class EnvelopeRefused(BotError):
    """A request that did not come from WeChat unharmed: signature, age, app id, cipher or form. The edge answers 403.

    The message names the check that failed and never holds content.
    """


class BodyTooLarge(EnvelopeRefused):
    """A body over the limit. The edge answers 413."""


class ReplyTooLong(BotError, ValueError):
    """A reply that WeChat would drop without a word."""
