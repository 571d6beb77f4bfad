"""Builds everything once a process, from the settings, and takes it down again. Nothing else reads settings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import redis
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from api.account_forms import aes_key_problem, token_problem
from api.accounts import read_accounts
from api.answering import Answerer
from api.demo import SIMULATOR, DemoPlatform, demo_platform, simulator_account
from api.inbox import DatabaseInbox
from api.kept import KeptAnswers
from api.links import SignedLinks
from api.recording import BatchRecorder
from api.secret_key import secret_key
from api.sentences import LiveSentences
from api.settings import Settings, SettingsError
from api.worker.jobs import DbosJobs
from bot.account import Account, Credentials, Mode
from bot.client.api import WeChatApi
from bot.client.push import Outcome, push_reply
from bot.client.tokens import TokenHolder
from bot.envelope import Envelope
from bot.fallback import FallbackInbox
from bot.gateway import Gateway
from bot.metrics import GatewayMetrics
from bot.parts import Parts, PushOutcome, Sentences
from bot.redis_inbox import RedisInbox, connect
from bot.replies import Reply
from bot.threads import Threads
from handlers.context import Jobs, Links, Recorder, Services
from handlers.routers import ROUTERS
from handlers.texts import messages as texts
from knowledge.calendar import WorkingCalendar
from knowledge.faq.service import FaqService
from knowledge.institutions.service import InstitutionService
from knowledge.store.sessions import make_engine, make_reading_sessions, make_sessions
from knowledge.store.vault import Vault

ANSWERING_THREADS = 16  # as many as the database pool has connections
WECHAT_SECONDS = httpx.Timeout(8.0, connect=3.0)  # WeChat's own gateway gives up at about 5
PLATFORM_SECONDS = httpx.Timeout(30.0, connect=5.0)  # nine pictures, 20 MB, over a slow line
DEFAULT_ACCOUNT = "default"
# What became of a push, as the gateway sees it: an impossible one was certainly not sent, so the next contact has it.
PUSHED = {
    Outcome.DELIVERED: PushOutcome.DELIVERED,
    Outcome.REFUSED: PushOutcome.REFUSED,
    Outcome.IMPOSSIBLE: PushOutcome.REFUSED,
    Outcome.UNCLEAR: PushOutcome.UNCLEAR,
}


def utc_now() -> datetime:
    """The one clock of the product; everything inside is handed its value."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What lives as long as the process. ``base_url`` is where this server listens, for the demo's own calls."""

    settings: Settings
    base_url: str
    redis_url: str
    redis: redis.Redis
    engine: Engine
    sessions: sessionmaker[Session]
    vault: Vault
    services: Services
    jobs: DbosJobs
    recorder: BatchRecorder
    links: SignedLinks
    accounts: Mapping[str, Account]
    wechat: Mapping[str, WeChatApi]
    platform: DemoPlatform | None
    platform_http: httpx.Client
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)


@contextlib.contextmanager
def build_product(settings: Settings, *, redis_url: str, base_url: str) -> Iterator[Product]:
    """Opens the database and the indexes; on leaving closes all that it opened. The database must be migrated."""
    vault = Vault(secret_key(settings))
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    jobs, recorder = DbosJobs.on(engine), BatchRecorder(sessions, clock=utc_now)
    http, platform_http = outgoing_http(WECHAT_SECONDS), outgoing_http(PLATFORM_SECONDS)
    shared = redis.Redis.from_url(redis_url, socket_timeout=2.0, socket_connect_timeout=0.5)
    accounts = configured_accounts(settings, vault)
    links = SignedLinks(settings.public_url or (base_url if settings.demo else None), vault.key("page-links"))
    try:
        yield Product(
            settings=settings,
            base_url=base_url,
            redis_url=redis_url,
            redis=shared,
            engine=engine,
            sessions=sessions,
            vault=vault,
            services=make_services(settings, engine, vault, jobs, recorder, links),
            links=links,
            jobs=jobs,
            recorder=recorder,
            accounts=accounts,
            wechat={
                name: make_wechat_api(
                    account, api_url=wechat_api_url(account, settings, base_url), http=http, shared=shared
                )
                for name, account in accounts.items()
            },
            platform=demo_platform(vault, base_url=base_url) if settings.demo else None,
            platform_http=platform_http,
        )
    finally:
        shared.close()
        http.close()
        platform_http.close()
        jobs.close()
        engine.dispose()


def outgoing_http(timeout: httpx.Timeout) -> httpx.Client:
    """For calls to WeChat and the platform: through the proxy that the environment names, never to ourselves."""
    return httpx.Client(timeout=timeout, mounts={"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None})


def configured_accounts(settings: Settings, vault: Vault) -> dict[str, Account]:
    """``default`` from the settings, the others from the accounts file, and the demo's ``simulator``.

    Raises ``SettingsError`` for the first of them that something is wrong with.
    """
    accounts = default_account(settings)
    if settings.accounts_file is not None:
        accounts |= read_accounts(settings.accounts_file, settings.environment)
    if settings.demo:
        simulator = simulator_account(vault)
        accounts[simulator.name] = simulator
    return accounts


def default_account(settings: Settings) -> dict[str, Account]:
    """The one that the settings name themselves, if any. Raises ``SettingsError`` with all that it lacks."""
    if not settings.wechat_app_id:
        return {}
    _require_complete(settings)
    return {
        DEFAULT_ACCOUNT: Account(
            name=DEFAULT_ACCOUNT,
            app_id=settings.wechat_app_id,
            mode=settings.wechat_mode,
            region=settings.region,
            credentials=Credentials(
                app_secret=settings.wechat_app_secret,
                token=settings.wechat_token or "",
                aes_key=settings.wechat_aes_key,
                previous_aes_key=settings.wechat_previous_aes_key,
            ),
        )
    }


def _require_complete(settings: Settings) -> None:
    """Raises ``SettingsError`` with everything that the account of the settings still lacks."""
    missing = []
    if problem := token_problem(settings.wechat_token or ""):
        missing.append(f"BST_WECHAT_TOKEN：{problem}")
    if settings.wechat_mode is not Mode.PLAIN and (problem := aes_key_problem(settings.wechat_aes_key or "")):
        missing.append(f"BST_WECHAT_AES_KEY：{problem}")
    if missing:
        raise SettingsError("；\n".join(missing))


def make_services(
    settings: Settings, engine: Engine, vault: Vault, jobs: Jobs, recorder: Recorder, links: Links
) -> Services:
    """Reads the base and builds the indexes, which takes seconds: no writer waits meanwhile."""
    index_dir = settings.data_dir / "index"
    with make_reading_sessions(engine)() as session:
        return Services(
            faq=FaqService.load(session, index_dir=index_dir),
            institutions=InstitutionService.load(session, index_dir=index_dir),
            calendar=WorkingCalendar(),
            vault=vault,
            jobs=jobs,
            recorder=recorder,
            links=links,
            sentences=LiveSentences.load(session),
        )


def make_wechat_api(account: Account, *, api_url: str, http: httpx.Client, shared: redis.Redis | None) -> WeChatApi:
    """The outgoing API of one account; without ``shared`` this process keeps a token of its own."""
    return WeChatApi(
        account, api_url=api_url, tokens=TokenHolder(account, api_url=api_url, http=http, client=shared), http=http
    )


def wechat_api_url(account: Account, settings: Settings, base_url: str) -> str:
    """The simulator plays WeChat's side for its own account, and for no other."""
    if settings.demo and account.name == SIMULATOR:
        return f"{base_url}/simulator/wechat-api"
    return settings.wechat_api_url


@contextlib.contextmanager
def build_gateways(product: Product, metrics: GatewayMetrics) -> Iterator[dict[str, Gateway]]:
    """One gateway an account; call inside the event loop that will serve them."""
    with Threads(ANSWERING_THREADS, "answer") as threads:
        yield {
            name: Gateway(
                _parts(product, account, threads, metrics),
                Envelope(account, max_age=timedelta(minutes=product.settings.wechat_max_age_minutes)),
                pseudonym=product.vault.pseudonym,
            )
            for name, account in product.accounts.items()
        }


def _parts(product: Product, account: Account, threads: Threads, metrics: GatewayMetrics) -> Parts:
    vault, sessions = product.vault, product.sessions

    def push(_: Account, openid: str, reply: Reply) -> PushOutcome:
        return PUSHED[push_reply(product.wechat[account.name], openid, reply)]

    return Parts(
        account=account,
        inbox=FallbackInbox(
            RedisInbox(connect(product.redis_url), account=account.name, key=vault.key("remembered-answers")),
            DatabaseInbox(sessions, account=account.name, vault=vault, clock=utc_now),
            account=account.name,
        ),
        answer=Answerer(
            product.engine,
            account=account,
            services=replace(product.services, links=product.links.for_account(account.name)),
            routers=ROUTERS,
        ),
        push=push,
        late=KeptAnswers(sessions, account=account.name, vault=vault),
        threads=threads,
        sentences=Sentences(sorry=texts.SORRY, crowded=texts.CROWDED),
        metrics=metrics,
        clock=utc_now,
    )
