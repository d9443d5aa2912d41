"""A ZIP or gzip file around one export: its one known part, unpacked beside, or a plain refusal.

ExportComments, Google and Meta hand out archives. No path of an archive is ever used as a path:
the part is written under a name of ours, and no more of it than was promised and allowed.
"""

from __future__ import annotations

import gzip
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from collectors.exports.encodings import MAX_BYTES
from collectors.exports.records import NotAnExport

MAX_PARTS = 50_000  # a year of Google Takeout holds many pictures
MAX_RATIO = 200
_SMALL = 5 * 1024**2  # so much may be packed as tightly as it likes
_BLOCK = 1024**2
_ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xlsx", ".txt")
_KNOWN = re.compile(
    r"(?:comments?(?:\(\d+\))?\.(?:csv|json|jsonl|xlsx)|post_comments(?:_\d+)?\.json"
    r"|reels_comments\.json|.*\.info\.json|.*_comments\.json)$",
    re.IGNORECASE,
)
_ODD = re.compile(r"[^\w.() -]")
_FAULTS = (EOFError, OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile,
           zlib.error)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """The one part of an archive, in a folder of its own that is to be deleted afterwards."""

    path: Path
    folder: Path

    def forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def unpack(path: Path) -> Unpacked | None:
    """The part with the comments; None for a file that is no such archive (an XLSX is none).

    Raises NotAnExport for an archive that is damaged, locked, a bomb, or holds several exports.
    """
    if not path.is_file():
        return None
    with path.open("rb") as file:
        magic = file.read(4)
    try:
        if magic.startswith(b"\x1f\x8b"):
            return _gzip(path)
        return _zip(path) if magic.startswith(b"PK") else None
    except _FAULTS as error:
        raise NotAnExport(
            f"{path.name} is a damaged archive ({type(error).__name__}), probably cut off on its "
            "way. Download or copy it again."
        ) from error


def _gzip(path: Path) -> Unpacked:
    name = path.name.removesuffix(".gz") or "unpacked"
    with gzip.open(path, "rb") as stream:
        return _write(path, cast("IO[bytes]", stream), name, packed=path.stat().st_size)


def _zip(path: Path) -> Unpacked | None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        names = {m.filename for m in members}
        if "xl/workbook.xml" in names or "content.xml" in names:
            return None
        _check(path, members)
        part = _chosen(path, members)
        if part.flag_bits & 1:
            raise NotAnExport(f"{path.name} is locked with a password. Unpack it yourself.")
        with archive.open(part) as stream:
            return _write(path, stream, part.filename, packed=part.compress_size)


def _check(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_PARTS:
        raise NotAnExport(
            f"{path.name} has {len(members):,} parts: it looks like a ZIP bomb and was not opened. "
            "Unpack it and give the file with the comments."
        )
    for m in members:
        if m.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", m.filename):
            raise NotAnExport(f"{path.name} holds parts that point outside it and was not opened.")


def _chosen(path: Path, members: Sequence[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The part that is known by its name, or the only one that could be an export."""
    whole = [m for m in members if _may_be_export(m.filename)]
    known = [m for m in whole if _KNOWN.match(_last(m.filename))]
    found = known or whole
    if len(found) == 1:
        return found[0]
    inside = ", ".join(sorted(m.filename for m in (found or members) if not m.is_dir())[:5])
    if not found:
        raise NotAnExport(
            f"{path.name} is a ZIP archive (it holds {inside or 'nothing'}), not an export file. "
            "Unpack it and give the file with the comments."
        )
    raise NotAnExport(
        f"{path.name} holds {len(found)} files that may be exports ({inside}). "
        "Unpack it and give them one by one."
    )


def _may_be_export(name: str) -> bool:
    last = _last(name)
    hidden = last.startswith((".", "~")) or "__MACOSX" in name
    return not hidden and last.lower().endswith(_ENDINGS)


def _last(name: str) -> str:
    return re.split(r"[/\\]", name)[-1]


def _write(path: Path, stream: IO[bytes], name: str, *, packed: int) -> Unpacked:
    folder = Path(tempfile.mkdtemp(prefix="sunwai-unpacked-"))
    made = Unpacked(path=folder / (_ODD.sub("_", _last(name))[-80:].strip(". ") or "part"),
                    folder=folder)  # fmt: skip
    try:
        with made.path.open("xb") as file:
            size = 0
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > MAX_BYTES or (size > _SMALL and size > MAX_RATIO * max(packed, 1)):
                    raise NotAnExport(
                        f"{path.name} unpacks to more than {size:,} bytes: it looks like a ZIP "
                        "bomb and was not opened further. Export again as CSV."
                    )
                file.write(block)
    except BaseException:
        made.forget()
        raise
    return made
