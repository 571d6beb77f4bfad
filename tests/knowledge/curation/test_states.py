"""The way of a revision, move by move."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.curation.states import MOVES, OPEN, Move, State, after

WAY = [(Move.SUBMIT, State.REVIEW), (Move.APPROVE, State.SECRECY), (Move.CLEAR, State.APPROVED)]


def test_the_way_to_publication_passes_review_and_secrecy() -> None:
    state = State.DRAFT
    for move, following in [*WAY, (Move.PUBLISH, State.PUBLISHED)]:
        state = after(state, move) or State.DROPPED
        assert state is following


def test_a_save_takes_every_open_one_back_to_the_draft() -> None:
    assert {after(state, Move.SAVE) for state in OPEN} == {State.DRAFT}


def test_nothing_moves_what_is_published_or_dropped() -> None:
    assert [move for state, move in MOVES if state not in OPEN] == []


@given(st.lists(st.sampled_from(Move), max_size=30))
def test_nothing_is_published_that_was_not_passed_by_both_since_the_last_save(moves: list[Move]) -> None:
    state, since_the_draft = State.DRAFT, list[Move]()
    for move in moves:
        following = after(state, move)
        if following is None:
            continue
        if following is State.DRAFT:
            since_the_draft = []
        elif following is State.PUBLISHED:
            assert since_the_draft == [Move.SUBMIT, Move.APPROVE, Move.CLEAR]
        else:
            since_the_draft.append(move)
        state = following
