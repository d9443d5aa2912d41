"""Decisions as rows to learn from: which count, as what, and with what weight.

Removed or split for abuse is a yes, kept or filed as a complaint is a no. Removed on another ground
(spam, private data, a flood, a threat, other) says nothing about abusive text and is left out.
Copies of one text count as one. What officers see was chosen by the flag: above the queue point all
is decided on, below it only what a blind sample drew, which counts for all that it stands for (one
by its rate, at most 50). What was decided on without either was chosen in a way that nobody knows,
and is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from data.db import Database
from data.reading import REMOVING, Flag, Language, Reading, ReasonCode, Signal, Verdict
from data.store.decided import Decided, decided_page
from moderation.judging.calibration import Calibration, buckets_of
from moderation.judging.policy import Policy, judge
from moderation.judging.rereading import Rereader, Stored
from moderation.judging.rules import severe_toxicity, toxicity_point
from moderation.judging.score import is_flagged

ABUSE = frozenset({ReasonCode.OBSCENE, ReasonCode.SLUR, ReasonCode.PERSONAL_ABUSE})
MOST_WEIGHT = 50.0
MOST_ROWS = 50_000
_PAGE = 500

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRow:
    """One decided text. ``point`` and ``severe`` are the scores from which it would be flagged and
    severe; ``always`` that rules flag it whatever its score; ``words`` its hashed words."""

    language: Language
    raw: float
    abusive: bool
    weight: float
    protected: bool
    sampled: bool
    point: float
    severe: float
    always: bool
    at: datetime
    alike: str
    text: str
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All rows, oldest first, and what became of the decisions that are no rows, by reason."""

    rows: list[LearnRow]
    left_out: Counter[str] = field(default_factory=Counter[str])
    read_again: int = 0


def gather(
    db: Database,
    rereader: Rereader,
    policy: Policy,
    *,
    since: datetime | None = None,
    residual: bool = False,
) -> Gathered:
    """The newest decisions, at most MOST_ROWS, as rows. Streamed in pages."""
    left_out, rows, again = Counter[str](), list[LearnRow](), 0
    for page in _pages(db, since):
        good = [x for x in page if _usable(x, left_out)]
        stored = [Stored(text=x.text, assessment=x.assessment) for x in good]
        readings, asked = rereader.own(stored, policy.lists)
        again += asked
        for decided, reading in zip(good, readings, strict=True):
            row = _row(decided, reading, policy, residual)
            if row is None:
                left_out["the engine gives no score"] += 1
            else:
                rows.append(row)
        if len(rows) >= MOST_ROWS:
            break
    rows.sort(key=lambda x: (x.at, x.alike, x.raw))
    return Gathered(rows=_shared_out(rows), left_out=left_out, read_again=again)


def _pages(db: Database, since: datetime | None) -> Iterator[list[Decided]]:
    before: int | None = None
    while True:
        with db.read() as tx:
            page = decided_page(tx, before=before, since=since, limit=_PAGE)
        if not page:
            return
        yield page
        before = page[-1].decision_id


def _usable(x: Decided, left_out: Counter[str]) -> bool:
    if x.verdict in REMOVING and x.reason not in ABUSE:
        left_out["removed on another ground than abuse"] += 1
        return False
    if x.flag_then is Flag.NONE and x.rate is None:
        left_out["decided without a flag and not drawn by a blind sample"] += 1
        return False
    return True


def _row(x: Decided, reading: Reading, policy: Policy, residual: bool) -> LearnRow | None:
    raw = reading.value("toxicity")
    if raw is None or raw <= 0.0:
        return None
    unmoved = judge(with_toxicity(reading, 0.0), policy)
    said = x.text if x.verdict is not Verdict.SPLIT or x.span is None else x.text[slice(*x.span)]
    return LearnRow(
        language=reading.language,
        raw=raw,
        abusive=x.verdict in REMOVING,
        weight=1.0 if x.rate is None else min(1.0 / x.rate, MOST_WEIGHT),
        protected=unmoved.protected,
        sampled=x.rate is not None or x.flag_then in (Flag.NOT_CHECKED, Flag.NOT_COVERED, None),
        point=toxicity_point(reading, policy),
        severe=severe_toxicity(reading, policy),
        always=is_flagged(unmoved),
        at=x.decided_at,
        alike=x.alike,
        text=x.text if residual else "",
        words=tuple(buckets_of(said)) if residual else (),
    )


def with_toxicity(reading: Reading, value: float) -> Reading:
    """The reading as it would be with another toxicity."""
    signals: list[Signal] = [
        s._replace(value=value) if s.name == "toxicity" else s for s in reading.signals
    ]
    return reading._replace(signals=tuple(signals))


def _shared_out(rows: Sequence[LearnRow]) -> list[LearnRow]:
    """Copies that were decided alike share the weight of one."""
    count = Counter((x.alike, x.abusive) for x in rows)
    return [replace(x, weight=x.weight / count[x.alike, x.abusive]) for x in rows]


def by_time(
    rows: Sequence[LearnRow], older: float
) -> tuple[list[LearnRow], list[LearnRow], datetime | None]:
    """The older share to fit on and the newer ones to measure on, and where the cut lies. Copies
    stay on one side, so that nothing is measured on a text that the fit has seen."""
    if not rows:
        return [], [], None
    cut = rows[min(int(len(rows) * older), len(rows) - 1)].at
    first: dict[str, datetime] = {}
    for x in rows:
        first[x.alike] = min(x.at, first.get(x.alike, x.at))
    fitted = [x for x in rows if first[x.alike] < cut]
    return fitted, [x for x in rows if first[x.alike] >= cut], cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """Rows as columns, with their scores under a calibration."""

    score: Floats
    abusive: Bools
    weight: Floats
    flagged: Bools
    protected: Bools

    @classmethod
    def of(cls, rows: Iterable[LearnRow], calibration: Calibration | None) -> Arrays:
        held = list(rows)
        score = [
            x.raw if calibration is None else calibration.score(x.language, x.raw, x.text)
            for x in held
        ]
        flagged = [x.always or s >= x.point for x, s in zip(held, score, strict=True)]
        return cls(
            score=np.array(score, dtype=np.float64),
            abusive=np.array([x.abusive for x in held], dtype=np.bool_),
            weight=np.array([x.weight for x in held], dtype=np.float64),
            flagged=np.array(flagged, dtype=np.bool_),
            protected=np.array([x.protected for x in held], dtype=np.bool_),
        )
