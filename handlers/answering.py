"""How every topic says something: choices one can tap or type by number, long answers in pieces behind “更多”."""

from __future__ import annotations

from collections.abc import Sequence

from bot.links import menu_link, paginate
from bot.replies import TEXT_LIMIT_BYTES, Text
from handlers.context import Context
from handlers.conversation import Choice, Conversation
from handlers.texts import common as texts
from handlers.texts.catalogue import CATALOGUE, filled

MAX_CHOICES = 9  # one digit picks one
_MORE = texts.MORE_FOLLOWS.format(more=menu_link(texts.MORE, texts.MORE))
_PIECE_BYTES = TEXT_LIMIT_BYTES - len(_MORE.encode())


def told(context: Context, name: str, **values: str) -> str:
    """The sentence of this name in ``catalogue``: in the bureau's own words where it has some."""
    sentence = CATALOGUE[name]
    own = context.services.sentences.of(name, context.account.name)
    return filled(sentence, sentence.default if own is None else own, values)


def say(context: Context, text: str, choices: Sequence[Choice] = ()) -> Text:
    """The text with its choices under it. What was offered and talked of before is forgotten: call it once a message.

    At most nine choices are shown. Of a text that is too long the first piece is said; the rest waits for “更多”.
    """
    talk = context.conversation
    talk.choices = list(choices[:MAX_CHOICES])
    talk.about_institution = False
    whole = _whole(text, talk.choices)
    talk.rest = [whole] if _fits(whole) else paginate(whole, _PIECE_BYTES)
    return next_piece(talk) or Text(texts.NOTHING_MORE)


def fits(text: str, choices: Sequence[Choice] = ()) -> bool:
    """Whether ``say`` would say all of it at once."""
    return _fits(_whole(text, choices[:MAX_CHOICES]))


def say_before(context: Context, text: str, reply: Text) -> Text:
    """Another text put before what ``say`` just made; what no longer fits waits for “更多”, the choices stay."""
    talk = context.conversation
    whole = "\n\n".join(part for part in (text.strip(), reply.content.removesuffix(_MORE)) if part)
    talk.rest = [whole] if not talk.rest and _fits(whole) else [*paginate(whole, _PIECE_BYTES), *talk.rest]
    return next_piece(talk) or reply


def next_piece(talk: Conversation) -> Text | None:
    """The next unread piece of a long answer; ``None`` when all is read. The choices stay as they were."""
    if not talk.rest:
        return None
    piece, *talk.rest = talk.rest
    return Text(piece + _MORE if talk.rest else piece)


def _whole(text: str, choices: Sequence[Choice]) -> str:
    return "\n\n".join(part for part in (text.strip(), _numbered(choices)) if part)


def _fits(whole: str) -> bool:
    return len(whole.encode()) <= TEXT_LIMIT_BYTES


def _numbered(choices: Sequence[Choice]) -> str:
    lines = (f"{n}. {menu_link(choice.label, choice.content)}" for n, choice in enumerate(choices, start=1))
    return "\n".join(lines)
