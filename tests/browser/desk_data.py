"""An invented page with comments of every kind that a card can show, and its officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.identity.passwords import LIGHT, hash_password
from data.db import Database, Tx
from data.model import (
    CollectedAuthor,
    CollectedPost,
    Coverage,
    FeedbackKind,
    Flag,
    Judgement,
    Language,
    ReasonCode,
    Role,
    Signal,
    Source,
    Span,
    SweepKind,
    SweepOutcome,
    SweepTally,
    ThemeState,
    Why,
)
from data.store import assessments, comments, sweeps, themes, users
from tests.builders import a_collected, a_judgement, a_reading, a_source, keep

PASSWORD = "a-long-password-1"
PEOPLE = {
    "nadia": ("Nadia Rehman", Role.OFFICER),
    "bilal": ("Bilal Ahmed", Role.OFFICER),
    "samina": ("Samina Khan", Role.SENIOR),
    "manager": ("Director Public Relations", Role.MANAGER),
    "auditor": ("Internal Audit", Role.AUDITOR),
    "admin": ("Systems Cell", Role.ADMINISTRATOR),
}
POST = CollectedPost(
    external_id="post-water",
    text="Water supply in Ward 4 to Ward 9 will be from 6 to 8 in the morning until the new pump "
    "is in place. Thank you for your patience.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One invented comment and what the machine made of it; ``vile`` are its masked words."""

    text: str
    language: Language = Language.EN
    coverage: Coverage = Coverage.COVERED
    flag: Flag = Flag.FLAGGED
    toxicity: float | None = 0.7
    code: ReasonCode | None = ReasonCode.PERSONAL_ABUSE
    vile: Sequence[str] = ()
    signal: str = "insult"
    feedback: tuple[FeedbackKind, ...] = (FeedbackKind.OTHER,)
    protected: bool = False
    priority: float = 0.5
    minutes: float = 90
    told: Any = None


SAID = (
    Said(
        text="@WaterBoard your chief engineer is a shameless donkey and his whole staff are "
        "thieving dogs. Three weeks and no water in Ward 7, please send a tanker.",
        vile=("shameless donkey", "thieving dogs"),
        flag=Flag.SEVERE,
        toxicity=0.93,
        feedback=(FeedbackKind.COMPLAINT,),
        protected=True,
        priority=0.9,
        minutes=22,
    ),
    Said(
        text="\u200fDC صاحب یہ بے غیرت گدھے کب پانی دیں گے؟ @DCOffice تین ہفتے سے وارڈ سات میں "
        "پانی نہیں آیا، بچے پیاسے ہیں۔ https://example.org/ward7 دیکھیں",
        language=Language.UR,
        vile=("بے غیرت گدھے",),
        flag=Flag.SEVERE,
        toxicity=0.88,
        feedback=(FeedbackKind.COMPLAINT,),
        protected=True,
        priority=0.85,
        minutes=41,
    ),
    Said(
        text="Yeh sab chor hain, inko sharam nahi aati, ullu ke pathay baithe hain daftar mein",
        language=Language.UR_LATN,
        vile=("ullu ke pathay",),
        toxicity=0.66,
        priority=0.6,
        minutes=130,
    ),
    Said(
        text="Earn 50,000 a week from home!!! WhatsApp now https://bit.example/earn "
        "\u202egro.elpmaxe\u202c limited seats",
        vile=(),
        signal="spam",
        code=ReasonCode.SPAM,
        toxicity=0.1,
        priority=0.45,
    ),
    Said(
        text="دا اوبه څنګه دي، موږ ته هيڅوک ځواب نه راکوي",
        language=Language.PS,
        coverage=Coverage.NOT_COVERED,
        flag=Flag.NOT_COVERED,
        toxicity=None,
        code=None,
        priority=0.1,
        minutes=200,
    ),
    Said(
        text="<script>window.stolen = 1</script><img src=x onerror='window.stolen = 2'> you fools",
        vile=("fools",),
        toxicity=0.6,
        priority=0.4,
        told={
            "author": CollectedAuthor(
                external_id="a-x", display_name="<b onclick='window.stolen=3'>x</b>"
            ),
            "post": CollectedPost(
                external_id="post-x", text="<img src=x onerror='window.stolen=4'> Our post"
            ),
            "permalink": "javascript:window.stolen=5",
        },
    ),
    Said(
        text="والله هذه الإدارة فاشلة، متى يعود الماء إلى حي السلام؟",
        language=Language.AR,
        coverage=Coverage.WEAK,
        toxicity=0.42,
        code=None,
        feedback=(FeedbackKind.COMPLAINT, FeedbackKind.QUESTION),
        protected=True,
        priority=0.3,
        minutes=300,
    ),
)


def people(tx: Tx, now: datetime) -> None:
    """One user of each role, and a second officer, all with PASSWORD."""
    hashed = hash_password(PASSWORD, LIGHT)
    for name, (display, role) in PEOPLE.items():
        users.add_user(tx, name=name, display=display, role=role, password_hash=hashed, now=now)


def a_page(tx: Tx, now: datetime) -> Source:
    """A watched page, swept a few minutes ago."""
    source = a_source(tx, "water", title="Water and Sanitation Agency", now=now - timedelta(days=9))
    for hours in range(30, -1, -1):
        for minutes in (35, 5):
            at = now - timedelta(hours=hours, minutes=minutes)
            sweep = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=at)
            sweeps.finish_sweep(
                tx, sweep, SweepOutcome.COMPLETE, SweepTally(read=14, new=3), now=at
            )
    return source


def say(tx: Tx, source: Source, said: Said, now: datetime, **told: Any) -> str:
    """Keeps one comment with its assessment; gives its id."""
    at = now - timedelta(minutes=said.minutes)
    facts: dict[str, Any] = {"created_at": at, "post": POST, **(said.told or {}), **told}
    comment_id = keep(tx, source, a_collected(said.text, **facts), now=at)
    comment = comments.get_comment(tx, comment_id)
    assert comment is not None
    assessments.save_assessment(
        tx, comment_id, comment.revision.id, _reading(said), _judgement(said), now=at
    )
    return comment_id


def _reading(said: Said) -> Any:
    spans = tuple(
        Span(start=said.text.index(v), end=said.text.index(v) + len(v), label=said.signal)
        for v in said.vile
    )
    signals = (
        Signal(name="toxicity", value=said.toxicity, version="test 1"),
        Signal(name=said.signal, value=said.toxicity, version="test 1", spans=spans),
    )
    return a_reading(
        said.toxicity,
        language=said.language,
        coverage=said.coverage,
        signals=signals,
        feedback=said.feedback,
    )


def _judgement(said: Said) -> Judgement:
    why = [Why(rule="insult", text="likely personal abuse: score 0.93 (builtin 1)")]
    if said.protected:
        text = "carries a complaint: never in a bulk action, a second look is needed to remove"
        why.append(Why(rule="protected", text=text))
    return a_judgement(
        said.flag,
        reasons=() if said.code is None else (said.code,),
        protected=said.protected,
        priority=said.priority,
        why=tuple(why) if said.toxicity is not None else (),
    )


def filled(db: Database, now: datetime) -> Source:
    """People, a page, themes, and one comment of each kind of SAID with one edited before."""
    with db.write() as tx:
        people(tx, now)
        source = a_page(tx, now)
        themes.save_theme(
            tx,
            key="water",
            title_en="Water supply",
            title_ur="پانی کی فراہمی",
            terms=["water"],
            state=ThemeState.SELECTED,
            now=now,
        )
        for said in SAID:
            say(tx, source, said, now)
    return source


def plain_comments(db: Database, source: Source, count: int, now: datetime) -> list[str]:
    """So many flagged comments without any protection, each with its number in it."""
    with db.write() as tx:
        return [
            say(
                tx,
                source,
                Said(text=f"Comment number {n}: you lot are fools.", vile=("fools",)),
                now,
                external_id=f"plain-{n:04}",
            )
            for n in range(count)
        ]
