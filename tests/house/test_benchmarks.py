"""What the READMEs say of speed is what ``make bench`` wrote under docs/benchmarks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOPICS = ("matching", "names", "messages")


def table_in(page: str, topic: str) -> str:
    found = re.search(rf"<!-- make bench: {topic} -->\n(.*?)<!-- end -->", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert found, f"{page} has no table of {topic}"
    return found[1]


def figures_in(table: str) -> list[list[str]]:
    """The numbers of each row, its name aside."""
    return [re.findall(r"[0-9.]+", row.split("|", 2)[2]) for row in table.splitlines()[2:]]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_readme_shows_the_table_that_the_benchmark_wrote(topic: str) -> None:
    assert table_in("README.md", topic) == table_in(f"docs/benchmarks/{topic}.md", topic) != ""


@pytest.mark.parametrize("topic", TOPICS)
def test_both_readmes_show_the_same_figures(topic: str) -> None:
    assert figures_in(table_in("README.md", topic)) == figures_in(table_in("README.zh-CN.md", topic))
