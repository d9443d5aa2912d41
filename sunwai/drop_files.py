"""Files of the drop folder on the disk: opened, copied and moved without following any link.

Whoever may write into the drop folder may try to have other files read in its name. So nothing is
opened by a whole path: a folder is opened first, and then what lies in it, by name.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from collectors.exports import LARGEST_FILE

UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOTE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
_BLOCK = 1024 * 1024
_LONGEST = 230  # bytes of a name, so that the note's own ending fits behind it
LINK = "It is a link to another file, and links are never followed. Copy the file itself."


class Changed(OSError):
    """The file changed while it was looked at; the next look takes it up again."""


@contextmanager
def opened(path: Path | str, *, below: int | None = None) -> Generator[int]:
    """The folder's descriptor; ``below`` is that of the folder that it lies in."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY if below is None else _FOLDER, dir_fd=below)
    try:
        yield fd
    finally:
        os.close(fd)


def names_in(folder: int) -> list[str]:
    """What lies in the folder, by name."""
    return sorted(os.listdir(folder))


def facts_of(folder: int, name: str) -> os.stat_result:
    """The thing's own facts; of a link those of the link."""
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


def is_unfinished(name: str) -> bool:
    """True for a name that programs give to what they still write, and for hidden files."""
    return name.startswith((".", "~$")) or name.lower().endswith(UNFINISHED)


def stamp(found: os.stat_result) -> str:
    """Changes when the file does."""
    return f"{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"


def refusal(found: os.stat_result) -> str | None:
    """Why a thing that is no plain file of its own is never opened; None when it is one."""
    if stat.S_ISLNK(found.st_mode):
        return LINK
    if not stat.S_ISREG(found.st_mode):
        return "It is no plain file (a pipe, a socket or a device). Give the export file itself."
    if found.st_nlink > 1:
        return "It has a second name elsewhere (a hard link). Copy the file itself."
    if found.st_size > LARGEST_FILE:
        return f"It has {found.st_size:,} bytes; {LARGEST_FILE:,} are taken at most. Export parts."
    return None


def copy_out(folder: int, name: str, target: Path, seen: str) -> tuple[int, datetime]:
    """Copies what the stamp ``seen`` was taken of, and nothing else; gives its size and its time.

    Raises Changed, and OSError where it cannot be read.
    """
    with os.fdopen(os.open(name, _FILE, dir_fd=folder), "rb") as reading:
        before = os.fstat(reading.fileno())
        if refusal(before) is not None or stamp(before) != seen:
            raise Changed
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        size = 0
        with target.open("wb") as writing:
            while block := reading.read(_BLOCK):
                writing.write(block)
                size += len(block)
            writing.flush()
            os.fsync(writing.fileno())
        if stamp(os.fstat(reading.fileno())) != seen or size != before.st_size:
            raise Changed
    return size, datetime.fromtimestamp(before.st_mtime, UTC)


def move_away(folder: int, name: str, into: str, note: str) -> str:
    """Moves the thing into the sub-folder, under a free name that it gives back, with a note.

    The note is written first, so that no file lies there without one.
    """
    with suppress(FileExistsError):
        os.mkdir(into, 0o755, dir_fd=folder)
    with opened(into, below=folder) as target:
        free = _free_name(name, set(names_in(target)))
        fd = os.open(f"{free}.why.txt", _NOTE, 0o644, dir_fd=target)
        with os.fdopen(fd, "w", encoding="utf-8", errors="replace") as writing:
            writing.write(note)
        os.rename(name, free, src_dir_fd=folder, dst_dir_fd=target)
    return free


def _free_name(name: str, there: set[str]) -> str:
    whole = Path(name)
    number = 1
    while True:
        ending = (f" ({number})" if number > 1 else "") + whole.suffix[:20]
        stem = whole.name[: len(whole.name) - len(whole.suffix)]
        while len(os.fsencode(stem + ending)) > _LONGEST:
            stem = stem[:-1]
        if stem + ending not in there:
            return stem + ending
        number += 1
