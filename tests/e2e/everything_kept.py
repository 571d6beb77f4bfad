"""Everything that the product keeps, as bytes: every column of every table, every key and value of Redis, every log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from sqlalchemy import Connection, Engine, inspect, text

from api.worker.jobs import SCHEMA


def in_database(engine: Engine) -> bytes:
    """Ours and DBOS's tables. Of SQLite the files too, for a deleted row stays in them for a while."""
    with engine.connect() as connection:
        kept = b"\n".join(_rows(connection))
    database = engine.url.database or ""
    if engine.dialect.name == "sqlite":
        kept += b"".join(Path(f"{database}{end}").read_bytes() for end in ("", "-wal"))
    return kept


def _rows(connection: Connection) -> Iterator[bytes]:
    looking = inspect(connection)
    for schema in {None, SCHEMA} & {None, *looking.get_schema_names()}:
        for table in looking.get_table_names(schema=schema):
            yield table.encode()
            name = f'"{schema}"."{table}"' if schema else f'"{table}"'
            for row in connection.execute(text(f"SELECT * FROM {name}")):
                yield b"\t".join(_bytes(value) for value in row)


def in_redis(url: str) -> bytes:
    client = redis.Redis.from_url(url)
    kept = [part for key in client.scan_iter() for part in (key, *_value(client, key))]
    client.close()
    return b"\n".join(kept)


def _value(client: redis.Redis, key: bytes) -> Iterator[bytes]:
    readers: dict[bytes, Any] = {
        b"string": client.get,
        b"hash": lambda k: [part for pair in client.hgetall(k).items() for part in pair],  # type: ignore[union-attr]
        b"zset": lambda k: client.zrange(k, 0, -1),
        b"set": client.smembers,
        b"list": lambda k: client.lrange(k, 0, -1),
        b"stream": lambda k: [repr(client.xrange(k)).encode()],
    }
    found = readers[client.type(key)](key)
    yield from [found] if isinstance(found, bytes) else found or []


def in_logs(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("log-of-*.txt")))


def written_as(word: str) -> set[bytes]:
    """The ways in which a word could stand somewhere."""
    plain = word.encode()
    escaped = json.dumps(word)[1:-1]
    return {plain, escaped.encode(), repr(plain)[2:-1].encode(), plain.hex().encode(), quote(word).encode()} | (
        {word.encode("utf-16-le")} if len(word) > 3 else set()
    )


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
