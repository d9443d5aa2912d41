"""Decided comments with a drawn sample, and complaints in each state: beside the queue."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.db import Database
from data.model import ReasonCode, Source, ThemeState, User, Verdict
from data.store import cases, shifts, themes, users
from data.store.comments import get_comment
from moderation.deciding.blind import draw_weekly
from moderation.deciding.decide import DecisionRequest, Holds, record_decision
from tests.browser.desk_data import SAID, Said, say

OFFICES = (
    ("Water supply, tehsil office", "Ward 7, near the old tank"),
    ("محکمہ آب رسانی، تحصیل دفتر", "وارڈ 7، پرانی ٹینکی کے پاس"),
    ("", ""),
)


def officer(db: Database, name: str) -> User:
    with db.read() as tx:
        found = users.user_by_name(tx, name)
    assert found is not None
    return found


def decide(
    db: Database, comment_id: str, verdict: Verdict, by: User, now: datetime, **told: object
) -> int:
    """A decision by the one way there is."""
    with db.write() as tx:
        comment = get_comment(tx, comment_id)
        assert comment is not None
        request = DecisionRequest(
            comment_id=comment_id,
            revision_id=comment.revision.id,
            verdict=verdict,
            by=by,
            key=f"{comment_id}-{verdict.value}",
            **told,  # pyright: ignore[reportArgumentType]
        )
        done = record_decision(tx, request, policy_version=1, holds=Holds(), now=now)
    return done.decision.id


def filled(db: Database, source: Source, now: datetime) -> None:
    """Nadia decided; the week's sample is drawn; three complaints, one of them overdue."""
    nadia = officer(db, "nadia")
    ids: list[str] = []
    with db.write() as tx:
        themes.save_theme(tx, key="water", title_en="Water supply", title_ur="پانی کی فراہمی",
                          terms=["water"], state=ThemeState.SELECTED, now=now)  # fmt: skip
        for n, said in enumerate(SAID[:5]):
            ids.append(say(tx, source, said, now, external_id=f"said-{n}"))
        for n in range(4):
            said = Said(text=f"You lot are fools, number {n}.", vile=("fools",))
            ids.append(say(tx, source, said, now, external_id=f"plain-{n}"))
    ago = now - timedelta(minutes=5)
    for comment_id in ids[5:7]:
        decide(db, comment_id, Verdict.REMOVE, nadia, ago, reason=ReasonCode.PERSONAL_ABUSE)
    for n, comment_id in enumerate(ids[:2]):
        office, place = OFFICES[n]
        decide(db, comment_id, Verdict.COMPLAINT, nadia, ago, theme="water", office=office,
               place=place, due_on=now.date() + timedelta(days=3 - 8 * n))  # fmt: skip
    decide(db, ids[7], Verdict.COMPLAINT, nadia, ago)
    with db.write() as tx:
        draw_weekly(tx, each=20, now=now)
        kept = cases.find_cases(tx)
        cases.hand_over(tx, kept[-1].id, now=now)
        cases.close_case(tx, kept[0].id, by=nadia.pseudonym, note="The street was cleaned.",
                         now=now)  # fmt: skip
        shifts.sign_off(tx, shifts.NewShift(
            user_id=nadia.id, started_at=now - timedelta(hours=4), ended_at=now, figures={},
            note="Two threats were reported to the law officer. Look at Ward 7 first.",
            chain_seq=1, chain_head="0" * 64, key="shift-1"))  # fmt: skip
