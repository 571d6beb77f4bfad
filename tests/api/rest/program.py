"""Another system of the bureau, as it asks the REST interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from knowledge.audit.events import Actor
from knowledge.keys.keys import KeyScope, add_key

BY = Actor(name="管理员甲")


@dataclass
class Clock:
    """Moves only when told."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Program:
    client: TestClient
    sessions: sessionmaker[Session]
    clock: Clock
    token: str = ""

    def given(
        self,
        *scopes: KeyScope,
        regions: Sequence[str] = (),
        per_minute: int = 1000,
        expires_at: datetime | None = None,
        name: str = "业务系统",
    ) -> str:
        """A key, which is sent from now on; its id."""
        with self.sessions.begin() as session:
            row, self.token = add_key(
                session,
                name=name,
                scopes=scopes or tuple(KeyScope),
                regions=regions,
                per_minute=per_minute,
                expires_at=expires_at,
                by=BY,
                now=self.clock.now,
            )
        return row.id

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.client.get(f"/api/v1/{path}", params=query, headers=self._headers())

    def post(self, path: str, body: Any) -> httpx.Response:
        return self.client.post(f"/api/v1/{path}", json=body, headers=self._headers())

    def asks(self, question: str, region: str | None = None) -> dict[str, Any]:
        answer = self.post("ask", {"question": question, "region": region})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and kind of a refusal, which must be a complete problem in Chinese."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert any("一" <= sign <= "鿿" for sign in told["title"] + told["detail"])
    return answer.status_code, told["type"].removeprefix("/docs#problem-")
