"""``push_menu``: the menu of an account is put where citizens see it, and what came of it written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.worker.jobs import PUSH_MENU
from api.worker.turns import Again, Growing
from bot.client.api import WeChatApi
from bot.client.errors import ApiError, Transient, UnclearOutcome
from bot.menu import Menu, MenuWrong
from knowledge.sentences.menus import mark_failed, mark_pushed, waiting_menu

# A menu put there twice is one menu. Somebody looks at the page meanwhile: half a minute, then he is told.
RETRIES = Growing(first=timedelta(seconds=2), longest=timedelta(seconds=10), tries=5)
NO_ACCOUNT = "公众号 {account} 已不在设置里，没有推送；请恢复它的设置"
NO_ANSWER = "微信没有回应，没有推送成功；请过几分钟再推送一次"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMenu:
    """``key``: the account and, after the last colon, a mark of the push."""

    sessions: sessionmaker[Session]
    wechat: Mapping[str, WeChatApi]
    clock: Callable[[], datetime]
    growing: Growing = RETRIES
    name: str = PUSH_MENU

    def run(self, key: str) -> Again | None:
        account = account_of(key)
        with self.sessions() as session:
            content = waiting_menu(session, account)
        if content is None:
            return None
        if account not in self.wechat:
            self._failed(account, NO_ACCOUNT.format(account=account))
            return None
        try:
            self.wechat[account].create_menu(Menu.from_json(content))
        except (Transient, UnclearOutcome):
            return Again(counts=True)
        except (ApiError, MenuWrong) as error:
            self._failed(account, str(error))
            return None
        with self.sessions.begin() as session:
            mark_pushed(session, account=account, content=content, at=self.clock())
        return None

    def give_up(self, key: str) -> None:
        self._failed(account_of(key), NO_ANSWER)

    def _failed(self, account: str, problem: str) -> None:
        with self.sessions.begin() as session:
            mark_failed(session, account=account, problem=problem)


def account_of(key: str) -> str:
    return key.rpartition(":")[0]
