"""The load generator: encrypted requests made beforehand, sent over kept-open connections, answers read and checked."""

from __future__ import annotations

import asyncio
import itertools
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from api.simulator.wechat_side import WeChatSide, flat_fields, xml_text
from bot.account import Account

HEAD_END = b"\r\n\r\n"
CHECK_EVERY = 10  # of the answers every tenth is decrypted and looked at, after the clock has stopped
_message_ids = itertools.count(time.time_ns() // 1000)


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivery, ready to be sent. ``openid``: who must be named in the answer."""

    openid: str
    wire: bytes


@dataclass(slots=True)
class Run:
    """``seconds``: latency of each answer, in the order in which they came."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    answers: list[tuple[str, bytes]] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class Mailbag:
    """Wraps questions as WeChat would, for one account."""

    def __init__(self, account: Account) -> None:
        self._side = WeChatSide(account)
        self._path = f"/wechat/{account.name}"

    def letters(self, questions: Sequence[str], citizens: Sequence[str]) -> list[Letter]:
        """Citizens take turns. Send within minutes: a letter grows old."""
        return [self._letter(asked, who) for asked, who in zip(questions, itertools.cycle(citizens), strict=False)]

    def _letter(self, asked: str, openid: str) -> Letter:
        now = datetime.now(UTC)
        plain = (
            f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName>{xml_text(openid)}</FromUserName>"
            f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content>{xml_text(asked)}</Content><MsgId>{next(_message_ids)}</MsgId></xml>"
        )
        signed = self._side.request(plain, openid=openid, to_account="gh_bench", now=now)
        head = (
            f"POST {self._path}?{urllib.parse.urlencode(signed.query)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"User-Agent: Mozilla/4.0\r\nAccept: */*\r\nContent-Type: text/xml\r\nContent-Length: {len(signed.body)}\r\n\r\n"
        )
        return Letter(openid, head.encode() + signed.body)

    def check(self, run: Run) -> list[str]:
        """The texts of the answers kept for it. Errors: ``AnswerMalformed``; ``AssertionError`` for another's answer."""
        return [self._content(openid, body) for openid, body in run.answers]

    def _content(self, openid: str, body: bytes) -> str:
        plain = self._side.read_answer(body)
        assert plain is not None, "success instead of an answer"
        fields = flat_fields(plain)
        assert fields["ToUserName"] == openid
        return fields["Content"]


async def send(port: int, letters: Sequence[Letter], *, connections: int, seconds: float) -> Run:
    """All letters, or as many as fit into the time; each connection has one under way."""
    run = Run()
    waiting = iter(enumerate(letters))
    began = time.perf_counter()
    await asyncio.gather(*(_post(port, waiting, run, began + seconds) for _ in range(connections)))
    run.elapsed = time.perf_counter() - began
    return run


async def _post(port: int, waiting: Iterator[tuple[int, Letter]], run: Run, until: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for number, letter in waiting:
            sent = time.perf_counter()
            writer.write(letter.wire)
            body = await _answer(reader)
            now = time.perf_counter()
            run.seconds.append(now - sent)
            if number % CHECK_EVERY == 0:
                run.answers.append((letter.openid, body))
            if now > until:
                return
    finally:
        writer.close()
        await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(HEAD_END)
    assert head.startswith(b"HTTP/1.1 200 "), head[:100]
    length = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
    return await reader.readexactly(int(length))
