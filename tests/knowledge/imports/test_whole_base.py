"""A whole base goes out and comes in elsewhere the same; a file that was touched does not come in at all."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor
from knowledge.curation.golden import add, golden_set
from knowledge.curation.laws import repeal
from knowledge.curation.models import FaqRevision, LawRepeal
from knowledge.faq.entry import Entry
from knowledge.faq.models import VocabularyTerm
from knowledge.faq.queries import all_entries, base_number, bump_version, save_entries
from knowledge.faq.vocabulary import add_term
from knowledge.imports.taking import BasePlan, plan_base, read_base, take_base
from knowledge.imports.whole_base import MANIFEST, PARTS, export_base, opened_base
from knowledge.institutions.files import import_institutions
from knowledge.institutions.models import Institution
from knowledge.workbooks.unreadable import FileUnreadable
from tests.conftest import NOON
from tests.knowledge.curation.people import EDITOR
from tests.knowledge.faq.test_files import ENTRIES
from tests.knowledge.imports.empty import empty_base

OPERATOR = Actor(name="命令行导入")


@pytest.fixture
def filled(session: Session, tmp_path: Path, now: datetime) -> Iterator[Session]:
    """Some of everything."""
    entries = [
        Entry(id="K1", question="图书室几点开门？", answer="九点。", version=3, paraphrases=("开门时间",)),
        Entry(
            id="K2",
            question="借书卡？",
            answer="补办。",
            status="retired",
            region="320300",
            valid_from=date(2026, 1, 1),
        ),
    ]
    save_entries(session, entries=entries, now=now)
    bump_version(session, now=now)
    add_term(session, kind="synonym", word="图书室", others=["图书馆"], note="<b>", by="甲", now=now)
    add_term(session, kind="word", word="借书卡", by="甲", now=now)
    add(session, question="几点开门", region=None, expected="answer", entry_ids=["K1"], by=EDITOR, now=now)
    add(session, question="天气如何", region="320300", expected="none", entry_ids=[], by=EDITOR, now=now)
    repeal(
        session,
        law="旧条例",
        article="第三条",
        repealed_on=date(2026, 1, 1),
        document="文",
        reason="",
        by=EDITOR,
        now=now,
    )
    (tmp_path / "i.jsonl").write_text(
        '{"name": "城北图书馆", "region": "320300", "aliases": ["北馆"], "latitude": 34.1, "longitude": 117.2}\n'
        '{"name": "城北图书馆", "region": "320500"}\n{"name": "城南图书馆"}\n',
        encoding="utf-8",
    )
    import_institutions(session, tmp_path / "i.jsonl", now=now)
    session.commit()
    return session


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != MANIFEST}


def taken(session: Session, path: Path, *, operator: bool = True) -> BasePlan:
    may_write = None if operator else (lambda *_: True)
    with opened_base(path) as folder:
        plan = plan_base(session, read_base(folder), now=NOON, may_write=may_write)
        assert plan.plan.errors == 0, plan.plan.rows
        take_base(session, plan, by=OPERATOR if operator else EDITOR, reason="搬家", now=NOON)
    session.flush()
    return plan


@pytest.fixture
def elsewhere() -> Iterator[Session]:
    with empty_base() as session:
        yield session


def test_a_base_taken_elsewhere_and_exported_again_is_the_same_but_for_its_time(
    filled: Session, elsewhere: Session, tmp_path: Path, now: datetime
) -> None:
    exported = export_base(filled, tmp_path / "a.zip", now=now)
    assert exported.rows == dict(zip(PARTS, (2, 2, 2, 1, 3), strict=True))
    taken(elsewhere, tmp_path / "a.zip")
    export_base(elsewhere, tmp_path / "b.zip", now=now + timedelta(days=1))
    assert parts(tmp_path / "a.zip") == parts(tmp_path / "b.zip")
    assert base_number(elsewhere) == 1
    again = taken(elsewhere, tmp_path / "a.zip").plan
    assert (again.added, again.changed, again.unchanged, base_number(elsewhere)) == (0, 0, 10, 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(entries=st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.id))
def test_whatever_entries_a_base_has_it_goes_round(tmp_path: Path, entries: list[Entry]) -> None:
    files = [tmp_path / "a.zip", tmp_path / "b.zip"]
    with empty_base() as session:
        save_entries(session, entries=entries, now=NOON)
        session.flush()
        export_base(session, files[0], now=NOON)
    with empty_base() as session:
        taken(session, files[0])
        export_base(session, files[1], now=NOON)
    assert parts(files[0]) == parts(files[1])


def test_in_the_console_entries_become_drafts_and_repealed_laws_are_only_told(
    filled: Session, elsewhere: Session, tmp_path: Path, now: datetime
) -> None:
    export_base(filled, tmp_path / "a.zip", now=now)
    plan = taken(elsewhere, tmp_path / "a.zip", operator=False).plan
    assert all_entries(elsewhere) == []
    assert [row.entry_id for row in elsewhere.scalars(select(FaqRevision))] == ["K1"]
    assert len(elsewhere.scalars(select(VocabularyTerm)).all()) == 2
    assert [golden.question for golden in golden_set(elsewhere)] == [
        "天气如何"
    ]  # the other one's entry is not there yet
    assert len(elsewhere.scalars(select(Institution)).all()) == 3
    assert elsewhere.scalars(select(LawRepeal)).all() == []
    assert {(row.part, row.what) for row in plan.rows if row.message} >= {
        ("golden.jsonl", "warning"),
        ("laws.jsonl", "warning"),
        ("entries.jsonl", "warning"),
    }


def rewritten(source: Path, target: Path, changed: dict[str, bytes | None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = changed.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"entries.jsonl": b'{"id": "X", "question": "a", "answer": "b"}\n'}, "与清单不一致"),
        ({"words.jsonl": None}, "不是整库文件"),
        ({MANIFEST: None}, "不是整库文件"),
        ({MANIFEST: b"{"}, "不是整库文件"),
        ({MANIFEST: b"[]"}, "不是整库文件"),
        ({MANIFEST: b'{"format": "bianshitong-base", "version": 9, "parts": {}}'}, "请先升级"),
        (
            {MANIFEST: json.dumps({"format": "bianshitong-base", "version": 1, "parts": {"../x": {}}}).encode()},
            "请先升级",
        ),
        ({MANIFEST: b" " * 200_000}, "不是整库文件"),
    ],
)
def test_a_file_that_was_touched_is_refused(
    filled: Session, tmp_path: Path, now: datetime, changed: dict[str, bytes | None], said: str
) -> None:
    export_base(filled, tmp_path / "a.zip", now=now)
    with (
        pytest.raises(FileUnreadable, match=said),
        opened_base(rewritten(tmp_path / "a.zip", tmp_path / "b.zip", changed)),
    ):
        pass


def test_a_bomb_in_a_base_is_not_unpacked(filled: Session, tmp_path: Path, now: datetime) -> None:
    export_base(filled, tmp_path / "a.zip", now=now)
    with (
        pytest.raises(FileUnreadable, match="展开后过大"),
        opened_base(rewritten(tmp_path / "a.zip", tmp_path / "b.zip", {"laws.jsonl": bytes(80_000_000)})),
    ):
        pass


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip"])
def test_what_is_no_base_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(FileUnreadable, match="不是整库文件"), opened_base(tmp_path / "x.zip"):
        pass


BAD: dict[str, list[Any]] = {
    "words.jsonl": [
        {"kind": "x"},
        {"kind": "word", "word": "一"},
        {"kind": "synonym", "word": "甲乙", "others": []},
        {"kind": "synonym", "word": "借书证", "others": ["图书馆"]},
        {"kind": "related", "word": "借书卡", "others": ["卡片"]},
        "{",
        7,
    ],
    "golden.jsonl": [
        {},
        {"question": "好吗", "expected": "answer", "entry_ids": []},
        {"question": 1, "expected": "none"},
    ],
    "laws.jsonl": [{}, {"law": "甲", "repealed_on": "x"}, {"law": "甲" * 400, "repealed_on": "2026-01-01"}],
}


def test_every_bad_row_of_every_part_is_told_and_nothing_is_taken(
    filled: Session, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for name, rows in BAD.items():
        (folder / name).write_text(
            "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8"
        )
    plan = plan_base(filled, read_base(folder), now=now, may_write=None)
    errors = [(row.part, row.row) for row in plan.plan.rows if row.what == "error"]
    assert errors == [(name, number) for name in sorted(BAD) for number in range(1, len(BAD[name]) + 1)]
