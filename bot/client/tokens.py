"""The access token of one account: one holder for all processes, on ``stable_token``.

Whoever finds no token takes the lock, looks again, and fetches; the others wait and find it. A token that WeChat
refuses is forgotten only if it still is the one held, so that a crowd of refusals makes one fetch. Nothing recurses.
"""

from __future__ import annotations

import copy
import json
import threading

import httpx
import redis

from bot.account import Account
from bot.client.errors import ApiError, Misconfigured, Transient
from bot.client.token_store import TokenStore
from bot.client.transport import Request, decoded, exchange, patiently

# WeChat renews five minutes ahead and lets the old token live for those (official).
RENEW_EARLY_SECONDS = 300
SHORTEST_LIFE_SECONDS = 60
LONGEST_LIFE_SECONDS = 7200


class TokenHolder:
    """``current`` is what every call asks; thread-safe. Without Redis each process holds its own token (degraded)."""

    def __init__(
        self, account: Account, *, api_url: str, http: httpx.Client, client: redis.Redis | None = None
    ) -> None:
        self._account = account
        self._url = f"{api_url.rstrip('/')}/cgi-bin/stable_token"
        self._http = http
        self._store = TokenStore(account.app_id, account.credentials.app_secret or "", client=client)
        self._fetching = threading.Lock()
        self._fetches_ended = 0
        self._failure: ApiError | None = None

    def current(self) -> str:
        """The token to use now. Raises ``Misconfigured``, ``RateLimited`` or ``Transient`` where there is none."""
        if token := self._store.get():
            return token
        seen = self._fetches_ended
        with self._fetching:
            # Who waited shares the outcome, a failure too: twenty waiting threads do not make twenty vain calls.
            if self._fetches_ended != seen and self._failure is not None:
                raise copy.copy(self._failure)
            with self._store.lock():
                return self._store.get() or self._fetch()

    def expire(self, refused: str) -> None:
        """Forget ``refused`` if it is still the token held; a newer one stays."""
        self._store.forget(refused)

    def fetch(self) -> tuple[str, int]:
        """Ask WeChat, past everything that is held: the token and the seconds it still lives."""
        secret = self._account.credentials.app_secret
        if not secret:
            raise Misconfigured(f"公众号“{self._account.name}”没有配置 AppSecret，不能调用微信接口；请补上 AppSecret")
        asked = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": secret,
            "force_refresh": False,
        }
        request = Request("POST", self._url, repeatable=True, content=json.dumps(asked).encode())
        answer = patiently(lambda: decoded(exchange(self._http, request), request))
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise Transient("微信没有给出访问令牌；请稍后再试")
        return token, min(seconds, LONGEST_LIFE_SECONDS)

    def _fetch(self) -> str:
        self._failure = None
        try:
            token, seconds = self.fetch()
        except ApiError as failure:
            self._failure = failure
            raise
        finally:
            self._fetches_ended += 1
        self._store.put(token, seconds=max(seconds - RENEW_EARLY_SECONDS, SHORTEST_LIFE_SECONDS))
        return token
