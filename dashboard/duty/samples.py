"""A drawn text as a card without anything that would tell how it was decided on.

No verdict, no history, no link, no suggestion, no score and no shield: the second officer judges
the words, as a citizen would read them.
"""

from __future__ import annotations

from dashboard.desk.cards import text_json
from dashboard.words import t
from dashboard.words.titles import LANGUAGE_NAMES
from data.blind import BlindItem
from data.db import Tx
from data.model import Comment, JsonObject, comment_id
from data.store import comments, sources
from data.store.assessments import current_assessment


def blind_card(tx: Tx, item: BlindItem) -> JsonObject | None:
    """The card; None when the text is no longer the comment's."""
    c = comments.get_comment(tx, item.comment_id)
    if c is None or c.revision.id != item.revision_id:
        return None
    a, source = current_assessment(tx, c.id), sources.source_by_id(tx, c.source_id)
    return {
        "id": str(item.id),
        "item": item.id,
        "text": text_json(c.revision.text, a),
        "post": _post(tx, c),
        "parent": _parent(tx, c),
        "edited": 0,
        "source": "" if source is None else source.title,
        "platform": c.platform.value,
        "link": None,
        "posted_at": None if c.created_at is None else c.created_at.isoformat(),
        "by_hand": False,
        "feedback": [],
        "protected": False,
        "protected_why": "",
        "second": None,
        "suggested": None,
        "suggested_span": None,
        "why": [],
        "language": t("Not told") if a is None else t(LANGUAGE_NAMES[a.reading.language]),
        "audience": t("Your answer measures. It changes nothing by itself."),
        "audience_ur": "",
        "waits": 0,
        "old": None,
        "also": [],
        "harsh": False,
    }


def _post(tx: Tx, c: Comment) -> JsonObject | None:
    post = None if c.post_id is None else comments.post_by_id(tx, c.post_id)
    if post is None or not post.text:
        return None
    return {**text_json(post.text, None, 300), "link": None}


def _parent(tx: Tx, c: Comment) -> JsonObject | None:
    if c.parent_external_id is None:
        return None
    parent = comments.get_comment(tx, comment_id(c.platform, c.parent_external_id))
    if parent is None:
        return None
    return {**text_json(parent.revision.text, None, 500), "ours": parent.is_page_owner}
