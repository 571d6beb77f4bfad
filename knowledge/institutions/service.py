"""The register as the account asks it: by name in any dress, by code, by place. Reads the index, never the database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.institutions import index as index_files
from knowledge.institutions.addresses import at_address, looks_like_address
from knowledge.institutions.building import BuildingBeside, build, small
from knowledge.institutions.cards import InstitutionCard, namesake_rank
from knowledge.institutions.codes import CodeNote, read_certificate_number, read_code
from knowledge.institutions.geography import metres_between, neighbourhoods
from knowledge.institutions.heard import heard
from knowledge.institutions.hits import (
    EXACT,
    WORTH_OFFERING,
    Hit,
    Lookup,
    Matched,
    anybodys,
    branch_of,
    decided,
    distinct,
    home_first,
)
from knowledge.institutions.index import InstitutionIndex
from knowledge.institutions.lineage import Became, Changes, changes_of
from knowledge.institutions.names import name_key, spelled_keys, without_nation
from knowledge.institutions.queries import table_stamp
from knowledge.institutions.ranking import confidence
from knowledge.institutions.search import Ranked, exact_names, ranked, ranked_in_area
from knowledge.institutions.sentences import name_in
from knowledge.institutions.surfaces import Source, Surface

MOST_NEIGHBOURS = 5000  # places in one block of cells; far above what a city quarter holds
SOURCES: dict[Source, Matched] = {
    Source.NAME: "name",
    Source.ALIAS: "alias",
    Source.FORMER_NAME: "former_name",
    Source.SHORT_NAME: "alias",
}


class InstitutionService:
    """Holds the open index; ``refresh`` swaps in a newer one while queries go on with the old."""

    def __init__(self, index: InstitutionIndex, *, stamp: str, index_dir: Path, changes: Changes) -> None:
        self._index, self._changes = index, changes
        self._index_dir = index_dir
        self._beside: BuildingBeside | None = None
        self.version = stamp

    @classmethod
    def load(cls, session: Session, *, index_dir: Path) -> InstitutionService:
        """Opens the index of the table as it stands, building it first where no process of this host has."""
        stamp = table_stamp(session)
        folder = index_files.folder_of(index_dir, stamp)
        if not folder.is_dir():
            if small(session):
                build(session, folder)
            else:
                BuildingBeside(_engine(session), folder).ended(wait=True)
        return cls(InstitutionIndex(folder), stamp=stamp, index_dir=index_dir, changes=changes_of(session))

    def refresh(self, session: Session) -> bool:
        """Whether a change of the table was taken up; that of a large one is built beside, for a later call.

        Queries meanwhile are answered from the index as it was. Raises ``IndexNotBuilt``.
        """
        stamp = table_stamp(session)
        if stamp == self.version or not self._there(session, index_files.folder_of(self._index_dir, stamp)):
            return False
        self._index = InstitutionIndex(index_files.folder_of(self._index_dir, stamp))
        self._changes = changes_of(session)
        self.version = stamp
        return True

    def stop_refreshing(self) -> None:
        """Ends what is being built; the next process begins anew."""
        if self._beside:
            self._beside.stop()

    def _there(self, session: Session, folder: Path) -> bool:
        """Whether the folder is complete; has it built where nobody does."""
        under_way, self._beside = self._beside, None  # forgotten if it failed, so that the next call begins anew
        if under_way and not under_way.ended(wait=folder.is_dir() and under_way.folder == folder):
            self._beside = under_way
            return folder.is_dir()
        if folder.is_dir():
            return True
        if small(session):
            build(session, folder)
            return True
        self._beside = BuildingBeside(_engine(session), folder)
        return False

    def __len__(self) -> int:
        return len(self._index)

    @property
    def index(self) -> InstitutionIndex:
        return self._index

    def get(self, institution_id: str) -> InstitutionCard | None:
        found = _cards(self._index, f"id:{institution_id}", limit=1)
        return found[0] if found else None

    def became(self, institution_id: str, old_name: str) -> Became | None:
        """How and since when an old name leads to this institution, where the register was told."""
        return self._changes.get((name_key(old_name), institution_id))

    def look_up(self, text: str, *, region: str | None, limit: int = 5) -> Lookup:
        """``text`` is a name, a code, a certificate number or an address, alone. ``region``: the account's, whose own
        go first."""
        index = self._index
        if (by_number := _by_number(index, text, limit=limit)) is not None:
            return by_number
        keys = spelled_keys(text)
        if not keys[0]:
            return Lookup("none")
        exact = [_exact_hit(index, surface) for surface in exact_names(index, keys[0])]
        sure = [hit for hit in exact if hit.matched_on == "name"] or distinct(exact)
        if not exact and (by_address := _by_address(index, text, region=region, limit=limit)):
            return by_address
        similar = _similar(index, keys, exact, limit=2 * limit)
        ordered = distinct(home_first(sure, region) + home_first(exact + similar, region))
        return decided(ordered, len(sure) + anybodys(keys[0], ordered, region), limit, region)

    def in_area(self, kind: str, *, region: str, limit: int = 5) -> Lookup:
        """What a bare word such as 图书馆 means to those who live in ``region``: its own, and of the areas below it."""
        index, key = self._index, name_key(kind)
        found = ranked_in_area(index, key, region, limit=limit) if key else []
        hits = tuple(_hit(index, one) for one in found)
        hits = tuple(hit for hit in hits if not any(branch_of(host, hit) for host in hits))
        return Lookup(("one" if len(hits) == 1 else "several") if hits else "none", hits)

    def heard(self, texts: Sequence[str], *, region: str | None, by_sound_alone: bool, limit: int = 5) -> Lookup:
        """Those whose name sounds like one of the texts: one is never taken as meant. See ``heard.heard``."""
        index = self._index
        found = heard(index, texts, region=region, limit=limit, by_sound_alone=by_sound_alone)
        hits = tuple(_hit(index, Ranked(surface, 0.0, complete=False, doubtful=False)) for surface in found)
        return Lookup("several" if hits else "none", hits)

    def find_in(self, sentence: str, *, region: str | None) -> Lookup:
        """Finds the name inside “XX医院电话多少”, “查一下XX”; ``none`` where the sentence has no such form."""
        asked = name_in(sentence)
        return self.look_up(asked.name, region=region) if asked else Lookup("none")

    def nearest(self, latitude: float, longitude: float, *, limit: int = 5) -> list[tuple[InstitutionCard, float]]:
        """The closest institutions with coordinates and their distance in metres. Degrees, GCJ-02."""
        index = self._index
        placed: list[tuple[InstitutionCard, float]] = []
        for block, reach in neighbourhoods(latitude, longitude):
            inside = [owner for cell in block for owner in index.known_by(cell)]
            placed = _by_distance(index, inside[:MOST_NEIGHBOURS], latitude, longitude)
            if len(placed) >= limit and placed[limit - 1][1] <= reach:
                break
        return placed[:limit]


def _similar(index: InstitutionIndex, keys: Sequence[str], exact: Sequence[Hit], *, limit: int) -> list[Hit]:
    """What is like the name typed. Of what nothing is like the nation is left out: 国家教育部 is 教育部."""
    found = [_hit(index, one) for one in ranked(index, keys, limit=limit)]
    if exact or (found and found[0].confidence >= WORTH_OFFERING) or not (rest := without_nation(keys[0])):
        return found
    return [_hit(index, one) for one in ranked(index, [rest], limit=limit)]


def _engine(session: Session) -> Engine:
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine


def _by_number(index: InstitutionIndex, text: str, *, limit: int) -> Lookup | None:
    """The look-up of a code or certificate number; ``None`` where the text holds neither."""
    if (note := read_code(text)) is not None:
        cards = _cards(index, f"code:{note.code}", limit=limit)
        hits = tuple(Hit(card, 1.0, "code", exact=True) for card in cards)
        return Lookup("one", hits, note) if hits else _by_corrected_code(index, note)
    if (number := read_certificate_number(text)) is not None:
        cards = _cards(index, f"certificate:{number}", limit=limit)
        return decided([Hit(card, 1.0, "certificate", exact=True) for card in cards], len(cards), limit, None)
    return None


def _by_address(index: InstitutionIndex, text: str, *, region: str | None, limit: int) -> Lookup | None:
    """The look-up of an address; ``None`` for what is not written like one, or is nobody's."""
    if not looks_like_address(text):
        return None
    cards = at_address(index, text, region=region, limit=limit)
    hits = tuple(Hit(card, 1.0, "address", complete=True) for card in cards)
    return Lookup("one" if len(hits) == 1 else "several", hits) if hits else None


def _by_corrected_code(index: InstitutionIndex, note: CodeNote) -> Lookup:
    """What bears the code that the check digit asks for is offered, never taken for what was meant."""
    if note.expected is None:
        return Lookup("none", (), note)
    cards = _cards(index, f"code:{note.code[:17]}{note.expected}", limit=1)
    return Lookup("several" if cards else "none", tuple(Hit(card, 0.5, "code") for card in cards), note)


def _cards(index: InstitutionIndex, key: str, *, limit: int) -> list[InstitutionCard]:
    return [index.card(owner) for owner in index.known_by(key)[:limit]]


def _hit(index: InstitutionIndex, found: Ranked, *, exact: bool = False) -> Hit:
    card = index.card(found.surface.owner)
    source = found.surface.source
    others = {Source.ALIAS: card.aliases, Source.FORMER_NAME: card.former_names}.get(source, ())
    matched_name = next((name for name in others if name_key(name) == found.surface.key), None)
    return Hit(
        card,
        1.0 if exact else confidence(found.score),
        SOURCES[source],
        matched_name,
        exact,
        found.complete,
        found.score,
        found.doubtful,
    )


def _exact_hit(index: InstitutionIndex, surface: Surface) -> Hit:
    return _hit(index, Ranked(surface, EXACT, complete=True, doubtful=False), exact=True)


def _by_distance(
    index: InstitutionIndex, owners: list[int], latitude: float, longitude: float
) -> list[tuple[InstitutionCard, float]]:
    cards = map(index.card, owners)
    placed = [
        (card, metres_between(latitude, longitude, card.latitude, card.longitude))
        for card in cards
        if card.latitude is not None and card.longitude is not None
    ]
    return sorted(placed, key=lambda one: (one[1], *namesake_rank(one[0])))
