"""Several questions in one message, each with what it comes to. Most messages are one question, and cost nothing here.

A message is cut at sentence ends and at words that turn to another question. What asks nothing is context of what
comes next. It counts as several only where two parts or more come to an answer, a choice or an office of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.faq.decision import Decision
from knowledge.faq.entry import Entry
from knowledge.faq.follow_up import Part, Service, follow_up, matter_of
from knowledge.text.deidentify import without_names

MOST_ANSWERED = 3  # of one message; more cannot be read at a glance
NEAR = 0.5  # what a part must come to beside another's answer; by hand, on the starter base
MOST_PIECES = 9  # sentences; who writes more tells a story, and parts of a story are no questions

_ENDS = re.compile(r"(?<=[。！!？?；;\n])")
_TURNS = re.compile(
    r"(?=另外(?!的)|顺便(?:再)?(?:问|咨询|请问)|再(?:问|请问|咨询)(?:一|下|个|您|你)|还(?:想|要)(?:再)?(?:问|咨询|知道|了解)"
    r"|第[二三四五2-5]个?(?:问题)?(?:是|[，,、：:]))|(?<=[，,])(?=还有|以及|同时)|(?<=[吗呢][，,])|(?<=怎么办[，,])"
    r"|(?<=\D)(?=[2-9][、．)）.][^\d])"
)
_LEADS = re.compile(
    r"^[\s，,、。；;]*(?:(?:你好|您好|老师好|打扰一?下?了?)[，,！!\s]*)?"
    r"(?:(?:[（(]?(?:[1-9]|[一二三四五六七八九])[)）.、．：:]|[①-⑨]|第[一二三四五1-5]个?(?:问题)?(?:是|[，,、：:])?|[一二三]是)\s*)?"
    r"(?:(?:另外(?!的)|还有|以及|同时|顺便|其次|首先|最后|然后)[，,\s]*)?(?:就是)?"
    r"(?:(?:我|本人)?(?:还|也)?(?:再|想|要)*(?:请问|咨询|问)(?:一下|下|一句|个问题)?[，,：:\s]*)?"
)
_ASKS = re.compile(r"[?？]|[吗呢么]|什么|啥|哪|谁|几|多少|多久|怎|如何|为何|是否|可否|咋|(.)[不没]\1")


@dataclass(frozen=True, slots=True)
class Understood:
    """``parts``: the questions of a message in order, one as a rule. ``left``: further ones, to be asked again."""

    parts: tuple[Part, ...]
    left: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        return len(self.parts) > 1


def understand(
    service: Service, message: str, *, region: str | None, now: datetime, after: Entry | None = None
) -> Understood:
    """``after``: the entry that answered last, where the talk is still about it."""
    whole = service.decide(message, region=region, now=now)
    if whole.kind == "sensitive":
        return Understood((Part(message, whole, message),))
    pieces = split(message)
    if 1 < len(pieces) <= MOST_PIECES and (found := _several(service, pieces, whole, region, now, after)):
        return found
    followed = follow_up(service, message, whole, about=after, region=region, now=now) if after else None
    return Understood((followed or Part(message, whole, message),))


def split(message: str) -> list[str]:
    """Pieces of a message that may be questions of their own, without what only leads over to them."""
    pieces = [turn for sentence in _ENDS.split(message) for turn in _TURNS.split(sentence) if turn]
    bare = [_LEADS.sub("", piece).strip().rstrip("，,、") for piece in pieces]
    return [piece for piece in bare if any(sign.isalnum() for sign in piece)]


def _several(
    service: Service, pieces: list[str], whole: Decision, region: str | None, now: datetime, after: Entry | None
) -> Understood | None:
    """``None`` where fewer than two parts stand, or where they are but one question told at length."""
    parts: list[Part] = []
    about = after
    for text in _questions(service, pieces, region, now):
        part = _part(service, text, region, now, about)
        about = part.decision.answer or part.about  # 材料？多久？收费吗？ are all of the first one's matter
        if part.decision.kind == "sensitive":
            return Understood((part,))
        if part.about is None and not matter_of(service.reader, text):
            return None  # 有什么用 without an answer that it could lean on: only the whole says what is meant
        parts.append(part)
    decisions = [part.decision for part in parts]
    elsewhere = {decision.elsewhere.matter for decision in decisions if decision.elsewhere is not None}
    answers = {decision.answer.id for decision in decisions if decision.answer is not None} | elsewhere
    firsts = {each.entries[0].id for each in decisions if each.kind in ("answer", "choices")} | elsewhere
    if len(firsts) < 2 or len(answers) < (1 if whole.answer is None or _two_matters(decisions, whole.answer) else 2):
        return None
    return Understood(tuple(parts[:MOST_ANSWERED]), tuple(part.question for part in parts[MOST_ANSWERED:]))


def _two_matters(decisions: Sequence[Decision], answer: Entry) -> bool:
    """The whole was answered as one of its parts, and another part comes near an entry of its own."""
    own = [each for each in decisions if each.answer is not None and each.answer.id == answer.id]
    others = [each for each in decisions if each.kind == "choices" and each.confidence >= NEAR]
    return bool(own) and any(each.entries[0].id != answer.id for each in others)


def _part(service: Service, text: str, region: str | None, now: datetime, about: Entry | None) -> Part:
    own = service.decide(text, region=region, now=now)
    followed = follow_up(service, text, own, about=about, region=region, now=now) if about else None
    return followed or Part(text, own, text)


def _questions(service: Service, pieces: list[str], region: str | None, now: datetime) -> list[str]:
    """The pieces that ask, each with the context before it; context at the end goes to the last one."""
    questions: list[str] = []
    context = ""
    for piece in pieces:
        if service.decide(piece, region=region, now=now).chitchat is not None:
            continue
        if not _asks(service, piece):
            context += _joined(piece)
            continue
        questions.append(_in_context(service, context, piece, region, now))
        context = ""
    if questions and context:
        questions[-1] = _joined(questions[-1]) + context.rstrip("，")
    return questions


def _in_context(service: Service, context: str, piece: str, region: str | None, now: datetime) -> str:
    """With its context, unless it comes to an answer only without."""
    with_context = context + piece
    if not context or service.decide(with_context, region=region, now=now).kind == "answer":
        return with_context
    alone = service.decide(piece, region=region, now=now).kind == "answer" and matter_of(service.reader, piece)
    return piece if alone else with_context


def _asks(service: Service, piece: str) -> bool:
    return bool(_ASKS.search(piece) or service.reader.read(without_names(piece)).aspects)


def _joined(piece: str) -> str:
    return piece.rstrip("。！!？?；;，, \n") + "，"
