"""The console, for the rules that all of its routes keep."""

from __future__ import annotations

from tests.api.console.conftest import browser, console, register

__all__ = ["browser", "console", "register"]
