"""A question that names a registered institution in full: what is asked beside the name decides whose it is."""

from __future__ import annotations

from handlers.context import Context
from handlers.institutions.shapes import FAQ_KIND, MATTER
from knowledge.institutions.hits import Hit
from knowledge.institutions.inside import Inside, registered_inside
from knowledge.institutions.sentences import Aspect, leaning, plain_signs, unframed

_PARTICLES = "那么呢的是 "  # 那示例县图书馆呢 asks for no more than the name does
SHORTEST_REST = 3  # signs that a question without its name must have to be one


def named_in_full(context: Context, words: str) -> Inside | None:
    found = registered_inside(context.services.institutions.index, words)
    return None if found is None or FAQ_KIND.search(words[found.start : found.end]) else found


def asked_beside(context: Context, found: Inside) -> Aspect | None:
    """What of the institution the rest asks for, ``card`` where the base has nothing for it either; ``None`` where it
    is the base's matter."""
    if (leans := leaning(found.rest)) is not None:
        return leans.aspect
    if not asks_more(found):
        return "card"
    if MATTER.search(plain_signs(found.rest)):
        return None
    decision = context.services.faq.decide(found.rest, region=context.account.region, now=context.now)
    unsure = decision.kind in ("choices", "none") and not decision.settled and not decision.elsewhere
    return "card" if unsure else None


def asks_more(found: Inside) -> bool:
    """Whether anything is said beside the name but 请问 and 谢谢."""
    plain = plain_signs(found.rest)
    return bool(plain[slice(*unframed(plain))].strip(_PARTICLES))


def hit_of(context: Context, found: Inside) -> Hit:
    card = context.services.institutions.index.card(found.surface.owner)
    return Hit(card, 1.0, "name", exact=True, complete=True)


def without_name(context: Context, question: str) -> str:
    """The question as the base should read it: without the institution's name, where it is surer of it so.

    “示例县第一中学改名要什么材料” is to the base 改名要什么材料: the name only draws it away.
    """
    found = named_in_full(context, question)
    if found is None or len(found.rest) < SHORTEST_REST:
        return question
    faq, region, now = context.services.faq, context.account.region, context.now
    whole = faq.decide(question, region=region, now=now)
    if whole.kind in ("answer", "sensitive") or whole.chitchat is not None or whole.settled:
        return question
    bare = faq.decide(found.rest, region=region, now=now)
    surer = bare.kind in ("answer", "sensitive") or bare.elsewhere is not None or bare.confidence > whole.confidence
    return found.rest if surer else question
