"""Comments, their revisions and our posts, as they are kept; arrivals.py puts comments there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data import schema
from data.db import Tx
from data.model import (
    CollectedPost,
    Comment,
    Platform,
    Post,
    Revision,
    TimePrecision,
    Visibility,
    clean_text,
)
from data.store import open_items
from data.store.rows import named

_C, _R, _P = schema.comment.c, schema.revision.c, schema.post.c

_CURRENT = [
    schema.comment,
    _R.id.label("r_id"),
    _R.no.label("r_no"),
    _R.text.label("r_text"),
    _R.text_sha256.label("r_sha"),
    _R.seen_at.label("r_seen"),
]


def select_comments() -> Select[Any]:
    """Comments joined to their current revision, in the shape that comment_of() reads."""
    return select(*_CURRENT).join(schema.revision, _R.id == _C.revision_id)


def comment_of(row: Row[Any]) -> Comment:
    m = named(row)
    revision = Revision(
        id=m["r_id"],
        comment_id=m["id"],
        no=m["r_no"],
        text=m["r_text"],
        text_sha256=m["r_sha"],
        seen_at=m["r_seen"],
    )
    return Comment(
        id=m["id"],
        source_id=m["source_id"],
        platform=Platform(m["platform"]),
        external_id=m["external_id"],
        call_id=m["call_id"],
        id_kind=m["id_kind"],
        post_id=m["post_id"],
        parent_external_id=m["parent_external_id"],
        author_key=m["author_key"],
        author_name=m["author_name"],
        is_page_owner=m["is_page_owner"],
        created_at=m["created_at"],
        time_precision=TimePrecision(m["time_precision"]),
        first_seen_at=m["first_seen_at"],
        last_seen_at=m["last_seen_at"],
        visibility=Visibility(m["visibility"]),
        can_hide=m["can_hide"],
        can_remove=m["can_remove"],
        like_count=m["like_count"],
        reply_count=m["reply_count"],
        permalink=m["permalink"],
        missing_since=m["missing_since"],
        missing_reason=m["missing_reason"],
        revision=revision,
    )


def upsert(tx: Tx, table: Any) -> Any:
    """An INSERT of the database's own dialect that knows ON CONFLICT."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


# ------------------------------------------------------------------------------ saving


def save_post(
    tx: Tx, source_id: int, platform: Platform, post: CollectedPost, *, now: datetime
) -> int:
    """Keeps one of our posts by key and gives its id; what is not told does not overwrite."""
    told: dict[str, Any] = {
        "text": None if post.text is None else clean_text(post.text),
        "permalink": post.permalink,
        "created_at": post.created_at,
        "comment_count_hint": post.comment_count_hint,
    }
    told = {k: v for k, v in told.items() if v is not None}
    key = {"platform": platform.value, "external_id": post.external_id}
    insert_post = upsert(tx, schema.post).values(
        source_id=source_id, first_seen_at=now, **key, **told
    )
    keys = [_P.platform, _P.external_id]
    if told:
        tx.execute(insert_post.on_conflict_do_update(index_elements=keys, set_=told))
    else:
        tx.execute(insert_post.on_conflict_do_nothing(index_elements=keys))
    query = select(_P.id).where(_P.platform == platform.value, _P.external_id == post.external_id)
    return tx.execute(query).scalar_one()


# ------------------------------------------------------------------------------ absence


def seen_before(
    tx: Tx,
    source_id: int,
    *,
    seen_before: datetime,
    created_from: datetime | None,
    posts_from: datetime | None = None,
    post_ids: Collection[int] | None = None,
) -> list[Comment]:
    """Comments of the source that a sweep begun at ``seen_before`` did not list.

    Only those whose place the sweep covered (created at or after ``created_from``, under posts
    made at or after ``posts_from`` or under the posts named; all where these are None), that are
    not missing already, and that we did not take down ourselves: deleted, or
    hidden in a way that takes them off the list. What is merely hidden is listed as such, so an
    author's deletion of it shows.
    """
    act, shown = schema.action.c, _C.visibility.not_in(_OFF_THE_LIST)
    ours = select(act.comment_id).where(
        act.comment_id == _C.id,
        or_(act.kind == "remove", and_(act.kind == "hide", ~shown)),
        ~_came_to_nothing(act.id),
    )
    query = select_comments().where(
        _C.source_id == source_id,
        _C.last_seen_at < seen_before,
        _C.missing_since.is_(None),
        ~ours.exists(),
    )
    if created_from is not None:
        query = query.where(_C.created_at >= created_from)
    if posts_from is not None:
        young = select(_P.id).where(_P.source_id == source_id, _P.created_at >= posts_from)
        query = query.where(_C.post_id.in_(young))
    if post_ids is not None:
        query = query.where(_C.post_id.in_(post_ids))
    return [comment_of(r) for r in tx.execute(query)]


_OFF_THE_LIST = ("held", "spam", "rejected")
_NOTHING = ("cancelled", "dry_run", "refused", "text_changed")


def _came_to_nothing(action_id: Any) -> Any:
    """Whether the action's last state says that it never took anything down."""
    e = schema.enforcement.c
    last = (
        select(func.max(e.id))
        .where(e.action_id == action_id)
        .correlate(schema.action)
        .scalar_subquery()
    )
    return select(e.id).where(e.id == last, e.state.in_(_NOTHING)).correlate(schema.action).exists()


def mark_missing(tx: Tx, comment_ids: Iterable[str], reason: str, *, now: datetime) -> int:
    """Marks comments as no longer at the platform, with the reason class. Gives how many."""
    marked: list[str] = []
    for comment_id in comment_ids:
        done = tx.execute(
            update(schema.comment)
            .where(_C.id == comment_id, _C.missing_since.is_(None))
            .values(missing_since=now, missing_reason=reason)
        )
        marked += [comment_id] * done.rowcount
    open_items.refresh(tx, marked)
    return len(marked)


def mark_seen(tx: Tx, comment_id: str, visibility: Visibility | None, *, now: datetime) -> None:
    """Notes that the comment was read at the platform just now."""
    values: dict[str, Any] = {"last_seen_at": now}
    if visibility is not None:
        values["visibility"] = visibility.value
    tx.execute(update(schema.comment).where(_C.id == comment_id).values(values))


def newest_seen(tx: Tx, source_id: int, limit: int = 3) -> list[Comment]:
    """The comments seen most lately: canaries that ought to be alive."""
    query = (
        select_comments()
        .where(_C.source_id == source_id, _C.missing_since.is_(None))
        .order_by(_C.last_seen_at.desc(), _C.id)
        .limit(limit)
    )
    return [comment_of(r) for r in tx.execute(query)]


# ------------------------------------------------------------------------------ reading


def get_comment(tx: Tx, comment_id: str) -> Comment | None:
    row = tx.execute(select_comments().where(_C.id == comment_id)).one_or_none()
    return None if row is None else comment_of(row)


def get_comments(tx: Tx, comment_ids: Sequence[str]) -> dict[str, Comment]:
    """The comments by id; an unknown id is left out."""
    rows = tx.execute(select_comments().where(_C.id.in_(comment_ids)))
    return {c.id: c for c in map(comment_of, rows)}


def revisions_of(tx: Tx, comment_id: str) -> list[Revision]:
    """All texts that the comment has had, oldest first."""
    query = select(schema.revision).where(_R.comment_id == comment_id).order_by(_R.no)
    return [
        Revision(
            id=r.id,
            comment_id=r.comment_id,
            no=r.no,
            text=r.text,
            text_sha256=r.text_sha256,
            seen_at=r.seen_at,
        )
        for r in tx.execute(query)
    ]


def post_by_id(tx: Tx, post_id: int) -> Post | None:
    r = tx.execute(select(schema.post).where(_P.id == post_id)).one_or_none()
    if r is None:
        return None
    return Post(
        id=r.id,
        source_id=r.source_id,
        platform=Platform(r.platform),
        external_id=r.external_id,
        text=r.text,
        permalink=r.permalink,
        created_at=r.created_at,
    )


def author_count(tx: Tx, author_key: str, source_id: int, since: datetime) -> int:
    """How many comments this author has written on this page since then; never across pages."""
    query = select(func.count()).where(
        _C.author_key == author_key, _C.source_id == source_id, _C.created_at >= since
    )
    return tx.execute(query).scalar_one()


def posts_by_id(tx: Tx, ids: Sequence[int]) -> dict[int, Post]:
    """Our posts by id; an unknown id is left out."""
    rows = tx.execute(select(schema.post).where(_P.id.in_(ids)))
    return {
        r.id: Post(
            id=r.id,
            source_id=r.source_id,
            platform=Platform(r.platform),
            external_id=r.external_id,
            text=r.text,
            permalink=r.permalink,
            created_at=r.created_at,
        )
        for r in rows
    }


def newest_by_source(tx: Tx) -> dict[int, datetime]:
    """When the newest comment of each source was posted (first seen where no date was told)."""
    at = func.max(func.coalesce(_C.created_at, _C.first_seen_at, type_=schema.Instant()))
    query = select(_C.source_id, at).group_by(_C.source_id)
    return {source_id: newest for source_id, newest in tx.execute(query)}


def first_opened(tx: Tx, comment_id: str) -> datetime | None:
    """When an officer first opened the comment as it is now; None when nobody has."""
    g = schema.glance.c
    query = (
        select(func.min(g.at))
        .join(schema.comment, _C.revision_id == g.revision_id)
        .where(_C.id == comment_id)
    )
    return tx.execute(query).scalar_one()
