"""Which tests go to the same process of the test run.

A scheduler of our own, for pytest-xdist 3.8 marks its groups in a field that pytest 9.2 no longer has, so that
``--dist loadgroup`` alone groups nothing.
"""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

# A whole product is started once for each database: its tests stay together.
_WHOLE_PRODUCT = re.compile(r"tests/e2e/.*\[(?:.*-)?(sqlite|postgresql)\b")


class Scheduling(LoadScopeScheduling):
    """Every test by itself, and those of tests/e2e by their database."""

    def _split_scope(self, nodeid: str) -> str:
        found = _WHOLE_PRODUCT.match(nodeid)
        return f"e2e-{found[1]}" if found else nodeid
