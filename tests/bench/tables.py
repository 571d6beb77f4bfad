"""The figures as Markdown tables, in English and, with the same figures, in Chinese; and what was to be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.contest import OURS
from tests.bench.messages import DISTINCT, ECHO, FIRST, ZIPF, Results
from tests.bench.plot import figure
from tests.bench.rivals import WRATIO
from tests.bench.trial import ENOUGH_FOR_P99, MEGABYTE, Latency, Outcome

SEARCHERS = (
    "",
    "CPU p50 / p99, ms",
    "wall p50 / p99, ms",
    "CPU of ours",
    "right first",
    "built in CPU s",
    "memory, MB",
)
SEARCHERS_CHINESE = (
    "",
    "CPU p50 / p99 毫秒",
    "实际 p50 / p99 毫秒",
    "CPU 为本产品的倍数",
    "首位正确",
    "建立索引 CPU 秒",
    "内存 MB",
)
MESSAGES = ("", "per CPU second", "of the echo", "CPU ms each", "p50 / p99 ms alone", "p50 / p99 ms, core full")
MESSAGES_CHINESE = ("", "每 CPU 秒条数", "与回声之比", "每条 CPU 毫秒", "逐条 p50 / p99 毫秒", "满载 p50 / p99 毫秒")
KINDS = {
    ECHO: ("echo: FastAPI + wechatpy", "回声：FastAPI + wechatpy"),
    DISTINCT: ("every question is new", "每个问题都不同"),
    ZIPF: ("as people repeat them (Zipf)", "像人们那样重复地问（Zipf）"),
    FIRST: ("a citizen's first message", "群众的第一条消息"),
}
# Name, layers that make it, layers inside those that stand in a row of their own.
LAYERS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("open and seal the envelope", ("open", "seal"), ()),
    ("claim and remember in Redis (two scripts)", ("claim", "finish"), ()),
    ("gateway: order, budget, counters", ("gateway", "work"), ("open", "seal", "claim", "finish")),
    ("match the question (`decide`)", ("decide",), ()),
    ("related questions, names of institutions", ("related", "look up"), ()),
    ("routers, handlers, wording, talk", ("answer",), ("decide", "related", "look up")),
    ("records of questions, in batches", ("record",), ()),
    ("HTTP server, framework, event loop, thread hop", ("all",), ("gateway", "work", "answer", "record")),
    ("all", ("all",), ()),
)


@dataclass(frozen=True, slots=True)
class Goal:
    """Of issue 3, with what this run reached."""

    wanted: str
    found: str
    reached: bool


def searchers(outcomes: Sequence[Outcome], *, chinese: bool = False) -> str:
    """One line a contestant; the first is ours."""
    heads = SEARCHERS_CHINESE if chinese else SEARCHERS
    return _table(heads, [_searcher(outcome, outcomes[0]) for outcome in outcomes])


def messages(results: Results, *, chinese: bool = False) -> str:
    """One line a kind of message; the first is the echo."""
    echo = results.figures[0]
    rows = [
        (
            KINDS[each.name][chinese],
            f"{each.rate:.0f}",
            f"{each.rate / echo.rate:.2f}",
            f"{each.cpu * 1000:.2f}",
            "–" if each.alone is None else _milliseconds(each.alone),
            _milliseconds(each.busy),
        )
        for each in results.figures
    ]
    return _table(MESSAGES_CHINESE if chinese else MESSAGES, rows)


def layers(results: Results) -> str:
    """Microseconds a message in each layer, of both mixes."""
    rows = []
    for name, parts, without in LAYERS:
        spent = (_sum(each, parts) - _sum(each, without) for each in results.layers.values())
        rows.append((name, *(f"{seconds * 1e6:.0f}" for seconds in spent)))
    return _table(("CPU µs a message", *(KINDS[name][0] for name in results.layers)), rows)


def goals(reached: Sequence[Goal]) -> str:
    return _table(
        ("wanted", "found", ""), [(goal.wanted, goal.found, "yes" if goal.reached else "**no**") for goal in reached]
    )


def matching_goals(outcomes: Sequence[Outcome]) -> list[Goal]:
    ours, times = outcomes[0], _times_faster(outcomes)
    spread = ours.cpu.p99 / ours.cpu.p50
    return [
        Goal("≥ 50 × faster than rapidfuzz WRatio at p50", f"{times:.0f} ×", times >= 50),
        Goal("p99 ≤ 5 × p50", f"{spread:.1f} ×", spread <= 5),
    ]


def names_goals(by_size: Mapping[int, Sequence[Outcome]]) -> list[Goal]:
    smallest, largest = min(by_size), max(by_size)
    few, many = by_size[smallest][0], by_size[largest][0]
    times, growth, size = _times_faster(by_size[largest]), many.cpu.p50 / few.cpu.p50, largest / smallest
    return [
        Goal(f"≥ 200 × faster than rapidfuzz WRatio among {largest:,}", f"{times:.0f} ×", times >= 200),
        Goal("p99 ≤ 15 ms", f"{many.cpu.p99 * 1000:.1f} ms", many.cpu.p99 <= 0.015),
        Goal("index built in ≤ 20 s", f"{many.build.wall:.1f} s ({many.build.cpu:.1f} s CPU)", many.build.wall <= 20),
        Goal("≤ 150 MB of unique memory", f"{many.memory / MEGABYTE:.0f} MB", many.memory <= 150 * MEGABYTE),
        Goal("cost grows less than linearly", f"{growth:.1f} × for {size:.0f} × the names", growth < size),
    ]


def messages_goals(results: Results) -> list[Goal]:
    rates = {each.name: each.rate / results.figures[0].rate for each in results.figures}
    wanted = ((DISTINCT, 0.25, 0.5), (ZIPF, 0.5, 0.8))
    return [
        Goal(f"{KINDS[name][0]}: ≥ {least} × the echo (goal {goal} ×)", f"{rates[name]:.2f} ×", rates[name] >= least)
        for name, least, goal in wanted
    ]


def _searcher(outcome: Outcome, ours: Outcome) -> tuple[str, ...]:
    few = outcome.asked < ENOUGH_FOR_P99  # then what stands for the p99 is the slowest of all
    return (
        f"**{outcome.name}**" if outcome.name == OURS else outcome.name,
        _milliseconds(outcome.cpu) + (f" (n={outcome.asked})" if few else ""),
        _milliseconds(outcome.wall),
        f"{figure(outcome.cpu.p50 / ours.cpu.p50)} ×",
        f"{outcome.right:.0%}",
        f"{outcome.build.cpu:.1f}",
        f"{outcome.memory / MEGABYTE:.0f}",
    )


def _times_faster(outcomes: Sequence[Outcome]) -> float:
    wratio = next(outcome for outcome in outcomes if outcome.name == WRATIO)
    return wratio.cpu.p50 / outcomes[0].cpu.p50


def _milliseconds(latency: Latency) -> str:
    return f"{figure(latency.p50 * 1000)} / {figure(latency.p99 * 1000)}"


def _sum(spent: Mapping[str, float], layers: Sequence[str]) -> float:
    return sum(spent.get(layer, 0.0) for layer in layers)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (heads, *rows)]
    return "\n".join([lines[0], "|---|" + "---:|" * (len(heads) - 1), *lines[1:]])
