"""Values that several requests have in common, each with the form it must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import StringConstraints

from api.rest.keys import key_with
from api.rest.problems import MEDIA_TYPE
from api.rest.texts import PROBLEMS, SUCCESS
from knowledge.keys.keys import Key, KeyScope

# No database keeps a NUL, no answer a control character.
SEEN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
SEEN_AND_SOMETHING = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\x00-\x20\x7f\s][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
ONE_REGION = r"^[0-9]{6}$"

Region = Annotated[str, StringConstraints(pattern=ONE_REGION)]
RegionOrNation = Annotated[str, StringConstraints(pattern=r"^([0-9]{6}|国家)$")]
EntryId = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x20\x7f,;|]+$", max_length=64)]
Category = Annotated[str, StringConstraints(pattern=SEEN, max_length=64)]

Knowing = Annotated[Key, Depends(key_with(KeyScope.KNOWLEDGE))]
Asking = Annotated[Key, Depends(key_with(KeyScope.ASK))]
Naming = Annotated[Key, Depends(key_with(KeyScope.INSTITUTIONS))]
Counting = Annotated[Key, Depends(key_with(KeyScope.STATISTICS))]
Drafting = Annotated[Key, Depends(key_with(KeyScope.DRAFTS))]

HomeRegion = Annotated[Region | None, Query(description="6位行政区划代码；本地的排在前面", examples=["320300"])]


def needs(scope: KeyScope, *also: str) -> dict[str, Any]:
    """Of a route's description: which key it asks for and every way to be refused. ``also``: names of problems."""
    names = ("no-key", "not-allowed", "invalid", "too-many", "internal", "unavailable", *also)
    responses = {PROBLEMS[name].status: _response(name) for name in names}
    return {
        "responses": dict(sorted(responses.items())),
        "response_description": SUCCESS,
        "openapi_extra": {"security": [{"key": [scope.value]}]},
    }


def _response(name: str) -> Mapping[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {"Retry-After": {"description": "多少秒之后再试", "schema": {"type": "integer"}}}
    described = {"description": PROBLEMS[name].title, "content": content}
    return described | ({"headers": headers} if name in ("too-many", "unavailable") else {})
