"""The same promises over every export reader, on invented files and on the shared samples."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.exports import FORMATS, Export, NotAnExport, open_export, preview
from collectors.exports.records import FILE, Item, Reader
from data.model import JsonValue, Platform, RowError
from tests.contract.export_helpers import (
    CONTEXT,
    FIXTURES,
    SHARED,
    a_facebook_workbook,
    a_json_file,
    comments,
    errors,
    opened,
    posts,
    taken,
)

# reader: fixture, platform, comments, the rows that are errors, some text that must survive
CASES = {
    "exportcomments_facebook": ("", Platform.FACEBOOK, 4, [10], "سڑک کی مرمت کب ہوگی؟"),
    "exportcomments_youtube": (
        "exportcomments_youtube.csv", Platform.YOUTUBE, 5, [5], "بہت اچھی معلومات"),
    "exportcomments_instagram": (
        "exportcomments_instagram.csv", Platform.INSTAGRAM, 4, [4, 5], "سڑک کی مرمت کب ہوگی؟"),
    "apify_facebook": (
        "apify_facebook.json", Platform.FACEBOOK, 5, [2, 4, 7],
        "پانی کی فراہمی تین دن سے بند ہے"),
    "apify_instagram": (
        "apify_instagram.json", Platform.INSTAGRAM, 3, [2, 3], "فارم کہاں ملے گا؟ 🙏"),
    "youtube_data_tools": ("youtube_data_tools.csv", Platform.YOUTUBE, 2, [4], "جلد"),
    "youtube_comment_downloader": (
        "youtube_comment_downloader.jsonl", Platform.YOUTUBE, 3, [3, 5], "جواب کب آئے گا؟"),
    "twscrape": ("twscrape.jsonl", Platform.X, 5, [4], "@sample_board شکریہ"),
    "snscrape": ("", Platform.X, 5, [4], "@sample_board شکریہ"),
    "yt_dlp": ("yt_dlp.info.json", Platform.YOUTUBE, 3, [3], "شیڈول کب سے لاگو ہوگا؟"),
    "instaloader": ("instaloader_comments.json", Platform.INSTAGRAM, 2, [2, 3],
                    "فارم کہاں ملے گا؟"),
    "facebook_scraper": ("facebook_scraper.json", Platform.FACEBOOK, 3, [1], "دفتر کب کھلے گا؟"),
    "facebook_scraper_comments": (
        "facebook_scraper_comments.csv", Platform.FACEBOOK, 2, [4], "بجلی نہیں ہے"),
    "zeeschuimer_tiktok": ("zeeschuimer.ndjson", Platform.TIKTOK, 2, [3], "یہ کب ہوگا؟ 😅"),
    "google_takeout": (
        "google_takeout.csv", Platform.YOUTUBE, 3, [5], "نیا شیڈول\nدیکھیں"),
    "meta_download_facebook": (
        "meta_download_facebook.json", Platform.FACEBOOK, 3, [4], "شکریہ، کل تک ہو جائے گا"),
    "meta_download_instagram": (
        "meta_download_instagram.json", Platform.INSTAGRAM, 2, [3], "شکریہ"),
    "meta_download_instagram_posts": (
        "meta_download_instagram_posts.json", Platform.INSTAGRAM, 2, [3], "شکریہ"),
    "meta_download_instagram_reels": (
        "meta_download_instagram_reels.json", Platform.INSTAGRAM, 2, [3], "شکریہ"),
    "crowdtangle_facebook": ("crowdtangle_facebook.csv", Platform.FACEBOOK, 0, [3], ""),
    "crowdtangle_instagram": ("crowdtangle_instagram.csv", Platform.INSTAGRAM, 0, [3], ""),
}  # fmt: skip
READERS = sorted(CASES)
OWN_ONLY = [r for r in READERS if r.startswith(("google_takeout", "meta_download"))]
POSTS_ONLY = ["crowdtangle_facebook", "crowdtangle_instagram"]
NO_REPLIES = {"exportcomments_instagram", "facebook_scraper_comments", *OWN_ONLY[1:], *POSTS_ONLY}
TABLES = ["exportcomments_youtube", "exportcomments_instagram", "youtube_data_tools"]


@pytest.fixture
def fixture_of(tmp_path: Path) -> Callable[[str], Path]:
    def find(reader: str) -> Path:
        if reader == "exportcomments_facebook":
            return a_facebook_workbook(tmp_path / "facebook.xlsx")
        if reader == "snscrape":
            return _without_string_ids(tmp_path / "tweets.jsonl")
        return FIXTURES / CASES[reader][0]

    return find


def _without_string_ids(path: Path) -> Path:
    lines = (FIXTURES / "twscrape.jsonl").read_text(encoding="utf-8").splitlines()
    whole = [json.loads(line) for line in lines]
    for item in whole:
        del item["id_str"], item["conversationIdStr"], item["inReplyToTweetIdStr"]
    path.write_text("".join(json.dumps(item) + "\n" for item in whole), encoding="utf-8")
    return path


def test_every_format_has_a_case() -> None:
    assert sorted(name for name, _, _ in FORMATS) == READERS


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_claims_its_file_by_content(
    reader: str, fixture_of: Callable[[str], Path], tmp_path: Path
) -> None:
    renamed = tmp_path / "whatever.bin"
    renamed.write_bytes(fixture_of(reader).read_bytes())
    export = opened(renamed, platform=CASES[reader][1])
    assert (export.format, export.platform) == (reader, CASES[reader][1])


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_takes_good_rows_and_keeps_the_bad_ones_as_errors(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    _, platform, count, bad_rows, text = CASES[reader]
    export = opened(fixture_of(reader))
    found = comments(export)
    assert len(found) == count
    assert [error.row for error in errors(export)] == bad_rows
    assert all(error.reason for error in errors(export))
    assert text in [c.text for c in found] or reader in POSTS_ONLY
    assert {c.platform for c in found} <= {platform}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_gives_unique_ids_aware_dates_and_the_files_order(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    rows = taken(opened(fixture_of(reader)))
    ids = [comment.external_id for _, _, comment in rows]
    assert len(set(ids)) == len(ids)
    assert all(isinstance(i, str) and i and "E+" not in i for i in ids)
    assert [number for number, _, _ in rows] == sorted(number for number, _, _ in rows)
    for _, _, comment in rows:
        assert comment.created_at is None or comment.created_at.utcoffset() is not None
        assert comment.created_at is not None or comment.time_text is not None
        assert comment.author is None or comment.author.external_id != ""


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_gives_the_same_rows_every_time(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    export = opened(fixture_of(reader))
    first = list(export.rows())
    warnings = export.warnings
    assert list(export.rows()) == first
    assert export.warnings == warnings
    assert list(opened(fixture_of(reader)).rows()) == first


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_keeps_where_each_comment_came_from(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    path = fixture_of(reader)
    rows = taken(opened(path))
    for number, raw, _ in rows:
        assert isinstance(json.loads(raw.body), dict)
        assert raw.locator.startswith(f"{path.name} row {number}")
        assert raw.mapper == f"{reader}/1"
    assert len({raw.locator for _, raw, _ in rows}) == len(rows)


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_tells_a_reply_from_a_comment(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    found = comments(opened(fixture_of(reader)))
    ids = {c.external_id for c in found}
    replies = [c for c in found if c.parent_external_id is not None]
    expected = 0 if reader in NO_REPLIES else 1
    assert len(replies) >= expected
    assert all(reply.parent_external_id in ids for reply in replies)


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_names_what_every_column_became(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    shown = preview(opened(fixture_of(reader)), n=50)
    unnamed = [c.name for c in shown.columns if c.became.startswith("not known")]
    assert shown.columns
    assert unnamed == []
    assert shown.read == len(shown.comments) + len(shown.posts) + len(shown.errors)


@pytest.mark.parametrize("reader", READERS)
def test_a_file_for_another_platform_is_refused(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    other = Platform.MASTODON
    with pytest.raises(NotAnExport, match="Choose the right source"):
        opened(fixture_of(reader), platform=other)


@pytest.mark.parametrize("reader", TABLES)
@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("utf-16", "\t"), ("utf-16", ","), ("utf-8", ";"), ("utf-8-sig", "\t")],
)
def test_a_table_reads_the_same_in_every_encoding_and_delimiter(
    reader: str, encoding: str, delimiter: str, tmp_path: Path
) -> None:
    source = FIXTURES / CASES[reader][0]
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, escapechar="\\" if reader == "youtube_data_tools" else None))
    copy = tmp_path / source.name
    with copy.open("w", encoding=encoding, newline="") as file:
        doubled = [[cell.replace("\\", "\\\\") for cell in row] for row in rows]
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows(doubled if reader == "youtube_data_tools" else rows)
    assert comments(opened(copy)) == comments(opened(source))


def test_an_apify_csv_reads_like_its_json(tmp_path: Path) -> None:
    path = tmp_path / "dataset.csv"
    path.write_text(
        "id,text,ownerUsername,timestamp,postUrl,likesCount,owner/id,owner/username,"
        "replies/0/id,replies/0/text,replies/0/ownerUsername,replies/0/timestamp\n"
        "17900000000000101,سوال,citizen01,2026-03-01T08:12:33.000Z,"
        "https://www.instagram.com/p/SAMPLE00001/,4,9000000001,citizen01,"
        "17900000000000102,جواب,sample_board,2026-03-01T09:12:33.000Z\n",
        encoding="utf-8",
    )
    first, reply = comments(opened(path))
    assert (first.text, reply.text) == ("سوال", "جواب")
    assert first.author is not None and first.author.external_id == "9000000001"
    assert reply.parent_external_id == first.external_id
    assert reply.author is not None and reply.author.is_page_owner


# ------------------------------------------------------------------ over the shared samples

CLAIMED = {
    "_encodings/instagram_excel_damaged_ids.csv": 4,
    "_encodings/instagram_semicolon_cp1252.csv": 4,
    "_encodings/instagram_utf16le_tab.txt": 4,
    "_encodings/instagram_utf8_bom.csv": 4,
    "apify/facebook_comments_dataset.json": 2,
    "apify/instagram_comments_dataset.json": 2,
    "exportcomments/facebook_2021.xlsx": 12,
    "exportcomments/instagram_2026.csv": 4,
    "exportcomments/youtube_2025.csv": 4,
    "snscrape/tweets.jsonl": 2,
    "twscrape/tweet_and_replies.jsonl": 3,
    "youtube_comment_downloader/comments.jsonl": 3,
    "youtube_data_tools/comments.csv": 2,
    "crowdtangle/facebook_posts.csv": 0,
    "crowdtangle/instagram_posts.csv": 0,
    "facebook_dyi/comments_and_reactions/comments.json": 4,
    "facebook_scraper/post_with_comments_full.json": 2,
    "google_takeout/comments_2024_reordered_7col.csv": 2,
    "google_takeout/comments_2026_9col.csv": 3,
    "google_takeout/comments_pre2024_7col.csv": 2,
    "instaloader/2025-11-08_10-00-00_UTC_comments.json": 3,
    "tiktok_zeeschuimer/comments.ndjson": 2,
    "yt_dlp/vid00000001.info.json": 2,
}
POSTS = {
    "crowdtangle/facebook_posts.csv": ["200000000000001"],
    "crowdtangle/instagram_posts.csv": ["SHORTCODE01"],
    "facebook_scraper/post_with_comments_full.json": ["200000000000001"],
    "yt_dlp/vid00000001.info.json": ["vid00000001"],
}
DOCUMENTED_ERRORS = {"apify/facebook_comments_dataset.json": 1}


def _shared_files() -> list[str]:
    found = sorted(p for p in SHARED.rglob("*") if p.is_file() and p.name != "SOURCES.md")
    return [p.relative_to(SHARED).as_posix() for p in found] or ["not here"]


@pytest.mark.parametrize("name", _shared_files())
def test_a_shared_sample_is_read_whole(name: str) -> None:
    if name == "not here":
        pytest.skip("the shared samples are not here: did not run")
    export = opened(SHARED / name)
    assert len(comments(export)) == CLAIMED[name]
    assert [p.external_id for p in posts(export)] == POSTS.get(name, [])
    assert len(errors(export)) == DOCUMENTED_ERRORS.get(name, 0)
    columns = preview(export, n=50).columns
    assert [c.name for c in columns if c.became.startswith("not known")] == []


# ------------------------------------------------------------------ every field: used or left out


def _paths(value: JsonValue, above: str, nested: frozenset[str]) -> Iterator[str]:
    """The paths of all values; records in the lists of ``nested`` keys begin anew."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in nested and isinstance(inner, list):
                yield key
                for record in inner:
                    yield from _paths(record, "", nested)
            else:
                yield from _paths(inner, f"{above}/{key}".strip("/"), nested)
    elif isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
        for inner in value:
            yield from _paths(inner, above, nested)
    elif above:
        yield above


def undeclared(export: Export) -> set[str]:
    """Fields of the file that its reader neither uses nor names as left out on purpose.

    Below an object that is used, each field is declared too; below one that is left out, none.
    """
    reader = export.reader
    nested = frozenset(reader.nested)
    found: set[str] = set()
    for item in export.layout.items():
        if not isinstance(item, Item):
            continue
        fields = {key: value for key, value in item.fields.items() if key != FILE}
        found |= set(_paths(fields, "", nested))
    return {path for path in found if not _declared(path, reader)}


def _declared(path: str, reader: Reader) -> bool:
    if path in reader.became:
        return True
    above = path
    while "/" in above:
        above = above.rpartition("/")[0]
        if reader.became.get(above, "").startswith("left out") or above in WHOLE:
            return True
    return reader.rest is not None and "/" not in path


# Objects and lists that are used whole: each of their values counts.
WHOLE = {
    "media", "media/photos", "media/videos", "media/animated", "attachments", "retweetedTweet",
    "media_list_data", "editControl/edit_tweet_ids",
}  # fmt: skip


@pytest.mark.parametrize("name", _shared_files())
def test_every_field_of_a_shared_sample_is_used_or_left_out_on_purpose(name: str) -> None:
    if name == "not here":
        pytest.skip("the shared samples are not here: did not run")
    assert undeclared(opened(SHARED / name)) == set()


@pytest.mark.parametrize("reader", READERS)
def test_every_field_of_our_own_samples_is_used_or_left_out_on_purpose(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    assert undeclared(opened(fixture_of(reader))) == set()


def test_a_field_that_no_reader_declares_is_found_by_that_check(tmp_path: Path) -> None:
    whole = json.loads((FIXTURES / "instaloader_comments.json").read_text("utf-8"))
    whole[0]["brand_new"], whole[0]["owner"]["also_new"] = 1, {"deep": 2}
    export = opened(a_json_file(tmp_path / "a.json", *whole))
    assert undeclared(export) == {"brand_new", "owner/also_new/deep"}


# ------------------------------------------------------------------ what is not the public's


@pytest.mark.parametrize("reader", OWN_ONLY)
def test_a_file_of_the_accounts_own_comments_says_so_and_is_the_pages(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    export = opened(fixture_of(reader))
    assert "only the account's own comments, not the public's" in export.warnings[0]
    assert preview(export).warnings[0] == export.warnings[0]
    found = comments(export)
    assert found and all(c.author is not None and c.author.is_page_owner for c in found)


@pytest.mark.parametrize("reader", POSTS_ONLY)
def test_crowdtangle_gives_posts_and_says_that_it_has_no_comments(
    reader: str, fixture_of: Callable[[str], Path]
) -> None:
    export = opened(fixture_of(reader))
    assert "0 comments come in" in export.warnings[0]
    (post,) = posts(export)
    shown = preview(export)
    assert (len(shown.posts), len(shown.comments)) == (1, 0)
    if reader == "crowdtangle_facebook":
        assert (post.external_id, post.text) == ("410000000000501", "اوقات کار")
        assert post.created_at == datetime.fromisoformat("2023-03-01T04:00:12+00:00")
        assert post.comment_count_hint == 1120


def test_a_named_format_is_held_to_its_columns() -> None:
    path = FIXTURES / "exportcomments_youtube.csv"
    export = open_export(path, context=CONTEXT, format="exportcomments_youtube")
    assert not isinstance(next(export.rows()), RowError)
    with pytest.raises(NotAnExport, match="Comment ID, Username not found"):
        open_export(path, context=CONTEXT, format="exportcomments_instagram")
    with pytest.raises(NotAnExport, match="There is no format “excel”"):
        open_export(path, context=CONTEXT, format="excel")


@given(seed=st.integers(min_value=0, max_value=2**32))
@settings(max_examples=60, deadline=None)
def test_a_file_damaged_anywhere_is_read_in_part_or_refused_but_stops_nothing(seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice(sorted(case[0] for case in CASES.values() if case[0]))
    content = bytearray((FIXTURES / name).read_bytes())
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(content))
        cut = chance.choice([0, 1, 40])
        content[at : at + cut] = bytes(chance.choice(b'",;\n\r\t\0{}[]\\:\xff\xd8a') for _ in "ab")
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            rows = list(opened(path).rows())
        except NotAnExport as answer:
            assert name in str(answer)
            return
        assert list(opened(path).rows()) == rows
