"""Which missed questions mean the same. Found without holding the database, then written in one short transaction.

Judged as answers are: the groups are a base of their own, and what it would answer with belongs together, if it is
surer than it need be to answer. Look-alikes one word apart (设立/变更/注销) stay apart there too.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from knowledge.faq.entry import Entry
from knowledge.faq.service import FaqService
from knowledge.sensitive import sensitivity
from knowledge.text.normalise import normalise

FOLDER = "missed"  # of the index
MOST_FORMS = 20  # wordings of a group that it is known by; more of them find hardly anything new
LONGEST_FORM = 400  # the column
# Of 28 pairs written for it, the bars of answers join 13 of 15 that mean the same and 7 of 13 that only share words:
# few and short groups tell little of which words matter. This one joins 9 and 2. Two rows for one meaning are merged
# with a click; two meanings in one row hide each other.
SURE = 0.97
MOST_NEW = 20  # new groups a turn: each makes the index anew (40 ms for a hundred groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Something to be put into a group: a question's id, or a waiter's.

    ``entry_id``: 没用 was said of this entry and no more; then there is no text.
    """

    text: str
    at: datetime
    region: str | None = None
    entry_id: str | None = None
    question_id: int | None = None
    waiter_id: str | None = None


@dataclass(slots=True, kw_only=True)
class Meaning:
    """A group as it is known by. ``entry_id``: what was said of that entry without a word of the question."""

    id: str
    question: str
    forms: list[str] = field(default_factory=list)
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Placing:
    """``meaning`` is ``None`` for what may not be kept: its words go."""

    wording: Wording
    meaning: Meaning | None
    is_new: bool = False


def form_of(text: str) -> str:
    """The normal form, as it fits the column."""
    return normalise(text)[:LONGEST_FORM]


class GroupIndex:
    """Finds the group that a question belongs to. Made anew when next asked after a group has come."""

    def __init__(self, faq: FaqService, meanings: Iterable[Meaning], *, now: datetime) -> None:
        """``faq``: whose words the groups are read with. Asking it raises ``BuildFailed``."""
        self._faq, self._now = faq, now
        self._said = [each for each in meanings if each.entry_id is None]
        self._by_form = {form: each for each in self._said for form in each.forms}
        self._by_id = {each.id: each for each in self._said}
        self._service: FaqService | None = None

    def nearest(self, text: str) -> Meaning | None:
        """Of the same normal form, else what the groups would answer with for sure."""
        known = self._by_form.get(form_of(text))
        if known is not None or not self._said:
            return known
        if self._service is None:
            self._service = self._faq.over([_entry(each) for each in self._said], folder=FOLDER)
        found = self._service.decide(text, region=None, now=self._now)
        return self._by_id[found.entries[0].id] if found.kind == "answer" and found.confidence >= SURE else None

    def add(self, meaning: Meaning) -> None:
        self._said.append(meaning)
        self._by_id[meaning.id] = meaning
        self._by_form |= dict.fromkeys(meaning.forms, meaning)
        self._service = None

    def learn(self, meaning: Meaning, text: str) -> None:
        """One more wording, found at once by its form; in the index it stands from the next turn on."""
        form = form_of(text)
        self._by_form[form] = meaning
        if form not in meaning.forms and len(meaning.forms) < MOST_FORMS:
            meaning.forms.append(form)


def sort_out(
    wordings: Sequence[Wording], meanings: Sequence[Meaning], *, faq: FaqService, now: datetime
) -> list[Placing]:
    """Each to a known or a new group, in order; stops where too many new ones have come. Raises ``BuildFailed``."""
    index = GroupIndex(faq, meanings, now=now)
    of_entries: dict[str | None, Meaning] = {each.entry_id: each for each in meanings if each.entry_id is not None}
    return list(_sorted(wordings, index, of_entries, faq))


def _sorted(
    wordings: Sequence[Wording], index: GroupIndex, of_entries: dict[str | None, Meaning], faq: FaqService
) -> Iterator[Placing]:
    made = 0
    for each in wordings:
        if each.text and sensitivity(each.text) is not None:  # by patterns that came after it was recorded
            yield Placing(each, None)
            continue
        known = index.nearest(each.text) if each.text else of_entries.get(each.entry_id)
        if known is None:
            if made >= MOST_NEW:
                return
            known, made = _new(each, faq), made + 1
            if each.text:
                index.add(known)
            else:
                of_entries[each.entry_id] = known
            yield Placing(each, known, is_new=True)
            continue
        if each.text:
            index.learn(known, each.text)
        yield Placing(each, known)


def _new(wording: Wording, faq: FaqService) -> Meaning:
    made = str(uuid.uuid4())
    if wording.text:
        return Meaning(id=made, question=wording.text, forms=[form_of(wording.text)])
    entry_id = wording.entry_id or ""
    entry = faq.entry(entry_id)
    return Meaning(id=made, question=entry.question if entry is not None else entry_id, entry_id=entry_id)


def _entry(meaning: Meaning) -> Entry:
    others = tuple(form for form in meaning.forms if form != form_of(meaning.question))
    return Entry(id=meaning.id, question=meaning.question, paraphrases=others, answer="")
