"""What is said of an institution: its card, one field of it, or the choice between several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.replies import Reply
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.institutions.shapes import is_kind_word
from handlers.texts import institutions as texts
from knowledge.institutions.cards import InstitutionCard
from knowledge.institutions.hits import Hit, Lookup
from knowledge.institutions.places import INSIDE, closeness
from knowledge.institutions.sentences import Aspect

MAX_CHOICES = 3  # besides 都不是; more is a list nobody reads on a phone


def show(context: Context, hit: Hit, *, asked: Aspect = "card", lead: str = "") -> Reply:
    """The card, and what can be done from it. Remembered as the institution that the talk is about."""
    card = hit.institution
    parts = (lead, _known_by(context, hit), texts.aspect(card, asked) or "", texts.card(card))
    return say_of(context, card, "\n\n".join(part for part in parts if part), onward(card))


def _known_by(context: Context, hit: Hit) -> str:
    """The line on another name than the registered one; nothing where it was called by that."""
    if not hit.matched_name:
        return ""
    became = context.services.institutions.became(hit.institution.id, hit.matched_name)
    former = hit.matched_on == "former_name"
    return texts.matched(hit.institution, hit.matched_name, former=former, became=became)


def show_found(context: Context, found: Lookup, typed: str, *, asked: Aspect = "card") -> Reply:
    """The one that was found; where it was not typed by its name, with the line that says how it was found."""
    hit, lead = found.hits[0], ""
    if hit.matched_on == "address":
        lead = texts.taken_by_address(hit.institution, typed)
    elif is_kind_word(typed) and not hit.exact:
        at_home = closeness(hit.institution.region, context.account.region) == INSIDE
        lead = texts.taken_in_area(hit.institution, typed, at_home=at_home)
        hit = replace(hit, matched_name=None)  # one line on how it was found is enough
    return show(context, hit, asked=asked, lead=lead)


def say_of(context: Context, card: InstitutionCard, text: str, choices: Sequence[Choice] = ()) -> Reply:
    """Says it, and what names nothing from now on leans on this institution."""
    reply = say(context, text, choices)
    context.conversation.institution = card.id
    context.conversation.about_institution = True
    return reply


def onward(card: InstitutionCard) -> list[Choice]:
    choices = [Choice(texts.ANNUAL_REPORT, texts.ANNUAL_REPORT_CONTENT)]
    if card.located:
        choices.append(Choice(texts.NAVIGATE, texts.NAVIGATE_CONTENT))
    return [*choices, Choice(texts.ABOUT_IT, texts.ABOUT_IT_CONTENT)]


def ask_which(context: Context, hits: Sequence[Hit], *, head: str = "") -> Reply:
    """Up to three to choose from. Beside one that holds all that was typed none is offered that contradicts it."""
    head = head or (texts.WHICH_AT_ADDRESS if hits[0].matched_on == "address" else texts.WHICH)
    fitting = hits[0].complete and not hits[0].doubtful
    cards = [hit.institution for hit in hits if not (fitting and hit.doubtful)][:MAX_CHOICES]
    choices = [Choice(texts.label(card), content(card)) for card in cards]
    return say(context, head, [*choices, Choice(texts.NONE_OF_THESE, texts.NONE_OF_THESE)])


def content(card: InstitutionCard) -> str:
    """What a tap sends so that exactly this one is shown: namesakes share their name."""
    return card.credit_code or f"单位编号 {card.id}"


def shown_last(context: Context) -> InstitutionCard | None:
    shown = context.conversation.institution
    return context.services.institutions.get(shown) if shown else None


def talked_of(context: Context) -> InstitutionCard | None:
    """The institution that was spoken of last, where nothing else was since."""
    return shown_last(context) if context.conversation.about_institution else None
