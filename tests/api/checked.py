"""What the tests of ``config check`` share: an account that is right, and a site that answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx

from bot.account import Account, AccountKind, Credentials
from tests.wechat_server import APP_ID, APP_SECRET

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CREDENTIALS = Credentials(app_secret=APP_SECRET, token="sampletoken", aes_key=AES_KEY)
SERVICE = Account(
    name="sample",
    app_id=APP_ID,
    kind=AccountKind.SERVICE,
    verified=True,
    customer_service_transfer=True,
    template_ids={"progress": "notice-1"},
    credentials=CREDENTIALS,
)

Answering = Callable[[str, dict[str, str]], tuple[int, bytes]]


@contextmanager
def site(answering: Answering) -> Iterator[httpx.Client]:
    """A client for which every name leads to one server of ours on a loopback port, as DNS would have it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body = answering(parts.path, dict(parse_qsl(parts.query)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()

    class Towards(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=listening.server_address[1])
            return super().handle_request(request)

    with httpx.Client(transport=Towards()) as http:
        yield http
    listening.shutdown()
    listening.server_close()
    thread.join()
