"""A menu is put where citizens see it once, and whatever came of it is told to who pushed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType

import pytest
from sqlalchemy.orm import Session, sessionmaker

from api.console.dictionary.menus import committed
from api.worker.pushing_menus import NO_ANSWER, PushMenu
from api.worker.turns import Again
from bot.client.errors import Misconfigured, RateLimited, Rejected, Transient, UnclearOutcome
from bot.menu import Menu as BotMenu
from knowledge.audit.events import Actor
from knowledge.sentences.menus import begin_push, digest_of, save_menu
from knowledge.sentences.models import Menu

BY, KEY = Actor(name="admin"), "city:1"


class FarSide:
    """WeChat's side of one call."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.menus: list[BotMenu] = []

    def create_menu(self, menu: BotMenu) -> None:
        self.menus.append(menu)
        if self.error is not None:
            raise self.error


@pytest.fixture
def push(sessions: sessionmaker[Session], now: datetime) -> Callable[[FarSide], Again | None]:
    with sessions.begin() as session:
        save_menu(session, account="city", content=committed(), shown="", by=BY, now=now)
        begin_push(session, account="city", by=BY, now=now)
    return lambda side: pushing(sessions, side, now).run(KEY)


def pushing(sessions: sessionmaker[Session], side: FarSide, now: datetime) -> PushMenu:
    wechat = MappingProxyType({"city": side})
    return PushMenu(sessions=sessions, wechat=wechat, clock=lambda: now)  # type: ignore[arg-type]


def kept(sessions: sessionmaker[Session]) -> Menu:
    with sessions() as session:
        row = session.get(Menu, "city")
        assert row is not None
        return row


def test_the_menu_is_pushed_as_saved_and_once(
    push: Callable[[FarSide], Again | None], sessions: sessionmaker[Session], now: datetime
) -> None:
    side = FarSide()
    assert push(side) is None
    assert push(side) is None
    assert [menu.to_json() for menu in side.menus] == [committed()]
    row = kept(sessions)
    assert (row.pushed_at, row.pushed_digest, row.problem) == (now, digest_of(committed()), "")


@pytest.mark.parametrize(
    "error", [Misconfigured("没有权限", code=48001), RateLimited("太频繁"), Rejected("拒绝", code=1)]
)
def test_a_refusal_is_told_and_not_tried_again(
    push: Callable[[FarSide], Again | None], sessions: sessionmaker[Session], error: Exception
) -> None:
    side = FarSide(error)
    assert push(side) is None
    assert push(side) is None
    assert len(side.menus) == 1
    assert kept(sessions).problem == str(error)


@pytest.mark.parametrize("error", [Transient("忙"), UnclearOutcome("不明")])
def test_silence_is_tried_again_and_told_in_the_end(
    push: Callable[[FarSide], Again | None], sessions: sessionmaker[Session], now: datetime, error: Exception
) -> None:
    assert push(FarSide(error)) == Again(counts=True)
    assert kept(sessions).problem == "waiting"
    pushing(sessions, FarSide(), now).give_up(KEY)
    assert kept(sessions).problem == NO_ANSWER


def test_an_account_that_is_gone_is_named(
    push: Callable[[FarSide], Again | None], sessions: sessionmaker[Session], now: datetime
) -> None:
    gone = PushMenu(sessions=sessions, wechat={}, clock=lambda: now)
    assert gone.run(KEY) is None
    assert "city" in kept(sessions).problem
