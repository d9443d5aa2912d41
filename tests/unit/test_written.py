"""Numbers, dates and lengths of time in each tongue, with each calendar and each kind of digits."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from flask import Flask, g

from dashboard.words import Tongue, speaking, t, tn, written
from data.store.choices import Choices

AT = datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC)
ZONE = "Asia/Karachi"


@contextmanager
def reader(to: Tongue, **chosen: str) -> Generator[None]:
    """A request of somebody who chose so."""
    with Flask("test").test_request_context("/"):
        g.tongue = to
        g.choices = Choices(language=to, **chosen)  # pyright: ignore[reportArgumentType]
        g.digits = g.choices.digits
        yield


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(40, "40 s"), (720, "12 min"), (11400, "3 h 10 min"), (3600, "1 h"), (187200, "2 d 4 h")],
)
def test_length_of_time_reads_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert written.duration(seconds) == said


def test_dates_and_numbers_name_months_in_urdu() -> None:
    with reader("ur"):
        assert written.instant(AT, ZONE) == "22 نومبر 09:05"
        assert written.weekday(date(2026, 11, 22)) == "اتوار 22 نومبر"
        assert written.duration(11400) == "3 گھنٹے 10 منٹ"
        assert written.number(1234.5, 1) == "1,234.5"


def test_urdu_digits_stand_in_numbers_dates_and_sentences_of_who_chose_them() -> None:
    with reader("ur", digits="urdu"):
        assert written.instant(AT, ZONE) == "۲۲ نومبر ۰۹:۰۵"
        assert written.number(1234) == "۱,۲۳۴"
        assert written.percent(0.25) == "۲۵%"
        assert tn("{n} day", "{n} days", 30) == "۳۰ دن"


def test_names_and_codes_keep_their_digits() -> None:
    with reader("ur", digits="urdu"):
        assert "OM-5-OFF-1" in t("“{title}” is saved.", title="OM-5-OFF-1")


def test_english_reader_may_choose_urdu_digits_and_hijri_dates() -> None:
    with reader("en", digits="urdu", calendar="hijri"):
        assert written.hijri_beside(date(2026, 11, 22)) == "۱۲ Jumada al-Akhirah ۱۴۴۸"


def test_hijri_date_is_said_to_be_calculated() -> None:
    with reader("ur", calendar="hijri"):
        assert "12 جمادی الثانی 1448" in written.exactly(AT, ZONE)
        assert "حساب سے" in written.exactly(AT, ZONE)
    assert written.exactly(AT, ZONE) == "2026-11-22 09:05:06 PKT"


def test_day_beyond_the_calendar_has_no_hijri_date() -> None:
    with reader("en", calendar="hijri"):
        assert written.hijri_beside(date(2090, 1, 1)) == ""
        assert written.hijri_beside(date(1900, 1, 1)) == ""


def test_file_for_others_is_written_in_one_tongue_whoever_asks() -> None:
    with reader("ur", digits="urdu"):
        with speaking("en"):
            assert t("Comments") == "Comments"
            assert written.number(12) == "12"
        assert t("Comments") == "تبصرے"
