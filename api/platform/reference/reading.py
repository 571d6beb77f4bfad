"""Institutions and cases as the contract hands them out."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, or_, select

from api.platform import contract
from api.platform.reference import tables
from api.platform.reference.problems import Problem

CASES_LIMIT = 200  # of one institution; the contract's list has one page


def put_institutions(engine: Engine, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds or replaces by credit code. Raises ``contract.DoesNotFit`` for the first wrong row and keeps none."""
    table = tables.institution
    with engine.begin() as connection:
        for fields in rows:
            contract.check("Institution", dict(fields))
            code = fields.get("credit_code")
            if code is not None:
                connection.execute(delete(table).where(table.c.credit_code == code))
            updated_at = contract.moment(fields["updated_at"])
            connection.execute(insert(table).values(credit_code=code, updated_at=updated_at, fields=dict(fields)))


def put_cases(engine: Engine, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds or replaces by number."""
    table = tables.case
    with engine.begin() as connection:
        for fields in rows:
            contract.check("Case", dict(fields))
            connection.execute(delete(table).where(table.c.number == fields["number"]))
            updated_at = contract.moment(fields["updated_at"])
            values = {"number": fields["number"], "institution": fields["institution"], "updated_at": updated_at}
            connection.execute(insert(table).values(fields=dict(fields), **values))


def list_institutions(
    engine: Engine, *, updated_since: str | None, cursor: str | None, limit: str | None
) -> dict[str, Any]:
    """One page by (updated_at, id). Raises ``Problem`` 422 for a parameter that does not fit."""
    table = tables.institution
    size = _limit(limit)
    query = select(table).order_by(table.c.updated_at, table.c.id).limit(size + 1)
    if updated_since is not None:
        query = query.where(table.c.updated_at >= _moment(updated_since))
    if cursor is not None:
        at, last_id = _open_cursor(cursor)
        query = query.where(or_(table.c.updated_at > at, (table.c.updated_at == at) & (table.c.id > last_id)))
    with engine.begin() as connection:
        rows = connection.execute(query).all()
    shown = rows[:size]
    following = _cursor(shown[-1].updated_at, shown[-1].id) if len(rows) > size else None
    return {"items": [row.fields for row in shown], "next_cursor": following}


def get_institution(engine: Engine, credit_code: str) -> dict[str, Any]:
    with engine.begin() as connection:
        row = connection.execute(
            select(tables.institution).where(tables.institution.c.credit_code == credit_code)
        ).one_or_none()
    if row is None:
        raise Problem(404, "没有这个机构")
    return dict(row.fields)


def list_cases(engine: Engine, institution: str | None) -> dict[str, Any]:
    if not contract.fits("CreditCode", institution):
        raise Problem(422, "institution 应为 18 位统一社会信用代码")
    query = select(tables.case).where(tables.case.c.institution == institution)
    ordered = query.order_by(tables.case.c.updated_at.desc(), tables.case.c.number).limit(CASES_LIMIT)
    with engine.begin() as connection:
        return {"items": [row.fields for row in connection.execute(ordered).all()]}


def get_case(engine: Engine, number: str) -> dict[str, Any]:
    with engine.begin() as connection:
        row = connection.execute(select(tables.case).where(tables.case.c.number == number)).one_or_none()
    if row is None:
        raise Problem(404, "没有这个办件")
    return dict(row.fields)


def _limit(given: str | None) -> int:
    if given is None:
        return 100  # the contract's default
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= 500):
        raise Problem(422, "limit 应为 1 至 500 的整数")
    return int(given)


def _moment(given: str) -> datetime:
    if not contract.fits("Moment", given):
        raise Problem(422, "updated_since 应为带时区的 RFC 3339 时间")
    return contract.moment(given)


def _cursor(at: datetime, row_id: int) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {row_id}".encode()).decode()


def _open_cursor(given: str) -> tuple[datetime, int]:
    try:
        at, row_id = base64.urlsafe_b64decode(given.encode()).decode().split(" ")
        return datetime.fromisoformat(at), int(row_id)
    except ValueError:
        raise Problem(422, "cursor 无效", "请使用上一页的 next_cursor") from None
