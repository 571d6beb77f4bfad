"""The interface is as it is described: thousands of requests made from the description find no other answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode

from api.rest.app import rest_app
from tests.api.rest.program import Program

EXAMPLES = 50  # an operation, each kind of request
DESCRIBED: dict[str, Any] = rest_app(None).openapi()  # type: ignore[arg-type] # nothing is asked of it
OPERATIONS = [(path, method) for path, methods in DESCRIBED["paths"].items() for method in methods]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{m} {p}" for p, m in OPERATIONS])
def test_every_answer_is_as_described(
    app: FastAPI, program: Program, path: str, method: str, mode: GenerationMode
) -> None:
    program.given(per_minute=6000)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    schema.config.generation.update(modes=[mode])
    headers = {"Authorization": f"Bearer {program.token}"}

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
    )
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def answered(case: Case) -> None:
        program.clock.passes(seconds=1)
        if mode is GenerationMode.POSITIVE:
            _made_possible(case)
        response = case.call(headers=headers)
        assert response.status_code < 500
        case.validate_response(response, headers=headers)

    answered()


def _made_possible(case: Case) -> None:
    """What a schema cannot say of a request that is right."""
    case.query.pop("cursor", None)  # only the interface itself makes one
    if isinstance(case.body, dict) and case.body.get("valid_from"):
        case.body.pop("valid_until", None)  # may lie before
    if "from" in case.query or "to" in case.query:
        first = date(2000 + len(str(case.query)) % 50, 1, 31)
        case.query.update({"from": first.isoformat(), "to": (first + timedelta(days=300)).isoformat()})


def test_the_description_is_public_and_says_everything_in_chinese(program: Program) -> None:
    schema = program.get("openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert schema["servers"] == [{"url": "/api/v1"}]
    undescribed = [
        f"{path}.{name}"
        for path, name, told in described(schema)
        if not re.search("[一-鿿]", told.get("description", ""))
    ]
    assert undescribed == []


def described(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Whatever a reader is told of: operations, parameters, answers, fields."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation
            yield from ((path, each["name"], each) for each in operation.get("parameters", ()))
            yield from ((path, status, answer) for status, answer in operation["responses"].items())
    for model, told in schema["components"]["schemas"].items():
        yield from ((model, name, field) for name, field in told["properties"].items())


def test_every_refusal_that_is_described_is_a_problem() -> None:
    for methods in DESCRIBED["paths"].values():
        for operation in methods.values():
            refused = {s: list(r["content"]) for s, r in operation["responses"].items() if not s.startswith("2")}
            assert {"401", "403", "422", "429"} <= set(refused)
            assert set(map(tuple, refused.values())) == {("application/problem+json",)}
