"""``/docs``: the description of the interface as a page of our own. No script, nothing from another host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from fastapi import APIRouter, FastAPI, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from api.rest.described import operations
from api.rest.texts import PROBLEMS, SCOPES

FOLDER = Path(__file__).parent / "templates"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_CODE = re.compile(r"`([^`]+)`")


def docs_router(rest: FastAPI) -> APIRouter:
    """``rest``: the application that is described. The page is public, like the description itself."""
    router = APIRouter(include_in_schema=False)
    page: list[str] = []

    @router.get("/docs")
    def docs() -> Response:
        if not page:
            page.append(_rendered(rest))
        return Response(page[0], media_type="text/html", headers=dict(HEADERS))

    @router.get("/docs/docs.css")
    def style() -> Response:
        css = (FOLDER / "docs.css").read_bytes()
        return Response(css, media_type="text/css", headers={"Cache-Control": "no-cache"})

    return router


def _rendered(rest: FastAPI) -> str:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"prose": _prose, "words": _words}
    schema = rest.openapi()
    described = {tag["name"]: tag["description"] for tag in schema["tags"]}
    found = operations(schema)
    groups = [(name, described[name], list(each)) for name, each in groupby(found, attrgetter("tag"))]
    opened = {operation.scope for operation in found}
    return environment.get_template("docs.html").render(
        schema=schema,
        groups=groups,
        scopes={scope: name for scope, name in SCOPES.items() if scope in opened},
        problems=PROBLEMS.values(),
    )


def _prose(text: str) -> Markup:
    """Paragraphs parted by an empty line, `code` between backticks; everything else as it stands."""
    paragraphs = (part.replace("\n", "") for part in text.split("\n\n"))
    return Markup("\n").join(Markup("<p>{}</p>").format(_words(paragraph)) for paragraph in paragraphs)


def _words(text: str) -> Markup:
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before
