"""The platform's contract, from the one file ``docs/platform-openapi.yaml``; the package holds a link to it.

Client, reference platform, callbacks and contract tests all check bodies here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FILE_NAME = "platform-openapi.yaml"
DOCUMENT_URI = "urn:bianshitong:platform"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
REASON_LIMIT = 300  # characters of a reason that travel into tables and answers

formats = FormatChecker(())


class DoesNotFit(ValueError):
    """A body that is not what the contract says; the message names the place and never the value."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example of the document: where it stands, and the name of the schema it must fit."""

    place: str
    schema: dict[str, Any]
    value: Any


@cache
def document() -> dict[str, Any]:
    """The whole OpenAPI document; treat it as read-only."""
    loaded = yaml.safe_load(files("api.platform").joinpath(FILE_NAME).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@cache
def validator(schema: str) -> Draft202012Validator:
    """The validator of one schema of ``components/schemas``; a wrong name fails here, at once."""
    if schema not in document()["components"]["schemas"]:
        raise KeyError(schema)
    return validator_of({"$ref": f"#/components/schemas/{schema}"})


def validator_of(schema: dict[str, Any]) -> Draft202012Validator:
    """The validator of any piece of schema in the document."""
    anchored = {"$ref": DOCUMENT_URI + schema["$ref"]} if "$ref" in schema else schema
    resource = DRAFT202012.create_resource(document())
    registry: Registry[Any] = Registry().with_resource(DOCUMENT_URI, resource)
    return Draft202012Validator(anchored, registry=registry, format_checker=formats)


def check(schema: str, value: Any) -> None:
    """Raises ``DoesNotFit``. The message may be logged and shown: it holds field names, no content."""
    error = next(validator(schema).iter_errors(value), None)
    if error is not None:
        place = ".".join(str(part) for part in error.absolute_path) or "正文"
        raise DoesNotFit(f"{place} 不符合接口约定（{error.validator}）"[:REASON_LIMIT])


def fits(schema: str, value: Any) -> bool:
    return bool(validator(schema).is_valid(value))


def examples() -> Iterator[Example]:
    """Every example in the document beside the schema it belongs to."""
    yield from _examples(document(), "#")


def moment(text: str) -> datetime:
    """An RFC 3339 time that ``check`` has passed."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.upper()).replace("Z", "+00:00"))


def _examples(node: Any, place: str) -> Iterator[Example]:
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _examples(item, f"{place}/{number}")
    if not isinstance(node, dict):
        return
    if "schema" in node and isinstance(node.get("examples"), dict):
        for name, example in node["examples"].items():
            yield Example(f"{place}/examples/{name}", node["schema"], example["value"])
    for key, item in node.items():
        if key != "examples":
            yield from _examples(item, f"{place}/{key}")


@formats.checks("date-time")
def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not RFC3339.fullmatch(value):
        return False
    try:
        moment(value)
    except ValueError:
        return False
    return True


@formats.checks("date")
def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-01-01")


@formats.checks("uri")
def _is_web_address(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"https?://[^\s<>\"]+", value) is not None
