"""Charts are well-formed, say everything in words too, and carry neither script nor style attribute."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console import charts
from api.console.charts import Series
from api.console.plotting import PHONE, WIDTHS, Plot, nice, text_width

LABELS = [f"11-{day:02}" for day in range(1, 13)]
SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=20)
TWO = (Series("直接答复", [3.0, 0.0, 12.0], "answer"), Series("没有答案", [1.0, 0.0, None], "none"))


def read(chart: str) -> ElementTree.Element:
    return ElementTree.fromstring(chart)


def table(figure: ElementTree.Element) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in figure.iter("tr")]


@given(
    names=st.lists(WORDS, min_size=1, max_size=4),
    labels=st.lists(WORDS, max_size=60),
    title=WORDS,
    values=st.data(),
)
def test_whatever_is_drawn_is_well_formed_and_holds_no_markup_of_its_words(
    names: list[str], labels: list[str], title: str, values: st.DataObject
) -> None:
    numbers = st.one_of(st.none(), st.integers(0, 10**7), st.floats(0, 1))
    series = [Series(n, values.draw(st.lists(numbers, min_size=len(labels), max_size=len(labels)))) for n in names]
    for draw in (charts.bars, charts.line):
        figure = read(draw(series, labels, title=title))
        assert {each.tag for each in figure.iter()} <= {
            "figure", "figcaption", "svg", "title", "rect", "line", "text", "polyline", "circle", "ul", "li",
            "details", "summary", "div", "table", "thead", "tbody", "tr", "th", "td",
        }  # fmt: skip
        assert [row[0] for row in table(figure)[1:]] == labels


@pytest.mark.parametrize("drawn", [charts.bars(TWO, ["一", "二", "三"], title="每天的提问<b>", heading="日期")])
def test_a_chart_has_a_title_and_a_table_for_whoever_does_not_see_it(drawn: str) -> None:
    figure = read(drawn)
    for svg in figure.findall("svg"):
        title = svg.find("title")
        assert title is not None
        assert svg.get("role") == "img"
        assert title.text == "每天的提问<b>"
        assert svg.get("aria-labelledby") == title.get("id")
    assert table(figure) == [
        ["日期", "直接答复", "没有答案"], ["一", "3", "1"], ["二", "0", "0"], ["三", "12", "—"],
    ]  # fmt: skip


def test_no_chart_needs_a_style_attribute_or_a_script() -> None:
    drawn = charts.bars(TWO, LABELS[:3], title="一") + charts.line(TWO, LABELS[:3], title="二")
    drawn += charts.spark([1, 2], title="三") + charts.meter(0.5)
    assert not re.search(r"\bstyle=|<script|\bon[a-z]+=", drawn)


def test_ids_of_two_charts_differ() -> None:
    drawn = charts.bars(TWO, LABELS[:3], title="一") + charts.line(
        [Series("率", [1, 0.5, None])], LABELS[:3], title="一"
    )
    ids = re.findall(r' id="([^"]+)"', drawn)
    assert len(ids) == len(set(ids)) == 4


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=62))
def test_nothing_is_drawn_outside_of_the_picture(values: list[int]) -> None:
    series = [Series("提问", values)]
    figure = read(charts.bars(series, [f"{n}月" for n in range(len(values))], title="提问"))
    for svg in figure.findall("svg"):
        _, _, across, high = map(float, (svg.get("viewBox") or "").split())
        for rect in svg.iter("rect"):
            x, y, wide, tall = (float(rect.get(name) or 0) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + wide <= across
            assert 0 <= y <= y + tall <= high
        for word in svg.iter("text"):
            assert 0 < float(word.get("y") or 0) <= high


@pytest.mark.parametrize("width", WIDTHS, ids=lambda width: width.name)
@pytest.mark.parametrize("count", [1, 7, 12, 31, 53])
def test_labels_do_not_touch_one_another(width: object, count: int) -> None:
    labels = [f"{n:05}" for n in range(count)]
    plot = Plot(width, [1.0] * count)  # type: ignore[arg-type]
    shown = list(plot.labelled(labels))
    assert 1 <= len(shown) <= 12
    assert shown[-1][1] == labels[-1]
    assert all(b - a > text_width(labels[0]) for (a, _), (b, _) in pairwise(shown))
    assert shown[-1][0] + text_width(labels[-1]) / 2 <= plot.width.across


def test_figures_stand_at_the_bars_only_where_they_have_room() -> None:
    few, many = [120.0] * 7, [120.0] * 31
    assert Plot(PHONE, few).has_room(["120"] * 7)
    assert not Plot(PHONE, many).has_room(["120"] * 31)


@given(st.floats(0, 1e9))
def test_an_axis_ends_at_a_round_number_not_far_above(value: float) -> None:
    assert max(value, 2) <= nice(value) <= max(value * 2.5, 2)


@pytest.mark.parametrize(
    ("share", "told"), [(None, "—"), (0, "0%"), (0.896, "89.6%"), (1, "100%"), (0.9999, "100%"), (0.5, "50%")]
)
def test_a_share_is_told_as_people_say_it(share: float | None, told: str) -> None:
    assert charts.percent(share) == told


def test_a_broken_line_is_drawn_in_pieces() -> None:
    drawn = charts.line([Series("命中率", [0.5, 0.6, None, None, 0.7])], list("一二三四五"), title="命中率")
    [desk, _] = read(drawn).findall("svg")
    assert len(list(desk.iter("polyline"))) == 1
    assert len(list(desk.iter("circle"))) == 3


def test_a_spark_says_in_words_what_it_shows() -> None:
    svg = read(charts.spark([0, 3, 1], title="近三周：0、3、1"))
    assert svg.get("role") == "img"
    assert "".join(svg.itertext()) == "近三周：0、3、1"
    assert read(charts.spark([], title="没有")).tag == "svg"
