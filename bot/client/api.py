"""What the account can do of its own accord. Plain, synchronous, thread-safe calls; every one raises ``ApiError``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import httpx

from bot.account import Account
from bot.client.errors import ApiError, Rejected, Transient
from bot.client.media import Media, image_part, media_from
from bot.client.tokens import TokenHolder
from bot.client.transport import MEDIA_SECONDS, Answer, Request, exchange, patiently
from bot.client.wechatpy_bridge import Bridge
from bot.menu import Menu
from bot.replies import Article, Text

T = TypeVar("T")

NO_MENU_CODE = 46003
LONGEST_QR_LIFE = timedelta(days=30)  # official, temporary codes
SCENE_LIMIT_CHARACTERS = 64  # official, scene_str


@dataclass(frozen=True, slots=True)
class QrCode:
    """``content`` is the address to draw, ``ticket`` fetches the picture from WeChat; ``expires=None`` is for ever."""

    ticket: str
    content: str
    expires: timedelta | None


class WeChatApi:
    """The outgoing API of one account. A message is never sent twice: see ``UnclearOutcome``."""

    def __init__(self, account: Account, *, api_url: str, tokens: TokenHolder, http: httpx.Client) -> None:
        self.account = account
        self._http = http
        self._bridge = Bridge(account, api_url=api_url, tokens=tokens, http=http)

    def send_text(self, openid: str, content: str) -> None:
        """Raises ``ReplyTooLong`` before anything is sent: WeChat would drop it without a word."""
        self._bridge.message.send_text(openid, Text(content).content)

    def send_menu(self, openid: str, head: str, choices: Sequence[tuple[str, str]], tail: str) -> None:
        """``choices``: (id, what is shown); a tap comes back as a text message with what was shown."""
        listed = [{"id": choice_id, "content": shown} for choice_id, shown in choices]
        self._bridge.message.send_msg_menu(openid, {"head_content": head, "list": listed, "tail_content": tail})

    def send_image(self, openid: str, media_id: str) -> None:
        self._bridge.message.send_image(openid, media_id)

    def send_news(self, openid: str, article: Article) -> None:
        """One article: a customer-service message holds no more."""
        described = {
            "title": article.title,
            "description": article.description,
            "url": article.url,
            "picurl": article.picture_url,
        }
        self._bridge.message.send_articles(openid, [described])

    def send_subscription(self, openid: str, template_id: str, page: str | None, data: Mapping[str, str]) -> str:
        """订阅通知; one subscription pays for one message. Returns WeChat's message id, empty where it gives none."""
        answer = self._bridge.message.send_subscribe_message(openid, template_id, _fields(data), page=page)
        return str(answer.get("msgid", ""))

    def send_template(self, openid: str, template_id: str, url: str | None, data: Mapping[str, str]) -> str:
        """模板消息; its end is told by TEMPLATESENDJOBFINISH with the message id that is returned here."""
        answer = self._bridge.message.send_template(openid, template_id, _fields(data), url=url)
        return str(answer.get("msgid", ""))

    def create_menu(self, menu: Menu) -> None:
        self._bridge.menu.create(menu.to_json())

    def get_menu(self) -> dict[str, Any] | None:
        """The menu as WeChat has it, or ``None`` where there is none."""
        try:
            answer = self._bridge.menu.get()
        except ApiError as error:
            if error.code == NO_MENU_CODE:
                return None
            raise
        menu: dict[str, Any] = _expected(answer, "menu", dict)
        return menu

    def create_qr_code(self, scene: str, *, expires: timedelta | None) -> QrCode:
        """``expires`` up to 30 days; ``None`` makes a permanent code, of which there are 100,000 in all."""
        if not 1 <= len(scene) <= SCENE_LIMIT_CHARACTERS:
            raise Rejected(f"二维码的场景值须为 1 到 {SCENE_LIMIT_CHARACTERS} 个字符；请缩短")
        if expires is not None and not timedelta(seconds=1) <= expires <= LONGEST_QR_LIFE:
            raise Rejected("临时二维码最长 30 天；请缩短期限，或改用永久二维码")
        asked: dict[str, Any] = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        if expires is not None:
            asked |= {"action_name": "QR_STR_SCENE", "expire_seconds": int(expires.total_seconds())}
        answer = self._bridge.qrcode.create(asked)
        return QrCode(_expected(answer, "ticket", str), _expected(answer, "url", str), expires)

    def download_media(self, media_id: str) -> Media:
        """What a citizen sent, within three days. Raises ``Rejected`` when it has lapsed (40007)."""
        answer = self._bridge.media.download(media_id)
        if not isinstance(answer, Answer):
            answer = self._download_video(_expected(answer, "video_url", str))
        return media_from(answer, media_id)

    def upload_image(self, content: bytes, name: str) -> str:
        """The media id of a temporary picture, good for three days."""
        answer = self._bridge.media.upload("image", image_part(content, name))
        return _expected(answer, "media_id", str)

    def user_info(self, openid: str) -> dict[str, Any]:
        """``subscribe`` is 0 for who does not follow; names and pictures are no longer given by WeChat."""
        answer: dict[str, Any] = self._bridge.user.get(openid)
        return answer

    def autoreply_rules(self) -> dict[str, Any]:
        """The back office's own automatic replies. Every account may ask, verified or not (official)."""
        answer: dict[str, Any] = self._bridge.message.get_autoreply_info()
        return answer

    def template_ids(self) -> frozenset[str]:
        """The ids of 模板消息 and 订阅通知 chosen in the back office; only a verified 服务号 may ask."""
        templates = _expected(self._bridge.template.get_all_private_template(), "template_list", list)
        notices = _expected(self._bridge.get("/wxaapi/newtmpl/gettemplate"), "data", list)
        return frozenset(
            [str(one.get("template_id")) for one in templates] + [str(one.get("priTmplId")) for one in notices]
        )

    def customer_service_agents(self) -> int:
        """How many people answer in WeChat's customer-service client."""
        return len(_expected(self._bridge.get("customservice/getkflist"), "kf_list", list))

    def _download_video(self, address: str) -> Answer:
        """A video comes as an address of WeChat's own that needs no token."""
        request = Request("GET", address, repeatable=True, seconds=MEDIA_SECONDS)
        return patiently(lambda: exchange(self._http, request))


def _fields(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in data.items()}


def _expected(answer: dict[str, Any], name: str, kind: type[T]) -> T:
    """A field that WeChat always sends; without it the answer is as good as none."""
    value = answer.get(name)
    if not isinstance(value, kind):
        raise Transient("微信接口的答复不完整；请稍后再试")
    return value
