"""Raw items: each thing just as it came, once, so that mapping can be run again. arrivals.py
keeps them."""

from __future__ import annotations

import zlib

from sqlalchemy import select

from data import schema
from data.db import Tx

_R = schema.raw_item.c


def raw_body(tx: Tx, raw_id: int) -> str | None:
    """The item's text as it came."""
    body = tx.execute(select(_R.body).where(_R.id == raw_id)).scalar_one_or_none()
    return None if body is None else zlib.decompress(body).decode("utf-8", "surrogatepass")
