"""The sample organisation: invented people, pages and comments, loaded through the real readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.passwords import random_password
from data.model import Platform, Role, SourceMode
from data.samples.content import PAGES
from data.samples.render import RenderedFile, collected_posts, own_names, render
from data.samples.script import MOCK_PAGE, load_script
from data.store import comments, sources, users
from sunwai import jobs
from sunwai.importing import add_source, import_into
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the load did; all nought when it was loaded before."""

    users: int
    files: int
    comments: int
    rejected: int
    assessed: int

    def as_object(self) -> dict[str, int]:
        return {
            "users": self.users,
            "files": self.files,
            "comments": self.comments,
            "rejected": self.rejected,
            "assessed": self.assessed,
        }

    def as_text(self) -> str:
        if not self.files:
            return "the sample organisation is loaded already"
        return (
            f"sample organisation: {self.users} users, {self.comments} comments from "
            f"{self.files} export files ({self.rejected} rows refused with their reason), "
            f"{self.assessed} judged"
        )


def load_demo(house: House) -> Loaded:
    """Loads users, pages and comments once; interrupted, it goes on where it was.

    The moment of the first load is kept, so that a load that was cut off renders the same files.
    """
    set_up(house)
    done = house.settings.var / "samples" / "loaded"
    made = _people(house)
    if done.exists():
        return Loaded(users=made, files=0, comments=0, rejected=0, assessed=0)
    files = render(done.parent / "exports", now=_moment(house, done.parent))
    _pages(house)
    results = [_import(house, file) for file in files]
    tally = jobs.assess_new(house)
    jobs.match_new(house)
    done.touch()
    return Loaded(
        users=made,
        files=len(files),
        comments=sum(new for new, _ in results),
        rejected=sum(rejected for _, rejected in results),
        assessed=tally.assessed,
    )


def _moment(house: House, folder: Path) -> datetime:
    kept = folder / "moment"
    folder.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        kept.write_text(house.clock().isoformat(), "utf-8")
    return datetime.fromisoformat(kept.read_text("utf-8"))


def _people(house: House) -> int:
    """Adds the sample users that are missing, each with a password of their own."""
    made: dict[str, str] = {}
    for name, role, display in PEOPLE:
        with house.db.write() as tx:
            if users.user_by_name(tx, name) is None:
                made[name] = random_password()
                keep_person(tx, house, name=name, role=role, display=display, password=made[name])
    if made:
        path = _users_file(house.settings)
        path.touch(mode=0o600)
        lines = [f"  {name.ljust(14)} {password}\n" for name, password in made.items()]
        with path.open("a", encoding="utf-8") as kept:
            kept.writelines(lines)
    return len(made)


def _users_file(settings: Settings) -> Path:
    return settings.var / "sample-users.txt"


def sample_users_text(settings: Settings) -> str:
    """The sample users with the passwords made at first run; empty without sample users."""
    path = _users_file(settings)
    if not path.exists():
        return ""
    return f"Sample users and their passwords ({path}):\n{path.read_text('utf-8')}"


def _pages(house: House) -> None:
    for page in (*PAGES, MOCK_PAGE):
        with house.db.read() as tx:
            known = sources.source_by_name(tx, page.source_name)
        if known is None:
            live = page.platform is Platform.MOCK
            add_source(
                house,
                name=page.source_name,
                platform=page.platform,
                mode=SourceMode.API if live else SourceMode.EXPORT,
                title=page.title,
                sweep_minutes=LIVE_SWEEP_MINUTES if live else None,
            )


def _import(house: House, file: RenderedFile) -> tuple[int, int]:
    """(new, rejected) of one file; the posts that the tool leaves out are kept beside it."""
    done = import_into(
        house,
        file.path,
        source_name=file.source_name,
        format=file.format,
        captured_at=file.captured_at,
        own_names=own_names(file.platform),
        post=file.post,
    )
    with house.db.write() as tx:
        source = sources.source_by_name(tx, file.source_name)
        assert source is not None, "imported into a source that is gone"
        for post in collected_posts(file.platform, now=file.captured_at):
            comments.save_post(tx, source.id, file.platform, post, now=file.captured_at)
    return done.new, done.rejected


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
