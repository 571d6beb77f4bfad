"""Problem details (RFC 9457): the one form in which the platform says no."""

from __future__ import annotations

import json

from fastapi import Request, Response

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """Ends the request; ``title`` and ``detail`` are read by staff."""

    def __init__(self, status: int, title: str, detail: str | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail


def problem_response(
    status: int, title: str, detail: str | None = None, *, headers: dict[str, str] | None = None
) -> Response:
    body = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    return Response(json.dumps(body, ensure_ascii=False), status, headers, MEDIA_TYPE)


async def answer_problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem_response(problem.status, problem.title, problem.detail)
