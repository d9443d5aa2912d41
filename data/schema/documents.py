"""What the machine judges by, version after version, and what a version was tried on."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from data.schema.columns import Id, Instant, Kept, KeptJson, key, metadata, to


def _document(name: str) -> Table:
    """Versions of a document that one person drafts and another puts in force."""
    return Table(
        name,
        metadata,
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("body", Kept, nullable=False),
        Column("made_by", String(80), nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("approved_by", String(80)),
        Column("approved_at", Instant),
        Column("sha256", String(64)),
        Column("note", Kept),
        Column("base", Integer),
        Column("reason", Kept),
        Column("shadow_id", Id),
        Column("rejected_by", String(80)),
        Column("rejected_at", Instant),
        Column("withdrawn_by", String(80)),
        Column("withdrawn_at", Instant),
    )


policy_version = _document("policy_version")

calibration_version = _document("calibration_version")

shadow_run = Table(
    "shadow_run",
    metadata,
    key(),
    Column("kind", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("against_policy", Integer, nullable=False),
    Column("against_calibration", Integer),
    Column("engine_version", String(200), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("ran_at", Instant, nullable=False),
    Column("result", KeptJson, nullable=False),
    Index("ix_shadow_run_document", "kind", "version"),
)

shadow_job = Table(  # a shadow run that somebody asked for, and how far it is
    "shadow_job",
    metadata,
    key(),
    Column("kind", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    to("app_user", name="user_id"),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    to("shadow_run", name="shadow_id", nullable=True),
    Column("error", Kept),
    Index("ix_shadow_job_version", "kind", "version", "id"),
)

reassessment = Table(  # one row for each judging again; updated with every page that it commits
    "reassessment",
    metadata,
    key(),
    Column("why", Kept, nullable=False),
    Column("by", String(80), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("calibration_version", Integer),
    Column("engine_version", String(200), nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
