"""What is kept of one collected comment, and what is refused with which words."""

from __future__ import annotations

import json

import pytest

from collectors.base import Page
from collectors.keeping import author_key
from data.db import Database
from data.model import (
    CollectedAuthor,
    CollectedPost,
    Platform,
    Raw,
    SweepOutcome,
    TimePrecision,
    Visibility,
)
from data.store import search, sweeps
from data.store.arrivals import MAX_SEARCHED
from tests.builders import NOW, a_collected, minutes
from tests.collect_helpers import ScriptedCollector, a_page, kept, new_source, sweep, texts_of
from tests.secret_search import traces
from tests.tables import a_database, raw_body


@pytest.fixture
def memory() -> Database:
    db = a_database()
    return db


def test_an_author_key_is_the_same_for_one_salt_and_another_for_another() -> None:
    someone = CollectedAuthor(external_id="7", display_name="A")
    key = author_key(b"salt", Platform.MOCK, someone)
    assert key == author_key(b"salt", Platform.MOCK, someone)
    assert key is not None and len(key) == 64
    assert key != author_key(b"other", Platform.MOCK, someone)
    assert key != author_key(b"salt", Platform.X, someone)


def test_an_author_key_holds_to_the_id_when_the_name_changes() -> None:
    before = author_key(b"s", Platform.MOCK, CollectedAuthor(external_id="7", display_name="A"))
    after = author_key(b"s", Platform.MOCK, CollectedAuthor(external_id="7", display_name="B"))
    assert before == after


def test_an_author_who_is_not_told_has_no_key() -> None:
    assert author_key(b"s", Platform.MOCK, None) is None
    assert author_key(b"s", Platform.MOCK, CollectedAuthor()) is None


def test_intake_keeps_names_only_when_told_to(memory: Database) -> None:
    source = new_source(memory)
    one, two = a_collected(external_id="one"), a_collected(external_id="two")
    sweep(memory, source, ScriptedCollector([a_page(one)]), NOW, keep_names=False)
    sweep(memory, source, ScriptedCollector([a_page(two)]), NOW, keep_names=True)
    found = kept(memory)
    assert found["one"].author_name is None and found["one"].author_key is not None
    assert found["two"].author_name == "Invented Person"


def test_intake_keeps_the_raw_item_behind_each_revision(memory: Database) -> None:
    source = new_source(memory)
    sweep(memory, source, ScriptedCollector([a_page(a_collected("Water", external_id="c"))]), NOW)
    with memory.read() as tx:
        assert raw_body(tx, 1) == "c|Water"


def test_a_poorer_later_answer_does_not_overwrite_what_is_known(memory: Database) -> None:
    source = new_source(memory)
    full = a_collected(external_id="c", like_count=4, permalink="/c", can_hide=True)
    poor = a_collected(
        external_id="c",
        author=None,
        post=None,
        created_at=None,
        time_precision=TimePrecision.UNKNOWN,
        visibility=Visibility.UNKNOWN,
    )
    sweep(memory, source, ScriptedCollector([a_page(full)]), NOW)
    before = kept(memory)["c"]
    result = sweep(memory, source, ScriptedCollector([a_page(poor)]), NOW + minutes(5))
    after = kept(memory)["c"]
    assert result.tally.unchanged == 1
    names = ("author_key", "author_name", "post_id", "created_at", "visibility", "like_count")
    names += ("permalink", "can_hide", "time_precision")
    assert [getattr(after, n) for n in names] == [getattr(before, n) for n in names]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"external_id": "  "}, "The id is empty"),
        ({"external_id": "a\0b", "call_id": "ab"}, "The id is empty or holds"),
        ({"external_id": "x" * 181}, "The id has 181 characters; 180 are taken"),
        ({"parent_external_id": "p" * 181}, "The parent's id has 181"),
        ({"post": CollectedPost(external_id="")}, "The post's id is empty"),
        ({"platform": Platform.X}, "a source of mock. Choose the right source."),
    ],
)
def test_a_comment_that_cannot_be_kept_is_refused_and_the_good_ones_stay(
    memory: Database, told: dict[str, object], words: str
) -> None:
    source = new_source(memory)
    bad, good = a_collected("Bad", **told), a_collected("Good", external_id="good")
    result = sweep(memory, source, ScriptedCollector([a_page(bad, good)]), NOW)
    with memory.read() as tx:
        rows = sweeps.rejected_rows(tx, result.id)
    assert [r.row for r in rows] == [1] and words in rows[0].reason
    assert (result.tally.read, result.tally.new, result.tally.rejected) == (2, 1, 1)
    assert result.outcome is SweepOutcome.COMPLETE
    assert set(kept(memory)) == {"good"}


@pytest.mark.parametrize(
    "text", ["null \0 byte", "lone \ud800 surrogate", "", "\u202e override", "x" * 100_000]
)
def test_any_text_can_be_kept(memory: Database, text: str) -> None:
    source = new_source(memory)
    comment = a_collected(
        text,
        external_id="c",
        author=CollectedAuthor(display_name="Na\0me \udcff"),
        permalink="/a\0",
        like_count=2**40,
    )
    result = sweep(memory, source, ScriptedCollector([a_page(comment)]), NOW)
    found = kept(memory)["c"]
    assert result.tally.new == 1
    assert found.author_name == "Na\ufffdme \ufffd"
    assert found.like_count is None  # no count that a database could not hold, and no made-up one


def test_a_text_is_searched_by_its_first_part_only_when_it_is_enormous(memory: Database) -> None:
    source = new_source(memory)
    text = "water " + "x " * MAX_SEARCHED + "needle"
    sweep(memory, source, ScriptedCollector([a_page(a_collected(text, external_id="c"))]), NOW)
    with memory.read() as tx:
        assert len(search.find_comments(tx, search.Wanted(words="water"))) == 1
        assert search.find_comments(tx, search.Wanted(words="needle")) == []
    assert texts_of(memory, "mock:c") == [text]


def test_a_raw_item_that_holds_a_secret_is_kept_without_it(memory: Database) -> None:
    next_ = "https://graph.example/1/replies?access_token=invented-token&after=x"
    told = a_collected(external_id="c1")
    body = json.dumps({"id": "c1", "replies": {"data": [], "paging": {"next": next_}}})
    page = Page(items=((told, Raw(body=body, locator="GET /1", mapper="test/1")),), end=True)
    sweep(memory, new_source(memory), ScriptedCollector([page]), NOW)
    assert traces(["invented-token"], db=memory) == []
    with memory.read() as tx:
        kept_raw = raw_body(tx, 1)
    assert kept_raw is not None and '"paging": {}' in kept_raw
