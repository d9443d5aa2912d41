"""Sources, their sweeps, and what a sweep brought just as it came."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from data.schema.columns import Instant, Kept, KeptJson, key, metadata, to

source = Table(
    "source",
    metadata,
    key(),
    Column("name", String(80), nullable=False, unique=True),
    Column("platform", String(20), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("title", Kept, nullable=False),
    Column("address", Kept, nullable=False, default=""),
    Column("account", String(180), nullable=False, default="", server_default=""),
    Column("time_zone", String(60), nullable=False, default="Asia/Karachi"),
    Column("own_names", KeptJson, nullable=False, default=list),
    Column("sweep_minutes", Integer, nullable=False),
    Column("write_back", String(10), nullable=False),
    Column("paused", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
    Column("stopped_at", Instant),  # by a failure that only a person can mend
    Column("stopped_class", String(20)),
    Column("stopped_why", Kept),
    Column("history_from", Instant),  # the platform itself gives nothing older than this
    Column("closures", KeptJson),  # when it was closed on purpose, by whom and why, oldest first
)

sweep = Table(
    "sweep",
    metadata,
    key(),
    to("source"),
    Column("kind", String(10), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", String(12), nullable=False),
    Column("read", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("revised", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("rejected", Integer, nullable=False, default=0),
    Column("newest_at", Instant),
    Column("platform_total", Integer),
    Column("error_class", String(20)),
    Column("error", Kept),
    Column("resume_at", Instant),  # before which the platform wants no other try
    Column("file_name", Kept),
    Column("file_sha256", String(64)),
    Index("ix_sweep_source_started", "source_id", "started_at"),
)

raw_item = Table(
    "raw_item",
    metadata,
    key(),
    to("source"),
    to("sweep"),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib
    Column("locator", Kept, nullable=False),
    Column("mapper", String(60), nullable=False),
    Column("fetched_at", Instant, nullable=False),
    UniqueConstraint("source_id", "sha256"),
)

rejected_row = Table(
    "rejected_row",
    metadata,
    key(),
    to("sweep"),
    Column("row", Integer, nullable=False),
    Column("reason", Kept, nullable=False),
    Column("raw", Kept, nullable=False, default=""),
    Index("ix_rejected_row_sweep", "sweep_id"),
)
