"""imports that wait and run, mappings of columns, files in the drop folder"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=not needed)


def _kept(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Kept(), nullable=not needed)


def _to(table: str, of: str, *, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}"))


def _mappings() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("body", data.schema.KeptJson(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        _instant("made_at", needed=True),
        _to("column_mapping", "source", column="source_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
        sa.UniqueConstraint(
            "source_id", "signature", name=op.f("uq_column_mapping_source_id_signature")
        ),
    )


def _imports() -> None:
    op.create_table(
        "file_import",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        _kept("file_name", needed=True),
        _kept("place", needed=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _instant("captured_at", needed=True),
        _kept("post"),
        sa.Column("encoding", sa.String(length=40), nullable=True),
        sa.Column("mapping", data.schema.KeptJson(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.BigInteger(), nullable=False),
        _instant("created_at", needed=True),
        _instant("ended_at"),
        sa.Column("sweep_id", ID, nullable=True),
        sa.Column("told", data.schema.KeptJson(), nullable=True),
        _kept("error"),
        _to("file_import", "source", column="source_id"),
        _to("file_import", "sweep", column="sweep_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_import")),
    )
    op.create_index("ix_file_import_state", "file_import", ["state", "id"])


def _dropped() -> None:
    op.create_table(
        "dropped_file",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("folder", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=260), nullable=False),
        sa.Column("stamp", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        _kept("why"),
        sa.Column("file_import_id", ID, nullable=True),
        _instant("first_seen_at", needed=True),
        _instant("changed_at", needed=True),
        _to("dropped_file", "file_import", column="file_import_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_file")),
        sa.UniqueConstraint("folder", "name", name=op.f("uq_dropped_file_folder_name")),
    )


def upgrade() -> None:
    _mappings()
    _imports()
    _dropped()


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
