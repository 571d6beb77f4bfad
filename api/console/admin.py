"""Puts the console together: views, sign-in, Chinese, and no asset from another host."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker
from starlette.middleware import Middleware
from starlette_admin.contrib.sqla import Admin
from starlette_admin.i18n import I18nConfig, TimezoneConfig

from api.console import texts
from api.console.attachments import AttachmentView
from api.console.bench import BenchView
from api.console.desk import DeskView, SendAgain, Tell
from api.console.dictionary import DictionaryView
from api.console.entries import EntryView
from api.console.gaps import GapView, UnknownUpdateView
from api.console.headers import ConsoleHeaders
from api.console.overview import overview
from api.console.questions import MissedView
from api.console.sign_in import StaffAuth
from api.console.trial import Trial
from knowledge.calendar import SHANGHAI
from knowledge.store.vault import Vault

TEMPLATES = Path(__file__).parent / "templates"


def make_console(
    sessions: sessionmaker[Session],
    *,
    vault: Vault,
    send_again: SendAgain,
    tell: Tell,
    trial: Trial,
    clock: Callable[[], datetime],
    secure_cookie: bool,
) -> Admin:
    """The console, to be mounted with ``mount_to``. ``send_again`` enqueues in the transaction.

    ``secure_cookie``: the console is reached over https only.
    """
    admin = Admin(
        sessions,
        title=texts.TITLE,
        base_url="/console",
        route_name="console",
        templates_dir=str(TEMPLATES),
        index_view=overview(),
        auth_provider=StaffAuth(sessions, clock=clock, secure_cookie=secure_cookie),
        secret_key=vault.key("console-cookies").hex(),
        middlewares=[Middleware(ConsoleHeaders)],
        i18n_config=I18nConfig(default_locale="zh", language_cookie_name=None, language_header_name=None),
        timezone_config=TimezoneConfig(
            default_timezone="Asia/Shanghai", timezone_cookie_name=None, use_user_locale_timezone=False
        ),
    )
    admin.templates.env.globals.update(console=texts)
    admin.templates.env.filters["shanghai"] = _shanghai
    admin.add_view(DeskView(vault=vault, send_again=send_again, tell=tell, clock=clock))
    admin.add_view(AttachmentView(vault=vault))
    admin.add_view(BenchView(trial))
    admin.add_view(MissedView(clock=clock))
    admin.add_view(EntryView())
    admin.add_view(DictionaryView(clock=clock))
    admin.add_view(GapView())
    admin.add_view(UnknownUpdateView())
    return admin


def _shanghai(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
