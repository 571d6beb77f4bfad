"""Services on the starter base and on small bases of a test's own."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from knowledge.faq.entry import Entry
from knowledge.faq.files import STARTER, check_file
from knowledge.faq.service import FaqService


@cache
def index_folder() -> Path:
    """One for all tests of a process: jieba's dictionary is built once."""
    folder = TemporaryDirectory(prefix="bianshitong-faq-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def starter_service() -> FaqService:
    return FaqService(check_file(STARTER).entries, index_dir=index_folder(), number=1)


def service_of(*entries: Entry) -> FaqService:
    return FaqService(entries, index_dir=index_folder())


def entry(entry_id: str, question: str, **fields: Any) -> Entry:
    return Entry(id=entry_id, question=question, **({"answer": f"关于“{question}”的答复。"} | fields))
