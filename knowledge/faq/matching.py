"""The entries of one version of the base, ready to be matched: read from disk when wanted, shared by all threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

from knowledge.faq.bars import SUBJECTS, bar
from knowledge.faq.entry import Entry
from knowledge.faq.generation import Generation, Validity
from knowledge.faq.queries import BaseState
from knowledge.search.features import Features, Question, aspects_length
from knowledge.search.profiles import look_alike, names_other_number, profile
from knowledge.search.ranking import Model, confidences, none_features
from knowledge.search.reading import Reader, Reading

RETRIEVED = 16  # candidates fetched at first, four times as many as long as too few of them may answer here
# Candidates whose features are made, once those that may not answer are gone. With 20 the first is the same for all
# but one of 1,550 questions, and 2 of 848 fewer are answered wrongly (three bases); it takes two thirds more time.
RANKED = 12
# Candidates below this share of the best BM25 are not looked at: of the right ones 0.7 % lie there (tuning data).
RETRIEVAL_FLOOR = 0.15
KEPT_PROFILES = 16_384  # some 3 kB each: all of a base of 10,000
KEPT_ENTRIES = 4096

Allowed = Callable[[Validity], bool]


class Match(NamedTuple):
    """One candidate with all that was measured."""

    id: str
    region: str | None
    confidence: float
    retrieval: float
    features: Features
    number: int
    read: Callable[[], Entry]

    @property
    def entry(self) -> Entry:
        return self.read()


class Matching:
    """One open generation with the reader of its words."""

    def __init__(self, generation: Generation, *, reader: Reader, model: Model) -> None:
        head = generation.head
        self.state = BaseState(*head.state)
        self.reader = reader
        self._model = model
        self._ids = head.ids
        self._validity = head.validity
        self._places = {entry_id: at for at, entry_id in enumerate(head.ids)}
        self.counts = generation.counts
        self._weights = generation.weights
        self._vocabulary = self.counts.known
        self._subject = self._commonest_subject()
        self._index = generation.index
        self._sheet = generation.sheet
        self._entry = lru_cache(KEPT_ENTRIES)(generation.entry)
        self._profile = lru_cache(KEPT_PROFILES)(generation.profile)
        self._aspects_length = lru_cache(KEPT_PROFILES)(self._length_of_aspects)

    def __len__(self) -> int:
        return len(self._ids)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """All of them: for whoever goes through the whole base, never for an answer."""
        return {entry_id: self._entry(at) for at, entry_id in enumerate(self._ids)}

    def entry(self, entry_id: str) -> Entry | None:
        at = self._places.get(entry_id)
        return None if at is None else self._entry(at)

    def forms(self, match: Match) -> tuple[str, ...]:
        """The normal form of each of its variants, its own question first."""
        return self._profile(match.number).forms

    def speaks_of(self, entry_id: str, term: str) -> bool:
        """Whether one of its variants has the term, or a word that is equal to it."""
        form, number = self.reader.read(term).form, self._places[entry_id]
        stands_for = self.reader.lexicon.synonyms.get(form, form)
        return self._sheet.has_word(number, stands_for) or any(form in each for each in self._profile(number).forms)

    def may_speak_of(self, term: str) -> bool:
        """Whether any entry could ``speaks_of`` it: ``False`` where the base lacks the word or one of its pairs."""
        form = self.reader.read(term).form
        stands_for, pairs, solid = (
            self.reader.lexicon.synonyms.get(form, form),
            self.counts.signs,
            form.replace(" ", ""),
        )
        return stands_for in self.counts.words or all(solid[at : at + 2] in pairs for at in range(len(solid) - 1))

    def match(self, reading: Reading, *, allowed: Allowed) -> list[Match]:
        """Ranked best first, ties by id; only entries that are allowed."""
        usable = self._candidates(reading, allowed)
        if not usable:
            return []
        highest = usable[0][0] or 1.0
        usable = [(score, number) for score, number in usable if score >= RETRIEVAL_FLOOR * highest]
        numbers = [number for _, number in usable]
        question = Question(reading, self._weights, self._sheet)
        features = question.features(
            numbers,
            [self._profile(number) for number in numbers],
            [self._aspects_length(number) for number in numbers],
            [score / highest for score, _ in usable],
        )
        sure = confidences(self._model, features, self.none_features(reading))
        matches = [
            Match(
                self._ids[number],
                self._validity[number][0],
                confidence,
                score,
                each,
                number,
                partial(self._entry, number),
            )
            for (score, number), confidence, each in zip(usable, sure, features, strict=True)
        ]
        return sorted(matches, key=lambda match: (-match.confidence, match.id))

    def _candidates(self, reading: Reading, allowed: Allowed) -> list[tuple[float, int]]:
        """Goes deeper as long as too many of those found belong to other places or days."""
        looked_for = {
            "signs": reading.signs,
            "words": reading.words,
            "sounds": reading.sounds,
            "answer": reading.words,
            "concepts": reading.concepts,
        }
        limit = RETRIEVED
        while True:
            found = self._index.search(looked_for, limit=limit)
            usable = [each for each in found if allowed(self._validity[each[1]])]
            if len(usable) >= RANKED or len(found) < limit:
                return usable[:RANKED]
            limit *= 4

    def _length_of_aspects(self, number: int) -> float:
        return aspects_length(self._profile(number), self._weights.aspects)

    def alike(self, entry: Entry, *, allowed: Allowed) -> list[Entry]:
        """Other entries whose question is this one's but for a kind, a number or a negation. It need not be known."""
        readings = [self.reader.read(variant) for variant in entry.variants]
        own, asked = profile(readings), readings[0]
        # as if the question did not say which of the two it means
        unsaid = replace(asked, kinds=frozenset(), numbers=frozenset(), denies=not own.denying & 1)
        found = self.match(asked, allowed=allowed) if asked.form else []
        return [m.entry for m in found if m.id != entry.id and look_alike(own, self._profile(m.number), unsaid)]

    def look_alike(self, one: Match, other: Match, reading: Reading) -> bool:
        """They differ by a kind, a number or a negation that the question does not name."""
        return look_alike(self._profile(one.number), self._profile(other.number), reading)

    def clashes(self, match: Match, reading: Reading) -> bool:
        """The question names another kind or another number than the entry."""
        return match.features.kinds_clash == 1.0 or names_other_number(self._profile(match.number), reading)

    def bar(self, match: Match, reading: Reading) -> str | None:
        """Why it may not answer by itself, however sure; see ``bars``."""
        profile = self._profile(match.number)
        return bar(match.read, profile, match.features, reading, known=self._vocabulary, subject=self._subject)

    def leaves_kind_unsaid(self, match: Match, reading: Reading) -> bool:
        """The entry's own question names a kind (注销登记的流程), the question none of that sort (登记流程)."""
        named = self._profile(match.number).named_kinds
        return not named.keys() <= {group for group, _ in reading.kinds}

    def has_unknown_word(self, reading: Reading) -> bool:
        """A word of two signs or more that no question and no answer of the base has."""
        return any(len(word) > 1 and word not in self._vocabulary for word in reading.matter)

    def _commonest_subject(self) -> str:
        """What most entries ask about, of the kinds of unit; ties by name."""
        subjects = {value for group, value in self.reader.lexicon.contrasts.values() if group == SUBJECTS}
        return max(sorted(subjects), key=lambda value: self.counts.words.get(value, 0), default="")

    def none_features(self, reading: Reading) -> tuple[float, ...]:
        words = reading.words
        unknown = sum(word not in self._vocabulary for word in words) / len(words) if words else 1.0
        return none_features(signs=len(reading.form), unknown=unknown)
