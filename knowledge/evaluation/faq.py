"""How well questions find their entries: exactly the code that answers citizens, and none of the labels."""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson

from knowledge.errors import KnowledgeError
from knowledge.evaluation.damage import damaged
from knowledge.evaluation.damage_kind import DamageKind
from knowledge.faq.decision import Decision
from knowledge.faq.entry import Entry
from knowledge.faq.files import check_file
from knowledge.faq.service import FaqService
from knowledge.text.words import Segmenter

INDEX_FOLDER = "evaluation"  # of the data folder: never the index that answers citizens
WORDS_FOLDER = "evaluation-words"


class EvaluationRefused(KnowledgeError):
    """Files that cannot be evaluated; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Query:
    """``right``: ids of which any is right; empty where nobody should answer."""

    text: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Prediction:
    query: str
    decision: str
    candidates: tuple[tuple[str, float], ...]
    milliseconds: float

    def as_row(self) -> dict[str, object]:
        return {
            "query": self.query,
            "decision": self.decision,
            "candidates": [{"id": entry_id, "confidence": sure} for entry_id, sure in self.candidates],
            "ms": round(self.milliseconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Share:
    """A figure with its counts: 3 of 4."""

    found: int
    of: int

    @property
    def value(self) -> float:
        return self.found / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.found}/{self.of})"


@dataclass(frozen=True, slots=True)
class FaqReport:
    """``top_1``, ``top_3``, ``resolved``, ``answered`` and ``answered_right`` over queries with an id, ``wrong`` over
    all, ``refused`` over queries without one. Milliseconds are of one decision, in this process."""

    entries: int
    queries: int
    top_1: Share
    top_3: Share
    resolved: Share
    answered: Share
    answered_right: Share
    wrong: Share
    refused: Share
    p50_ms: float
    p99_ms: float
    predictions: tuple[Prediction, ...]

    def rows(self) -> list[tuple[str, str]]:
        """Label and figure, in the order in which they are printed."""
        return [
            ("条目", str(self.entries)),
            ("问句", str(self.queries)),
            ("首位正确 top-1", str(self.top_1)),
            ("前三位含正确 top-3", str(self.top_3)),
            ("解决 resolved", str(self.resolved)),
            ("直接回答", str(self.answered)),
            ("直接回答且正确", str(self.answered_right)),
            ("答错 wrong", str(self.wrong)),
            ("无答案者未乱答", str(self.refused)),
            ("用时 p50 / p99", f"{self.p50_ms:.2f} / {self.p99_ms:.2f} ms"),
        ]


def evaluate_faq(
    knowledge: Path,
    queries: Path | None,
    *,
    leave_one_out: bool,
    predictions: Path | None,
    data_dir: Path,
    now: datetime,
    damage: DamageKind | None = None,
) -> FaqReport:
    """Asks each query of a base made of this file alone. ``leave_one_out`` takes the place of ``queries``.

    ``damage``: each query is asked with one slip of this kind in it.
    """
    if leave_one_out == (queries is not None):
        raise EvaluationRefused("请给出 --queries 文件，或改用 --leave-one-out，二者取一")
    content = check_file(knowledge)
    if content.errors:
        first = content.errors[0]
        raise EvaluationRefused(
            f"知识文件有 {len(content.errors)} 处错误，第一处在第 {first.row} 行 {first.column}："
            f"{first.message}；请先改正"
        )
    entries: Sequence[Entry] = content.entries
    if queries is None:
        entries, asked = leave_out(entries)
    else:
        asked = read_queries(queries)
    if damage is not None:
        asked = _with_slips(asked, damage, data_dir)
    service = FaqService(entries, index_dir=data_dir / INDEX_FOLDER)
    made = [_predict(service, query.text, now) for query in asked]
    if predictions is not None:
        predictions.write_bytes(b"".join(orjson.dumps(each.as_row()) + b"\n" for each in made))
    return report(len(entries), asked, made)


def leave_out(entries: Sequence[Entry], *, fold: int | None = None) -> tuple[list[Entry], list[Query]]:
    """One paraphrase of each entry is taken out and asked. Which one: by the entry's id, or the ``fold``-th."""
    kept: list[Entry] = []
    asked: list[Query] = []
    for entry in entries:
        count = len(entry.paraphrases)
        if count == 0:
            kept.append(entry)
            continue
        at = (zlib.crc32(entry.id.encode()) if fold is None else fold) % count
        asked.append(Query(entry.paraphrases[at], frozenset((entry.id,))))
        kept.append(replace(entry, paraphrases=entry.paraphrases[:at] + entry.paraphrases[at + 1 :]))
    return kept, asked


def read_queries(path: Path) -> list[Query]:
    """Rows of {"query", "id" or null, "also"}; other columns are left alone."""
    found: list[Query] = []
    for number, line in enumerate(_lines(path), start=1):
        try:
            row = orjson.loads(line)
            right = [row["id"], *(row.get("also") or [])] if row["id"] is not None else []
            found.append(Query(str(row["query"]), frozenset(map(str, right))))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            raise EvaluationRefused(f'{path.name} 第 {number} 行应为 {{"query","id","also"}}；请改正') from None
    if not found:
        raise EvaluationRefused(f"{path.name} 里没有问句；请检查是否选对了文件")
    return found


def report(entries: int, asked: Sequence[Query], made: Sequence[Prediction]) -> FaqReport:
    pairs = list(zip(asked, made, strict=True))
    known = [(query, prediction) for query, prediction in pairs if query.right]
    unknown = [prediction for query, prediction in pairs if not query.right]
    times = sorted(prediction.milliseconds for prediction in made)
    answered = sum(prediction.decision == "answer" for _, prediction in known)

    def over_known(hits: list[bool]) -> Share:
        return Share(sum(hits), len(known))

    return FaqReport(
        entries=entries,
        queries=len(asked),
        top_1=over_known([_among(query, prediction, 1) for query, prediction in known]),
        top_3=over_known([_among(query, prediction, 3) for query, prediction in known]),
        resolved=over_known([_resolved(query, prediction) for query, prediction in known]),
        answered=Share(answered, len(known)),
        answered_right=Share(
            sum(prediction.decision == "answer" and _among(query, prediction, 1) for query, prediction in known),
            answered,
        ),
        wrong=Share(
            sum(prediction.decision == "answer" and not _among(query, prediction, 1) for query, prediction in pairs),
            len(pairs),
        ),
        refused=Share(sum(prediction.decision != "answer" for prediction in unknown), len(unknown)),
        p50_ms=times[len(times) // 2],
        p99_ms=times[int(len(times) * 0.99)],
        predictions=tuple(made),
    )


def _with_slips(asked: Sequence[Query], damage: DamageKind, data_dir: Path) -> list[Query]:
    segmenter = Segmenter(cache_folder=data_dir / WORDS_FOLDER)
    return [replace(query, text=damaged(query.text, damage, segmenter=segmenter)) for query in asked]


def _predict(service: FaqService, text: str, now: datetime) -> Prediction:
    started = time.perf_counter()
    decision = service.decide(text, region=None, now=now)
    elapsed = (time.perf_counter() - started) * 1000
    return Prediction(text, _kind(decision), tuple((s.id, s.confidence) for s in decision.entries), elapsed)


def _kind(decision: Decision) -> str:
    """What the contract knows: a sensitive question gets no entry."""
    return "none" if decision.kind == "sensitive" else decision.kind


def _among(query: Query, prediction: Prediction, places: int) -> bool:
    return any(entry_id in query.right for entry_id, _ in prediction.candidates[:places])


def _resolved(query: Query, prediction: Prediction) -> bool:
    if prediction.decision == "answer":
        return _among(query, prediction, 1)
    return prediction.decision == "choices" and _among(query, prediction, 3)


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().split(b"\n") if line.strip()]
    except OSError:
        raise EvaluationRefused(f"读不了文件 {path.name}；请检查路径") from None
