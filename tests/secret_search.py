"""Looking for secrets where none may be: in a database, in files, in what was printed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import inspect, text

from data.db import Database

MAY_HOLD_SECRETS = ("/var/secrets/",)
LARGEST = 64 * 2**20


def traces(
    secrets: Sequence[str],
    *,
    db: Database | None = None,
    home: Path | None = None,
    printed: Iterable[str] = (),
) -> list[str]:
    """Where any of the secrets stands, in words; empty when nowhere."""
    found: list[str] = []
    places = [
        *(_rows(db) if db is not None else ()),
        *(_files(home) if home is not None else ()),
        *((f"line printed {n}", line.encode()) for n, line in enumerate(printed)),
    ]
    for place, held in places:
        found += [f"{place} holds {secret[:6]}..." for secret in secrets if secret.encode() in held]
    return found


def _rows(db: Database) -> Iterator[tuple[str, bytes]]:
    with db.read() as tx:
        for table in inspect(tx).get_table_names():
            for number, row in enumerate(tx.execute(text(f'SELECT * FROM "{table}"'))):
                yield f"row {number} of {table}", b"\n".join(_bytes(v) for v in row)


def _bytes(value: object) -> bytes:
    if isinstance(value, memoryview):
        value = bytes(value)
    if not isinstance(value, bytes):
        return str(value).encode("utf-8", "replace")
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def _files(home: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if any(part in f"/{name}" for part in MAY_HOLD_SECRETS):
            continue
        with suppress(OSError):  # a socket, a link that leads nowhere
            if path.is_file() and path.stat().st_size <= LARGEST:
                yield f"file {name}", path.read_bytes()
