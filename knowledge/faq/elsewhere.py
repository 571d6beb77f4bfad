"""Matters of other offices: 社保卡怎么补办 is no question about a lost certificate of ours. It is told where to go.

Only where the base itself does not speak of the matter, and the question names nothing of ours beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.text.normalise import surface

FILE = Path(__file__).with_name("data") / "elsewhere.tsv"

# What only this office handles: a question that names it beside another office's matter may well be ours.
_OURS = re.compile(
    r"事业单位|机构|编制|编办|编委|法人|登记管理|年度报告|举办单位|开办资金|实名制|网上名称|中文域名|挂标|标识|党政|机关|赋码"
    r"|信用代码|12310|单位名称|宗旨|入编|出编|用编|上编|下编|减编|在编|编外|年报|法定代表人"
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """``matter`` as people name it; ``office`` that handles it. ``hotline``: empty where no number is its own."""

    matter: str
    office: str
    hotline: str


def elsewhere(form: str, spoken_of: Iterable[str]) -> Elsewhere | None:
    """Whose matter it is, where it is another office's.

    ``form``: the question in normal form. ``spoken_of``: the forms of all that the base could offer; what they speak of
    is the base's own.
    """
    solid = form.replace(" ", "")
    pattern, offices = _matters()
    named = list(dict.fromkeys(pattern.findall(solid)))
    if not named or _OURS.search(pattern.sub(" ", solid)):  # 公司年报 is not ours, 年报 beside 社保 is
        return None
    known = [known.replace(" ", "") for known in spoken_of]
    return next((offices[phrase] for phrase in named if not any(phrase in each for each in known)), None)


@cache
def _matters() -> tuple[re.Pattern[str], dict[str, Elsewhere]]:
    """A pattern for all phrases, the longest first, and whose each is."""
    offices: dict[str, Elsewhere] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            matter, office, hotline, phrases = line.split("\t")
            offices.update((surface(phrase), Elsewhere(matter, office, hotline)) for phrase in phrases.split(","))
    ordered = sorted(offices, key=lambda phrase: (-len(phrase), phrase))
    return re.compile("|".join(map(re.escape, ordered))), offices
