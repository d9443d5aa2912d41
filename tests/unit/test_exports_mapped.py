"""Files that no reader knows: finding their table, guessing their columns, reading them mapped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from collectors.exports import (
    BadMapping,
    ColumnMapping,
    DateFormat,
    Export,
    Meaning,
    NotAnExport,
    NotMapped,
    UnknownTable,
    guessed,
    guessed_dates,
    mapping_from,
    open_export,
    table_in,
)
from collectors.exports.mapping import header_signature
from data.model import Platform, TimePrecision
from tests.contract.export_helpers import CONTEXT, comments, errors

HEADER = "When,Who,What they said,Thumbs up"
ROWS = [
    '03/12/2025 10:00,Citizen 1,"پانی، بجلی اور سڑک",3',
    "28/11/2025 09:30,Citizen 2,Where is the form?,1",
]


def a_table(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *(rows or ROWS)]) + "\n", encoding="utf-8")
    return path


def table_of(path: Path) -> UnknownTable:
    with pytest.raises(NotMapped) as unknown:
        open_export(path, context=CONTEXT)
    return unknown.value.table


def mapped(path: Path, columns: Mapping[str, str], **told: object) -> Export:
    mapping = mapping_from({"columns": columns, **told})
    return open_export(path, context=replace(CONTEXT, mapping=mapping))


SAID = {"What they said": "text", "When": "created", "Who": "author_name", "Thumbs up": "likes"}


def test_an_unknown_table_is_offered_with_its_columns_and_first_rows(tmp_path: Path) -> None:
    table = table_of(a_table(tmp_path / "a.csv"))
    assert table.columns == ("When", "Who", "What they said", "Thumbs up")
    assert table.samples[0]["What they said"] == "پانی، بجلی اور سڑک"
    meanings = guessed(table.columns, table.samples)
    assert [m.value for m in meanings.values()] == ["created", "ignore", "text", "likes"]


def test_a_mapped_table_is_read_as_was_said(tmp_path: Path) -> None:
    export = mapped(a_table(tmp_path / "a.csv"), SAID)
    first, second = comments(export)
    assert (first.text, first.like_count, first.id_kind) == ("پانی، بجلی اور سڑک", 3, "synthetic")
    assert first.created_at == datetime.fromisoformat("2025-12-03T05:00:00+00:00")
    assert first.author is not None and first.author.display_name == "Citizen 1"
    assert second.time_precision is TimePrecision.MINUTE
    assert any("no id in this file" in w for w in export.warnings)
    assert any("Asia/Karachi" in w for w in export.warnings)


def test_the_same_rows_get_the_same_ids_in_the_next_file(tmp_path: Path) -> None:
    again = a_table(tmp_path / "b.csv", ROWS[1], ROWS[0])
    ids = {c.external_id for c in comments(mapped(a_table(tmp_path / "a.csv"), SAID))}
    assert {c.external_id for c in comments(mapped(again, SAID))} == ids


def test_relative_words_are_no_part_of_an_id_of_ours(tmp_path: Path) -> None:
    said = {"When": "created", "What they said": "text"}
    early = a_table(tmp_path / "a.csv", "2 weeks ago,x,the same words,1")
    late = a_table(tmp_path / "b.csv", "3 weeks ago,x,the same words,1")
    (one,), (other,) = comments(mapped(early, said)), comments(mapped(late, said))
    assert one.external_id == other.external_id and one.created_at != other.created_at


@pytest.mark.parametrize(
    ("written", "date_format", "instant", "precision"),
    [
        ("12/03/2025", "month_first", "2025-12-02T19:00:00+00:00", "day"),
        ("12/03/2025", "day_first", "2025-03-11T19:00:00+00:00", "day"),
        ("1772366400", "auto", "2026-03-01T12:00:00+00:00", "second"),
        ("1772366400123", "epoch", "2026-03-01T12:00:00.123+00:00", "second"),
        ("2026-03-01T12:00:00+05:00", "auto", "2026-03-01T07:00:00+00:00", "second"),
        ("2 ہفتے پہلے", "auto", "2026-03-01T12:00:00+00:00", "estimated"),
        ("۲ ہفتے قبل", "relative", "2026-03-01T12:00:00+00:00", "estimated"),
        ("an hour ago", "auto", "2026-03-15T11:00:00+00:00", "estimated"),
        ("3d", "auto", "2026-03-12T12:00:00+00:00", "estimated"),
        ("yesterday", "auto", "2026-03-14T12:00:00+00:00", "estimated"),
        ("گزشتہ کل", "auto", "2026-03-14T12:00:00+00:00", "estimated"),
        ("next spring", "auto", None, "unknown"),
    ],
)
def test_dates_are_read_as_they_are_written(
    tmp_path: Path, written: str, date_format: str, instant: str | None, precision: str
) -> None:
    path = a_table(tmp_path / "a.csv", f"{written},x,some words,1")
    said = {"When": "created", "What they said": "text"}
    (comment,) = comments(mapped(path, said, date_format=date_format))
    assert comment.created_at == (None if instant is None else datetime.fromisoformat(instant))
    assert comment.time_precision.value == precision
    assert comment.time_text == (None if precision == "second" else written)


def test_a_zone_of_the_mapping_comes_before_the_sources(tmp_path: Path) -> None:
    path = a_table(tmp_path / "a.csv", "2026-03-01 12:00:00,x,words,1")
    export = mapped(path, {"When": "created", "What they said": "text"}, zone="Europe/Berlin")
    assert comments(export)[0].created_at == datetime.fromisoformat("2026-03-01T11:00:00+00:00")
    assert not any("Asia/Karachi" in w for w in export.warnings)


def test_ids_links_and_posts_are_taken_where_they_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = {
        "cid": "17900000000000901", "body": "سوال", "user": {"id": 5, "name": "citizen01"},
        "link": "https://www.instagram.com/p/SAMPLE1/c/17900000000000901/r/17900000000000902",
        "up": None, "tags": ["a"], "edited": "2026-03-02T00:00:00Z",
    }  # fmt: skip
    row["cid"] = "17900000000000902"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    assert table_of(path).columns == (
        "body", "cid", "edited", "link", "tags", "up", "user/id", "user/name")  # fmt: skip
    said = {"cid": "id", "body": "text", "user/id": "author_id", "link": "permalink",
            "edited": "edited", "user/name": "author_name"}  # fmt: skip
    export = mapped(path, said)
    (comment,) = comments(export)
    assert export.platform is Platform.INSTAGRAM
    assert (comment.external_id, comment.id_kind) == ("17900000000000902", "native")
    assert comment.parent_external_id == "17900000000000901"
    assert comment.post is not None and comment.post.external_id == "SAMPLE1"
    assert comment.author is not None and comment.author.external_id == "5"
    assert comment.updated_at == datetime.fromisoformat("2026-03-02T00:00:00+00:00")


def test_ids_that_a_spreadsheet_destroyed_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = a_table(
        tmp_path / "a.csv", "1.81382625315564E+16,one of them", "17900000000000901,another",
        header="comment id,comment",
    )  # fmt: skip
    export = mapped(path, {"comment id": "id", "comment": "text"})
    assert [c.external_id for c in comments(export)] == ["17900000000000901"]
    (error,) = errors(export)
    assert "destroyed by a spreadsheet" in error.reason and "the tool's own file" in error.reason


def test_a_workbook_with_titles_above_its_header_is_mapped(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Comments of March"])
    sheet.append([])
    sheet.append(["Name", "Remarks", "Date"])
    sheet.append(["Citizen", "=SUM(1)", datetime(2026, 3, 1, 12, 0)])  # noqa: DTZ001 - as in a sheet
    sheet.append(["Other", "سڑک خراب ہے", datetime(2026, 3, 2, 12, 0)])  # noqa: DTZ001
    sheet["B4"].data_type = "s"
    book.save(tmp_path / "a.xlsx")
    table = table_of(tmp_path / "a.xlsx")
    assert table.columns == ("Name", "Remarks", "Date")
    meanings = guessed(table.columns, table.samples)
    assert [m.value for m in meanings.values()] == ["author_name", "text", "created"]
    export = mapped(tmp_path / "a.xlsx", {n: m.value for n, m in meanings.items()})
    assert [c.text for c in comments(export)] == ["=SUM(1)", "سڑک خراب ہے"]


def test_a_table_without_a_header_has_numbered_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("2026-03-01,first words here\n2026-03-02,second words\n", encoding="utf-8")
    assert table_of(path).columns == ("column 1", "column 2")
    found = comments(mapped(path, {"column 2": "text", "column 1": "created"}))
    assert [c.text for c in found] == ["first words here", "second words"]


def test_doubled_and_empty_names_are_numbered(tmp_path: Path) -> None:
    path = a_table(tmp_path / "a.csv", "a,b,c", header="text,text,")
    assert table_of(path).columns[:2] == ("text", "text (2)")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_delimiter_is_found_by_the_table_it_makes(tmp_path: Path, delimiter: str) -> None:
    path = a_table(
        tmp_path / "a.csv",
        delimiter.join(["a", '"x, y; z"', "2026-03-01"]),
        delimiter.join(["b", "plain", "2026-03-02"]),
        header=delimiter.join(["name", "comment", "date"]),
    )
    assert table_of(path).columns == ("name", "comment", "date")


def test_prose_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Dear sir\nthe road is bad\n", encoding="utf-8")
    with pytest.raises(NotAnExport) as refused:
        open_export(path, context=CONTEXT)
    assert not isinstance(refused.value, NotMapped)
    assert table_in(path) is None


def test_a_mapping_for_columns_that_are_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnExport, match="has no column “Comment”; it has “When”"):
        mapped(a_table(tmp_path / "a.csv"), {"Comment": "text"})


def test_a_mapping_survives_being_kept() -> None:
    mapping = ColumnMapping(
        columns={"تبصرہ": Meaning.TEXT, "x": Meaning.IGNORE},
        date_format=DateFormat.RELATIVE,
        zone="Asia/Karachi",
    )
    assert mapping_from(json.loads(json.dumps(mapping.as_object()))) == mapping


@pytest.mark.parametrize(
    "told",
    [{}, {"columns": []}, {"columns": {"a": "id"}}, {"columns": {"a": "text"}, "zone": 5},
     {"columns": {"a": "text"}, "zone": "../etc"}],
)  # fmt: skip
def test_a_mapping_that_cannot_be_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(BadMapping):
        mapping_from(told)


def test_a_header_is_known_again_by_its_names_alone() -> None:
    assert header_signature(["Comment ", "DATE"]) == header_signature(["comment", "date"])
    assert header_signature(["comment", "date"]) != header_signature(["date", "comment"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [(["1772366400", "1772366401"], DateFormat.EPOCH), (["2w", "3 d"], DateFormat.RELATIVE),
     (["2026-03-01"], DateFormat.AUTO), ([], DateFormat.AUTO)],
)  # fmt: skip
def test_how_dates_are_written_is_guessed(values: list[str], expected: DateFormat) -> None:
    assert guessed_dates("d", [{"d": v} for v in values]) is expected


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30)), min_size=1, max_size=8))
def test_a_guess_gives_each_column_one_meaning_and_no_meaning_twice(
    pairs: list[tuple[str, str]],
) -> None:
    columns = list(dict.fromkeys(name for name, _ in pairs))
    meanings = guessed(columns, [{name: value for name, value in pairs}])
    assert list(meanings) == columns
    used = [m for m in meanings.values() if m is not Meaning.IGNORE]
    assert len(used) == len(set(used))
