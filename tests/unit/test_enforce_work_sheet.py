"""The work sheet: what is on it, and that no cell of it runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from openpyxl import load_workbook

from dashboard.outbox.work_sheet import work_sheet_page, work_sheet_pdf
from data.model import Source, SourceMode, Span
from data.safe_csv import safe_cell
from moderation.carrying_out.by_hand import confirm_by_hand
from moderation.platforms.work_sheet import (
    HEADER,
    SheetRow,
    work_sheet_csv,
    work_sheet_rows,
    work_sheet_xlsx,
)
from tests.builders import a_source
from tests.unit.decide_helpers import REMOVE
from tests.unit.enforce_helpers import Outbox, memory_outbox

EVIL = '=HYPERLINK("http://x.example/","click")'


@pytest.fixture
def box() -> Iterator[Outbox]:
    with memory_outbox() as box:
        yield box


@pytest.fixture
def files(box: Outbox) -> Source:
    with box.db.write() as tx:
        return a_source(tx, "files", mode=SourceMode.EXPORT, title="Town page")


def by_hand(box: Outbox, source: Source, text: str, **told: Any) -> int:
    comment_id = box.desk.comment(text, source=source, **told)
    action_id = box.desk.decide(comment_id, **REMOVE).action_id
    box.desk.later(seconds=10)
    box.enforce()
    assert action_id is not None
    return action_id


def rows(box: Outbox, **how: Any) -> list[SheetRow]:
    with box.db.read() as tx:
        return work_sheet_rows(tx, **how)


def test_the_sheet_is_numbered_and_names_link_code_and_ids(box: Outbox, files: Source) -> None:
    link = "https://social.example/p/1?c=2"
    first = by_hand(box, files, "You fool", permalink=link)
    second = by_hand(box, files, "Another one", permalink="javascript:alert(1)")
    one, two = rows(box)
    assert (one.number, one.action_id, one.link, one.text) == (1, first, link, "You fool")
    assert (one.do, one.reason, one.source) == ("hide", REMOVE["reason"], "Town page")
    assert (two.number, two.action_id, two.link) == (2, second, "")


def test_what_is_confirmed_or_still_held_is_not_on_the_sheet(box: Outbox, files: Source) -> None:
    action_id = by_hand(box, files, "You fool")
    box.desk.decide(box.desk.comment("Held still", source=files), **REMOVE)
    assert [r.action_id for r in rows(box)] == [action_id]
    with box.db.write() as tx:
        confirm_by_hand(tx, action_id, box.desk.officer, now=box.desk.now)
    assert rows(box) == []


def test_the_sheet_of_one_source_holds_only_that(box: Outbox, files: Source) -> None:
    by_hand(box, files, "You fool")
    assert rows(box, source_id=box.desk.source.id) == []
    assert len(rows(box, source_id=files.id)) == 1


def test_the_text_is_masked_by_choice(box: Outbox, files: Source) -> None:
    by_hand(box, files, "You fool\nof a man")

    def stars(text: str, spans: Sequence[Span], remark: tuple[int, int] | None) -> str:
        return "*" * len(text)

    assert rows(box)[0].text == "You fool of a man"
    assert rows(box, mask=stars)[0].text == "*" * 17


def test_the_csv_has_a_tick_box_and_runs_nothing(box: Outbox, files: Source) -> None:
    by_hand(box, files, EVIL)
    text = work_sheet_csv(rows(box))
    assert text.startswith("\ufeff")
    header, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert tuple(header) == HEADER
    cells = dict(zip(header, row, strict=True))
    assert (cells["done"], cells["text"]) == ("☐", "'" + EVIL)


def test_the_xlsx_is_read_back_as_text_alone(box: Outbox, files: Source) -> None:
    by_hand(box, files, EVIL)
    by_hand(box, files, "یہ \u202eextra\x0b\ufffe خراب ہے" + "x" * 40_000)
    book: Any = load_workbook(io.BytesIO(work_sheet_xlsx(rows(box))))
    cells = [c for line in book.active.iter_rows() for c in line]
    assert {c.data_type for c in cells} <= {"s", "inlineStr", "n"}  # never "f", a formula
    assert [c.value for c in book.active["A"]] == ["no", 1, 2]
    assert book.active["G2"].value == "'" + EVIL
    assert "یہ" in book.active["G3"].value and len(book.active["G3"].value) <= 2_001


def test_an_empty_sheet_has_its_header(box: Outbox) -> None:
    assert work_sheet_csv([]).startswith("\ufeffno,done,do,link")
    book: Any = load_workbook(io.BytesIO(work_sheet_xlsx([])))
    assert book.active.max_row == 1


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "＝", " =", "\u200b=", "\u202e@"]
)
def test_a_cell_that_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(start + "1+1") == "'" + start + "1+1"


@pytest.mark.parametrize("text", ["", "plain", "a=b", "اردو", "1-2", "\u200f", "  "])
def test_a_cell_that_does_not_is_left_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


# ------------------------------------------------------------------------------ to print


def page_of(box: Outbox, **how: Any) -> str:
    return work_sheet_page(
        rows(box, **how), organisation="Office", zone="Asia/Karachi", masked=True, now=box.desk.now
    )


def test_the_page_is_numbered_has_boxes_and_sets_urdu_from_right_to_left(
    box: Outbox, files: Source
) -> None:
    by_hand(box, files, "تم سب جاہل ہو", permalink="https://page.example/c/1")
    by_hand(box, files, "You are all fools")
    page = page_of(box)
    assert page.count('<td class="tick">') == 2
    assert '<p class="said la ar" dir="rtl" lang="en">تم سب جاہل ہو</p>' in page
    assert 'href="https://page.example/c/1"' in page and "no link is known" in page
    assert "RptNastaliq" in page or "RptNaskh" in page


def test_what_a_comment_says_is_never_markup_on_the_page(box: Outbox, files: Source) -> None:
    by_hand(box, files, "<script>alert(1)</script><b>x</b>", permalink="javascript:alert(1)")
    page = page_of(box)
    assert "<script>" not in page and "javascript:" not in page
    assert "&lt;script&gt;" in page


def test_the_printed_sheet_is_a_pdf_of_the_same_bytes_each_time(box: Outbox, files: Source) -> None:
    by_hand(box, files, "تم سب جاہل ہو")
    told: dict[str, Any] = {
        "organisation": "Office",
        "zone": "Asia/Karachi",
        "masked": True,
        "now": box.desk.now,
    }
    one, two = (work_sheet_pdf(rows(box), **told) for _ in range(2))
    assert one.startswith(b"%PDF-") and one == two


def test_urdu_in_the_workbook_reads_from_right_to_left(box: Outbox, files: Source) -> None:
    by_hand(box, files, "تم سب جاہل ہو")
    by_hand(box, files, "You are all fools")
    sheet: Any = load_workbook(io.BytesIO(work_sheet_xlsx(rows(box)))).active
    assert [sheet.cell(row=y, column=7).alignment.readingOrder for y in (2, 3)] == [2, 1]
