"""A person with a browser in front of the console, without a browser: follows forms, carries the token along."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.testclient import TestClient

GOOD_PASSWORD = "晨光 2026 secure"


@dataclass
class Console:
    """``sent_again``: tickets put back on their way. ``told``: notices for citizens."""

    app: FastAPI
    sent_again: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass
class Visitor:
    client: TestClient
    one_time: str
    sent_again: list[str]
    told: list[str]

    def get(self, path: str) -> str:
        return self.client.get(path).text

    def post(self, path: str, **form: str) -> tuple[int, str]:
        form["csrftoken"] = self.client.cookies.get("starlette_admin_csrftoken") or ""
        answer = self.client.post(path, data=form)
        return answer.status_code, answer.text

    def sign_in(self, password: str) -> tuple[int, str]:
        self.get("/console/login")
        return self.post("/console/login", username="admin", password=password)

    def enter(self) -> None:
        self.sign_in(self.one_time)
        self.post("/console/password", old=self.one_time, new=GOOD_PASSWORD, again=GOOD_PASSWORD)
