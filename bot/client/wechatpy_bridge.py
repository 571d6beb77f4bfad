"""The only place that touches wechatpy: its api classes know paths and bodies, the calls themselves are ours.

wechatpy's own client is never made. Measured on 1.8.18: it fetches tokens unlocked and without a time-out, recurses
for ever when a token stays bad, and puts the token into its errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
from wechatpy.client.api import WeChatMedia, WeChatMenu, WeChatMessage, WeChatQRCode, WeChatTemplate, WeChatUser

from bot.account import Account
from bot.client.errors import TOKEN_CODES, ApiError
from bot.client.tokens import TokenHolder
from bot.client.transport import CALL_SECONDS, MEDIA_SECONDS, Answer, Request, decoded, exchange, patiently

# Messages to a citizen: telling twice cannot be taken back.
_MESSAGES = "message/"
_MEDIA = "media/"
_FILE = "/media/get"


class Bridge:
    """What wechatpy's api classes take for their client."""

    def __init__(self, account: Account, *, api_url: str, tokens: TokenHolder, http: httpx.Client) -> None:
        self.appid = account.app_id
        self._base = api_url.rstrip("/")
        self._tokens = tokens
        self._http = http
        self.message = WeChatMessage(self)
        self.menu = WeChatMenu(self)
        self.media = WeChatMedia(self)
        self.qrcode = WeChatQRCode(self)
        self.user = WeChatUser(self)
        self.template = WeChatTemplate(self)

    def get(self, endpoint: str, **given: Any) -> Any:
        return self._call("GET", endpoint, **given)

    def post(self, endpoint: str, **given: Any) -> Any:
        return self._call("POST", endpoint, **given)

    def _call(
        self,
        method: str,
        endpoint: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> dict[str, Any] | Answer:
        """A refused token is fetched anew and the call made once more; a second refusal is final."""
        token = self._tokens.current()
        request = self._request(method, endpoint, params or {}, data, files)
        try:
            return self._send(request, token)
        except ApiError as error:
            if error.code not in TOKEN_CODES:
                raise
            self._tokens.expire(token)
            return self._send(request, self._tokens.current())

    def _request(
        self,
        method: str,
        endpoint: str,
        params: Mapping[str, str],
        data: Mapping[str, Any] | None,
        files: Mapping[str, Any] | None,
    ) -> Request:
        # A leading slash is a path from the root; all else lives under /cgi-bin/. No other host gets a token.
        path = endpoint if endpoint.startswith("/") else f"/cgi-bin/{endpoint}"
        return Request(
            method,
            f"{self._base}{path}",
            repeatable=not endpoint.startswith(_MESSAGES),
            params=params,
            # WeChat shows \uXXXX escapes as they stand, or refuses them (40033).
            content=None if data is None else json.dumps(data, ensure_ascii=False).encode(),
            files=files,
            seconds=MEDIA_SECONDS if endpoint.startswith(_MEDIA) else CALL_SECONDS,
        )

    def _send(self, request: Request, token: str) -> dict[str, Any] | Answer:
        """A JSON object, or the answer itself where it is a file."""
        signed = replace(request, params={**request.params, "access_token": token})

        def once() -> dict[str, Any] | Answer:
            answer = exchange(self._http, signed)
            return answer if _is_file(answer, signed) else decoded(answer, signed)

        return patiently(once)


def _is_file(answer: Answer, request: Request) -> bool:
    """WeChat sends a refused download as JSON, mostly under text/plain, and a file under its own type."""
    as_text = answer.media_type == "" or answer.media_type.startswith("text/") or "json" in answer.media_type
    return request.url.endswith(_FILE) and not as_text
