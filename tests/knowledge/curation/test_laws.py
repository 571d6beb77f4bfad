"""Which answers rest on which law, and what follows when it holds no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.audit.models import AuditEvent
from knowledge.curation.laws import entries_on, laws_of, repeal, repealed_now, repeals, undo_repeal
from knowledge.curation.models import EntryPull
from knowledge.curation.pulling import let_rest, pull, pulled_entries
from knowledge.curation.revision import NotAllowed, NotThere
from knowledge.curation.versions import versions_of
from knowledge.faq.entry import Basis
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import base_number, entry_of, save_entry
from tests.knowledge.curation.people import REVIEWER, put
from tests.knowledge.faq.base import entry

ROOM, READERS = "图书室管理条例（2014年）", "读者守则"
BASE = (
    entry("K1", "几点开门？", basis=(Basis(ROOM, "第三条"),), owner="甲"),
    entry(
        "K2", "怎么借书？", basis=(Basis("《图书室管理条例》", "第三条第二款、第五条"),), owner="乙", region="320300"
    ),
    entry("K3", "能带水吗？", basis=(Basis(READERS),), owner="甲"),
    entry("K4", "几点关门？", basis=(Basis(ROOM, "第八条"), Basis(READERS)), status="retired"),
    entry("K5", "有空调吗？"),
)
ON = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _base(session: Session, now: datetime) -> None:
    put(session, *BASE, now=now)


def repeals_law(session: Session, now: datetime, **fields: Any) -> tuple[str, int]:
    given: dict[str, Any] = {"law": "图书室管理条例", "article": "", "document": "", "reason": "", "repealed_on": ON}
    return repeal(session, by=REVIEWER, now=now, **(given | fields))


def status(session: Session) -> dict[str, str]:
    return {row.id: row.status for row in session.execute(select(FaqEntry.id, FaqEntry.status))}


def test_laws_are_listed_with_their_articles_however_they_are_written(session: Session) -> None:
    laws = laws_of(session)
    assert [(law.name, law.entries, law.answering) for law in laws] == [(ROOM, 3, 2), (READERS, 2, 1)]
    assert laws[0].articles == (("3", 1), ("3.2", 1), ("5", 1), ("8", 1))
    assert [law.entries for law in laws_of(session, within=FaqEntry.region == "320300")] == [1]


def test_the_entries_on_an_article_are_found(session: Session) -> None:
    assert [each.id for each in entries_on(session, law="图书室管理条例", article="第三条")] == ["K1", "K2"]
    assert [each.id for each in entries_on(session, law="图书室管理条例", article="第9条")] == []
    assert [each.id for each in entries_on(session, law=READERS)] == ["K3", "K4"]


def test_a_repealed_law_takes_all_its_answers_back_at_once(session: Session, now: datetime) -> None:
    before = base_number(session)
    _, count = repeals_law(session, now, document="令第9号")
    assert count == 2
    assert status(session) == {"K1": "retired", "K2": "retired", "K3": "published", "K4": "retired", "K5": "published"}
    assert base_number(session) == before + 1
    assert [(each.entry_id, each.owner) for each in sorted(pulled_entries(session), key=lambda p: p.entry_id)] == [
        ("K1", "甲"),
        ("K2", "乙"),
    ]
    assert [each.entry_id for each in pulled_entries(session, owners=["甲"])] == ["K1"]
    newest = versions_of(session, entry_id="K1")[0]
    assert (newest.status, newest.by, newest.reason) == ("retired", "乙", "依据已废止：图书室管理条例（令第9号）")


def test_a_repealed_article_takes_only_what_rests_on_it(session: Session, now: datetime) -> None:
    assert repeals_law(session, now, article="第五条")[1] == 1
    assert status(session)["K1"] == "published"
    assert status(session)["K2"] == "retired"


def test_who_may_act_in_one_region_takes_only_its_entries_back(session: Session, now: datetime) -> None:
    assert repeals_law(session, now, within=FaqEntry.region == "320300")[1] == 1
    assert status(session)["K1"] == "published"


def test_undoing_a_repeal_puts_back_what_nobody_touched(session: Session, now: datetime) -> None:
    repeal_id, _ = repeals_law(session, now)
    assert len(repealed_now(session)) == 1
    save_entry(session, entry=replace(entry_of(session.get_one(FaqEntry, "K1")), status="published"), now=now)
    assert undo_repeal(session, repeal_id=repeal_id, by=REVIEWER, reason="", now=now) == 1
    assert status(session) == {
        "K1": "published",
        "K2": "published",
        "K3": "published",
        "K4": "retired",
        "K5": "published",
    }
    how = {row.entry_id: row.settled_how for row in session.scalars(select(EntryPull))}
    assert how == {"K1": "republished", "K2": "undone"}
    assert repealed_now(session) == []
    with pytest.raises(NotAllowed, match="已经撤销"):
        undo_repeal(session, repeal_id=repeal_id, by=REVIEWER, reason="", now=now)
    with pytest.raises(NotThere):
        undo_repeal(session, repeal_id="no", by=REVIEWER, reason="", now=now)


def test_what_cannot_be_a_repeal_is_refused(session: Session, now: datetime) -> None:
    for fields, said in (({"law": "《》"}, "名称"), ({"document": "文" * 301}, "最多 300 字")):
        with pytest.raises(NotAllowed, match=said):
            repeals_law(session, now, **fields)
    assert repeals(session) == []


def test_one_entry_is_pulled_with_a_reason_and_may_rest(session: Session, now: datetime) -> None:
    with pytest.raises(NotAllowed, match="原因"):
        pull(session, entry_ids=["K3"], by=REVIEWER, reason=" ", repeal_id=None, now=now)
    assert pull(session, entry_ids=["K3", "K4", "K404"], by=REVIEWER, reason="写错了", repeal_id=None, now=now) == 1
    let_rest(session, entry_id="K3", by=REVIEWER, reason="", now=now)
    assert pulled_entries(session) == []
    session.commit()
    noted = session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)).all()
    assert list(noted) == ["entry.pulled", "entry.archived"]
