"""The worker: DBOS with our jobs, the rounds, and what keeps it healthy. One a process, as DBOS has it."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dbos import DBOS, DBOSConfig, WorkflowStatus
from sqlalchemy.orm import Session, sessionmaker

from api.worker.jobs import (
    APPLICATION,
    APPLICATION_VERSION,
    POLLING_SECONDS,
    SCHEMA,
    SERIALIZER,
    migrate_jobs,
    options,
    quiet_dbos,
)
from api.worker.rounds import Round, Rounds
from api.worker.turns import Job, Next, take_turn
from knowledge.workers import heartbeats

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the heartbeat of a worker that has said goodbye
POOL_SIZE = 6  # DBOS's own connections of one worker: four queues, one round, one spare
PAGE = 200  # jobs looked at in one query
FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often things happen. A worker is dead when it has missed six beats; clocks must agree to a few seconds."""

    polling: timedelta = timedelta(seconds=POLLING_SECONDS)
    beat: timedelta = timedelta(seconds=5)
    dead_after: timedelta = timedelta(seconds=30)
    prune: timedelta = timedelta(hours=1)
    kept: timedelta = timedelta(days=7)  # finished jobs, for whoever looks into a complaint
    stop: timedelta = timedelta(seconds=15)  # how long jobs in hand may take to end


class Worker:
    """``start`` returns once jobs are taken; ``stop`` lets those in hand end and leaves no thread behind.

    ``sessions`` is on the database of ``database_url``. What the jobs use (HTTP clients) stays the caller's.
    """

    def __init__(
        self,
        *,
        database_url: str,
        sessions: sessionmaker[Session],
        jobs: Sequence[Job],
        rounds: Sequence[Round] = (),
        rhythm: Rhythm | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.executor = f"worker-{uuid.uuid4()}"
        self._database_url = database_url
        self._sessions = sessions
        self._jobs = {job.name: job for job in jobs}
        self._rhythm = rhythm or Rhythm()
        self._clock = clock
        self._stopping = threading.Event()
        self._in_hand = 0
        self._counting = threading.Lock()
        self._health: threading.Thread | None = None
        self._rounds = Rounds(rounds, sessions=sessions, executor=self.executor, clock=clock, look=self._rhythm.beat)
        self._pruned_at = LONG_AGO

    def start(self) -> None:
        """Makes DBOS's tables where they are missing, says that it lives, and begins."""
        quiet_dbos()
        migrate_jobs(self._database_url, polling_seconds=self._rhythm.polling.total_seconds())
        self._beat()
        DBOS(config=self._config())
        try:
            for job in self._jobs.values():
                self._register(job)
            DBOS.launch()
        except BaseException:
            DBOS.destroy(destroy_registry=True)
            raise
        self._health = threading.Thread(target=self._keep_healthy, name="worker-health", daemon=True)
        self._health.start()
        self._rounds.start()

    def stop(self) -> None:
        """Takes no more jobs, waits for those in hand, and leaves what is unfinished to the next worker."""
        if self._health is None:
            return
        self._stopping.set()
        self._rounds.stop(patience=self._rhythm.stop)
        self._health.join()
        self._health = None
        patience = int(self._rhythm.stop.total_seconds()) if self._in_hand else 0
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience)
        with self._sessions.begin() as session:
            heartbeats.release(session, executor=self.executor, at=LONG_AGO)

    def take_over(self) -> int:
        """Goes on with what dead workers left in the middle; returns how many jobs. Part of each round."""
        now = self._clock()
        with self._sessions.begin() as session:
            silent = heartbeats.claim_silent(
                session,
                by=self.executor,
                silent_since=now - self._rhythm.dead_after,
                at=now,
                lease=self._rhythm.dead_after,
            )
        taken = sum(self._take_over_from(executor) for executor in silent)
        if taken:
            logger.warning("went on with %s jobs of workers that are gone", taken)
        return taken

    def prune(self) -> int:
        """Deletes jobs that ended long ago; returns how many. Part of the round once an hour."""
        before = (self._clock() - self._rhythm.kept).isoformat()
        ended = DBOS.list_workflows(
            status=FINISHED, completed_before=before, limit=PAGE, load_input=False, load_output=False
        )
        if ended:
            DBOS.delete_workflows([workflow.workflow_id for workflow in ended])
        return len(ended)

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_url=self._database_url,
            dbos_system_schema=SCHEMA,
            application_version=APPLICATION_VERSION,
            executor_id=self.executor,
            serializer=SERIALIZER,
            sys_db_pool_size=POOL_SIZE,
            run_migrations=False,
            log_level="WARNING",
        )

    def _register(self, job: Job) -> None:
        def turn_of_job(key: str, turn: int, tries: int) -> None:
            following = self._turn(job, key, turn, tries)
            if following is not None:
                root = _root(str(DBOS.workflow_id), turn)
                self._enqueue(job, root, key, following)

        DBOS.workflow(name=job.name)(turn_of_job)

    def _turn(self, job: Job, key: str, turn: int, tries: int) -> Next | None:
        if self._stopping.is_set():
            return Next(turn + 1, tries, timedelta(0))  # untouched, for whoever comes next
        with self._counting:
            self._in_hand += 1
        try:
            return take_turn(job, key, turn, tries)
        finally:
            with self._counting:
                self._in_hand -= 1

    def _enqueue(self, job: Job, root: str, key: str, following: Next) -> None:
        """The id follows from the turn, so that two workers that run one turn make one next turn."""
        delay = following.after.total_seconds()
        DBOS.enqueue_workflow_with_options(
            options(job.name, f"{root}.{following.turn}", delay_seconds=delay), key, following.turn, following.tries
        )

    def _keep_healthy(self) -> None:
        while not self._stopping.wait(self._rhythm.beat.total_seconds()):
            try:
                self._beat()
                self.take_over()
                if self._clock() - self._pruned_at > self._rhythm.prune and self.prune() < PAGE:
                    self._pruned_at = self._clock()
            except Exception as error:  # noqa: BLE001 – the worker loop: a database that is away comes back
                logger.error("a round of the worker failed: %s", type(error).__name__)

    def _beat(self) -> None:
        with self._sessions.begin() as session:
            heartbeats.beat(session, executor=self.executor, at=self._clock())

    def _take_over_from(self, executor: str) -> int:
        """A turn that was cut off counts as a failed try, so that one which kills its worker ends some day."""
        taken = 0
        while left := DBOS.list_workflows(status="PENDING", executor_id=executor, limit=PAGE, load_output=False):
            for workflow in left:
                self._go_on(workflow)
            taken += len(left)
        with self._sessions.begin() as session:
            heartbeats.forget(session, executor=executor)
        return taken

    def _go_on(self, cut_off: WorkflowStatus) -> None:
        job = self._jobs.get(cut_off.name)
        if job is not None and cut_off.input is not None:
            key, turn, tries = cut_off.input["args"]
            after = job.growing.pause(tries) if tries else timedelta(0)
            # First the next turn, then the end of this one: a crash in between repeats both and changes nothing.
            self._enqueue(job, _root(cut_off.workflow_id, turn), key, Next(turn + 1, tries + 1, after))
        DBOS.cancel_workflow(cut_off.workflow_id)


def _root(workflow_id: str, turn: int) -> str:
    return workflow_id.removesuffix(f".{turn}") if turn else workflow_id
