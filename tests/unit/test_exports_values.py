"""Single values of an export: dates, counts, ids that a spreadsheet destroyed, damaged text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.exports.dates import Moment, exact_moment, month_comes_first, relative_moment
from collectors.exports.mojibake import looks_lost, repaired
from collectors.exports.records import MAX_TEXT, Memory, ReadContext, RowRefused
from collectors.exports.values import (
    count_in,
    decoded_facebook_id,
    facebook_ids_in,
    instagram_ids_in,
    native_id,
    platform_of,
    post_in,
    synthetic_id,
    whole_id,
)
from data.model import NaiveInstant, Platform, TimePrecision

CAPTURED = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)


def a_memory(*, table: bool = True) -> Memory:
    context = ReadContext(platform=None, time_zone="Asia/Karachi", captured_at=CAPTURED)
    return Memory(context=context, platform=Platform.YOUTUBE, table=table)


def test_a_context_refuses_a_capture_time_without_a_zone() -> None:
    naive = CAPTURED.replace(tzinfo=None)
    with pytest.raises(NaiveInstant):
        ReadContext(platform=None, time_zone="UTC", captured_at=naive)


def test_a_context_refuses_a_zone_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no time zone “Mars/Phobos”"):
        ReadContext(platform=None, time_zone="Mars/Phobos", captured_at=CAPTURED)


# ------------------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("words", "at", "precision"),
    [
        ("2026-03-01T08:12:33.000Z", "2026-03-01T08:12:33+00:00", TimePrecision.SECOND),
        ("2023-04-20 23:21:13+00:00", "2023-04-20T23:21:13+00:00", TimePrecision.SECOND),
        ("2021-07-23T08:35:18+0000", "2021-07-23T08:35:18+00:00", TimePrecision.SECOND),
        ("2026-06-01 19:58:52", "2026-06-01T14:58:52+00:00", TimePrecision.SECOND),
        ("03/12/25 06:24:13", "2025-12-03T01:24:13+00:00", TimePrecision.SECOND),
        ("03/12/2025 06:24", "2025-12-03T01:24:00+00:00", TimePrecision.MINUTE),
        ("2026-06-01 00:10", "2026-05-31T19:10:00+00:00", TimePrecision.MINUTE),
        ("2026-06-01", "2026-05-31T19:00:00+00:00", TimePrecision.DAY),
        ("28/11/2025", "2025-11-27T19:00:00+00:00", TimePrecision.DAY),
    ],
)
def test_a_written_date_is_read_with_its_zone_and_precision(
    words: str, at: str, precision: TimePrecision
) -> None:
    moment = exact_moment(words, zone="Asia/Karachi")
    assert moment.at == datetime.fromisoformat(at)
    assert moment.precision is precision
    assert moment.words == (None if precision is TimePrecision.SECOND else words)


@pytest.mark.parametrize("words", ["gestern", "31/31/25 10:00:00", "2026-13-01", "1.8E+16"])
def test_a_date_that_cannot_be_read_keeps_its_words(words: str) -> None:
    moment = exact_moment(words, zone="Asia/Karachi")
    assert moment == Moment(at=None, precision=TimePrecision.UNKNOWN, words=words)


@pytest.mark.parametrize("words", ["2026-10-25 02:30:00", "2026-03-29 02:30:00"])
def test_a_local_time_that_happens_twice_or_never_is_only_estimated(words: str) -> None:
    moment = exact_moment(words, zone="Europe/Berlin")
    assert (moment.precision, moment.words) == (TimePrecision.ESTIMATED, words)
    assert moment.at is not None


@pytest.mark.parametrize("words", ["0001-01-01 00:00:00", "9999-12-31 23:59:59-12:00"])
def test_a_date_at_the_edge_of_time_stops_nothing(words: str) -> None:
    assert exact_moment(words, zone="Asia/Karachi").words == words


def test_dates_are_month_first_only_when_they_cannot_be_day_first() -> None:
    assert month_comes_first(["12/28/25 10:00:00", "01/02/26 10:00:00"])
    assert not month_comes_first(["28/12/25 10:00:00", "12/28/25 10:00:00"])
    assert not month_comes_first(["01/02/26 10:00:00"])
    assert not month_comes_first(["12/12/25 10:00:00"])
    read = exact_moment("12/28/25 10:00:00", zone="UTC", day_first=False)
    assert read.at == datetime(2025, 12, 28, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "ago"),
    [
        ("2 weeks ago (edited)", timedelta(weeks=2)),
        ("1 hour ago", timedelta(hours=1)),
        ("3 دن پہلے", timedelta(days=3)),
        ("2 ہفتے پہلے", timedelta(weeks=2)),
        ("1 year ago", timedelta(days=365)),
    ],
)
def test_relative_words_count_back_from_the_capture(words: str, ago: timedelta) -> None:
    moment = relative_moment(words, captured_at=CAPTURED)
    assert moment == Moment(at=CAPTURED - ago, precision=TimePrecision.ESTIMATED, words=words)


@pytest.mark.parametrize("words", ["vor 3 Tagen", "someday", "99999999 years ago"])
def test_relative_words_of_no_known_unit_give_no_instant(words: str) -> None:
    moment = relative_moment(words, captured_at=CAPTURED)
    assert moment == Moment(at=None, precision=TimePrecision.UNKNOWN, words=words)


@given(st.text())
def test_any_text_as_a_date_gives_an_aware_instant_or_none(words: str) -> None:
    for moment in (
        exact_moment(words, zone="Asia/Karachi"),
        relative_moment(words, captured_at=CAPTURED),
    ):
        assert moment.at is None or moment.at.utcoffset() == timedelta(0)


# ------------------------------------------------------------------------------ counts and ids


@pytest.mark.parametrize(
    ("written", "count"),
    [("3", 3), (3, 3), (3.0, 3), ("1,234", 1234), ("1.2K", 1200), ("2M", 2_000_000), ("1,5K", 1500),
     ("", None), (None, None), ("many", None), (True, None), ("-1", None)],
)  # fmt: skip
def test_a_count_is_read_or_none(written: str | float | None, count: int | None) -> None:
    assert count_in({"likes": written}, "likes") == count


@pytest.mark.parametrize("written", ["1.81382625315563E+16", "1,81E+16", "2E16", 1.8e16, 10**15])
def test_an_id_that_a_spreadsheet_destroyed_is_refused(written: str | float) -> None:
    with pytest.raises(RowRefused, match="destroyed by a spreadsheet"):
        native_id(written, a_memory())


@pytest.mark.parametrize(
    ("written", "table", "whole"),
    [
        ("18138262531556394", True, "18138262531556394"),
        (18138262531556394, False, "18138262531556394"),
        (999_999_999_999_999, True, "999999999999999"),
        (12.0, True, "12"),
        (" UgxE ", True, "UgxE"),
        ("", True, None),
        (None, True, None),
    ],
)
def test_a_whole_id_is_kept_as_text(written: str | float | None, table: bool, whole: str) -> None:
    assert native_id(written, a_memory(table=table)) == whole


def test_long_ids_that_end_in_zeros_are_counted() -> None:
    memory = a_memory()
    for written in ("18138262531556300", "18138262531556394", "123400"):
        native_id(written, memory)
    assert (memory.long_ids, memory.round_ids) == (2, 1)


def test_an_id_and_an_address_that_name_different_comments_are_refused() -> None:
    with pytest.raises(RowRefused, match="the id says 17900000000000001"):
        whole_id("17900000000000001", "18900000000000001", a_memory())
    with pytest.raises(RowRefused, match="neither"):
        whole_id(None, None, a_memory())
    rounded = whole_id("17900000000000100", "17900000000000123", a_memory())
    assert rounded == "17900000000000123"


def test_a_facebook_id_is_decoded_from_base64_and_from_addresses() -> None:
    assert decoded_facebook_id("Y29tbWVudDoxMV8yMg==") == "11_22"
    assert decoded_facebook_id("Y29tbWVudDoxMV8yMg%3D%3D") == "11_22"
    assert decoded_facebook_id("Y29tbWVudDoxMV8yMg") == "11_22"
    assert decoded_facebook_id("33") == "33"
    assert decoded_facebook_id("pfbid0abc") is None
    assert decoded_facebook_id("ZmVlZGJhY2s6MQ==") is None  # a feedback id, not a comment's
    address = "https://www.facebook.com/a/posts/b?comment_id=11&reply_comment_id=22"
    assert facebook_ids_in(address) == ("22", "11")
    assert facebook_ids_in("https://www.facebook.com/a") == (None, None)


def test_an_instagram_address_tells_comment_and_parent() -> None:
    assert instagram_ids_in("https://www.instagram.com/p/A/c/11/r/22") == ("22", "11")
    assert instagram_ids_in("https://www.instagram.com/p/A/c/11") == ("11", None)
    assert instagram_ids_in(None) == (None, None)


@pytest.mark.parametrize(
    ("url", "platform", "post"),
    [
        ("https://www.facebook.com/1_2", Platform.FACEBOOK, "2"),
        ("https://www.facebook.com/page/posts/pfbid02abc?x=1", Platform.FACEBOOK, "pfbid02abc"),
        ("https://www.facebook.com/page/posts/some-title/22", Platform.FACEBOOK, "22"),
        ("https://m.facebook.com/story.php?story_fbid=22&id=1", Platform.FACEBOOK, "22"),
        ("https://www.instagram.com/reel/AbC_1/", Platform.INSTAGRAM, "AbC_1"),
        ("https://youtu.be/abcdef12345", Platform.YOUTUBE, "abcdef12345"),
        ("https://www.youtube.com/watch?v=abcdef12345&t=1", Platform.YOUTUBE, "abcdef12345"),
        ("https://www.facebook.com/page", Platform.FACEBOOK, None),
    ],
)
def test_an_address_tells_its_platform_and_post(
    url: str, platform: Platform, post: str | None
) -> None:
    found = post_in(url, platform)
    assert platform_of(url) is platform
    assert (found.external_id if found else None) == post


def test_an_address_that_only_looks_like_a_platform_is_none() -> None:
    assert platform_of("https://facebook.com.example.invalid/1") is None
    assert platform_of("https://example.invalid/?u=https://facebook.com/") is None
    assert platform_of("javascript:alert(1)") is None


@given(st.lists(st.sampled_from(["first", "Pehla", "پہلا", " first "]), max_size=12))
def test_synthetic_ids_are_unique_in_a_file_and_the_same_in_the_next(texts: list[str]) -> None:
    moment = Moment(at=CAPTURED, precision=TimePrecision.SECOND)

    def ids(memory: Memory) -> list[str]:
        return [
            synthetic_id(memory, post="p", author="@a", moment=moment, text=text) for text in texts
        ]

    found = ids(a_memory())
    assert len(set(found)) == len(texts)
    assert ids(a_memory()) == found


def test_a_text_is_taken_whole_up_to_the_limit_and_refused_above() -> None:
    memory = a_memory()
    assert len(memory.take_text("ا" * 100_000)) == 100_000
    assert len(memory.take_text("x" * MAX_TEXT)) == MAX_TEXT
    with pytest.raises(RowRefused, match="1,000,001 characters"):
        memory.take_text("x" * (MAX_TEXT + 1))
    with pytest.raises(RowRefused, match="no text"):
        memory.take_text("  ")
    assert memory.take_text(None, media=("image",)) == ""


# ------------------------------------------------------------------------------ damaged text

URDU = "سڑک کی مرمت کب ہوگی؟ پانی بھی بند ہے"


def damaged(text: str, code_page: str) -> str:
    """The text as a program leaves it that takes its UTF-8 for a Western code page."""
    return "".join(
        bytes([b]).decode(code_page, errors="ignore") or chr(b) for b in text.encode("utf-8")
    )


@pytest.mark.parametrize("code_page", ["cp1252", "latin-1"])
def test_urdu_read_in_a_wrong_code_page_is_repaired(code_page: str) -> None:
    assert repaired(damaged(URDU, code_page)) == URDU
    assert repaired(damaged("hello " + URDU, code_page)) == "hello " + URDU


@given(st.text(alphabet=st.characters(min_codepoint=0x0600, max_codepoint=0x06FF), min_size=1))
def test_text_in_arabic_script_is_left_alone_and_comes_back_from_damage(text: str) -> None:
    assert repaired(text) == text
    assert repaired(damaged(text, "cp1252")) == text


@pytest.mark.parametrize(
    "text", ["café", "Ã©", "Øre og Ø­l", "GRÖSSE", "naïve 😀", damaged("größer", "cp1252"),
             damaged(URDU, "cp1252")[:-1] + "?", damaged(URDU, "cp1252") + " 😀"],
)  # fmt: skip
def test_text_whose_repair_is_not_certain_is_left_alone(text: str) -> None:
    assert repaired(text) == text


@given(st.text(alphabet=st.characters(max_codepoint=0x024F)))
def test_western_text_becomes_arabic_only_when_the_damage_explains_it_whole(text: str) -> None:
    whole = repaired(text)
    assert whole == text or text in (damaged(whole, "cp1252"), damaged(whole, "latin-1"))


def test_text_of_question_marks_is_known_as_lost() -> None:
    assert looks_lost("???? ?? ????? ??? ????")
    assert not looks_lost("Vollkommen zurecht ???")
    assert not looks_lost("what???")
    assert not looks_lost("??")
