"""Which tests go to the same process of the test run.

A scheduler of our own, for pytest-xdist 3.8 marks its groups in a field that pytest 9.2 no longer has, so that
``--dist loadgroup`` alone groups nothing.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# A whole product is started once for each database: its tests stay together.
_WHOLE_PRODUCT = re.compile(r"tests/e2e/.*\[(?:.*-)?(sqlite|postgresql)\b")


class Scheduling(LoadScopeScheduling):
    """Every test by itself, and those of tests/e2e by their database and last of all (``tests.e2e.conftest``): the
    products that they start run until the end, and would take a third of the machine from all tests after them."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # the largest groups first, it would be

    def _split_scope(self, nodeid: str) -> str:
        found = _WHOLE_PRODUCT.match(nodeid)
        return f"e2e-{found[1]}" if found else nodeid
