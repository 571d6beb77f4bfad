"""The pages under docs/benchmarks with their plots, and the tables of both READMEs between their marks."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench import tables
from tests.bench.contest import OURS
from tests.bench.messages import ECHO, Results
from tests.bench.plot import bars, lines
from tests.bench.texts import MATCHING, MESSAGES, NAMES
from tests.bench.trial import Outcome

FOLDER = Path("docs/benchmarks")
README, CHINESE = "README.md", "README.zh-CN.md"
PARTS = (
    "rapidfuzz", "bm25s", "scikit-learn", "tantivy", "fastapi", "uvicorn", "uvloop", "wechatpy", "redis", "sqlalchemy",
)  # fmt: skip


def write_matching(outcomes: Sequence[Outcome], *, root: Path) -> list[Path]:
    picture = bars(
        [(outcome.name, outcome.cpu.p50 * 1000) for outcome in outcomes],
        ours=frozenset((OURS,)),
        title="milliseconds of processor time a question, logarithmic",
        unit="ms",
        logarithmic=True,
    )
    page = MATCHING.format(
        run=_run_line(),
        table=_marked("matching", tables.searchers(outcomes)),
        goals=tables.goals(tables.matching_goals(outcomes)),
        asked=outcomes[0].asked,
    )
    chinese = tables.searchers(outcomes, chinese=True)
    return _write(root, "matching", page, picture, tables.searchers(outcomes), chinese)


def write_names(by_size: Mapping[int, Sequence[Outcome]], *, root: Path) -> list[Path]:
    largest = by_size[max(by_size)]
    contestants = [outcome.name for outcome in largest]
    curves = {
        name: [(float(size), outcomes[at].cpu.p50 * 1000) for size, outcomes in sorted(by_size.items())]
        for at, name in enumerate(contestants)
    }
    picture = lines(curves, title="cost of a look-up against the names", across="names", up="CPU ms, p50")
    smaller = "\n\n".join(
        f"### Among {size:,}\n\n{tables.searchers(outcomes)}"
        for size, outcomes in sorted(by_size.items(), reverse=True)
        if size < max(by_size)
    )
    page = NAMES.format(
        run=_run_line(),
        size=f"{max(by_size):,}",
        table=_marked("names", tables.searchers(largest)),
        goals=tables.goals(tables.names_goals(by_size)),
        smaller=smaller,
    )
    return _write(root, "names", page, picture, tables.searchers(largest), tables.searchers(largest, chinese=True))


def write_messages(results: Results, *, root: Path) -> list[Path]:
    figures = results.figures
    picture = bars(
        [(tables.KINDS[each.name][0], each.rate) for each in figures],
        ours=frozenset(tables.KINDS[each.name][0] for each in figures if each.name != ECHO),
        title="messages a CPU second",
        unit="/ s",
        logarithmic=False,
    )
    page = MESSAGES.format(
        run=_run_line(),
        table=_marked("messages", tables.messages(results)),
        goals=tables.goals(tables.messages_goals(results)),
        layers=tables.layers(results),
        entries=f"{results.entries:,}",
        recorded=f"{results.recorded:.1%}",
        decided=", ".join(f"{name} {count:,}" for name, count in results.decided.items()),
        redis=", ".join(f"{each.name} {each.redis_cpu * 1000:.2f} ms" for each in figures if each.name != ECHO),
        spread=", ".join(f"{each.name} {each.lowest * 1000:.2f}–{each.highest * 1000:.2f} ms" for each in figures),
    )
    return _write(root, "messages", page, picture, tables.messages(results), tables.messages(results, chinese=True))


def _write(root: Path, topic: str, page: str, picture: str, table: str, chinese: str) -> list[Path]:
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / f"{topic}.md", folder / f"{topic}.svg", root / README, root / CHINESE]
    written[0].write_text(page, encoding="utf-8")
    written[1].write_text(picture, encoding="utf-8")
    for readme, text in zip(written[2:], (table, chinese), strict=True):
        _put_between_marks(readme, topic, text)
    return written


def _marked(topic: str, table: str) -> str:
    return f"<!-- make bench: {topic} -->\n{table}\n<!-- end -->"


def _put_between_marks(readme: Path, topic: str, table: str) -> None:
    before = readme.read_text(encoding="utf-8")
    marks = re.compile(rf"<!-- make bench: {topic} -->\n.*?<!-- end -->", re.DOTALL)
    assert marks.search(before), f"{readme.name} has no place for the table of {topic}"
    readme.write_text(marks.sub(lambda _: _marked(topic, table), before), encoding="utf-8")


def _run_line() -> str:
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    return (
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}; do not edit. One run, one machine: {_processor()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}; {parts}."
    )


def _processor() -> str:
    """Its name where Linux tells it."""
    told = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", told.read_text(), re.MULTILINE) if told.is_file() else None
    return found[1].strip() if found else platform.machine()
