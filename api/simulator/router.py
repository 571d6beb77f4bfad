"""The simulator as one router: its page, what the page asks for, and the far side of WeChat's API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response

from api.simulator.commands import SetRights
from api.simulator.delivery import Delivery
from api.simulator.fake_api import api_router
from api.simulator.page_state import attempt_detail, exchange_detail, page_state
from api.simulator.phone_routes import phone_router
from api.simulator.pictures import SAMPLES, sample_picture
from api.simulator.plain_route import PlainRoute
from api.simulator.state import Place, SimulatorState
from bot.account import Account

FOLDER = Path(__file__).parent
MENU_FILE = FOLDER.parents[1] / "deploy" / "menu.json"
ASSETS: Mapping[str, str] = {
    "phone.css": "text/css",
    "panel.css": "text/css",
    "main.js": "text/javascript",
    "server.js": "text/javascript",
    "chat.js": "text/javascript",
    "composer.js": "text/javascript",
    "settings.js": "text/javascript",
    "raw.js": "text/javascript",
    "dom.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# In the county that is not (knowledge.institutions.sample): its centre, and beside two of its institutions.
PLACES = (
    Place("示例县城中心", 39.0400, 90.2600),
    Place("示例县第一中学附近", 39.0271, 90.2149),
    Place("示例县公证处附近", 39.0921, 90.2330),
)


def simulator_router(
    *,
    account: Account,
    webhook_url: str,
    http: httpx.AsyncClient | None = None,
    state: SimulatorState | None = None,
    places: Sequence[Place] = PLACES,
) -> APIRouter:
    """Everything under ``/simulator``. It can sign for ``account`` and for no other.

    Its API side is at ``/simulator/wechat-api``. ``state``: to share it with a test; it must be of the same account.
    """
    kept = state or SimulatorState(account, menu=_menu_from_file(), places=places)
    if kept.account is not account:
        raise ValueError("模拟器的状态属于另一个公众号")
    delivery = Delivery(kept, webhook_url=webhook_url, http=http)
    router = _page_router(kept)
    commands = APIRouter(prefix="/api", dependencies=[Depends(_from_the_page)])
    commands.include_router(_account_router(kept, delivery))
    commands.include_router(phone_router(kept, delivery))
    router.include_router(commands)
    router.include_router(api_router(kept), prefix="/wechat-api")
    return router


def _page_router(state: SimulatorState) -> APIRouter:
    router = APIRouter(prefix="/simulator", include_in_schema=False)

    @router.get("")
    @router.get("/")
    async def page() -> Response:
        content = (FOLDER / "templates" / "phone.html").read_bytes()
        return Response(content, media_type="text/html", headers={**HEADERS, "Content-Security-Policy": POLICY})

    @router.get("/assets/{name}")
    async def asset(name: str) -> Response:
        if name not in ASSETS:
            raise HTTPException(404)
        return Response((FOLDER / "assets" / name).read_bytes(), media_type=ASSETS[name], headers=dict(HEADERS))

    @router.get("/samples/{name}")
    async def sample(name: str) -> Response:
        if name not in SAMPLES:
            raise HTTPException(404)
        return Response(sample_picture(name), media_type="image/png")

    @router.get("/pictures/{media_id}")
    async def picture(media_id: str) -> Response:
        """Where PicUrl points: anybody who has the address may fetch it, as with WeChat."""
        medium = state.shelf.get(media_id, now=state.clock())
        if medium is None or medium.kind != "image":
            raise HTTPException(404)
        return Response(medium.content, media_type=medium.media_type, headers={"X-Content-Type-Options": "nosniff"})

    return router


def _account_router(state: SimulatorState, delivery: Delivery) -> APIRouter:
    router = APIRouter(route_class=PlainRoute)

    @router.get("/state")
    async def current(citizen: int = 1, after: str = "") -> dict[str, Any]:
        """``after``: the version the page has; nothing but the version comes back while it is still so."""
        if not 1 <= citizen <= len(state.phones):
            raise HTTPException(404, "没有这位市民，请刷新页面")
        if after == f"{state.version_name}.{citizen}":
            return {"version": after, "unchanged": True}
        return {**page_state(state, citizen), "version": f"{state.version_name}.{citizen}"}

    @router.get("/exchanges/{number}")
    async def exchange(number: int) -> dict[str, Any]:
        found = state.exchanges.get(number)
        if found is None:
            raise HTTPException(404, "这条报文已不再保留")
        return exchange_detail(found)

    @router.post("/rights")
    async def set_rights(asked: SetRights) -> dict[str, str]:
        state.rights = asked.rights
        state.changed()
        return {"rights": state.rights.value}

    @router.post("/verify")
    async def verify() -> dict[str, Any]:
        return attempt_detail(await delivery.verify())

    return router


async def _from_the_page(request: Request, x_simulator: Annotated[str, Header()] = "") -> None:
    """Another site cannot set this header without asking first, and is not let to."""
    if request.method == "POST" and x_simulator != "1":
        raise HTTPException(403, "请从模拟器页面操作")


def _menu_from_file() -> Mapping[str, Any] | None:
    """The menu that stands ready to be pushed; an installed package has none beside it."""
    if not MENU_FILE.is_file():
        return None
    menu: Mapping[str, Any] = json.loads(MENU_FILE.read_text(encoding="utf-8"))
    return menu
