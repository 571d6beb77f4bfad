"""Tables about citizens as persons."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.base import Base
from knowledge.store.types import Instant


class Consent(Base):
    """A citizen went on after reading one version of the privacy statement."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("account", "citizen", "version"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    citizen: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(Instant)
