"""One connection to Redis that any number of scripts share: sent as they come, answered in that order.

A pool gives each command a connection, a lock and a timer of its own: 150 µs of processor time a script against 55
here (measured), twice a message. redis-py still makes the connection (TLS, passwords and sockets are its matter); what
then comes over it goes from the socket straight into hiredis, without a stream and a task between: 18 µs a command
and not 31.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import hiredis
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LinkBroken
from redis.exceptions import NoScriptError, ResponseError
from redis.exceptions import TimeoutError as LinkSilent


class _Line(asyncio.Protocol):
    """One connection while it lasts. What waits is answered in order, or fails together."""

    def __init__(self, writer: asyncio.StreamWriter, *, answer_seconds: float) -> None:
        self._writer = writer  # held, for it closes the connection when it is gone
        self._answer_seconds = answer_seconds
        self._waiting: deque[tuple[float, asyncio.Future[Any]]] = deque()
        self._answers = hiredis.Reader(replyError=_error)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._ended = self._loop.create_future()
        self.broken = False
        writer.transport.set_protocol(self)

    def ask(self, command: bytes) -> asyncio.Future[Any]:
        """Nobody has to wait until it is sent: of what Redis does not take in time, the timer knows."""
        answer = self._loop.create_future()
        self._waiting.append((self._loop.time() + self._answer_seconds, answer))
        if self._timer is None:
            self._timer = self._loop.call_later(self._answer_seconds, self._look)
        self._writer.transport.write(command)
        return answer

    async def close(self) -> None:
        self._break(LinkBroken("closed"))
        await self._ended

    def data_received(self, data: bytes) -> None:
        try:
            self._answers.feed(data)
            while (told := self._answers.gets()) is not False:  # what it says while an answer is not complete
                self._answer(told)
        except hiredis.ProtocolError as error:
            self._break(LinkBroken(type(error).__name__))

    def connection_lost(self, error: Exception | None) -> None:
        self._break(LinkBroken("ended by the server" if error is None else type(error).__name__))
        self._ended.set_result(None)

    def _answer(self, told: Any) -> None:
        """An error that Redis answers belongs to its command."""
        if not self._waiting:
            return
        _, answer = self._waiting.popleft()
        if answer.done():
            return  # nobody waits for it any more
        if isinstance(told, ResponseError):
            answer.set_exception(told)
        else:
            answer.set_result(told)

    def _look(self) -> None:
        """One timer for all: the oldest command is the first to be late."""
        self._timer = None
        if not self._waiting:
            return
        left = self._waiting[0][0] - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
            return
        self._break(LinkSilent("no answer in time"))

    def _break(self, error: Exception) -> None:
        self.broken = True
        self._writer.transport.abort()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            _, answer = self._waiting.popleft()
            if not answer.done():
                answer.set_exception(error)


def _error(words: str) -> ResponseError:
    return NoScriptError(words) if words.startswith("NOSCRIPT") else ResponseError(words)


class RedisLink:
    """Connects when first used and again after a break. Errors of ``run``: ``RedisError``, ``OSError``."""

    def __init__(self, url: str, *, connect_seconds: float, answer_seconds: float) -> None:
        self._pool: ConnectionPool = ConnectionPool.from_url(
            url, protocol=2, socket_connect_timeout=connect_seconds, socket_timeout=None, retry=Retry(NoBackoff(), 0)
        )
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._line: _Line | None = None
        self._connecting: asyncio.Task[_Line] | None = None

    async def run(self, *command: Any) -> Any:
        """One command and its answer as bytes, whole numbers, lists and ``None``. Never sent twice."""
        line = self._line
        if line is None or line.broken:
            line = await self._connected()
        return await line.ask(hiredis.pack_command(command))

    async def close(self) -> None:
        if self._connecting is not None:
            await asyncio.gather(self._connecting, return_exceptions=True)
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def _connected(self) -> _Line:
        """All who come meanwhile await the same attempt, and fail with it: an absent server costs each one time-out."""
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
            self._connecting.add_done_callback(self._ended)
        return await asyncio.shield(self._connecting)

    def _ended(self, attempt: asyncio.Task[_Line]) -> None:
        self._connecting = None
        if not attempt.cancelled() and attempt.exception() is None:
            self._line = attempt.result()

    async def _connect(self) -> _Line:
        """A server that accepts and then says nothing is away as well."""
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(self._connect_seconds + self._answer_seconds):
                await connection.connect()  # type: ignore[no-untyped-call]
        except TimeoutError as error:
            await connection.disconnect(nowait=True)
            raise LinkSilent("no connection in time") from error
        writer, connection._reader, connection._writer = connection._writer, None, None  # from here on it is ours
        if writer is None:
            raise LinkBroken("closed while it was made")
        return _Line(writer, answer_seconds=self._answer_seconds)
