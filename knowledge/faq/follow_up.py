"""A question that leans on the last answer: 那要带什么材料, 多久能办好, 那注销呢. Never one that stands by itself.

Such a question is asked anew with what it leaves out, taken from the question of the entry that answered last; what
comes of that is decided like any other question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from knowledge.faq.decision import Decision, DecisionKind, Scored
from knowledge.faq.entry import Entry
from knowledge.faq.telling import tells
from knowledge.search.decision import KEPT_CANDIDATES, MAX_CHOICES
from knowledge.search.reading import Reader
from knowledge.text.deidentify import without_names
from knowledge.text.normalise import normalise, surface

SHARED_WORDS = 0.3  # of the last question's words; by hand, on the starter base
LONGEST = 20  # signs; who leans on the last answer is brief

# What may stand around an aspect without being a matter: pronouns, particles, verbs of doing and needing.
_LIGHT = re.compile(
    r"那么?|这个|那个|这种|那种|这样|这事|这件|此事|这里|那边|它们?|其|的话|如果|要是|假如|换成|对于|关于|是|的|了|呢|吗|么|呀|啊|吧"
    r"|大概|大约|一般|通常|具体|一共|总共|需要|需|要|得|用|我们?|咱们?|俺|你们?|您|他们?|自己|本人|办理|申请|办|弄|搞|做|带|交|准备|提交|拿"
    r"|应该|应当|请问|想|问|知道|告诉|给|去|到|来|在|有|没有|都|还|也|再|又|会|就|才|先|最|能|可以|必须|一定|什么|啥|哪些|哪个|哪|几|多少"
    r"|怎么|怎样|如何|一下|下|事情?|业务|手续|时候|个|天|日|钱|些|这|完|成|好|下|和|跟|过|不|上面|上述|刚才|刚刚|前面|说的|另外|然后|顺便|对了"
)
_MAY_BE_OTHER = re.compile(r"[呢那]|如果|要是|假如|换成")  # what the pattern below needs, looked for at once
_OTHER_MATTER = re.compile(
    r"(?:那么?|如果是?|要是|假如是?|换成)(?P<matter>.{1,12}?)(?:的话|的)?呢?|(?P<bare>.{2,12}?)(?:的话)?呢"
)
_WEAK = frozenset(("能否", "需否", "原因", "范围"))  # 可以吗 and 为什么 lean on more than a matter


class Service(Protocol):
    """What is asked of ``FaqService``."""

    @property
    def reader(self) -> Reader: ...

    def decide(self, question: str, *, region: str | None, now: datetime) -> Decision: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message. ``question``: as it was put. ``read_as``: as it was looked up, which differs where
    it leans on ``about``, the entry that answered before it."""

    question: str
    decision: Decision
    read_as: str
    about: Entry | None = None


def follow_up(
    service: Service, question: str, own: Decision, *, about: Entry, region: str | None, now: datetime
) -> Part | None:
    """The question in the light of ``about``; ``None`` where it stands by itself. ``own``: what it comes to alone."""
    reader = service.reader
    if own.kind == "sensitive" or own.elsewhere is not None or len(question) > LONGEST or _exact(reader, own):
        return None
    asked = without_names(question)
    if own.chitchat is not None and not reader.read(asked).kinds:
        return None
    if not matter_of(reader, asked):
        return _other_aspect(service, asked, about, region, now) if reader.read(asked).aspects else None
    return _other_matter(service, asked, own, about, region, now)


def matter_of(reader: Reader, text: str) -> str:
    """What it speaks of beside phrases that ask and light words; empty where it only asks."""
    return re.sub(r"[\W_]+", "", _LIGHT.sub("", reader.unasked(text)))


def _other_aspect(service: Service, question: str, about: Entry, region: str | None, now: datetime) -> Part | None:
    """The last matter, another aspect of it: another entry, the last one again where it tells, or an honest no."""
    reader = service.reader
    aspects = reader.read(question).aspects - _WEAK
    if not aspects:
        return None
    read_as = f"{reader.unasked(about.question)}{normalise(question)}"
    found = service.decide(read_as, region=region, now=now)
    fitting = [
        each
        for each in _offered(found)
        if each.id != about.id
        and _asks(reader, each.entry, aspects)
        and _of_one_matter(reader, about, each.entry)
        and not _clashes(reader, read_as, each.entry)
    ]
    told = [each for each in (*found.entries, Scored.of(about, found.confidence)) if each.id == about.id][:1]
    if not (_asks(reader, about, aspects) or tells(about, aspects)):
        told = []
    sure = found.answer is not None and bool(fitting) and _names_no_more(reader, read_as, fitting[0])
    if sure:
        decision = _reworded(found, "answer", fitting, "接着上一条：这一方面另有条目")
    elif told and not fitting:
        decision = _reworded(found, "answer", told, "接着上一条：同一条目说到了这一方面")
    elif fitting:
        decision = _reworded(found, "choices", [*told, *fitting], "接着上一条：不止一条可能")
    else:
        decision = _reworded(found, "none", [], "接着上一条：知识库没有说到这一方面")
    return Part(question, decision, read_as, about)


def _other_matter(
    service: Service, question: str, own: Decision, about: Entry, region: str | None, now: datetime
) -> Part | None:
    """The last aspect, of another kind or matter: 那注销呢 after 设立登记要什么材料."""
    if not _MAY_BE_OTHER.search(question):
        return None
    reader, form = service.reader, surface(question).replace(" ", "")
    said = _OTHER_MATTER.fullmatch(form)
    reading, last = reader.read(question), reader.read(about.question)
    if said is None or reading.aspects - _WEAK or (own.kind == "answer" and not reading.kinds):
        return None
    read_as = reader.with_kinds_of(form, about.question)
    if reader.read(read_as).kinds == last.kinds:
        read_as = f"{said['matter'] or said['bare']}{reader.asking(about.question)}"
    found = service.decide(read_as, region=region, now=now)
    fitting = [each for each in _offered(found) if not _clashes(reader, read_as, each.entry)]
    alike = [each for each in fitting if _asks(reader, each.entry, last.aspects)]
    fitting.sort(key=lambda each: (not _names_no_more(reader, read_as, each), each not in alike))
    if not fitting:
        return None
    sure = len(alike) == 1 and alike[0] is fitting[0] is found.entries[0] and _names_no_more(reader, read_as, alike[0])
    decision = _reworded(found, "answer" if sure else "choices", fitting, "接着上一条：同一方面，换了对象")
    return Part(question, decision, read_as, about)


def _offered(found: Decision) -> list[Scored]:
    """What would be answered or offered."""
    return list(found.entries[: 1 if found.kind == "answer" else found.offered])


def _asks(reader: Reader, entry: Entry, aspects: frozenset[str]) -> bool:
    """Whether the entry is about one of these aspects: its own question asks for it, or half of its variants do."""
    asking = [bool(reader.read(variant).aspects & aspects) for variant in entry.variants]
    return asking[0] or 2 * sum(asking) >= len(asking)


def _of_one_matter(reader: Reader, about: Entry, other: Entry) -> bool:
    """Whether a fair share of the words that ``about`` speaks of are the other one's too."""
    words = {word for word in reader.read(reader.unasked(about.question)).words if len(word) > 1}
    shared = words & frozenset().union(*(reader.read(variant).words for variant in other.variants))
    return len(shared) >= SHARED_WORDS * len(words) > 0


def _names_no_more(reader: Reader, said: str, scored: Scored) -> bool:
    """Whether its question names no kind that was not said: 登记收费吗 said nothing of 设立."""
    return reader.read(scored.entry.question).kinds <= reader.read(said).kinds


def _clashes(reader: Reader, said: str, entry: Entry) -> bool:
    """Whether its question names another kind of a group than was said."""
    groups = dict(reader.read(said).kinds)
    return any(groups.get(group, value) != value for group, value in reader.read(entry.question).kinds)


def _exact(reader: Reader, own: Decision) -> bool:
    """These very words stand in the base, so they stand by themselves."""
    form = reader.read(own.explanation.question).form
    return own.answer is not None and any(reader.read(variant).form == form for variant in own.answer.variants)


def _reworded(found: Decision, kind: DecisionKind, entries: Sequence[Scored], reason: str) -> Decision:
    """The same finding with another outcome: ``entries`` are answered with or offered, in their order."""
    first = list({each.id: each for each in entries}.values())[: 1 if kind == "answer" else MAX_CHOICES]
    kept = {each.id: each for each in (*first, *found.entries)}
    return replace(
        found,
        kind=kind,
        entries=tuple(kept.values())[:KEPT_CANDIDATES],
        confidence=first[0].confidence if first else found.confidence,
        offered=len(first),
        explanation=replace(found.explanation, decision=kind, reason=f"{reason}；{found.explanation.reason}"),
    )
