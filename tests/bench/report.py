"""The figures as a table, for a terminal and for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.measuring import Figure


def table(figures: Sequence[Figure], recorded: float) -> str:
    echo = figures[0]
    lines = []
    for f in figures:
        lines.append(
            f"{f.name:9} {f.rate:7.0f} msg/CPU s  x{f.rate / echo.rate:5.3f}  {f.cpu * 1000:6.3f} ms "
            f"({f.lowest * 1000:.3f}-{f.highest * 1000:.3f}) redis {f.redis_cpu * 1000:.3f} ms  wall {f.per_second:6.0f}/s "
            f"load p50 {f.load[0] * 1000:.1f} p99 {f.load[1] * 1000:.1f}  alone p50 {f.alone[0] * 1000:.2f} p99 {f.alone[1] * 1000:.2f} n={f.messages}"
        )
    return "\n".join([*lines, f"recorded {recorded:.2%}"])


def write(figures: Sequence[Figure], recorded: float, *, folder: Path) -> list[Path]:
    return []
