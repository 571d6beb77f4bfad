"""Every module that declares tables, so that Alembic and the tests see them all."""

from __future__ import annotations

import importlib
import pkgutil

import knowledge


def register_all() -> None:
    """Import each ``models`` module and every module that declares a table; idempotent."""
    for found in pkgutil.walk_packages(knowledge.__path__, "knowledge."):
        if found.name.endswith((".models", ".questions")) and found.name != __name__:
            importlib.import_module(found.name)
