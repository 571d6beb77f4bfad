"""The order of the form's questions, and how each is asked. Pure: a draft in, words and choices out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.conversation import Choice
from handlers.texts import feedback as texts
from knowledge.feedback.draft_content import Asking, Candidate, DraftContent, Step
from knowledge.feedback.kinds import FeedbackKind

ORDER = tuple(Step)

_SKIP, _BACK = Choice(texts.SKIP, texts.SKIP), Choice(texts.BACK, texts.BACK)
_CANCEL = Choice(texts.CANCEL, texts.CANCEL)


@dataclass(frozen=True, slots=True)
class Moved:
    """What one answer made of the draft, and what is said before the next question."""

    content: DraftContent
    step: Step
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """The citizen confirmed."""


@dataclass(frozen=True, slots=True)
class Discard:
    """The citizen wants none of it."""


Turn = Moved | File | Discard


def after(content: DraftContent, step: Step) -> Step:
    """The next question that has no answer yet; 上一步 still leads to one that was answered early."""
    answered = {
        Step.KIND: content.kind is not None,
        Step.TARGET: texts.target_of(content) is not None,
        Step.TEXT: bool(content.text),
        Step.CONTACT: content.anonymous or content.phone is not None,
    }
    following = ORDER[ORDER.index(step) + 1 :]
    return next((s for s in following if not answered.get(s, False)), Step.CONFIRM)


def first_open(content: DraftContent) -> Step:
    """Where a form begins that was partly filled by its first message."""
    return Step.KIND if content.kind is None else after(content, Step.KIND)


def before(step: Step) -> Step:
    return ORDER[max(0, ORDER.index(step) - 1)]


def complete(content: DraftContent) -> bool:
    return content.kind is not None and bool(content.text)


def question(content: DraftContent, step: Step) -> tuple[str, list[Choice]]:
    """The words and the choices with which the form asks now."""
    match content.asking:
        case Asking.RESUME:
            held = texts.RESUME_HELD if content.held else ""
            return texts.RESUME.format(about=texts.about(content)) + held, _own(texts.CONTINUE, texts.DISCARD)
        case Asking.SECOND:
            return texts.SECOND.format(about=texts.about(content)), _own(texts.CONTINUE, texts.RESTART, texts.DISCARD)
        case None:
            return _ask(content, step)


def choice_text(candidate: Candidate, among: Sequence[Candidate]) -> str:
    """An institution's name; with its area where another one has the same name."""
    same = sum(1 for other in among if other.name == candidate.name)
    return candidate.name if same < 2 else f"{candidate.name}（{candidate.region or candidate.id}）"


def _ask(content: DraftContent, step: Step) -> tuple[str, list[Choice]]:
    match step:
        case Step.KIND:
            return texts.ASK_KIND, [*_own(*(texts.KINDS[kind] for kind in FeedbackKind)), _CANCEL]
        case Step.TARGET:
            return texts.ask_target(content), _target_choices(content)
        case Step.TEXT:
            keep = [Choice(texts.KEEP_LABEL, texts.SKIP)] if content.text else []
            return texts.ask_text(content), [*keep, _BACK, _CANCEL]
        case Step.MEDIA:
            return texts.ask_media(content), [Choice(texts.NEXT_LABEL, texts.SKIP), _BACK, _CANCEL]
        case Step.CONTACT:
            skip = Choice(texts.NO_CONTACT_LABEL, texts.SKIP)
            return texts.ask_contact(content), [*_own(texts.ANONYMOUS), skip, _BACK, _CANCEL]
        case Step.CONFIRM:
            submit = Choice(texts.SUBMIT_LABEL, texts.CONFIRM)
            return texts.summary(content), [submit, Choice(texts.CHANGE_LABEL, texts.BACK), _CANCEL]


def _target_choices(content: DraftContent) -> list[Choice]:
    if content.candidates:
        names = [choice_text(candidate, content.candidates) for candidate in content.candidates]
        return [*_own(*names), _SKIP, _BACK, _CANCEL]
    if texts.target_of(content):
        return [Choice(texts.KEEP_LABEL, texts.SKIP), *_own(texts.CLEAR_TARGET), _BACK, _CANCEL]
    return [Choice(texts.NO_TARGET_LABEL, texts.SKIP), _BACK, _CANCEL]


def _own(*contents: str) -> list[Choice]:
    return [Choice(content, content) for content in contents]
