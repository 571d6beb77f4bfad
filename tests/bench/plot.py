"""Plots as SVG, readable on a light and a dark page, without any library. Scales are logarithmic where said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH = 760
LABELS, VALUES = 210, 110  # widths left of the bars and right of them
BAR, GAP = 26, 14
HEIGHT, MARGIN, LEGEND = 420, 60, 170  # of a plot of lines
OURS, OTHERS = "#2f6fdb", "#8a94a6"
LINES = ("#2f6fdb", "#c0392b", "#d68910", "#1e8449", "#7d3c98", "#5d6d7e", "#117a8b")
INK = "#1f2733"


def bars(rows: Sequence[tuple[str, float]], *, ours: frozenset[str], title: str, unit: str, logarithmic: bool) -> str:
    """One bar a row, ours in colour; the value beside it."""
    values = [value for _, value in rows]
    low = math.log10(min(values)) - 0.5 if logarithmic else 0.0
    high = math.log10(max(values)) if logarithmic else max(values)
    height = len(rows) * (BAR + GAP) + GAP
    drawn = []
    for at, (label, value) in enumerate(rows):
        share = ((math.log10(value) if logarithmic else value) - low) / (high - low)
        drawn.append(_bar(at, label, f"{figure(value)} {unit}", share, OURS if label in ours else OTHERS))
    return _picture(height, title, "\n".join(drawn))


def lines(series: Mapping[str, Sequence[tuple[float, float]]], *, title: str, across: str, up: str) -> str:
    """Both scales logarithmic; the first series is ours. A grid line at each power of ten."""
    points = [point for each in series.values() for point in each]
    (left, right), (low, high) = (_decades([point[axis] for point in points]) for axis in (0, 1))

    def place(x: float, y: float) -> tuple[float, float]:
        wide, tall = WIDTH - MARGIN - LEGEND, HEIGHT - 2 * MARGIN
        share_x, share_y = (math.log10(x) - left) / (right - left), (math.log10(y) - low) / (high - low)
        return MARGIN + share_x * wide, HEIGHT - MARGIN - share_y * tall

    drawn = [
        _rule(place(10.0**at, 10.0**low), place(10.0**at, 10.0**high), f"{10**at:,}", "down")
        for at in range(left, right + 1)
    ]
    drawn += [
        _rule(place(10.0**left, 10.0**at), place(10.0**right, 10.0**at), f"{10.0**at:g}", "left")
        for at in range(low, high + 1)
    ]
    for number, (name, each) in enumerate(series.items()):
        drawn.append(_line(name, [place(x, y) for x, y in each], LINES[number % len(LINES)], number))
    drawn.append(_text(MARGIN, 24, up, "start") + _text(WIDTH - LEGEND, HEIGHT - 14, across, "end"))
    return _picture(HEIGHT, title, "\n".join(drawn))


def figure(value: float) -> str:
    """Three digits that count: 1234, 123, 12.3, 1.23, 0.123."""
    return (
        f"{value:.0f}"
        if value >= 100
        else f"{value:.1f}"
        if value >= 10
        else f"{value:.2f}"
        if value >= 1
        else f"{value:.3f}"
    )


def _bar(at: int, label: str, value: str, share: float, colour: str) -> str:
    top = GAP + at * (BAR + GAP)
    middle, length = top + BAR * 0.68, max(share * (WIDTH - LABELS - VALUES), 1)
    return (
        _text(LABELS - 12, middle, label, "end")
        + f'<rect x="{LABELS}" y="{top}" width="{length:.1f}" height="{BAR}" rx="3" fill="{colour}"/>'
        + _text(LABELS + length + 8, middle, value, "start")
    )


def _line(name: str, places: Sequence[tuple[float, float]], colour: str, number: int) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places)
    beside, top = WIDTH - LEGEND + 20, MARGIN + number * 24
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{3 if number == 0 else 2}"/>{dots}'
        f'<rect x="{beside}" y="{top - 9}" width="12" height="12" fill="{colour}"/>'
        + _text(beside + 18, top + 2, name, "start")
    )


def _rule(start: tuple[float, float], end: tuple[float, float], label: str, side: str) -> str:
    beside = (
        _text(start[0], start[1] + 18, label, "middle")
        if side == "down"
        else _text(start[0] - 8, start[1] + 5, label, "end")
    )
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="#d5dae1"/>' + beside
    )


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'


def _picture(height: int, title: str, drawn: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="14">\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n{drawn}\n</svg>\n'
    )
