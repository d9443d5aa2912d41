"""An invented week of a small district: pages, sweeps, comments, decisions, removals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from data.db import Database, Tx
from data.model import (
    ActionKind,
    CollectedComment,
    CollectedPost,
    Coverage,
    EnforcementState,
    FeedbackKind,
    Flag,
    Judgement,
    Language,
    Platform,
    Reading,
    ReasonCode,
    Role,
    Sentiment,
    Signal,
    Source,
    SourceMode,
    Span,
    SweepKind,
    SweepOutcome,
    SweepTally,
    Verdict,
)
from data.store import (
    assessments,
    comments,
    decisions,
    outbox,
    policies,
    queue,
    sources,
    sweeps,
    users,
)
from data.store.arrivals import Arrival, save_arrivals
from moderation.texts.text import search_fold

DAY = date(2026, 11, 18)  # a Wednesday
KARACHI = timedelta(hours=5)


def at(hour: float, day: date = DAY) -> datetime:
    """The instant of a local hour (Karachi has no daylight saving) of a day, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - KARACHI
    return midnight + timedelta(hours=hour)


@dataclass
class Town:
    """Writes an invented history through the real store, in the order in which it happened."""

    tx: Tx
    n: int = 0
    user_id: int = 0
    pages: list[Source] = field(default_factory=list[Source])

    def begin(self, since: datetime) -> None:
        user = users.add_user(self.tx, name="o", display="O", role=Role.OFFICER,
                              password_hash="-", now=since)  # fmt: skip
        self.user_id = user.id
        policies.keep_policy(self.tx, "x", made_by="a", approved_by="b", now=since)

    def page(self, name: str, since: datetime, platform: Platform = Platform.FACEBOOK) -> Source:
        page = sources.add_source(self.tx, name=name, platform=platform, mode=SourceMode.API,
                                  title=name.title(), now=since)  # fmt: skip
        self.pages.append(page)
        return page

    def sweeps(
        self,
        page: Source,
        start: datetime,
        end: datetime,
        *,
        skip: Sequence[tuple[datetime, datetime]] = (),
        failed: bool = False,
    ) -> None:
        """A good sweep each 30 minutes, but for the times in ``skip``."""
        now = start
        while now < end:
            if not any(a <= now < b for a, b in skip):
                self.sweep(page, now)
            elif failed:
                self.sweep(page, now, SweepOutcome.FAILED)
            now += timedelta(minutes=30)

    def sweep(
        self, page: Source, now: datetime, outcome: SweepOutcome = SweepOutcome.COMPLETE
    ) -> int:
        sweep_id = sweeps.begin_sweep(self.tx, page.id, SweepKind.LIVE, now=now)
        sweeps.finish_sweep(self.tx, sweep_id, outcome, SweepTally(), now=now)
        return sweep_id

    def comment(
        self,
        page: Source,
        text: str,
        seen: datetime,
        *,
        posted: datetime | None = None,
        language: Language = Language.EN,
        flag: Flag = Flag.NONE,
        kinds: tuple[FeedbackKind, ...] = (FeedbackKind.OTHER,),
        hurting: str = "",
        protected: bool = False,
        assessed: bool = True,
        sentiment: Sentiment | None = None,
    ) -> str:
        self.n += 1
        posted = posted or seen - timedelta(minutes=10)
        found = CollectedComment(
            platform=page.platform, external_id=f"c{self.n}", call_id=f"c{self.n}", text=text,
            created_at=posted, post=CollectedPost(external_id="p1", text="Our post."),
        )  # fmt: skip
        post = comments.save_post(self.tx, page.id, page.platform, found.post, now=seen)
        arrival = Arrival(collected=found, post_id=post, author_key="k")
        sweep_id = self.sweep(page, seen)
        save_arrivals(
            self.tx, [arrival], source_id=page.id, sweep_id=sweep_id, fold=search_fold, now=seen
        )
        if assessed:
            self.assess(found.id, text, seen, language, flag, kinds, hurting, protected, sentiment)
        return found.id

    def assess(
        self, comment_id: str, text: str, seen: datetime, language: Language, flag: Flag,
        kinds: tuple[FeedbackKind, ...], hurting: str, protected: bool,
        sentiment: Sentiment | None,
    ) -> None:  # fmt: skip
        start = text.find(hurting) if hurting else -1
        spans = (Span(start=start, end=start + len(hurting), label="insult"),) if hurting else ()
        score = {Flag.NONE: 0.05, Flag.FLAGGED: 0.6, Flag.SEVERE: 0.95}.get(flag)
        reading = Reading(
            language=language,
            coverage=Coverage.NOT_CHECKED if score is None else Coverage.COVERED,
            coverage_note="",
            signals=(Signal(name="toxicity", value=score, version="t", spans=spans),),
            feedback=kinds, sentiment=sentiment, engine="t", engine_version="1",
        )  # fmt: skip
        judged = Judgement(flag=flag, reasons=(), protected=protected, suggested=None,
                           priority=0.5, why=(), policy_version=1)  # fmt: skip
        revision = self.revision(comment_id)
        now = seen + timedelta(minutes=1)
        assessments.save_assessment(self.tx, comment_id, revision, reading, judged, now=now)

    def revision(self, comment_id: str) -> int:
        comment = comments.get_comment(self.tx, comment_id)
        assert comment is not None
        return comment.revision.id

    def decide(
        self,
        comment_id: str,
        verdict: Verdict,
        now: datetime,
        reason: ReasonCode | None = None,
        *,
        undoes: int | None = None,
        awaits_second: bool = False,
    ) -> int:
        revision = self.revision(comment_id)
        queue.note_glance(self.tx, revision, self.user_id, now=now - timedelta(minutes=2))
        before = decisions.current_decision(self.tx, comment_id)
        return decisions.append_decision(
            self.tx,
            decisions.NewDecision(
                comment_id=comment_id, revision_id=revision, verdict=verdict,
                by_user=self.user_id, policy_version=1, key=f"{comment_id}-{now.isoformat()}",
                expected=None if before is None else before.id, reason=reason, undoes=undoes,
                awaits_second=awaits_second,
            ),
            now=now,
        )  # fmt: skip

    def remove(
        self,
        comment_id: str,
        now: datetime,
        reason: ReasonCode = ReasonCode.PERSONAL_ABUSE,
        *,
        ends: EnforcementState | None = EnforcementState.VERIFIED,
        by_hand: bool = False,
    ) -> int:
        """Decides a removal and lets its action reach ``ends`` forty minutes later."""
        decision = self.decide(comment_id, Verdict.REMOVE, now, reason)
        comment = comments.get_comment(self.tx, comment_id)
        assert comment is not None
        action = outbox.add_action(
            self.tx, decision_id=decision, comment_id=comment_id,
            revision_id=comment.revision.id, source_id=comment.source_id, kind=ActionKind.HIDE,
            by_hand=by_hand, hold_until=now, now=now,
        )  # fmt: skip
        if ends is not None:
            sent, done = now + timedelta(minutes=1), now + timedelta(minutes=40)
            if not by_hand:
                outbox.append_enforcement(self.tx, action, EnforcementState.SENT, now=sent)
            outbox.append_enforcement(self.tx, action, ends, now=done, detail="told by the page")
        return decision


ENDS = {"ends": None}


def a_good_day(db: Database) -> None:
    """Two pages watched without a gap; what was due was done, and verified."""
    with db.write() as tx:
        town = Town(tx)
        start = at(0, DAY - timedelta(days=15))
        town.begin(start)
        pages = [town.page("district page", start), town.page("city page", start, Platform.YOUTUBE)]
        for page in pages:
            town.sweeps(page, start, at(26))
        _weeks_of_talk(town, pages)
        _a_day_of_work(town, pages)


def _weeks_of_talk(town: Town, pages: list[Source]) -> None:
    said = [
        ("No water in our street for three days.", Language.EN, FeedbackKind.COMPLAINT),
        (
            "گلی میں سیوریج کا پانی کھڑا ہے، بچے سکول نہیں جا سکتے۔",
            Language.UR,
            FeedbackKind.COMPLAINT,
        ),
        ("Hospital mein dawai nahi milti, doctor bhi nahi.", Language.UR_LATN,
         FeedbackKind.COMPLAINT),
        ("نرجو إصلاح الطريق أمام المدرسة", Language.AR, FeedbackKind.SUGGESTION),
        ("Please open the park in the evening.", Language.EN, FeedbackKind.SUGGESTION),
        ("بہت شکریہ، صفائی بہتر ہو گئی ہے", Language.UR, FeedbackKind.PRAISE),
    ]  # fmt: skip
    for n in range(14):
        day = DAY - timedelta(days=13 - n)
        for k in range(4 + n % 5 + (n > 8) * 3):
            text, language, kind = said[(n + k) % len(said)]
            town.comment(pages[k % 2], f"{text} ({n}-{k})", at(8 + k * 0.7, day),
                         language=language, kinds=(kind,))  # fmt: skip


def _a_day_of_work(town: Town, pages: list[Source]) -> None:
    hard = "تم سب نکمے ہو، پانی تو دو! 0300-1234567"
    for n in range(24):
        seen = at(9 + n * 0.2)
        flag = Flag.SEVERE if n % 6 == 0 else Flag.FLAGGED
        page = pages[n % 2]
        if n % 3 == 0:
            text = f"You are a worthless clown, officer ({n})"
            found = town.comment(page, text, seen, flag=flag, hurting="worthless clown")
            reason = ReasonCode.THREAT if n % 6 == 0 else ReasonCode.PERSONAL_ABUSE
            town.remove(found, seen + timedelta(minutes=12), reason)
        else:
            found = town.comment(
                page, f"{hard} ({n})", seen, flag=flag, language=Language.UR, hurting="نکمے",
                protected=True, kinds=(FeedbackKind.COMPLAINT,), sentiment=Sentiment.NEGATIVE,
            )  # fmt: skip
            town.decide(found, Verdict.KEEP, seen + timedelta(minutes=18))
