"""The web server: every route of the product, put together, and the order in which it starts and stops."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import anyio.to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp

from api.console.admin import make_console
from api.console.bench.trial import Trial
from api.console.parts import Parts
from api.demo_routes import add_demo
from api.h5 import h5_router
from api.health import health_router
from api.platform.callbacks import Callbacks, WrongSecret, callbacks_router
from api.refreshing import Refresher
from api.rest.app import PREFIX, rest_app
from api.rest.docs import docs_router
from api.rest.limits import Limiter
from api.rest.parts import RestParts
from api.settings import SettingsError
from api.webhook import Webhook
from api.wiring import Product, build_gateways, utc_now
from api.work import build_worker
from api.worker.jobs import TELL_CITIZEN
from bot.gateway import Gateway
from bot.metrics import GatewayMetrics
from knowledge.store.sessions import make_reading_sessions

DRAIN_SECONDS = 8.0  # a message has 4 s, its late answer as much again


def make_app(product: Product, *, with_worker: bool) -> ASGIApp:
    """``with_worker``: background work runs in this process too, as in the demo."""
    metrics = GatewayMetrics(product.registry)
    gateways: dict[str, Gateway] = {}
    refresher = Refresher(product)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker = build_worker(product) if with_worker else None
        with build_gateways(product, metrics) as built:
            gateways.update(built)
            product.recorder.start()
            refresher.start()
            if worker is not None:
                await anyio.to_thread.run_sync(worker.start)
            try:
                yield
            finally:
                for gateway in gateways.values():
                    await gateway.drain(DRAIN_SECONDS)
                    await gateway.close()
                if worker is not None:
                    await anyio.to_thread.run_sync(worker.stop)
                refresher.stop()
                await anyio.to_thread.run_sync(product.recorder.stop)

    app = FastAPI(title="编事通", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health_router(product, gateways, metrics=metrics, refresher=refresher))
    app.include_router(
        h5_router(
            links=product.links,
            accounts=product.accounts,
            verification_folder=product.settings.data_dir / "verification",
        )
    )
    _add_callbacks(app, product)
    _add_console(app, product)
    _add_rest(app, product)
    if product.settings.demo:
        add_demo(app, product)
    return Webhook(app, gateways=gateways, metrics=metrics, clock=utc_now)


def _add_callbacks(app: FastAPI, product: Product) -> None:
    secret = product.settings.platform_callback_secret
    if secret is None and product.platform is not None:
        secret = product.platform.callback_secret
    secrets = {"default": secret} if secret else {}
    try:
        callbacks = Callbacks(product.sessions, vault=product.vault, jobs=product.services.jobs, secrets=secrets)
    except WrongSecret as wrong:
        raise SettingsError(f"BST_PLATFORM_CALLBACK_SECRET 无法使用：{wrong}") from None
    app.include_router(callbacks_router(callbacks, clock=utc_now))


def _add_rest(app: FastAPI, product: Product) -> None:
    rest = rest_app(
        RestParts(
            sessions=product.sessions,
            reading=make_reading_sessions(product.engine),
            services=product.services,
            accounts=product.accounts,
            limiter=Limiter(product.redis),
            clock=utc_now,
        )
    )
    app.include_router(docs_router(rest))
    app.mount(PREFIX, rest)


def _add_console(app: FastAPI, product: Product) -> None:
    make_console(_console_parts(product)).mount_to(app)


def _console_parts(product: Product) -> Parts:
    trial = Trial(
        product.sessions,
        services=product.services,
        accounts=product.accounts,
        key=product.vault.key("console-trial"),
        clock=utc_now,
    )
    return Parts(
        sessions=product.sessions,
        reading=make_reading_sessions(product.engine),
        vault=product.vault,
        clock=utc_now,
        services=product.services,
        accounts=product.accounts,
        trial=trial,
        enqueue=product.jobs.enqueue,
        send_again=lambda session, ticket_id: product.jobs.send_again(session, ticket_id=ticket_id, at=utc_now()),
        tell=lambda session, notice_id: product.jobs.enqueue(session, TELL_CITIZEN, notice_id),
        secure_cookie=(product.settings.public_url or "").startswith("https://"),
    )
