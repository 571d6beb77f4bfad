"""The OpenAPI description as the page at ``/docs`` shows it: operations, each with rows of fields and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from api.rest.texts import ADDRESS, EXAMPLE, KINDS, LIMITS, NOTHING_MORE, OR_NULL

JSON = "application/json"
DEEPEST = 4  # levels of objects inside objects; ours have two


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter or field. ``depth``: how far inside others it stands. ``limits`` in words."""

    name: str
    kind: str
    required: bool
    description: str
    limits: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """``call``: for the command line. ``answer``: an example, as JSON. ``refusals``: pairs of status and title."""

    id: str
    method: str
    path: str
    tag: str
    scope: str
    summary: str
    description: str
    parameters: Sequence[Row]
    body: Sequence[Row]
    answered: Sequence[Row]
    status: str
    call: str
    answer: str
    refusals: Sequence[tuple[str, str]]


def operations(schema: Mapping[str, Any]) -> list[Operation]:
    """In the order of the description."""
    prefix = schema["servers"][0]["url"]
    return [
        _operation(schema, f"{prefix}{path}", method, each)
        for path, methods in schema["paths"].items()
        for method, each in methods.items()
    ]


def rows(schema: Mapping[str, Any], node: Mapping[str, Any], depth: int = 0) -> Iterator[Row]:
    """The fields of an object, and behind each those of the objects in it."""
    of = _object_in(schema, node)
    for name, field in of.get("properties", {}).items():
        required = name in of.get("required", ())
        plain = _resolved(schema, field)
        yield Row(name, _kind(schema, field), required, field.get("description", ""), _limits(plain), depth)
        if depth < DEEPEST:
            yield from rows(schema, field, depth + 1)


def _operation(schema: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
    status, answer = next((s, a) for s, a in told["responses"].items() if s.startswith("2"))
    answered = answer.get("content", {}).get(JSON, {}).get("schema", {})
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        tag=told["tags"][0],
        scope=told["security"][0]["key"][0],
        summary=told["summary"],
        description=told.get("description", ""),
        parameters=[_parameter(schema, each) for each in told.get("parameters", ())],
        body=list(rows(schema, body)),
        answered=list(rows(schema, answered)),
        status=status,
        call=_call(schema, path, method, told, body),
        answer=_json(_example(schema, answered)),
        refusals=[(s, r["description"]) for s, r in told["responses"].items() if not s.startswith("2")],
    )


def _parameter(schema: Mapping[str, Any], told: Mapping[str, Any]) -> Row:
    description = told.get("description", "")
    limits = _limits({**_resolved(schema, told["schema"]), "description": description})
    return Row(told["name"], _kind(schema, told["schema"]), told["required"], description, limits)


def _resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands behind a reference or beside ``null``."""
    if "$ref" in node:
        named: Mapping[str, Any] = schema["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]]
        return named
    several = [each for each in node.get("anyOf", ()) if each.get("type") != "null"]
    return {**_resolved(schema, several[0]), **node} if several else node


def _object_in(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object itself, or the one that a list is made of."""
    plain = _resolved(schema, node)
    return _object_in(schema, plain["items"]) if "items" in plain else plain


def _kind(schema: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    plain = _resolved(schema, node)
    kind = KINDS[plain.get("format") or plain.get("type", "object")]
    if "items" in plain:
        kind = f"{_kind(schema, plain['items'])}{kind}"
    null = any(each.get("type") == "null" for each in node.get("anyOf", ()))
    return f"{kind}{OR_NULL}" if null else kind


def _limits(plain: Mapping[str, Any]) -> str:
    """Values that the description does not name, bounds, what stands where nothing is written, and an example."""
    unnamed = [value for value in plain.get("enum", ()) if f"`{value}`" not in plain.get("description", "")]
    parts = ["、".join(plain["enum"])] if unnamed else []
    parts += [words.format(plain[name]) for name, words in LIMITS.items() if plain.get(name) is not None]
    if examples := plain.get("examples"):
        parts.append(EXAMPLE.format(examples[0]))
    return "；".join(parts)


def _call(schema: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    query = []
    for each in told.get("parameters", ()):
        example = next(iter(each["schema"].get("examples", ())), None)
        if each["in"] == "path":
            path = path.replace("{" + each["name"] + "}", str(example))
        elif example is not None and each["required"]:
            query.append(f"{each['name']}={quote(str(example))}")
    lines = [f"curl '{ADDRESS}{path}{'?' if query else ''}{'&'.join(query)}'", "  -H 'Authorization: Bearer bst_…'"]
    if body:
        sent = orjson.dumps(_example(schema, body)).decode()
        lines += ["  -H 'Content-Type: application/json'", f"  -d '{sent}'"]
    return " \\\n".join(lines)


def _example(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Any:
    """The first example of each field; a plain value of its kind where it has none."""
    if node.get("examples"):
        return node["examples"][0]
    if any(each.get("type") == "null" for each in node.get("anyOf", ())) and "$ref" not in str(node):
        return None
    plain = _resolved(schema, node)
    if "items" in plain:
        return [_example(schema, plain["items"])]
    if "properties" in plain:
        return {name: _example(schema, field) for name, field in plain["properties"].items()}
    if "enum" in plain:
        return plain["enum"][0]
    return plain.get("default", _PLAIN.get(plain.get("format") or plain.get("type", "")))


_PLAIN = {"string": NOTHING_MORE, "integer": 1, "number": 0.97, "boolean": True, "date": "2026-01-31"} | {
    "date-time": "2026-01-31T08:00:00Z"
}


def _json(example: Any) -> str:
    return orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
