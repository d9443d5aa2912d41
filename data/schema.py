"""The tables, as SQLAlchemy Core, one block per noun of the product, and the views over them.

Rows are appended. Updated in place are only: claims, last-seen marks and counters of a comment,
a comment's pointers to its newest revision, assessment and decision, and leases.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import JSON, TypeDecorator

from data.model import storable, utc


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite would drop the offset silently; naive is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Kept(TypeDecorator[str]):
    """Text from outside: what no database can store becomes U+FFFD on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


_UNSTORABLE_JSON = re.compile(r"\\u0000|[\ud800-\udfff]")


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {storable(k): _storable_json(v) for k, v in items}
    if isinstance(value, list | tuple):
        return [_storable_json(v) for v in cast("list[Any]", value)]
    return value


class KeptJson(TypeDecorator[Any]):
    """JSON from outside, cleaned like Kept."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        # Nearly all of it is storable: one look at the whole costs a tenth of looking at each part.
        told = json.dumps(value, ensure_ascii=False)
        return _storable_json(value) if _UNSTORABLE_JSON.search(told) else value


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements only INTEGER keys

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _to(table: str, *, name: str | None = None, nullable: bool = False) -> Column[Any]:
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=nullable)


def _comment_id(**kw: Any) -> Column[Any]:
    return Column("comment_id", String(200), ForeignKey("comment.id"), nullable=False, **kw)


# ------------------------------------------------------------------------------ collection

source = Table(
    "source",
    metadata,
    _key(),
    Column("name", String(80), nullable=False, unique=True),
    Column("platform", String(20), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("title", Kept, nullable=False),
    Column("address", Kept, nullable=False, default=""),
    Column("account", String(180), nullable=False, default="", server_default=""),
    Column("time_zone", String(60), nullable=False, default="Asia/Karachi"),
    Column("own_names", KeptJson, nullable=False, default=list),
    Column("sweep_minutes", Integer, nullable=False),
    Column("write_back", String(10), nullable=False),
    Column("paused", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
    Column("stopped_at", Instant),  # by a failure that only a person can mend
    Column("stopped_class", String(20)),
    Column("stopped_why", Kept),
    Column("history_from", Instant),  # the platform itself gives nothing older than this
    Column("closures", KeptJson),  # when it was closed on purpose, by whom and why, oldest first
)

sweep = Table(
    "sweep",
    metadata,
    _key(),
    _to("source"),
    Column("kind", String(10), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", String(12), nullable=False),
    Column("read", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("revised", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("rejected", Integer, nullable=False, default=0),
    Column("newest_at", Instant),
    Column("platform_total", Integer),
    Column("error_class", String(20)),
    Column("error", Kept),
    Column("resume_at", Instant),  # before which the platform wants no other try
    Column("file_name", Kept),
    Column("file_sha256", String(64)),
    Index("ix_sweep_source_started", "source_id", "started_at"),
)

raw_item = Table(
    "raw_item",
    metadata,
    _key(),
    _to("source"),
    _to("sweep"),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib
    Column("locator", Kept, nullable=False),
    Column("mapper", String(60), nullable=False),
    Column("fetched_at", Instant, nullable=False),
    UniqueConstraint("source_id", "sha256"),
)

rejected_row = Table(
    "rejected_row",
    metadata,
    _key(),
    _to("sweep"),
    Column("row", Integer, nullable=False),
    Column("reason", Kept, nullable=False),
    Column("raw", Kept, nullable=False, default=""),
    Index("ix_rejected_row_sweep", "sweep_id"),
)

post = Table(
    "post",
    metadata,
    _key(),
    _to("source"),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("text", Kept),
    Column("permalink", Kept),
    Column("created_at", Instant),
    Column("comment_count_hint", Integer),
    Column("first_seen_at", Instant, nullable=False),
    Column("listed_at", Instant),  # when its comments were last listed to their end
    Column("listed_total", Integer),  # the platform's count of them at that time
    UniqueConstraint("platform", "external_id"),
)

comment = Table(
    "comment",
    metadata,
    Column("id", String(200), primary_key=True),
    _to("source"),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(180), nullable=False),
    Column("call_id", String(200), nullable=False),
    Column("id_kind", String(10), nullable=False),
    _to("post", nullable=True),
    Column("parent_external_id", String(180)),
    Column("author_key", String(64)),
    Column("author_name", Kept),
    Column("is_page_owner", Boolean, nullable=False, default=False),
    Column("created_at", Instant),
    Column("time_precision", String(10), nullable=False),
    Column("time_text", Kept),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("visibility", String(10), nullable=False),
    Column("can_hide", Boolean),
    Column("can_remove", Boolean),
    Column("like_count", Integer),
    Column("reply_count", Integer),
    Column("permalink", Kept),
    Column("media_kinds", Kept, nullable=False, default=""),
    Column("missing_since", Instant),
    Column("missing_reason", String(20)),
    # Pointers to the newest rows of the append-only tables; no state is kept twice.
    Column("revision_id", Id, nullable=True),
    Column("assessment_id", Id, nullable=True),
    Column("decision_id", Id, nullable=True),
    Index("ix_comment_source_created", "source_id", "created_at"),
    Index("ix_comment_post_created", "post_id", "created_at"),
    Index("ix_comment_first_seen_at", "first_seen_at"),
    Index(
        "ix_comment_missing_since",
        "missing_since",
        sqlite_where=text("missing_since IS NOT NULL"),
        postgresql_where=text("missing_since IS NOT NULL"),
    ),
    Index("ix_comment_posted", text("coalesce(created_at, first_seen_at)"), "id"),
    Index("ix_comment_author", "author_key", "source_id", "created_at"),
    Index(
        "ix_comment_to_assess",
        "first_seen_at",
        sqlite_where=text("assessment_id IS NULL"),
        postgresql_where=text("assessment_id IS NULL"),
    ),
)

revision = Table(
    "revision",
    metadata,
    _key(),
    _comment_id(),
    Column("no", Integer, nullable=False),
    Column("text", Kept, nullable=False),
    Column("text_search", Kept, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("seen_at", Instant, nullable=False),
    _to("sweep"),
    _to("raw_item", nullable=True),
    UniqueConstraint("comment_id", "no"),
    Index("ix_revision_seen_at", "seen_at"),
    Index(
        "ix_revision_edited",
        "seen_at",
        "comment_id",
        sqlite_where=text("no > 1"),
        postgresql_where=text("no > 1"),
    ),
)

# ------------------------------------------------------------------------------ files

column_mapping = Table(  # what a person said the columns of a header are
    "column_mapping",
    metadata,
    _key(),
    _to("source"),
    Column("signature", String(64), nullable=False),
    Column("body", KeptJson, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("source_id", "signature"),
)

file_import = Table(  # a file that waits to be imported outside a web request, and what came of it
    "file_import",
    metadata,
    _key(),
    _to("source"),
    Column("file_name", Kept, nullable=False),
    Column("place", Kept, nullable=False),  # below the folder of files
    Column("size", BigInteger, nullable=False),
    Column("captured_at", Instant, nullable=False),
    Column("post", Kept),
    Column("encoding", String(40)),
    Column("mapping", KeptJson),
    Column("by", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("rows_done", BigInteger, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    _to("sweep", nullable=True),
    Column("told", KeptJson),  # warnings and counts, as the page shows them
    Column("error", Kept),
    Index("ix_file_import_state", "state", "id"),
)

dropped_file = Table(
    "dropped_file",
    metadata,
    _key(),
    Column("folder", String(120), nullable=False),
    Column("name", String(260), nullable=False),
    Column("stamp", String(120), nullable=False),  # changes when the file does
    Column("size", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("why", Kept),
    _to("file_import", nullable=True),
    Column("first_seen_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("folder", "name"),
)

# ------------------------------------------------------------------------------ judgement


def _document(name: str) -> Table:
    """Versions of a document that one person drafts and another puts in force."""
    return Table(
        name,
        metadata,
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("body", Kept, nullable=False),
        Column("made_by", String(80), nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("approved_by", String(80)),
        Column("approved_at", Instant),
        Column("sha256", String(64)),
        Column("note", Kept),
        Column("base", Integer),
        Column("reason", Kept),
        Column("shadow_id", Id),
        Column("rejected_by", String(80)),
        Column("rejected_at", Instant),
        Column("withdrawn_by", String(80)),
        Column("withdrawn_at", Instant),
    )


policy_version = _document("policy_version")
calibration_version = _document("calibration_version")

shadow_run = Table(
    "shadow_run",
    metadata,
    _key(),
    Column("kind", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("against_policy", Integer, nullable=False),
    Column("against_calibration", Integer),
    Column("engine_version", String(200), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("ran_at", Instant, nullable=False),
    Column("result", KeptJson, nullable=False),
    Index("ix_shadow_run_document", "kind", "version"),
)

shadow_job = Table(  # a shadow run that somebody asked for, and how far it is
    "shadow_job",
    metadata,
    _key(),
    Column("kind", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    _to("app_user", name="user_id"),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    _to("shadow_run", name="shadow_id", nullable=True),
    Column("error", Kept),
    Index("ix_shadow_job_version", "kind", "version", "id"),
)

reassessment = Table(  # one row for each judging again; updated with every page that it commits
    "reassessment",
    metadata,
    _key(),
    Column("why", Kept, nullable=False),
    Column("by", String(80), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("calibration_version", Integer),
    Column("engine_version", String(200), nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

blind_sample = Table(  # texts below the queue point, drawn by chance for people to decide on
    "blind_sample",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("rate", Float, nullable=False),  # the chance with which it was drawn
    Column("drawn_at", Instant, nullable=False),
)

assessment = Table(
    "assessment",
    metadata,
    _key(),
    _comment_id(),
    _to("revision"),
    Column("language", String(10), nullable=False),
    Column("coverage", String(16), nullable=False),
    Column("coverage_note", Kept, nullable=False),
    Column("toxicity", Float),
    Column("sentiment", String(10)),
    Column("signals", KeptJson, nullable=False),
    Column("feedback", KeptJson, nullable=False),
    Column("engine", String(20), nullable=False),
    Column("engine_version", String(200), nullable=False),
    Column("flag", String(12), nullable=False),
    Column("reasons", KeptJson, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("suggested", String(12)),
    Column("priority", Float, nullable=False),
    Column("why", KeptJson, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("calibration_version", Integer),  # null: the engine's own scores
    Column("assessed_at", Instant, nullable=False),
    Index("ix_assessment_revision", "revision_id"),
    Index("ix_assessment_toxicity", "toxicity", "comment_id"),
    Index("ix_assessment_assessed_at", "assessed_at"),
    Index(
        "ix_assessment_flagged",
        "assessed_at",
        "comment_id",
        sqlite_where=text("flag <> 'none'"),
        postgresql_where=text("flag <> 'none'"),
    ),
)

copy_band = Table(
    "copy_band",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
)

copy_member = Table(
    "copy_member",
    metadata,
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
    Column("group_id", String(200), nullable=False),  # the first member's comment id
    Column("author_key", String(64)),
    Column("signature", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_copy_member_group", "group_id", "at"),
)

# ------------------------------------------------------------------------------ decisions

app_user = Table(
    "app_user",
    metadata,
    _key(),
    Column("name", String(80), nullable=False, unique=True),
    Column("display", String(120), nullable=False),
    Column("role", String(16), nullable=False),
    Column("pseudonym", String(40), nullable=False, unique=True),
    Column("password_hash", Kept, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

decision = Table(
    "decision",
    metadata,
    _key(),
    _comment_id(),
    _to("revision"),
    Column("verdict", String(12), nullable=False),
    Column("reason", String(12)),
    Column("reason_text", Kept, nullable=False, default=""),
    _to("app_user", name="by_user"),
    Column("decided_at", Instant, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("awaits_second", Boolean, nullable=False, default=False),
    Column("second_of", Id, ForeignKey("decision.id")),
    Column("undoes", Id, ForeignKey("decision.id")),
    Column("key", String(120), nullable=False, unique=True),
    Column("theme", String(60)),
    Column("span_start", Integer),
    Column("span_end", Integer),
    Index("ix_decision_decided_at", "decided_at"),
    Index("ix_decision_comment", "comment_id"),
    Index("ix_decision_by", "by_user", "decided_at"),
    Index(
        "ix_decision_undoes",
        "undoes",
        sqlite_where=text("undoes IS NOT NULL"),
        postgresql_where=text("undoes IS NOT NULL"),
    ),
    # The duty's core rule, held by the database itself: no removal without a reason code.
    CheckConstraint(
        "verdict NOT IN ('remove', 'split') OR reason IS NOT NULL", name="removal_has_reason"
    ),
    CheckConstraint("reason IS NULL OR reason LIKE 'OM-5-%'", name="reason_is_om_code"),
    CheckConstraint(
        "reason IS NULL OR reason <> 'OM-5-X' OR length(reason_text) >= 15",
        name="other_reason_is_told",
    ),
)

claim = Table(
    "claim",
    metadata,
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
    _to("app_user", name="by_user"),
    Column("until", Instant, nullable=False),
    Index("ix_claim_until", "until"),
)

glance = Table(  # first time each officer opened a card: the "first opened" stamp
    "glance",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("by_user", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("at", Instant, nullable=False),
)

conflict_word = Table(  # a comment that names it is not this officer's to decide
    "conflict_word",
    metadata,
    _key(),
    _to("app_user", name="user_id"),
    Column("word", Kept, nullable=False),
    Column("folded", String(120), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("user_id", "folded"),
)

viewing = Table(  # who has a comment open outside the queue, until when; forgotten soon after
    "viewing",
    metadata,
    Column("comment_id", String(200), ForeignKey("comment.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("place", String(12), nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_viewing_until", "until"),
)

shift = Table(  # an officer's signed-off shift; recorded once, never changed
    "shift",
    metadata,
    _key(),
    _to("app_user", name="user_id"),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("note", Kept, nullable=False, default=""),
    Column("figures", KeptJson, nullable=False),
    Column("chain_seq", Id, nullable=False),
    Column("chain_head", String(64), nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    UniqueConstraint("user_id", "started_at"),
    Index("ix_shift_ended_at", "ended_at"),
)

complaint_case = Table(
    "complaint_case",
    metadata,
    _key(),
    _comment_id(),
    _to("decision"),
    Column("theme", String(60)),
    Column("office", Kept, nullable=False, default=""),
    Column("place", Kept, nullable=False, default=""),
    Column("due_on", Date),
    Column("state", String(12), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("handed_over_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", String(80)),
    Column("closing_note", Kept),
)

# ------------------------------------------------------------------------------ judged again, blind

blind_item = Table(  # what was drawn by chance to be judged a second time without the first verdict
    "blind_item",
    metadata,
    _key(),
    _comment_id(),
    _to("revision"),
    Column("stratum", String(12), nullable=False),
    Column("decision_id", Id, ForeignKey("decision.id")),  # what stood when it was drawn
    Column("round", String(10), nullable=False),  # the ISO week, or the day of a sample by hand
    Column("drawn_at", Instant, nullable=False),
    UniqueConstraint("revision_id", "stratum"),
)

blind_answer = Table(  # one a drawn item; changes nothing by itself
    "blind_answer",
    metadata,
    Column("item_id", Id, ForeignKey("blind_item.id"), primary_key=True),
    Column("by_user", Id, ForeignKey("app_user.id"), nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("reason", String(12)),
    Column("reason_text", Kept, nullable=False),
    Column("at", Instant, nullable=False),
    Column("settled_at", Instant),  # a senior officer looked at the difference
    Column("settled_by", Id, ForeignKey("app_user.id")),
    Column("settled_how", String(10)),
    CheckConstraint(
        "verdict NOT IN ('remove', 'split') OR reason IS NOT NULL", name="removal_has_reason"
    ),
)

# ------------------------------------------------------------------------------ practice

practice_run = Table(  # invented comments only: nothing here points at a comment or a decision
    "practice_run",
    metadata,
    _key(),
    _to("app_user", name="user_id"),
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

# ------------------------------------------------------------------------------ the queue, in order

# What review_queue says, kept in step by data/store/open_items.py so that the next cards and the
# counts cost the same however much is in the store. Made from other tables: no keys of its own.
open_item = Table(
    "open_item",
    metadata,
    Column("comment_id", String(200), primary_key=True),
    Column("queue", String(12), nullable=False),
    Column("postponed", Boolean, nullable=False),  # put off: behind everything else
    Column("rank", Float, nullable=False),  # data/urgency.py; the smallest first
    # Posted (first seen where no time was told); edited: when the edit was seen.
    Column("since", Instant, nullable=False),
    Column("source_id", Id, nullable=False),
    Column("platform", String(20), nullable=False),
    Column("language", String(10), nullable=False),
    Column("coverage", String(16), nullable=False),
    Column("flag", String(12), nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("toxicity", Float),
    Column("suggested", String(12)),  # the first reason code that the policy names
    Column("complaint", Boolean, nullable=False),
    Column("copies", Integer, nullable=False),  # rounded down to a power of two
    Column("open_by", Id),  # whose proposal, question or wait stands
    Index("ix_open_item_order", "postponed", "rank", "comment_id"),
    Index("ix_open_item_queue", "queue", "postponed", "rank", "comment_id"),
    Index("ix_open_item_source", "source_id", "since", "comment_id"),
    Index("ix_open_item_since", "since", "comment_id"),
    Index("ix_open_item_toxicity", "toxicity", "comment_id"),
    Index(
        "ix_open_item_complaints",
        "postponed",
        "rank",
        "comment_id",
        sqlite_where=text("complaint"),
        postgresql_where=text("complaint"),
    ),
    Index(
        "ix_open_item_copies",
        "postponed",
        "rank",
        "comment_id",
        sqlite_where=text("copies > 1"),
        postgresql_where=text("copies > 1"),
    ),
)

queue_change = Table("queue_change", metadata, _key())  # one row for each change; old ones go

# ------------------------------------------------------------------------------ enforcement

action = Table(
    "action",
    metadata,
    _key(),
    Column("decision_id", Id, ForeignKey("decision.id"), nullable=False, unique=True),
    _comment_id(),
    _to("revision"),
    _to("source"),
    Column("kind", String(10), nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("hold_until", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("claimed_by", String(80)),
    Column("claimed_until", Instant),
    Column("compared_at", Instant),  # when it was last compared with the platform, once done
    Index("ix_action_comment", "comment_id"),
)

write_stop = Table(  # the platform called our writing abuse: nothing is sent until a person says so
    "write_stop",
    metadata,
    _key(),
    _to("source"),
    Column("why", Kept, nullable=False),
    Column("stopped_at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", String(80)),
    Index(
        "uq_write_stop_on",
        "source_id",
        unique=True,
        sqlite_where=text("lifted_at IS NULL"),
        postgresql_where=text("lifted_at IS NULL"),
    ),
)

enforcement = Table(
    "enforcement",
    metadata,
    _key(),
    _to("action"),
    Column("at", Instant, nullable=False),
    Column("state", String(14), nullable=False),
    Column("detail", Kept, nullable=False, default=""),
    Column("request", KeptJson, nullable=False),
    Column("response", KeptJson, nullable=False),
    Index("ix_enforcement_action", "action_id", "id"),
)

evidence = Table(
    "evidence",
    metadata,
    _key(),
    _to("action"),
    _comment_id(),
    _to("revision"),
    Column("body", KeptJson, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

# ------------------------------------------------------------------------------ feedback

theme = Table(
    "theme",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("title_en", Kept, nullable=False),
    Column("title_ur", Kept, nullable=False),
    Column("terms", KeptJson, nullable=False),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("merged_into", String(60)),
    Column("signed_off_by", String(80)),
    Column("created_at", Instant, nullable=False),
)

theme_match = Table(
    "theme_match",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("theme_key", String(60), ForeignKey("theme.key"), primary_key=True),
    Column("theme_version", Integer, nullable=False),
    Index("ix_theme_match_theme", "theme_key"),
)

theme_scan = Table(  # which taxonomy a revision was last matched with, also when nothing matched
    "theme_scan",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("taxonomy", Integer, nullable=False),
)

# ------------------------------------------------------------------------------ counts by day

# What data/store/day_counts.py keeps of each local day. Made from other tables, and made again
# whenever something of the day has changed: no keys but its own.
counted_day = Table(
    "counted_day",
    metadata,
    _key(),
    Column("zone", String(60), nullable=False),
    Column("day", Date, nullable=False),
    Column("done", Boolean, nullable=False),  # until then somebody is counting it
    UniqueConstraint("zone", "day"),
    sqlite_autoincrement=True,  # no number comes twice: it tells one counting from the next
)

day_count = Table(
    "day_count",
    metadata,
    Column("counted_id", Id, primary_key=True, autoincrement=False),
    Column("about", String(16), primary_key=True),  # what is counted: a flag, a kind, a theme
    Column("name", Kept, primary_key=True),  # and which
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

day_change = Table(  # when a comment was posted whose counts have changed since its day was counted
    "day_change",
    metadata,
    Column("at", Instant, nullable=False),
    Index("ix_day_change_at", "at"),
)

# ------------------------------------------------------------------------------ proof and people

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),  # ISO text: what is hashed is what is kept
    Column("actor", String(80), nullable=False),
    Column("verb", String(40), nullable=False),
    Column("object", String(200), nullable=False),
    Column("detail", Kept, nullable=False),  # canonical JSON: what is hashed is what is kept
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_entry_object", "object"),  # all that was done to one thing
)

audit_head = Table(  # one row; locking it makes the chain one line of writers
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Id, nullable=False),
    Column("hash", String(64), nullable=False),
)

user_session = Table(
    "user_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _to("app_user", name="user_id"),
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

user_choice = Table(  # one row per user and name; no row = the default
    "user_choice",
    metadata,
    Column("user_id", Id, ForeignKey("app_user.id"), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("value", Kept, nullable=False),
    Column("set_at", Instant, nullable=False),
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
    _key(),
    _to("app_user", name="user_id"),
    Column("mark", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("used_at", Instant),
    UniqueConstraint("user_id", "mark"),
)

outside_identity = Table(  # whom an identity provider calls by this subject
    "outside_identity",
    metadata,
    _key(),
    Column("issuer", String(300), nullable=False),
    Column("subject", String(255), nullable=False),
    _to("app_user", name="user_id"),
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

saved_view = Table(  # a named set of the grid's filters; replaced under its name, or taken away
    "saved_view",
    metadata,
    _key(),
    _to("app_user", name="user_id"),
    Column("name", String(60), nullable=False),
    Column("query", Kept, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("user_id", "name"),
)

signin_failure = Table(
    "signin_failure",
    metadata,
    _key(),
    Column("subject", String(120), nullable=False),  # "user:<name>" or "address:<ip>"
    Column("at", Instant, nullable=False),
    Index("ix_signin_failure_subject", "subject", "at"),
)

report = Table(
    "report",
    metadata,
    _key(),
    Column("day", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("headline", Kept, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("folder", Kept, nullable=False),
    Index("ix_report_day", "day"),
)

job_run = Table(
    "job_run",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("slot", String(40), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("error", Kept),
    Column("retry_at", Instant),  # a failed run is not tried again before
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("until", Instant, nullable=False),
)

# ------------------------------------------------------------------------------ access to platforms

credential = Table(  # sealed: the key lies in var/secrets, never in the database
    "credential",
    metadata,
    Column("source_id", Id, ForeignKey("source.id"), primary_key=True),
    Column("part", String(20), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("made_from", String(64)),  # fingerprint of the given secret that it was renewed from
)

budget = Table(  # one row for each allowance of a platform; a restart forgets no block
    "budget",
    metadata,
    Column("bucket", String(200), primary_key=True),
    Column("used", Float),
    Column("remaining", Integer),
    Column("resets_at", Instant),
    Column("spent", Integer, nullable=False, default=0),
    Column("window_from", Instant),
    Column("blocked_until", Instant),
    Column("blocked_class", String(20)),
    Column("blocked_why", Kept),
    Column("told_at", Instant, nullable=False),
)

access_check = Table(
    "access_check",
    metadata,
    _key(),
    _to("source"),
    Column("at", Instant, nullable=False),
    Column("ok", Boolean),  # null: the platform could not be asked
    Column("account", Kept),
    Column("expires_at", Instant),
    Column("data_access_until", Instant),
    Column("scopes", KeptJson, nullable=False),
    Column("missing", KeptJson, nullable=False),
    Column("problems", KeptJson, nullable=False),
    Index("ix_access_check_source", "source_id", "at"),
)

alert = Table(  # what a person ought to see; closed, never deleted
    "alert",
    metadata,
    _key(),
    _to("source"),
    Column("kind", String(20), nullable=False),
    Column("message", Kept, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(
        "uq_alert_open",
        "source_id",
        "kind",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

# ------------------------------------------------------------------------------ webhooks

webhook = Table(  # what a platform sent by itself, as it came; a sweep stays the truth
    "webhook",
    metadata,
    _key(),
    Column("sha256", String(64), nullable=False, unique=True),  # one body is kept once
    Column("signed_by", String(64), nullable=False),  # the mark of the app whose secret signed it
    Column("body", LargeBinary, nullable=False),  # zlib
    Column("received_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Instant),
    Column("done_at", Instant),
    Column("detail", Kept, nullable=False),
    Index("ix_webhook_state", "state", "id"),
)

webhook_due = Table(  # a sweep of the source is asked for since then
    "webhook_due",
    metadata,
    Column("source_id", Id, ForeignKey("source.id"), primary_key=True),
    Column("told_at", Instant, nullable=False),
)

# ------------------------------------------------------------------------------ views

# A comment asks for a person when its current revision is flagged or could not be judged, when it
# was decided before an edit, or when a decision on it is still open. It leaves when a closing
# decision points at its current revision, or when it is no longer there to be decided on.
REVIEW_QUEUE = """
CREATE VIEW review_queue AS
SELECT c.id AS comment_id, c.source_id, c.revision_id, c.created_at, c.first_seen_at,
       a.id AS assessment_id, a.language, a.coverage, a.protected, a.priority, a.flag,
       d.id AS decision_id, d.verdict AS open_verdict, d.by_user AS open_by,
       CASE
         WHEN d.awaits_second OR d.verdict = 'escalate' THEN 'second_look'
         WHEN a.flag = 'severe' THEN 'severe'
         WHEN a.flag = 'flagged' THEN 'waiting'
         WHEN a.flag = 'not_covered' THEN 'not_covered'
         WHEN a.id IS NULL OR a.flag = 'not_checked' THEN 'not_checked'
         ELSE 'edited'
       END AS queue
FROM comment c
LEFT JOIN assessment a ON a.id = c.assessment_id AND a.revision_id = c.revision_id
LEFT JOIN decision last ON last.id = c.decision_id
LEFT JOIN decision d ON d.id = c.decision_id AND d.revision_id = c.revision_id
WHERE c.missing_since IS NULL
  AND NOT c.is_page_owner
  AND (d.id IS NULL OR d.awaits_second OR d.verdict IN ('escalate', 'wait', 'undo'))
  AND (a.id IS NULL OR a.flag <> 'none' OR d.awaits_second OR d.verdict = 'escalate'
       OR (last.id IS NOT NULL AND last.revision_id <> c.revision_id
           AND last.verdict NOT IN ('undo', 'wait')))
"""

# An action's state is its last attempt's.
OUTBOX = """
CREATE VIEW outbox AS
SELECT ac.id AS action_id, ac.decision_id, ac.comment_id, ac.revision_id, ac.source_id, ac.kind,
       ac.by_hand, ac.hold_until, ac.created_at, ac.claimed_by, ac.claimed_until,
       e.state, e.at AS state_at, e.detail,
       (SELECT count(*) FROM enforcement n WHERE n.action_id = ac.id AND n.state = 'sent')
         AS attempts
FROM action ac
JOIN enforcement e ON e.id = (SELECT max(m.id) FROM enforcement m WHERE m.action_id = ac.id)
"""
