"""Telling a citizen news of a ticket: by customer-service message where allowed, else at the next contact."""

from __future__ import annotations

import contextlib

from redis.exceptions import RedisError

from api.wiring import Product
from bot.client.push import Outcome, push_reply
from bot.links import paginate
from bot.redis_inbox import remind_now
from bot.replies import TEXT_LIMIT_BYTES, Text
from handlers.texts.progress import notice_text
from knowledge.feedback.notices import OpenNotice


class Teller:
    """``api.worker.telling.Tell``. What was not certainly delivered waits in its row for the next contact."""

    def __init__(self, product: Product) -> None:
        self._product = product

    def __call__(self, notice: OpenNotice) -> Outcome:
        outcome = self._push(notice)
        if outcome is not Outcome.DELIVERED:
            self._remind(notice)
        return outcome

    def _push(self, notice: OpenNotice) -> Outcome:
        """An account that is no longer in the settings can tell nobody now; the notice waits."""
        api = self._product.wechat.get(notice.account)
        if api is None or notice.openid is None:
            return Outcome.REFUSED
        return push_reply(api, notice.openid, Text(paginate(notice_text(notice), TEXT_LIMIT_BYTES)[0]))

    def _remind(self, notice: OpenNotice) -> None:
        """Without Redis every message looks in the database anyway."""
        with contextlib.suppress(RedisError, OSError):
            remind_now(self._product.redis, account=notice.account, citizen=notice.citizen)
