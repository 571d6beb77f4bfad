"""Each state of an entry is kept, whoever saved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.curation.models import EntryPull
from knowledge.curation.versions import version, versions_of
from knowledge.faq.cells import entry_of_row
from knowledge.faq.entry import Basis, Entry
from knowledge.faq.files import import_entries
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import all_entries, bump_version, save_entry

ENTRY = Entry(id="K1", question="书丢了怎么办？", answer="照价赔偿。", basis=(Basis("条例", "第三条"),))


def test_every_change_leaves_a_version_with_who_and_why(session: Session, now: datetime) -> None:
    save_entry(session, entry=ENTRY, now=now, by="zhang", reason="新编", revision_id="r1")
    bump_version(session, now=now)
    later = now + timedelta(hours=1)
    save_entry(session, entry=replace(ENTRY, answer="不用赔。"), now=later, by="li")
    bump_version(session, now=later)
    session.commit()

    newest, first = versions_of(session, entry_id="K1")
    assert (first.version, first.by, first.reason, first.revision_id, first.at) == (1, "zhang", "新编", "r1", now)
    assert (newest.version, newest.by, newest.status, newest.at) == (2, "li", "published", later)
    assert (first.base_number, newest.base_number) == (1, 2)


def test_a_version_is_the_whole_entry_and_can_be_read_back(session: Session, now: datetime) -> None:
    save_entry(session, entry=ENTRY, now=now)
    session.commit()
    kept = version(session, entry_id="K1", number=1)
    assert kept is not None
    assert entry_of_row(1, kept.content) == (all_entries(session)[0], [])
    assert version(session, entry_id="K1", number=2) is None


def test_saving_what_is_there_leaves_no_version(session: Session, now: datetime) -> None:
    assert save_entry(session, entry=ENTRY, now=now)
    session.flush()
    assert not save_entry(session, entry=replace(ENTRY, version=9), now=now)
    assert len(versions_of(session, entry_id="K1")) == 1


def test_an_import_leaves_versions_of_what_it_changed(session: Session, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "k.jsonl"
    for answer, by in (("一", "初始知识库"), ("一", "命令行导入"), ("二", "命令行导入")):
        rows = [{"id": "A", "question": "甲？", "answer": answer}, {"id": "B", "question": "乙？", "answer": "不变"}]
        path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
        import_entries(session, path, now=now, by=by)
    assert [(kept.version, kept.by) for kept in versions_of(session, entry_id="A")] == [
        (2, "命令行导入"),
        (1, "初始知识库"),
    ]
    assert len(versions_of(session, entry_id="B")) == 1


def test_no_version_is_written_over_even_where_the_entry_itself_is_gone(session: Session, now: datetime) -> None:
    save_entry(session, entry=ENTRY, now=now)
    session.flush()
    session.execute(delete(FaqEntry))
    session.expunge_all()
    save_entry(session, entry=replace(ENTRY, answer="另一个"), now=now)
    session.commit()
    assert [kept.version for kept in versions_of(session, entry_id="K1")] == [2, 1]
    assert all_entries(session)[0].version == 2


def test_publishing_an_entry_again_settles_that_it_was_pulled(session: Session, now: datetime) -> None:
    save_entry(session, entry=replace(ENTRY, status="retired"), now=now)
    for number, entry_id in enumerate(("K1", "K2")):
        session.add(EntryPull(id=str(number), entry_id=entry_id, by="li", pulled_at=now))
    session.flush()
    save_entry(session, entry=replace(ENTRY, status="retired", answer="仍不答。"), now=now)
    assert settled(session) == {"K1": None, "K2": None}
    save_entry(session, entry=ENTRY, now=now)
    assert settled(session) == {"K1": "republished", "K2": None}


def settled(session: Session) -> dict[str, str | None]:
    return {row[0]: row[1] for row in session.execute(select(EntryPull.entry_id, EntryPull.settled_how))}
