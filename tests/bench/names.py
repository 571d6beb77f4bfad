"""One name among 10,000, 100,000 and 1,000,000: ``InstitutionService.look_up`` beside six others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from knowledge.institutions.service import InstitutionService
from knowledge.store.sessions import make_engine, make_reading_sessions
from tests.bench.contest import Contest, Tell, Text
from tests.bench.register import invented_names, typed_by_citizens
from tests.bench.stores import database_url, keep_names
from tests.bench.trial import WARM_UP, Built, Outcome, Question

SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 10_000)
QUESTIONS = 2_000
SECONDS = 3.0  # for the questions of each contestant at each size
DATABASE = "register.db"


def run(folder: Path, *, quick: bool, tell: Tell) -> Mapping[int, list[Outcome]]:
    """By size; the product first."""
    outcomes: dict[int, list[Outcome]] = {}
    for size in QUICK_SIZES if quick else SIZES:
        tell(f"names: one among {size:,}")
        names = invented_names(size)
        keep_names(folder / str(size) / DATABASE, names)
        typed = typed_by_citizens(names, min(QUESTIONS + WARM_UP, size // 2))
        contest = Contest(
            folder=folder / str(size),
            ours=opened,
            texts=[Text(name, name) for name in names],
            by_words=False,
            questions=[Question(each.text, each.name) for each in typed],
            seconds=SECONDS / 2 if quick else SECONDS,
        )
        outcomes[size] = contest.run(tell=tell)
    return outcomes


def opened(folder: Path) -> Built:
    """The register as a serving process has it; the index is built first where no process has."""
    with make_reading_sessions(make_engine(database_url(folder / DATABASE)))() as session:
        service = InstitutionService.load(session, index_dir=folder / "index")

    def best(typed: str) -> str | None:
        found = service.look_up(typed, region=None)
        return found.hits[0].institution.name if found.hits else None

    return Built(best)
