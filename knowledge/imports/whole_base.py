"""All that an installation knows as one file, to be taken to another: a ZIP of JSON lines with a manifest of digests.

Questions, feedback, accounts and the audit log are no part of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.faq.cells import row_of_entry
from knowledge.faq.queries import all_entries, base_number
from knowledge.imports.golden import golden_rows
from knowledge.imports.laws import law_rows
from knowledge.imports.words import word_rows
from knowledge.institutions.models import Institution
from knowledge.institutions.rows import COLUMNS
from knowledge.workbooks.archive import DAMAGED
from knowledge.workbooks.unreadable import FileUnreadable

FORMAT, VERSION = "bianshitong-base", 1
MANIFEST = "manifest.json"
ENTRIES, WORDS, GOLDEN = "entries.jsonl", "words.jsonl", "golden.jsonl"
LAWS, INSTITUTIONS = "laws.jsonl", "institutions.jsonl"
PARTS = (ENTRIES, WORDS, GOLDEN, LAWS, INSTITUTIONS)
LARGEST_MANIFEST = 100_000
LARGEST_UNPACKED = 2_000_000_000  # a register of a million is a third of it
FREELY_UNPACKED, HIGHEST_RATIO = 64_000_000, 60  # our own have 10
SAME_DAY = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the moment stands in the manifest alone, so that the same knowledge is the same parts
ROWS = 2_000
CHUNK = 1_000_000

NOT_OURS = "{name} 不是整库文件；请选择由“导出整库”或 base export 得到的 .zip"
NEWER = "{name} 由更新版本的编事通导出；请先升级再导入"
BROKEN = "{name} 里的 {part} 与清单不一致，文件可能损坏或被改过；请重新导出"
TOO_LARGE = "{name} 展开后过大，没有读取"


@dataclass(frozen=True, slots=True)
class Exported:
    """``rows``: of each part."""

    number: int
    rows: Mapping[str, int]


def export_base(session: Session, path: Path, *, now: datetime) -> Exported:
    """Writes the file whole or not at all; ``session`` must see one moment of the database."""
    number, parts = base_number(session), {}
    beside = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, rows in _rows(session):
                parts[name] = _write(archive, name, rows)
            manifest = {"format": FORMAT, "version": VERSION, "made_at": now, "base": number, "parts": parts}
            archive.writestr(zipfile.ZipInfo(MANIFEST, SAME_DAY), orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        beside.replace(path)
    except OSError as error:
        raise FileUnreadable(f"无法写入 {path.name}：{error.strerror}；请检查文件夹是否存在、可写") from None
    finally:
        beside.unlink(missing_ok=True)
    return Exported(number, {name: part["rows"] for name, part in parts.items()})


@contextlib.contextmanager
def opened_base(path: Path) -> Iterator[Path]:
    """A folder with the parts, each as the manifest says it is; gone afterwards. Raises ``FileUnreadable``."""
    if not path.is_file():
        raise FileUnreadable(f"找不到文件 {path.name}；请检查路径")
    with tempfile.TemporaryDirectory(prefix="bianshitong-base-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                for name, said in _manifest(archive, path.name).items():
                    _unpack(archive, name, said, Path(folder), path.name)
        except DAMAGED:
            raise FileUnreadable(NOT_OURS.format(name=path.name)) from None
        yield Path(folder)


def part_of(folder: Path, name: str) -> Path | None:
    """``None`` where the part is empty or, in a file of an older release, missing."""
    path = folder / name
    return path if path.exists() and path.stat().st_size else None


def _rows(session: Session) -> Iterator[tuple[str, Iterable[Mapping[str, Any]]]]:
    yield ENTRIES, (row_of_entry(entry) for entry in all_entries(session))
    yield WORDS, word_rows(session)
    yield GOLDEN, golden_rows(session)
    yield LAWS, law_rows(session)
    yield INSTITUTIONS, _institution_rows(session)


def _institution_rows(session: Session) -> Iterator[dict[str, Any]]:
    """By name, whatever the database's own order of signs is."""
    table = Institution.__table__
    key = table.c.name_key
    if session.get_bind().dialect.name == "postgresql":
        key = key.collate("C")  # type: ignore[assignment]
    rest = (func.coalesce(table.c[name], "") for name in ("region", "credit_code", "certificate_number"))
    result = session.execute(select(*(table.c[column] for column in COLUMNS)).order_by(key, *rest, table.c.id))
    for row in result.yield_per(ROWS):
        yield dict(row._mapping)


def _write(archive: zipfile.ZipFile, name: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    entry, digest, count = zipfile.ZipInfo(name, SAME_DAY), hashlib.sha256(), 0
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as part:
        for row in rows:
            line = orjson.dumps(row, option=orjson.OPT_UTC_Z) + b"\n"
            digest.update(line)
            part.write(line)
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def _manifest(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """The digest of each part."""
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise FileUnreadable(NOT_OURS.format(name=name))
    said = orjson.loads(archive.read(MANIFEST))
    if not isinstance(said, dict) or said.get("format") != FORMAT or not isinstance(said.get("parts"), dict):
        raise FileUnreadable(NOT_OURS.format(name=name))
    if said.get("version") != VERSION or not set(said["parts"]) <= set(PARTS):
        raise FileUnreadable(NEWER.format(name=name))
    sizes = [archive.getinfo(part) for part in said["parts"]]
    unpacked, packed = sum(part.file_size for part in sizes), sum(part.compress_size for part in sizes)
    if unpacked > min(LARGEST_UNPACKED, max(FREELY_UNPACKED, HIGHEST_RATIO * packed)):
        raise FileUnreadable(TOO_LARGE.format(name=name))
    return {part: str(told.get("sha256")) for part, told in said["parts"].items() if isinstance(told, dict)}


def _unpack(archive: zipfile.ZipFile, part: str, said: str, folder: Path, name: str) -> None:
    digest = hashlib.sha256()
    try:
        with archive.open(part) as source, (folder / part).open("wb") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
    except zipfile.BadZipFile:
        raise FileUnreadable(BROKEN.format(name=name, part=part)) from None
    if digest.hexdigest() != said:
        raise FileUnreadable(BROKEN.format(name=name, part=part))
