"""What the console's views are made of, put together once by the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from api.console.bench.trial import Trial
from api.console.desk.list import SendAgain, Tell
from bot.account import Account
from handlers.context import Services
from knowledge.store.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """``reading``: sessions that write nothing and hold no lock. ``enqueue``: a job (session, job, key) in the
    caller's transaction; so do ``send_again`` and ``tell``. ``secure_cookie``: the console is reached over https only.
    """

    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    vault: Vault
    clock: Callable[[], datetime]
    services: Services
    accounts: Mapping[str, Account]
    trial: Trial
    enqueue: Callable[[Session, str, str], None]
    send_again: SendAgain
    tell: Tell
    secure_cookie: bool
