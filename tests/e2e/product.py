"""The whole product as its own operating-system process, and a citizen who reaches it as WeChat does."""

from __future__ import annotations

import html
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx

from api.demo import simulator_account
from api.simulator.wechat_side import WeChatSide, flat_fields, xml_text
from bot.account import Account
from knowledge.store.vault import Vault

SECRET = "a secret only for end-to-end tests, long enough"
START_SECONDS = 60.0
TAPPABLE = re.compile(r'<a href="weixin://bizmsgmenu\?([^"]*)">(.*?)</a>')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class RunningProduct:
    """``bianshitong serve`` in demo mode; ``settings`` are further BST_ variables."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ("serve",)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir / f"log-{self.port}.txt"

    def start(self) -> RunningProduct:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BST_")}
        environment |= {"BST_DEMO": "1", "BST_DATA_DIR": str(self.data_dir), "BST_SECRET_KEY": SECRET, **self.settings}
        arguments = [*self.command, *(("--port", str(self.port)) if self.command[0] == "serve" else ())]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api", *arguments],
                env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
                cwd=self.data_dir,
                stdout=log,
                stderr=log,
            )
        if self.command[0] == "serve":
            self._wait_until_serving()
        return self

    def stop(self) -> None:
        """As Ctrl-C does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None

    def _wait_until_serving(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the product did not start:\n{self.log.read_text()[-3000:]}")
            try:
                httpx.get(f"{self.url}/healthz", timeout=1.0, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return


_message_ids = count(int(time.time() * 1000))


@dataclass
class Citizen:
    """Sends through the encrypted webhook and reads the decrypted answer."""

    url: str
    openid: str
    account: Account = field(default_factory=lambda: simulator_account(Vault(SECRET)))

    def says(self, content: str) -> str:
        return self.deliver(self.text(content))

    def text(self, content: str) -> str:
        """The plain message; deliver it as often as you like."""
        return self._message("text", f"<Content>{xml_text(content)}</Content>")

    def picture(self, media_id: str) -> str:
        return self._message("image", f"<PicUrl></PicUrl><MediaId>{xml_text(media_id)}</MediaId>")

    def deliver(self, plain: str, *, url: str | None = None, timeout: float = 8.0) -> str:
        """One delivery; the answer's text, or its type in brackets, or nothing for ``success``."""
        side = WeChatSide(self.account)
        signed = side.request(plain, openid=self.openid, to_account="gh_e2e", now=datetime.now(UTC))
        answer = httpx.post(
            f"{url or self.url}/wechat/{self.account.name}",
            params=signed.query,
            content=signed.body,
            headers={"content-type": signed.media_type},
            timeout=timeout,
            trust_env=False,
        )
        assert answer.status_code == 200, answer.status_code
        read = side.read_answer(answer.content)
        if read is None:
            return ""
        fields = flat_fields(read)
        assert fields["ToUserName"] == self.openid
        return fields.get("Content", f"[{fields['MsgType']}]")

    def taps(self, answer: str, label: str) -> str:
        """Tap the link whose label holds these words."""
        for query, shown in TAPPABLE.findall(answer):
            if label in html.unescape(shown):
                sent = urllib.parse.parse_qs(html.unescape(query))["msgmenucontent"][0]
                return self.says(sent)
        raise AssertionError(f"nothing to tap for {label!r} in:\n{answer}")

    def _message(self, kind: str, inside: str) -> str:
        return (
            f"<xml><ToUserName><![CDATA[gh_e2e]]></ToUserName><FromUserName>{xml_text(self.openid)}</FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inside}"
            f"<MsgId>{next(_message_ids)}</MsgId></xml>"
        )


def plain_words(answer: str) -> str:
    """The answer as one reads it, without the links' addresses."""
    return TAPPABLE.sub(lambda found: html.unescape(found[2]), answer)
