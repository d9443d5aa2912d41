"""The page of a soak: a seeded script of comments, edits, deletions, floods and outages."""

from __future__ import annotations

import random
from dataclasses import replace

from data.model import Language, Platform
from data.samples.content import Label, sample_comments
from data.samples.script import (
    MOCK_PAGE,
    MockScript,
    ScriptComment,
    ScriptDeletion,
    ScriptEdit,
    ScriptOutage,
    ScriptPost,
)
from tests.soak.plan import Plan

DAY = 24 * 60
EDITED, DELETED, BY_PAGE = 0.07, 0.04, 0.02
FLOOD_SIZE = 18  # fewer than are believed gone at once, should they all be taken away
FLOOD = "Share now: the fair price list, call the number, forward to all groups, win prizes"


def soak_script(plan: Plan) -> MockScript:
    """The script of the plan; the same plan gives the same script."""
    chance = random.Random(f"script {plan.seed}")
    posts = _posts(plan)
    comments = _comments(plan, posts, chance)
    comments += _floods(plan, posts, chance)
    comments.sort(key=lambda c: (c.at_minute, c.external_id))
    edits, deletions = _changes(plan, comments, chance)
    return MockScript(
        page=MOCK_PAGE,
        loop_minutes=1_000_000,
        posts=tuple(posts),
        comments=tuple(comments),
        edits=tuple(edits),
        deletions=tuple(deletions),
        outages=_outages(plan, chance),
    )


def _posts(plan: Plan) -> list[ScriptPost]:
    return [
        ScriptPost(external_id=f"p{n}", at_minute=n * DAY // 2, text=f"Announcement number {n}.")
        for n in range(plan.days * 2)
    ]


def _comments(plan: Plan, posts: list[ScriptPost], chance: random.Random) -> list[ScriptComment]:
    texts = [(c.text, c.label, c.language) for c in sample_comments(Platform.FACEBOOK)]
    made: list[ScriptComment] = []
    for number in range(plan.days * plan.comments_a_day):
        at = chance.randrange(plan.faulty_minutes)
        text, label, language = chance.choice(texts)
        made.append(
            ScriptComment(
                external_id=f"c{number}",
                post_id=_post_at(posts, at),
                at_minute=at,
                text=f"{text} ({number})",
                author=MOCK_PAGE.handle
                if chance.random() < BY_PAGE
                else f"person {chance.randrange(400)}",
                parent=None,
                label=label,
                code=None,
                language=language,
            )
        )
    return [_maybe_reply(c, made, chance) for c in made]


def _post_at(posts: list[ScriptPost], minute: int) -> str:
    return [p for p in posts if p.at_minute <= minute][-1].external_id


def _maybe_reply(
    c: ScriptComment, all_comments: list[ScriptComment], chance: random.Random
) -> ScriptComment:
    parent = chance.choice(all_comments)
    if chance.random() > 0.1 or parent.at_minute >= c.at_minute:
        return c
    return replace(c, parent=parent.external_id, post_id=parent.post_id)


def _floods(plan: Plan, posts: list[ScriptPost], chance: random.Random) -> list[ScriptComment]:
    made: list[ScriptComment] = []
    for flood in range(max(1, plan.days // 2)):
        start = chance.randrange(plan.faulty_minutes - 60)
        for n in range(FLOOD_SIZE):
            at = start + n * 2
            made.append(
                ScriptComment(
                    external_id=f"f{flood}x{n}",
                    post_id=_post_at(posts, at),
                    at_minute=at,
                    text=f"{FLOOD} {'!' * (n % 4)}",
                    author=f"flooder {n % 5}",
                    parent=None,
                    label=Label.SPAM,
                    code=None,
                    language=Language.EN,
                )
            )
    return made


def _changes(
    plan: Plan, comments: list[ScriptComment], chance: random.Random
) -> tuple[list[ScriptEdit], list[ScriptDeletion]]:
    """Edits (some twice, some soon, some days later) and deletions by the authors."""
    edits: list[ScriptEdit] = []
    deletions: list[ScriptDeletion] = []
    for c in comments:
        later = [c.at_minute + int(chance.expovariate(1 / 400)) + 1 for _ in range(2)]
        if chance.random() < EDITED:
            for no, at in enumerate(sorted(later)[: chance.choice((1, 1, 2))]):
                if at < plan.faulty_minutes:
                    text = f"{c.text} [changed {no}]"
                    edits.append(ScriptEdit(external_id=c.external_id, at_minute=at, text=text))
        if chance.random() < DELETED:
            at = c.at_minute + int(chance.expovariate(1 / 900)) + 1
            if at < plan.faulty_minutes:
                deletions.append(ScriptDeletion(external_id=c.external_id, at_minute=at))
    edits.sort(key=lambda e: e.at_minute)
    deletions.sort(key=lambda d: d.at_minute)
    return edits, deletions


def _outages(plan: Plan, chance: random.Random) -> tuple[ScriptOutage, ...]:
    made: list[ScriptOutage] = []
    for day in range(plan.days):
        at = day * DAY + chance.randrange(DAY - 4 * 60)
        made.append(ScriptOutage(from_minute=at, minutes=chance.choice((15, 45, 100))))
    return tuple(made)
