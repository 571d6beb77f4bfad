"""The background work of the product: which jobs there are and what they call."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.platform.client import PlatformClient
from api.telling import AnswerTeller, Teller
from api.wiring import Product, utc_now
from api.worker import attempts, fetching
from api.worker.auditing import audit_head
from api.worker.checking_imports import CheckImport, purge_imports
from api.worker.fetching import FetchAttachment
from api.worker.forwarding import ForwardTicket
from api.worker.forwarding_entries import ForwardEntry
from api.worker.grouping import group_missed
from api.worker.jobs import FORWARD_TICKET, SEND_TICKET_AGAIN
from api.worker.pushing_menus import PushMenu
from api.worker.replaying import ReplayPublication, publish_due
from api.worker.retention import purge_old
from api.worker.telling import TellCitizen
from api.worker.telling_askers import TellAsker
from api.worker.turns import Growing
from api.worker.worker import Rhythm, Worker
from bot.client.errors import Misconfigured
from bot.client.media import Media
from knowledge.store.sessions import make_reading_sessions

DESTINATION = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patient the work is with the world outside: the pauses between two tries, and the worker's own rounds."""

    forwarding: Growing = attempts.RETRIES
    fetching: Growing = fetching.RETRIES
    rhythm: Rhythm = field(default_factory=Rhythm)


PACE = Pace()


def build_worker(product: Product, *, pace: Pace = PACE) -> Worker:
    """Not started yet. One a process."""
    platform = _platform(product)

    def download(account: str, media_id: str) -> Media:
        if account not in product.wechat:
            raise Misconfigured(f"公众号 {account} 已不在设置里；请恢复它的设置")
        return product.wechat[account].download_media(media_id)

    sessions, vault, faq = product.sessions, product.vault, product.services.faq
    reading = make_reading_sessions(product.engine)
    return Worker(
        database_url=product.settings.database_url,
        sessions=sessions,
        jobs=[
            *(
                ForwardTicket(
                    sessions=sessions,
                    vault=vault,
                    platform=platform,
                    destination=DESTINATION,
                    clock=utc_now,
                    growing=pace.forwarding,
                    name=name,
                    ask_first=name == SEND_TICKET_AGAIN,
                )
                for name in (FORWARD_TICKET, SEND_TICKET_AGAIN)
            ),
            ForwardEntry(sessions=sessions, vault=vault, platform=platform, clock=utc_now, growing=pace.forwarding),
            FetchAttachment(sessions=sessions, vault=vault, download=download, clock=utc_now, growing=pace.fetching),
            TellCitizen(sessions=sessions, vault=vault, tell=Teller(product), clock=utc_now),
            PushMenu(sessions=sessions, wechat=product.wechat, clock=utc_now),
            TellAsker(
                sessions=sessions, reading=reading, vault=vault, faq=faq, tell=AnswerTeller(product), clock=utc_now
            ),
            CheckImport(sessions=sessions, database_url=product.settings.database_url, clock=utc_now),
            ReplayPublication(sessions=sessions, reading=reading, faq=faq, clock=utc_now),
        ],
        rounds=[
            audit_head(sessions),
            publish_due(sessions, product.services.jobs.enqueue),
            purge_imports(sessions),
            group_missed(sessions, reading, faq),
            *purge_old(sessions),
        ],
        rhythm=pace.rhythm,
        clock=utc_now,
    )


def _platform(product: Product) -> PlatformClient | None:
    """The set one; in the demo the reference platform; else none: feedback stays at the desk."""
    settings = product.settings
    if settings.platform_url:
        return PlatformClient(settings.platform_url, settings.platform_token or "", http=product.platform_http)
    if product.platform is not None:
        return PlatformClient(product.platform.url, product.platform.token, http=product.platform_http)
    return None
