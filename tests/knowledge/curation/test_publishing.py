"""The gate: what was replayed is what is published, all of it at once or nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit.models import AuditEvent
from knowledge.curation.flow import withdraw
from knowledge.curation.golden import add
from knowledge.curation.models import FaqRevision, FaqVersion
from knowledge.curation.publication import (
    Expired,
    PublishingRefused,
    Regressed,
    Stage,
    Stale,
    approved,
    publication,
    restored,
)
from knowledge.curation.publishing import Published, cancel, due, override, plan, publish, request
from knowledge.curation.replaying import again, begin_replay, fail_replay
from knowledge.curation.states import Change, State
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import base_number, bump_version, save_entry
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.store.sessions import make_sessions
from tests.knowledge.curation.people import EDITOR, GUARD, LIVE, REVIEWER, put
from tests.knowledge.curation.publishing import approved_draft, replayed, requested
from tests.knowledge.faq.base import entry, index_folder

OTHER = entry("K2", "借书卡丢了怎么补办？", answer="到前台。")
REASON = "新规定已经生效，这道题的旧答案不再对。"


@pytest.fixture
def base(session: Session, now: datetime) -> Session:
    put(session, LIVE, OTHER, now=now)
    return session


def golden(session: Session, now: datetime) -> None:
    add(session, question=LIVE.question, region=None, expected="answer", entry_ids=["K1"], by=EDITOR, now=now)
    session.commit()


def answers(session: Session) -> dict[str, tuple[str, str]]:
    return {row.id: (row.answer, row.status) for row in session.scalars(select(FaqEntry))}


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)))


def ready(session: Session, now: datetime, **content: str) -> str:
    publication_id = requested(session, approved_draft(session, now=now, **content or {"answer": "八点。"}), now=now)
    replayed(session, publication_id, index_dir=index_folder(), now=now)
    return publication_id


def test_a_publication_writes_entry_version_draft_and_base_at_once(base: Session, now: datetime) -> None:
    publication_id = ready(base, now)
    before = base_number(base)
    assert publish(base, publication_id=publication_id, by=REVIEWER, now=now) == Published(before + 1, ())
    base.commit()
    assert base_number(base) == before + 1
    assert answers(base)["K1"] == ("八点。", "published")
    version = base.get_one(FaqVersion, ("K1", 2))
    assert (version.by, version.reason, version.base_number) == ("甲", "改时间", before + 1)
    draft = base.scalars(select(FaqRevision)).one()
    assert (draft.state, draft.open_of, draft.published_version) == (State.PUBLISHED, None, 2)
    assert acts(base)[-4:] == [
        "publication.requested",
        "publication.replayed",
        "entry.published",
        "publication.published",
    ]


def test_the_replay_tells_what_is_answered_otherwise(base: Session, now: datetime) -> None:
    row = publication(base, ready(base, now, answer="早上八点。"))
    assert (row.state, row.golden, row.regressions, row.changed) == (Stage.READY, 0, 0, 0)
    golden(base, now)
    again(base, publication_id=row.id, now=now)
    replayed(base, row.id, index_dir=index_folder(), now=now)
    row = publication(base, row.id)
    [found] = map(restored, row.result)
    assert (row.state, row.golden, row.changed) == (Stage.READY, 1, 1)
    assert (found.question, found.verdict, found.golden) == (LIVE.question, "changed", True)
    assert (found.before.said, found.after.said) == ("早上九点。", "早上八点。")


def test_a_golden_regression_is_refused_until_another_person_lets_it_through_with_a_reason(
    base: Session, now: datetime
) -> None:
    golden(base, now)
    publication_id = requested(base, approved_draft(base, now=now, change=Change.ARCHIVE), now=now)
    replayed(base, publication_id, index_dir=index_folder(), now=now)
    row = publication(base, publication_id)
    assert (row.state, row.regressions, restored(row.result[0]).verdict) == (Stage.REFUSED, 1, "regression")
    with pytest.raises(Regressed, match="1 道金标准问题会答错"):
        publish(base, publication_id=publication_id, by=REVIEWER, now=now)
    with pytest.raises(PublishingRefused, match="理由"):
        override(base, publication_id=publication_id, by=REVIEWER, reason="同意", now=now)
    with pytest.raises(PublishingRefused, match="另一个人"):
        override(base, publication_id=publication_id, by=EDITOR, reason=REASON, now=now)
    override(base, publication_id=publication_id, by=REVIEWER, reason=REASON, now=now)
    publish(base, publication_id=publication_id, by=REVIEWER, now=now)
    base.commit()
    assert answers(base)["K1"] == ("早上九点。", "retired")
    row = publication(base, publication_id)
    assert (row.override_by, row.override_reason) == (REVIEWER.name, REASON)
    assert base.scalar(select(AuditEvent.reason).where(AuditEvent.action == "publication.overridden")) == REASON


def test_what_was_let_through_stays_so_only_for_the_same_questions(base: Session, now: datetime) -> None:
    golden(base, now)
    publication_id = requested(base, approved_draft(base, now=now, change=Change.ARCHIVE), now=now)
    replayed(base, publication_id, index_dir=index_folder(), now=now)
    override(base, publication_id=publication_id, by=REVIEWER, reason=REASON, now=now)
    replayed(base, publication_id, index_dir=index_folder(), now=now)
    assert publication(base, publication_id).state == Stage.OVERRIDDEN
    add(base, question="开门时间", region=None, expected="answer", entry_ids=["K1"], by=EDITOR, now=now)
    replayed(base, publication_id, index_dir=index_folder(), now=now)
    row = publication(base, publication_id)
    assert (row.state, row.override_by) == (Stage.REFUSED, None)


def change_base(session: Session, now: datetime) -> None:
    put(session, replace(OTHER, answer="到二楼。"), now=now)


def change_golden(session: Session, now: datetime) -> None:
    golden(session, now)


def take_a_draft_back(session: Session, now: datetime) -> None:
    [draft] = [draft for draft in approved(session) if draft.entry_id == "K2"]
    withdraw(session, revision_id=draft.id, by=EDITOR, now=now)
    session.commit()


@pytest.mark.parametrize("change", [change_base, change_golden, take_a_draft_back])
def test_a_result_for_anything_else_is_void(base: Session, now: datetime, change: object) -> None:
    drafts = [
        approved_draft(base, now=now, answer="八点。"),
        approved_draft(base, now=now, entry_id="K2", answer="窗口。"),
    ]
    publication_id = requested(base, *drafts, now=now)
    replayed(base, publication_id, index_dir=index_folder(), now=now)
    change(base, now)  # type: ignore[operator]
    before = answers(base)
    with pytest.raises(Stale):
        publish(base, publication_id=publication_id, by=REVIEWER, now=now)
    base.rollback()
    assert answers(base) == before
    replayed(base, publication_id, index_dir=index_folder(), now=now)
    publish(base, publication_id=publication_id, by=REVIEWER, now=now)
    assert answers(base)["K1"][0] == "八点。"


def decide_late(session: Session, how: str, publication_id: str, now: datetime, late: datetime) -> None:
    if how == "plan":
        plan(session, publication_id=publication_id, at=late, by=REVIEWER, now=now)
    else:
        publish(session, publication_id=publication_id, by=REVIEWER, now=late)


@pytest.mark.parametrize("at", ["request", "publish", "plan"])
def test_an_entry_that_has_expired_is_not_published(base: Session, now: datetime, at: str) -> None:
    draft = approved_draft(base, now=now, answer="八点。", valid_until=date(2026, 11, 24).isoformat())
    late = now + timedelta(days=2)
    if at == "request":
        with pytest.raises(Expired, match="2026-11-24"):
            request(base, revision_ids=[draft.id], by=REVIEWER, now=late)
        return
    publication_id = requested(base, draft, now=now)
    replayed(base, publication_id, index_dir=index_folder(), now=now)
    with pytest.raises(Expired, match="失效日期已经过去"):
        decide_late(base, at, publication_id, now, late)
    base.rollback()
    assert answers(base)["K1"][0] == LIVE.answer


def test_before_its_replay_nothing_is_published(base: Session, now: datetime) -> None:
    publication_id = requested(base, approved_draft(base, now=now, answer="八点。"), now=now)
    with pytest.raises(PublishingRefused, match="比对还没有完成"):
        publish(base, publication_id=publication_id, by=REVIEWER, now=now)
    begin_replay(base, publication_id=publication_id)
    fail_replay(base, publication_id=publication_id, failure="索引没能建立（OSError）")
    with pytest.raises(PublishingRefused, match="比对还没有完成"):
        publish(base, publication_id=publication_id, by=REVIEWER, now=now)


def test_a_draft_goes_out_with_one_publication_only(base: Session, now: datetime) -> None:
    draft = approved_draft(base, now=now, answer="八点。")
    publication_id = requested(base, draft, now=now)
    assert approved(base, free=True) == []
    with pytest.raises(PublishingRefused, match="另一次发布"):
        request(base, revision_ids=[draft.id], by=REVIEWER, now=now)
    base.rollback()
    cancel(base, publication_id=publication_id, by=REVIEWER, now=now)
    assert [each.id for each in approved(base, free=True)] == [draft.id]
    with pytest.raises(PublishingRefused, match="已经取消"):
        publish(base, publication_id=publication_id, by=REVIEWER, now=now)
    assert requested(base, draft, now=now) != publication_id


def test_a_draft_that_is_not_passed_cannot_be_asked_for(base: Session, now: datetime) -> None:
    draft = approved_draft(base, now=now, answer="八点。")
    withdraw(base, revision_id=draft.id, by=EDITOR, now=now)
    for ids in ([draft.id], ["nobody"], []):
        with pytest.raises(PublishingRefused):
            request(base, revision_ids=ids, by=REVIEWER, now=now)


def test_a_planned_one_is_due_at_its_time_and_not_before(base: Session, now: datetime) -> None:
    publication_id = ready(base, now)
    at = now + timedelta(hours=3)
    plan(base, publication_id=publication_id, at=at, by=REVIEWER, now=now)
    assert due(base, now=at - timedelta(seconds=1)) == []
    assert due(base, now=at) == [publication_id]
    for wrong in (now, now - timedelta(days=1), now + timedelta(days=400)):
        with pytest.raises(PublishingRefused, match="一年以内"):
            plan(base, publication_id=publication_id, at=wrong, by=REVIEWER, now=now)


def test_what_it_fills_is_filled_and_who_waits_is_named(base: Session, now: datetime) -> None:
    base.add(MissedGroup(id="g", question="周日开门吗", state="planned", first_at=now, last_at=now))
    for name, state in (("w1", "waiting"), ("w2", "told")):
        base.add(
            MissedWaiter(
                id=name, account="a", citizen=name, question="周日开门吗", form="周日开门吗", group_id="g",
                asked_at=now, state=state,
            )
        )  # fmt: skip
    publication_id = ready(base, now)
    base.scalars(select(FaqRevision)).one().fills = ["g"]
    base.commit()
    published = publish(base, publication_id=publication_id, by=REVIEWER, now=now)
    assert published.waiters == ("w1",)
    group = base.get_one(MissedGroup, "g")
    assert (group.state, group.entry_id) == ("filled", "K1")


def test_of_two_publications_at_once_the_second_sees_what_the_first_did(
    base: Session, sessions: sessionmaker[Session], engine: Engine, now: datetime
) -> None:
    first = ready(base, now)
    second = requested(base, approved_draft(base, now=now, entry_id="K2", answer="到三楼。"), now=now)
    replayed(base, second, index_dir=index_folder(), now=now)
    base.close()
    came_out: list[str] = []
    together = threading.Barrier(2)

    def go(publication_id: str) -> None:
        together.wait()
        try:
            with make_sessions(engine).begin() as session:
                publish(session, publication_id=publication_id, by=REVIEWER, now=now)
        except Stale:
            came_out.append("stale")
        else:
            came_out.append("published")

    threads = [threading.Thread(target=go, args=(each,)) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came_out) == ["published", "stale"]
    with sessions() as session:
        changed = [answers(session)["K1"][0] != LIVE.answer, answers(session)["K2"][0] != OTHER.answer]
        assert sorted(changed) == [False, True]


def test_a_publication_and_an_import_of_the_same_entries_do_not_wait_for_each_other(
    base: Session, sessions: sessionmaker[Session], engine: Engine, now: datetime
) -> None:
    publication_id = ready(base, now)
    base.close()
    failed: list[BaseException] = []
    together = threading.Barrier(2)

    def importing() -> None:
        with make_sessions(engine).begin() as session:
            together.wait()
            save_entry(session, entry=replace(LIVE, answer="七点。"), now=now, by="命令行导入")
            session.flush()
            bump_version(session, now=now)

    def publishing() -> None:
        with make_sessions(engine).begin() as session:
            together.wait()
            publish(session, publication_id=publication_id, by=GUARD, now=now)

    def run(step: object) -> None:
        try:
            step()  # type: ignore[operator]
        except Stale:
            return
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in (importing, publishing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(FaqVersion)) in (3, 4)
