"""Which encoding a text file is in, and reading it so that no bad byte is replaced in silence.

Order of CONNECTORS.md 8.3: magic bytes, byte order mark, strict UTF-8, then only an 8-bit code page
that a person named. A byte that does not fit leaves a mark, and the row that holds it is refused.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import TextIO

from collectors.exports.records import NotAnExport

MAX_BYTES = 2 * 1024**3
_LOOK = 1024**2
_BAD = "\udcff"  # stands for bytes that could not be decoded; no decoded text can hold it
_HANDLER = "sunwai.mark_undecodable"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls) or one locked with a password",
     "open it in Excel and save it as .xlsx without a password"),
    (b"%PDF", "a PDF", "export again as CSV, XLSX or JSON"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it and give the file inside"),
    (b"Rar!", "a RAR archive", "unpack it and give the file inside"),
    (b"\xfd7zXZ", "an xz archive", "unpack it and give the file inside"),
    (b"(\xb5/\xfd", "a zstd archive", "unpack it and give the file inside"),
    (b"\x89PNG", "a picture", "export again as CSV, XLSX or JSON"),
    (b"\xff\xd8\xff", "a picture", "export again as CSV, XLSX or JSON"),
    (b"SQLite format 3", "a database", "export again as CSV, XLSX or JSON"),
)  # fmt: skip
_ALPHABETS = b"\x00\x06\x20\xfb\xfd\xfe\xff\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\x01\x03\x04\x05\x07\x08"
_WEB_PAGE = re.compile(rb"\s*<(!doctype\s+html|html|head|\?xml)", re.IGNORECASE)


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _BAD, error.end


codecs.register_error(_HANDLER, _mark)


def has_bad_bytes(text: str) -> bool:
    """True when a byte in this piece of text did not fit the file's encoding."""
    return _BAD in text


def is_zip(path: Path) -> bool:
    """True for a ZIP container, which an XLSX file is. Raises NotAnExport for a file that is
    no export of any tool: a folder, an empty file, an archive, a picture."""
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no file that can be read"
        raise NotAnExport(f"{path.name} is {what}. Give one file that an export tool made.")
    size = path.stat().st_size
    if size == 0:
        raise NotAnExport(f"{path.name} is empty. Export again and give the new file.")
    if size > MAX_BYTES:
        raise NotAnExport(
            f"{path.name} has {size:,} bytes; {MAX_BYTES:,} are taken at most. "
            "Export it in parts (for instance by month) and give them one by one."
        )
    head = _first_bytes(path, 512)
    for magic, what, advice in _MAGIC:
        if head.startswith(magic):
            raise NotAnExport(f"{path.name} is {what}, not an export file. Please {advice}.")
    if _WEB_PAGE.match(head.removeprefix(codecs.BOM_UTF8)):
        raise NotAnExport(
            f"{path.name} is a web page or XML, not an export file. A log-in page may have been "
            "saved in place of the download: export again as CSV, XLSX or JSON."
        )
    return head.startswith(b"PK")


def encoding_of(path: Path, named: str | None) -> str:
    """The Python name of the file's encoding. ``named`` is a person's choice for a file without
    a byte order mark. Raises NotAnExport for an 8-bit file that nobody named."""
    head = _first_bytes(path, _LOOK)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if named is not None:
        return _known(named)
    unmarked = _utf16_without_mark(head)
    if unmarked is not None:
        return unmarked
    good, bad = _count_utf8(head)
    if bad and bad >= good:
        raise NotAnExport(
            f"{path.name} is not UTF-8 (first odd byte at {_first_bad(head):,}). It was probably "
            "saved in an 8-bit code page. Save it again as “CSV UTF-8”, or name the code page: "
            "cp1256 for Urdu and Arabic, cp1252 for Western languages."
        )
    if b"\0" in head[:4096] and head[:4096].count(b"\0") * 3 > len(head[:4096]):
        raise NotAnExport(
            f"{path.name} is not text, or UTF-16 without its first mark. Save it as “CSV UTF-8”."
        )
    return "utf-8"


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 that lacks its first mark: of two neighbouring bytes one is the alphabet's (nought
    for Latin letters and digits, 06 for Urdu), and it is always the same one of the two."""
    piece = head[: len(head) // 2 * 2][:65_536]
    for name, high, low in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        alphabets, letters = piece[high::2], piece[low::2]
        if not alphabets or letters.count(0) * 20 > len(letters):
            continue
        of_one = sum(alphabets.count(b) for b in _ALPHABETS)
        if alphabets.count(0) * 20 >= len(alphabets) and of_one * 100 >= len(alphabets) * 97:
            return name
    return None


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text, line ends as they are; undecodable bytes leave a mark (has_bad_bytes)."""
    return path.open("r", encoding=encoding, errors=_HANDLER, newline="")


def _first_bytes(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise NotAnExport(
            f"There is no encoding “{name}”. Use for instance utf-8, cp1256 or cp1252."
        ) from None


def _count_utf8(head: bytes) -> tuple[int, int]:
    """Multi-byte characters that decode, and places that do not (a cut at the end is none)."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors=_HANDLER)
    text = decoder.decode(head, final=len(head) < _LOOK)
    bad = text.count(_BAD)
    return sum(not c.isascii() for c in text) - bad if bad else 0, bad


def _first_bad(head: bytes) -> int:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0
