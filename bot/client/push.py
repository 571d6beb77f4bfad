"""A finished answer as a customer-service message, and how that ended."""

from __future__ import annotations

import logging
from enum import StrEnum

from bot.client.api import WeChatApi
from bot.client.errors import ApiError, PermanentForUser, UnclearOutcome
from bot.replies import Image, News, Reply, Silence, Text, Transfer

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    DELIVERED = "delivered"  # WeChat took it, or there was nothing to say
    REFUSED = "refused"  # certainly not sent: another channel, or the next contact
    UNCLEAR = "unclear"  # perhaps sent: never send it again
    IMPOSSIBLE = "impossible"  # certainly not sent, and this citizen cannot be reached this way at all


def push_reply(api: WeChatApi, openid: str, reply: Reply) -> Outcome:
    """Send at most once. ``Transfer`` exists only as the answer to a message, so here it is impossible."""
    if isinstance(reply, Silence):
        return Outcome.DELIVERED
    if isinstance(reply, Transfer):
        return Outcome.IMPOSSIBLE
    if not api.account.may_push:
        return Outcome.REFUSED
    try:
        _send(api, openid, reply)
    except ApiError as error:
        outcome = _outcome(error)
        logger.warning(
            "push to a citizen of %s ended as %s (%s, code %s)",
            api.account.name,
            outcome.value,
            type(error).__name__,
            error.code,
        )
        return outcome
    return Outcome.DELIVERED


def _send(api: WeChatApi, openid: str, reply: Text | News | Image) -> None:
    match reply:
        case Text(content):
            api.send_text(openid, content)
        case News(article):
            api.send_news(openid, article)
        case Image(media_id):
            api.send_image(openid, media_id)


def _outcome(error: ApiError) -> Outcome:
    match error:
        case UnclearOutcome():
            return Outcome.UNCLEAR
        case PermanentForUser():
            return Outcome.IMPOSSIBLE
        case _:
            return Outcome.REFUSED
