"""What the import page needs of the importer, and the place where an uploaded file waits.

The importer is handed in (dashboard and collectors are wired in sunwai/). A file lies in a folder
of its own under a name that we make up: the name that it was given is shown as text, and no path
is ever made of it.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Protocol

from dashboard.words import mark, t
from data.model import CollectedComment, CollectedPost, JsonObject, RowError, Source, User

LARGEST = 500 * 1024 * 1024
IMPORTS = "imports"  # where a confirmed file lies until it was imported, below the folder of files
KEPT_FOR = timedelta(hours=24)
FIRST_ROWS = 10
_TOKEN = re.compile(r"[0-9a-f]{32}")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_UNSEEN = re.compile("[\0-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff/\\\\]")


class NotTaken(Exception):
    """The file is not taken: the message says what it is, why not, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the person who imports tells beside the file. ``post`` is the id of the post that the
    whole file is about (its id or address), for tools that leave it out; ``encoding`` is the code
    page of a file that is not UTF-8; ``mapping`` says what the columns of an unknown file are."""

    captured_at: datetime
    post: str | None = None
    encoding: str | None = None
    mapping: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnGuess:
    """A column of a file that no reader knows: its first values, and what it probably is."""

    name: str
    samples: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a person is asked: what is each column? ``reason`` says why."""

    reason: str
    columns: tuple[ColumnGuess, ...]
    date_format: str
    zone: str


class NeedsColumns(Exception):
    """No reader knows the file, but it is a table: a person can say what its columns are."""

    def __init__(self, asked: Columns) -> None:
        super().__init__(asked.reason)
        self.asked = asked


MEANINGS = {
    "ignore": mark("— leave it out —"),
    "text": mark("the comment's text"),
    "id": mark("comment id"),
    "author_id": mark("author's id"),
    "author_name": mark("author's name"),
    "created": mark("posted at"),
    "edited": mark("edited at"),
    "parent_id": mark("id of the comment above"),
    "post_id": mark("post (id or address)"),
    "post_text": mark("post's text"),
    "permalink": mark("link to the comment"),
    "likes": mark("likes"),
}
DATE_FORMATS = {
    "auto": mark("as they can be read"),
    "day_first": mark("day first: 31/12/2026"),
    "month_first": mark("month first: 12/31/2026"),
    "epoch": mark("seconds since 1970"),
    "relative": mark("in words: “2 weeks ago”"),
}


class Column(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def became(self) -> str: ...
    @property
    def sample(self) -> str: ...


class Look(Protocol):
    """The first rows of a file, before anything is kept (collectors.exports.Preview)."""

    @property
    def title(self) -> str: ...
    @property
    def encoding(self) -> str: ...
    @property
    def columns(self) -> Sequence[Column]: ...
    @property
    def comments(self) -> Sequence[tuple[int, CollectedComment]]: ...
    @property
    def posts(self) -> Sequence[tuple[int, CollectedPost]]: ...
    @property
    def errors(self) -> Sequence[RowError]: ...
    @property
    def warnings(self) -> Sequence[str]: ...
    @property
    def mapped(self) -> bool: ...
    @property
    def whole(self) -> Counted | None: ...


class Counted(Protocol):
    """How many rows of a whole file are what."""

    @property
    def comments(self) -> int: ...
    @property
    def posts(self) -> int: ...
    @property
    def errors(self) -> int: ...


class Importer(Protocol):
    """Reads export files; ``name`` is the file's given name, for messages."""

    def look(self, path: Path, name: str, source: Source, told: Told, rows: int) -> Look:
        """The first rows. Raises NotTaken and NeedsColumns."""
        ...

    def columns(self, path: Path, name: str, source: Source, told: Told) -> Columns:
        """What its columns are, as far as it can be guessed or was said before. Raises NotTaken."""
        ...

    def hasten(self) -> None:
        """Sees to it that the files that wait are imported, also where no scheduler runs."""
        ...


# ------------------------------------------------------------------------------ waiting files


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An uploaded file that waits for a yes or a no, and the name that it was given."""

    token: str
    path: Path
    name: str


def shown_name(given: str) -> str:
    """The given name as it may be shown and recorded: no path, nothing unseen, at most 120."""
    bare = _UNSEEN.sub("_", given).strip(" .") or "file without a name"
    return bare if len(bare) <= 120 else bare[:100] + "…" + bare[-19:]


def keep_waiting(folder: Path, user: User, given: str, body: IO[bytes]) -> Waiting:
    """Keeps an upload under a made-up name until it is confirmed. Raises NotTaken if too large."""
    token = secrets.token_hex(16)
    place = _place(folder, user, token)
    place.mkdir(parents=True, mode=0o700)
    suffix = Path(given.lower()).suffix
    path = place / f"upload{suffix if _SUFFIX.fullmatch(suffix) else '.bin'}"
    name = shown_name(given)
    try:
        _write(path, name, body)
        (place / "name.txt").write_text(name, "utf-8")
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return Waiting(token=token, path=path, name=name)


def _write(path: Path, name: str, body: IO[bytes]) -> None:
    size = 0
    with path.open("xb") as file:
        while block := body.read(1024 * 1024):
            size += len(block)
            if size > LARGEST:
                raise NotTaken(
                    t(
                        "{file} is larger than {n} MB. Import it with: {command}",
                        file=name,
                        n=LARGEST // 1024 // 1024,
                        command="sunwai import FILE --source NAME",
                    )
                )
            file.write(block)
    if size == 0:
        raise NotTaken(t("{file} is empty.", file=name))


def waiting(folder: Path, user: User, token: str) -> Waiting | None:
    """The user's own waiting file; None for a token that is unknown, used, or another user's."""
    if _TOKEN.fullmatch(token) is None:
        return None
    place = _place(folder, user, token)
    found = sorted(place.glob("upload.*"))
    if not found:
        return None
    name = (place / "name.txt").read_text("utf-8")
    return Waiting(token=token, path=found[0], name=name)


def set_aside(folder: Path, user: User, file: Waiting) -> str:
    """Moves a confirmed file to where imports lie; gives its place below the folder of files.

    ``folder`` is where files wait. Raises OSError.
    """
    target = folder.parent / IMPORTS
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    _place(folder, user, file.token).rename(target / file.token)
    return f"{IMPORTS}/{file.token}/{file.path.name}"


def forget(folder: Path, user: User, token: str) -> None:
    """Deletes a waiting file; nothing happens when there is none."""
    if _TOKEN.fullmatch(token) is not None:
        shutil.rmtree(_place(folder, user, token), ignore_errors=True)


def forget_old(folder: Path, *, now: datetime) -> None:
    """Deletes what nobody confirmed within a day."""
    for place in folder.glob("*-*"):
        try:
            age = now.timestamp() - place.stat().st_mtime
        except FileNotFoundError:  # another worker was faster
            continue
        if age > KEPT_FOR.total_seconds():
            shutil.rmtree(place, ignore_errors=True)


def _place(folder: Path, user: User, token: str) -> Path:
    return folder / f"{user.id}-{token}"
