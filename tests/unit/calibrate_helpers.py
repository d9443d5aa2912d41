"""An invented page whose officers decide by a known rule, and an engine that is off by a known
shift."""

from __future__ import annotations

import math
import random
from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from data.db import Database, Tx
from data.model import (
    FeedbackKind,
    Language,
    Reading,
    ReasonCode,
    Role,
    Signal,
    Source,
    User,
    Verdict,
)
from data.store.assessments import save_assessment
from data.store.comments import get_comment
from data.store.decided import keep_sample
from data.store.decisions import NewDecision, append_decision
from moderation.judging.policy import DEFAULT_POLICY, Policy, judge
from moderation.judging.rereading import Rereader, Side
from moderation.learning.calibrate import Drafted, calibrate
from moderation.policies.policy_document import Lists
from tests.builders import NOW, a_collected, a_reading, a_source, a_user, keep
from tests.tables import a_database

POLICY = DEFAULT_POLICY
NEEDED = ("obscene", "slur", "insult", "threat")


def a_score(raw: float | None, protected: bool = False, **told: Any) -> Reading:
    """A covered English reading with this toxicity and nothing else found."""
    found = [Signal(name="toxicity", value=raw, version="engine 1")]
    found += [Signal(name=name, value=0.0, version="engine 1") for name in NEEDED]
    kinds = (FeedbackKind.COMPLAINT,) if protected else (FeedbackKind.OTHER,)
    facts: dict[str, Any] = {"signals": tuple(found), "feedback": kinds}
    return a_reading(raw, **(facts | told))


@dataclass
class ScoreReader:
    """Reads the number that a text begins with as its toxicity; other texts score 0.3."""

    version: str = "1"
    seen: list[str] = field(default_factory=list[str])

    def read(self, texts: Sequence[str]) -> list[Reading]:
        self.seen += texts
        return [a_score(_number(t), engine_version=self.version) for t in texts]

    def with_lists(self, _lists: Lists) -> ScoreReader:
        return self


def _number(text: str) -> float:
    try:
        return float(text.split()[0])
    except ValueError:
        return 0.3


def true_chance(raw: float, slope: float = 1.0, shift: float = -1.2) -> float:
    """What a score of this page is really worth."""
    return 1 / (1 + math.exp(-(slope * math.log(raw / (1 - raw)) + shift)))


@dataclass
class Page:
    """Comments, decided on one after another, an hour apart."""

    db: Database
    source: Source
    officer: User
    count: int = 0
    tx: Tx | None = None  # one transaction for many decisions

    def decided(self, raw: float | None, verdict: Verdict, **told: Any) -> str:
        """One comment with this engine's score and its decision; gives the comment's id.

        ``protected``, ``text``, ``rate`` (of a blind sample), ``undone``, ``awaits_second``,
        ``reason``, ``span`` and ``language`` say otherwise what is usual.
        """
        self.count += 1
        at = NOW + timedelta(hours=self.count)
        text = told.pop("text", f"{raw} invented comment {self.count}")
        language = told.pop("language", Language.EN)
        reading = a_score(raw, told.pop("protected", False), language=language)
        with nullcontext(self.tx) if self.tx is not None else self.db.write() as tx:
            comment_id = keep(tx, self.source, a_collected(text, created_at=at), now=at)
            comment = get_comment(tx, comment_id)
            assert comment is not None
            revision = comment.revision.id
            judgement = judge(reading, POLICY)
            save_assessment(tx, comment_id, revision, reading, judgement, now=at)
            if "rate" in told:
                keep_sample(tx, [revision], rate=told.pop("rate"), now=at)
            undone = told.pop("undone", False)
            removing = verdict in (Verdict.REMOVE, Verdict.SPLIT)
            facts: dict[str, Any] = {
                "comment_id": comment_id, "revision_id": revision, "verdict": verdict,
                "by_user": self.officer.id, "policy_version": 1, "key": f"k{self.count}",
                "expected": None, "reason": ReasonCode.PERSONAL_ABUSE if removing else None,
            }  # fmt: skip
            made = append_decision(tx, NewDecision(**(facts | told)), now=at)
            if undone:
                undo = facts | {"verdict": Verdict.UNDO, "reason": None, "undoes": made}
                append_decision(
                    tx, NewDecision(**(undo | {"expected": made, "key": f"u{self.count}"})), now=at
                )
        return comment_id

    def shifted(self, n: int, *, seed: int = 1, slope: float = 1.0, shift: float = -1.2) -> None:
        """n flagged comments, decided by what their score is really worth on this page."""
        chance = random.Random(seed)
        with self.db.write() as self.tx:
            for _ in range(n):
                raw = round(chance.uniform(0.5, 0.99), 3)
                abusive = chance.random() < true_chance(raw, slope, shift)
                verdict = Verdict.REMOVE if abusive else Verdict.KEEP
                self.decided(raw, verdict, protected=not abusive and chance.random() < 0.4)
        self.tx = None

    def calibrate(self, *, policy: Policy = POLICY, **how: Any) -> Drafted:
        reader = how.pop("reader", None) or ScoreReader()
        calibration = how.pop("live", None)
        return calibrate(
            self.db, rereader_of(reader), Side(policy=policy, calibration=calibration), **how
        )


def rereader_of(reader: ScoreReader) -> Rereader:
    return Rereader(
        reader_with=reader.with_lists, engine="test", engine_version=reader.version,
        lists_of={1: POLICY.lists},
    )  # fmt: skip


@contextmanager
def a_page() -> Generator[Page]:
    db = a_database()
    with db.write() as tx:
        source, officer = a_source(tx), a_user(tx, "officer", Role.OFFICER)
    yield Page(db=db, source=source, officer=officer)
    db.close()
