"""The open form: takes what is sent, asks the next question, and files at the end. The draft is in the database."""

from __future__ import annotations

from datetime import timedelta

from bot.messages import ImageMessage, LinkMessage, LocationMessage, Message, TextMessage, VideoMessage, VoiceMessage
from bot.replies import Reply
from bot.router import Router
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import LIFETIME_SECONDS
from handlers.feedback import words as read
from handlers.feedback.asking import agree, ask, begin, keep
from handlers.feedback.filing import file_draft
from handlers.feedback.flow import Discard, File, Moved, Turn, choice_text, question
from handlers.feedback.inside import answer_inside, is_answered
from handlers.feedback.interrupted import Drop, GoOn, decide_pending, hold
from handlers.feedback.media import media_of
from handlers.feedback.starting import begin_second, start, starts_anew, target_of_start
from handlers.feedback.steps import answer, steer, take_media, take_place
from handlers.feedback.violating import answer_violation
from handlers.feedback.words import Word
from handlers.taps import chosen_number
from handlers.texts import feedback as texts
from knowledge.feedback.draft_content import DraftContent, Place, Step
from knowledge.feedback.drafts import OpenDraft, discard_draft, open_draft
from knowledge.feedback.violations import tells_violation

router_form: Router[Context] = Router("form")

# After such a pause the talk is forgotten (``handlers.conversation``): then the form asks before it takes anything.
RESUME_AFTER = timedelta(seconds=LIFETIME_SECONDS)
MEDIA_LIFETIME = timedelta(days=3)  # WeChat keeps a file for three days (official); later it cannot be fetched
MAX_LABEL = 200  # characters of a place's name


@router_form.message(TextMessage, ImageMessage, VoiceMessage, VideoMessage, LocationMessage, LinkMessage)
def fill(message: Message, context: Context) -> Reply | None:
    """``None`` while no form is open, and for words that other topics answer at any time."""
    if context.conversation.form_open is False:
        return None
    words = _words(message)
    if words is not None and read.works_everywhere(words):
        return None
    draft = open_draft(
        context.session,
        account=context.account.name,
        citizen=context.citizen.pseudonym,
        now=context.now,
        vault=context.services.vault,
    )
    context.conversation.form_open = draft is not None
    if draft is None:
        return None
    if words is None:
        return _apply(draft, _taken(draft, message), context)
    return _hear(draft, _meant(draft, words, context), context)


def _words(message: Message) -> str | None:
    """What was said in words; ``None`` for a file or a place."""
    match message:
        case TextMessage(content=content):
            return read.clean(content)
        case VoiceMessage(recognition=str(spoken)) if spoken.strip():
            return read.clean(spoken)
        case LinkMessage(title=title, url=url):
            return read.clean(f"{title} {url}")
        case _:
            return None


def _meant(draft: OpenDraft, words: str, context: Context) -> str:
    """A number stands for what the form offered, even when the talk was forgotten meanwhile."""
    number = chosen_number(words)
    if number is None or context.conversation.choices:
        return words
    _, choices = question(draft.content, draft.step)
    return choices[number - 1].content if number <= len(choices) else words


def _hear(draft: OpenDraft, words: str, context: Context) -> Reply | None:
    """In this order: a report, a second form, what stands before going on, and then the form's own step."""
    if tells_violation(words):
        return answer_violation(context, words, inside=True)
    if starts_anew(words):
        return begin_second(draft, target_of_start(words, context), context)
    pause = context.now - draft.touched_at
    if pause > MEDIA_LIFETIME and draft.content.media:
        without = draft.having(content=draft.content.having(media=()))
        return _decide(without, words, context, texts.MEDIA_LAPSED)
    if draft.content.asking is not None or pause > RESUME_AFTER:
        return _decide(draft, words, context)
    return _step(draft, words, context)


def _step(draft: OpenDraft, words: str, context: Context) -> Reply:
    """Steering words, then a question of the citizen's own, then an answer to the form's."""
    answers = _picks_candidate(draft.content, words) or read.names_nobody(words)
    word = None if answers else read.command(words)
    if word is Word.RESTART and draft.step is not Step.CONTACT:
        return begin_second(draft, None, context)
    turn = steer(draft.content, draft.step, word) if word is not None else None
    if turn is not None:
        return _apply(draft, turn, context)
    if draft.step is not Step.TEXT:
        told = answer_inside(context, words)
        if told is not None or read.is_idle(words):
            return ask(draft, context, *([told] if told else []))
    return _apply(draft, answer(draft.content, draft.step, words, context), context)


def _decide(draft: OpenDraft, words: str, context: Context, *said: str) -> Reply | None:
    """继续 or 放弃? A question that is surely answered elsewhere goes there; other words are held meanwhile."""
    match decide_pending(draft.content, words):
        case GoOn(held=held):
            going_on = draft.having(content=draft.content.having(asking=None, held="", next_target=None))
            keep(going_on, context)
            return _step(going_on, held, context) if held else ask(going_on, context, *said)
        case Drop(restart=restart):
            return _dropped(draft, context, restart=restart)
        case None:
            if is_answered(context, words):
                return None
            asking = draft.having(content=hold(draft.content, words))
            keep(asking, context)
            return ask(asking, context, *said)


def _dropped(draft: OpenDraft, context: Context, *, restart: bool) -> Reply:
    """What was held may itself begin a form; otherwise the citizen hears that it was not kept."""
    discard_draft(context.session, account=draft.account, citizen=draft.citizen)
    context.conversation.form_open = False
    held = draft.content.held
    if held and (begun := start(held, context)) is not None:
        return begun
    if restart:
        return begin(context, DraftContent(institution=draft.content.next_target))
    return say(context, texts.DISCARDED + (texts.DISCARDED_HELD if held else ""))


def _picks_candidate(content: DraftContent, words: str) -> bool:
    return any(words == choice_text(one, content.candidates) for one in content.candidates)


def _taken(draft: OpenDraft, message: Message) -> Moved:
    """A file or a place is taken at once, also by a form that waits to be resumed."""
    content, step = draft.content, draft.step
    match message:
        case LocationMessage(latitude=latitude, longitude=longitude, label=label):
            return take_place(content, step, Place(latitude, longitude, read.clean(label)[:MAX_LABEL]))
        case _:
            media = media_of(message)
            return Moved(content, step) if media is None else take_media(content, step, media)


def _apply(draft: OpenDraft, turn: Turn, context: Context) -> Reply:
    match turn:
        case File():
            return file_draft(draft, context)
        case Discard():
            return _dropped(draft, context, restart=False)
        case Moved(content=content, step=step, said=said):
            if not draft.content.consented:
                agree(context)
            moved = draft.having(content=content.having(consented=True), step=step)
            keep(moved, context)
            return ask(moved, context, *said)
