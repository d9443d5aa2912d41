"""Masked reading: what hurts or tells on a person never stands in full in a report."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.masking import mask_removed, mask_words
from analysis.report_lines import runs_right_to_left, shorten
from data.model import Span


def span(text: str, word: str, label: str = "insult") -> Span:
    return Span(start=text.index(word), end=text.index(word) + len(word), label=label)


def test_a_word_that_hurts_stands_as_first_letter_and_dots() -> None:
    text = "you clown, give water"
    assert mask_words(text, [span(text, "clown")]) == "you c••••, give water"


def test_urdu_words_are_masked_letter_by_letter_and_marks_go() -> None:
    text = "تم نِکمے ہو"
    assert mask_words(text, [span(text, "نِکمے")]) == "تم ن••• ہو"


def test_the_words_of_a_complaint_stay_readable() -> None:
    text = "no water for days"
    assert mask_words(text, [span(text, "no water", "complaint")]) == text


def test_ordinary_words_by_which_a_threat_or_hatred_was_heard_stay_readable() -> None:
    text = "we know your street"
    for label in ("threat", "menace", "hatred"):
        assert mask_words(text, [span(text, "know your", label)]) == text


def test_an_insult_among_the_words_of_a_threat_is_masked() -> None:
    text = "we know your street, clown"
    spans = [Span(start=0, end=len(text), label="threat"), span(text, "clown")]
    assert mask_words(text, spans) == "we know your street, c••••"


def test_personal_data_is_masked_without_any_span() -> None:
    for secret in ("0300-1234567", "+92 300 1234567", "35202-1234567-1", "a.b@mail.example",
                   "PK36SCBL0000001123456702", "@some_body"):  # fmt: skip
        masked = mask_words(f"call {secret} now", [])
        assert secret not in masked
        assert masked.startswith("call ") and masked.endswith(" now")


def test_short_numbers_and_dates_stay() -> None:
    text = "street 12, since 2024, 3 days"
    assert mask_words(text, []) == text


def test_a_removed_text_in_which_nothing_was_marked_is_masked_whole() -> None:
    assert mask_removed("dirty words here", []) == "d•••• w•••• h•••"


def test_a_split_masks_the_remark_and_leaves_the_complaint() -> None:
    text = "idiots! no water here"
    assert mask_removed(text, [], (0, 6)) == "i•••••! no water here"


def test_spans_beyond_the_text_or_over_each_other_do_no_harm() -> None:
    spans = [Span(start=-5, end=3, label="x"), Span(start=2, end=99, label="x"),
             Span(start=4, end=4, label="x")]  # fmt: skip
    assert mask_words("abcdef", spans) == "a•••••"


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90))))
def test_masking_never_fails_and_leaves_no_long_word_inside_a_span(
    text: str, places: list[tuple[int, int]]
) -> None:
    spans = [Span(start=a, end=b, label="insult") for a, b in places]
    assert isinstance(mask_words(text, spans), str)
    whole = [Span(start=0, end=len(text), label="insult")]
    left = mask_words(text, whole).split("•")
    assert all(sum(c.isalpha() for c in part.split(" ")[-1]) <= len(part) for part in left)


def test_a_line_is_short_and_cannot_turn_the_page_around() -> None:
    assert "\u202e" not in shorten("a\u202eb\u2066c\x00")
    assert shorten("two\n\nlines") == "two lines"
    assert len(shorten("x" * 100_000)) == 280


def test_direction_is_that_of_most_letters() -> None:
    assert runs_right_to_left("DC صاحب پانی دیں")
    assert not runs_right_to_left("please پانی send water")
    assert not runs_right_to_left("123 !")
