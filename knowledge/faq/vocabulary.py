"""The words that curators add: kept whole, equal to others, or a reason to ask back. Live without a restart.

Every write moves the base's number, so that each process takes the words up; the caller commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.errors import KnowledgeError
from knowledge.faq.models import VocabularyTerm
from knowledge.faq.queries import bump_version
from knowledge.search.lexicon import Lexicon
from knowledge.text.normalise import surface

TermKind = Literal["word", "synonym", "related"]
Problem = Literal["empty", "one_sign", "too_long", "no_others", "too_many", "twice", "itself", "two_groups", "taken"]

LONGEST_WORD = 20  # signs; the longest term of the field has 16
MOST_OTHERS = 20
LISTED = 200  # one page of the console
LOADED = 20_000  # ten times what a bureau's dictionary holds


class TermRefused(KnowledgeError):
    """A term that would say nothing, or two things. ``word`` is the one at fault, in normal form."""

    def __init__(self, problem: Problem, word: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.word = word


@dataclass(frozen=True, slots=True)
class Term:
    """One row, detached. ``others`` is empty for a ``word``."""

    id: int
    kind: TermKind
    word: str
    others: tuple[str, ...]
    note: str
    changed_at: datetime
    changed_by: str


def terms(session: Session, *, kind: TermKind | None = None, containing: str = "", limit: int = LISTED) -> list[Term]:
    """By kind, then word. ``containing`` is looked for in the word, its others and its note."""
    query = select(VocabularyTerm).order_by(VocabularyTerm.kind, VocabularyTerm.word, VocabularyTerm.id)
    if kind is not None:
        query = query.where(VocabularyTerm.kind == kind)
    rows = session.scalars(query.limit(LOADED).execution_options(populate_existing=True))
    sought = surface(containing)
    found = (_term(row) for row in rows)
    return [term for term in found if not sought or _mentions(term, sought)][:limit]


def term(session: Session, *, term_id: int) -> Term | None:
    row = session.get(VocabularyTerm, term_id)
    return None if row is None else _term(row)


def add_term(
    session: Session, *, kind: TermKind, word: str, others: Sequence[str] = (), note: str = "", by: str, now: datetime
) -> Term:
    """Raises ``TermRefused``; then roll back."""
    bump_version(session, now=now)  # first: it holds back whoever adds the same word at the same moment
    form, forms = _checked(session, kind, word, others, but=None)
    row = VocabularyTerm(kind=kind, word=form, others=list(forms), note=note.strip(), changed_at=now, changed_by=by)
    session.add(row)
    session.flush()
    return _term(row)


def change_term(
    session: Session, *, term_id: int, word: str, others: Sequence[str] = (), note: str = "", by: str, now: datetime
) -> Term | None:
    """``None`` where it has been removed meanwhile. Raises ``TermRefused``; then roll back. The kind stays."""
    bump_version(session, now=now)
    row = session.get(VocabularyTerm, term_id, with_for_update=True)
    if row is None:
        return None
    form, forms = _checked(session, cast("TermKind", row.kind), word, others, but=row.id)
    row.word, row.others, row.note = form, list(forms), note.strip()
    row.changed_at, row.changed_by = now, by
    session.flush()
    return _term(row)


def remove_term(session: Session, *, term_id: int, now: datetime) -> bool:
    row = session.get(VocabularyTerm, term_id, with_for_update=True)
    if row is None:
        return False
    session.delete(row)
    bump_version(session, now=now)
    return True


def enlarged(lexicon: Lexicon, added: Iterable[Term]) -> Lexicon:
    """The committed lists with the curators' terms. To be equal is transitive: groups that share a word become one."""
    words, related, groups = set(lexicon.words), dict(lexicon.related), dict(lexicon.synonyms)
    for each in sorted(added, key=lambda each: (each.kind, each.word)):
        match each.kind:
            case "word":
                words.add(each.word)
            case "synonym":
                _join(groups, each.word, each.others)
            case "related":
                related[each.word] = tuple(dict.fromkeys((*related.get(each.word, ()), *each.others)))
    synonyms = {word: _head(groups, word) for word in groups}
    return replace(lexicon, synonyms=synonyms, words=frozenset(words), related=related)


def _join(groups: dict[str, str], word: str, others: Iterable[str]) -> None:
    """Heads alone are moved under a head, so no chain ever runs in a circle."""
    groups.setdefault(word, word)
    for other in others:
        head, moved = _head(groups, word), _head(groups, other)
        groups[moved] = head
        groups.setdefault(other, head)


def _head(groups: Mapping[str, str], word: str) -> str:
    while (above := groups.get(word, word)) != word:
        word = above
    return word


def _checked(
    session: Session, kind: TermKind, word: str, others: Sequence[str], *, but: int | None
) -> tuple[str, tuple[str, ...]]:
    form = surface(word)
    forms = [other_form for other in others if (other_form := surface(other))] if kind != "word" else []
    _check_alone(kind, form, forms)
    for each in terms(session, kind=kind, limit=LOADED):
        if each.id == but:
            continue
        if each.word == form:
            raise TermRefused("taken", form)
        if kind == "synonym" and (shared := {form, *forms} & {each.word, *each.others}):
            raise TermRefused("two_groups", min(shared))
    return form, tuple(forms)


def _check_alone(kind: TermKind, form: str, forms: Sequence[str]) -> None:
    if not form:
        raise TermRefused("empty")
    if kind != "word" and not forms:
        raise TermRefused("no_others", form)
    if len(forms) > MOST_OTHERS:
        raise TermRefused("too_many", form)
    if form in forms:
        raise TermRefused("itself", form)
    for each, times in Counter([form, *forms]).items():
        if len(each) < 2:
            raise TermRefused("one_sign", each)
        if len(each) > LONGEST_WORD:
            raise TermRefused("too_long", each)
        if times > 1:
            raise TermRefused("twice", each)


def _mentions(term: Term, sought: str) -> bool:
    return any(sought in text for text in (term.word, *term.others, surface(term.note)))


def _term(row: VocabularyTerm) -> Term:
    return Term(
        id=row.id,
        kind=cast("TermKind", row.kind),
        word=row.word,
        others=tuple(row.others),
        note=row.note,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
