"""One run on this machine: matching, names and messages side by side with what others use. Some ten minutes."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import matching, messages, names, report, servers, tables

TOPICS = ("matching", "names", "messages")


def main() -> int:
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--only", choices=TOPICS, help="one of the three")
    asked.add_argument("--quick", action="store_true", help="small sizes, to see that it runs; writes nothing")
    asked.add_argument("--dry", action="store_true", help="print the figures, write nothing")
    options = asked.parse_args()
    os.sched_setaffinity(0, {servers.cores()[1]})
    dry = options.dry or options.quick
    for topic in (options.only,) if options.only else TOPICS:
        with tempfile.TemporaryDirectory(prefix="bianshitong-bench-") as folder:
            for path in RUNS[topic](Path(folder), options.quick, dry):
                _tell(f"written: {path.relative_to(servers.ROOT)}")
    return 0


def _matching(folder: Path, quick: bool, dry: bool) -> list[Path]:
    outcomes = matching.run(folder, quick=quick, tell=_tell)
    _print(tables.searchers(outcomes), tables.goals(tables.matching_goals(outcomes)))
    return [] if dry else report.write_matching(outcomes, root=servers.ROOT)


def _names(folder: Path, quick: bool, dry: bool) -> list[Path]:
    outcomes = names.run(folder, quick=quick, tell=_tell)
    _print(*(tables.searchers(each) for each in outcomes.values()), tables.goals(tables.names_goals(outcomes)))
    return [] if dry else report.write_names(outcomes, root=servers.ROOT)


def _messages(folder: Path, quick: bool, dry: bool) -> list[Path]:
    results = messages.run(folder, quick=quick, tell=_tell)
    _print(tables.messages(results), tables.layers(results), tables.goals(tables.messages_goals(results)))
    return [] if dry else report.write_messages(results, root=servers.ROOT)


def _print(*blocks: str) -> None:
    print("\n\n".join(blocks), end="\n\n", flush=True)


def _tell(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


RUNS: Mapping[str, Callable[[Path, bool, bool], list[Path]]] = {
    "matching": _matching,
    "names": _names,
    "messages": _messages,
}

if __name__ == "__main__":
    sys.exit(main())
