"""Themes: the shipped taxonomy, matching by folded words, tables, quotes, rising words."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.bursts import burst_terms
from analysis.day_counts import cells_of
from analysis.quotes import choose_quotes
from analysis.themes import (
    SeedTheme,
    ThemeMatcher,
    seed_themes,
    theme_table,
)
from data.frames import COMMENTS
from moderation.texts.text import search_fold
from tests.unit.report_helpers import at

SEEDS = seed_themes()
MATCHER = ThemeMatcher(SEEDS, search_fold)


def theme(key: str, *terms: str) -> SeedTheme:
    return SeedTheme(key=key, title_en=key, title_ur=key, terms=terms)


def rows(*told: dict[str, object]) -> pl.DataFrame:
    usual = {"language": "en", "coverage": "covered", "closed": False, "feedback": ["other"],
             "themes": ["water"], "posted_at": at(0)}  # fmt: skip
    made = [{"comment_id": f"c{n}"} | usual | r for n, r in enumerate(told)]
    return pl.DataFrame(made, schema=COMMENTS)


def test_the_shipped_taxonomy_names_each_theme_in_both_languages_with_terms() -> None:
    assert len(SEEDS) >= 10
    assert len({s.key for s in SEEDS}) == len(SEEDS)
    assert all(s.title_en and s.title_ur and len(s.terms) >= 15 for s in SEEDS)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("No WATER since Monday", "water"),
        ("پانی نہیں آ رہا", "water"),
        ("Pani nahi aa raha", "water"),
        ("انقطاع المياه منذ يومين", "water"),
        ("load shedding again", "electricity"),
        ("بجلی کب آئے گی", "electricity"),
        ("سڑک ٹوٹی ہوئی ہے", "roads"),
        ("kachra koi nahi uthata", "sanitation"),
        ("hospital mein dawai nahi", "health"),
        ("المدرسة بعيدة جدا", "education"),
        ("mehngai bohat hai", "prices"),
        ("تھانے میں کوئی نہیں سنتا", "safety"),
        ("domicile kab banega", "documents"),
        ("سیلاب متاثرین کو خیمے دیں", "relief"),
        ("naukri chahiye", "jobs"),
        ("traffic jam at the chowk", "transport"),
    ],
)
def test_a_comment_finds_its_theme_in_each_language(text: str, key: str) -> None:
    assert key in MATCHER.match(search_fold(text))


@pytest.mark.parametrize("text", ["", "Thank you DC sahib", "👍👍", "waterfallish", "Good job sir"])
def test_a_comment_without_a_topic_has_no_theme(text: str) -> None:
    assert MATCHER.match(search_fold(text)) == frozenset()


def test_arabic_letter_forms_do_not_hide_a_term() -> None:
    assert "water" in MATCHER.match(search_fold("پاني"))


def test_a_term_is_a_whole_word_a_stem_takes_endings_and_a_phrase_its_order() -> None:
    known = ThemeMatcher([theme("w", "tap"), theme("s", "electric*"), theme("p", "load shed*")])
    assert known.match("tapping") == frozenset()
    assert known.match("electrical") == {"s"}
    assert known.match("load, shedding!") == {"p"}
    assert known.match("shedding load") == frozenset()
    assert known.match("load") == frozenset()


@given(st.text(max_size=200))
def test_matching_never_fails_and_gives_known_keys(text: str) -> None:
    assert MATCHER.match(search_fold(text)) <= {s.key for s in SEEDS}


def test_the_table_counts_removed_comments_too_and_sorts_by_count() -> None:
    now = rows(
        {"closed": True, "verdict": "remove"},
        {"feedback": ["complaint", "question"], "language": "ur"},
        {"themes": ["roads"]},
        {"themes": []},
    )
    before = rows(*[{}] * 3)
    table = theme_table(cells_of(now), cells_of(before), ["roads", "water", "jobs"])
    assert [(r.key, r.count, r.removed, r.change.before, r.sample) for r in table] == [
        ("water", 2, 1, 3, 4),
        ("roads", 1, 0, 0, 4),
    ]
    assert table[0].kinds == {"complaint": 1, "question": 1, "other": 1}
    assert table[0].languages == {"en": 1, "ur": 1}


def test_a_clear_rise_is_told_with_its_range_and_a_small_one_is_not() -> None:
    quiet = [{"themes": []}] * 400
    now, before = rows(*[{}] * 80, *quiet), rows(*[{}] * 20, *quiet)
    table = theme_table(cells_of(now), cells_of(before), ["water"])
    change = table[0].change
    assert change.sure and change.low is not None and change.low > 1
    one = cells_of(rows({}))
    assert theme_table(one, one, ["water"])[0].change.ratio is None


def test_quotes_take_substance_first_then_the_longest_standing_and_languages_by_turns() -> None:
    def said(language: str, hour: int, kind: str = "complaint") -> dict[str, object]:
        return {"language": language, "posted_at": at(hour), "feedback": [kind]}

    frame = rows(
        said("en", 1), said("en", 2), said("en", 3), said("ur", 5), said("ur", 4, "praise"),
    )  # fmt: skip
    assert choose_quotes(frame, "water", 3) == ["c0", "c3", "c1"]


def test_quotes_leave_out_what_was_not_checked_copies_and_what_was_told_already() -> None:
    frame = rows(
        {"coverage": "not_checked"}, {"group_id": "g"}, {"group_id": "g"}, {}, {"themes": []}
    )
    assert choose_quotes(frame, "water") == ["c1", "c3"]
    assert choose_quotes(frame, "water", skip=["c3"]) == ["c1"]


def texts(*told: str) -> pl.DataFrame:
    return pl.DataFrame({"text_search": list(told)}, schema={"text_search": pl.String})


def test_a_word_far_above_its_history_is_a_burst_and_a_usual_one_is_not() -> None:
    history = texts(*["the bazaar was open today"] * 60)
    now = texts(*["locusts everywhere in fields"] * 4, *["bazaar open"] * 20)
    found = [b.word for b in burst_terms(now, history)]
    assert {"locusts", "everywhere", "fields"} <= set(found)
    assert "bazaar" not in found


def test_two_comments_are_no_burst_and_without_a_past_nothing_is() -> None:
    history = texts(*["quiet"] * 50)
    assert burst_terms(texts("locusts", "locusts"), history) == []
    assert burst_terms(texts(*["locusts"] * 9), texts()) == []
    assert burst_terms(texts(*["locusts locusts locusts"] * 2), history) == []
