"""lanes, allowances, sealed credentials, access checks, alerts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=not needed)


def _kept(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Kept(), nullable=not needed)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, data.schema.KeptJson(), nullable=False)


def _to_source(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f(f"fk_{table}_source_id"))


def _columns() -> None:
    account = sa.Column("account", sa.String(length=180), nullable=False, server_default="")
    op.add_column("source", account)
    op.add_column("source", _instant("stopped_at"))
    op.add_column("source", sa.Column("stopped_class", sa.String(length=20), nullable=True))
    op.add_column("source", _kept("stopped_why"))
    op.add_column("source", _instant("history_from"))
    op.add_column("post", _instant("listed_at"))
    op.add_column("post", sa.Column("listed_total", sa.Integer(), nullable=True))
    op.add_column("job_run", _instant("retry_at"))
    op.add_column("sweep", _instant("resume_at"))


def _credential() -> None:
    op.create_table(
        "credential",
        sa.Column("source_id", ID, nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _instant("set_at", needed=True),
        _instant("expires_at"),
        sa.Column("made_from", sa.String(length=64), nullable=True),
        _to_source("credential"),
        sa.PrimaryKeyConstraint("source_id", "part", name=op.f("pk_credential")),
    )


def _budget() -> None:
    op.create_table(
        "budget",
        sa.Column("bucket", sa.String(length=200), nullable=False),
        sa.Column("used", sa.Float(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        _instant("resets_at"),
        sa.Column("spent", sa.Integer(), nullable=False),
        _instant("window_from"),
        _instant("blocked_until"),
        sa.Column("blocked_class", sa.String(length=20), nullable=True),
        _kept("blocked_why"),
        _instant("told_at", needed=True),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_budget")),
    )


def _access_check() -> None:
    op.create_table(
        "access_check",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        _instant("at", needed=True),
        sa.Column("ok", sa.Boolean(), nullable=True),
        _kept("account"),
        _instant("expires_at"),
        _instant("data_access_until"),
        _json("scopes"),
        _json("missing"),
        _json("problems"),
        _to_source("access_check"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_check")),
    )
    op.create_index("ix_access_check_source", "access_check", ["source_id", "at"])


def _alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        _kept("message", needed=True),
        _instant("opened_at", needed=True),
        _instant("changed_at", needed=True),
        _instant("closed_at"),
        _to_source("alert"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_alert_open",
        "alert",
        ["source_id", "kind"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def upgrade() -> None:
    _columns()
    _credential()
    _budget()
    _access_check()
    _alert()


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
