"""How a comment's text is cut into segments: nothing lost, nothing that acts, vile words masked."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dashboard.words.texts import CONTROLS, masked_word, safe_link, segments_of
from data.model import Assessment, Language, Signal, Span
from tests.builders import NOW, a_judgement, a_reading


def assessed(name: str, *spans: tuple[int, int], language: Language = Language.EN) -> Assessment:
    found = tuple(Span(start=a, end=b, label=name) for a, b in spans)
    signals = (Signal(name=name, value=0.9, version="test 1", spans=found),)
    return Assessment(
        id=1,
        comment_id="mock:1",
        revision_id=1,
        reading=a_reading(0.9, signals=signals, language=language),
        judgement=a_judgement(),
        assessed_at=NOW,
    )


@given(
    st.text(alphabet="ab @#./:\u202e\u2066پان\n", max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=4),
)
def test_segments_together_are_the_text_but_for_direction_characters(
    text: str, spans: list[tuple[int, int]]
) -> None:
    drawn = segments_of(text, assessed("slur", *spans), longest=None)
    told = "".join(s.text for s in drawn.segments if s.kind != "control")
    assert told == "".join(c for c in text if c not in CONTROLS)


@given(st.text(alphabet="ab @پان", max_size=60))
def test_segments_know_where_they_stood(text: str) -> None:
    for s in segments_of(text, None, longest=None).segments:
        assert text[s.start : s.start + len(s.text)] == s.text


def test_vile_words_are_masked_and_named() -> None:
    drawn = segments_of("you utter fool, sir", assessed("insult", (4, 14)), longest=None)
    assert [(s.text, s.masked, s.label) for s in drawn.segments] == [
        ("you ", None, ""),
        ("utter fool", "u•••• f•••", "personal abuse"),
        (", sir", None, ""),
    ]


def test_private_data_is_underlined_but_can_be_read() -> None:
    drawn = segments_of("call 0300", assessed("personal_data", (5, 9)), longest=None)
    assert [(s.masked, s.label) for s in drawn.segments][1] == (None, "private data")


def test_words_that_speak_for_a_complaint_are_marked_and_never_masked() -> None:
    drawn = segments_of("no water here", assessed("complaint", (0, 8)), longest=None)
    assert [(s.said, s.masked, s.label) for s in drawn.segments] == [
        (True, None, "speaks for a complaint"),
        (False, None, ""),
    ]


def test_threat_is_underlined_but_can_be_read() -> None:
    drawn = segments_of("we will burn it", assessed("threat", (8, 12)), longest=None)
    assert [(s.text, s.masked, s.label) for s in drawn.segments][1] == ("burn", None, "threat")


def test_vile_word_inside_a_stretch_that_must_be_read_is_masked() -> None:
    said = assessed("menace", (0, 22))
    insult = Signal(name="abusive_words", value=0.9, version="test 1",
                    spans=(Span(start=12, end=17, label="insult"),))  # fmt: skip
    reading = said.reading._replace(signals=(*said.reading.signals, insult))
    drawn = segments_of("we know you clown, sir", replace(said, reading=reading), longest=None)
    assert [(s.text, s.masked, s.label) for s in drawn.segments] == [
        ("we know you ", None, "reads like a threat"),
        ("clown", "c••••", "personal abuse"),
        (", sir", None, "reads like a threat"),
    ]


def test_handles_and_links_stand_apart() -> None:
    drawn = segments_of("سلام @DCOffice دیکھیں https://x.example/a?b=1 #پانی", None, longest=None)
    found = [s.text for s in drawn.segments if s.kind == "handle"]
    assert found == ["@DCOffice", "https://x.example/a?b=1", "#پانی"]
    assert (drawn.direction, drawn.lang) == ("rtl", "ur")


def test_handle_with_a_driving_word_in_it_stays_apart() -> None:
    drawn = segments_of("@foolish hi", assessed("insult", (1, 5)), longest=None)
    handles = [(s.text, s.kind, s.masked) for s in drawn.segments][:3]
    assert handles == [("@", "handle", None), ("fool", "handle", "f•••"), ("ish", "handle", None)]


def test_roman_urdu_keeps_its_own_language_tag() -> None:
    drawn = segments_of("yeh kya hai", assessed("slur", language=Language.UR_LATN), longest=None)
    assert (drawn.direction, drawn.lang) == ("ltr", "ur-Latn")


def test_mask_shows_first_letters_only() -> None:
    assert masked_word("ullu ke pathay") == "u••• k•• p•••••"


def test_links_are_web_addresses_or_nothing() -> None:
    assert safe_link("https://example.org/1") == "https://example.org/1"
    bad = [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "file:///etc",
        "",
        "http://[",
    ]
    assert [safe_link(b) for b in bad] == [None] * 6
    assert safe_link(None) is None
