"""What only the demo serves: the simulator and the reference platform, each reached over HTTP like any other."""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import create_engine
from starlette.responses import RedirectResponse

from api.demo import SIMULATOR
from api.platform.reference.app import reference_platform
from api.simulator.router import simulator_router
from api.wiring import Product, utc_now

PLATFORM_FILE = "reference-platform.db"  # its own database: the two systems share nothing but the contract


def add_demo(app: FastAPI, product: Product) -> None:
    """``/simulator`` and ``/platform``; the bare address leads to the simulator."""
    assert product.platform is not None
    app.include_router(
        simulator_router(account=product.accounts[SIMULATOR], webhook_url=f"{product.base_url}/wechat/{SIMULATOR}")
    )
    path = product.settings.data_dir / PLATFORM_FILE
    platform = reference_platform(
        create_engine(f"sqlite:///{path}"),
        token=product.platform.token,
        callback_url=product.platform.callback_url,
        callback_secret=product.settings.platform_callback_secret or product.platform.callback_secret,
        clock=utc_now,
    )
    app.mount("/platform", platform)

    @app.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse("/simulator")
