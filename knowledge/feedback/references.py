"""Ticket numbers: ``F`` + the Shanghai day + ``-`` + a running number of at least three digits."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge.feedback.models import ReferenceCounter

SHANGHAI = ZoneInfo("Asia/Shanghai")
REFERENCE_PATTERN = r"[FfＦｆ]\s*\d{8}\s*[-－–—_ ]?\s*\d{3,12}"  # as people type it, full width included


def next_reference(session: Session, *, now: datetime) -> str:
    """The day's next number. The counter's row stays locked until the caller commits, so none is given twice."""
    day = now.astimezone(SHANGHAI).strftime("%Y%m%d")
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    counted = (
        insert(ReferenceCounter)
        .values(day=day, last=1)
        .on_conflict_do_update(index_elements=["day"], set_={"last": ReferenceCounter.last + 1})
        .returning(ReferenceCounter.last)
    )
    return f"F{day}-{session.execute(counted).scalar_one():03d}"


def read_reference(text: str) -> str | None:
    """The first ticket number in a text, in its one written form; ``None`` when there is none."""
    found = re.search(REFERENCE_PATTERN, text)
    if found is None:
        return None
    digits = "".join(c for c in unicodedata.normalize("NFKC", found.group()) if c.isdigit())
    return f"F{digits[:8]}-{digits[8:]}"
