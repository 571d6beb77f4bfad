"""Which institutions a text may mean, and whether they are sure enough to be shown or offered."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import Context
from handlers.institutions.shapes import (
    DIGIT,
    FAQ_KIND,
    GUARDED,
    MAX_BARE_NAME,
    NAME_END,
    NAME_OF_AN_OFFICE,
    NO_BARE_NAME,
    ONE_NEARBY_KIND,
    ONLY_A_KIND,
    OURS,
    QUESTION,
    SHORTEST_STRANGE_NAME,
    is_kind_word,
)
from knowledge.institutions.addresses import looks_like_address
from knowledge.institutions.hits import SURE, Lookup
from knowledge.institutions.letters import in_letters, read_letters, respelled
from knowledge.institutions.names import spelled_keys
from knowledge.institutions.places import INSIDE, closeness
from knowledge.institutions.sentences import AskedName, Aspect, names_nothing
from knowledge.institutions.service import InstitutionService

PLACE_ASPECTS: tuple[Aspect, ...] = ("phone", "address", "contact")  # who asks these has one institution in mind
MAX_MISSPELT = 20  # signs; a longer text with a wrong sign is found by its other signs
_NONE = Lookup("none")


def confident_name(context: Context, content: str) -> bool:
    """Whether ``router_name`` would take this text: it asks nothing, and the register has it (nearly) word for word.

    One name, alias or former name spelled so, or one that is clearly meant; or, for a text that ends like a name,
    several that hold every sign of it in order or come close to it.
    """
    return bare(context, content.strip()) is not None


def bare(context: Context, content: str) -> Lookup | None:
    if not 1 < len(content) <= MAX_BARE_NAME or QUESTION.search(content) or names_nothing(content):
        return None
    if not NAME_END.fullmatch(content) and not may_be_name(context.services.institutions, content):
        return None
    found = looked_up(context, content, local=True)
    if found.kind == "one":
        best = found.hits[0]
        return found if best.exact or best.complete or NAME_END.fullmatch(content) else None
    return found if found.kind == "several" and worth_asking(found, content) else None


def may_be_name(institutions: InstitutionService, content: str) -> bool:
    """Whether a look-up could take a text that does not end like a name: all its signs stand in names, or it is an
    address, a kind or a number. With 34,000 names seven in ten of the Shenzhen bot's questions are let go here."""
    signs = institutions.index.sign_count
    if any(all(map(signs, key)) for key in spelled_keys(content)):
        return True
    return bool(looks_like_address(content) or is_kind_word(content) or DIGIT.search(content))


def looked_up(context: Context, name: str, *, local: bool) -> Lookup:
    """The look-up of a name. ``local``: a bare kind word means the account's own area, where that has one; else a word
    that is only a kind means none."""
    institutions, region = context.services.institutions, context.account.region
    found = _of_its_kind(institutions.look_up(name, region=region), name)
    exact = bool(found.hits) and found.hits[0].exact
    at_home = exact and closeness(found.hits[0].institution.region, region) == INSIDE
    if local and region and not at_home and is_kind_word(name):
        nearby = institutions.in_area(name, region=region)
        if nearby.kind != "none":
            return nearby
    return _NONE if ONLY_A_KIND.fullmatch(name) and not exact else found


def misspelt(context: Context, name: str) -> Lookup:
    """What is one wrong sign of the same sound away, or typed in pinyin letters: to be asked about, never answered.

    None where the base has an answer for the very signs that were typed.
    """
    letters = in_letters(name)
    texts = read_letters(name) if letters else [respelled(name)] if 1 < len(name) <= MAX_MISSPELT else []
    if not letters and (QUESTION.search(name) or not any(map(NAME_END.fullmatch, (name, *texts)))):
        return _NONE
    if not texts or any(map(names_nothing, texts)):
        return _NONE
    found = _of_the_sound(context, name, texts, letters=letters)
    return found if found.kind == "none" or not _base_means_it(context, name, letters=letters) else _NONE


def _of_the_sound(context: Context, name: str, texts: list[str], *, letters: bool) -> Lookup:
    for text in texts:
        if text != name and NAME_END.fullmatch(text):
            found = looked_up(context, text, local=True)
            if hits := tuple(hit for hit in found.hits if hit.exact or hit.complete):
                return replace(found, kind="several", hits=hits)
    sounding = [*texts] if letters else [name]
    heard = context.services.institutions.heard(sounding, region=context.account.region, by_sound_alone=letters)
    return _of_its_kind(heard, name)


def _base_means_it(context: Context, words: str, *, letters: bool) -> bool:
    """Whether the base knows these words as they stand; what it makes of them with slips mended counts for letters."""
    decision = context.services.faq.decide(words, region=context.account.region, now=context.now)
    if decision.kind == "sensitive" or decision.chitchat or decision.elsewhere or decision.settled:
        return True
    return decision.kind == "answer" and (letters or not decision.explanation.mended)


def _of_its_kind(found: Lookup, name: str) -> Lookup:
    """For 示例县公安局 not 示例县人民医院: of a guarded kind only what is one, or is known by the very name."""
    guarded = GUARDED.search(name)
    if guarded is None or found.kind == "none":
        return found
    hits = tuple(hit for hit in found.hits if hit.exact or GUARDED.search(hit.matched_name or hit.institution.name))
    if not hits:
        return _NONE
    return replace(found, hits=hits, kind=found.kind if hits[0] is found.hits[0] else "several")


def worth_asking(found: Lookup, name: str) -> bool:
    best = found.hits[0]
    return (
        best.exact
        or best.matched_on == "address"
        or bool(NAME_END.fullmatch(name) and (best.complete or best.confidence >= SURE))
    )


def says_name(inside: AskedName) -> bool:
    """Only of what was looked up in so many words, or ends like a name, may one say that it is not there."""
    named = bool(NAME_END.fullmatch(inside.name)) and not ONLY_A_KIND.fullmatch(inside.name)
    return named and (inside.explicit or inside.aspect == "is_public_institution")


def asks_for_stranger(inside: AskedName, words: str, context: Context) -> bool:
    """公安局地址: public, but neither in the register nor in the base, which would only offer what is unrelated."""
    named = NAME_OF_AN_OFFICE.fullmatch(inside.name) and not QUESTION.search(inside.name)
    wide = ONLY_A_KIND.fullmatch(inside.name) and not ONE_NEARBY_KIND.fullmatch(inside.name)
    if inside.aspect not in PLACE_ASPECTS or not named or wide or OURS.search(inside.name):
        return False
    return _base_is_unsure(words, context)


def is_strange_name(words: str, context: Context) -> bool:
    """中国人民大学附属中学, 公安局: a bare name that the register lacks, and no question that the base answers."""
    if not NAME_END.fullmatch(words) or QUESTION.search(words) or names_nothing(words):
        return False
    if NO_BARE_NAME.search(words) or OURS.search(words) or FAQ_KIND.search(words):
        return False
    kind_word = bool(ONLY_A_KIND.fullmatch(words)) or len(words) < SHORTEST_STRANGE_NAME
    if kind_word and not GUARDED.search(words):
        return False
    return _base_is_unsure(words, context)


def _base_is_unsure(words: str, context: Context) -> bool:
    decision = context.services.faq.decide(words, region=context.account.region, now=context.now)
    return decision.kind in ("choices", "none") and not decision.settled
