"""Whom a feedback is about: the institutions' look-up, as the form needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.context import Context
from knowledge.feedback.draft_content import Candidate
from knowledge.institutions.cards import InstitutionCard

MAX_CANDIDATES = 5  # with 跳过, 上一步 and 取消 they fit one digit and one message
MAX_LOOK_UPS = 24  # names tried in one text: about a millisecond each, out of a budget of four seconds
SHORTEST_NAME, LONGEST_NAME = 3, 25  # characters of a name that is looked for inside a sentence

_ENDING = re.compile(
    r"局|委员会|委|办公室|办|院|大学|学校|小学|中学|幼儿园|校|中心|所|站|支队|大队|馆|厅|处|镇|乡|街道|园|协会|学会|总队|台|社"
)
# Where a name may begin inside a sentence: at its start, after a sign, or after a word that leads to it.
_BEGINNING = re.compile(
    r"^|[\s，,。！!？?：:；;“”\"（(、]|投诉|举报|反映|建议|咨询|求助|关于|对于|针对|对|向|在|到|去|是|给|找|请|让|和|与|的|你们|我们|贵|一下|今天|昨天|上午|下午"
)


def candidates_for(context: Context, words: str) -> tuple[Candidate, ...]:
    """One where the look-up is sure, several where it is not, none where it knows nobody of that name."""
    found = context.services.institutions.look_up(words, region=context.account.region, limit=MAX_CANDIDATES)
    if found.kind == "none":
        return ()
    hits = found.hits[:1] if found.kind == "one" else found.hits[:MAX_CANDIDATES]
    return tuple(candidate(hit.institution) for hit in hits)


@dataclass(frozen=True, slots=True)
class Mention:
    """An institution named inside a sentence, and the words that name it."""

    institution: Candidate
    words: str


def mentioned_in(context: Context, sentence: str) -> Mention | None:
    """The institution that a sentence names in full, by an alias or by a former name; the longest name wins.

    A name that is only similar does not count: nobody is asked here, and a wrong one would be accused.
    """
    institutions = context.services.institutions
    for name in _possible_names(sentence):
        found = institutions.look_up(name, region=context.account.region, limit=1)
        if found.kind == "one" and found.hits[0].exact:
            return Mention(candidate(found.hits[0].institution), name)
    return None


def shown_last(context: Context) -> Candidate | None:
    """The institution whose card the citizen saw last."""
    if context.conversation.institution is None:
        return None
    card = context.services.institutions.get(context.conversation.institution)
    return candidate(card) if card else None


def candidate(card: InstitutionCard) -> Candidate:
    return Candidate(card.id, card.name, card.region)


def _possible_names(sentence: str) -> Iterator[str]:
    """Pieces of the sentence that begin and end as names do, the longest first, at most ``MAX_LOOK_UPS``."""
    head = sentence[:200]
    starts = sorted({found.end() for found in _BEGINNING.finditer(head)})
    ends = [found.end() for found in _ENDING.finditer(head)]
    pieces = {
        head[start:end]
        for start in starts
        for end in ends
        if SHORTEST_NAME <= end - start <= LONGEST_NAME and re.fullmatch(r"[\w（）()·]+", head[start:end])
    }
    yield from sorted(pieces, key=lambda piece: (-len(piece), piece))[:MAX_LOOK_UPS]
