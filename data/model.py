"""What things are: the nouns of the product as frozen records, and its closed sets as enums.

Every instant is aware and in UTC. Ids of comments are ``platform:native id``; all other ids are
integers given by the store. Nothing here does I/O.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Literal

from data.reading import CLOSING as CLOSING
from data.reading import PROTECTED_KINDS as PROTECTED_KINDS
from data.reading import REMOVING as REMOVING
from data.reading import Coverage as Coverage
from data.reading import FeedbackKind as FeedbackKind
from data.reading import Flag as Flag
from data.reading import JsonObject as JsonObject
from data.reading import JsonValue as JsonValue
from data.reading import Judgement as Judgement
from data.reading import Language as Language
from data.reading import NonReason as NonReason
from data.reading import Reading as Reading
from data.reading import ReasonCode as ReasonCode
from data.reading import Sentiment as Sentiment
from data.reading import Signal as Signal
from data.reading import Span as Span
from data.reading import Verdict as Verdict
from data.reading import Why as Why

# ------------------------------------------------------------------------------ closed sets


class Platform(StrEnum):
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    YOUTUBE = "youtube"
    X = "x"
    TIKTOK = "tiktok"
    MASTODON = "mastodon"
    MOCK = "mock"
    OTHER = "other"


class SourceMode(StrEnum):
    """How comments come in: pulled by schedule, or dropped in as files."""

    API = "api"
    EXPORT = "export"


class WriteBack(StrEnum):
    OFF = "off"
    DRY_RUN = "dry_run"
    ON = "on"


class TimePrecision(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


class Visibility(StrEnum):
    """The comment's state as last seen at the platform."""

    PUBLIC = "public"
    HIDDEN = "hidden"
    HELD = "held"
    SPAM = "spam"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Liveness(StrEnum):
    """What reading one comment by its id says."""

    ALIVE = "alive"
    GONE = "gone"
    NOT_VISIBLE = "not_visible"
    UNDECIDED = "undecided"


class ErrorClass(StrEnum):
    """CONNECTORS.md 9.6: what a failure means, whatever the platform calls it."""

    TRANSIENT = "transient"
    RATE = "rate"
    QUOTA_DAY = "quota_day"
    AUTH = "auth"
    PERMISSION = "permission"
    CONFIG = "config"
    GONE = "gone"
    DISABLED = "disabled"
    INVALID = "invalid"
    AMBIGUOUS = "ambiguous"
    ABUSE_STOP = "abuse_stop"
    UNKNOWN_OUTCOME = "unknown_outcome"


class SweepKind(StrEnum):
    """The lane that a scan runs in, or a file's import."""

    LIVE = "live"  # what is new, every few minutes
    HOT = "hot"  # posts of the last two days, hourly
    WARM = "warm"  # posts of the last thirty days, daily
    RESCAN = "rescan"  # cold: the whole page, weekly
    BACKFILL = "backfill"  # what was there before the page was watched, once
    IMPORT = "import"
    TOLD = "told"  # comments read by their ids because the platform told of them


class SweepOutcome(StrEnum):
    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"  # good rows are in, but the scan did not reach its end
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # the process died; found and closed by the next run


class Saved(StrEnum):
    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"


class ActionKind(StrEnum):
    HIDE = "hide"
    UNHIDE = "unhide"
    REMOVE = "remove"


class EnforcementState(StrEnum):
    """held > sent > accepted > verified | refused | gone | by hand > confirmed. PRODUCT.md 8."""

    HELD = "held"
    CANCELLED = "cancelled"  # undone inside the hold
    DRY_RUN = "dry_run"  # shown what would be sent; nothing was sent
    SENT = "sent"  # on its way; outcome not known yet
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    REFUSED = "refused"
    GONE = "gone"
    FAILED = "failed"  # will be tried again
    TEXT_CHANGED = "text_changed"  # fresh read differs from what was decided on
    BY_HAND = "by_hand"
    CONFIRMED = "confirmed"
    CONFLICT = "conflict"  # somebody reversed it in the platform's own tool
    LEFT = "left"  # a conflict that a person looked at and left as the platform shows it


DONE_STATES = frozenset({EnforcementState.VERIFIED, EnforcementState.CONFIRMED})


class CaseState(StrEnum):
    OPEN = "open"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


class ThemeState(StrEnum):
    CANDIDATE = "candidate"
    SELECTED = "selected"
    MERGED = "merged"
    REFUSED = "refused"


class Role(StrEnum):
    OFFICER = "officer"
    SENIOR = "senior"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class DutyVerdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_PROVEN = "not_proven"


class JobState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportState(StrEnum):
    """A file that waits to be imported, and what came of it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DropState(StrEnum):
    """A file in the drop folder."""

    GROWING = "growing"  # seen, and not yet twice the same
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


# ------------------------------------------------------------------------------ checks


class NaiveInstant(ValueError):
    """An instant without a time zone was given; every instant in Sunwai is aware."""


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveInstant for a datetime without an offset."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise NaiveInstant(repr(instant))
    return instant.astimezone(UTC)


class _Aware:
    """Turns every datetime of a record to UTC when it is built, and refuses naive ones."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for f in fields(self):  # pyright: ignore[reportArgumentType]
            value = getattr(self, f.name)
            if isinstance(value, datetime):
                object.__setattr__(self, f.name, utc(value))


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with null bytes (PostgreSQL keeps none) and lone surrogates (no database does)
    as U+FFFD, so that their place stays visible."""
    return _UNSTORABLE.sub("\ufffd", text)


def clean_text(text: str) -> str:
    """A comment's text as it is kept: storable, NFC, without trailing blanks."""
    return unicodedata.normalize("NFC", storable(text)).rstrip()


def text_sha256(text: str) -> str:
    """Hex sha256 of the kept text; two texts with one hash are the same revision."""
    return hashlib.sha256(clean_text(text).encode()).hexdigest()


def comment_id(platform: Platform, external_id: str) -> str:
    """The comment's id everywhere in Sunwai: ``platform:native id``."""
    return f"{platform.value}:{external_id}"


# ------------------------------------------------------------------------------ sources and sweeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(_Aware):
    """A time in which a source was closed on purpose: nobody was to watch it. ``until`` is None
    while it is closed."""

    since: datetime
    by: str  # pseudonym
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(_Aware):
    """One official page or file feed."""

    id: int
    name: str
    platform: Platform
    mode: SourceMode
    title: str
    sweep_minutes: int
    write_back: WriteBack
    paused: bool
    created_at: datetime
    address: str = ""  # base URL instead of the platform's own (rehearsal, other version or host)
    account: str = ""  # the page's, channel's or account's own id at the platform
    time_zone: str = "Asia/Karachi"  # for export files whose dates name no zone
    own_names: tuple[str, ...] = ()  # handles and ids of the page's own account
    stopped_at: datetime | None = None  # by a failure that only a person can mend
    stopped_class: ErrorClass | None = None
    stopped_why: str | None = None
    history_from: datetime | None = None  # the platform itself gives nothing older
    closures: tuple[Closure, ...] = ()  # oldest first

    @property
    def closed(self) -> Closure | None:
        """The closure that stands now; None for a source that is to be watched."""
        last = self.closures[-1] if self.closures else None
        return last if last is not None and last.until is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepTally:
    """What one collection run did, in comments. ``rejected`` rows are kept with their reason."""

    read: int = 0
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep(_Aware):
    """One collection run, also when it found nothing and also when it failed."""

    id: int
    source_id: int
    kind: SweepKind
    started_at: datetime
    ended_at: datetime | None
    outcome: SweepOutcome
    tally: SweepTally
    newest_at: datetime | None = None
    error_class: ErrorClass | None = None
    error: str | None = None
    resume_at: datetime | None = None  # before which the platform wants no other try
    file_name: str | None = None
    file_sha256: str | None = None
    platform_total: int | None = None  # the platform's own count, where it tells one


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """A row that was not taken: its number in the file (from 1) or page, and why in a sentence."""

    row: int
    reason: str
    raw: str = ""


# ------------------------------------------------------------------------------ collected things


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedPost(_Aware):
    """One of our own posts, as a collector or a reader saw it."""

    external_id: str
    text: str | None = None
    permalink: str | None = None
    created_at: datetime | None = None
    comment_count_hint: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedAuthor:
    """None means that the platform did not say; never an empty string."""

    external_id: str | None = None
    display_name: str | None = None
    is_page_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedComment(_Aware):
    """One comment as a collector or a reader saw it, before it is kept. None = not told."""

    platform: Platform
    external_id: str
    call_id: str  # the id exactly as the platform wants it in a call
    text: str
    id_kind: Literal["native", "synthetic"] = "native"
    post: CollectedPost | None = None
    parent_external_id: str | None = None
    author: CollectedAuthor | None = None
    created_at: datetime | None = None
    time_precision: TimePrecision = TimePrecision.SECOND
    time_text: str | None = None  # the date as the file wrote it, when it is not exact
    updated_at: datetime | None = None
    visibility: Visibility = Visibility.UNKNOWN
    can_hide: bool | None = None
    can_remove: bool | None = None
    like_count: int | None = None
    reply_count: int | None = None
    permalink: str | None = None
    media_kinds: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return comment_id(self.platform, self.external_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One item just as it came (a JSON object or a file's row as JSON text), for mapping again."""

    body: str
    locator: str  # where from: a request without secrets, or "file.csv row 12"
    mapper: str  # name and version of the mapper, e.g. "apify_facebook/1"


# ------------------------------------------------------------------------------ kept comments


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(_Aware):
    id: int
    source_id: int
    platform: Platform
    external_id: str
    text: str | None
    permalink: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(_Aware):
    """The comment's text as seen at a time; assessments and decisions point at one."""

    id: int
    comment_id: str
    no: int
    text: str
    text_sha256: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(_Aware):
    """A kept comment with its current revision."""

    id: str
    source_id: int
    platform: Platform
    external_id: str
    call_id: str
    id_kind: str
    post_id: int | None
    parent_external_id: str | None
    author_key: str | None
    author_name: str | None
    is_page_owner: bool
    created_at: datetime | None
    time_precision: TimePrecision
    first_seen_at: datetime
    last_seen_at: datetime
    visibility: Visibility
    can_hide: bool | None
    can_remove: bool | None
    like_count: int | None
    reply_count: int | None
    permalink: str | None
    missing_since: datetime | None
    missing_reason: str | None
    revision: Revision


# ------------------------------------------------------------------------------ judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(_Aware):
    """A Reading and its Judgement for one revision."""

    id: int
    comment_id: str
    revision_id: int
    reading: Reading
    judgement: Judgement
    assessed_at: datetime


# ------------------------------------------------------------------------------ decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(_Aware):
    """Append-only. ``awaits_second`` is a removal proposed that a second officer must confirm."""

    id: int
    comment_id: str
    revision_id: int
    verdict: Verdict
    reason: ReasonCode | None
    reason_text: str
    by_user: int
    decided_at: datetime
    policy_version: int
    awaits_second: bool
    second_of: int | None
    undoes: int | None
    key: str  # idempotency key: the same key given again is the same decision
    theme: str | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(_Aware):
    """What should happen on the platform because of a decision; its state is its last attempt's."""

    id: int
    decision_id: int
    comment_id: str
    revision_id: int
    source_id: int
    kind: ActionKind
    by_hand: bool
    hold_until: datetime
    created_at: datetime
    state: EnforcementState
    state_at: datetime
    attempts: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement(_Aware):
    """One attempt and its proof."""

    id: int
    action_id: int
    at: datetime
    state: EnforcementState
    detail: str
    request: JsonObject = field(default_factory=JsonObject)
    response: JsonObject = field(default_factory=JsonObject)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteStop(_Aware):
    """Writing to a source's platform that was stopped; on until a person lifts it."""

    id: int
    source_id: int
    why: str
    stopped_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(_Aware):
    id: int
    action_id: int
    comment_id: str
    revision_id: int
    body: JsonObject
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(_Aware):
    """A complaint handed to an office."""

    id: int
    comment_id: str
    decision_id: int
    theme: str | None
    office: str
    place: str
    due_on: date | None
    state: CaseState
    created_at: datetime
    handed_over_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None  # pseudonym
    closing_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(_Aware):
    """A topic of feedback with words in each language; the key is stable for ever."""

    key: str
    title_en: str
    title_ur: str
    terms: tuple[str, ...]
    state: ThemeState
    version: int
    created_at: datetime


# ------------------------------------------------------------------------------ people and proof


@dataclass(frozen=True, slots=True, kw_only=True)
class User(_Aware):
    id: int
    name: str
    display: str
    role: Role
    pseudonym: str
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(_Aware):
    """One link of the chain. ``detail`` never holds a comment's text or an author."""

    seq: int
    at: datetime
    actor: str
    verb: str
    object: str
    detail: JsonObject
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun(_Aware):
    job: str
    slot: str
    state: JobState
    owner: str
    attempt: int
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    error: str | None
    retry_at: datetime | None = None  # a failed run is not tried again before


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMapping(_Aware):
    """What a person said the columns of a header are, for one source."""

    id: int
    source_id: int
    signature: str
    body: JsonObject
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImport(_Aware):
    """A file that is imported outside a web request. ``place`` lies below the folder of files;
    ``told`` is what the result page shows, once there is a result."""

    id: int
    source_id: int
    file_name: str
    place: str
    size: int
    captured_at: datetime
    post: str | None
    encoding: str | None
    mapping: JsonObject | None
    by: str
    state: ImportState
    attempts: int
    rows_done: int
    created_at: datetime
    ended_at: datetime | None
    sweep_id: int | None
    told: JsonObject | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedFile(_Aware):
    """A file seen in the drop folder; ``stamp`` changes when the file does."""

    id: int
    folder: str
    name: str
    stamp: str
    size: int
    state: DropState
    why: str | None
    file_import_id: int | None
    first_seen_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem(_Aware):
    """One card: a comment whose current revision asks for a person and has no closing decision."""

    comment: Comment
    assessment: Assessment | None
    queue: str  # severe, waiting, not_covered, not_checked, second_look
    priority: float
    copies: int
    decision: Decision | None  # an open one: a proposed removal, an escalation, a wait
    held_by: int | None  # user id of a live claim
