"""Where institutions are: distances, the shift between Chinese coordinate systems, and the cells that find neighbours.

WeChat and both map services speak GCJ-02; a bureau's table may hold WGS-84 (GPS, 天地图) or BD-09 (Baidu).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

EARTH_RADIUS_METRES = 6_371_008.8  # mean radius, IUGG
METRES_PER_DEGREE = math.pi * EARTH_RADIUS_METRES / 180

# Krasovsky 1940, as the published GCJ-02 shift uses it.
_SEMI_MAJOR = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_TURN = math.pi * 3000.0 / 180.0
_BOX = (0.8293, 55.8271, 72.004, 137.8347)  # south, north, west, east, as in the published shift

# Spellings of a datum that tables use; CGCS2000 and WGS-84 differ by centimetres.
DATUMS = {
    "GCJ02": "GCJ-02",
    "WGS84": "WGS-84",
    "CGCS2000": "WGS-84",
    "BD09": "BD-09",
}
DEFAULT_DATUM = "GCJ-02"

# Cells of about 500 m, each next level twice as wide; the last one spans a continent.
CELL_DEGREES = 0.005
CELL_LEVELS = 14


def datum_named(text: str) -> str | None:
    """The datum a table means; ``None`` for one we do not know."""
    return DATUMS.get("".join(sign for sign in text.upper() if sign.isalnum()))


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance (haversine)."""
    first, second = math.radians(latitude), math.radians(other_latitude)
    half_turn = math.radians(other_longitude - longitude) / 2
    chord = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(half_turn) ** 2
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(chord)))


def in_china(latitude: float, longitude: float) -> bool:
    """Within the box around China in which the GCJ-02 shift applies."""
    south, north, west, east = _BOX
    return south <= latitude <= north and west <= longitude <= east


def to_gcj02(latitude: float, longitude: float, datum: str | None) -> tuple[float, float]:
    """The same place in GCJ-02; good to a metre or two, as the shift itself is."""
    if datum == "WGS-84":
        return wgs84_to_gcj02(latitude, longitude)
    if datum == "BD-09":
        return bd09_to_gcj02(latitude, longitude)
    return latitude, longitude


def wgs84_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    if not in_china(latitude, longitude):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    turn = math.radians(latitude)
    magic = 1 - _ECCENTRICITY_SQUARED * math.sin(turn) ** 2
    root = math.sqrt(magic)
    up = math.degrees(_shift_north(x, y) * magic * root / (_SEMI_MAJOR * (1 - _ECCENTRICITY_SQUARED)))
    right = math.degrees(_shift_east(x, y) * root / (_SEMI_MAJOR * math.cos(turn)))
    return latitude + up, longitude + right


def bd09_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    x, y = longitude - 0.0065, latitude - 0.006
    reach = math.hypot(x, y) - 0.00002 * math.sin(y * _BD_TURN)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BD_TURN)
    return reach * math.sin(angle), reach * math.cos(angle)


def cells_of(latitude: float, longitude: float) -> list[str]:
    """The cell of every level that a place lies in: what the index knows it by."""
    return [_cell(level, *_position(level, latitude, longitude)) for level in range(CELL_LEVELS)]


def neighbourhoods(latitude: float, longitude: float) -> Iterator[tuple[list[str], float]]:
    """Blocks of nine cells around a place, each wider than the last, with the metres within which none is missed."""
    for level in range(CELL_LEVELS):
        row, column = _position(level, latitude, longitude)
        block = [_cell(level, row + up, column + right) for up in (-1, 0, 1) for right in (-1, 0, 1)]
        edge = CELL_DEGREES * 2**level
        # One whole cell lies between the place and the block's rim; columns narrow towards the pole.
        pole_side = math.cos(math.radians(min(89.0, abs(latitude) + edge)))
        yield block, edge * METRES_PER_DEGREE * pole_side


def _position(level: int, latitude: float, longitude: float) -> tuple[int, int]:
    edge = CELL_DEGREES * 2**level
    return math.floor(latitude / edge), math.floor(longitude / edge)


def _cell(level: int, row: int, column: int) -> str:
    return f"cell:{level}:{row}:{column}"


def _shift_north(x: float, y: float) -> float:
    shift = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    shift += (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    shift += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    return shift + (160.0 * math.sin(y / 12.0 * math.pi) + 320 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0


def _shift_east(x: float, y: float) -> float:
    shift = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    shift += (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    shift += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    return shift + (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
