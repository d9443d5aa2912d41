"""Full-text search over the present texts of comments, on either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, select, text

from data import schema
from data.db import Tx

_C, _R = schema.comment.c, schema.revision.c
_FEW = 1_000


def says(tx: Tx, words: str, comment_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a comment's present text has the words. Few hits are looked up at once, so that no
    list is walked to its end in search of a rare word; many are met soon on any walk."""
    matching_revisions = _with_words(tx, words)
    hits = select(_R.id, _R.comment_id).where(_R.id.in_(matching_revisions)).limit(_FEW + 1)
    rows = tx.execute(hits).all()
    if len(rows) > _FEW:
        return _C.revision_id.in_(matching_revisions)
    if not rows:
        return false()
    by_id = comment_id.in_(sorted({r.comment_id for r in rows}))
    return and_(by_id, _C.revision_id.in_([r.id for r in rows]))


def _with_words(tx: Tx, words: str) -> Any:
    """Revisions in which every word occurs; the last letters may be missing. Quotes make the
    words harmless."""
    tokens = [t.replace('"', "").replace("'", "") for t in words.split()]
    tokens = [t for t in tokens if t]
    if tx.dialect.name == "sqlite":
        query = " ".join(f'"{t}"*' for t in tokens)
        return (
            text("SELECT rowid FROM revision_fts WHERE revision_fts MATCH :words")
            .bindparams(words=query)
            .columns(schema.revision.c.id)
        )
    query = " & ".join("'" + t.replace("\\", "") + "':*" for t in tokens)
    vector = func.to_tsvector(text("'simple'"), _R.text_search)
    return select(_R.id).where(vector.op("@@")(func.to_tsquery(text("'simple'"), query)))
