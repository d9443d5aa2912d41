"""What platforms sent by themselves."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from data.schema.columns import Id, Instant, Kept, key, metadata

webhook = Table(  # what a platform sent by itself, as it came; a sweep stays the truth
    "webhook",
    metadata,
    key(),
    Column("sha256", String(64), nullable=False, unique=True),  # one body is kept once
    Column("signed_by", String(64), nullable=False),  # the mark of the app whose secret signed it
    Column("body", LargeBinary, nullable=False),  # zlib
    Column("received_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Instant),
    Column("done_at", Instant),
    Column("detail", Kept, nullable=False),
    Index("ix_webhook_state", "state", "id"),
)

webhook_due = Table(  # a sweep of the source is asked for since then
    "webhook_due",
    metadata,
    Column("source_id", Id, ForeignKey("source.id"), primary_key=True),
    Column("told_at", Instant, nullable=False),
)
