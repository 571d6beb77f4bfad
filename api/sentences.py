"""The bureau's own sentences, as this process holds them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from knowledge.sentences.queries import EVERY_ACCOUNT, SentenceState, all_sentences, sentence_state


class LiveSentences:
    """``handlers.context.Sentences``. Those who ask meanwhile are told from what stands."""

    def __init__(self) -> None:
        self._texts: Mapping[tuple[str, str], str] = {}
        self._state = SentenceState(0, "")

    @classmethod
    def load(cls, session: Session) -> LiveSentences:
        loaded = cls()
        loaded.refresh(session)
        return loaded

    def of(self, name: str, account: str) -> str | None:
        own = self._texts.get((name, account))
        return self._texts.get((name, EVERY_ACCOUNT)) if own is None else own

    def refresh(self, session: Session) -> bool:
        """The state is read first: a change in between is taken up once more at the next look."""
        state = sentence_state(session)
        if state == self._state:
            return False
        self._texts = {(row.name, row.account): row.text for row in all_sentences(session)}
        self._state = state
        return True
