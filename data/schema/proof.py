"""The audit's chain, the reports, and which process does what."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from data.schema.columns import Id, Instant, Kept, key, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),  # ISO text: what is hashed is what is kept
    Column("actor", String(80), nullable=False),
    Column("verb", String(40), nullable=False),
    Column("object", String(200), nullable=False),
    Column("detail", Kept, nullable=False),  # canonical JSON: what is hashed is what is kept
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_entry_object", "object"),  # all that was done to one thing
)

audit_head = Table(  # one row; locking it makes the chain one line of writers
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Id, nullable=False),
    Column("hash", String(64), nullable=False),
)

report = Table(
    "report",
    metadata,
    key(),
    Column("day", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("headline", Kept, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("folder", Kept, nullable=False),
    Index("ix_report_day", "day"),
)

job_run = Table(
    "job_run",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("slot", String(40), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("error", Kept),
    Column("retry_at", Instant),  # a failed run is not tried again before
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("until", Instant, nullable=False),
)
