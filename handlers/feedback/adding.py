"""补充 F…: the citizen adds words or files to a feedback that was filed before, such as the platform asked for.

The question “what do you want to add?” stands as long as its own choice is what was offered last: any other answer
closes it, so that no later question is taken for an addition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.messages import ImageMessage, VideoMessage, VoiceMessage
from bot.replies import Reply
from bot.router import Asked, Router
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice, Conversation
from handlers.feedback import words as read
from handlers.feedback.media import media_of
from handlers.feedback.violating import answer_violation
from handlers.feedback.words import Word
from handlers.texts import feedback as form_texts
from handlers.texts import progress as texts
from knowledge.feedback.draft_content import MAX_TEXT, DraftMedia
from knowledge.feedback.entries import Added, add_entry
from knowledge.feedback.kinds import CLOSED_STATUSES
from knowledge.feedback.models import Ticket
from knowledge.feedback.queries import own_ticket
from knowledge.feedback.references import REFERENCE_PATTERN, read_reference
from knowledge.feedback.violations import tells_violation

router: Router[Context] = Router("adding")

_STOPS = (Word.CANCEL, Word.DISCARD, Word.SKIP, Word.BACK, Word.NO)
_STOP = re.compile(rf"不(?:补|補)充\s*(?P<reference>{REFERENCE_PATTERN})", re.IGNORECASE)


@router.text(rf"(?:补|補)充(?:到|反馈)?[\s:：]*(?P<reference>{REFERENCE_PATTERN})[\s:：，,。]*(?P<words>.*)")
def begin(asked: Asked, context: Context) -> Reply:
    """With the words at once, or asked for them."""
    reference = read_reference(asked["reference"]) or ""
    words = read.clean(asked["words"])
    return take_words(reference, words, context) if read.has_words(words) else _with_ticket(reference, context, ask)


@router.text(_STOP.pattern)
def stop(asked: Asked, context: Context) -> Reply:
    return say(context, _and_form(texts.ADD_STOPPED, context))


@router.text()
def hear(asked: Asked, context: Context) -> Reply | None:
    """The next text after the question; words that mean something else everywhere mean it here too."""
    reference = awaited(context.conversation)
    if reference is None:
        return None
    words = read.clean(asked.content)
    if read.works_everywhere(words) or read.starts_form(words) or read.kind_of(words) or read.is_chatter(words):
        return None
    if read.command(words) in _STOPS or read.declines(words):
        return say(context, _and_form(texts.ADD_STOPPED, context))
    return take_words(reference, words, context) if read.has_words(words) else _with_ticket(reference, context, ask)


@router.message(ImageMessage, VoiceMessage, VideoMessage)
def take_file(message: ImageMessage | VoiceMessage | VideoMessage, context: Context) -> Reply | None:
    """Further files and words may follow, so the question stays."""
    reference, media = awaited(context.conversation), media_of(message)
    if reference is None or media is None:
        return None

    def taken(ticket: Ticket, context: Context) -> Reply:
        added = add(ticket, context, text=None, media=(media,))
        said = texts.no_room(reference) if added.dropped else texts.FILE_ADDED.format(reference=reference)
        return say(context, said, (_stop_choice(texts.ADD_DONE_LABEL, reference),))

    return _with_ticket(reference, context, taken)


def take_words(reference: str, words: str, context: Context) -> Reply:
    """A report of establishment violations is turned away here as everywhere, and not kept."""
    if tells_violation(words):
        return answer_violation(context, words, inside=False)
    if len(words) > MAX_TEXT:
        return say(context, form_texts.too_long(), (_stop_choice(texts.ADD_STOP_LABEL, reference),))

    def taken(ticket: Ticket, context: Context) -> Reply:
        add(ticket, context, text=words, media=())
        said = texts.WORDS_ADDED.format(reference=reference)
        more = Choice(texts.ADD_MORE_LABEL, texts.ADD_TO.format(reference=reference))
        return say(context, _and_form(said, context), (more, Choice(form_texts.PROGRESS_LABEL, f"进度 {reference}")))

    return _with_ticket(reference, context, taken)


def ask(ticket: Ticket, context: Context) -> Reply:
    said = texts.ADD_WHAT.format(reference=ticket.reference)
    return say(context, said, (_stop_choice(texts.ADD_STOP_LABEL, ticket.reference),))


def add(ticket: Ticket, context: Context, *, text: str | None, media: Sequence[DraftMedia]) -> Added:
    """Saved and enqueued in one transaction: the files are fetched, then the entry follows its ticket."""
    session, jobs = context.session, context.services.jobs
    added = add_entry(
        session, ticket_id=ticket.id, text=text, media=media, at=context.now, vault=context.services.vault
    )
    for attachment_id in added.attachment_ids:
        jobs.enqueue(session, "fetch_attachment", attachment_id)
    if added.entry_id is not None:
        jobs.enqueue(session, "forward_entry", added.entry_id)
    return added


def awaited(talk: Conversation) -> str | None:
    """The ticket to which something was about to be added when the account spoke last."""
    found = (_STOP.fullmatch(choice.content) for choice in talk.choices)
    return next((read_reference(one["reference"]) for one in found if one is not None), None)


def _with_ticket(reference: str, context: Context, then: Callable[[Ticket, Context], Reply]) -> Reply:
    """Only for who filed it, and only while it is open."""
    ticket = own_ticket(
        context.session, reference=reference, account=context.account.name, citizen=context.citizen.pseudonym
    )
    if ticket is None:
        return say(context, texts.NOT_FOUND)
    if ticket.status in CLOSED_STATUSES:
        return say(context, texts.ADD_CLOSED.format(reference=reference))
    return then(ticket, context)


def _stop_choice(label: str, reference: str) -> Choice:
    return Choice(label, texts.ADD_STOP.format(reference=reference))


def _and_form(said: str, context: Context) -> str:
    return f"{said}\n{form_texts.STILL_OPEN}" if context.conversation.form_open else said
