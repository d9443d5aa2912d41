"""Sources and their sweeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.model.kept import Aware


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(Aware):
    """A time in which a source was closed on purpose: nobody was to watch it. ``until`` is None
    while it is closed."""

    since: datetime
    by: str  # pseudonym
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Aware):
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
class Sweep(Aware):
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
