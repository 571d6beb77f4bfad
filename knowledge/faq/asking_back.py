"""Words whose speaker may mean one thing or another (``related_terms.tsv`` and the curators' own): they are asked back.

Such a word is never equal to what it may stand for, and nothing is answered outright because of it: the entries about
what may be meant become choices. Where the base itself speaks the word, its answer stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from knowledge.faq.decision import Decision, Scored
from knowledge.faq.matching import Matching
from knowledge.search.decision import KEPT_CANDIDATES, MAX_CHOICES
from knowledge.search.lexicon import Lexicon


def ask_back(decision: Decision, matching: Matching, decide: Callable[[str], Decision]) -> Decision:
    """``decide``: what the same question comes to in other words."""
    form, reader = decision.explanation.form, matching.reader
    words = [word for word in reader.lexicon.related if word in form]
    if not words or decision.settled or _exact(decision):
        return decision
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if not _stands_alone(word, form, reader.lexicon):
            continue
        if decision.answer is not None and matching.speaks_of(decision.answer.id, word):
            return decision
        meant = _meant(word, form, matching, decide)
        if meant:
            return _choices(decision, word, meant, matching)
    return decision


def _meant(word: str, form: str, matching: Matching, decide: Callable[[str], Decision]) -> dict[str, Scored]:
    """For each thing that may be meant the entry about it, where there is one."""
    found: dict[str, Scored] = {}
    for term in matching.reader.lexicon.related[word]:
        if not matching.may_speak_of(term):
            continue
        decision = decide(form.replace(word, term))
        likely = decision.entries[: decision.offered] if decision.kind in ("answer", "choices") else ()
        about = next((each for each in likely if matching.speaks_of(each.id, term)), None)
        if about is not None:
            found[term] = about
    return found


def _choices(decision: Decision, word: str, meant: dict[str, Scored], matching: Matching) -> Decision:
    """What was open before keeps its order, and of its three places leaves one to what may be meant.

    Where what it offered first speaks of nothing that may be meant, the list is no question about the word.
    """
    before, about = decision.entries[: decision.offered], {each.id: each for each in meant.values()}
    known = any(each.id in about for each in before)
    by_id = {each.id: each for each in (*before[: MAX_CHOICES if known else MAX_CHOICES - 1], *about.values())}
    offered = list(by_id.values())[:MAX_CHOICES]
    kept = {each.id: each for each in (*offered, *decision.entries)}
    terms = tuple(term for term, each in meant.items() if each in offered)
    reason = f"“{word}”可能指{'、'.join(meant)}，请对方说明；{decision.explanation.reason}"
    return replace(
        decision,
        kind="choices",
        entries=tuple(kept.values())[:KEPT_CANDIDATES],
        confidence=offered[0].confidence,
        offered=len(offered),
        asked_back=terms if any(matching.speaks_of(offered[0].id, term) for term in meant) else (),
        explanation=replace(decision.explanation, decision="choices", reason=reason),
    )


def _exact(decision: Decision) -> bool:
    return decision.kind == "answer" and any(each.same_form for each in decision.explanation.standings)


def _stands_alone(word: str, form: str, lexicon: Lexicon) -> bool:
    """Whether it is said outside of a longer word: 法人 in 换法人, not in 法人证书."""
    for longer in sorted((each for each in lexicon.vocabulary if word in each and each != word), key=len, reverse=True):
        form = form.replace(longer, " ")
    return word in form
