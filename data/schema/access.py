"""Access to the platforms: what opens them, how much they allow, and what ought to be seen."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from data.schema.columns import Id, Instant, Kept, KeptJson, key, metadata, to

credential = Table(  # sealed: the key lies in var/secrets, never in the database
    "credential",
    metadata,
    Column("source_id", Id, ForeignKey("source.id"), primary_key=True),
    Column("part", String(20), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("made_from", String(64)),  # fingerprint of the given secret that it was renewed from
)

budget = Table(  # one row for each allowance of a platform; a restart forgets no block
    "budget",
    metadata,
    Column("bucket", String(200), primary_key=True),
    Column("used", Float),
    Column("remaining", Integer),
    Column("resets_at", Instant),
    Column("spent", Integer, nullable=False, default=0),
    Column("window_from", Instant),
    Column("blocked_until", Instant),
    Column("blocked_class", String(20)),
    Column("blocked_why", Kept),
    Column("told_at", Instant, nullable=False),
)

access_check = Table(
    "access_check",
    metadata,
    key(),
    to("source"),
    Column("at", Instant, nullable=False),
    Column("ok", Boolean),  # null: the platform could not be asked
    Column("account", Kept),
    Column("expires_at", Instant),
    Column("data_access_until", Instant),
    Column("scopes", KeptJson, nullable=False),
    Column("missing", KeptJson, nullable=False),
    Column("problems", KeptJson, nullable=False),
    Index("ix_access_check_source", "source_id", "at"),
)

alert = Table(  # what a person ought to see; closed, never deleted
    "alert",
    metadata,
    key(),
    to("source"),
    Column("kind", String(20), nullable=False),
    Column("message", Kept, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(
        "uq_alert_open",
        "source_id",
        "kind",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)
