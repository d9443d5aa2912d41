"""Notices of the platforms, worked off: a comment is read by its id, a sweep comes sooner.

What a notice says is never kept as the comment. Whatever cannot be read at once, and whatever is
said to be gone, is left to a sweep of the page, which is asked for at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from httpx import HTTPError

from collectors.base import CollectError
from collectors.keeping import Keeping
from collectors.told import ToldRead, read_told
from data.budgets import Use
from data.dialects.base import HeldBack
from data.dialects.facebook import FACEBOOK
from data.dialects.meta_webhook import NotANotice, Notice, WebhookApp, notices_in
from data.model import ErrorClass, JsonValue, Platform, Source, SourceMode, SweepKind
from data.store.sources import list_sources
from data.store.sweeps import last_sweep
from data.store.webhooks import (
    KeptNotice,
    NoticeState,
    finish_notices,
    forget_notices,
    hasten,
    hastened_at,
    postpone_notices,
    waiting_notices,
)
from moderation.texts.text import search_fold
from sunwai.credentials import CannotOpen, Part
from sunwai.wiring import House

META = (Platform.FACEBOOK, Platform.INSTAGRAM)
GIVE_UP = timedelta(hours=36)  # as long as the platform itself tries
KEEP = timedelta(days=30)  # a notice holds names and texts
PAUSE = timedelta(minutes=1)  # doubled with each failed try
LONGEST_PAUSE = timedelta(hours=1)
LEAST_BETWEEN = timedelta(minutes=1)  # two hastened sweeps of one page
_PASSING = (ErrorClass.TRANSIENT, ErrorClass.RATE, ErrorClass.QUOTA_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTally:
    """What was worked off: notices by what became of them, and comments read."""

    done: int = 0
    ignored: int = 0
    failed: int = 0
    postponed: int = 0
    read: int = 0


def webhook_apps(house: House) -> tuple[WebhookApp, ...]:
    """The apps whose signature is taken: one for each app secret of our Meta sources."""
    accounts: dict[str, set[tuple[Platform, str]]] = {}
    for source, secret in _secrets(house):
        accounts.setdefault(secret, set()).add((source.platform, source.account))
    return tuple(
        WebhookApp(secret=secret, accounts=frozenset(told)) for secret, told in accounts.items()
    )


def _secrets(house: House) -> list[tuple[Source, str]]:
    with house.ready_db.read() as tx:
        watched = list_sources(tx)
    found: list[tuple[Source, str]] = []
    for source in watched:
        if source.platform not in META or source.mode is not SourceMode.API or not source.account:
            continue
        try:
            given = house.lines.credentials.of(source).get(Part.APP_SECRET)
        except CannotOpen:
            continue
        if given is not None and given.value:
            found.append((source, given.value))
    return found


def subscribe(house: House, source: Source) -> None:
    """Asks Facebook to send notices of this Page's comments to the app of its token. Raises
    CollectError, whose message says why not."""
    client = house.lines.client(source, Use.CHECK)
    path = f"/{quote(source.account, safe='')}/subscribed_apps"
    try:
        response = client.post(path, params={"subscribed_fields": "feed"})
        body: JsonValue = response.json()
    except (HTTPError, HeldBack, ValueError, RecursionError) as error:
        message = f"Facebook could not be asked ({type(error).__name__})."
        raise CollectError(ErrorClass.TRANSIENT, message) from error
    headers = {name.lower(): value for name, value in response.headers.items()}
    trouble = FACEBOOK.trouble(response.status_code, headers, body)
    if trouble is not None:
        raise CollectError(trouble.error_class, trouble.message)
    if not isinstance(body, dict) or body.get("success") is not True:
        raise CollectError(ErrorClass.INVALID, "Facebook did not say that it was done.")


# ------------------------------------------------------------------------------ working off


@dataclass(slots=True, kw_only=True)
class _Told:
    """What waits for one source: the notices, and which comments to read."""

    source: Source
    notices: dict[int, KeptNotice] = field(default_factory=dict[int, KeptNotice])
    wanted: dict[str, str | None] = field(default_factory=dict[str, str | None])
    sweep: bool = False

    def add(self, kept: KeptNotice, notice: Notice) -> None:
        self.notices[kept.id] = kept
        if notice.readable and notice.comment is not None:
            self.wanted[notice.comment] = notice.post or self.wanted.get(notice.comment)
        else:
            self.sweep = True


def work_off(house: House) -> WebhookTally:
    """Reads what the waiting notices tell of. May be run again at any time: reading a comment
    twice changes nothing."""
    now = house.clock()
    with house.ready_db.write() as tx:
        forget_notices(tx, before=now - KEEP)
        waiting = waiting_notices(tx, now=now)
    if not waiting:
        return WebhookTally()
    allowed = {app.mark: app.accounts for app in webhook_apps(house)}
    told, strange = _sorted(house, waiting, allowed)
    fate: dict[int, tuple[NoticeState, str]] = dict(strange)
    late: dict[int, tuple[str, datetime]] = {}
    read = 0
    for one in told:
        found = _read(house, one)
        read += found.read
        _settle(house, one, found, fate, late, now)
    return _kept(house, fate, late, read)


def _sorted(
    house: House,
    waiting: Sequence[KeptNotice],
    allowed: dict[str, frozenset[tuple[Platform, str]]],
) -> tuple[list[_Told], dict[int, tuple[NoticeState, str]]]:
    with house.ready_db.read() as tx:
        sources = {(s.platform, s.account): s for s in list_sources(tx) if s.platform in META}
    told: dict[int, _Told] = {}
    strange: dict[int, tuple[NoticeState, str]] = {}
    taken: set[int] = set()
    for kept in waiting:
        try:
            notices = notices_in(kept.body)
        except NotANotice as error:
            strange[kept.id] = (NoticeState.FAILED, str(error))
            continue
        strange[kept.id] = (NoticeState.IGNORED, _why_ignored(notices))
        for notice in notices:
            key = (notice.platform, notice.account)
            source = sources.get(key)
            if source is None or key not in allowed.get(kept.signed_by, frozenset()):
                continue
            if source.paused:
                strange[kept.id] = (NoticeState.IGNORED, f"{source.name} is paused.")
                continue
            if source.closed is not None:
                strange[kept.id] = (NoticeState.IGNORED, f"{source.name} is closed.")
                continue
            told.setdefault(source.id, _Told(source=source)).add(kept, notice)
            taken.add(kept.id)
    return list(told.values()), {i: why for i, why in strange.items() if i not in taken}


def _why_ignored(notices: Sequence[Notice]) -> str:
    if not notices:
        return "It tells of no comment."
    return "It tells of no page of ours, or was signed by another page's app."


def _read(house: House, told: _Told) -> ToldRead:
    if not told.wanted or told.source.stopped_at is not None:
        return ToldRead()
    return read_told(
        house.collector(told.source, Use.LIVE),
        told.source,
        house.ready_db,
        told.wanted,
        keeping=Keeping(
            fold=search_fold,
            author_salt=house.settings.secrets["author_salt"].encode(),
            keep_names=house.settings.yes("privacy.keep_names"),
        ),
        clock=house.clock,
    )


def _settle(
    house: House,
    told: _Told,
    found: ToldRead,
    fate: dict[int, tuple[NoticeState, str]],
    late: dict[int, tuple[str, datetime]],
    now: datetime,
) -> None:
    """What becomes of the notices of one source. A sweep comes sooner for what was not read."""
    if told.sweep or found.unread or found.error is not None or told.source.stopped_at is not None:
        with house.ready_db.write() as tx:
            hasten(tx, told.source.id, now=now)
    for kept in told.notices.values():
        if found.error is None:
            fate.setdefault(kept.id, (NoticeState.DONE, ""))
        elif found.error_class in _PASSING and now - kept.received_at < GIVE_UP:
            pause = min(PAUSE * 2 ** min(kept.attempts, 10), LONGEST_PAUSE)
            late[kept.id] = (found.error, max(found.until or now, now + pause))
        else:
            fate[kept.id] = (NoticeState.FAILED, f"{found.error} The sweep covers it.")


def _kept(
    house: House,
    fate: dict[int, tuple[NoticeState, str]],
    late: dict[int, tuple[str, datetime]],
    read: int,
) -> WebhookTally:
    counts = dict.fromkeys(NoticeState, 0)
    with house.ready_db.write() as tx:
        for notice_id, (state, detail) in fate.items():
            if notice_id not in late:
                counts[state] += 1
                finish_notices(tx, [notice_id], state, detail, now=house.clock())
        for notice_id, (detail, retry_at) in late.items():
            postpone_notices(tx, [notice_id], detail, retry_at=retry_at)
    return WebhookTally(
        done=counts[NoticeState.DONE],
        ignored=counts[NoticeState.IGNORED],
        failed=counts[NoticeState.FAILED],
        postponed=len(late),
        read=read,
    )


def hastened_slot(house: House, source: Source, now: datetime) -> str | None:
    """The slot of a sweep that a notice asked for; None when none is due.

    Due once after each asking, and never sooner than a minute after the last live sweep began.
    """
    with house.ready_db.read() as tx:
        asked = hastened_at(tx, source.id)
        last = last_sweep(tx, source.id, [SweepKind.LIVE])
    if asked is None:
        return None
    if last is not None and (last.started_at >= asked or now - last.started_at < LEAST_BETWEEN):
        return None
    return f"{source.id}@told {asked.isoformat(timespec='seconds')}"
