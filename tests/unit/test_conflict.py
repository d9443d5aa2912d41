"""The conflict guard: what counts as a remark about an officer, and who may decide it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from data.db import Database
from data.model import Role, User, Verdict
from data.store import conflicts, decisions, queue, sources, users
from data.store.comments import get_comment
from moderation.deciding import conflict
from moderation.deciding.bulk import record_many
from moderation.deciding.decide import (
    DecisionRequest,
    Holds,
    Recorded,
    Refused,
    record_decision,
    undo_decision,
)
from moderation.texts.search import search_fold
from tests.builders import NOW, a_collected, a_source, assess, keep

TEXT = "Nadia Rehman of the Water Cell never picks up."


@pytest.fixture
def store(db: Database) -> Iterator[Database]:
    with db.write() as tx:
        for name, display, role in (
            ("nadia", "Nadia Rehman", Role.OFFICER),
            ("bilal", "Bilal Ahmed", Role.OFFICER),
            ("samina", "Samina Khan", Role.SENIOR),
        ):
            users.add_user(
                tx, name=name, display=display, role=role, password_hash="no hash", now=NOW
            )
    yield db


def user(db: Database, name: str) -> User:
    with db.read() as tx:
        found = users.user_by_name(tx, name)
    assert found is not None
    return found


def said(db: Database, text: str, n: int = 1) -> DecisionRequest:
    with db.write() as tx:
        known = sources.list_sources(tx) or [a_source(tx)]
        told = a_collected(text, external_id=f"c{n}")
        comment_id = keep(tx, known[0], told)
        comment = get_comment(tx, comment_id)
        assert comment is not None
        assess(tx, comment_id)
    return DecisionRequest(
        comment_id=comment_id,
        revision_id=comment.revision.id,
        verdict=Verdict.KEEP,
        by=user(db, "nadia"),
        key=f"k-{n}",
    )


def give(db: Database, name: str, *words: str) -> None:
    user_id = user(db, name).id
    with db.write() as tx:
        for word in words:
            conflicts.add_word(
                tx,
                user_id,
                word=word,
                folded=conflict.folded_word(word),
                made_by="administrator-1",
                now=NOW,
            )


def decide(db: Database, request: DecisionRequest, **told: Any) -> Recorded:
    with db.write() as tx:
        return record_decision(tx, request, policy_version=1, holds=Holds(), now=NOW, **told)


@pytest.mark.parametrize(
    ("text", "word", "about"),
    [
        ("The Water Cell is asleep", "water cell", True),
        ("the WATER-CELL is asleep", "water cell", True),
        ("Their watercells leak", "water cell", False),
        ("quality of water", "ali t", False),
        ("نادیہ رحمان کہاں ہیں؟", "نادیہ رحمان", True),
        ("ناديہ رحمان کہاں ہیں؟", "نادیہ رحمان", True),  # an Arabic keyboard's yeh
        ("نادیہ‌رحمان", "نادیہ", False),  # joined by a zero-width non-joiner: one word
        ("nadia bibi kidhar gayi", "Nadia", True),
        ("@nadia_r ko bolo", "nadia", True),
        ("Grenadian water", "nadia", False),
        ("the cell (water) is asleep", "water cell", False),
    ],
)
def test_a_text_names_an_officer_by_whole_words_in_any_spelling_of_its_letters(
    text: str, word: str, about: bool
) -> None:
    assert conflict.is_about(search_fold(text), (conflict.folded_word(word),)) is about


@pytest.mark.parametrize("word", ["", "  ", "ab", "!!!", "x" * 121])
def test_a_word_that_would_match_everything_or_nothing_is_refused(word: str) -> None:
    with pytest.raises(conflict.WordUnusable):
        conflict.folded_word(word)


def test_a_text_with_signs_of_a_search_query_is_no_order_to_the_index(store: Database) -> None:
    said(store, "A plain comment")
    give(store, "nadia", 'water" OR "plain', "NEAR(plain")
    nadia = user(store, "nadia")
    with store.read() as tx:
        assert conflict.kept_from(tx, nadia) == {}


def test_an_officers_own_full_name_counts_without_any_setting(store: Database) -> None:
    request = said(store, TEXT)
    with pytest.raises(Refused, match="speaks of you"):
        decide(store, request)
    nadia, bilal = user(store, "nadia"), user(store, "bilal")
    with store.read() as tx:
        assert list(conflict.kept_from(tx, nadia)) == [request.comment_id]
        assert conflict.kept_from(tx, bilal) == {}


def test_another_officer_decides_it_and_the_first_cannot_undo_that(store: Database) -> None:
    request = said(store, TEXT)
    made = decide(store, replace(request, by=user(store, "bilal")))
    nadia = user(store, "nadia")
    with pytest.raises(Refused, match="speaks of you"), store.write() as tx:
        undo_decision(
            tx,
            decision_id=made.decision.id,
            by=nadia,
            key="u-1",
            holds=Holds(),
            now=NOW,
        )
    with store.read() as tx:
        assert [d.verdict for d in decisions.history(tx, request.comment_id)] == [Verdict.KEEP]


def test_a_unit_word_keeps_a_comment_from_its_officers_only(store: Database) -> None:
    request = said(store, "Water Cell walay so rahe hain")
    give(store, "nadia", "Water Cell")
    give(store, "samina", "water-cell")
    them = {n: user(store, n) for n in ("nadia", "bilal", "samina")}
    with store.read() as tx:
        kept = {n: list(conflict.kept_from(tx, u)) for n, u in them.items()}
    mine = [request.comment_id]
    assert kept == {"nadia": mine, "bilal": [], "samina": mine}


def test_a_bulk_leaves_out_what_speaks_of_the_officer_and_does_the_rest(store: Database) -> None:
    requests = [said(store, "An empty remark.", 1), said(store, TEXT, 2), said(store, "More.", 3)]
    with store.write() as tx:
        told = record_many(tx, requests, policy_version=1, holds=Holds(), now=NOW)
    assert [r.decision.comment_id for r in told.done] == ["mock:c1", "mock:c3"]
    assert [(n.comment_id, n.code) for n in told.not_done] == [("mock:c2", "conflict")]
    with store.read() as tx:
        assert [i.comment.id for i in queue.queue_items(tx)] == ["mock:c2"]


def test_a_word_is_kept_once_for_an_officer_and_can_be_taken_away(store: Database) -> None:
    give(store, "nadia", "Water Cell")
    with pytest.raises(conflicts.WordKnown):
        give(store, "nadia", "water  CELL")
    nadia = user(store, "nadia")
    with store.write() as tx:
        (word,) = conflicts.words_of(tx, nadia.id)
        conflicts.drop_word(tx, word.id)
        assert conflicts.all_words(tx) == []
