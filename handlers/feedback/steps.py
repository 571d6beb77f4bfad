"""What an answer does to the draft, step by step. Words that steer the form are read before they arrive here."""

from __future__ import annotations

import re

from handlers.context import Context
from handlers.feedback import words as read
from handlers.feedback.contacts import Contact, read_contact
from handlers.feedback.flow import Discard, File, Moved, Turn, after, before, choice_text, complete
from handlers.feedback.targets import candidates_for, mentioned_in
from handlers.feedback.words import Word
from handlers.texts import feedback as texts
from knowledge.feedback.draft_content import MAX_TEXT, Candidate, DraftContent, DraftMedia, Place, Step
from knowledge.text.deidentify import CARD, IDENTITY, deidentify

TARGET_CHARACTERS = 40  # a longer answer to “which institution” is the matter itself
# An institution by its look, where the table does not know it.
_NAME_LIKE = re.compile(
    r"(?:(?![也不没都太被让把应该要能很放增加建])[\w（）()·]){2,20}"
    r"(?:局|委|委员会|编办|办公室|院|学校|大学|中学|小学|中心|所|站|队|馆|厅|镇|乡|街道|公司|幼儿园|单位|部门)"
)
_FILLERS = re.compile(r"[\s，,。！!：:的了吧啊呢]|一下|这个|那个|单位|工作人员")
MATTER_CHARACTERS = 4  # fewer left beside the institution's name say nothing of the matter


def steer(content: DraftContent, step: Step, word: Word) -> Turn | None:
    """What a steering word does; ``None`` where it is none at this step and may be an answer."""
    match word:
        case Word.CANCEL | Word.DISCARD:
            return Discard()
        case Word.BACK:
            said = (texts.FIRST_STEP,) if step is Step.KIND else ()
            return Moved(content.having(candidates=()), before(step), said)
        case Word.SKIP:
            return _skip(content, step)
        case Word.CONFIRM:
            return _confirm(content, step)
        case Word.ANONYMOUS:
            hidden = content.having(anonymous=True, name=None, phone=None)
            return Moved(hidden, Step.CONFIRM if step is Step.CONTACT else step, (texts.ANONYMOUS_TAKEN,))
        case Word.CONTINUE:
            return Moved(content, step)
        case Word.NONE_OF_THESE if step is Step.TARGET:
            return Moved(content.having(candidates=()), step)
        case Word.WRONG | Word.NO | Word.NONE_OF_THESE | Word.RESTART:
            return _corrected(content, step, word)


def _corrected(content: DraftContent, step: Step, word: Word) -> Moved:
    """不对, 修改, 不是: never matter. Where nothing was taken yet, the question comes again."""
    match step:
        case Step.TARGET if content.candidates:
            return Moved(content.having(candidates=()), step)
        case Step.MEDIA if word is not Word.WRONG:
            return _next(content, step)
        case Step.CONTACT:
            return Moved(content.having(name=None, phone=None), step, (texts.CONTACT_AGAIN,))
        case Step.MEDIA | Step.CONFIRM:
            return Moved(content, before(step))
        case Step.TARGET | Step.TEXT if word is Word.WRONG and not _given(content, step):
            return Moved(content, before(step))
        case _:
            return Moved(content, step, (texts.NOT_UNDERSTOOD_STEP,))


def _given(content: DraftContent, step: Step) -> bool:
    return bool(content.text if step is Step.TEXT else texts.target_of(content))


def answer(content: DraftContent, step: Step, words: str, context: Context) -> Turn:
    """Take words that steer nothing as the answer to the step."""
    if read.names_nobody(words):
        cleared = content.having(institution=None, topic=None, candidates=())
        following = after(cleared, step) if step is Step.TARGET else step
        return Moved(cleared, following, (texts.TARGET_CLEARED,))
    match step:
        case Step.KIND:
            return _kind(content, words, context)
        case Step.TARGET:
            return _target(content, words, context)
        case Step.TEXT:
            return _text(content, words, context)
        case Step.CONTACT:
            return _contact(content, words)
        case Step.MEDIA | Step.CONFIRM:
            return _more(content, step, words)


def take_media(content: DraftContent, step: Step, media: DraftMedia) -> Moved:
    """A file is taken at every step."""
    if media in content.media:
        return Moved(content, step, (texts.MEDIA_AGAIN,))
    if not content.has_room:
        return Moved(content, step, (texts.media_full(),))
    taken = content.having(media=(*content.media, media))
    return Moved(taken, step, (texts.media_taken(media.kind),))


def take_place(content: DraftContent, step: Step, place: Place) -> Moved:
    return Moved(content.having(location=place), step, (texts.PLACE_TAKEN,))


def take_opening(content: DraftContent, words: str, context: Context) -> DraftContent:
    """What a first message such as 我要投诉XX单位… already tells: kind, institution and text."""
    opened = read.opening(words)
    rest = opened.rest if opened else words
    kind = opened.kind if opened else None
    mention = mentioned_in(context, rest)
    place = mention.institution if mention else content.institution
    filled = content.having(kind=kind or content.kind, institution=place)
    matter = _FILLERS.sub("", rest.replace(mention.words, "") if mention else rest)
    if place is None and _NAME_LIKE.fullmatch(rest):
        return filled.having(topic=rest)
    return filled.having(text=words) if len(matter) >= MATTER_CHARACTERS else filled


def _mentioned(context: Context, words: str) -> Candidate | None:
    mention = mentioned_in(context, words)
    return mention.institution if mention else None


def _skip(content: DraftContent, step: Step) -> Moved:
    match step:
        case Step.KIND:
            return Moved(content, Step.KIND, (texts.KIND_NEEDED,)) if content.kind is None else _next(content, step)
        case Step.TEXT if not content.text:
            return Moved(content, step, (texts.TEXT_NEEDED,))
        case Step.CONFIRM:
            return Moved(content, step)
        case _:
            return _next(content.having(candidates=()), step)


def _confirm(content: DraftContent, step: Step) -> Turn:
    """At the end it files; earlier it means: go on, or where everything needed is there, to the summary."""
    if step is Step.CONFIRM and complete(content):
        return File()
    if step in (Step.MEDIA, Step.CONTACT):
        return _next(content, step)
    return Moved(content, step)


def _kind(content: DraftContent, words: str, context: Context) -> Moved:
    if (kind := read.kind_of(words)) is not None:
        return _next(content.having(kind=kind), Step.KIND, texts.KIND_TAKEN.format(kind=texts.KINDS[kind]))
    opened = read.opening(words)
    if opened is not None and opened.kind is not None and not content.text:
        filled = take_opening(content, words, context)
        said = texts.KIND_TAKEN.format(kind=texts.KINDS[opened.kind])
        return _next(filled, Step.KIND, said, *kept_hint(filled), *number_hint(filled.text))
    if read.says_nothing(words):
        return Moved(content, Step.KIND, (texts.NOT_UNDERSTOOD_STEP,))
    kept = _added(content, words)
    if kept is None:
        return Moved(content, Step.KIND, (texts.too_long(),))
    return Moved(kept, Step.KIND, (texts.KEPT_TEXT, *number_hint(words)))


def _target(content: DraftContent, words: str, context: Context) -> Moved:
    for candidate in content.candidates:
        if words in (candidate.name, choice_text(candidate, content.candidates)):
            chosen = content.having(institution=candidate, topic=None, candidates=())
            return _next(chosen, Step.TARGET, texts.target_taken(candidate.name))
    if read.declines(words):
        return _next(content.having(candidates=()), Step.TARGET)
    if (kind := read.kind_of(words)) is not None:
        return Moved(content.having(kind=kind), Step.TARGET, (texts.KIND_TAKEN.format(kind=texts.KINDS[kind]),))
    if len(words) > TARGET_CHARACTERS or read.tells_matter(words):
        place = content.institution or _mentioned(context, words)
        return _matter(content.having(institution=place, candidates=()), words)
    match candidates_for(context, words):
        case ():
            named = content.having(institution=None, topic=words, candidates=())
            return _next(named, Step.TARGET, texts.target_taken(words))
        case (only,):
            named = content.having(institution=only, topic=None, candidates=())
            return _next(named, Step.TARGET, texts.target_taken(only.name))
        case several:
            return Moved(content.having(candidates=several), Step.TARGET)


def _matter(content: DraftContent, words: str) -> Moved:
    """The whole matter was written where only its object was asked for."""
    kept = _added(content, words)
    if kept is None:
        return Moved(content, Step.TARGET, (texts.too_long(),))
    said = [texts.TEXT_ADDED if content.text else texts.TEXT_TAKEN]
    if content.kind is not None and read.other_kind(words, content.kind):
        said.append(texts.KIND_STAYS.format(kind=texts.KINDS[content.kind]))
    return _next(kept, Step.TARGET, *said, *number_hint(words))


def _text(content: DraftContent, words: str, context: Context) -> Moved:
    if not read.has_words(words) or len(words) > MAX_TEXT:
        return Moved(content, Step.TEXT, (texts.too_long(),) if len(words) > MAX_TEXT else ())
    place = content.institution
    if place is None and content.topic is None:
        place = _mentioned(context, words)
    return _next(content.having(text=words, institution=place), Step.TEXT, texts.TEXT_TAKEN, *number_hint(words))


def kept_hint(content: DraftContent) -> tuple[str, ...]:
    """That the words of a first message are the text already."""
    return (texts.KEPT_TEXT,) if content.text else ()


def number_hint(text: str) -> tuple[str, ...]:
    """A warning where the text holds an identity or card number; nothing otherwise."""
    return (texts.PRIVATE_NUMBERS,) if _has_private_number(text) else ()


def _has_private_number(text: str) -> bool:
    masked = deidentify(text)
    return IDENTITY in masked or CARD in masked


def _contact(content: DraftContent, words: str) -> Moved:
    """Name and phone out of what was typed; what is told besides is dropped, or where it is long added to the text."""
    if read.declines(words):
        return _next(content, Step.CONTACT)
    found = read_contact(words)
    told = found.rest if found is not None else words
    added = _added(content, words) if len(told) > TARGET_CHARACTERS // 2 else None
    dropped = (texts.PRIVATE_DROPPED,) if added is None and _has_private_number(words) else ()
    hints = (texts.TEXT_ADDED, *number_hint(words)) if added is not None else dropped
    if found is not None:
        return _with_contact(added or content, found, Step.CONTACT, *hints)
    return Moved(added or content, Step.CONTACT, hints or (texts.NOT_A_CONTACT,))


def _with_contact(content: DraftContent, found: Contact, step: Step, *hints: str) -> Moved:
    said = [texts.CONTACT_TAKEN] if found.phone or content.phone else []
    if content.anonymous:
        said.append(texts.NOT_NOW_ANONYMOUS)
    known = content.having(name=found.name or content.name, phone=found.phone or content.phone, anonymous=False)
    if step is Step.CONTACT and known.phone is None:
        return Moved(known, step, (*said, *hints))
    return Moved(known, Step.CONFIRM if step is Step.CONTACT else step, (*said, *hints))


def _more(content: DraftContent, step: Step, words: str) -> Turn:
    """After the text, words are more of it; a bare phone number, with or without a name, is the contact."""
    if step is Step.CONFIRM and read.agrees(words) and complete(content):
        return File()
    if read.declines(words):
        return _skip(content, step)
    found = None if content.anonymous else read_contact(words)
    if found is not None and found.phone is not None and not found.rest:
        return _with_contact(content, found, step, *((texts.PRIVATE_DROPPED,) if _has_private_number(words) else ()))
    if not read.has_words(words) or read.agrees(words):
        return Moved(content, step)
    kept = _added(content, words)
    if kept is None:
        return Moved(content, step, (texts.too_long(),))
    return Moved(kept, step, (texts.TEXT_ADDED, *number_hint(words)))


def _added(content: DraftContent, words: str) -> DraftContent | None:
    """The text with these words as its next paragraph; ``None`` where it would become too long."""
    text = f"{content.text}\n{words}" if content.text else words
    return None if len(text) > MAX_TEXT else content.having(text=text)


def _next(content: DraftContent, step: Step, *said: str) -> Moved:
    return Moved(content, after(content, step), said)
