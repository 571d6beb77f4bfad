"""A citizen who asks in plain words, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from sqlalchemy.orm import Session, sessionmaker

from bot.account import Account
from bot.replies import Text
from bot.router import dispatch
from handlers import faq
from handlers.context import Context
from knowledge.faq.service import FaqService
from tests.handlers.build import KeptRecords, make_context, make_services, text
from tests.knowledge.faq.base import starter_service

BUREAU = {
    "bureau_phone": "0516-80000000",
    "bureau_address": "示例路1号",
    "office_hours": "工作日 9:00-17:00",
    "official_site": "www.example.gov.cn",
    "guide_link": "www.example.gov.cn/guide",
    "registration_system": "网上登记系统",
}


def context_of(
    service: FaqService | None = None, bureau: Mapping[str, str] = BUREAU, sessions: sessionmaker[Session] | None = None
) -> tuple[Context, KeptRecords]:
    kept = KeptRecords()
    account = Account(name="default", app_id="wx0123456789abcdef", region="320300", bureau=bureau)
    services = make_services(faq=service or starter_service(), recorder=kept)
    return make_context(sessions, account=account, services=services), kept


def said(context: Context, words: str) -> str:
    reply = dispatch([faq.router_said, faq.router], text(words), context)
    assert isinstance(reply, Text)
    return reply.content


def last_said(context: Context) -> tuple[str, str]:
    kept = context.conversation.said
    assert kept is not None
    return kept.entry, kept.version


def taps_of(answer: str) -> list[str]:
    """What each link of an answer sends, in order."""
    return [unquote(found) for found in re.findall(r"msgmenucontent=([^&\"]+)", answer)]
