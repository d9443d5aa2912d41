"""What the public says: themes, where they were found, and the counts of each day."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from data.schema.columns import Id, Instant, Kept, KeptJson, key, metadata

theme = Table(
    "theme",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("title_en", Kept, nullable=False),
    Column("title_ur", Kept, nullable=False),
    Column("terms", KeptJson, nullable=False),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("merged_into", String(60)),
    Column("signed_off_by", String(80)),
    Column("created_at", Instant, nullable=False),
)

theme_match = Table(
    "theme_match",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("theme_key", String(60), ForeignKey("theme.key"), primary_key=True),
    Column("theme_version", Integer, nullable=False),
    Index("ix_theme_match_theme", "theme_key"),
)

theme_scan = Table(  # which taxonomy a revision was last matched with, also when nothing matched
    "theme_scan",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("taxonomy", Integer, nullable=False),
)

# What data/store/day_counts.py keeps of each local day. Made from other tables, and made again
# whenever something of the day has changed: no keys but its own.
counted_day = Table(
    "counted_day",
    metadata,
    key(),
    Column("zone", String(60), nullable=False),
    Column("day", Date, nullable=False),
    Column("done", Boolean, nullable=False),  # until then somebody is counting it
    UniqueConstraint("zone", "day"),
    sqlite_autoincrement=True,  # no number comes twice: it tells one counting from the next
)

day_count = Table(
    "day_count",
    metadata,
    Column("counted_id", Id, primary_key=True, autoincrement=False),
    Column("about", String(16), primary_key=True),  # what is counted: a flag, a kind, a theme
    Column("name", Kept, primary_key=True),  # and which
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

day_change = Table(  # when a comment was posted whose counts have changed since its day was counted
    "day_change",
    metadata,
    Column("at", Instant, nullable=False),
    Index("ix_day_change_at", "at"),
)
