"""A person with a browser in front of the console, without a browser: follows forms, carries the token along."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.console.admin import Console as ConsoleAdmin
from knowledge.staff.rights import Role
from tests.api.console.people import GOOD_PASSWORD, first_password, hire

FIRST = "admin"


@dataclass
class Console:
    """``sent_again``: tickets put back on their way. ``told``: notices for citizens. ``enqueued``: (job, key)."""

    app: FastAPI
    sent_again: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    enqueued: list[tuple[str, str]] = field(default_factory=list)
    made: ConsoleAdmin | None = None


@dataclass
class Visitor:
    client: TestClient
    sessions: sessionmaker[Session]
    now: datetime
    console: Console
    staff_id: str = ""

    @cached_property
    def one_time(self) -> str:
        """The password of ``admin`` as the product prints it at its first start; nobody is asked for it before."""
        return first_password(self.sessions, self.now)

    @property
    def sent_again(self) -> list[str]:
        return self.console.sent_again

    @property
    def told(self) -> list[str]:
        return self.console.told

    def get(self, path: str) -> str:
        return self.client.get(path).text

    def post(self, path: str, **form: str) -> tuple[int, str]:
        form["csrftoken"] = self.client.cookies.get("starlette_admin_csrftoken") or ""
        answer = self.client.post(path, data=form)
        return answer.status_code, answer.text

    def sign_in(self, password: str, *, name: str = FIRST) -> tuple[int, str]:
        self.get("/console/login")
        return self.post("/console/login", username=name, password=password)

    def enter(self, *roles: Role, region: str | None = None, topic: str | None = None, name: str = "") -> None:
        """As a new person with these roles, who is signed in afterwards; nobody else is in this browser."""
        self.client.cookies.clear()
        name = name or "-".join(part for part in ("staff", *roles, region, topic) if part)
        self.staff_id = hire(self.sessions, *roles, name=name, now=self.now, region=region, topic=topic)
        status, page = self.sign_in(GOOD_PASSWORD, name=name)
        assert status == 200, page

    def enter_first(self) -> None:
        """As the first account, through the forced change of its password."""
        self.sign_in(self.one_time)
        self.post("/console/password", old=self.one_time, new=GOOD_PASSWORD, again=GOOD_PASSWORD)
