"""sources closed on purpose; shadow runs as jobs with their progress"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=not needed)


def upgrade() -> None:
    op.add_column("source", sa.Column("closures", data.schema.KeptJson(), nullable=True))
    op.create_table(
        "shadow_job",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        _instant("created_at", needed=True),
        _instant("ended_at"),
        sa.Column("shadow_id", ID, nullable=True),
        sa.Column("error", data.schema.Kept(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_shadow_job_user_id")),
        sa.ForeignKeyConstraint(
            ["shadow_id"], ["shadow_run.id"], name=op.f("fk_shadow_job_shadow_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_job")),
    )
    op.create_index("ix_shadow_job_version", "shadow_job", ["kind", "version", "id"])


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
