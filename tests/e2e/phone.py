"""The simulator's phone, used over HTTP as its page uses it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx

from tests.e2e.citizen import PATIENCE_SECONDS


@dataclass
class Phone:
    """``number`` counts the simulator's citizens from 1."""

    url: str
    number: int = 1

    def says(self, content: str) -> str:
        return self._sent("text", json={"content": content})

    def shows(self, picture: bytes) -> str:
        """Sends a picture."""
        return self._sent("picture", content=picture)

    def bubbles(self, *, after: int = 0) -> list[dict[str, Any]]:
        return [bubble for bubble in self._phone()["bubbles"] if bubble["id"] > after]

    def pushed(self) -> list[str]:
        """What the account sent by itself."""
        return [_words(bubble) for bubble in self.bubbles() if bubble["state"] == "pushed"]

    def _sent(self, what: str, **request: Any) -> str:
        """The answer, once it is shown."""
        before = max((bubble["id"] for bubble in self.bubbles()), default=0)
        address = f"{self.url}/simulator/api/citizens/{self.number}/{what}"
        sent = httpx.post(address, headers={"X-Simulator": "1"}, timeout=PATIENCE_SECONDS, trust_env=False, **request)
        assert sent.status_code == httpx.codes.OK, sent.text
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answers = [b for b in self.bubbles(after=before) if b["side"] == "account" and b["state"] != "pushed"]
            if answers:
                return _words(answers[0])
            assert time.monotonic() < deadline, "the phone shows no answer"
            time.sleep(0.1)

    def _phone(self) -> dict[str, Any]:
        address = f"{self.url}/simulator/api/state"
        state = httpx.get(address, params={"citizen": self.number}, timeout=PATIENCE_SECONDS, trust_env=False).json()
        phone: dict[str, Any] = state["phone"]
        return phone


def _words(bubble: dict[str, Any]) -> str:
    return "".join(part["text"] for part in bubble["content"].get("parts", ()))
