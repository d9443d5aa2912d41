"""Files that are imported: what their columns are, what waits, what lay in the drop folder."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint

from data.schema.columns import Instant, Kept, KeptJson, key, metadata, to

column_mapping = Table(  # what a person said the columns of a header are
    "column_mapping",
    metadata,
    key(),
    to("source"),
    Column("signature", String(64), nullable=False),
    Column("body", KeptJson, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("source_id", "signature"),
)

file_import = Table(  # a file that waits to be imported outside a web request, and what came of it
    "file_import",
    metadata,
    key(),
    to("source"),
    Column("file_name", Kept, nullable=False),
    Column("place", Kept, nullable=False),  # below the folder of files
    Column("size", BigInteger, nullable=False),
    Column("captured_at", Instant, nullable=False),
    Column("post", Kept),
    Column("encoding", String(40)),
    Column("mapping", KeptJson),
    Column("by", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("rows_done", BigInteger, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    to("sweep", nullable=True),
    Column("told", KeptJson),  # warnings and counts, as the page shows them
    Column("error", Kept),
    Index("ix_file_import_state", "state", "id"),
)

dropped_file = Table(
    "dropped_file",
    metadata,
    key(),
    Column("folder", String(120), nullable=False),
    Column("name", String(260), nullable=False),
    Column("stamp", String(120), nullable=False),  # changes when the file does
    Column("size", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("why", Kept),
    to("file_import", nullable=True),
    Column("first_seen_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("folder", "name"),
)
