"""有用 and 没用 under every answer. A tap says which entry and which version of the base, however late it comes.

WeChat does not promise to give a link's id back, so the words that the tap sends carry it: 没用（ZS04@12）.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.links import menu_link
from handlers.context import Context
from handlers.faq.records import record
from handlers.texts import faq as texts

Verdict = Literal["useful", "useless"]

KEPT_RATINGS = 20  # in the talk; nobody rates more answers in half an hour
_BETWEEN = "+"  # entries of one message that answered several questions
TAPPED = rf"(?P<word>{texts.USEFUL_WORD}|{texts.USELESS_WORD})\s*[（(](?P<entries>.+)@(?P<version>[^@（）()]+)[）)]"


def rating_line(entries: Sequence[str], version: str) -> str:
    """The line with the two taps."""
    words = (texts.USEFUL_WORD, texts.USELESS_WORD)
    links = [menu_link(word, f"{word}（{_BETWEEN.join(entries)}@{version}）") for word in words]
    return texts.RATE.format(useful=links[0], useless=links[1])


def rate(context: Context, verdict: Verdict, *, entries: Sequence[str], version: str) -> bool:
    """Counts it once for each entry; ``False`` where all of it was said before. What the base lacks is not counted.

    The question is kept with it where the talk still knows it.
    """
    talk = context.conversation
    new = [entry for entry in entries if f"{verdict} {entry}@{version}" not in talk.rated]
    for entry in new:
        if context.services.faq.entry(entry) is None:
            continue
        last = talk.said is not None and (talk.said.entry, talk.said.version) == (entry, version)
        text = talk.said.question if talk.said is not None and last and verdict == "useless" else ""
        record(context, text=text, decision=verdict, entry_id=entry, version=version)
        talk.rated = [*talk.rated, f"{verdict} {entry}@{version}"][-KEPT_RATINGS:]
    return bool(new)


def tapped_entries(context: Context, listed: str) -> list[str]:
    """The ids of a tap; an id may itself hold the sign between two."""
    return [listed] if context.services.faq.entry(listed) else listed.split(_BETWEEN)
