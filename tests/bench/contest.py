"""The product and its rivals over the same texts and the same questions, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from tests.bench.rivals import RIVALS, sign_pairs, words
from tests.bench.trial import Built, Cost, Outcome, Question, apart, built_at_cost, measured

OURS = "bianshitong"
Tell = Callable[[str], None]
Build = Callable[[Path], Built]


@dataclass(frozen=True, slots=True)
class Text:
    """``owner``: what a hit on this text answers, an entry's id or a name."""

    text: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """``folder`` holds the product's database; rivals are handed the texts. ``seconds``: for each one's questions."""

    folder: Path
    ours: Build
    texts: Sequence[Text]
    by_words: bool
    questions: Sequence[Question]
    seconds: float

    def run(self, *, tell: Tell, rivals: Sequence[str] = tuple(RIVALS)) -> list[Outcome]:
        """The product first."""
        place = self.folder / "texts.json"
        place.write_bytes(orjson.dumps([(text.text, text.owner) for text in self.texts]))
        outcomes = [self._ours()]
        _show(outcomes[0], tell)
        for name in rivals:
            outcomes.append(apart(_rival, name, place, self.by_words, self.questions, self.seconds))
            _show(outcomes[-1], tell)
        return outcomes

    def _ours(self) -> Outcome:
        """Built in one process, then opened and asked in another, as the processes of a host share what one built."""
        cost = apart(_built, self.ours, self.folder)
        return replace(apart(_asked, self.ours, self.folder, self.questions, self.seconds), build=cost)


def _built(build: Build, folder: Path) -> Cost:
    return built_at_cost(lambda: build(folder))[1]


def _asked(build: Build, folder: Path, questions: Sequence[Question], seconds: float) -> Outcome:
    return measured(OURS, lambda: build(folder), questions, seconds=seconds)


def _rival(name: str, place: Path, by_words: bool, questions: Sequence[Question], seconds: float) -> Outcome:
    texts, owners = zip(*orjson.loads(place.read_bytes()), strict=True)
    tokens = words if by_words else sign_pairs

    def build() -> Built:
        rival = RIVALS[name](texts, tokens)

        def best(query: str) -> str | None:
            found = rival.best(query)
            return None if found is None else owners[found]

        return Built(best)

    if by_words:
        tokens("预热")  # jieba reads its dictionary once; that is no part of an index
    return measured(name, build, questions, seconds=seconds)


def _show(outcome: Outcome, tell: Tell) -> None:
    tell(
        f"  {outcome.name:20} p50 {outcome.cpu.p50 * 1000:9.2f} ms  p99 {outcome.cpu.p99 * 1000:9.2f} ms (CPU)  "
        f"top-1 {outcome.right:.2f}  of {outcome.asked}  built in {outcome.build.cpu:.1f} s (CPU)"
    )
