"""what platforms send by themselves, and which source is to be swept at once because of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=not needed)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _instant("received_at", needed=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _instant("retry_at"),
        _instant("done_at"),
        sa.Column("detail", data.schema.Kept(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("sha256", name=op.f("uq_webhook_sha256")),
    )
    op.create_index("ix_webhook_state", "webhook", ["state", "id"])
    op.create_table(
        "webhook_due",
        sa.Column("source_id", ID, nullable=False),
        _instant("told_at", needed=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_webhook_due_source_id")
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_webhook_due")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
