"""Our own api.weixin.qq.com on a loopback port: real HTTP, real tokens, and every failure that can be scripted."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

APP_ID = "wx00112233445566aa"
APP_SECRET = "secret-5f0c2d7a9b1e4c63-never-to-be-logged"
# Tokens of today have some 136 characters; 512 must fit (official).
TOKEN_PREFIX = "TOKEN-never-to-be-logged-"
TOKEN_CHARACTERS = 512


@dataclass(frozen=True)
class Call:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Errcode:
    code: int
    message: str = "said WeChat"


@dataclass(frozen=True)
class Status:
    code: int
    body: bytes = b"<html>Bad gateway</html>"


@dataclass(frozen=True)
class Json:
    value: Any
    status: int = 200


@dataclass(frozen=True)
class File:
    content: bytes
    media_type: str
    disposition: str = ""


@dataclass(frozen=True)
class HalfBody:
    """Promises more bytes than it sends, then hangs up."""


@dataclass(frozen=True)
class HangUp:
    """Reads the request, answers nothing and closes."""


@dataclass(frozen=True)
class Slow:
    """Answers as usual after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Drip:
    """Sends one byte after another with a pause (seconds) between them."""

    content: bytes
    pause: float


Failure = Errcode | Status | Json | File | HalfBody | HangUp | Slow | Drip


@dataclass
class WeChatServer:
    """``script`` queues answers for a path; without any it behaves as WeChat does. ``calls`` holds all that came in."""

    app_secret: str = APP_SECRET
    lifetime: int = 7200
    token_stays_bad: bool = False
    clock_ahead: float = 0.0
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    _tokens: int = 0
    _scripts: dict[str, deque[Failure]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, path: str, *answers: Failure) -> None:
        self._scripts.setdefault(path, deque()).extend(answers)

    def calls_to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    @property
    def fetches(self) -> int:
        return len(self.calls_to("/cgi-bin/stable_token"))

    @property
    def token(self) -> str:
        """The only token that is good now."""
        return f"{TOKEN_PREFIX}{self._tokens:04}".ljust(TOKEN_CHARACTERS, "x")

    def revoke(self) -> None:
        """The token in hand is bad from now on; the next fetch gives another."""
        with self._lock:
            self._tokens += 1

    def answer(self, call: Call) -> Failure:
        with self._lock:
            self.calls.append(call)
            queue = self._scripts.get(call.path)
            scripted = queue.popleft() if queue else None
        if scripted is not None and not isinstance(scripted, Slow):
            return scripted
        if isinstance(scripted, Slow):
            time.sleep(scripted.seconds)
        if call.path == "/cgi-bin/stable_token":
            return self._stable_token(call)
        if self.token_stays_bad or call.query.get("access_token") != self.token:
            return Errcode(40001, f"invalid credential, access_token is invalid or not latest {call.query}")
        return _usual(call)

    def _stable_token(self, call: Call) -> Failure:
        if call.json["appid"] != APP_ID:
            return Errcode(40013, "invalid appid")
        if call.json["secret"] != self.app_secret:
            return Errcode(40125, "invalid appsecret")
        return Json({"access_token": self.token, "expires_in": self.lifetime})


def _usual(call: Call) -> Failure:
    match call.path:
        case "/cgi-bin/media/upload":
            return Json({"type": "image", "media_id": "uploaded-1", "created_at": 1})
        case "/cgi-bin/media/get":
            return File(b"\xff\xd8 a picture", "image/jpeg", 'attachment; filename="photo.jpg"')
        case "/cgi-bin/qrcode/create":
            return Json({"ticket": "ticket-1", "expire_seconds": 60, "url": "http://weixin.qq.com/q/1"})
        case "/cgi-bin/user/info":
            return Json({"subscribe": 1, "openid": call.query["openid"]})
        case "/cgi-bin/menu/get":
            return Json({"menu": {"button": []}})
        case "/cgi-bin/get_current_autoreply_info":
            return Json({"is_add_friend_reply_open": 0, "is_autoreply_open": 0})
        case "/cgi-bin/template/get_all_private_template":
            return Json({"template_list": [{"template_id": "template-1"}]})
        case "/wxaapi/newtmpl/gettemplate":
            return Json({"errcode": 0, "errmsg": "ok", "data": [{"priTmplId": "notice-1"}]})
        case "/cgi-bin/customservice/getkflist":
            return Json({"kf_list": [{"kf_account": "one@gh"}]})
        case "/cgi-bin/message/template/send" | "/cgi-bin/message/subscribe/bizsend":
            return Json({"errcode": 0, "errmsg": "ok", "msgid": 200228332})
        case _:
            return Json({"errcode": 0, "errmsg": "ok"})


@contextmanager
def running(server: WeChatServer) -> Iterator[WeChatServer]:
    """Serve on a free loopback port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(time.time() + server.clock_ahead, usegmt=True)

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            call = Call(self.command, parts.path, query, dict(self.headers.items()), body)
            self._send(server.answer(call))

        def _send(self, answer: Failure) -> None:
            match answer:
                case Errcode(code, message):
                    self._body(200, "text/plain", json.dumps({"errcode": code, "errmsg": message}).encode())
                case Json(value, status):
                    self._body(status, "application/json; encoding=utf-8", json.dumps(value).encode())
                case Status(code, content):
                    self._body(code, "text/html", content)
                case File(content, media_type, disposition):
                    self._body(200, media_type, content, disposition)
                case HalfBody():
                    self._body(200, "application/json", b'{"errcode"', promised=100)
                case Drip(content, pause):
                    self._body(200, "application/json", content, pause=pause)
                case HangUp() | Slow():
                    self._hang_up()

        def _body(
            self,
            status: int,
            media_type: str,
            body: bytes,
            disposition: str = "",
            promised: int = 0,
            pause: float = 0.0,
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(promised or len(body)))
            if disposition:
                self.send_header("Content-Disposition", disposition)
            self.end_headers()
            try:
                for piece in [bytes([byte]) for byte in body] if pause else [body]:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(pause)
            except (BrokenPipeError, ConnectionResetError):
                return  # the caller gave up waiting: what a time-out looks like from here
            if promised:
                self._hang_up()

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
