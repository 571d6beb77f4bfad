"""Distances, coordinate systems, and the index's neighbours against brute force."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.institutions.geography import (
    bd09_to_gcj02,
    cells_of,
    datum_named,
    metres_between,
    to_gcj02,
    wgs84_to_gcj02,
)
from knowledge.institutions.index import InstitutionIndex, build
from knowledge.institutions.places import area_number, area_numbers
from knowledge.institutions.service import InstitutionService
from knowledge.institutions.surfaces import Entries
from tests.knowledge.institutions.entries import card_of, entries_of


def test_a_known_distance() -> None:
    """北京 – 上海, city centres: 1067 km by great circle."""
    assert metres_between(39.9042, 116.4074, 31.2304, 121.4737) == pytest.approx(1_067_000, rel=0.005)


def test_gps_positions_are_shifted_as_published() -> None:
    """天安门: the pair that implementations of the shift are commonly checked with."""
    latitude, longitude = wgs84_to_gcj02(39.907333, 116.391083)
    assert latitude == pytest.approx(39.908736, abs=2e-5)
    assert longitude == pytest.approx(116.397325, abs=2e-5)


def test_baidu_positions_come_back() -> None:
    latitude, longitude = bd09_to_gcj02(39.915, 116.404)
    assert latitude == pytest.approx(39.90865, abs=2e-5)
    assert longitude == pytest.approx(116.39762, abs=2e-5)


def test_outside_china_nothing_is_shifted() -> None:
    assert to_gcj02(51.5, -0.12, "WGS-84") == (51.5, -0.12)


@pytest.mark.parametrize(
    ("typed", "datum"), [("wgs84", "WGS-84"), ("GCJ-02", "GCJ-02"), ("bd 09", "BD-09"), ("x", None)]
)
def test_the_names_of_a_datum(typed: str, datum: str | None) -> None:
    assert datum_named(typed) == datum


def _near(middle: float) -> st.SearchStrategy[float]:
    return st.one_of(st.floats(middle - 0.02, middle + 0.02), st.floats(middle - 20, middle + 20))


PLACES = st.lists(st.tuples(_near(35.0), _near(100.0)), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None)
@given(PLACES, st.tuples(_near(35.0), _near(100.0)))
def test_nearest_is_what_brute_force_finds(places: list[tuple[float, float]], here: tuple[float, float]) -> None:
    with TemporaryDirectory() as folder:
        build([_entries(places)], Path(folder) / "index")
        index = InstitutionIndex(Path(folder) / "index")
        found = InstitutionService(index, stamp="x", index_dir=Path(folder), changes={}).nearest(*here, limit=5)
    wanted = sorted(metres_between(*here, *place) for place in places)[:5]
    assert [metres for _, metres in found] == pytest.approx(wanted)


def _entries(places: list[tuple[float, float]]) -> Entries:
    names = [f"第{number}站" for number in range(len(places))]
    return entries_of(names)._replace(
        cards=[
            card_of(id=name, name=name, latitude=latitude, longitude=longitude)
            for name, (latitude, longitude) in zip(names, places, strict=True)
        ],
        known_by=[(number, cell) for number, place in enumerate(places) for cell in cells_of(*place)],
    )


@pytest.mark.parametrize(
    ("area", "region", "inside"),
    [
        ("990000", "990101", True),
        ("990100", "990101", True),
        ("990101", "990101", True),
        ("990101", "990100", False),
        ("990100", "990201", False),
        ("990101", None, False),
    ],
)
def test_an_area_holds_its_own_number_and_those_of_the_areas_below_it(
    area: str, region: str | None, inside: bool
) -> None:
    assert (area_number(region) in area_numbers(area)) is inside


def test_of_many_at_a_street_those_whose_address_ends_so_come_first(tmp_path: Path) -> None:
    addresses = [*(f"城关镇示例路{number}号" for number in range(100)), "城关镇示例路"]
    names = entries_of([f"第{number}站" for number in range(len(addresses))])
    build([names._replace(addresses=list(enumerate(addresses)))], tmp_path / "index")
    index = InstitutionIndex(tmp_path / "index")
    assert index.at_address("示例路", limit=3) == [100, 0, 1, 2]
    assert index.at_address("示例巷", limit=3) == []
