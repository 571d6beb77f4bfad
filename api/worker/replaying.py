"""``replay_publication``: what a draft of the base would answer, compared with the live one; and the planned ones.

In the worker, because a replay of a large base takes many seconds of a processor that questions need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session, sessionmaker

from api.publishing import Enqueue, enqueue_replay, publish_now
from api.worker.jobs import REPLAY_PUBLICATION
from api.worker.rounds import Round
from api.worker.turns import Again, Growing
from knowledge.curation.golden import golden_set
from knowledge.curation.publication import PublishingRefused, Stale, changes_of
from knowledge.curation.publishing import BY_ITSELF, due
from knowledge.curation.replay import recent_questions, replay
from knowledge.curation.replaying import Work, again, begin_replay, fail_replay, store_replay
from knowledge.faq.renewal import BuildFailed
from knowledge.faq.service import FaqService

PUBLISH_DUE = "publish_due"
LOOK = timedelta(seconds=5)
RETRIES = Growing(first=timedelta(seconds=2), longest=timedelta(seconds=30), tries=4)
COULD_NOT_BUILD = "索引没能建立（{error}）；现有的知识库不受影响。请检查磁盘空间后再比一次"
DID_NOT_FINISH = "比对没有完成；现有的知识库不受影响，请再比一次"
UNREADY = "到了计划的时间没能发布：{why}"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPublication:
    """``reading``: sessions that hold no lock while an index is built. ``key``: the publication's id and a mark."""

    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    faq: FaqService
    clock: Callable[[], datetime]
    growing: Growing = RETRIES
    name: str = REPLAY_PUBLICATION

    def run(self, key: str) -> Again | None:
        publication_id = _publication(key)
        with self.sessions.begin() as session:
            work = begin_replay(session, publication_id=publication_id)
        if work is None:
            return None
        try:
            self._replay(publication_id, work)
        except BuildFailed as failed:
            with self.sessions.begin() as session:
                fail_replay(session, publication_id=publication_id, failure=COULD_NOT_BUILD.format(error=failed))
        return None

    def give_up(self, key: str) -> None:
        with self.sessions.begin() as session:
            fail_replay(session, publication_id=_publication(key), failure=DID_NOT_FINISH)

    def _replay(self, publication_id: str, work: Work) -> None:
        now = self.clock()
        with self.reading() as session:
            self.faq.refresh(session)  # the worker has no thread that does
            asked, golden = recent_questions(session), golden_set(session)
        live = self.faq.as_it_is()
        draft = live.with_changes(changes_of(work.drafts))
        replayed = replay(live, draft, asked, golden, now=now)
        with self.sessions.begin() as session:
            store_replay(
                session,
                publication_id=publication_id,
                state=live.state,
                content_digest=work.digest,
                replayed=replayed,
                now=now,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDue:
    """The worker's round for planned publications. Each in a transaction of its own: one refused keeps no other."""

    sessions: sessionmaker[Session]
    enqueue: Enqueue

    def __call__(self, now: datetime) -> None:
        with self.sessions() as session:
            ready = due(session, now=now)
        for publication_id in ready:
            self._publish(publication_id, now)

    def _publish(self, publication_id: str, now: datetime) -> None:
        try:
            with self.sessions.begin() as session:
                publish_now(session, publication_id=publication_id, by=BY_ITSELF, now=now, enqueue=self.enqueue)
        except Stale:  # replayed on the base as it is now, and then it is due again
            with self.sessions.begin() as session:
                again(session, publication_id=publication_id, by=BY_ITSELF, now=now)
                enqueue_replay(session, publication_id, enqueue=self.enqueue)
        except PublishingRefused as refused:
            log.warning("planned_publication_refused", publication=publication_id)
            with self.sessions.begin() as session:
                fail_replay(session, publication_id=publication_id, failure=UNREADY.format(why=refused))


def publish_due(sessions: sessionmaker[Session], enqueue: Enqueue) -> Round:
    """Within five seconds of the time that was planned."""
    return Round(PUBLISH_DUE, LOOK, PublishDue(sessions=sessions, enqueue=enqueue))


def _publication(key: str) -> str:
    return key.partition(":")[0]
