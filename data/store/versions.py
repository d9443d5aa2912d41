"""Whether anything that figures are made of has changed: the newest row of each table behind."""

from __future__ import annotations

from sqlalchemy import func, select

from data import schema
from data.db import Tx
from data.store import open_items
from data.store.themes import taxonomy_version

_APPENDED = (
    schema.revision,
    schema.assessment,
    schema.decision,
    schema.action,
    schema.enforcement,
    schema.sweep,
    schema.post,
)


def figures_version(tx: Tx) -> tuple[object, ...]:
    """Another tuple after every arrival, edit, judgement, decision, attempt and sweep begun, after
    every change of the queue or of the taxonomy, and when new texts were looked through for themes.

    It does not see a sweep's end, a first glance, or old texts that are matched again: what is kept
    by it is kept for a short time only.
    """
    tips = [select(func.max(t.c.id)).scalar_subquery() for t in _APPENDED]
    matched = select(func.max(schema.theme_scan.c.revision_id)).scalar_subquery()
    found = tx.execute(select(*tips, matched)).one()
    return (*found, open_items.version(tx), taxonomy_version(tx))
