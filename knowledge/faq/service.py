"""Answers from the knowledge base. Readers never wait: a new version is built beside and swapped in."""

from __future__ import annotations

import copy
import re
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.faq.asking_back import ask_back
from knowledge.faq.building import Changes
from knowledge.faq.chitchat import chitchat
from knowledge.faq.decision import Decision, DecisionKind, ExplainedCandidate, Explanation, Scored
from knowledge.faq.elsewhere import elsewhere
from knowledge.faq.entry import Entry, region_line, shanghai_day
from knowledge.faq.generation import Generation
from knowledge.faq.local import local_first
from knowledge.faq.matching import Allowed, Match, Matching
from knowledge.faq.meant import mender_of
from knowledge.faq.queries import BaseState, base_state
from knowledge.faq.recent import Recent
from knowledge.faq.renewal import Renewal
from knowledge.faq.words import Words, lexicon_from
from knowledge.search.decision import KEPT_CANDIDATES, Standing, Thresholds, decide
from knowledge.search.ranking import Model, learned_model
from knowledge.search.reading import Reader, Reading
from knowledge.sensitive import sensitivity
from knowledge.text.deidentify import without_names

KEPT_DECISIONS = 4096  # some 20 MB with their explanations; of Zipf's questions over 10,000 entries four in five
KEPT_MATCHES = 64  # what is matched twice is matched twice in a row: small talk, related entries
KEPT_NEIGHBOURS = 20_000  # three references each: those of a large base in two regions
# A question as typed stands only where the base is twice as sure of it as of the mended one. Measured with a wrong sign
# in each question of three bases: taking the surer of the two loses half to one point of top-3 against this, and gives
# no fewer wrong answers; without a wrong sign nothing changes.
SURER_AS_MEANT = 0.5
_IN_CHINESE = re.compile(r"[\u3400-\u9fff]")


class _Live:
    """One version of the base; replaced as a whole, so a reader sees one or the other."""

    def __init__(self, generation: Generation, matching: Matching) -> None:
        self.generation = generation
        self.matching = matching
        self.mender = mender_of(matching.reader, matching.counts)
        self.decided: Recent[tuple[str, str | None, date], Decision] = Recent(KEPT_DECISIONS)
        self.matched: Recent[tuple[str, str | None, date], list[Match]] = Recent(KEPT_MATCHES)
        self.neighbours: Recent[tuple[str, str | None, date, int], tuple[Entry, ...]] = Recent(KEPT_NEIGHBOURS)


class FaqService:
    """Thread-safe for readers; ``refresh`` may run in any one thread while others read."""

    def __init__(
        self, base: Iterable[Entry] | Engine, *, index_dir: Path, number: int = 0, model: Model | None = None
    ) -> None:
        """``base``: the database that holds it, or the entries themselves. Raises ``BuildFailed``."""
        self._words = Words(index_dir)
        self._renewal = Renewal(index_dir, self._words)
        self._model = model or learned_model()
        self._refreshing = threading.Lock()
        self._is_fixed = False
        self.thresholds = Thresholds()
        self._live = self._opened(
            self._renewal.of_database(base) if isinstance(base, Engine) else self._renewal.of_entries(base, number)
        )

    @classmethod
    def load(cls, session: Session, *, index_dir: Path) -> Self:
        """Opens the version that the database holds, building it first where no process of this host has."""
        return cls(session.get_bind().engine, index_dir=index_dir)

    def refresh(self, session: Session) -> bool:
        """Takes up a changed base or dictionary; ``False`` where it is the one in memory.

        Costs one primary-key read when it is; otherwise it returns when the new version is open, which takes seconds
        for a large base. Raises ``BuildFailed``: then the version that was there stays.
        """
        if self._is_fixed or base_state(session) == self.state:
            return False
        with self._refreshing:
            if base_state(session) == self.state:
                return False
            generation = self._renewal.of_database(session.get_bind().engine)
            self._live = self._opened(generation)
        return True

    def stop_refreshing(self) -> None:
        """Ends a ``refresh`` that runs in another thread with ``BuildFailed``; no other can follow."""
        self._renewal.stop()

    def as_it_is(self) -> FaqService:
        """This version, whatever is published meanwhile: it is never refreshed."""
        fixed = copy.copy(self)
        fixed._is_fixed = True
        return fixed

    def with_changes(self, changes: Changes) -> FaqService:
        """This version with ``changes`` laid over it as if they were published; it is never refreshed.

        Built beside the live one, which it shares its words with. Raises ``BuildFailed``.
        """
        draft = self.as_it_is()
        draft._live = self._opened(self._renewal.of_draft(draft._live.generation, changes))
        return draft

    def over(self, entries: Iterable[Entry], *, folder: str) -> FaqService:
        """Other entries, read with the words of this version, in a ``folder`` of their own beside it; never refreshed.

        Raises ``BuildFailed``.
        """
        other = self.as_it_is()
        lexicon = lexicon_from(self._live.generation.head.lexicon)
        other._live = self._opened(self._renewal.of_entries(entries, lexicon=lexicon, folder=folder))
        return other

    @property
    def reader(self) -> Reader:
        """Reads a text as this version of the base does."""
        return self._live.matching.reader

    @property
    def state(self) -> BaseState:
        return self._live.matching.state

    @property
    def version(self) -> str:
        return str(self.state.number)

    def entry(self, entry_id: str) -> Entry | None:
        return self._live.matching.entry(entry_id)

    def answerable(self, entry_id: str, *, region: str | None, now: datetime) -> Entry | None:
        """The entry if it may answer here and today."""
        entry = self.entry(entry_id)
        regions, today = region_line(region), shanghai_day(now)
        return entry if entry is not None and entry.may_answer(regions=regions, today=today) else None

    def decide(self, question: str, *, region: str | None, now: datetime) -> Decision:
        """What to do with a question. The same question, base and day give the same decision, made once."""
        live, key = self._live, (question, region, shanghai_day(now))
        decision = live.decided.get(key)
        if decision is None:
            first = self._decide(live, question, region, now)
            decision = ask_back(first, live.matching, lambda other: self._decide(live, other, region, now))
            if decision.kind != "sensitive":  # nothing of such a question stays
                live.decided.keep(key, decision)
        return decision

    def _decide(self, live: _Live, question: str, region: str | None, now: datetime) -> Decision:
        """As it was typed, or as it was probably meant: with the slips of the keyboard mended."""
        typed = self._as_typed(live, question, region, now)
        if typed.settled or any(each.same_form for each in typed.explanation.standings):
            return typed
        mended = live.mender.mend(typed.explanation.form)
        if not mended.changes:
            return typed
        meant = self._as_typed(live, mended.form, region, now)
        if not any(change.typed.isascii() for change in mended.changes) and _fits_better(typed, meant):
            return typed
        explained = replace(meant.explanation, question=question, form=typed.explanation.form, mended=mended.changes)
        return replace(meant, explanation=explained)

    def _as_typed(self, live: _Live, question: str, region: str | None, now: datetime) -> Decision:
        reading = live.matching.reader.read(without_names(question))
        if (guarded := sensitivity(question)) is not None:
            return Decision(
                "sensitive",
                (),
                0.0,
                self._bare(question, reading, live, "sensitive", f"敏感问题 {guarded} 类"),
                sensitivity=guarded,
            )
        if (talk := chitchat(question)) is not None and not self._is_known(live, reading, region, now):
            return Decision(
                "none", (), 0.0, self._bare(question, reading, live, "none", f"闲聊：{talk}"), chitchat=talk
            )
        matches = _matches(live, reading, region, now) if reading.form else []
        spoken_of = [form for match in matches for form in live.matching.forms(match)]
        if (other := elsewhere(reading.form, spoken_of)) is not None:
            bare = self._bare(question, reading, live, "none", f"属其他部门：{other.matter}（{other.office}）")
            return Decision("none", (), 0.0, bare, elsewhere=other)
        if not _IN_CHINESE.search(reading.form) and not any(reading.form in form for form in spoken_of):
            return Decision(
                "none", (), 0.0, self._bare(question, reading, live, "none", "没有汉字，知识库也没有这些字母")
            )
        return self._judged(question, reading, live, local_first(matches))

    def related(self, entry_id: str, *, region: str | None, now: datetime, limit: int = 3) -> list[Entry]:
        """Other entries that may answer, nearest in words first; none of them asks the same thing."""
        live = self._live
        entry = live.matching.entry(entry_id)
        if entry is None:
            return []
        key = (entry_id, region, shanghai_day(now), limit)
        found = live.neighbours.get(key)
        if found is None:
            found = self._related(live, entry, region, now, limit)
            live.neighbours.keep(key, found)
        return list(found)

    def alike(self, entry: Entry, *, region: str | None, now: datetime) -> list[Entry]:
        """Entries that may answer here and today and ask the same but for a kind, a number or a negation."""
        return self._live.matching.alike(entry, allowed=_may_answer(region, now))

    def _related(self, live: _Live, entry: Entry, region: str | None, now: datetime, limit: int) -> tuple[Entry, ...]:
        reading = live.matching.reader.read(entry.question)
        others = [
            match.entry
            for match in local_first(_matches(live, reading, region, now))
            if match.id != entry.id and live.matching.forms(match)[0] != reading.form
        ]
        ordered = sorted(others[: 4 * limit], key=lambda other: other.category != entry.category)
        return tuple(ordered[:limit])

    def _opened(self, generation: Generation) -> _Live:
        reader = self._words.reader_of(generation.head.lexicon)
        return _Live(generation, Matching(generation, reader=reader, model=self._model))

    def _is_known(self, live: _Live, reading: Reading, region: str | None, now: datetime) -> bool:
        """Somebody put these very words into the base: then they are a question."""
        matches = _matches(live, reading, region, now)
        return bool(matches) and matches[0].features.same_form == 1.0

    def _judged(self, question: str, reading: Reading, live: _Live, matches: list[Match]) -> Decision:
        standings = [_standing(match, matches[0], live, reading) for match in matches[:KEPT_CANDIDATES]]
        unknown_word = live.matching.has_unknown_word(reading)
        verdict = decide(standings, self.thresholds, unknown_word=unknown_word)
        by_id = {match.id: match for match in matches}
        first = [by_id[entry_id] for entry_id in verdict.offered]
        rest = [match for match in matches if match.id not in verdict.offered]
        kept = [*first, *rest][:KEPT_CANDIDATES]
        confidence = kept[0].confidence if kept else 0.0
        explanation = self._explained(question, reading, live, matches, verdict.kind, verdict.reason)
        explanation = replace(explanation, standings=tuple(standings), unknown_word=unknown_word)
        return Decision(
            verdict.kind,
            tuple(Scored(match.id, match.confidence, match.read) for match in kept),
            confidence,
            explanation,
            offered=len(verdict.offered),
        )

    def _explained(
        self, question: str, reading: Reading, live: _Live, matches: list[Match], decision: DecisionKind, reason: str
    ) -> Explanation:
        shown = matches[:KEPT_CANDIDATES]
        sure = [match.confidence for match in matches[:2]] + [0.0, 0.0]
        return Explanation(
            question=question,
            form=reading.form,
            words=tuple(sorted(reading.words)),
            aspects=tuple(sorted(reading.aspects)),
            kinds=tuple(sorted("/".join(kind) for kind in reading.kinds)),
            candidates=tuple(ExplainedCandidate(m.id, m.confidence, m.retrieval, m.features, m.read) for m in shown),
            none_confidence=max(0.0, 1 - sum(match.confidence for match in matches)),
            margin=sure[0] - sure[1],
            thresholds=self.thresholds,
            decision=decision,
            reason=reason,
            base_version=str(live.matching.state.number),
        )

    def _bare(self, question: str, reading: Reading, live: _Live, decision: DecisionKind, reason: str) -> Explanation:
        return self._explained(question, reading, live, [], decision, reason)


def _matches(live: _Live, reading: Reading, region: str | None, now: datetime) -> list[Match]:
    """Of a question and of the entries related to its answer: where the entry's own words were asked, they are one."""
    key = (reading.form, region, shanghai_day(now))
    found = live.matched.get(key)
    if found is None:
        found = live.matching.match(reading, allowed=_may_answer(region, now))
        live.matched.keep(key, found)
    return found


def _may_answer(region: str | None, now: datetime) -> Allowed:
    regions, today = region_line(region), shanghai_day(now).toordinal()
    return lambda place: place[0] in regions and place[1] <= today <= place[2]


def _fits_better(typed: Decision, meant: Decision) -> bool:
    """The base is far surer of the signs that were typed. Letters that make words all the way are no coincidence."""
    if meant.settled:
        return typed.kind == "answer"
    return meant.confidence < SURER_AS_MEANT * typed.confidence


def _standing(match: Match, best: Match, live: _Live, reading: Reading) -> Standing:
    return Standing(
        match.id,
        match.confidence,
        kind_clashes=live.matching.clashes(match, reading),
        kind_unsaid=live.matching.leaves_kind_unsaid(match, reading),
        looks_like_best=match is not best and live.matching.look_alike(best, match, reading),
        same_form=match.features.same_form == 1.0,
        barred=live.matching.bar(match, reading) if match is best else None,
    )
