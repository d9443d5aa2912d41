"""the way back: writing that was stopped, and when an action was last compared with the platform"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=not needed)


def upgrade() -> None:
    op.add_column("action", _instant("compared_at"))
    op.create_table(
        "write_stop",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("why", data.schema.Kept(), nullable=False),
        _instant("stopped_at", needed=True),
        _instant("lifted_at"),
        sa.Column("lifted_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_write_stop_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_stop")),
    )
    still_on = sa.text("lifted_at IS NULL")
    op.create_index(
        "uq_write_stop_on",
        "write_stop",
        ["source_id"],
        unique=True,
        sqlite_where=still_on,
        postgresql_where=still_on,
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
