"""The routers of look-ups.

Both stand before the FAQ, which answers everything. ``router_explicit`` takes what says that it looks something up
(codes, “查一下XX”, “XX电话多少”, a place) and what leans on the card shown last; ``router_name`` takes a text that is
nothing but a name. Either declines whatever it is not sure of, so a question about procedures is never taken for an
institution.
"""

from __future__ import annotations

import re

from bot.messages import LocationMessage, UnreadablePlace
from bot.replies import Reply
from bot.router import Asked, Router
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.institutions import finding, naming
from handlers.institutions.shapes import MAX_BARE_NAME
from handlers.institutions.showing import (
    ask_which,
    content,
    onward,
    say_of,
    show,
    show_found,
    shown_last,
    talked_of,
)
from handlers.texts import institutions as texts
from knowledge.institutions.cards import InstitutionCard
from knowledge.institutions.codes import read_certificate_number, read_code
from knowledge.institutions.hits import Hit
from knowledge.institutions.sentences import leaning, name_in

MAX_NEIGHBOURS = 5
NEARBY_METRES = 50_000  # about a county's width; further away is no neighbour
MAX_CODE_TEXT = 60  # a code in a longer text is part of a story
MAX_LEANING = 30  # signs; who leans on the last card is brief

# Of a kind that a card is of, by what its name may say.
_OF_KIND = {
    "医院": re.compile(r"医|卫生|保健|急救|疗养"),
    "学校": re.compile(r"学|幼儿园|校"),
    "馆": re.compile(r"馆"),
}
_ANY_KIND = frozenset(["", "单位", "机构", "地方"])
# Asked without a name these are more often our own office's: where to complain, where to register.
_OUR_OWN = re.compile(r"投诉|举报|登记机关|登记管理机关")

router_explicit: Router[Context] = Router("institutions.explicit")
router_name: Router[Context] = Router("institutions.name")


@router_explicit.text(rf".{{12,{MAX_CODE_TEXT}}}")
def by_number(asked: Asked, context: Context) -> Reply | None:
    """A credit code, slips repaired, or the number of an old certificate; declines where there is neither."""
    note, number = read_code(asked.content), read_certificate_number(asked.content)
    if note is None and number is None:
        return None
    found = context.services.institutions.look_up(asked.content, region=context.account.region)
    if found.kind == "one":
        return show(context, found.hits[0], lead=texts.code_remarks(note) if note else "")
    if found.kind == "several":
        return ask_which(context, found.hits, head=texts.code_suggested(note) if note else texts.WHICH)
    return say(context, texts.code_not_found(note) if note else texts.certificate_not_found(number or ""))


@router_explicit.text(r"单位编号\s*(?P<id>[0-9a-f-]{36})")
def by_id(asked: Asked, context: Context) -> Reply | None:
    """What a choice sends for an institution without a code."""
    card = context.services.institutions.get(asked["id"])
    return show(context, Hit(card, 1.0, "name")) if card else None


@router_explicit.text(r"(?:它的)?(?:年度报告|年报)")
def annual_report(asked: Asked, context: Context) -> Reply | None:
    """After a card; the bare word without one is a question for the FAQ."""
    pointing = asked.content.startswith("它")
    card = shown_last(context) if pointing else talked_of(context)
    if card is None:
        return say(context, texts.FORGOTTEN) if pointing else None
    return say_of(context, card, texts.annual_report(card), onward(card)[1:])


@router_explicit.text(r"导航(?:去那里|去|到那里)?|(?:去那里)?怎么走|在地图上看")
def navigate(asked: Asked, context: Context) -> Reply | None:
    pointing = asked.content.startswith("导航")
    card = shown_last(context) if pointing else talked_of(context)
    if card is None:
        return say(context, texts.FORGOTTEN) if pointing else None
    return say_of(context, card, texts.map_link(card) if card.located else texts.no_place(card))


@router_explicit.message(LocationMessage)
def nearby(message: LocationMessage, context: Context) -> Reply:
    found = context.services.institutions.nearest(message.latitude, message.longitude, limit=MAX_NEIGHBOURS)
    if not found:
        return say(context, texts.NOWHERE)
    near = [one for one in found if one[1] <= NEARBY_METRES]
    if not near:
        return say(context, texts.NOTHING_NEAR.format(kilometres=NEARBY_METRES // 1000))
    return say(
        context, texts.NEARBY, [Choice(texts.distance_label(card, metres), content(card)) for card, metres in near]
    )


@router_explicit.message(UnreadablePlace)
def unreadable_place(message: UnreadablePlace, context: Context) -> Reply:
    return say(context, texts.PLACE_UNREADABLE)


@router_explicit.text(rf".{{1,{MAX_LEANING}}}")
def about_the_last(asked: Asked, context: Context) -> Reply | None:
    """“电话多少” after a card is asked of that card, which answers from its public fields or says that it has none."""
    asks = leaning(asked.content) if context.conversation.institution else None
    if asks is None:
        return None
    # 那家医院 is the one shown last whatever else was said since; 电话呢 and 它 are what was spoken of last.
    card = talked_of(context) if asks.kind in _ANY_KIND else shown_last(context)
    if card is None or not _of_kind(card, asks.kind):
        return None
    if not asks.pointing and _OUR_OWN.search(asked.content):
        return None
    said = texts.aspect(card, asks.aspect)
    if said is None:
        return show(context, Hit(card, 1.0, "name"))
    return say_of(context, card, f"{said}\n{texts.updated(card)}", onward(card))


@router_explicit.text(r".{2,120}")
def by_question(asked: Asked, context: Context) -> Reply | None:
    """“查一下XX”, “XX电话多少”, “XX是事业单位吗”; declines unless XX is found, or is clearly looked up as a name."""
    inside = name_in(asked.content)
    if inside is None:
        return None
    local = inside.aspect != "is_public_institution"  # of a kind that is a matter of principle: the FAQ's
    found = finding.looked_up(context, inside.name, local=local)
    if found.kind == "one":
        return show_found(context, found, inside.name, asked=inside.aspect)
    exact = bool(found.hits) and found.hits[0].exact
    if not exact and (answer := by_full_name(asked, context)) is not None:
        return answer
    heard = found if exact else finding.misspelt(context, inside.name)
    if heard.kind != "none" and not (found.hits and found.hits[0].complete):
        return ask_which(context, heard.hits)
    if found.kind == "several" and finding.worth_asking(found, inside.name):
        return ask_which(context, found.hits)
    missing = finding.says_name(inside) or finding.asks_for_stranger(inside, asked.content, context)
    return say(context, texts.not_found(inside.name, inside.aspect)) if missing else None


@router_explicit.text(r".{6,120}")
def by_full_name(asked: Asked, context: Context) -> Reply | None:
    """A registered name in full within other words; declines where these are the base's matter."""
    found = naming.named_in_full(context, asked.content)
    aspect = naming.asked_beside(context, found) if found else None
    if found is None or aspect is None:
        return None
    hit = naming.hit_of(context, found)
    lead = texts.only_registered(hit.institution) if aspect == "card" and naming.asks_more(found) else ""
    return show(context, hit, asked=aspect, lead=lead)


@router_name.text(rf".{{2,{MAX_BARE_NAME}}}")
def by_name(asked: Asked, context: Context) -> Reply | None:
    """The text is a name and nothing else (see ``confident_name``), or one that is nowhere and said to be missing."""
    found = finding.bare(context, asked.content)
    if found is not None and found.kind == "one":
        return show_found(context, found, asked.content)
    if found is None or not found.hits[0].complete:
        heard = finding.misspelt(context, asked.content)
        found = heard if heard.kind != "none" else found
    if found is not None:
        return ask_which(context, found.hits)
    missing = finding.is_strange_name(asked.content, context)
    return say(context, texts.not_found(asked.content, "card")) if missing else None


def _of_kind(card: InstitutionCard, kind: str) -> bool:
    """Whether a card may be called so: 那家医院 is no library."""
    if kind in _ANY_KIND or kind in card.name:
        return True
    return kind in _OF_KIND and _OF_KIND[kind].search(card.name) is not None
