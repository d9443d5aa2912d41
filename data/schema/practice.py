"""Practice on invented comments."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from data.schema.columns import Id, Instant, KeptJson, key, metadata, to

practice_run = Table(  # invented comments only: nothing here points at a comment or a decision
    "practice_run",
    metadata,
    key(),
    to("app_user", name="user_id"),
    Column("items", KeptJson, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_practice_run_user", "user_id", "id"),
)

practice_answer = Table(
    "practice_answer",
    metadata,
    Column("run_id", Id, ForeignKey("practice_run.id"), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("verdict", String(12), nullable=False),
    Column("reason", String(12)),
    Column("outcome", String(10), nullable=False),
    Column("at", Instant, nullable=False),
)
