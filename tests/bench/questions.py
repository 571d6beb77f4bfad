"""What the citizens of the benchmark ask: questions of the base's own, and questions that no two of them share."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from importlib.resources import files

import orjson

from knowledge.text.normalise import normalise

SEED = 20_261_123
ZIPF_EXPONENT = 1.0  # of searches of the public; the first question of 850 is then every seventh message
SHORTEST_TO_DAMAGE = 6  # signs; of a shorter question a slip leaves nothing to find
# Who asks and where from: neither is politeness, so no two of these become one question when normalised.
WHO = ("学校", "医院", "街道办", "乡镇", "图书馆", "研究所", "文化馆", "幼儿园", "服务中心", "博物馆", "水文站", "林场")
HOW = ("我们{who}的，{asked}", "{who}这边{asked}", "{asked}，我是{who}的会计", "替{who}问下{asked}", "{who}{asked}")


def base_questions() -> list[str]:
    """Every question and paraphrase of the starter base, each once, in its order."""
    source = (files("knowledge.faq") / "data" / "starter.jsonl").read_text(encoding="utf-8")
    rows = [orjson.loads(line) for line in source.splitlines()]
    return list(dict.fromkeys(asked for row in rows for asked in (row["question"], *row["paraphrases"])))


def zipf(questions: Sequence[str], count: int, *, seed: int = SEED) -> list[str]:
    """Few are asked often, many seldom: the n-th most wanted with a weight of 1/n; which they are is drawn by lot."""
    lot = random.Random(seed)
    ranked = lot.sample(questions, len(questions))
    weights = [1 / rank**ZIPF_EXPONENT for rank in range(1, len(ranked) + 1)]
    return lot.choices(ranked, weights, k=count)


def distinct(questions: Sequence[str], *, seed: int = SEED) -> Iterator[str]:
    """Endless, and no two have one normal form, nor that of the base: told by somebody, often with a slip in it."""
    lot = random.Random(seed)
    seen = {normalise(asked) for asked in questions}
    for _ in itertools.count():
        asked = lot.choice(HOW).format(who=lot.choice(WHO), asked=_slip(lot.choice(questions), lot))
        form = normalise(asked)
        if form not in seen:
            seen.add(form)
            yield asked


def _slip(asked: str, lot: random.Random) -> str:
    """One sign left out or typed twice in two of three questions."""
    if len(asked) < SHORTEST_TO_DAMAGE or lot.random() < 1 / 3:
        return asked
    at = lot.randrange(len(asked))
    return asked[:at] + asked[at + 1 :] if lot.random() < 0.5 else asked[:at] + asked[at] + asked[at:]
