"""Themes: the editable taxonomy, and which revisions speak of which theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select

from data import schema
from data.db import Tx
from data.model import Theme, ThemeState
from data.store import day_counts
from data.store.comments import upsert
from data.store.rows import named

_T, _M, _S = schema.theme.c, schema.theme_match.c, schema.theme_scan.c
_C, _R = schema.comment.c, schema.revision.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A current revision that the newest taxonomy has not been matched with."""

    revision_id: int
    text_search: str


def _theme(row: Row[Any]) -> Theme:
    m = named(row)
    return Theme(
        key=m["key"],
        title_en=m["title_en"],
        title_ur=m["title_ur"],
        terms=tuple(m["terms"]),
        state=ThemeState(m["state"]),
        version=m["version"],
        created_at=m["created_at"],
    )


def save_theme(
    tx: Tx,
    *,
    key: str,
    title_en: str,
    title_ur: str,
    terms: Sequence[str],
    state: ThemeState,
    now: datetime,
    signed_off_by: str | None = None,
) -> None:
    """Adds a theme, or changes it and raises its version; the key stays for ever."""
    told = {
        "title_en": title_en,
        "title_ur": title_ur,
        "terms": list(terms),
        "state": state.value,
        "signed_off_by": signed_off_by,
    }
    new = upsert(tx, schema.theme).values(key=key, version=1, created_at=now, **told)
    tx.execute(
        new.on_conflict_do_update(index_elements=[_T.key], set_={**told, "version": _T.version + 1})
    )


def list_themes(tx: Tx) -> list[Theme]:
    return [_theme(r) for r in tx.execute(select(schema.theme).order_by(_T.key))]


def taxonomy_version(tx: Tx) -> int:
    """Grows with every change of any theme; 0 for an empty taxonomy."""
    return tx.execute(select(func.coalesce(func.sum(_T.version), 0))).scalar_one()


def to_match(tx: Tx, taxonomy: int, limit: int = 1000) -> list[Unmatched]:
    """Current revisions that were not matched with this taxonomy yet."""
    query = (
        select(_R.id, _R.text_search)
        .join(schema.comment, _C.revision_id == _R.id)
        .outerjoin(schema.theme_scan, _S.revision_id == _R.id)
        .where(_C.is_page_owner.is_(False), or_(_S.taxonomy.is_(None), _S.taxonomy != taxonomy))
        .order_by(_R.id)
        .limit(limit)
    )
    return [Unmatched(revision_id=r.id, text_search=r.text_search) for r in tx.execute(query)]


def save_matches(tx: Tx, revision_id: int, keys: Iterable[str], taxonomy: int) -> None:
    """Replaces the revision's themes, and notes that it was looked at also when none matched."""
    day_counts.note_text(tx, revision_id)
    tx.execute(delete(schema.theme_match).where(_M.revision_id == revision_id))
    rows = [
        {"revision_id": revision_id, "theme_key": k, "theme_version": taxonomy}
        for k in sorted(set(keys))
    ]
    if rows:
        tx.execute(insert(schema.theme_match), rows)
    scan = upsert(tx, schema.theme_scan).values(revision_id=revision_id, taxonomy=taxonomy)
    tx.execute(
        scan.on_conflict_do_update(index_elements=[_S.revision_id], set_={"taxonomy": taxonomy})
    )


def themes_of(tx: Tx, revision_id: int) -> list[str]:
    query = select(_M.theme_key).where(_M.revision_id == revision_id).order_by(_M.theme_key)
    return list(tx.execute(query).scalars())
