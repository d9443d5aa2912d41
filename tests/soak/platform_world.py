"""The world of a platform soak: what stands there at the start, and what happens hour by hour.

People write, edit and take away; a colleague now and then puts back what was hidden. Some comments
come late with an old date (released from approval), some with a date ahead of the clock.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from data.model import Platform
from data.samples.content import sample_comments
from sunwai.rehearsal.world import Person, Standing, World, WorldComment, WorldPost
from tests.soak.plan import START
from tests.soak.platform_plan import PlatformPlan

OWNER = Person(id="100200300400", name="Page of the soak", handle="pageofthesoak")
YOUTUBE_OWNER = replace(OWNER, id="UCpageofthesoak000000000")
PAST = timedelta(days=60)
X_PAST = timedelta(days=5)  # X's search gives nothing older than seven days
REPLIES, LATE, AHEAD, BY_PAGE, REVERSED = 0.10, 0.01, 0.01, 0.01, 0.10
WHOLE = 0.05
HIDDEN = frozenset({Standing.HIDDEN, Standing.HELD, Standing.SPAM})
_X_EPOCH = 1_288_834_974_657  # ms
FORMS = {
    Platform.FACEBOOK: sample_comments(Platform.FACEBOOK),
    Platform.INSTAGRAM: sample_comments(Platform.INSTAGRAM),
    Platform.YOUTUBE: sample_comments(Platform.YOUTUBE),
    Platform.X: sample_comments(Platform.X),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens on the page. ``text`` of an edit; a deletion has none."""

    at: datetime
    comment: WorldComment
    what: str  # write, edit, delete
    text: str = ""


@dataclass(slots=True, kw_only=True)
class SoakWorld:
    """The world with what is yet to happen, the next last."""

    plan: PlatformPlan
    world: World
    coming: list[Event] = field(default_factory=list[Event])
    reversals: list[str] = field(default_factory=list[str])
    gone: set[str] = field(default_factory=set[str])

    def pass_until(self, now: datetime) -> None:
        """Everything that is due by now happens."""
        with self.world.lock:
            while self.coming and self.coming[-1].at <= now:
                self._happen(self.coming.pop(), now)

    def _happen(self, event: Event, now: datetime) -> None:
        comment, world = event.comment, self.world
        if event.what == "write":
            world.add_comments([comment])
            return
        known = world.comments.get(comment.id)
        if known is None or known.standing in (Standing.DELETED, Standing.REJECTED):
            return
        if event.what == "edit":
            version = ""
            if self.plan.platform is Platform.X:
                version = snowflake(now, int(comment.id) % 4096)
            world.edit(comment.id, event.text, now, version)
            return
        for each in [known, *world.replies_to(comment.id)]:  # its answers go with it
            self._stand(each.id, Standing.DELETED, now)
            self.gone.add(each.id)

    def _stand(self, comment_id: str, standing: Standing, now: datetime) -> None:
        """As somebody else does it: no effect of ours."""
        self.world.set_standing(comment_id, standing, now)
        self.world.effects.pop()

    def reverse_one(self, now: datetime, chance: random.Random) -> None:
        """A colleague puts back in the platform's own tool what was hidden an hour ago or more."""
        if chance.random() >= REVERSED:
            return
        with self.world.lock:
            hidden = sorted(
                {
                    e.comment_id
                    for e in self.world.effects
                    if e.at < now - timedelta(hours=1)
                    and self.world.comments[e.comment_id].standing
                    in (Standing.HIDDEN, Standing.HELD)
                }
            )
            if hidden:
                chosen = chance.choice(hidden)
                self._stand(chosen, Standing.PUBLIC, now)
                self.reversals.append(chosen)

    def listed(self) -> dict[str, WorldComment]:
        """Everything that the platform shows its page: the truth that the store must equal."""
        with self.world.lock:
            return {i: c for i, c in self.world.comments.items() if self._is_listed(c)}

    def _is_listed(self, c: WorldComment) -> bool:
        if c.standing in (Standing.DELETED, Standing.REJECTED):
            return False
        above = self.world.comments.get(c.parent_id or "")
        # YouTube shows no answers of a thread that is held or rejected.
        answered = self.plan.platform is not Platform.YOUTUBE or above is None
        return answered or above.standing is Standing.PUBLIC


def soak_world(plan: PlatformPlan) -> SoakWorld:
    """The world of the plan; the same plan gives the same world."""
    chance = random.Random(f"world {plan.seed}")
    owner = YOUTUBE_OWNER if plan.platform is Platform.YOUTUBE else OWNER
    world = World(owner=owner)
    posts = _posts(plan, chance)
    world.add_posts(p for p in posts)
    comments = list(_comments(plan, posts, owner, chance))
    standing = [c for at, c in comments if at <= START]
    world.add_comments(standing)
    events = [Event(at=at, comment=c, what="write") for at, c in comments if at > START]
    events += _changes(plan, [c for _, c in comments], chance)
    events.sort(key=lambda e: (e.at, e.comment.id, e.what), reverse=True)
    return SoakWorld(plan=plan, world=world, coming=events)


def _posts(plan: PlatformPlan, chance: random.Random) -> list[WorldPost]:
    made: list[WorldPost] = []
    for number in range(plan.posts):
        past = X_PAST if plan.platform is Platform.X else PAST
        at = START - past * chance.random() ** 1.5 - timedelta(minutes=5)
        made.append(
            WorldPost(id=_post_id(plan, number, at), text=f"Announcement {number}.", created_at=at)
        )
    return sorted(made, key=lambda p: p.created_at)


def _comments(
    plan: PlatformPlan, posts: list[WorldPost], owner: Person, chance: random.Random
) -> Iterator[tuple[datetime, WorldComment]]:
    """(when it appears, the comment)."""
    texts = [c.text for c in FORMS[plan.platform]]
    words = [word for text in texts for word in text.split()]
    tops: dict[str, list[tuple[datetime, str]]] = {}
    live = timedelta(hours=plan.hours - 2)
    for number in range(plan.comments):
        if number < plan.comments * (1 - plan.arriving):
            post = posts[number % len(posts)]
            appears = post.created_at + (START - post.created_at) * chance.random() ** 2
        else:
            post = posts[-1 - int(len(posts) * chance.random() ** 3)]
            appears = START + live * chance.random()
        made_at = _dated(appears, post, chance).replace(microsecond=0)
        above = [i for at, i in tops.get(post.id, ())[-20:] if at < made_at]
        parent = chance.choice(above) if above and chance.random() < REPLIES else None
        comment_id = _comment_id(plan, number, made_at, parent)
        if parent is None:
            tops.setdefault(post.id, []).append((max(appears, made_at), comment_id))
        yield (
            appears,
            WorldComment(
                id=comment_id,
                post_id=post.id,
                author=owner if chance.random() < BY_PAGE else _person(chance.randrange(4_000)),
                text=f"{_said(texts, words, chance)} ({number})",
                created_at=made_at,
                parent_id=parent,
                like_count=number % 7,
            ),
        )


def _said(texts: list[str], words: list[str], chance: random.Random) -> str:
    """Now and then a whole sample comment, mostly its words in another order: few near-copies."""
    if chance.random() < WHOLE:
        return chance.choice(texts)
    return " ".join(chance.choices(words, k=chance.randrange(6, 18)))


def _dated(appears: datetime, post: WorldPost, chance: random.Random) -> datetime:
    """The date that the platform gives it: mostly when it appeared."""
    dice = chance.random()
    if appears > START and dice < LATE:  # released from approval hours after it was written
        return max(post.created_at, appears - timedelta(hours=20) * chance.random())
    if dice > 1 - AHEAD:
        return appears + timedelta(minutes=9) * chance.random()
    return appears


def _changes(
    plan: PlatformPlan, comments: list[WorldComment], chance: random.Random
) -> Iterator[Event]:
    span = timedelta(hours=plan.hours - 1)
    for c in comments:
        dice = chance.random()
        at = max(START, c.created_at) + timedelta(minutes=20)
        at += (START + span - at) * chance.random()
        if dice < plan.edited:
            yield Event(at=at, comment=c, what="edit", text=f"{c.text} [changed]")
        elif dice > 1 - plan.deleted:
            yield Event(at=at, comment=c, what="delete")


# ------------------------------------------------------------------------------ ids and people


def _person(number: int) -> Person:
    return Person(id=f"{700_000_000 + number}", name=f"Person {number}", handle=f"person{number}")


def _post_id(plan: PlatformPlan, number: int, at: datetime) -> str:
    if plan.platform is Platform.X:
        return snowflake(at, number)
    return f"vid{number:08d}" if plan.platform is Platform.YOUTUBE else f"{122_000_000 + number}"


def _comment_id(plan: PlatformPlan, number: int, at: datetime, parent: str | None) -> str:
    if plan.platform is Platform.X:
        return snowflake(at, number)
    if plan.platform is Platform.YOUTUBE:
        own = f"Ugx{number:016d}4AaABAg"
        return own if parent is None else f"{parent}.{number:022d}"
    start = 17_900_000_000_000_000 if plan.platform is Platform.INSTAGRAM else 900_000_000_000
    return str(start + number)


def snowflake(at: datetime, number: int) -> str:
    """An id of X's: later ones are larger."""
    return str((int(at.timestamp() * 1000) - _X_EPOCH << 22) + number % (1 << 22))
