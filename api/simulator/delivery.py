"""Takes a citizen's message to the account's webhook as WeChat does: five seconds, three times, the same message."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable

import httpx

from api.simulator.outgoing import Outgoing
from api.simulator.passive import Shown, shown
from api.simulator.state import Attempt, Bubble, Exchange, Phone, SimulatorState
from api.simulator.wechat_side import AnswerMalformed, SignedRequest, WeChatSide
from api.simulator.window import Occasion

WAIT_SECONDS = 5.0  # official: then WeChat hangs up
ATTEMPTS = 3  # official: the first and two more
PIECES = 6  # into which a slow request is cut
OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试"  # WeChat's own words
OCCASIONS = {"CLICK": Occasion.MENU_CLICK, "subscribe": Occasion.FOLLOW, "SCAN": Occasion.SCAN}


class Delivery:
    """``http`` ``None``: every message opens a connection of its own. ``wait_seconds`` is shorter in tests only."""

    def __init__(
        self,
        state: SimulatorState,
        *,
        webhook_url: str,
        http: httpx.AsyncClient | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self.webhook_url = webhook_url
        self._state = state
        self._side = WeChatSide(state.account)
        self._http = http
        self._wait_seconds = wait_seconds
        self._running: set[asyncio.Task[None]] = set()
        state.tell = self.tell

    def send(
        self, phone: Phone, message: Outgoing, *, bubble: Bubble | None = None, pace_seconds: float = 0.0
    ) -> Exchange:
        """Start taking it there; the answer appears in the chat when it comes. Opens the customer-service window."""
        now = self._state.clock()
        plain = message.xml(
            to_account=self._state.original_id,
            openid=phone.openid,
            sent_at=now,
            message_id=self._state.next_message_id(),
        )
        exchange = self._state.open_exchange(phone, message, plain, pace_seconds=pace_seconds)
        phone.last_exchange = exchange.id
        occasion = OCCASIONS.get(message.event) if message.is_event else Occasion.MESSAGE
        if occasion is not None:
            phone.window.open(occasion, now=now)
        if bubble is not None:
            bubble.exchange = exchange.id
        self._start(phone, exchange, bubble)
        return exchange

    def send_again(self, phone: Phone, exchange: Exchange) -> Exchange:
        """The same message, MsgId and CreateTime and all, wrapped anew: what WeChat does when it heard nothing."""
        again = self._state.open_exchange(phone, exchange.outgoing, exchange.plain, pace_seconds=exchange.pace_seconds)
        bubble = self._state.show(phone, "notice", "notice", {"text": "微信重发了上一条消息"}, exchange=again.id)
        self._start(phone, again, bubble)
        return again

    def tell(self, phone: Phone, event: Outgoing) -> None:
        """An event that the citizen does not see, such as that a notice has arrived."""
        exchange_before = phone.last_exchange
        self.send(phone, event)
        phone.last_exchange = exchange_before

    async def verify(self) -> Attempt:
        """The GET with which WeChat's back office checks the address."""
        now = self._state.clock()
        echo = str(self._state.next_message_id())
        query = self._side.verification(echo, now=now)
        attempt = Attempt(1, self.webhook_url, query, "", now)
        await self._timed(attempt, self._call("GET", query, b"", {}))
        if not attempt.outcome:
            right = attempt.status == httpx.codes.OK and attempt.response_body == echo
            attempt.outcome = "验证通过" if right else "验证失败：应原样返回 echostr"
        return attempt

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running)

    def _start(self, phone: Phone, exchange: Exchange, bubble: Bubble | None) -> None:
        if bubble is not None:
            bubble.state = "sending"
        self._state.changed()
        task = asyncio.get_running_loop().create_task(self._deliver(phone, exchange, bubble))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _deliver(self, phone: Phone, exchange: Exchange, bubble: Bubble | None) -> None:
        failed = True
        for number in range(1, ATTEMPTS + 1):
            attempt, body = await self._attempt(phone, exchange, number)
            if attempt.status is not None:
                failed = not self._read(phone, exchange, attempt, body)
                break
            self._state.changed()
        if failed and exchange.outgoing.answer_awaited:
            self._state.show(phone, "notice", "trouble", {"text": OUT_OF_ORDER}, exchange=exchange.id)
        if bubble is not None:
            bubble.state = "failed" if failed else "sent"
        exchange.done = True
        self._state.changed()

    async def _attempt(self, phone: Phone, exchange: Exchange, number: int) -> tuple[Attempt, bytes]:
        now = self._state.clock()
        to_account = self._state.original_id
        request = self._side.request(exchange.plain, openid=phone.openid, to_account=to_account, now=now)
        attempt = Attempt(number, self.webhook_url, request.query, request.body.decode(), now)
        exchange.attempts.append(attempt)
        headers = {"Content-Type": request.media_type, "User-Agent": "Mozilla/4.0", "Pragma": "no-cache"}
        content = _body(request, exchange.pace_seconds)
        headers["Content-Length"] = str(len(request.body))
        return attempt, await self._timed(attempt, self._call("POST", request.query, content, headers))

    async def _timed(self, attempt: Attempt, call: Awaitable[httpx.Response]) -> bytes:
        """Fill in what came back, and give its bytes; ``status`` stays ``None`` where nothing came."""
        body = b""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._wait_seconds):
                response = await call
        except TimeoutError:
            attempt.outcome = f"{self._wait_seconds:g} 秒内没有回应，微信断开"
        except httpx.HTTPError as error:
            attempt.outcome = f"连接失败（{type(error).__name__}）"
        else:
            attempt.status = response.status_code
            body = response.content
            attempt.response_body = body.decode(errors="replace")
        attempt.milliseconds = round((time.monotonic() - began) * 1000)
        return body

    async def _call(
        self, method: str, query: dict[str, str], content: bytes | AsyncIterator[bytes], headers: dict[str, str]
    ) -> httpx.Response:
        if self._http is not None:
            return await self._http.request(
                method, self.webhook_url, params=query, content=content, headers=headers, timeout=None
            )
        async with httpx.AsyncClient(trust_env=False, timeout=None) as http:  # noqa: S113  # WeChat's own time-out is around it
            return await http.request(method, self.webhook_url, params=query, content=content, headers=headers)

    def _read(self, phone: Phone, exchange: Exchange, attempt: Attempt, body: bytes) -> bool:
        """Show the answer; ``False`` where WeChat cannot make anything of it."""
        try:
            if attempt.status != httpx.codes.OK:
                raise AnswerMalformed(f"HTTP {attempt.status}")
            plain = self._side.read_answer(body)
            attempt.decrypted = plain or ""
            answer = shown(plain, openid=phone.openid, account_id=self._state.original_id) if plain else None
            self._check_media(answer)
        except AnswerMalformed as error:
            attempt.outcome = f"无法使用的回复：{error}"
            return False
        attempt.outcome = "收到，无需显示" if answer is None else answer.remark or "已显示给市民"
        if answer is not None and answer.kind != "dropped" and phone.following:
            side = "notice" if answer.kind == "notice" else "account"
            self._state.show(phone, side, answer.kind, answer.content, exchange=exchange.id)  # type: ignore[arg-type]
        return True

    def _check_media(self, answer: Shown | None) -> None:
        if answer is not None and answer.kind == "image":
            media_id = str(answer.content["media"])
            if self._state.shelf.get(media_id, now=self._state.clock()) is None:
                raise AnswerMalformed("图片的 media_id 无效或已过期")


def _body(request: SignedRequest, pace_seconds: float) -> bytes | AsyncIterator[bytes]:
    return request.body if pace_seconds <= 0 else _slowly(request.body, pace_seconds)


async def _slowly(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    """In pieces with pauses between, as over a bad line."""
    size = -(-len(body) // PIECES)
    for start in range(0, len(body), size):
        yield body[start : start + size]
        await asyncio.sleep(seconds / PIECES)
