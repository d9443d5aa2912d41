"""Files made to do harm: each is refused or survived, and it is said plainly which."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from collectors.exports import NotMapped, mapping_from, open_export, table_in
from collectors.exports.encodings import encoding_of
from collectors.exports.unpacking import unpack
from data.safe_csv import safe_cell
from tests.contract.export_helpers import (
    CONTEXT,
    FIXTURES,
    a_facebook_workbook,
    comments,
    errors,
    opened,
    posts,
    refused,
)

MEGABYTE = 1024**2
CSV = (FIXTURES / "exportcomments_instagram.csv").read_bytes()
HEADER = "Name,Username,Date,Likes,Comment,Comment ID\n"


def a_zip(path: Path, *parts: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts:
            archive.writestr(name, body)
    return path


def a_file(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(*cells: str) -> str:
    return HEADER + "".join(
        f"a,a,2026-06-01 19:58:52,0,{cell},{18138262531500000 + n}\n"
        for n, cell in enumerate(cells)
    )


def peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# ------------------------------------------------------------------------------ archives


def test_an_export_in_a_zip_is_read_and_its_folder_is_gone_afterwards(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "a.zip", ("x/comments.csv", CSV), ("x/read me.pdf", b"%PDF"))
    export = opened(path)
    inside = export.path
    assert len(comments(export)) == 4 and inside.name == "comments.csv"
    del export
    assert not inside.parent.exists()


def test_a_known_part_is_found_among_others(tmp_path: Path) -> None:
    takeout = (FIXTURES / "google_takeout.csv").read_bytes()
    path = a_zip(
        tmp_path / "takeout.zip",
        ("Takeout/YouTube/comments/comments.csv", takeout),
        ("Takeout/YouTube/history/search.json", b"[]"),
        ("__MACOSX/comments.csv", b"x"),
    )
    assert opened(path).format == "google_takeout"
    meta = (FIXTURES / "meta_download_facebook.json").read_bytes()
    download = a_zip(
        tmp_path / "facebook.zip",
        ("comments_and_reactions/comments.json", meta),
        ("about_you/profile.json", b"{}"),
    )
    assert opened(download).format == "meta_download_facebook"


def test_an_archive_with_two_exports_names_both(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "a.zip", ("comments.csv", CSV), ("comments(1).csv", CSV))
    sentence = refused(path)
    assert "comments(1).csv, comments.csv" in sentence and "one by one" in sentence


@pytest.mark.parametrize("name", ["../../comments.csv", "/etc/comments.csv", "a\\..\\b.csv"])
def test_a_part_that_points_outside_is_never_written(tmp_path: Path, name: str) -> None:
    path = a_zip(tmp_path / "a.zip", (name, CSV))
    assert "point outside it" in refused(path)
    assert {p.name for p in tmp_path.iterdir()} == {"a.zip"}


def test_a_parts_name_is_made_harmless(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "a.zip", ("a/<img onerror=x>\u202e;rm -rf.csv", CSV))
    found = unpack(path)
    assert found is not None and found.path.parent == found.folder
    assert set(found.path.name).isdisjoint('<>/\\;"\u202e')
    found.forget()
    assert not found.folder.exists()


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path, kind: str) -> None:
    body = b"0" * (40 * MEGABYTE)
    path = tmp_path / f"comments.csv.{kind}"
    if kind == "zip":
        a_zip(path, ("comments.csv", body))
    else:
        path.write_bytes(gzip.compress(body))
    del body
    assert "ZIP bomb" in refused(path)
    assert peak_of(lambda: refused(path)) < 8 * MEGABYTE


def test_a_gzip_file_is_read_like_what_it_holds(tmp_path: Path) -> None:
    path = a_file(tmp_path / "comments.csv.gz", gzip.compress(CSV))
    assert comments(opened(path)) == comments(opened(FIXTURES / "exportcomments_instagram.csv"))


def test_a_cut_or_locked_archive_is_refused_with_what_to_do(tmp_path: Path) -> None:
    whole = a_zip(tmp_path / "a.zip", ("comments.csv", CSV)).read_bytes()
    assert "Download or copy it again" in refused(a_file(tmp_path / "cut.zip", whole[:-30]))
    assert "damaged archive" in refused(a_file(tmp_path / "a.gz", gzip.compress(CSV)[:-20]))
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refused(a_file(tmp_path / "locked.zip", bytes(locked)))


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = a_zip(tmp_path / "inner.zip", ("comments.csv", CSV)).read_bytes()
    assert "not an export file" in refused(a_zip(tmp_path / "outer.zip", ("inner.zip", inner)))


# ------------------------------------------------------------------------------ tables


def test_a_header_of_a_million_columns_is_refused_at_once(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.csv", "text," + "x," * 1_000_000 + "\nx\n")
    assert "is not an export" in refused(path)
    assert table_in(path) is None
    known = HEADER.strip() + ",x" * 1_000_000 + "\n"
    assert "is not an export" in refused(a_file(tmp_path / "b.csv", known))


def test_a_row_of_a_million_cells_costs_itself_only(tmp_path: Path) -> None:
    text = rows("first", "second")
    head, first, second = text.splitlines(keepends=True)
    path = a_file(tmp_path / "a.csv", head + first + "x," * 1_000_000 + "\n" + second)
    export = opened(path)
    assert [c.text for c in comments(export)] == ["first", "second"]
    assert [e.row for e in errors(export)] == [3]


def test_a_sheet_of_too_many_columns_ends_there(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["name", "comment text"])
    sheet.append(["a", "the first words"])
    sheet.cell(row=3, column=16_384, value="far out")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(NotMapped):
        opened(tmp_path / "a.xlsx")
    said = mapping_from({"columns": {"comment text": "text"}})
    export = open_export(tmp_path / "a.xlsx", context=replace(CONTEXT, mapping=said))
    assert [c.text for c in comments(export)] == ["the first words"]
    assert "16,384 cells; 2,000 at most" in errors(export)[0].reason


def test_nulls_mixed_line_ends_and_stray_quotes_cost_only_their_rows(tmp_path: Path) -> None:
    lines = rows("one", "t\0wo", '"thr"ee', "four", '"five').splitlines()
    ends = ["\r\n", "\n", "\r\n", "\r\n", "\n", "\n"]
    path = a_file(tmp_path / "a.csv", "".join(a + b for a, b in zip(lines, ends, strict=True)))
    export = opened(path)
    assert [c.text for c in comments(export)][:2] == ["one", "t\0wo"]
    assert "four" in [c.text for c in comments(export)]
    assert any("not closed" in e.reason for e in errors(export))


def test_a_file_with_carriage_returns_alone_is_read(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.csv", rows("one", "two").replace("\n", "\r"))
    assert [c.text for c in comments(opened(path))] == ["one", "two"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_known_by_its_bytes(tmp_path: Path, encoding: str) -> None:
    urdu = "پانی تین دن سے بند ہے، کوئی جواب نہیں دیتا۔ " * 20
    for name, text in (("urdu", rows(*[urdu] * 9)), ("latin", rows("one", "two"))):
        path = a_file(tmp_path / f"{name}.csv", text.encode(encoding))
        assert encoding_of(path, None) == encoding
        assert len(comments(opened(path))) == text.count("\n") - 1


@pytest.mark.parametrize("encoding", ["cp1256", "cp1252", "utf-8"])
def test_other_encodings_are_not_taken_for_utf_16(tmp_path: Path, encoding: str) -> None:
    path = a_file(tmp_path / "a.csv", rows("caf\u00e9 " * 50).encode(encoding))
    assert "16" not in refused(path) if encoding != "utf-8" else encoding_of(path, None) == "utf-8"


def test_huge_numbers_and_no_numbers_are_none_and_never_a_crash(tmp_path: Path) -> None:
    likes = ["9" * 400, "NaN", "Infinity", "-5", "1e400", "۱۲"]
    body = HEADER + "".join(
        f"a,a,2026-06-01 19:58:52,{n},text,{18138262531500000 + i}\n" for i, n in enumerate(likes)
    )
    found = comments(opened(a_file(tmp_path / "a.csv", body)))
    assert len(found) == len(likes)
    items = [
        f'{{"id": "1{n}", "text": "t", "ownerUsername": "a", "timestamp": {stamp}, '
        f'"likesCount": {like}}}'
        for n, (stamp, like) in enumerate([("NaN", "NaN"), ("1e999", "-Infinity"), ("5", "1e308")])
    ]
    export = opened(a_file(tmp_path / "a.jsonl", "\n".join(items) + "\n"))
    assert len(comments(export)) + len(errors(export)) == len(items)


@pytest.mark.parametrize(
    "name",
    ["yt_dlp.info.json", "instaloader_comments.json", "facebook_scraper.json",
     "meta_download_facebook.json", "zeeschuimer.ndjson", "meta_download_instagram.json"],
)  # fmt: skip
def test_values_of_the_wrong_kind_never_crash_a_reader(tmp_path: Path, name: str) -> None:
    text = (FIXTURES / name).read_text("utf-8")
    whole = [json.loads(line) for line in text.splitlines()] if "nd" in name else json.loads(text)
    odd: list[object] = [None, 5, True, [], {}, "x", [{"a": 1}], {"id": []}, 1e400, "9" * 400]
    for value in odd:
        for changed in _each_changed(whole, value):
            export = opened(a_file(tmp_path / "a.json", json.dumps(changed)))
            assert len(comments(export)) + len(errors(export)) + len(posts(export)) >= 0


def _each_changed(whole: object, value: object) -> list[object]:
    """The document with one value replaced, for each key of its first records in turn."""
    found: list[object] = []
    record = whole[0] if isinstance(whole, list) else whole
    inner = next((v for v in record.values() if isinstance(v, list) and v), None)
    for target in (record, inner[0] if inner and isinstance(inner[0], dict) else {}):
        for key in list(target):
            if isinstance(target[key], list) and target is record:
                continue  # without its list it is another kind of file
            if key in ("webpage_url", "extractor", "post_id", "nav", "source_platform"):
                continue
            before = target[key]
            target[key] = value
            found.append(json.loads(json.dumps(whole)))
            target[key] = before
    return found


def test_doubled_headers_of_a_known_tool_keep_the_first(tmp_path: Path) -> None:
    text = rows("right").replace("Comment ID", "Comment ID,Comment").replace(
        "18138262531500000", "18138262531500000,wrong"
    )  # fmt: skip
    assert [c.text for c in comments(opened(a_file(tmp_path / "a.csv", text)))] == ["right"]


def test_macros_and_links_to_other_workbooks_are_neither_run_nor_followed(tmp_path: Path) -> None:
    source = a_facebook_workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "b.xlsm", "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member))
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
        new.writestr("xl/externalLinks/externalLink1.xml", b"<x>file:///etc/passwd</x>")
    assert comments(opened(tmp_path / "b.xlsm")) == comments(opened(source))


def test_formulas_and_html_stay_text_and_are_harmless_in_our_own_csv(tmp_path: Path) -> None:
    texts = ["=cmd|' /C calc'!A0", "@SUM(1)", "<img src=x onerror=alert(1)>"]
    found = [c.text for c in comments(opened(a_file(tmp_path / "a.csv", rows(*texts))))]
    assert found == texts
    assert not any(str(safe_cell(text)).startswith(("=", "@")) for text in found)


# ------------------------------------------------------------------------------ JSON


def test_one_object_around_a_long_list_is_read_as_a_stream(tmp_path: Path) -> None:
    whole = json.loads((FIXTURES / "yt_dlp.info.json").read_text("utf-8"))
    first = whole["comments"][0]
    whole["comments"] = [{**first, "id": f"U{n}", "text": "x" * 3000} for n in range(8_000)]
    whole["comment_count"] = 8_000
    path = a_file(tmp_path / "big.info.json", json.dumps(whole))
    assert path.stat().st_size > 20 * MEGABYTE
    del whole

    def count() -> None:
        assert sum(isinstance(row, tuple) for row in opened(path).rows()) == 8_000

    assert peak_of(count) < 8 * MEGABYTE


def test_an_object_cut_in_its_list_gives_all_before_the_cut(tmp_path: Path) -> None:
    whole = json.loads((FIXTURES / "yt_dlp.info.json").read_text("utf-8"))
    whole["comments"] = whole.pop("comments")  # last, as the tool writes it
    text = json.dumps(whole)
    cut = text[: text.index('"UgxSAMPLE0000000000003')]
    export = opened(a_file(tmp_path / "a.json", cut))
    assert [c.external_id for c in comments(export)] == [
        "UgxSAMPLE0000000000001AaABAg", "UgxSAMPLE0000000000001AaABAg.9reply0001"]  # fmt: skip
    assert "cut off" in errors(export)[-1].reason


def test_many_info_files_in_one_json_lines_file_are_read(tmp_path: Path) -> None:
    whole = json.loads((FIXTURES / "yt_dlp.info.json").read_text("utf-8"))
    other = json.loads(json.dumps(whole).replace("UgxSAMPLE", "UgyOTHERS"))
    other["id"] = "smplvid0002"
    path = a_file(tmp_path / "a.jsonl", json.dumps(whole) + "\n" + json.dumps(other) + "\n")
    export = opened(path)
    assert [p.external_id for p in posts(export)] == ["smplvid0001", "smplvid0002"]
    assert {c.post.external_id for c in comments(export) if c.post} == {
        "smplvid0001", "smplvid0002"}  # fmt: skip
    assert any("says that there are 12 comments and holds 6" in w for w in export.warnings)


def test_an_info_file_without_comments_says_how_to_get_them(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.json", '{"id": "v", "extractor": "youtube", "webpage_url": "x"}')
    assert "--write-comments" in refused(path)


def test_deep_json_in_an_unknown_file_is_survived(tmp_path: Path) -> None:
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    path = a_file(tmp_path / "a.jsonl", f'{{"comment": "words", "x": 1}}\n{deep}\n')
    said = mapping_from({"columns": {"comment": "text"}})
    export = open_export(path, context=replace(CONTEXT, mapping=said))
    assert [c.text for c in comments(export)] == ["words"]
    assert "deep" in errors(export)[0].reason


def test_a_stream_of_nothing_but_brackets_ends(tmp_path: Path) -> None:
    assert refused(a_file(tmp_path / "a.json", "[" * 200_000))
    assert refused(a_file(tmp_path / "b.json", '{"comments": [' + "[" * 200_000))
