"""What a list can be narrowed by, where the library's own would not do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette_admin import DateTimeField
from starlette_admin.contrib.sqla.filters import (
    DateInFutureFilter,
    DateInPastFilter,
    DateTimeBetweenFilter,
    DateTimeEqualFilter,
    SqlaFilterRegistry,
)
from starlette_admin.fields import BaseField
from starlette_admin.filters import BaseFilter
from starlette_admin.filters.registry import filters


class Filters(SqlaFilterRegistry):
    """The library takes the zone off a moment; our columns refuse one without."""

    @filters(DateTimeField)
    def datetime_filters(self, field: BaseField) -> list[type[BaseFilter]]:
        return [_At, _Between, DateInPastFilter, DateInFutureFilter]


class _At(DateTimeEqualFilter):
    def parse_value(self, raw: Any) -> Any:
        return _aware(super().parse_value(raw))


class _Between(DateTimeBetweenFilter):
    def parse_value(self, raw: Any) -> Any:
        return _aware(super().parse_value(raw))


def _aware(moment: Any) -> Any:
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else moment
