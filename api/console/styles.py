"""One generated style sheet for all style attributes of the library's templates: the policy allows no attribute."""

from __future__ import annotations

import hashlib

from jinja2 import BaseLoader, Environment
from starlette.requests import Request
from starlette.responses import Response

from api.console.nonces import STYLE, style_name

# Weighs more than a class, as the attribute did, and less than what a script sets.
RULE = '[data-s="{name}"][data-s="{name}"][data-s="{name}"]{{{style}}}'
KEPT = "public, max-age=31536000, immutable"  # its address names its content


def sheet(env: Environment) -> str:
    """A rule for every style attribute in any template that ``env`` can load."""
    assert isinstance(env.loader, BaseLoader)
    found = {style for name in env.list_templates() for style in _styles(env.loader.get_source(env, name)[0])}
    return "\n".join(sorted(RULE.format(name=style_name(style), style=" ".join(style.split())) for style in found))


class Styles:
    """The sheet as a page of its own. Raises nothing; templates change with a release only."""

    def __init__(self, env: Environment) -> None:
        self._content = sheet(env)
        self.version = hashlib.sha256(self._content.encode()).hexdigest()[:8]

    async def page(self, request: Request) -> Response:
        """For everybody: the page for signing in needs it too."""
        return Response(self._content, media_type="text/css", headers={"Cache-Control": KEPT})


def _styles(source: str) -> list[str]:
    return STYLE.findall(source)
