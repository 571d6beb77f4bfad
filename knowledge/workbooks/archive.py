"""The ZIP that a workbook is. Its directory is judged before anything in it is unpacked."""

from __future__ import annotations

import contextlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO
from xml.parsers import expat

from knowledge.workbooks.unreadable import FileUnreadable

LARGEST_BYTES = 64 * 1024 * 1024  # 200,000 rows of entries are half of it
LARGEST_UNPACKED = 512 * 1024 * 1024
FREELY_UNPACKED = 64 * 1024 * 1024  # up to here no ratio is asked for
HIGHEST_RATIO = 100  # of the XML alone; our own exports have 10, empty formatted cells 40
MOST_PARTS = 5_000
READ = ("xml", "rels")  # endings of parts that are ever unpacked; pictures are not
MACROS = "vbaproject.bin"
CHUNK = 64 * 1024
DEEPEST = 64  # elements within one another; a sheet has seven

MACRO = "{name} 里有宏；请在表格软件中另存为不含宏的 .xlsx 后再导入"
TOO_LARGE = "{name} 展开后过大；请删去无关的表和格式，或另存为 CSV UTF-8 后再导入"
BROKEN = "{name} 不是可读的 XLSX 工作簿；请用表格软件打开后另存为 .xlsx"
LONG_FILE = "{name} 超过 {limit} MB；请拆成几个文件，或另存为 CSV UTF-8 后再导入"

# What the standard library raises for an archive or a part that is damaged, locked or made up.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    OverflowError,
    RuntimeError,  # a part with a password, or packed in a way that nobody uses
)


@contextlib.contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Raises ``FileUnreadable`` for what is no workbook, for a macro, and for more than may be unpacked.

    Whatever fails inside as a damaged archive does is told as one.
    """
    if path.stat().st_size > LARGEST_BYTES:
        raise FileUnreadable(LONG_FILE.format(name=path.name, limit=LARGEST_BYTES // 1024 // 1024))
    try:
        with zipfile.ZipFile(path) as archive:
            _judge(archive, path.name)
            yield archive
    except DAMAGED:
        raise FileUnreadable(BROKEN.format(name=path.name)) from None


def feed(source: IO[bytes], parser: expat.XMLParserType) -> Iterator[None]:
    """Piece by piece; after each, what the handlers have collected may be taken away."""
    while chunk := source.read(CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


def parser_of_parts() -> expat.XMLParserType:
    """Names come without their namespaces. A document type is refused: a workbook has none, a bomb needs one."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


@lru_cache(256)  # asked for each of millions of elements; a sheet has thirty names
def local(name: str) -> str:
    """``row`` of ``http://… row``."""
    return name.rpartition(" ")[2]


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a document type")


def _judge(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    if any(part.filename.lower().endswith(MACROS) for part in parts):
        raise FileUnreadable(MACRO.format(name=name))
    read = list(_read(archive))
    unpacked = sum(part.file_size for part in read)
    packed = sum(part.compress_size for part in read)
    if (
        len(parts) > MOST_PARTS
        or unpacked > LARGEST_UNPACKED
        or unpacked > max(FREELY_UNPACKED, HIGHEST_RATIO * packed)
    ):
        raise FileUnreadable(TOO_LARGE.format(name=name))


def _read(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    return (part for part in archive.infolist() if part.filename.lower().endswith(READ))
