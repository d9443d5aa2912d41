"""What the machine said of each revision, and which comments are near-copies."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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

from data.schema.columns import Instant, Kept, KeptJson, comment_id, key, metadata, to

assessment = Table(
    "assessment",
    metadata,
    key(),
    comment_id(),
    to("revision"),
    Column("language", String(10), nullable=False),
    Column("coverage", String(16), nullable=False),
    Column("coverage_note", Kept, nullable=False),
    Column("toxicity", Float),
    Column("sentiment", String(10)),
    Column("signals", KeptJson, nullable=False),
    Column("feedback", KeptJson, nullable=False),
    Column("engine", String(20), nullable=False),
    Column("engine_version", String(200), nullable=False),
    Column("flag", String(12), nullable=False),
    Column("reasons", KeptJson, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("suggested", String(12)),
    Column("priority", Float, nullable=False),
    Column("why", KeptJson, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("calibration_version", Integer),  # null: the engine's own scores
    Column("assessed_at", Instant, nullable=False),
    Index("ix_assessment_revision", "revision_id"),
    Index("ix_assessment_toxicity", "toxicity", "comment_id"),
    Index("ix_assessment_assessed_at", "assessed_at"),
    Index(
        "ix_assessment_flagged",
        "assessed_at",
        "comment_id",
        sqlite_where=text("flag <> 'none'"),
        postgresql_where=text("flag <> 'none'"),
    ),
)

copy_band = Table(
    "copy_band",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
)

copy_member = Table(
    "copy_member",
    metadata,
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
    Column("group_id", String(200), nullable=False),  # the first member's comment id
    Column("author_key", String(64)),
    Column("signature", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_copy_member_group", "group_id", "at"),
)
