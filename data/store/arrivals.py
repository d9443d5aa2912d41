"""Comments as they arrive, a page at a time: comments and revisions by the batch.

The one way in which a comment is kept. Saved by key: never twice, and never overwritten by "not
told". A page costs a handful of statements, however many comments it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, text, update

from data import schema
from data.bulk import insert_rows, next_ids
from data.db import Tx
from data.model import (
    CollectedComment,
    Raw,
    Saved,
    TimePrecision,
    Visibility,
    clean_text,
    text_sha256,
)
from data.store import day_counts, open_items
from data.store.day_counts import COUNTED
from data.store.open_items import LOOKED_AT
from data.store.raw_items import keep_raws, raw_sha256
from data.store.rows import named

_C, _R = schema.comment.c, schema.revision.c
MAX_SEARCHED = 100_000  # characters of a text that can be searched; PostgreSQL takes 1 MB at most
_PRECISIONS = list(TimePrecision)
_BLANK: dict[str, Any] = {
    c.name: None for c in schema.comment.columns if c.nullable and c.name != "id"
} | {
    "is_page_owner": False,
    "media_kinds": "",
    "time_precision": TimePrecision.UNKNOWN.value,
    "visibility": Visibility.UNKNOWN.value,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A comment as it was read, with what is known only where it is kept.

    ``seen_at`` is when a file was made, if not now: what is known from later than that stays as
    it is, so that an old file neither undoes an edit nor brings back what is gone. ``raw`` is None
    for what was kept before.
    """

    collected: CollectedComment
    raw: Raw | None = None
    post_id: int | None = None
    author_key: str | None = None
    author_name: str | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Into:
    """Where and when a page is kept."""

    tx: Tx
    source_id: int
    sweep_id: int
    fold: Callable[[str], str]
    now: datetime


def save_arrivals(
    tx: Tx,
    arrivals: Sequence[Arrival],
    *,
    source_id: int,
    sweep_id: int,
    fold: Callable[[str], str],
    now: datetime,
) -> list[Saved]:
    """Keeps the comments and gives for each: NEW, REVISED when its text changed, else UNCHANGED.

    ``fold`` makes of a text what full-text search looks in; it is asked for new texts only. A
    comment seen again is no longer missing. An older time precision never replaces a better one
    (a relative date stays out when an exact one is known).
    """
    into = _Into(tx=tx, source_id=source_id, sweep_id=sweep_id, fold=fold, now=now)
    _one_at_a_time(tx)
    raws = [a.raw for a in arrivals if a.raw is not None]
    raw_ids = keep_raws(tx, raws, source_id=source_id, sweep_id=sweep_id, now=now)
    saved: list[Saved] = []
    for wave in _waves(arrivals):
        saved += _save_wave(into, wave, raw_ids)
    return saved


def _one_at_a_time(tx: Tx) -> None:
    """Two pages with one comment must not both find it new. SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('sunwai arrivals'))"))


def _waves(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """The arrivals in order, cut where a comment comes a second time."""
    wave: list[Arrival] = []
    ids: set[str] = set()
    for arrival in arrivals:
        if arrival.collected.id in ids:
            yield wave
            wave, ids = [], set()
        wave.append(arrival)
        ids.add(arrival.collected.id)
    if wave:
        yield wave


def _save_wave(into: _Into, wave: Sequence[Arrival], raw_ids: Mapping[str, int]) -> list[Saved]:
    known = _known(into.tx, [a.collected.id for a in wave])
    digests = [text_sha256(a.collected.text) for a in wave]
    saved = [_fate(a, known, digest) for a, digest in zip(wave, digests, strict=True)]
    told = [
        (a, digest)
        for a, digest, fate in zip(wave, digests, saved, strict=True)
        if fate is not Saved.UNCHANGED
    ]
    revision_ids = dict(
        zip(
            (a.collected.id for a, _ in told),
            next_ids(into.tx, schema.revision, len(told)),
            strict=True,
        )
    )
    new = [a for a, fate in zip(wave, saved, strict=True) if fate is Saved.NEW]
    rows = [_new_row(into, a, revision_ids[a.collected.id]) for a in new]
    insert_rows(into.tx, schema.comment, rows)
    _insert_revisions(into, told, known, revision_ids, raw_ids)
    seen_again = [a for a in wave if a.collected.id in known and not _is_past(a, known)]
    changed = _update(into, seen_again, known, revision_ids)
    open_items.refresh(into.tx, [*(a.collected.id for a in new), *changed])
    posted = [a.collected.created_at or into.now for a in new]
    day_counts.note_instants(into.tx, [into.now, *posted] if new else [])
    return saved


def _known(tx: Tx, ids: Sequence[str]) -> dict[str, RowMapping]:
    """What is known of these comments, with their current text's number and hash, by id."""
    query = (
        select(schema.comment, _R.no.label("r_no"), _R.text_sha256.label("r_sha"))
        .join(schema.revision, _R.id == _C.revision_id)
        .where(_C.id.in_(ids))
    )
    return {r.id: named(r) for r in tx.execute(query)}


def _fate(arrival: Arrival, known: Mapping[str, RowMapping], digest: str) -> Saved:
    was = known.get(arrival.collected.id)
    if was is None:
        return Saved.NEW
    if _is_past(arrival, known) or was["r_sha"] == digest:
        return Saved.UNCHANGED
    return Saved.REVISED


def _is_past(arrival: Arrival, known: Mapping[str, RowMapping]) -> bool:
    """Whether what arrived is older than what is known."""
    if arrival.seen_at is None:
        return False
    was = known[arrival.collected.id]
    return arrival.seen_at < max(was["last_seen_at"], was["missing_since"] or arrival.seen_at)


def _facts(a: Arrival) -> dict[str, Any]:
    """What is told about the comment besides its text; None is left out."""
    c = a.collected
    facts: dict[str, Any] = {
        "call_id": c.call_id,
        "post_id": a.post_id,
        "parent_external_id": c.parent_external_id,
        "author_key": a.author_key,
        "author_name": a.author_name,
        "is_page_owner": True if c.author is not None and c.author.is_page_owner else None,
        "created_at": c.created_at,
        "time_precision": c.time_precision.value if c.created_at is not None else None,
        "time_text": c.time_text,
        "visibility": None if c.visibility is Visibility.UNKNOWN else c.visibility.value,
        "can_hide": c.can_hide,
        "can_remove": c.can_remove,
        "like_count": c.like_count,
        "reply_count": c.reply_count,
        "permalink": c.permalink,
        "media_kinds": ",".join(c.media_kinds) or None,
    }
    return {k: v for k, v in facts.items() if v is not None}


def _new_row(into: _Into, a: Arrival, revision_id: int) -> dict[str, Any]:
    c = a.collected
    return {
        **_BLANK,
        **_facts(a),
        "id": c.id,
        "source_id": into.source_id,
        "platform": c.platform.value,
        "external_id": c.external_id,
        "id_kind": c.id_kind,
        "first_seen_at": into.now,
        "last_seen_at": a.seen_at or into.now,
        "revision_id": revision_id,
    }


def _insert_revisions(
    into: _Into,
    told: Iterable[tuple[Arrival, str]],
    known: Mapping[str, RowMapping],
    revision_ids: Mapping[str, int],
    raw_ids: Mapping[str, int],
) -> None:
    rows = [
        {
            "id": revision_ids[a.collected.id],
            "comment_id": a.collected.id,
            "no": known[a.collected.id]["r_no"] + 1 if a.collected.id in known else 1,
            "text": clean_text(a.collected.text),
            "text_search": into.fold(clean_text(a.collected.text[:MAX_SEARCHED])),
            "text_sha256": digest,
            "seen_at": into.now,
            "sweep_id": into.sweep_id,
            "raw_item_id": None if a.raw is None else raw_ids[raw_sha256(a.raw)],
        }
        for a, digest in told
    ]
    insert_rows(into.tx, schema.revision, rows)


def _update(
    into: _Into,
    arrivals: Sequence[Arrival],
    known: Mapping[str, RowMapping],
    revision_ids: Mapping[str, int],
) -> list[str]:
    """Writes what changed; comments with the same columns to change go together.

    Gives the ids of those whose open item may be another one now.
    """
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    stale: set[datetime | None] = set()
    seen: dict[datetime, list[str]] = {}
    for a in arrivals:
        changed = _changed(a, known[a.collected.id], revision_ids.get(a.collected.id))
        seen.setdefault(a.seen_at or into.now, []).append(a.collected.id)
        if COUNTED.intersection(changed):
            was = known[a.collected.id]
            stale |= {was["created_at"], changed.get("created_at"), was["first_seen_at"]}
        if changed:
            row = {f"new_{name}": value for name, value in changed.items()}
            groups.setdefault(tuple(sorted(changed)), []).append(row | {"key": a.collected.id})
    for columns, rows in groups.items():
        told: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
        into.tx.execute(update(schema.comment).where(_C.id == bindparam("key")).values(told), rows)
    for at, ids in seen.items():
        into.tx.execute(update(schema.comment).where(_C.id.in_(ids)).values(last_seen_at=at))
    day_counts.note_instants(into.tx, (at for at in stale if at is not None))
    looked_at = [rows for columns, rows in groups.items() if LOOKED_AT.intersection(columns)]
    return [row["key"] for rows in looked_at for row in rows]


def _changed(a: Arrival, was: RowMapping, revision_id: int | None) -> dict[str, Any]:
    facts = _facts(a)
    if _is_worse(a.collected.time_precision, was["time_precision"]):
        for name in ("created_at", "time_precision", "time_text"):
            facts.pop(name, None)
    facts |= {"missing_since": None, "missing_reason": None}
    changed = {name: value for name, value in facts.items() if was[name] != value}
    if revision_id is not None:
        # assessment_id is cleared so that the new text is judged; the old assessment stays.
        changed |= {"revision_id": revision_id, "assessment_id": None}
    return changed


def _is_worse(new: TimePrecision, known: str) -> bool:
    return _PRECISIONS.index(new) > _PRECISIONS.index(TimePrecision(known))
