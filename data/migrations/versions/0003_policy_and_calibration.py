"""drafts of policy and calibration, shadow runs, judging again, blind samples"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=not needed)


def _about_a_document() -> list[sa.Column[object]]:
    return [
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("note", data.schema.Kept(), nullable=True),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("reason", data.schema.Kept(), nullable=True),
        sa.Column("shadow_id", ID, nullable=True),
        sa.Column("rejected_by", sa.String(length=80), nullable=True),
        _instant("rejected_at"),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        _instant("withdrawn_at"),
    ]


def _documents() -> None:
    for column in _about_a_document():
        op.add_column("policy_version", column)
    op.create_table(
        "calibration_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", data.schema.Kept(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        _instant("made_at", needed=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        _instant("approved_at"),
        *_about_a_document(),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_calibration_version")),
    )
    # Added, not made anew: the table's triggers and the views over it stay as they are.
    op.add_column("assessment", sa.Column("calibration_version", sa.Integer(), nullable=True))


def _shadow_run() -> None:
    op.create_table(
        "shadow_run",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("against_policy", sa.Integer(), nullable=False),
        sa.Column("against_calibration", sa.Integer(), nullable=True),
        sa.Column("engine_version", sa.String(length=200), nullable=False),
        _instant("since", needed=True),
        _instant("until", needed=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        _instant("ran_at", needed=True),
        sa.Column("result", data.schema.KeptJson(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_run")),
    )
    op.create_index("ix_shadow_run_document", "shadow_run", ["kind", "version"])


def _reassessment() -> None:
    op.create_table(
        "reassessment",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("why", data.schema.Kept(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("calibration_version", sa.Integer(), nullable=True),
        sa.Column("engine_version", sa.String(length=200), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        _instant("started_at", needed=True),
        _instant("beat_at", needed=True),
        _instant("ended_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassessment")),
    )


def _blind_sample() -> None:
    op.create_table(
        "blind_sample",
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        _instant("drawn_at", needed=True),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_blind_sample_revision_id")
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_blind_sample")),
    )


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # databases made before today
        # Two engines together tell both their versions.
        op.alter_column("assessment", "engine_version", type_=sa.String(length=200))
    _documents()
    _shadow_run()
    _reassessment()
    _blind_sample()


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
