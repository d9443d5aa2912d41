"""Whole files of exports: encodings, damage, cuts, and files made to do harm."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from collectors.exports import NotAnExport, preview
from collectors.exports.delimited import Broken, Cells, records
from collectors.exports.json_stream import lines, objects
from collectors.exports.records import Item
from data.model import TimePrecision, clean_text
from tests.contract.export_helpers import (
    FIXTURES,
    a_facebook_workbook,
    a_json_file,
    comments,
    errors,
    opened,
    refused,
    taken,
)

HEADER = "id,,Name,Date,Likes,isHearted,isPinned,Comment,(view source)\n"
MEGABYTE = 1024**2


def a_csv(path: Path, *texts: str, header: str = HEADER) -> Path:
    rows = (f'{n},,@c{n},03/12/25 06:24:13,0,no,no,"{t}",v\n' for n, t in enumerate(texts, start=1))
    path.write_text(header + "".join(rows), encoding="utf-8")
    return path


def an_apify_item(number: int, text: str = "a comment", **more: object) -> dict[str, object]:
    return {
        "id": f"1790000000{number:07d}",
        "text": text,
        "ownerUsername": "citizen01",
        "timestamp": "2026-03-01T08:12:33.000Z",
        **more,
    }


# ------------------------------------------------------------------------------ no export at all


def test_a_file_that_is_no_export_is_refused_with_what_to_do(tmp_path: Path) -> None:
    cases = {
        "is a folder": tmp_path,
        "no file that can be read": tmp_path / "missing.csv",
        "is empty": _bytes(tmp_path / "empty.csv", b""),
        "old Excel file": _bytes(tmp_path / "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "is a PDF": _bytes(tmp_path / "a.pdf", b"%PDF-1.7"),
        "damaged archive (EOFError)": _bytes(tmp_path / "a.gz", b"\x1f\x8b\x08"),
        "web page": _bytes(tmp_path / "login.csv", b"\n<!DOCTYPE html><title>Log in</title>"),
        "not an export that Sunwai knows": _bytes(tmp_path / "a.csv", b"a,b\n1,2\n"),
        "an empty list": _bytes(tmp_path / "a.json", b"[]"),
        "not text": _bytes(tmp_path / "a.bin", b"\0\1\0\0a" * 300),
        "damaged archive (BadZipFile)": _bytes(tmp_path / "cut.xlsx", b"PK\x03\x04rest"),
        "empty list": _bytes(tmp_path / "b.json", b"  [ ]\n"),
    }
    for words, path in cases.items():
        assert words in refused(path)


def test_a_json_file_with_only_error_rows_is_refused_with_the_tools_words(tmp_path: Path) -> None:
    row = {"url": "x", "error": "no_items", "errorDescription": "Empty or private data"}
    assert "Empty or private data" in refused(a_json_file(tmp_path / "a.json", row))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    assert "no file that can be read" in refused(pipe)


def test_an_archive_without_an_export_names_what_it_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("pictures/one.jpg", "x")
    assert "pictures/one.jpg" in refused(tmp_path / "a.zip")


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


# ------------------------------------------------------------------------------ encodings


def test_an_8_bit_file_is_refused_until_its_code_page_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = HEADER + "1,,@c1,03/12/25 06:24:13,0,no,no,شكرا جزيلا,v\n"
    path.write_bytes(text.encode("cp1256"))
    assert "cp1256 for Urdu" in refused(path)
    export = opened(path, encoding="cp1256")
    assert [c.text for c in comments(export)] == ["شكرا جزيلا"]
    assert any("as you chose" in sentence for sentence in export.warnings)
    assert errors(opened(path, encoding="utf-8"))[0].row == 2
    with pytest.raises(NotAnExport, match="no encoding “klingon”"):
        opened(path, encoding="klingon")


def test_a_row_with_undecodable_bytes_is_an_error_beside_good_rows(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "a.csv", "پہلا", "second", "تیسرا")
    path.write_bytes(path.read_bytes().replace(b"second", b"sec\xff\xfeond"))
    export = opened(path)
    assert [c.text for c in comments(export)] == ["پہلا", "تیسرا"]
    (error,) = errors(export)
    assert error.row == 3
    assert "bytes" in error.reason
    error.raw.encode("utf-8")  # can be stored


def test_a_json_object_with_undecodable_bytes_is_an_error_beside_good_ones(tmp_path: Path) -> None:
    path = a_json_file(tmp_path / "a.json", an_apify_item(1, "پہلا"), an_apify_item(2, "zwei"))
    path.write_bytes(path.read_bytes().replace(b"zwei", b"zw\xe9i"))
    export = opened(path)
    assert [c.text for c in comments(export)] == ["پہلا"]
    assert [e.row for e in errors(export)] == [2]


def test_null_bytes_in_a_table_reach_the_text_and_are_made_visible_when_kept(
    tmp_path: Path,
) -> None:
    export = opened(a_csv(tmp_path / "a.csv", "before\0after", "next"))
    first, second = comments(export)
    assert clean_text(first.text) == "before\ufffdafter"
    assert second.text == "next"


def test_urdu_damaged_by_a_wrong_code_page_is_repaired_and_told(tmp_path: Path) -> None:
    urdu = "سڑک کی مرمت"
    wrong = "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in urdu.encode())
    export = opened(a_csv(tmp_path / "a.csv", wrong, "plain"))
    (_, raw, first), _ = taken(export)
    assert first.text == urdu
    assert wrong in raw.body
    assert any("wrong code page" in sentence for sentence in export.warnings)


def test_lost_letters_are_told(tmp_path: Path) -> None:
    export = opened(a_csv(tmp_path / "a.csv", "???? ?? ?????", "fine"))
    assert len(comments(export)) == 2
    assert any("mostly question marks" in sentence for sentence in export.warnings)


def test_override_characters_and_formulas_and_tags_are_data(tmp_path: Path) -> None:
    texts = ["\u202eabc", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "@SUM(1)", "-1+1"]
    assert [c.text for c in comments(opened(a_csv(tmp_path / "a.csv", *texts)))] == texts


# ------------------------------------------------------------------------------ tables


def _records(text: str, width: int = 3) -> list[Cells | Broken]:
    stream = io.StringIO(text, newline="")
    return list(records(stream, delimiter=",", escape=None, header_row=1, width=width))


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    found = _records('a,b,c\n1,x,y\n2,"open,y\n3,x,y\n4,x,y\n')
    assert [r.values[0] for r in found if isinstance(r, Cells)] == ["a", "1", "3", "4"]
    (broken,) = [r for r in found if isinstance(r, Broken)]
    assert broken.number == 3
    assert "a quote is not closed" in broken.reason


def test_a_quote_that_closes_in_a_later_row_costs_only_the_rows_it_touches() -> None:
    found = _records('a,b,c\n1,"open,y\n2,x,y\n3,"shut",y\n4,x,y\n')
    assert [r.values[0] for r in found if isinstance(r, Cells)] == ["a", "2", "3", "4"]
    assert [r.number for r in found if isinstance(r, Broken)] == [2]


def test_a_table_cut_in_a_quoted_cell_gives_all_rows_before_the_cut() -> None:
    found = _records('a,b,c\n1,x,y\n2,"line one\nline two')
    assert [r.values for r in found if isinstance(r, Cells)] == [["a", "b", "c"], ["1", "x", "y"]]
    assert "cut off" in next(r.reason for r in found if isinstance(r, Broken))


def test_a_row_of_another_width_is_an_error_but_empty_cells_on_the_right_are_not() -> None:
    found = _records("a,b,c\n1,x\n2,x,y,,\n3,x,y,z\n\n4,x,y\n")
    assert [r.values[0] for r in found if isinstance(r, Cells) and r.values] == ["a", "2", "4"]
    assert [r.number for r in found if isinstance(r, Broken)] == [2, 4]


def test_quotes_that_follow_no_rule_are_kept_as_letters() -> None:
    found = _records('a,b,c\n1,"Really" when?,y\n')
    assert found[1] == Cells(number=2, values=["1", '"Really" when?', "y"])


def test_a_cell_of_ten_megabytes_is_an_error_beside_good_rows(tmp_path: Path) -> None:
    big = "x" * (10 * MEGABYTE)
    whole = ("word " * 15 + "\n") * 140_000
    export = opened(a_csv(tmp_path / "a.csv", "first", big, "second", whole, "third"))
    assert [c.text for c in comments(export)] == ["first", "second", "third"]
    found = errors(export)
    assert len(found) == 2
    assert all("longer than 4,000,000 characters" in e.reason for e in found)
    assert all(len(e.raw) <= 2000 for e in found)


def test_a_comment_of_100000_characters_comes_through_whole(tmp_path: Path) -> None:
    text = "ا" * 100_000
    assert [c.text for c in comments(opened(a_csv(tmp_path / "a.csv", text)))] == [text]


def test_a_header_is_found_under_rows_that_precede_it(tmp_path: Path) -> None:
    above = "Exported by a tool\nSource,https://www.youtube.com/watch?v=abcdef12345\n\n"
    export = opened(a_csv(tmp_path / "a.csv", "one", header=above + HEADER))
    ((number, _, comment),) = taken(export)
    assert number == 5
    assert comment.post is not None and comment.post.external_id == "abcdef12345"


def test_a_column_name_is_known_in_any_letter_case(tmp_path: Path) -> None:
    export = opened(a_csv(tmp_path / "a.csv", "one", header=HEADER.upper()))
    assert [c.text for c in comments(export)] == ["one"]


def test_a_row_count_at_which_tools_stop_is_told(tmp_path: Path) -> None:
    full = opened(a_csv(tmp_path / "full.csv", *["text"] * 100))
    short = opened(a_csv(tmp_path / "short.csv", *["text"] * 99))
    assert len(comments(full)) == 100
    assert len(comments(short)) == 99
    assert any("exactly 100 rows" in sentence for sentence in full.warnings)
    assert not any("exactly" in sentence for sentence in short.warnings)


def test_a_destroyed_id_is_taken_from_the_address_or_refused() -> None:
    export = opened(FIXTURES / "exportcomments_instagram.csv")
    by_text = {c.text: c.external_id for c in comments(export)}
    assert by_text["an id saved by its address"] == "18138262531556315"
    assert [e.row for e in errors(export) if "destroyed by a spreadsheet" in e.reason] == [5]
    assert any("the comment's address held them" in sentence for sentence in export.warnings)


def test_month_first_dates_are_read_so_when_no_other_reading_is_possible(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "a.csv", "one", "two")
    path.write_text(path.read_text(encoding="utf-8").replace("03/12/25", "12/28/25", 1))
    export = opened(path)
    days = [c.created_at.date().isoformat() for c in comments(export) if c.created_at]
    assert days == ["2025-12-28", "2025-03-12"]
    assert any("month first" in sentence for sentence in export.warnings)


# ------------------------------------------------------------------------------ JSON


def test_json_cut_in_the_middle_gives_all_objects_before_the_cut(tmp_path: Path) -> None:
    whole = json.dumps([an_apify_item(n) for n in range(1, 6)])
    for keep in range(whole.index("}") + 1, len(whole)):
        found = list(objects(io.StringIO(whole[:keep])))
        good = [f for f in found if isinstance(f, Item)]
        assert len(good) == whole[:keep].count("}")
        assert "cut off" in next(f.reason for f in found if isinstance(f, Broken))
    path = tmp_path / "cut.json"
    path.write_text(whole[: len(whole) // 2], encoding="utf-8")
    assert len(comments(opened(path))) == 2
    assert [e.row for e in errors(opened(path))] == [3]


def test_a_broken_object_in_a_list_spoils_no_other() -> None:
    found = list(objects(io.StringIO('[{"a": 1}, {"a": oops}, 5, {"a": 3}]')))
    assert [f.fields["a"] for f in found if isinstance(f, Item)] == [1, 3]
    assert [f.number for f in found if isinstance(f, Broken)] == [2, 3]


def test_a_broken_line_of_json_lines_spoils_no_other() -> None:
    found = list(lines(io.StringIO('{"a": 1}\noops\n\n{"a": 3}\n[1]\n{"a": ')))
    assert [f.fields["a"] for f in found if isinstance(f, Item)] == [1, 3]
    assert [f.number for f in found if isinstance(f, Broken)] == [2, 5, 6]
    assert "cut off" in [f.reason for f in found if isinstance(f, Broken)][-1]


@pytest.mark.parametrize("depth", [100, 100_000])
def test_deep_json_is_an_error_beside_good_objects(depth: int, tmp_path: Path) -> None:
    deep = '{"a":' * depth + "1" + "}" * depth
    good = json.dumps(an_apify_item(1)), json.dumps(an_apify_item(2))
    (tmp_path / "a.json").write_text(f"[{good[0]},{deep},{good[1]}]")
    (tmp_path / "a.jsonl").write_text(f"{good[0]}\n{deep}\n{good[1]}\n")
    for name in ("a.json", "a.jsonl"):
        export = opened(tmp_path / name)
        assert len(comments(export)) == 2
        assert ["deep" in e.reason for e in errors(export)] == [True]


def test_values_of_the_wrong_kind_are_errors_or_none_but_never_a_crash(tmp_path: Path) -> None:
    odd: list[object] = [None, 5, True, [], {}, "x", [{"a": 1}], {"id": []}, 1e400]
    keys = ["id", "text", "timestamp", "owner", "replies", "likesCount", "commentUrl", "postUrl"]
    pairs = [(key, value) for key in keys for value in odd]
    items = [{**an_apify_item(n), key: value} for n, (key, value) in enumerate(pairs)]
    export = opened(a_json_file(tmp_path / "a.json", an_apify_item(999), *items))
    assert len(comments(export)) + len(errors(export)) >= len(items) + 1


def test_tweets_with_values_of_the_wrong_kind_never_crash(tmp_path: Path) -> None:
    first = (FIXTURES / "twscrape.jsonl").read_text(encoding="utf-8").splitlines()[1]
    whole: dict[str, object] = json.loads(first)
    values: list[object] = [None, 5, "x", [], [5], {"a": []}]
    items = [{**whole, key: odd} for key in whole for odd in values]
    export = opened(a_json_file(tmp_path / "a.json", whole, *items))
    assert len(comments(export)) + len(errors(export)) == len(items) + 1


def test_our_own_opening_post_is_no_comment_but_the_post_of_its_replies() -> None:
    found = {c.external_id: c for c in comments(opened(FIXTURES / "twscrape.jsonl"))}
    reply = found["1900000000000000002"]
    assert "1900000000000000001" not in found
    assert reply.post is not None
    assert (reply.post.text, reply.parent_external_id) == ("New opening hours", None)
    assert found["1900000000000000003"].parent_external_id == reply.external_id
    assert found["1900000000000000007"].post is None  # a mention opens its own conversation
    edited = found["1900000000000000005"]
    assert edited.call_id == "1900000000000000006"
    assert found["1900000000000000008"].media_kinds == ("image",)


def test_an_apify_comment_joins_with_the_platforms_own_ids() -> None:
    found = comments(opened(FIXTURES / "apify_facebook.json"))
    first, nested = found[0], found[1]
    assert (first.external_id, first.call_id) == (
        "410000000000101",
        "410000000000001_410000000000101",
    )
    assert nested.parent_external_id == first.external_id
    assert nested.author is not None and nested.author.is_page_owner
    assert first.author is not None and not first.author.is_page_owner
    assert first.post is not None
    assert (first.post.external_id, first.post.text) == ("410000000000001", "Water timetable")


def test_relative_dates_keep_their_words_and_the_tools_own_estimate_comes_first() -> None:
    first, second, third = comments(opened(FIXTURES / "youtube_comment_downloader.jsonl"))
    assert first.created_at == datetime.fromisoformat("2026-02-28T17:33:20+00:00")
    assert second.created_at == datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    assert third.created_at is None
    precisions = [c.time_precision for c in (first, second, third)]
    assert precisions == [TimePrecision.ESTIMATED, TimePrecision.ESTIMATED, TimePrecision.UNKNOWN]
    assert [c.time_text for c in (first, third)] == ["2 weeks ago (edited)", "vor 3 Tagen"]
    assert first.like_count == 1200


# ------------------------------------------------------------------------------ workbooks


def _with_member(source: Path, target: Path, name: str, content: bytes | None) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        if content is not None:
            new.writestr(name, content)
    return target


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    source = a_facebook_workbook(tmp_path / "a.xlsx")
    bomb = _with_member(source, tmp_path / "b.xlsx", "xl/media/x.xml", b" " * (40 * MEGABYTE))
    assert "ZIP bomb" in refused(bomb)
    many = tmp_path / "many.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(many, "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member))
        for number in range(2_001):
            new.writestr(f"xl/media/{number}", "")
    assert "ZIP bomb" in refused(many)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_not_opened(tmp_path: Path, encoding: str) -> None:
    source = a_facebook_workbook(tmp_path / "a.xlsx")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><sst><si><t>&e11;</t></si></sst>'
    ).encode(encoding)
    path = _with_member(source, tmp_path / "b.xlsx", "xl/sharedStrings.xml", bomb)
    assert "declares XML entities" in refused(path)


def test_a_truncated_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    source = a_facebook_workbook(tmp_path / "a.xlsx")
    whole = source.read_bytes()
    for keep in (10, len(whole) // 2, len(whole) - 10):
        sentence = refused(_bytes(tmp_path / "cut.xlsx", whole[:keep]))
        assert "Download or copy it again" in sentence


def test_a_sheet_damaged_far_down_gives_its_good_rows_and_the_place(tmp_path: Path) -> None:
    source = a_facebook_workbook(tmp_path / "a.xlsx")
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(source) as archive:
        sheet = archive.read(name)
    start = sheet.index(b'<row r="9"')
    path = _with_member(source, tmp_path / "b.xlsx", name, sheet[:start] + b"<row <<")
    export = opened(path)
    assert comments(export) == []  # their ids are behind links that can no longer be read
    assert ["damaged" in e.reason for e in errors(export)] == [True]

    book = Workbook()
    book.worksheets[0].append(["Name", "Username", "Date", "Likes", "Comment", "Comment ID"])
    for n in range(50):
        book.worksheets[0].append(["A", "a", "2026-06-01 19:50:52", 0, f"text {n}", f"17{n:015d}"])
    book.save(tmp_path / "c.xlsx")
    with zipfile.ZipFile(tmp_path / "c.xlsx") as archive:
        sheet = archive.read(name)
    cut = sheet[: sheet.index(b'<row r="30"')] + b"<row <<"
    export = opened(_with_member(tmp_path / "c.xlsx", tmp_path / "d.xlsx", name, cut))
    assert len(comments(export)) == 28
    assert [e.row for e in errors(export)] == [30]


def test_a_sheet_that_claims_to_be_huge_costs_nothing(tmp_path: Path) -> None:
    source = a_facebook_workbook(tmp_path / "a.xlsx")
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(source) as archive:
        sheet = archive.read(name)
    start = sheet.index(b"<dimension")
    end = sheet.index(b"/>", start)
    sheet = sheet[:start] + b'<dimension ref="A1:XFD1048576"' + sheet[end:]
    path = _with_member(source, tmp_path / "b.xlsx", name, sheet)
    assert comments(opened(path)) == comments(opened(source))


def test_an_id_in_a_numeric_cell_is_refused_when_it_is_too_long(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name", "Username", "Profile ID", "Date", "Likes", "Comment", "Comment ID"])
    sheet.append(["A", "a", 9000000001, "2026-06-01 19:50:52", 0, "rounded", 18138262531556394])
    sheet.append(["B", "b", 9000000002, "2026-06-01 19:50:53", 0, "whole", "18138262531556395"])
    book.save(tmp_path / "a.xlsx")
    export = opened(tmp_path / "a.xlsx")
    assert [c.external_id for c in comments(export)] == ["18138262531556395"]
    assert ["destroyed" in e.reason for e in errors(export)] == [True]


def test_a_workbooks_media_link_and_formula_like_text_are_data(tmp_path: Path) -> None:
    found = comments(opened(a_facebook_workbook(tmp_path / "a.xlsx")))
    assert [c.external_id for c in found] == [f"41000000000020{n}" for n in (1, 2, 3, 5)]
    assert found[2].media_kinds == ("image",)
    assert found[2].text == ""
    assert found[3].text.startswith("=HYPERLINK(")
    assert found[1].parent_external_id == found[0].external_id
    assert found[0].created_at == datetime.fromisoformat("2026-01-31T13:55:01+00:00")


# ------------------------------------------------------------------------------ big files


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl"])
def test_a_big_file_is_read_as_a_stream(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"big.{kind}"
    rows = 20_000
    text = "یہ ایک لمبا تبصرہ ہے " * 28
    with path.open("w", encoding="utf-8") as file:
        if kind == "csv":
            file.write("Name,Username,Date,Likes,Comment,Comment ID\n")
            for n in range(rows):
                file.write(f"a,a,2026-06-01 19:58:52,0,{text},{18138262531500000 + n}\n")
        else:
            file.write("[" if kind == "json" else "")
            for n in range(rows):
                item = json.dumps(an_apify_item(n, text), ensure_ascii=False)
                file.write(("," if kind == "json" and n else "") + item + "\n")
            file.write("]" if kind == "json" else "")
    assert path.stat().st_size > 20 * MEGABYTE
    tracemalloc.start()
    try:
        export = opened(path)
        count = sum(1 for _ in export.rows())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == rows
    print(f"peak {peak:,} of {path.stat().st_size:,} bytes")
    assert peak < 8 * MEGABYTE


def test_a_preview_reads_the_first_rows_only() -> None:
    shown = preview(opened(FIXTURES / "apify_facebook.json"), n=3)
    assert [number for number, _ in shown.comments] == [1, 1]
    assert [error.row for error in shown.errors] == [2]
    assert shown.read == 3
    became = {column.name: column.became for column in shown.columns}
    assert became["id"] == "comment id (decoded)"
    assert became["feedbackId"].startswith("left out")
