"""The conflict guard: a remark about an officer, or about their unit, is another's to judge.

An administrator names the words of each officer (data/store/conflicts.py); the officer's own full
name counts by itself. Texts and words are compared in the form that full-text search keeps: lower
case, one form for each letter, so that Arabic and Urdu keyboards, marks and joiners make no
difference; and at the borders of words, so that "Ali" is not found in "quality".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from data.db import Tx
from data.model import Comment, User
from data.store import conflicts
from moderation.deciding.decision_rules import refuse
from moderation.deciding.refused import RefusedCode
from moderation.texts.search import search_fold

LEAST_LETTERS = 3
"""A shorter word would be found everywhere."""
_APART = r"[\W_]+"
_WORD = re.compile(r"[^\W_]+")


class WordUnusable(ValueError):
    """A word of conflict that would match nearly everything or nothing; says what is wanted."""


def folded_word(word: str) -> str:
    """The word as it is compared. Raises WordUnusable for one too short or too long."""
    found = " ".join(_WORD.findall(search_fold(word)))
    if len(found.replace(" ", "")) < LEAST_LETTERS or len(found) > 120:
        raise WordUnusable(
            f"A name or unit has {LEAST_LETTERS} to 120 letters or digits; this has {len(found)}."
        )
    return found


def phrases_of(tx: Tx, user: User) -> tuple[str, ...]:
    """What names this officer: the words given, and the full name where it is two words or more."""
    own = " ".join(_WORD.findall(search_fold(user.display)))
    given = [w.folded for w in conflicts.words_of(tx, user.id)]
    return tuple(dict.fromkeys([*([own] if " " in own else []), *given]))


def is_about(folded_text: str, phrases: Sequence[str]) -> bool:
    """Whether the folded text names one of the phrases, whole words only."""
    return bool(phrases) and _pattern(phrases).search(folded_text) is not None


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    each = (_APART.join(map(re.escape, p.split())) for p in phrases)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(each)})(?![^\W_])")


def kept_from(tx: Tx, user: User) -> dict[str, str]:
    """Open comments that this officer does not get, because they name them or their unit.

    Each with the queue in which it stands for others.
    """
    phrases = phrases_of(tx, user)
    near = conflicts.open_texts_naming(tx, phrases)
    return {comment_id: queue for comment_id, queue, text in near if is_about(text, phrases)}


def concerns(tx: Tx, user: User, comment: Comment) -> bool:
    """Whether the comment's present text names this officer or their unit."""
    return is_about(search_fold(comment.revision.text), phrases_of(tx, user))


def refuse_if_about(tx: Tx, user: User, comment: Comment) -> None:
    """Raises Refused when the officer would judge a remark about themselves or their unit."""
    if concerns(tx, user, comment):
        refuse(
            RefusedCode.CONFLICT,
            f"{comment.id} speaks of you or of your unit: another officer decides on it.",
        )
