"""second factors, recovery codes, ties to an identity provider, what a session is known by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.schema

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, data.schema.Instant(timezone=True), nullable=not needed)


def _user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f(f"fk_{table}_user_id"))


def _sessions() -> None:
    op.add_column("user_session", sa.Column("waits_for", sa.String(length=8), nullable=True))
    op.add_column("user_session", sa.Column("how", sa.String(length=10), nullable=True))
    op.add_column("user_session", sa.Column("strong", sa.Boolean(), nullable=True))
    op.add_column("user_session", sa.Column("agent", data.schema.Kept(), nullable=True))
    op.add_column("user_session", sa.Column("sealed_proof", sa.LargeBinary(), nullable=True))


def _factors() -> None:
    op.create_table(
        "second_factor",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _instant("made_at", needed=True),
        _instant("confirmed_at"),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        _user("second_factor"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        _instant("made_at", needed=True),
        _instant("used_at"),
        _user("recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "mark", name=op.f("uq_recovery_code_user_id_mark")),
    )


def _identities() -> None:
    op.create_table(
        "outside_identity",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        _instant("linked_at", needed=True),
        _user("outside_identity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_outside_identity_issuer_subject")),
        sa.UniqueConstraint("issuer", "user_id", name=op.f("uq_outside_identity_issuer_user_id")),
    )
    op.create_table(
        "user_email",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        _user("user_email"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_email")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email_email")),
    )


def upgrade() -> None:
    _sessions()
    _factors()
    _identities()


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
