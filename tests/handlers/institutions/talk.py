"""One citizen of a county who looks institutions up, with the look-up routers alone or with all of them."""

from __future__ import annotations

from bot.account import Account
from bot.messages import LocationMessage
from bot.replies import Text
from bot.router import dispatch
from handlers.context import Context
from handlers.institutions import router_explicit, router_name
from handlers.routers import ROUTERS
from handlers.taps import resolve_choice
from tests.conftest import NOON
from tests.handlers.build import OPENID, text

COUNTY = Account(name="county", app_id="wx0123456789abcdef", region="990101")
CARD_FIELDS = (
    "统一社会信用代码", "宗旨和业务范围", "住所", "法定代表人", "经费来源", "开办资金", "举办单位", "登记管理机关",
    "证书有效期", "状态", "年度报告",
)  # fmt: skip


class Talk:
    """One citizen and the look-up routers alone, numbers resolved as the edge does."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(self, content: str) -> str | None:
        message = resolve_choice(text(content), self.context.conversation)
        return self._read(dispatch([router_explicit, router_name], message, self.context))

    def send_place(self, latitude: float, longitude: float) -> str | None:
        message = LocationMessage(
            to_account="gh", openid=OPENID, sent_at=NOON, message_id=2, latitude=latitude, longitude=longitude
        )
        return self._read(dispatch([router_explicit, router_name], message, self.context))

    @staticmethod
    def _read(reply: object) -> str | None:
        assert reply is None or isinstance(reply, Text)
        return reply.content if reply else None


class Whole(Talk):
    """One citizen and all routers, as the account has them."""

    def __call__(self, content: str) -> str:
        message = resolve_choice(text(content), self.context.conversation)
        return self._read(dispatch(ROUTERS, message, self.context)) or ""
