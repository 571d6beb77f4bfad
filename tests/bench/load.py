"""The load generator: encrypted requests made beforehand, sent over kept-open connections, answers read and checked."""

from __future__ import annotations

import asyncio
import itertools
import time
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from api.simulator.wechat_side import WeChatSide, flat_fields, xml_text
from bot.account import Account

HEAD_END = b"\r\n\r\n"
BATCH = 40  # letters wrapped at a time, some 4 ms of work; on a busy machine 200 took the server over 4 s to answer
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


class Mailbag:
    """Wraps questions as WeChat would, for one account."""

    def __init__(self, account: Account) -> None:
        self._side = WeChatSide(account)
        self._path = f"/wechat/{account.name}"

    def letters(self, questions: Iterable[str], citizens: Iterator[str]) -> list[Letter]:
        """Each question by the next citizen, dated now."""
        return [self._letter(asked, next(citizens)) for asked in questions]

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
            f"User-Agent: Mozilla/4.0\r\nAccept: */*\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(signed.body)}\r\n\r\n"
        )
        return Letter(openid, head.encode() + signed.body)

    def check(self, run: Run) -> list[str]:
        """The texts of the answers kept for it. Errors: ``AnswerMalformed``, ``AssertionError``."""
        return [self._content(openid, body) for openid, body in run.answers]

    def _content(self, openid: str, body: bytes) -> str:
        plain = self._side.read_answer(body)
        assert plain is not None, "success instead of an answer"
        fields = flat_fields(plain)
        assert fields["ToUserName"] == openid
        return fields["Content"]


async def send(
    port: int, bag: Mailbag, questions: Sequence[str], citizens: Sequence[str], *, connections: int, seconds: float
) -> Run:
    """All questions, or as many as fit into the time; each connection has one under way.

    They are wrapped in small batches, with the server at rest meanwhile: a message that is seconds old may be a
    resend, and costs a look in the database.
    """
    run = Run()
    writers = itertools.cycle(citizens)
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    try:
        for start in range(0, len(questions), BATCH):
            letters = iter(bag.letters(questions[start : start + BATCH], writers))
            began = time.perf_counter()
            await asyncio.gather(*(_post(reader, writer, letters, run) for reader, writer in opened))
            run.elapsed += time.perf_counter() - began
            if run.elapsed > seconds:
                break
    finally:
        for _, writer in opened:
            writer.close()
    return run


async def _post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, letters: Iterator[Letter], run: Run
) -> None:
    for letter in letters:
        sent = time.perf_counter()
        writer.write(letter.wire)
        body = await _answer(reader)
        run.seconds.append(time.perf_counter() - sent)
        if len(run.seconds) % CHECK_EVERY == 0:
            run.answers.append((letter.openid, body))


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(HEAD_END)
    assert head.startswith(b"HTTP/1.1 200 "), head[:100]
    length = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
    return await reader.readexactly(int(length))
