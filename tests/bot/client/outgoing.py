"""An account of the tests, and the outgoing API that calls for it."""

from __future__ import annotations

import httpx

from bot.account import Account, AccountKind, Credentials
from bot.client.api import WeChatApi
from bot.client.tokens import TokenHolder
from tests.wechat_server import APP_ID, APP_SECRET

OPENID = "openid-of-a-citizen"
SEND = "/cgi-bin/message/custom/send"
MENU = "/cgi-bin/menu/get"


def account(*, verified: bool = True, secret: str | None = APP_SECRET) -> Account:
    return Account(
        name="sample",
        app_id=APP_ID,
        kind=AccountKind.SERVICE,
        verified=verified,
        credentials=Credentials(app_secret=secret),
    )


def make_api(url: str, http: httpx.Client, *, verified: bool = True) -> WeChatApi:
    holder = TokenHolder(account(verified=verified), api_url=url, http=http)
    return WeChatApi(account(verified=verified), api_url=url, tokens=holder, http=http)
