"""The rows of a list of comments, worked out once: the screen draws them, the CSV writes them.

What a manager may not read (words that hurt, personal data) is masked here, before either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.masking import mask_removed, mask_words
from dashboard.words.texts import segments_of
from data.db import Tx
from data.model import (
    REMOVING,
    Action,
    Assessment,
    Comment,
    Decision,
    Post,
    Role,
    Source,
    Span,
    User,
)
from data.store import comments, outbox, sources, users
from data.store.decisions import decisions_by_id
from data.store.grid import each_found
from data.store.search import Found, Wanted

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comment of a list, with what is shown of it."""

    comment: Comment
    assessment: Assessment | None
    decision: Decision | None
    action: Action | None
    source: Source
    post: Post | None
    officer: str | None  # pseudonym
    proposer: str | None  # of a second look: who had proposed or asked, by pseudonym
    text: str  # masked as far as the viewer's role asks
    shown: Assessment | None  # whose spans are still to be masked in ``text``; None: all done
    masked: bool  # the viewer may not read it as written, here or at the platform


def rows_of(tx: Tx, found: Sequence[Found], viewer: User) -> list[Row]:
    """The rows of one page, in its order."""
    posts = comments.posts_by_id(tx, [f.comment.post_id for f in found if f.comment.post_id])
    decided = [f.decision.id for f in found if f.decision is not None]
    actions = outbox.actions_by_decision(tx, decided)
    known = {s.id: s for s in sources.list_sources(tx)}
    names = {u.id: u.pseudonym for u in users.list_users(tx)}
    firsts = [f.decision.second_of for f in found if f.decision is not None]
    asked = decisions_by_id(tx, [n for n in firsts if n is not None])
    return [
        Row(
            comment=f.comment,
            assessment=f.assessment,
            decision=f.decision,
            action=None if f.decision is None else actions.get(f.decision.id),
            source=known[f.comment.source_id],
            post=None if f.comment.post_id is None else posts.get(f.comment.post_id),
            officer=None if f.decision is None else names.get(f.decision.by_user),
            proposer=_proposer(f.decision, asked, names),
            text=shown_text(f, viewer),
            shown=None if reads_masked(viewer) else f.assessment,
            masked=reads_masked(viewer),
        )
        for f in found
    ]


def _proposer(
    decision: Decision | None, asked: dict[int, Decision], names: dict[int, str]
) -> str | None:
    if decision is None or decision.second_of is None:
        return None
    first = asked.get(decision.second_of)
    return None if first is None else names.get(first.by_user)


def reads_masked(viewer: User) -> bool:
    """Managers see masked text and no author data (PRODUCT.md 10)."""
    return viewer.role is Role.MANAGER


def shown_text(f: Found, viewer: User) -> str:
    """The text as the viewer may have it: as written, or masked once and for all."""
    if not reads_masked(viewer):
        return f.comment.revision.text
    return masked_for_all(f.comment.revision.text, f.assessment, f.decision)


def masked_for_all(text: str, a: Assessment | None, decision: Decision | None) -> str:
    """As in reports: words that hurt and personal data as first letter and dots."""
    spans: list[Span] = [] if a is None else [s for g in a.reading.signals for s in g.spans]
    if decision is not None and decision.verdict in REMOVING:
        return mask_removed(text, spans, decision.span)
    return mask_words(text, spans)


def each_row(tx: Tx, wanted: Wanted, viewer: User) -> Iterator[Row]:
    """All rows of the list, read a part at a time, in the order of the screen."""
    for part in each_found(tx, wanted, at_once=AT_ONCE):
        yield from rows_of(tx, part, viewer)


def plain_text(row: Row) -> str:
    """The row's text as a list shows it: words that hurt and a person's numbers masked."""
    drawn = segments_of(row.text, row.shown, longest=None, personal=True)
    return "".join(s.text if s.masked is None else s.masked for s in drawn.segments)
