"""One text, read: its normal form, its signs and words, what it asks for, and which kind of thing it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from sys import intern

from knowledge.search.lexicon import Lexicon, longest_first
from knowledge.text.normalise import normalise
from knowledge.text.pinyin import sounds
from knowledge.text.words import Segmenter

# A question is read once for small talk, several questions and the answer; the base's own texts are kept on disk.
KEPT_READINGS = 4096

PASSAGE_SIGNS = 40  # tuning data: single sentences gain nothing over this and are more to compare with
LONG_WORD = 4  # signs; from here on a word is made of words: 事业单位法人证书

_CHOICE_OF_TWO = re.compile(r"(.)[不没]\1|是否|能否|可否|有没有")  # 能不能 asks, it does not deny
_DENIAL = re.compile(r"不|没|未|无|非|免|勿|拒")
_SENTENCE = re.compile(r"[^。；;！!？?\n]+[。；;！!？?\n]*")
_NUMBER = re.compile(r"\d+")


# A denial with the verbs of need and leave behind it, and the two signs that it denies: 不用[公开], 没有[丢失].
_NEGATED = re.compile(
    r"(?:不|没有?|未|无|非|免|勿|拒)(?:需要?|用|必|能|可以?|要|应当?|得|须|是|再|予|会|曾|经|只)*(?P<denied>[\u4e00-\u9fff]{2})"
)


def negated(form: str) -> frozenset[str]:
    """The first two signs of whatever a normal form without spaces denies."""
    return frozenset(found["denied"] for found in _NEGATED.finditer(_CHOICE_OF_TWO.sub("", form)))


def without_negated(form: str) -> str:
    """What it says without denying it."""
    return _NEGATED.sub(" ", form)


def numbers_in(form: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(form))


def without_numbers(form: str) -> str:
    return _NUMBER.sub("", form)


def without_denials(form: str) -> str:
    return _DENIAL.sub("", form)


@dataclass(frozen=True, slots=True)
class Reading:
    """``signs``: single signs and pairs. ``words``: words, a synonym as the word that stands for it.

    ``matter``: the words left when the phrases that only ask are taken away. ``concepts``: what it speaks of, in a
    word or a word akin to it. ``kinds``: (group, value) of contrasts;
    ``bare``: the form without the phrases that name one. ``sounds``: pairs of syllables.
    """

    form: str
    bare: str
    signs: frozenset[str]
    words: frozenset[str]
    matter: frozenset[str]
    aspects: frozenset[str]
    concepts: frozenset[str]
    kinds: frozenset[tuple[str, str]]
    numbers: frozenset[str]
    denies: bool
    sounds: frozenset[str]


class Reader:
    """Reads texts with one lexicon and one segmenter; remembers what it read.

    ``known``: a reader with part of these words, whose dictionary is copied rather than read again.
    """

    def __init__(self, lexicon: Lexicon, *, cache_folder: Path, known: Reader | None = None) -> None:
        self.lexicon = lexicon
        self.segmenter: Segmenter = Segmenter(
            lexicon.vocabulary, cache_folder=cache_folder, known=None if known is None else known.segmenter
        )
        self._aspects = longest_first(lexicon.aspects)
        self._concept_phrases = longest_first(lexicon.concepts)
        self._contrasts = longest_first(lexicon.contrasts)
        self.read = lru_cache(KEPT_READINGS)(self._read)

    def _read(self, text: str) -> Reading:
        form = normalise(text)
        solid = form.replace(" ", "")
        asked = self._aspects.findall(solid)
        spoken_of = self._concept_phrases.findall(solid)
        cut = self.segmenter.words(form)
        words = self._concepts(cut)
        heard = sounds(solid)
        return Reading(
            form=form,
            bare=self._contrasts.sub("", solid),
            signs=frozenset(map(intern, _ones_and_pairs(solid))),
            words=words,
            matter=self._concepts(word for word in cut if not self.lexicon.aspects.get(word)) or words,
            aspects=frozenset(aspect for phrase in asked for aspect in self.lexicon.aspects[phrase]),
            concepts=frozenset(concept for phrase in spoken_of for concept in self.lexicon.concepts[phrase]),
            kinds=frozenset(self.lexicon.contrasts[phrase] for phrase in self._contrasts.findall(solid)),
            numbers=numbers_in(solid),
            denies=bool(_DENIAL.search(_CHOICE_OF_TWO.sub("", solid))),
            sounds=frozenset(map(intern, (f"{a}_{b}" for a, b in pairwise(heard)))),
        )

    def unasked(self, text: str) -> str:
        """Its normal form without the phrases that only ask: what is left is its matter."""
        return self._aspects.sub(self._without_asking, self.read(text).form.replace(" ", ""))

    def asking(self, text: str) -> str:
        """The phrases of it that only ask, in order."""
        found = self._aspects.findall(self.read(text).form.replace(" ", ""))
        return "".join(phrase for phrase in found if self.lexicon.aspects[phrase])

    def _without_asking(self, found: re.Match[str]) -> str:
        return "" if self.lexicon.aspects[found[0]] else found[0]

    def with_kinds_of(self, said: str, text: str) -> str:
        """``text`` with the kinds that ``said`` names: 注销, 设立登记要多久 → 注销要多久.

        Each group is named once; other groups stay.
        """
        contrasts, seen = self.lexicon.contrasts, set[str]()
        instead = {contrasts[phrase][0]: phrase for phrase in self._contrasts.findall(normalise(said))}

        def renamed(found: re.Match[str]) -> str:
            group, again = contrasts[found[0]][0], contrasts[found[0]][0] in seen
            seen.add(group)
            return ("" if again else instead[group]) if group in instead else found[0]

        return self._contrasts.sub(renamed, normalise(text).replace(" ", ""))

    def _concepts(self, words: Iterable[str]) -> frozenset[str]:
        """Each word as the one that stands for it, and the shorter words inside a long one."""
        found: set[str] = set()
        for word in words:
            concept = intern(self.lexicon.synonyms.get(word, word))
            found.add(concept)
            if len(concept) >= LONG_WORD:
                found.update(self.segmenter.parts(concept))
        return frozenset(found)


def passages(text: str) -> list[str]:
    """Sentences, short ones put together: what a question is compared with instead of a whole answer."""
    found, passage = [], ""
    for sentence in _SENTENCE.findall(text):
        passage += sentence
        if len(passage) >= PASSAGE_SIGNS:
            found.append(passage)
            passage = ""
    return [*found, passage] if passage.strip() else found


def _ones_and_pairs(solid: str) -> list[str]:
    return [*solid, *(solid[at : at + 2] for at in range(len(solid) - 1))]
