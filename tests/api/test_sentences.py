"""Sentences in the bureau's own words: kept with who changed them, seen by whoever holds a copy."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.sentences import LiveSentences
from knowledge.audit.events import Actor
from knowledge.audit.models import AuditEvent
from knowledge.sentences.queries import ChangedMeanwhile, reset_sentence, sentence, sentence_state, set_sentence
from tests.conftest import NOON

BY = Actor(name="admin")


def say(session: Session, name: str, text: str, *, account: str = "", shown: int = 0) -> None:
    set_sentence(session, name=name, account=account, text=text, shown=shown, by=BY, now=NOON)


def test_the_words_of_an_account_go_before_those_of_all(session: Session) -> None:
    live = LiveSentences.load(session)
    assert live.of("help", "city") is None
    say(session, "help", "大家的")
    say(session, "help", "市里的", account="city")
    assert live.of("help", "city") is None
    assert live.refresh(session)
    assert (live.of("help", "city"), live.of("help", "county")) == ("市里的", "大家的")
    assert not live.refresh(session)
    assert reset_sentence(session, name="help", account="city", shown=1, by=BY, now=NOON)
    assert live.refresh(session)
    assert live.of("help", "city") == "大家的"


def test_the_second_of_two_is_told_what_the_first_wrote(session: Session) -> None:
    say(session, "help", "先写的")
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        say(session, "help", "后写的")
    assert meanwhile.value.theirs is not None
    assert meanwhile.value.theirs.text == "先写的"
    with pytest.raises(ChangedMeanwhile):
        reset_sentence(session, name="help", account="", shown=0, by=BY, now=NOON)
    say(session, "help", "后写的", shown=1)
    kept = sentence(session, name="help", account="")
    assert kept is not None
    assert (kept.text, kept.version, kept.changed_by) == ("后写的", 2, "admin")


def test_what_was_never_changed_cannot_be_reset(session: Session) -> None:
    assert not reset_sentence(session, name="help", account="", shown=0, by=BY, now=NOON)


def test_every_change_moves_the_state_and_is_noted(session: Session) -> None:
    states = {sentence_state(session)}
    say(session, "help", "一")
    states.add(sentence_state(session))
    say(session, "help", "二", shown=1)
    states.add(sentence_state(session))
    reset_sentence(session, name="help", account="", shown=2, by=BY, now=NOON)
    assert len(states | {sentence_state(session)}) == 4
    session.commit()
    noted = session.execute(select(AuditEvent.action, AuditEvent.before, AuditEvent.after)).all()
    assert [row.action for row in noted] == ["sentence.changed", "sentence.changed", "sentence.reset"]
    assert (noted[1].before, noted[1].after) == ('{"text":"一"}', '{"text":"二"}')
