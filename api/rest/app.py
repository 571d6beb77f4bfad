"""The REST application as it is mounted at ``/api/v1``."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.rest import ask, drafts, institutions, knowledge, statistics, texts
from api.rest.body import BodyLimit
from api.rest.headers import RestHeaders
from api.rest.parts import RestParts
from api.rest.problems import add_problems
from api.rest.schema import completed

PREFIX = "/api/v1"


def rest_app(parts: RestParts) -> FastAPI:
    """Needs no login: each request brings its key. Its description is public, at ``/openapi.json`` below it."""
    app = FastAPI(
        title="编事通 API",
        version="1",
        description=texts.DESCRIPTION,
        openapi_tags=[dict(tag) for tag in texts.TAGS],
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,
    )
    app.state.parts = parts
    for topic in (knowledge, drafts, ask, institutions, statistics):
        app.include_router(topic.router)
    app.add_middleware(BodyLimit)
    app.add_middleware(RestHeaders)
    add_problems(app)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """FastAPI's own description, completed once."""
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = completed(generated())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # the way that FastAPI documents
