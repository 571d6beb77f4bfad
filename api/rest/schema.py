"""FastAPI's description of the interface made complete: problems, the key, no titles that only repeat a name."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from api.rest.problems import Problem
from api.rest.texts import KEY

REF = "#/components/schemas/{model}"
_FRAMEWORKS = ("HTTPValidationError", "ValidationError")  # never sent here


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    for name in _FRAMEWORKS:
        schemas.pop(name, None)
    _, problems = models_json_schema([(Problem, "serialization")], ref_template=REF)
    schemas.update(problems["$defs"])
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": KEY}}
    for path in schema["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                _in_an_address(parameter)
    _without_titles(schema["paths"])
    _without_titles(schemas)
    return schema


def _in_an_address(parameter: dict[str, Any]) -> None:
    """What may be left out cannot be ``null`` there; and its words stand once, beside the schema."""
    schema = parameter["schema"]
    several = [each for each in schema.pop("anyOf", ()) if each != {"type": "null"}]
    parameter["schema"] = {**(several[0] if several else {}), **schema}
    parameter["schema"].pop("description", None)


def _without_titles(node: Any) -> None:
    """``title`` of a value is its English name once more; a field that is called so is left alone."""
    if isinstance(node, list):
        for each in node:
            _without_titles(each)
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        for each in node.values():
            _without_titles(each)
