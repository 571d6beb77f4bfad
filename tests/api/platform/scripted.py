"""A server that answers exactly the bytes it is told to, however wrong they are."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from types import TracebackType

HEAD_END = b"\r\n\r\n"


class ScriptedServer:
    """One answer a connection: pieces of bytes, with a pause between them; then it hangs up."""

    def __init__(self, pieces: Sequence[bytes], *, pause: float = 0.0) -> None:
        self._pieces = pieces
        self._pause = pause
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._ended = threading.Event()
        self.requests: list[bytes] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(2)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            self.requests.append(_request(connection))
            for piece in self._pieces:
                connection.sendall(piece)
                if self._pause:
                    time.sleep(self._pause)
        except OSError:
            return  # the client has hung up, which is what some tests are about


def http(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """A whole answer; ``length`` may lie. It says that the server hangs up, or a client in a hurry asks once more on
    the connection that is just being closed, and loses a request."""
    told = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {told}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + HEAD_END + body


def _request(connection: socket.socket) -> bytes:
    read = b""
    while HEAD_END not in read:
        read += connection.recv(65536)
    head, _, body = read.partition(HEAD_END)
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += connection.recv(65536)
    return head + HEAD_END + body
