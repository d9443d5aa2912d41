"""Big export files: how much memory reading and importing one takes, beside the file's own size.

Each file is made here (invented Urdu comments), read or imported in a process of its own, and its
peak of resident memory is compared with that of a process that only loads the same modules.
``--megabytes`` says how big (150); a lone kind can be named: csv, jsonl, json, yt_dlp, xlsx.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measuring import ROOT

MEGABYTE = 1024**2
TEXT = "سڑک کی مرمت کب ہوگی؟ پانی تین دن سے بند ہے اور کوئی جواب نہیں دیتا۔ " * 4
XLSX_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
PARTS = {
    "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/'
    'package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
    'openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
    'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.'
    'openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
READ = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from collectors.exports import ReadContext, open_export
context = ReadContext(platform=None, time_zone="Asia/Karachi", captured_at=datetime.now(UTC))
rows = 0
if sys.argv[1]:
    rows = sum(isinstance(r, tuple) for r in open_export(Path(sys.argv[1]), context=context).rows())
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""
IMPORT = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from sunwai.importing import import_into
from sunwai.setting_up import set_up
from sunwai.settings import load
from sunwai.wiring import House
house = House(settings=load({"SUNWAI_HOME": sys.argv[2]}))
set_up(house)
rows = import_into(house, Path(sys.argv[1]), source_name="big").new if sys.argv[1] else 0
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    rows: int
    peak: int  # bytes resident


def _instagram(n: int) -> list[str]:
    day = f"2026-06-{n % 28 + 1:02d} 19:58:52"
    return [f"c{n % 9999}", day, "0", f"{TEXT}{n}", str(18138262531500000 + n)]


def _csv(path: Path, size: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Name,Username,Date,Likes,Comment,Comment ID\n")
        for n in _until(file.tell, size):
            name, *rest = _instagram(n)
            file.write(",".join([name, name, *rest]) + "\n")


def _until(tell: Callable[[], int], size: int) -> Iterator[int]:
    n = 0
    while n % 500 or tell() < size:
        yield n
        n += 1


def _apify(n: int) -> str:
    name, day, _, text, identifier = _instagram(n)
    item = {"id": identifier, "text": text, "ownerUsername": name,
            "timestamp": f"{day[:10]}T{day[11:]}Z", "likesCount": 0}  # fmt: skip
    return json.dumps(item, ensure_ascii=False)


def _jsonl(path: Path, size: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for n in _until(file.tell, size):
            file.write(_apify(n) + "\n")


def _json(path: Path, size: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for n in _until(file.tell, size):
            file.write((",\n" if n else "") + _apify(n))
        file.write("]")


def _yt_dlp(path: Path, size: int) -> None:
    """One object on one line, as yt-dlp writes it."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"id": "v1", "webpage_url": "https://www.youtube.com/watch?v=v0000001", ')
        file.write('"extractor": "youtube", "comments": [')
        for n in _until(file.tell, size):
            comment = {"id": f"Ug{n}", "parent": "root", "text": f"{TEXT}{n}",
                       "author": f"@c{n % 9999}", "timestamp": 1772366400 + n}  # fmt: skip
            file.write((", " if n else "") + json.dumps(comment, ensure_ascii=False))
        file.write('], "epoch": 1773576000}')


def _xlsx(path: Path, size: int) -> None:
    """Packed not at all, so that the file is as big as what it holds."""
    heads = ("Name", "Username", "Date", "Likes", "Comment", "Comment ID")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, body in PARTS.items():
            archive.writestr(name, body)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((XLSX_HEAD + _row(1, list(heads))).encode())
            written = 0
            for n in _until(lambda: written, size):  # noqa: B023 - called within the loop
                name, *rest = _instagram(n)
                written += sheet.write(_row(n + 2, [name, name, *rest]).encode())
            sheet.write(b"</sheetData></worksheet>")


def _row(number: int, cells: list[str]) -> str:
    inner = "".join(
        f'<c r="{letter}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for letter, cell in zip("ABCDEF", cells, strict=False)
    )
    return f'<row r="{number}">{inner}</row>'


KINDS: dict[str, Callable[[Path, int], None]] = {
    "csv": _csv, "jsonl": _jsonl, "json": _json, "yt_dlp": _yt_dlp, "xlsx": _xlsx,
}  # fmt: skip


def _in_a_process(program: str, *words: str) -> Taken:
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    rows, peak = done.stdout.split()[-2:]
    return Taken(int(rows), int(peak))


def main(wanted: list[str], megabytes: int) -> None:
    print(
        "Peak of resident memory of a process that reads or imports one file, less that of a "
        "process that does the same without a file.\n"
    )
    print("| file | size | rows | memory taken |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        nothing = _in_a_process(READ, "").peak
        for kind in wanted or list(KINDS):
            path = Path(folder) / f"big.{kind}"
            KINDS[kind](path, megabytes * MEGABYTE)
            _say(f"{kind}, read", path, _in_a_process(READ, str(path)), nothing)
            if kind == "csv":
                bare = _in_a_process(IMPORT, "", f"{folder}/bare").peak
                taken = _in_a_process(IMPORT, str(path), f"{folder}/home")
                _say("csv, imported into SQLite", path, taken, bare)
            path.unlink()
    print(
        f"\nThe program's own, without a file: {nothing / MEGABYTE:.0f} MB for the readers alone."
    )


def _say(what: str, path: Path, taken: Taken, nothing: int) -> None:
    size, above = path.stat().st_size, taken.peak - nothing
    print(
        f"| {what} | {size / MEGABYTE:.0f} MB | {taken.rows:,} | {above / MEGABYTE:.0f} MB |",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", choices=[[], *KINDS])
    parser.add_argument("--megabytes", type=int, default=150)
    told = parser.parse_args()
    main(told.kinds, told.megabytes)
