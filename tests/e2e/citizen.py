"""A citizen who reaches the product as WeChat brings a message: signed, encrypted, over HTTP."""

from __future__ import annotations

import html
import re
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import httpx

from api.demo import simulator_account
from api.simulator.wechat_side import SignedRequest, WeChatSide, flat_fields, xml_text
from bot.account import Account
from knowledge.store.vault import Vault
from tests.e2e.product import SECRET

ACCOUNT_ID = "gh_e2e"
PATIENCE_SECONDS = 60.0  # a machine that runs other things; WeChat itself hangs up after 5
REFERENCE = re.compile(r"F[0-9]{8}-?[0-9]{3,}")
TAPPABLE = re.compile(r'<a href="weixin://bizmsgmenu\?([^"]*)">(.*?)</a>')
NOT_YET = "(nothing yet)"

_message_ids = count(time.time_ns() // 1000)


@dataclass
class Citizen:
    """Sends through the encrypted webhook of ``account`` and reads the decrypted answer."""

    url: str
    openid: str
    account: Account = field(default_factory=lambda: simulator_account(Vault(SECRET)))

    def says(self, content: str) -> str:
        return self.deliver(self.text(content))

    def text(self, content: str) -> str:
        """The plain message; deliver it as often as you like."""
        return self.message("text", f"<Content>{xml_text(content)}</Content>")

    def picture(self, media_id: str) -> str:
        return self.message("image", f"<PicUrl></PicUrl><MediaId>{xml_text(media_id)}</MediaId>")

    def message(self, kind: str, inside: str) -> str:
        return (
            f"<xml><ToUserName><![CDATA[{ACCOUNT_ID}]]></ToUserName><FromUserName>{xml_text(self.openid)}</FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inside}"
            f"<MsgId>{next(_message_ids)}</MsgId></xml>"
        )

    def deliver(self, plain: str, *, url: str | None = None) -> str:
        """One delivery; the answer's text, its type in brackets, nothing for ``success``, or ``NOT_YET``."""
        request = self.signed(plain)
        answer = self.post(request.query, request.body, url=url)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return NOT_YET
        assert answer.status_code == httpx.codes.OK, answer.status_code
        read = WeChatSide(self.account).read_answer(answer.content)
        if read is None:
            return ""
        fields = flat_fields(read)
        assert fields["ToUserName"] == self.openid
        return fields.get("Content", f"[{fields['MsgType']}]")

    def signed(self, plain: str, *, now: datetime | None = None) -> SignedRequest:
        side = WeChatSide(self.account)
        return side.request(plain, openid=self.openid, to_account=ACCOUNT_ID, now=now or datetime.now(UTC))

    def post(
        self, query: dict[str, str], body: bytes, *, media_type: str = "text/xml", url: str | None = None
    ) -> httpx.Response:
        """Any request at all to the webhook."""
        return httpx.post(
            f"{url or self.url}/wechat/{self.account.name}",
            params=query,
            content=body,
            headers={"content-type": media_type},
            timeout=PATIENCE_SECONDS,
            trust_env=False,
        )

    def taps(self, answer: str, label: str) -> str:
        """Tap the link whose label holds these words."""
        for query, shown in TAPPABLE.findall(answer):
            if label in html.unescape(shown):
                sent = urllib.parse.parse_qs(html.unescape(query))["msgmenucontent"][0]
                return self.says(sent)
        raise AssertionError(f"nothing to tap for {label!r} in:\n{answer}")

    def fills_in(self, text: str, *, kind: str = "建议", target: str = "跳过", contact: str = "跳过") -> str:
        """The whole form up to its summary."""
        for answer in ("反馈", kind, target, text, "跳过"):
            self.says(answer)
        summary = self.says(contact)
        assert "请核对后提交" in summary, summary
        return summary

    def files(self, text: str, *, kind: str = "建议", target: str = "跳过", contact: str = "跳过") -> str:
        """A whole feedback; its reference."""
        self.fills_in(text, kind=kind, target=target, contact=contact)
        return self.files_now()

    def files_now(self) -> str:
        """The last step alone; the reference."""
        return reference_in(self.says("确认"))


def reference_in(answer: str) -> str:
    found = REFERENCE.search(answer)
    assert found is not None, answer
    return found[0]


def plain_words(answer: str) -> str:
    """The answer as one reads it, without the links' addresses."""
    return TAPPABLE.sub(lambda found: html.unescape(found[2]), answer)


def at_once(deliveries: list[tuple[Citizen, str, str]]) -> list[str]:
    """(citizen, message, server) each in a thread of its own, let go together; the answers in that order."""
    gate = threading.Barrier(len(deliveries))

    def deliver(citizen: Citizen, plain: str, url: str) -> str:
        gate.wait(PATIENCE_SECONDS)
        return citizen.deliver(plain, url=url)

    with ThreadPoolExecutor(len(deliveries)) as threads:
        return list(threads.map(lambda one: deliver(*one), deliveries))
