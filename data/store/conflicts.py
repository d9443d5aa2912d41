"""Words that name an officer or the officer's unit: what names them is another officer's card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, literal_column, or_, select, text

from data import schema
from data.db import Tx

_W, _R, _Q, _C = (
    schema.conflict_word.c,
    schema.revision.c,
    schema.open_item.c,
    schema.comment.c,
)
MOST_WORDS = 40
_WORD = re.compile(r"[^\W_]+")
MOST_CANDIDATES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictWord:
    """One name or unit of an officer: as written, and folded as full-text search keeps texts."""

    id: int
    user_id: int
    word: str
    folded: str
    made_by: str  # by pseudonym
    made_at: datetime


class WordKnown(Exception):
    """This word stands for this officer already."""


def add_word(tx: Tx, user_id: int, *, word: str, folded: str, made_by: str, now: datetime) -> int:
    """Keeps a word; gives its id. Raises WordKnown when the officer has it already."""
    there = select(_W.id).where(_W.user_id == user_id, _W.folded == folded)
    if tx.execute(there).first() is not None:
        raise WordKnown(word)
    made = insert(schema.conflict_word).values(
        user_id=user_id, word=word, folded=folded, made_by=made_by, made_at=now
    )
    return tx.execute(made.returning(_W.id)).scalar_one()


def drop_word(tx: Tx, word_id: int) -> ConflictWord | None:
    """Takes a word away and gives it; None when it is not there."""
    found = tx.execute(select(schema.conflict_word).where(_W.id == word_id)).one_or_none()
    tx.execute(delete(schema.conflict_word).where(_W.id == word_id))
    return None if found is None else _word(found)


def words_of(tx: Tx, user_id: int) -> list[ConflictWord]:
    """The officer's words, in the order in which they were given."""
    query = select(schema.conflict_word).where(_W.user_id == user_id).order_by(_W.id)
    return [_word(r) for r in tx.execute(query)]


def all_words(tx: Tx) -> list[ConflictWord]:
    """Every officer's words."""
    query = select(schema.conflict_word).order_by(_W.user_id, _W.id)
    return [_word(r) for r in tx.execute(query)]


def _word(r: Row[Any]) -> ConflictWord:
    return ConflictWord(
        id=r.id,
        user_id=r.user_id,
        word=r.word,
        folded=r.folded,
        made_by=r.made_by,
        made_at=r.made_at,
    )


def open_texts_naming(tx: Tx, phrases: Sequence[str]) -> list[tuple[str, str, str]]:
    """(comment id, its queue, folded text) of open items with all words of one of the phrases.

    The full-text index answers; it knows no order of words, so the caller looks at the text.
    At most MOST_CANDIDATES, the newest texts first.
    """
    tokens = [t for t in (_tokens(p) for p in phrases) if t]
    if not tokens:
        return []
    query = (
        select(_Q.comment_id, _Q.queue, _R.text_search)
        .select_from(schema.open_item)
        .join(schema.comment, _C.id == _Q.comment_id)
        .join(schema.revision, _R.id == _C.revision_id)
        .where(_matches(tx, tokens))
        .order_by(_R.id.desc())
        .limit(MOST_CANDIDATES)
    )
    return [(r.comment_id, r.queue, r.text_search) for r in tx.execute(query)]


def _tokens(phrase: str) -> list[str]:
    """The words of a folded phrase, without any sign that a query would take for an order."""
    return _WORD.findall(phrase)


def _matches(tx: Tx, phrases: Sequence[Sequence[str]]) -> Any:
    if tx.dialect.name == "sqlite":
        found = text("SELECT rowid FROM revision_fts WHERE revision_fts MATCH :phrases")
        asked = " OR ".join("(" + " AND ".join(f'"{t}"' for t in p) + ")" for p in phrases)
        return _R.id.in_(found.bindparams(phrases=asked).columns(_R.id))
    vector: ColumnElement[Any] = literal_column("to_tsvector('simple', revision.text_search)")
    return or_(
        *(
            vector.op("@@")(
                text("to_tsquery('simple', :asked)").bindparams(
                    asked=" & ".join(f"'{t}'" for t in p)
                )
            )
            for p in phrases
        )
    )
