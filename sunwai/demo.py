"""The sample organisation: invented people, pages and comments, loaded through the real readers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dashboard.identity.passwords import random_password
from data.db import migrate
from data.model import AuditEntry, JsonObject, Role, SourceMode
from data.samples.content import PAGES
from data.samples.script import MOCK_PAGE, load_script
from data.store import audit, sources, users
from data.store.decisions import count_decisions
from data.store.reports import list_reports
from sunwai.demo_calendar import rounds
from sunwai.demo_past import Clock, Past, SampleHouse
from sunwai.importing import add_source
from sunwai.mock_platform import serve_mock
from sunwai.people import keep_person
from sunwai.setting_up import set_up
from sunwai.settings import Settings
from sunwai.wiring import House

PEOPLE = (
    ("officer", Role.OFFICER, "Sample Officer"),
    ("officer2", Role.OFFICER, "Second Officer"),
    ("senior", Role.SENIOR, "Sample Senior"),
    ("manager", Role.MANAGER, "Sample Manager"),
    ("auditor", Role.AUDITOR, "Sample Auditor"),
    ("administrator", Role.ADMINISTRATOR, "Sample Administrator"),
)
LIVE_SWEEP_MINUTES = 1  # new comments are to be seen arriving


_OWN = frozenset(page.source_name for page in (*PAGES, MOCK_PAGE))
ACTOR = "sample"
BEGUN, LOADED = "sample.begun", "sample.loaded"


class OtherSources(Exception):
    """The database holds sources of the office's own; samples are never mixed with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the load did; all nought when it was loaded before."""

    users: int = 0
    files: int = 0
    comments: int = 0
    rejected: int = 0
    assessed: int = 0
    decisions: int = 0
    reports: int = 0

    def as_object(self) -> dict[str, int]:
        return asdict(self)

    def as_text(self) -> str:
        if not self.files:
            return "the sample organisation is loaded already"
        return (
            f"sample organisation: {self.users} users, {self.comments} comments from "
            f"{self.files} export files ({self.rejected} rows refused with their reason), "
            f"{self.assessed} judged, {self.decisions} decisions, {self.reports} nightly reports"
        )


def load_demo(house: House) -> Loaded:
    """Loads users, pages and thirty days of their past once; cut off, it goes on where it was.

    Raises OtherSources where the database holds other sources than the samples' own.
    """
    migrate(house.db)
    with house.db.read() as tx:
        names = {source.name for source in sources.list_sources(tx)}
        begun = audit.first_of(tx, ACTOR, BEGUN)
        loaded = audit.first_of(tx, ACTOR, LOADED) is not None
    if loaded or (names & _OWN and begun is None):  # an earlier program loaded it without a past
        set_up(house)
        return Loaded()
    if names - _OWN:
        raise OtherSources(
            f"This database holds sources of your own ({', '.join(sorted(names - _OWN))}). The "
            "sample organisation is loaded into a new database only: set SUNWAI_HOME (or "
            "SUNWAI_DATABASE_URL) to another one."
        )
    return _load(house, begun)


def _load(house: House, begun: AuditEntry | None) -> Loaded:
    """Plays the past with a clock of its own, up to the moment of the first load."""
    folder = house.settings.var / "samples"
    moment = house.clock().replace(microsecond=0)
    if begun is not None:
        moment = datetime.fromisoformat(str(begun.detail["moment"]))
    clock = Clock(at=rounds(moment)[0].at - timedelta(hours=1))
    past = SampleHouse(settings=house.settings, clock=clock)
    set_up(past)
    if begun is None:
        shutil.rmtree(folder / "past", ignore_errors=True)  # plans for another database
        _note(past, BEGUN, {"moment": moment.isoformat(), "invented": True})
    made = _people(past)
    play = Past(house=past, clock=clock, moment=moment, folder=folder / "past")
    play.play()
    _live_page(past)
    with past.db.read() as tx:
        counts = count_decisions(tx), len(list_reports(tx))
    _note(past, LOADED, {"invented": True})
    past.db.close()
    t = play.tally
    return Loaded(
        users=made,
        files=t.files,
        comments=t.comments,
        rejected=t.rejected,
        assessed=t.assessed,
        decisions=counts[0],
        reports=counts[1],
    )


def _note(house: House, verb: str, detail: JsonObject) -> None:
    """Says in the log that what stands here is a sample."""
    with house.db.write() as tx:
        audit.note(
            tx, actor=ACTOR, verb=verb, object="sample:organisation", now=house.clock(),
            detail=detail,
        )  # fmt: skip


def _people(house: House) -> int:
    """Adds the sample users that are missing, each with a password of their own.

    The password is written down before the user is kept, so that none is ever lost.
    """
    written = _written_passwords(house.settings)
    made = 0
    for name, role, display in PEOPLE:
        with house.db.write() as tx:
            if users.user_by_name(tx, name) is None:
                written[name] = random_password()
                _write_passwords(house.settings, written)
                keep_person(
                    tx, house, name=name, role=role, display=display, password=written[name]
                )
                made += 1
    return made


def _written_passwords(settings: Settings) -> dict[str, str]:
    path = _users_file(settings)
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return dict(line.split() for line in lines)


def _write_passwords(settings: Settings, passwords: Mapping[str, str]) -> None:
    path = _users_file(settings)
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    lines = [f"  {name.ljust(14)} {password}\n" for name, password in passwords.items()]
    draft.write_text("".join(lines), "utf-8")
    draft.replace(path)


def _users_file(settings: Settings) -> Path:
    return settings.var / "sample-users.txt"


def sample_users_text(settings: Settings) -> str:
    """The sample users with the passwords made at first run; empty without sample users."""
    path = _users_file(settings)
    if not path.exists():
        return ""
    return f"Sample users and their passwords ({path}):\n{path.read_text('utf-8')}"


def _live_page(house: House) -> None:
    """The page on the mock platform, which goes on while the program runs."""
    with house.db.read() as tx:
        if sources.source_by_name(tx, MOCK_PAGE.source_name) is not None:
            return
    add_source(
        house,
        name=MOCK_PAGE.source_name,
        platform=MOCK_PAGE.platform,
        mode=SourceMode.API,
        title=MOCK_PAGE.title,
        sweep_minutes=LIVE_SWEEP_MINUTES,
    )


def serve_platform(house: House) -> None:
    """Serves the mock platform until it is told to end."""
    s = house.settings
    serve_mock(
        "127.0.0.1",
        s.demo_port,
        state_path=s.var / "samples" / "platform.json",
        script=load_script(),
        clock=house.clock,
        token=s.secrets["mock_token"],
    )
