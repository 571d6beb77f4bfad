"""One file is the contract: it is sound OpenAPI, its examples fit it, and reference platform and client keep to it."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from api.platform import contract
from api.platform.callbacks import EVENTS
from api.platform.client import PlatformClient
from api.platform.outcomes import Accepted, Found, Item, NotFound, Page, Refused
from api.platform.reference.reading import put_cases, put_institutions
from tests.api.platform.conftest import KEY, Running

ROOT = Path(__file__).parents[3]
SCHEMAS = contract.document()["components"]["schemas"]
EXAMPLES = {example.place: example for example in contract.examples()}
METHODS = ("get", "post", "put", "patch", "delete")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = contract.document()["paths"]
    return [(path, method, paths[path][method]) for path in paths for method in METHODS if method in paths[path]]


def example(name: str) -> Any:
    [found] = [e.value for place, e in EXAMPLES.items() if place.endswith(f"/examples/{name}")]
    return copy.deepcopy(found)


def test_the_package_and_the_documentation_hold_the_same_file() -> None:
    assert (ROOT / "docs" / contract.FILE_NAME).resolve() == (ROOT / "api/platform" / contract.FILE_NAME).resolve()


@pytest.mark.parametrize("place", EXAMPLES)
def test_every_example_fits_its_schema(place: str) -> None:
    contract.validator_of(EXAMPLES[place].schema).validate(EXAMPLES[place].value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_sound(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    contract.validator(name).is_valid({})


def test_every_reference_leads_somewhere() -> None:
    text = (ROOT / "docs" / contract.FILE_NAME).read_text(encoding="utf-8")
    for pointer in re.findall(r'\$ref: "#/([^"]+)"', text):
        node: Any = contract.document()
        for part in pointer.split("/"):
            node = node[part]


def test_every_call_names_its_answers_its_errors_and_needs_a_token() -> None:
    seen = {(method, path) for path, method, _ in operations()}
    assert seen == {
        ("post", "/feedback"),
        ("get", "/feedback"),
        ("post", "/feedback/{reference}/entries"),
        ("get", "/institutions"),
        ("get", "/institutions/{credit_code}"),
        ("get", "/cases"),
        ("get", "/cases/{number}"),
    }
    assert contract.document()["security"] == [{"bearer": []}]
    for _, method, operation in operations():
        assert {"401", "default"} <= set(operation["responses"])
        if method == "post":
            assert {"200", "201", "422", "429"} <= set(operation["responses"])


def test_every_body_and_every_answer_has_an_example() -> None:
    bodies = [o["requestBody"]["content"]["application/json"] for _, m, o in operations() if m == "post"]
    answers = [o["responses"]["200"]["content"]["application/json"] for _, m, o in operations() if m == "get"]
    for body in bodies + answers:
        assert body["examples"]


def test_every_event_of_the_contract_is_taken_and_no_other() -> None:
    kinds = {SCHEMAS[name]["properties"]["type"]["const"]: name for name, _ in EVENTS.values()}
    assert kinds == {kind: name for kind, (name, _) in EVENTS.items()}
    assert {r["$ref"].rpartition("/")[2] for r in SCHEMAS["Event"]["oneOf"]} == set(kinds.values())


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "G20261123-001"},
        {"reference": None},
        {"kind": "praise"},
        {"region": "11010"},
        {"text": ""},
        {"anonymous": "no"},
        {"anonymous": True},  # beside a contact
        {"contact": {"name": "示例"}},
        {"submitted_at": "2026-11-23T12:00:00"},
        {"submitted_at": "23.11.2026"},
        {"attachments": [{"name": "1.jpg"}]},
        {"attachments": [{"name": "1.jpg", "missing": True}] * 10},
        {"attachments": [{"name": "1.jpg", "missing": False}]},
        {"openid": "o-citizen"},
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_the_schema(change: dict[str, Any]) -> None:
    with pytest.raises(contract.DoesNotFit) as refused:
        contract.check("FeedbackSubmission", example("consultation") | change)
    assert "o-citizen" not in str(refused.value)


@given(st.floats(min_value=0, max_value=7e9))
def test_every_moment_we_write_is_one_by_the_contract(seconds: float) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert contract.fits("Moment", moment.isoformat())
    assert contract.moment(moment.isoformat()) == moment


@given(st.text(max_size=40))
def test_a_moment_that_fits_can_be_read(text: str) -> None:
    if contract.fits("Moment", text):
        assert contract.moment(text).tzinfo is not None


@pytest.mark.parametrize(
    "text", ["2026-11-23T12:00:00.123456789Z", "2026-11-23t12:00:00z", "2026-11-23T12:00:00-00:30"]
)
def test_unusual_but_right_moments_are_read(text: str) -> None:
    assert contract.fits("Moment", text)
    assert contract.moment(text).tzinfo is not None


def test_the_reference_platform_takes_every_example_and_answers_by_the_contract(platform: Running) -> None:
    client: PlatformClient = platform.client
    submission = example("consultation")
    assert isinstance(client.submit(json.dumps(submission).encode(), key=KEY), Accepted)
    assert isinstance(client.submit(json.dumps(example("anonymous")).encode(), key=KEY + "2"), Accepted)
    assert isinstance(client.find(submission["reference"]), Found)
    for number, name in enumerate(("rating", "message")):
        entry = json.dumps(example(name)).encode()
        assert isinstance(client.add_entry(submission["reference"], entry, key=f"{KEY}-e{number}"), Accepted)
    found = client.find(submission["reference"])
    assert isinstance(found, Found)
    assert [line.kind for line in found.history] == ["received", "entry", "entry"]


def test_institutions_and_cases_are_read_by_the_contract(platform: Running) -> None:
    complete = example("complete")
    put_institutions(platform.engine, [complete])
    put_cases(platform.engine, [example("with_history")])
    code = complete["credit_code"]
    assert platform.client.institution(code) == Item(complete)
    assert platform.client.institutions() == Page((complete,), None)
    assert platform.client.case("BJ20261101-0001") == Item(example("with_history"))
    assert platform.client.cases(institution=code) == Page((example("with_history"),), None)
    assert isinstance(platform.client.institution("12990000MB0000027H"), NotFound)
    assert isinstance(platform.client.case("BJ-none"), NotFound)
    assert platform.client.cases(institution="12990000MB0000027H") == Page((), None)
    assert isinstance(platform.client.cases(institution="too short"), Refused)
