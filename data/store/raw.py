"""Raw items: each thing just as it came, once, so that mapping can be run again."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime

from sqlalchemy import insert, select

from data import schema
from data.db import Tx
from data.model import Raw

_R = schema.raw_item.c


def keep_raw(tx: Tx, source_id: int, sweep_id: int, raw: Raw, *, now: datetime) -> int:
    """Keeps the item (once per source and content) and gives its id."""
    body = raw.body.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(body).hexdigest()
    known = tx.execute(
        select(_R.id).where(_R.source_id == source_id, _R.sha256 == digest)
    ).scalar_one_or_none()
    if known is not None:
        return known
    values = {
        "source_id": source_id,
        "sweep_id": sweep_id,
        "sha256": digest,
        "body": zlib.compress(body, 1),
        "locator": raw.locator,
        "mapper": raw.mapper,
        "fetched_at": now,
    }
    return tx.execute(insert(schema.raw_item).values(values).returning(_R.id)).scalar_one()


def raw_body(tx: Tx, raw_id: int) -> str | None:
    """The item's text as it came."""
    body = tx.execute(select(_R.body).where(_R.id == raw_id)).scalar_one_or_none()
    return None if body is None else zlib.decompress(body).decode("utf-8", "surrogatepass")
