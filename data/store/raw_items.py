"""Items just as they came, each kept once per source and content."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from data import schema
from data.bulk import insert_rows, next_ids
from data.db import Tx
from data.model import Raw

_W = schema.raw_item.c


def raw_sha256(raw: Raw) -> str:
    """Hex sha256 of the item just as it came."""
    return hashlib.sha256(raw.body.encode("utf-8", "surrogatepass")).hexdigest()


def keep_raws(
    tx: Tx, raws: Sequence[Raw], *, source_id: int, sweep_id: int, now: datetime
) -> dict[str, int]:
    """Keeps what is new of a sweep's items; gives the ids of all by sha256."""
    by_digest = {raw_sha256(raw): raw for raw in raws}
    if not by_digest:
        return {}
    query = select(_W.sha256, _W.id).where(
        _W.source_id == source_id, _W.sha256.in_(list(by_digest))
    )
    ids: dict[str, int] = {digest: raw_id for digest, raw_id in tx.execute(query)}
    new = [digest for digest in by_digest if digest not in ids]
    if new:
        ids |= zip(new, next_ids(tx, schema.raw_item, len(new)), strict=True)
        same = {"source_id": source_id, "sweep_id": sweep_id, "fetched_at": now}
        rows = [_row(by_digest[d]) | same | {"id": ids[d], "sha256": d} for d in new]
        insert_rows(tx, schema.raw_item, rows)
    return ids


def _row(raw: Raw) -> dict[str, object]:
    return {
        "body": zlib.compress(raw.body.encode("utf-8", "surrogatepass"), 1),
        "locator": raw.locator,
        "mapper": raw.mapper,
    }
