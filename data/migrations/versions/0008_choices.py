"""what each user chose for themselves: tongue, theme, calendar, digits, keys"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "user_choice",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", data.schema.Kept(), nullable=False),
        sa.Column("set_at", data.schema.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_choice_user_id")),
        sa.PrimaryKeyConstraint("user_id", "name", name=op.f("pk_user_choice")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
