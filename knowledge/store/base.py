"""The one declarative base; every table of ours registers here and Alembic compares against it."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

# Constraint names must be the same on SQLite and PostgreSQL, or migrations cannot name what they drop.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
