"""The figures as a table for the terminal, and as a page with a picture under docs/benchmarks/."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measuring import Figure

FOLDER = Path("docs") / "benchmarks"
BAR_WIDTH, BAR_HEIGHT, LABEL_WIDTH = 420, 26, 190  # of the picture, in its own units


def table(figures: Sequence[Figure], recorded: float) -> str:
    """Markdown; the first figure is the echo that the others are measured against."""
    lines = [
        "| who | messages per CPU second | × the echo | CPU a message | Redis' CPU a message | p50 / p99 alone |",
        "|---|---|---|---|---|---|",
        *(_row(figure, figures[0]) for figure in figures),
    ]
    return "\n".join([*lines, "", f"Answered by the base and recorded: {recorded:.1%} of the messages."])


def write(figures: Sequence[Figure], recorded: float, *, folder: Path) -> list[Path]:
    """The page and its picture; what was written."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    page, picture = target / "throughput.md", target / "throughput.svg"
    page.write_text(_page(figures, recorded), encoding="utf-8")
    picture.write_text(_picture(figures), encoding="utf-8")
    return [page, picture]


def _row(figure: Figure, echo: Figure) -> str:
    return (
        f"| {figure.name} | {figure.rate:.0f} | {figure.rate / echo.rate:.2f} | {figure.cpu * 1000:.2f} ms "
        f"| {figure.redis_cpu * 1000:.2f} ms | {figure.alone[0] * 1000:.1f} / {figure.alone[1] * 1000:.1f} ms |"
    )


def _page(figures: Sequence[Figure], recorded: float) -> str:
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    return f"""# Answered messages a second, beside an echo

Written by `make bench`; one run, one machine ({machine}). Every message is a full
encrypted delivery over HTTP: safe mode, signature, deduplication in a real Redis, the
citizen's turn, the routers, the answer from the knowledge base, and the record of the
question in the database. The echo is what one would write in an afternoon: FastAPI with
wechatpy's cipher, parser and reply, and nothing else. CPU seconds are those of the server
process with all its threads, pinned to one core; the load comes from another.

![messages per CPU second](throughput.svg)

{table(figures, recorded)}
"""


def _picture(figures: Sequence[Figure]) -> str:
    most = max(figure.rate for figure in figures)
    bars = "\n".join(_bar(number, figure, most) for number, figure in enumerate(figures))
    height = len(figures) * (BAR_HEIGHT + 12) + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABEL_WIDTH + BAR_WIDTH + 90} {height}" '
        f'font-family="sans-serif" font-size="14">\n<rect width="100%" height="100%" fill="white"/>\n{bars}\n</svg>\n'
    )


def _bar(number: int, figure: Figure, most: float) -> str:
    top = 12 + number * (BAR_HEIGHT + 12)
    width = figure.rate / most * BAR_WIDTH
    middle = top + BAR_HEIGHT * 0.7
    colour = "#9aa5b1" if number == 0 else "#2f7d4f"
    return (
        f'<text x="{LABEL_WIDTH - 10}" y="{middle:.0f}" text-anchor="end">{figure.name}</text>'
        f'<rect x="{LABEL_WIDTH}" y="{top}" width="{width:.0f}" height="{BAR_HEIGHT}" fill="{colour}"/>'
        f'<text x="{LABEL_WIDTH + width + 8:.0f}" y="{middle:.0f}">{figure.rate:.0f}/s</text>'
    )
