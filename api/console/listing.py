"""Lists of rows that are only read here: within the person's scope, and with no SQL in what they say."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Select
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.status import HTTP_400_BAD_REQUEST
from starlette_admin.actions import ActionSelection
from starlette_admin.contrib.sqla import ModelView
from starlette_admin.exceptions import ActionFailed

from api.console.filters import Filters
from api.console.gate import Guarded
from api.console.request import may, scope
from api.console.texts import frame as texts


@dataclass(frozen=True, slots=True)
class Placed:
    """Mapped columns that say where a row belongs. ``topic``: ``None`` for rows that have none.

    ``nation``: whether a grant for a region shows the nation's rows too.
    """

    region: Any
    topic: Any = None
    nation: bool = True


class ReadOnlyView(Guarded, ModelView):
    """Nothing is made, changed or deleted here but by a declared action.

    ``placed``: the columns by which the right of the list is limited; ``None``: it is not.
    An action takes its rows from ``selection.rows()``, which are within the scope; ``pks()`` is what the browser said.
    """

    exporters: Sequence[str] = ("csv",)
    importers: Sequence[str] = ()
    actions: Sequence[str] = ("export",)
    row_actions: Sequence[str] = ()
    column_visibility = False
    placed: ClassVar[Placed | None] = None

    def can_create(self, request: Request) -> bool:
        return False

    def can_edit(self, request: Request) -> bool:
        return False

    def can_delete(self, request: Request) -> bool:
        return False

    def can_view_detail(self, request: Request) -> bool:
        return may(request, self.rights.get("detail"))

    async def is_action_allowed(self, request: Request, name: str) -> bool:
        declared = may(request, self.rights.get(f"action:{name}"))
        return declared and await super().is_action_allowed(request, name)

    async def is_row_action_allowed(self, request: Request, name: str) -> bool:
        declared = name == "view" or may(request, self.rights.get(f"row:{name}"))
        return declared and await super().is_row_action_allowed(request, name)

    def get_filter_registry(self) -> Filters:
        return Filters()

    def within(self, request: Request, query: Select[Any]) -> Select[Any]:
        """``query``, narrowed to where the person has the right of the list."""
        if self.placed is None:
            return query
        placed = self.placed
        here = scope(request, self.rights["list"])
        return query.where(here.condition(placed.region, placed.topic, writing=not placed.nation))

    def get_list_query(self, request: Request) -> Select[Any]:
        """Of the list, and so of one row's page and of actions too."""
        return self.within(request, super().get_list_query(request))

    def get_count_query(self, request: Request) -> Select[Any]:
        return self.within(request, super().get_count_query(request))

    async def find_all(self, request: Request, *args: Any, **kwargs: Any) -> Sequence[Any]:
        with _understood():
            return await super().find_all(request, *args, **kwargs)

    async def count(self, request: Request, *args: Any, **kwargs: Any) -> int:
        with _understood():
            return await super().count(request, *args, **kwargs)

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """``None``, which becomes 404, for what cannot be a key as well."""
        try:
            return await super().find_by_pk(request, pk)
        except (ValueError, OverflowError, DataError):
            return None

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        with _understood():
            return await super().find_by_pks(request, pks)

    async def handle_action(self, request: Request, selection: ActionSelection, name: str) -> Any:
        with _no_sql():
            return await super().handle_action(request, selection, name)

    async def handle_row_action(self, request: Request, pk: Any, name: str) -> Any:
        if self._row_actions.get(name, {}).get("is_link"):
            raise ActionFailed(texts.NOTHING_THERE)  # it is an address, and there is nothing to be done
        if await self.find_by_pk(request, pk) is None:
            raise ActionFailed(texts.NOTHING_THERE)  # or outside the scope: the library would go on
        with _no_sql():
            return await super().handle_row_action(request, pk, name)


@contextlib.contextmanager
def _understood() -> Iterator[None]:
    """What was typed into the address does not fit the columns: a number too long, a character none may hold."""
    try:
        yield
    except (ValueError, OverflowError, DataError):
        raise HTTPException(HTTP_400_BAD_REQUEST) from None


@contextlib.contextmanager
def _no_sql() -> Iterator[None]:
    """The library answers with the text of the database's error, statement and all."""
    try:
        yield
    except HTTPException as unread:
        raise ActionFailed(texts.BROKEN_FORM) from unread
    except ActionFailed as failed:
        if isinstance(failed.__cause__, SQLAlchemyError):
            raise ActionFailed(texts.NOT_DONE) from None
        raise
