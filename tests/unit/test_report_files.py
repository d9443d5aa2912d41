"""The report's files: the same bytes, whole or not at all, safe to open, readable in Urdu."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ranges import change_of
from analysis.report import Report
from analysis.report_build import build_report, texts_wanted
from analysis.service_level import ServiceLevel
from dashboard.report.files import (
    COMMENT_COLUMNS,
    ReportFiles,
    is_whole,
    render_report,
    report_files,
)
from dashboard.report.page import FONTS, change_words, report_page
from dashboard.report.pdf import report_pdf
from data.model import Flag, Language
from data.safe_csv import csv_text, safe_cell
from data.store.telling import texts_of
from sunwai.matching import match_themes_of_new
from sunwai.nightly import read_day
from tests.tables import a_database
from tests.unit.report_helpers import DAY, Town, at

LEVEL = ServiceLevel()
HOSTILE = "</td><script>alert(1)</script>\"'&"
DUE, IN_TIME = at(27), at(26)


@dataclass(frozen=True)
class Made:
    report: Report
    comments: pl.DataFrame


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    db = a_database()
    with db.write() as tx:
        town = Town(tx)
        town.begin(at(-24))
        page = town.page("=cmd()", at(-24))
        town.sweeps(page, at(-24), at(26), skip=[(at(2), at(4))])
        urdu = town.comment(page, "پانی نہیں آ رہا، شرم کرو", at(10), language=Language.UR,
                            flag=Flag.FLAGGED, hurting="شرم")  # fmt: skip
        town.remove(urdu, at(10.5))
        bad = town.comment(page, f"=1+1 {HOSTILE} clown", at(11), flag=Flag.FLAGGED,
                           hurting="clown")  # fmt: skip
        town.remove(bad, at(11.5))
    match_themes_of_new(db, now=IN_TIME)
    with db.read() as tx:
        frames, facts = read_day(tx, DAY, organisation="<b>Org</b>", level=LEVEL, now=IN_TIME)
        texts = texts_of(tx, texts_wanted(frames, facts), as_of=facts.inputs.as_of)
    yield Made(build_report(frames, facts, texts, LEVEL), frames.seen)
    db.close()


def render(made: Made, folder: Path, *, late: bool = False) -> ReportFiles:
    now = DUE + timedelta(hours=9) if late else IN_TIME
    return render_report(made.report, made.comments, folder=folder, due_by=DUE, now=now)


def test_two_renders_of_one_report_are_the_same_bytes(made: Made, tmp_path: Path) -> None:
    one, two = render(made, tmp_path / "one"), render(made, tmp_path / "two")
    assert one.manifest_sha256 == two.manifest_sha256
    for name in one.names:
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes()


def test_a_late_run_has_a_visible_mark_and_otherwise_the_same_bytes(
    made: Made, tmp_path: Path
) -> None:
    early, late = render(made, tmp_path / "a"), render(made, tmp_path / "b", late=True)
    assert (early.late, late.late) == (False, True)
    assert (late.folder / "LATE.txt").read_text().startswith("LATE.")
    for name in early.names:
        assert (early.folder / name).read_bytes() == (late.folder / name).read_bytes()


def test_the_manifest_tells_size_and_hash_of_every_file(made: Made, tmp_path: Path) -> None:
    files = render(made, tmp_path / "r")
    manifest = json.loads((files.folder / "manifest.json").read_bytes())
    told = {f["name"]: (f["bytes"], f["sha256"]) for f in manifest["files"]}
    assert set(told) == set(files.names) - {"manifest.json"}
    for name, (size, digest) in told.items():
        content = (files.folder / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (size, digest)
    assert set(manifest["inputs"]) == {
        "as_of", "policy_version", "taxonomy_version", "chain_seq", "chain_head",
    }  # fmt: skip


def test_a_folder_that_is_there_keeps_what_is_not_the_reports(made: Made, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "LATE.txt").write_text("of an older run")
    render(made, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert not (tmp_path / "LATE.txt").exists()
    assert is_whole(tmp_path)
    assert [p.name for p in tmp_path.parent.glob("*.draft")] == []


def test_a_report_that_was_cut_off_or_changed_does_not_count(made: Made, tmp_path: Path) -> None:
    files = render(made, tmp_path / "r")
    assert is_whole(files.folder)
    (files.folder / "duty.csv").write_text("changed")
    assert not is_whole(files.folder)
    (files.folder / "manifest.json").unlink()
    assert not is_whole(files.folder)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_runs_nothing_and_fetches_nothing(made: Made) -> None:
    tags = Tags()
    tags.feed(report_page(made.report))
    names = {tag for tag, _ in tags.seen}
    assert names.isdisjoint({"script", "img", "iframe", "object", "link"})
    assert all("src" not in attrs and not any(a.startswith("on") for a in attrs)
               for _, attrs in tags.seen)  # fmt: skip
    assert "&lt;b&gt;Org&lt;/b&gt;" in report_page(made.report)


def test_urdu_stands_right_to_left_in_nastaliq(made: Made) -> None:
    tags = Tags()
    tags.feed(report_page(made.report))
    urdu = [a for t, a in tags.seen if t == "span" and a.get("lang") == "ur"]
    assert urdu and all(a["dir"] == "rtl" and "ur" in str(a["class"]) for a in urdu)


def test_the_page_stays_light(made: Made) -> None:
    page = report_page(made.report)
    without_fonts = page.split("</style>")[1]
    assert len(without_fonts) < 60_000


def test_a_gap_is_drawn_and_told(made: Made) -> None:
    page = report_page(made.report)
    assert "NOT PROVEN" in page and "02:00-04:00" in page
    assert "<title>Watch of" in page


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_tables_open_as_text_and_never_as_formulas(made: Made) -> None:
    files = report_files(made.report, made.comments)
    cells = [v for name in ("removals.csv", "comments.csv", "duty.csv")
             for row in rows_of(files[name]) for v in row.values()]  # fmt: skip
    assert any(c.startswith("'=") for c in cells)
    assert not [c for c in cells if c.startswith(("=", "+", "@"))]


def test_the_list_of_comments_equals_the_number_on_the_page(made: Made) -> None:
    rows = rows_of(report_files(made.report, made.comments)["comments.csv"])
    assert len(rows) == made.report.seen.comments == 2
    assert tuple(rows[0]) == COMMENT_COLUMNS
    assert "text" not in rows[0] and "author" not in str(rows[0].keys())


def test_the_removals_table_is_masked_and_complete(made: Made) -> None:
    rows = rows_of(report_files(made.report, made.comments)["removals.csv"])
    assert len(rows) == len(made.report.removals) == 2
    assert "شرم" not in rows[0]["text_masked"] and rows[0]["code"] == "OM-5-OFF-3"
    assert rows[0]["state"] == "verified" and rows[0]["officer"] == "officer-1"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "  =1", "\ufeff=1"])
def test_a_cell_that_looks_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert safe_cell(cell) == "'" + cell


def test_numbers_dates_and_nothing_stay_what_they_are() -> None:
    assert [safe_cell(v) for v in (-5, 2.5, None, True, DAY, "text")] == [
        "-5", "2.5", "", "yes", "2026-11-18", "text",
    ]  # fmt: skip


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4))
def test_a_table_reads_back_as_it_was_written(cells: list[str]) -> None:
    text = csv_text(["h"] * len(cells), [cells])
    back = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert back[1] == [safe_cell(c) for c in cells]


def test_a_change_is_told_in_words() -> None:
    assert change_words(change_of(200, 100, 1000, 1000)).startswith("up, 2.00 times (")
    assert change_words(change_of(100, 200, 1000, 1000)).startswith("down, 0.50 times (")
    assert change_words(change_of(10, 11, 1000, 1000)).startswith("no clear change")
    assert change_words(change_of(1, 0, 10, 10)) == "too few to say"


def unpacked(pdf: bytes) -> bytes:
    """Every stream of the PDF that can be inflated, one after the other."""
    found: list[bytes] = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"".join(found)


def test_the_pdf_is_the_same_each_time_and_has_the_urdu_font_inside(made: Made) -> None:
    page = report_page(made.report)
    one = report_pdf(page)
    assert one.startswith(b"%PDF-") and one == report_pdf(page)
    if all(p.exists() for p in FONTS.values()):
        assert b"Nastaliq" in unpacked(one)
    else:
        pytest.skip("no Nastaliq font in dashboard/assets/fonts: the embedding was not looked at")


def test_the_pdf_reads_nothing_outside_the_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("@page { size: 40mm 40mm }")
    page = f'<link rel="stylesheet" href="{secret.as_uri()}"><p>x</p>'
    assert report_pdf(page) == report_pdf("<p>x</p>")
