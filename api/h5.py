"""The citizen's own pages, opened from the chat by a signed link, and WeChat's files that prove the domain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.links import LinkRefused, SignedLinks
from bot.account import Account
from handlers.texts.privacy import PRIVACY_VERSION, THIS_OFFICE

FOLDER = Path(__file__).parent / "templates"
VERIFICATION = re.compile(r"[A-Za-z0-9]{1,64}")  # as WeChat's back office names its files
VERIFICATION_LIMIT_BYTES = 1024  # such a file holds one short word
FACTS = ("bureau_name", "bureau_phone", "bureau_address")  # what the statement says of the office, where known
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def h5_router(*, links: SignedLinks, accounts: Mapping[str, Account], verification_folder: Path) -> APIRouter:
    """``accounts`` by name. ``verification_folder``: where operators put ``MP_verify_….txt``; it need not exist."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(default=True), undefined=StrictUndefined
    )
    router = APIRouter(include_in_schema=False)

    def shown(template: str, status: int, **values: object) -> Response:
        content = templates.get_template(template).render(**values)
        return Response(content, status_code=status, media_type="text/html", headers=dict(HEADERS))

    @router.get("/h5/privacy")
    def privacy(t: str = "") -> Response:
        try:
            opened = links.open(t, page="privacy")
        except LinkRefused:
            return shown("link_refused.html", 403, word="隐私")
        account = _account(accounts, opened.account)
        bureau = {name: account.bureau.get(name, "") if account else "" for name in FACTS}
        office = bureau["bureau_name"] or THIS_OFFICE
        return shown("privacy.html", 200, office=office, bureau=bureau, version=PRIVACY_VERSION)

    @router.get("/h5/h5.css")
    def style() -> Response:
        return Response((FOLDER / "h5.css").read_bytes(), media_type="text/css", headers={"Cache-Control": "no-cache"})

    @router.get("/MP_verify_{word}.txt")
    def verification(word: str) -> Response:
        content = verification_file(verification_folder, word)
        return Response(content or b"", status_code=200 if content else 404, media_type="text/plain")

    return router


def _account(accounts: Mapping[str, Account], name: str | None) -> Account | None:
    """A link without an account can only mean the one there is."""
    if name is None and len(accounts) == 1:
        return next(iter(accounts.values()))
    return accounts.get(name or "")


def verification_file(folder: Path, word: str) -> bytes | None:
    """What the operator put there; never what the address says, or anybody could claim this domain."""
    path = folder / f"MP_verify_{word}.txt"
    if not VERIFICATION.fullmatch(word) or not path.is_file():
        return None
    with path.open("rb") as file:
        content = file.read(VERIFICATION_LIMIT_BYTES + 1)
    return content if len(content) <= VERIFICATION_LIMIT_BYTES else None
