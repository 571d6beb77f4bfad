"""Where the product's own menu lies."""

from __future__ import annotations

from pathlib import Path

OWN_MENU = Path(__file__).parents[1] / "deploy" / "menu.json"
