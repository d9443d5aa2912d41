"""The people who work with Sunwai: how they sign in, and what each has chosen."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from data.schema.columns import Id, Instant, Kept, key, metadata, to

app_user = Table(
    "app_user",
    metadata,
    key(),
    Column("name", String(80), nullable=False, unique=True),
    Column("display", String(120), nullable=False),
    Column("role", String(16), nullable=False),
    Column("pseudonym", String(40), nullable=False, unique=True),
    Column("password_hash", Kept, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

user_session = Table(
    "user_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    to("app_user", name="user_id"),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("waits_for", String(8)),  # "code" or "set-up": opens nothing until that is done
    Column("how", String(10)),  # "password" or "provider"; NULL in rows from before 0009
    Column("strong", Boolean),  # a second factor was shown
    Column("agent", Kept),  # the browser as it calls itself
    Column("sealed_proof", LargeBinary),  # the provider's ID token, to sign out there too
)

second_factor = Table(  # sealed: the key lies in var/secrets, never in the database
    "second_factor",
    metadata,
    Column("user_id", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("last_step", BigInteger),  # the newest time step whose code was used: none comes twice
)

recovery_code = Table(
    "recovery_code",
    metadata,
    key(),
    to("app_user", name="user_id"),
    Column("mark", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("used_at", Instant),
    UniqueConstraint("user_id", "mark"),
)

outside_identity = Table(  # whom an identity provider calls by this subject
    "outside_identity",
    metadata,
    key(),
    Column("issuer", String(300), nullable=False),
    Column("subject", String(255), nullable=False),
    to("app_user", name="user_id"),
    Column("linked_at", Instant, nullable=False),
    UniqueConstraint("issuer", "subject"),
    UniqueConstraint("issuer", "user_id"),
)

user_email = Table(  # by which an identity provider's e-mail claim finds the user; small letters
    "user_email",
    metadata,
    Column("user_id", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
)

signin_failure = Table(
    "signin_failure",
    metadata,
    key(),
    Column("subject", String(120), nullable=False),  # "user:<name>" or "address:<ip>"
    Column("at", Instant, nullable=False),
    Index("ix_signin_failure_subject", "subject", "at"),
)

user_choice = Table(  # one row per user and name; no row = the default
    "user_choice",
    metadata,
    Column("user_id", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("value", Kept, nullable=False),
    Column("set_at", Instant, nullable=False),
)

saved_view = Table(  # a named set of the grid's filters; replaced under its name, or taken away
    "saved_view",
    metadata,
    key(),
    to("app_user", name="user_id"),
    Column("name", String(60), nullable=False),
    Column("query", Kept, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("user_id", "name"),
)
