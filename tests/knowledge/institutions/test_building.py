"""A large register is indexed in a process beside; who asks meanwhile is answered from what stands."""

from __future__ import annotations

import uuid
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session, sessionmaker

from knowledge.institutions.building import SMALL_REGISTER, BuildingBeside, IndexNotBuilt
from knowledge.institutions.files import mark_changed
from knowledge.institutions.models import Institution
from knowledge.institutions.names import name_key
from knowledge.institutions.queries import ROWS_AT_ONCE, all_entries
from knowledge.institutions.service import InstitutionService
from knowledge.store.sessions import make_engine
from tests.conftest import NOON

LOOK_SECONDS = 0.2
LOOKS = 300  # a minute; the build takes some two seconds


def keep(session: Session, *, names: int) -> None:
    rows = [_row(f"青禾县第{number}站") for number in range(1, names + 1)]
    session.execute(delete(Institution))
    if rows:
        session.execute(insert(Institution), rows)
    mark_changed(session, now=NOON)
    session.commit()


def _row(name: str) -> dict[str, object]:
    blank = {"aliases": [], "former_names": [], "updated_at": NOON}
    return {**blank, "id": str(uuid.uuid4()), "name": name, "name_key": name_key(name)}


def test_a_large_register_is_taken_up_when_its_index_is_there_and_the_old_one_answers_until_then(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    # given: a service on a small register
    with sessions() as session:
        keep(session, names=1)
        service = InstitutionService.load(session, index_dir=tmp_path / "index")
        # when: it becomes a large one
        keep(session, names=SMALL_REGISTER + 1)
        # then: the call that notices does not wait for the build
        assert not service.refresh(session)
        assert service.look_up("青禾县第1站", region=None).kind == "one"
        assert len(service) == 1
        # and a later one has it
        assert _taken_up(service, session)
        assert len(service) == SMALL_REGISTER + 1
        # a process that starts now finds it there
        assert len(InstitutionService.load(session, index_dir=tmp_path / "index")) == SMALL_REGISTER + 1


def test_no_row_of_the_table_is_left_out_or_read_twice(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        for names in (0, 1, 2, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, ROWS_AT_ONCE + 2):
            keep(session, names=names)
            keys = [key for part in all_entries(session) for key in part.keys]
            assert sorted(keys) == sorted(f"青禾县{number}站" for number in range(1, names + 1))


def _taken_up(service: InstitutionService, session: Session) -> bool:
    for _ in range(LOOKS):
        if service.refresh(session):
            return True
        session.rollback()
        sleep(LOOK_SECONDS)
    return False


def test_a_build_that_fails_is_told_without_what_was_read(tmp_path: Path) -> None:
    build = BuildingBeside(make_engine(f"sqlite:///{tmp_path / 'empty.db'}"), tmp_path / "index" / "institutions")
    with pytest.raises(IndexNotBuilt, match="没有建成"):
        build.ended(wait=True)
