"""What a draft holds."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from knowledge.curation.content import ContentRefused, content_of, draft_of, entry_of_content
from knowledge.faq.files import STARTER, check_file


def test_every_entry_comes_back_from_its_content_as_json() -> None:
    for entry in check_file(STARTER).entries:
        kept = orjson.loads(orjson.dumps(content_of(entry)))
        assert entry_of_content(entry.id, kept) == replace(entry, version=1)


def test_a_draft_may_lack_its_answer_and_its_question() -> None:
    entry = entry_of_content("K1", {"question": " 怎么预约？", "answer": ""})
    assert (entry.question, entry.answer) == ("怎么预约？", "")
    assert entry_of_content("K1", {}).question == ""


def test_neither_id_nor_status_is_taken_from_what_was_typed() -> None:
    entry = entry_of_content("K1", {"id": "K2", "status": "retired", "version": "9", "question": "问", "answer": "答"})
    assert (entry.id, entry.status, entry.version) == ("K1", "published", 1)


def test_all_that_is_wrong_is_told_by_column() -> None:
    entry, errors = draft_of("K1", {"question": "问" * 301, "region": "32", "valid_until": "明年"})
    assert entry is None
    assert [error.column for error in errors] == ["question", "region", "valid_until"]
    with pytest.raises(ContentRefused, match="region：应为6位行政区划代码"):
        entry_of_content("K1", {"region": "32"})
