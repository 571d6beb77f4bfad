"""Addresses of the citizen's own pages: signed, so that nobody makes one up, and short-lived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

PAGES = frozenset({"privacy"})  # what api.h5 serves
LIFETIME = timedelta(hours=24)  # ours: read the same day, useless when it turns up elsewhere later


class LinkRefused(Exception):
    """A link that was not made here, was made for another page, or is too old."""


@dataclass(frozen=True, slots=True)
class Opened:
    """``citizen`` is a pseudonym, never an openid; ``None`` where the page is the same for all."""

    account: str | None
    citizen: str | None


def utc_now() -> datetime:
    return datetime.now(UTC)


class SignedLinks:
    """Implements ``handlers.context.Links``. ``account``: the one whose citizens get these links.

    ``key`` comes from ``Vault.key("page-links")``. ``clock`` gives aware UTC.
    """

    def __init__(
        self,
        public_url: str | None,
        key: bytes,
        *,
        account: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._public_url = public_url.rstrip("/") if public_url else None
        self._key = key
        self._account = account
        self._clock = clock
        self._serializer: URLSafeSerializer = URLSafeSerializer(key, salt="h5")

    def for_account(self, account: str) -> SignedLinks:
        return SignedLinks(self._public_url, self._key, account=account, clock=self._clock)

    def page(self, name: str, *, citizen: str | None = None) -> str | None:
        """The full address; ``None`` where there is no public address or no such page."""
        if self._public_url is None or name not in PAGES:
            return None
        until = int((self._clock() + LIFETIME).timestamp())
        token = self._serializer.dumps([name, self._account, citizen, until])
        return f"{self._public_url}/h5/{name}?t={token}"

    def open(self, token: str, *, page: str) -> Opened:
        """Raises ``LinkRefused``."""
        try:
            name, account, citizen, until = self._serializer.loads(token)
        except (BadData, ValueError, TypeError):
            raise LinkRefused("not signed here") from None
        if name != page:
            raise LinkRefused("made for another page")
        if until < self._clock().timestamp():
            raise LinkRefused("too old")
        return Opened(account, citizen)
