"""Our posts, the public's comments on them, and each text that a comment has had."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, UniqueConstraint, text

from data.schema.columns import Id, Instant, Kept, comment_id, key, metadata, to

post = Table(
    "post",
    metadata,
    key(),
    to("source"),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("text", Kept),
    Column("permalink", Kept),
    Column("created_at", Instant),
    Column("comment_count_hint", Integer),
    Column("first_seen_at", Instant, nullable=False),
    Column("listed_at", Instant),  # when its comments were last listed to their end
    Column("listed_total", Integer),  # the platform's count of them at that time
    UniqueConstraint("platform", "external_id"),
)

comment = Table(
    "comment",
    metadata,
    Column("id", String(200), primary_key=True),
    to("source"),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(180), nullable=False),
    Column("call_id", String(200), nullable=False),
    Column("id_kind", String(10), nullable=False),
    to("post", nullable=True),
    Column("parent_external_id", String(180)),
    Column("author_key", String(64)),
    Column("author_name", Kept),
    Column("is_page_owner", Boolean, nullable=False, default=False),
    Column("created_at", Instant),
    Column("time_precision", String(10), nullable=False),
    Column("time_text", Kept),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("visibility", String(10), nullable=False),
    Column("can_hide", Boolean),
    Column("can_remove", Boolean),
    Column("like_count", Integer),
    Column("reply_count", Integer),
    Column("permalink", Kept),
    Column("media_kinds", Kept, nullable=False, default=""),
    Column("missing_since", Instant),
    Column("missing_reason", String(20)),
    # Pointers to the newest rows of the append-only tables; no state is kept twice.
    Column("revision_id", Id, nullable=True),
    Column("assessment_id", Id, nullable=True),
    Column("decision_id", Id, nullable=True),
    Index("ix_comment_source_created", "source_id", "created_at"),
    Index("ix_comment_post_created", "post_id", "created_at"),
    Index("ix_comment_first_seen_at", "first_seen_at"),
    Index(
        "ix_comment_missing_since",
        "missing_since",
        sqlite_where=text("missing_since IS NOT NULL"),
        postgresql_where=text("missing_since IS NOT NULL"),
    ),
    Index("ix_comment_posted", text("coalesce(created_at, first_seen_at)"), "id"),
    Index("ix_comment_author", "author_key", "source_id", "created_at"),
    Index(
        "ix_comment_to_assess",
        "first_seen_at",
        sqlite_where=text("assessment_id IS NULL"),
        postgresql_where=text("assessment_id IS NULL"),
    ),
)

revision = Table(
    "revision",
    metadata,
    key(),
    comment_id(),
    Column("no", Integer, nullable=False),
    Column("text", Kept, nullable=False),
    Column("text_search", Kept, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("seen_at", Instant, nullable=False),
    to("sweep"),
    to("raw_item", nullable=True),
    UniqueConstraint("comment_id", "no"),
    Index("ix_revision_seen_at", "seen_at"),
    Index(
        "ix_revision_edited",
        "seen_at",
        "comment_id",
        sqlite_where=text("no > 1"),
        postgresql_where=text("no > 1"),
    ),
)
