"""The imported file itself: its sha256, and the copy that is kept of it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

CHANGED = "{name} changed while it was read. Wait until it is written whole, and import it again."
_BLOCK = 1024 * 1024


class ImportRefused(Exception):
    """The file is not imported; the message says why and what to do."""


def file_sha256(path: Path) -> str:
    """The file's sha256 (hex). Raises ImportRefused when it cannot be read, or is no plain file."""
    if path.exists() and not path.is_file():  # a pipe would never end
        raise ImportRefused(f"{path.name} is not a file. Give the export file itself.")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ImportRefused(f"{path.name} cannot be read: {error.strerror or error}.") from error


def keep_copy(path: Path, folder: Path, sha256: str) -> Path:
    """Keeps the file in the folder under its sha256 and gives the copy's path; once per content.

    Raises ImportRefused when the file is no longer the one that was hashed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{sha256}{path.suffix.lower()[:12]}"
    if kept.exists() and file_sha256(kept) == sha256:
        return kept
    handle, name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as copy, path.open("rb") as file:
            while block := file.read(_BLOCK):
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        if file_sha256(beside) != sha256:
            raise ImportRefused(CHANGED.format(name=path.name))
        beside.replace(kept)
    finally:
        beside.unlink(missing_ok=True)
    return kept
