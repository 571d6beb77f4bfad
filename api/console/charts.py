"""Charts as SVG from the server: no script, no style attribute, and every figure once more as a table.

Each is drawn twice, for a phone and for a desk, and classes show one of them. Colours are classes too (``tone-…`` of
``static/charts.css``), chosen to be told apart by lightness.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.console.plotting import WIDTHS, Plot

NOTHING = "—"
TABLE = "表格"
Figure = float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One figure for each label; ``None``: there is none. ``tone``: answer | choices | none | apart | main."""

    name: str
    values: Sequence[Figure]
    tone: str = "main"


def bars(series: Sequence[Series], labels: Sequence[str], *, title: str, heading: str = "") -> Markup:
    """Counts, the series stacked upon each other, the sum above each bar where there is room for it.

    ``heading``: what the labels are; the head of the table's first column.
    """
    sums = [sum(each.values[n] or 0 for each in series) for n in range(len(labels))]
    plots = [Plot(width, sums) for width in WIDTHS]
    drawn = [_drawing(plot, labels, title, _stacks(plot, series)) for plot in plots]
    return _figure(series, labels, drawn, title=title, heading=heading, told=count)


def line(series: Sequence[Series], labels: Sequence[str], *, title: str, heading: str = "") -> Markup:
    """Shares between 0 and 1, told as percents; where there is none the line is broken."""
    plots = [Plot(width, [1.0] * len(labels), share=True) for width in WIDTHS]
    drawn = [_drawing(plot, labels, title, _lines(plot, series)) for plot in plots]
    return _figure(series, labels, drawn, title=title, heading=heading, told=percent)


def spark(values: Sequence[float], *, title: str) -> Markup:
    """A line as small as a word, for a cell of a table. ``title`` says in words what it shows."""
    step, most = 80 / max(len(values) - 1, 1), max([*values, 1])
    points = [(2 + step * n, 21 - 18 * value / most) for n, value in enumerate(values)]
    drawn = Markup(
        '<svg class="chart-spark" role="img" viewBox="0 0 84 24" width="84" height="24"><title>{}</title>{}{}</svg>'
    )
    return drawn.format(title, _path(points, "main"), _dot(*points[-1], "main") if points else "")


def meter(share: float) -> Markup:
    """A bar beside a number that says the same, so readers of the screen are spared it."""
    return Markup(
        '<svg class="chart-meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="tone-rail" width="100" height="8"/><rect class="tone-main" width="{:.1f}" height="8"/></svg>'
    ).format(100 * min(max(share, 0.0), 1.0))


def count(value: Figure) -> str:
    return NOTHING if value is None else f"{value:,.0f}"


def percent(value: Figure) -> str:
    """89.6% and 100%: one more digit only where it says something."""
    return NOTHING if value is None else f"{value * 100:.1f}".removesuffix(".0") + "%"


def _drawing(plot: Plot, labels: Sequence[str], title: str, inside: Markup) -> Markup:
    name = f"chart-{plot.width.name}-{zlib.crc32((title + inside).encode()):08x}"
    return Markup(
        '<svg class="chart {}" role="img" aria-labelledby="{}" viewBox="0 0 {} {}"><title id="{}">{}</title>{}{}</svg>'
    ).format(plot.width.shown, name, plot.width.across, plot.width.high, name, title, _axes(plot, labels), inside)


def _axes(plot: Plot, labels: Sequence[str]) -> Markup:
    across = Markup("").join(
        Markup('<line class="chart-rule" x1="{:.1f}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
            plot.left, plot.width.across - plot.right, plot.foot - plot.rise(value), plot.foot - plot.rise(value)
        )
        + _word(word, plot.left - 6, plot.foot - plot.rise(value) + 4, anchor="end")
        for value, word in plot.scale()
    )
    below = [_word(label, at, plot.foot + 17) for at, label in plot.labelled(labels)]
    return across + Markup("").join(below)


def _stacks(plot: Plot, series: Sequence[Series]) -> Markup:
    words = [count(top) for top in plot.tops]
    sums = (_word(word, plot.middle(n), plot.foot - plot.rise(plot.tops[n]) - 4) for n, word in enumerate(words))
    stacked = Markup("").join(_stack(plot, series, n) for n in range(plot.count))
    return stacked + Markup("").join(sums) if plot.has_room(words) else stacked


def _stack(plot: Plot, series: Sequence[Series], n: int) -> Markup:
    """From the foot upwards in the order of the series."""
    wide = max(plot.step * 0.72, 1.0)
    drawn, at = Markup(""), plot.foot
    for each in series:
        rise = plot.rise(each.values[n] or 0)
        if rise > 0:
            at -= rise
            drawn += Markup('<rect class="tone-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                each.tone, plot.middle(n) - wide / 2, at, wide, rise
            )
    return drawn


def _lines(plot: Plot, series: Sequence[Series]) -> Markup:
    drawn = Markup("")
    for each in series:
        points = [None if v is None else (plot.middle(n), plot.foot - plot.rise(v)) for n, v in enumerate(each.values)]
        for run in _runs(points):
            drawn += _path(run, each.tone) if len(run) > 1 else Markup("")
            drawn += Markup("").join(_dot(x, y, each.tone) for x, y in run)
        words = [percent(value) for value in each.values]
        if len(series) == 1 and plot.has_room(words):
            drawn += Markup("").join(
                _word(word, at[0], at[1] - 8) for word, at in zip(words, points, strict=True) if at is not None
            )
    return drawn


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The stretches without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _path(points: Sequence[tuple[float, float]], tone: str) -> Markup:
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup('<polyline class="chart-line line-{}" points="{}"/>').format(tone, told)


def _dot(x: float, y: float, tone: str) -> Markup:
    return Markup('<circle class="tone-{}" cx="{:.1f}" cy="{:.1f}" r="2.5"/>').format(tone, x, y)


def _word(word: str, x: float, y: float, *, anchor: str = "middle") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, word)


def _figure(
    series: Sequence[Series],
    labels: Sequence[str],
    drawn: Sequence[Markup],
    *,
    title: str,
    heading: str,
    told: Callable[[Figure], str],
) -> Markup:
    table = _table(series, labels, title=title, heading=heading, told=told)
    return Markup(
        '<figure class="chart-figure"><figcaption>{}</figcaption>{}{}'
        "<details><summary>{}</summary>{}</details></figure>"
    ).format(title, Markup("").join(drawn), _legend(series), TABLE, table)


def _legend(series: Sequence[Series]) -> Markup:
    """Which colour is what; one series alone needs none."""
    if len(series) < 2:
        return Markup("")
    key = Markup('<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="tone-{}" width="10" height="10"/></svg>')
    keys = Markup("").join(Markup("<li>{}{}</li>").format(key.format(each.tone), each.name) for each in series)
    return Markup('<ul class="chart-legend">{}</ul>').format(keys)


def _table(
    series: Sequence[Series], labels: Sequence[str], *, title: str, heading: str, told: Callable[[Figure], str]
) -> Markup:
    named = Markup('<th scope="col">{}</th>')
    corner = named.format(heading) if heading else Markup("<td></td>")
    head = corner + Markup("").join(named.format(each.name) for each in series)
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            label, Markup("").join(Markup("<td>{}</td>").format(told(each.values[n])) for each in series)
        )
        for n, label in enumerate(labels)
    )
    return Markup(
        '<div class="table-responsive" tabindex="0" role="region" aria-label="{}">'
        '<table class="table table-sm"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(title, head, rows)
