"""What is kept of an institution (事业单位): the fields that the register makes public, as in the bureau's table."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from sqlalchemy import JSON, Date, Float, Index, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant

VERSION_ROW = 1  # the version table holds exactly this row


class Institution(Base):
    """``name_key`` is the name in normal form: with ``region`` it tells rows without a credit code apart.

    Coordinates stay as they were delivered, ``datum`` says in which system (empty: GCJ-02). ``code_problem``: what is
    wrong with the credit code, null where it is right or missing; ``source``: where the row comes from (``file``, …).
    """

    __tablename__ = "institution"
    __table_args__ = (Index("ix_institution_name_key_region", "name_key", "region"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(300))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    former_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    certificate_number: Mapped[str | None] = mapped_column(String(60), index=True)
    region: Mapped[str | None] = mapped_column(String(6))
    kind: Mapped[str | None] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(String(300))
    legal_representative: Mapped[str | None] = mapped_column(String(60))  # 法定代表人
    purpose: Mapped[str | None] = mapped_column(String(3000))  # 宗旨和业务范围
    sponsor: Mapped[str | None] = mapped_column(String(200))  # 举办单位
    funding_source: Mapped[str | None] = mapped_column(String(100))  # 经费来源
    initial_fund: Mapped[str | None] = mapped_column(String(60))  # 开办资金
    registration_authority: Mapped[str | None] = mapped_column(String(200))  # 登记管理机关
    certificate_valid_until: Mapped[date | None] = mapped_column(Date)
    annual_report_year: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(60))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    datum: Mapped[str | None] = mapped_column(String(20))
    updated_at: Mapped[datetime] = mapped_column(Instant)
    code_problem: Mapped[str | None] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16), default="file", server_default="file")


class InstitutionLineage(Base):
    """``kind``: ``renamed``, ``merged``, ``split`` or ``dissolved``, with the day and the document that says so.

    A merger is several rows with one ``to``, a division several with one ``from``. ``from_key``: normal form of the
    old name, which may have no row of its own.
    """

    __tablename__ = "institution_lineage"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    happened_on: Mapped[date] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(300), default="")
    from_id: Mapped[str | None] = mapped_column(String(36), index=True)
    from_name: Mapped[str] = mapped_column(String(200))
    from_key: Mapped[str] = mapped_column(String(300), index=True)
    to_id: Mapped[str | None] = mapped_column(String(36), index=True)
    to_name: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(300), default="")
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class InstitutionVersion(Base):
    """One row: ``stamp`` is new after every change of the table, so that each process sees its index is old."""

    __tablename__ = "institution_version"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, default=VERSION_ROW)
    stamp: Mapped[str] = mapped_column(String(36))
    changed_at: Mapped[datetime] = mapped_column(Instant)


def register_tables() -> list[Table]:
    """All that a register of its own needs, as for measuring on files."""
    return [cast("Table", each.__table__) for each in (Institution, InstitutionLineage, InstitutionVersion)]
