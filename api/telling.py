"""Telling a citizen news: by customer-service message where allowed, else at the next contact."""

from __future__ import annotations

import contextlib
from datetime import datetime

from redis.exceptions import RedisError

from api.wiring import Product
from bot.client.push import Outcome, push_reply
from bot.links import menu_link, paginate
from bot.redis_inbox import remind_now
from bot.replies import TEXT_LIMIT_BYTES, Text
from handlers.faq import answer_text, shortened
from handlers.texts import faq as texts
from handlers.texts.progress import notice_text
from knowledge.calendar import SHANGHAI
from knowledge.faq.entry import Entry
from knowledge.feedback.notices import OpenNotice
from knowledge.missed.waiters import OpenWaiter


class Teller:
    """``api.worker.telling.Tell``. What was not certainly delivered waits in its row for the next contact."""

    def __init__(self, product: Product) -> None:
        self._product = product

    def __call__(self, notice: OpenNotice) -> Outcome:
        outcome = self._push(notice)
        if outcome is not Outcome.DELIVERED:
            _remind(self._product, notice.account, notice.citizen)
        return outcome

    def _push(self, notice: OpenNotice) -> Outcome:
        """An account that is no longer in the settings can tell nobody now; the notice waits."""
        api = self._product.wechat.get(notice.account)
        if api is None or notice.openid is None:
            return Outcome.REFUSED
        return push_reply(api, notice.openid, Text(paginate(notice_text(notice), TEXT_LIMIT_BYTES)[0]))


class AnswerTeller:
    """``api.worker.telling_askers.TellAnswer``."""

    def __init__(self, product: Product) -> None:
        self._product = product

    def answers(self, waiter: OpenWaiter, entry: Entry) -> bool:
        """An account that is no longer in the settings has no facts of its own to lack."""
        account = self._product.accounts.get(waiter.account)
        return account is None or not answer_text(entry, account.bureau)[1]

    def words(self, waiter: OpenWaiter, entry: Entry, *, now: datetime) -> str:
        """With the answer a tap away; a question too long for a link is named, and can be typed."""
        day, label = waiter.asked_at.astimezone(SHANGHAI), shortened(entry.question)

        def told(link: str) -> str:
            question = shortened(waiter.question)
            return texts.HAS_ANSWER.format(month=day.month, day=day.day, question=question, link=link)

        words = told(menu_link(label, entry.question))
        return words if len(words.encode()) <= TEXT_LIMIT_BYTES else told(label)

    def push(self, waiter: OpenWaiter, words: str) -> Outcome:
        api = self._product.wechat.get(waiter.account)
        if api is None or waiter.openid is None:
            return Outcome.REFUSED
        return push_reply(api, waiter.openid, Text(words))

    def remind(self, waiter: OpenWaiter) -> None:
        _remind(self._product, waiter.account, waiter.citizen)


def _remind(product: Product, account: str, citizen: str) -> None:
    """Without Redis every message looks in the database anyway."""
    with contextlib.suppress(RedisError, OSError):
        remind_now(product.redis, account=account, citizen=citizen)
