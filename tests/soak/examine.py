"""After a soak: does the store hold exactly what the page shows, and was everything done once?

Each finding is a count that must be nought, or a figure that is only told.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from data.day import day_bounds, local_day
from data.db import Tx
from data.model import Action, ActionKind, EnforcementState, SweepOutcome
from data.store import assessments, audit, outbox, reports, sweeps
from data.store.comments import comment_of, select_comments
from moderation.carrying_out.attempts import NEEDS_A_PERSON
from sunwai import jobs
from tests.soak.plan import START, ZONE
from tests.soak.robot import journal_lines
from tests.soak.run import Soak

S = EnforcementState
ENDED = frozenset(
    {S.VERIFIED, S.REFUSED, S.GONE, S.BY_HAND, S.CONFIRMED, S.CONFLICT, S.CANCELLED, S.TEXT_CHANGED}
)
LATEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``wrong`` must be 0; None is a figure that is told and judges nothing."""

    what: str
    told: int
    wrong: int | None = None
    examples: tuple[str, ...] = ()


def examine(soak: Soak) -> list[Finding]:
    """Everything that is looked at, in the order of the table."""
    with soak.db.read() as tx:
        parts: list[Callable[[Soak, Tx], Iterator[Finding]]] = [
            _store, _actions, _decisions, _ledger, _sweeps, _reports,
        ]  # fmt: skip
        found = [finding for part in parts for finding in part(soak, tx)]
    return [*found, *_reports_again(soak), _kills(soak)]


def wrong(what: str, bad: list[str], of: int) -> Finding:
    return Finding(what=what, told=of, wrong=len(bad), examples=tuple(bad[:5]))


# ------------------------------------------------------------------------------ store and page


def _store(soak: Soak, tx: Tx) -> Iterator[Finding]:
    truth = soak.platform.truth()
    kept = {c.external_id: c for c in map(comment_of, tx.execute(select_comments()))}
    removed = {e.comment for e in soak.platform.effects if e.after == "gone"}
    alive = {i: c for i, c in kept.items() if c.missing_since is None and i not in removed}
    n = len(truth)
    yield wrong("comments on the page that the store lacks", sorted(truth.keys() - alive.keys()), n)
    yield wrong("comments kept as there that are gone", sorted(alive.keys() - truth.keys()), n)
    both = sorted(truth.keys() & alive.keys())
    stale = [i for i in both if alive[i].revision.text != truth[i][0].rstrip()]
    yield wrong("texts that are stale", stale, len(both))
    other = [i for i in both if alive[i].visibility.value != truth[i][1]]
    yield wrong("comments whose state is kept wrong", other, len(both))
    twice = "SELECT count(*) FROM (SELECT external_id FROM comment GROUP BY platform, external_id "
    twice += "HAVING count(*) > 1) doubled"
    yield Finding(what="comments kept twice", told=len(kept), wrong=one(tx, twice))
    same = "SELECT count(*) FROM revision a JOIN revision b ON a.comment_id = b.comment_id "
    same += "AND a.no = b.no + 1 AND a.text_sha256 = b.text_sha256"
    revisions = one(tx, "SELECT count(*) FROM revision")
    yield Finding(what="texts kept twice in a row", told=revisions, wrong=one(tx, same))
    unjudged = assessments.count_to_assess(tx)
    yield Finding(what="comments never judged", told=len(kept), wrong=unjudged)


def one(tx: Tx, sql: str) -> int:
    return tx.execute(text(sql)).scalar_one()


# ------------------------------------------------------------------------------ actions


def _actions(soak: Soak, tx: Tx) -> Iterator[Finding]:
    actions = outbox.actions(tx, limit=LATEST)
    counts = Counter(a.state.value for a in actions)
    told = ", ".join(f"{state} {n}" for state, n in sorted(counts.items()))
    open_ones = [f"{a.id} {a.state.value} {a.detail}" for a in actions if not _has_ended(a)]
    yield wrong(f"actions that did not end ({told})", open_ones, len(actions))
    silent = [f"{a.id}" for a in actions if a.state is S.REFUSED and not a.detail]
    yield wrong("refusals without a reason", silent, counts["refused"])
    yield from _effects(soak, tx, actions)
    newest = {a.comment_id: a for a in actions}
    truth = soak.platform.truth()
    lies = [
        f"{a.id} {a.kind.value} {a.comment_id}"
        for a in newest.values()
        if a.state is S.VERIFIED and _contradicts(a, truth.get(a.comment_id.split(":", 1)[1]))
    ]
    proved = sum(a.state is S.VERIFIED for a in newest.values())
    yield wrong("actions told as done that are not so on the page", lies, proved)
    bare = "SELECT count(*) FROM outbox o WHERE o.kind <> 'unhide' AND o.state IN ('accepted', "
    bare += "'verified', 'conflict') AND NOT EXISTS (SELECT 1 FROM evidence e WHERE "
    bare += "e.action_id = o.action_id)"
    yield Finding(what="take-downs without evidence", told=len(actions), wrong=one(tx, bare))


def _has_ended(action: Action) -> bool:
    if action.state is S.FAILED:
        return action.detail.startswith(NEEDS_A_PERSON)
    return action.state in ENDED


def _contradicts(action: Action, shown: tuple[str, str] | None) -> bool:
    if shown is None:  # gone since, by its author or by us
        return False
    wanted = {ActionKind.HIDE: "hidden", ActionKind.UNHIDE: "public", ActionKind.REMOVE: "gone"}
    return shown[1] != wanted[action.kind]


def _effects(soak: Soak, tx: Tx, actions: list[Action]) -> Iterator[Finding]:
    """Each effect belongs to the newest action that was sent before it, and to it alone; a hide
    that the platform forgot may be done again."""
    sent: dict[tuple[str, str], list[tuple[datetime, int]]] = {}
    for action in actions:
        for attempt in outbox.attempts_of(tx, action.id):
            if attempt.state is S.SENT:
                key = (action.comment_id.split(":", 1)[1], action.kind.value)
                sent.setdefault(key, []).append((attempt.at, action.id))
    unasked: list[str] = []
    times: Counter[int] = Counter()
    where: dict[int, str] = {}
    for e in soak.platform.effects:
        before = [a for at, a in sent.get((e.comment, e.kind), []) if at <= e.at]
        if not before:
            unasked.append(f"{e.kind} {e.comment} {e.at}")
            continue
        times[before[-1]] += 1
        where[before[-1]] = e.comment
    forgotten = Counter(soak.platform.forgotten)
    twice = [f"action {a}" for a, n in times.items() if n > 1 + forgotten[where[a]]]
    n = len(soak.platform.effects)
    yield wrong("effects on the page that nobody asked for", unasked, n)
    yield wrong("actions done twice with effect", twice, n)


# ------------------------------------------------------------------------------ decisions and log


def _decisions(soak: Soak, tx: Tx) -> Iterator[Finding]:
    lines = journal_lines(soak.journal)
    intents = [x["intent"]["key"] for x in lines if "intent" in x]
    answers = {x["key"]: x["answer"] for x in lines if "answer" in x}
    kept = Counter(tx.execute(text("SELECT key FROM decision")).scalars())
    recorded = [k for k, answer in answers.items() if answer == "recorded"]
    yield wrong("decisions lost", [k for k in recorded if kept[k] == 0], len(set(intents)))
    yield wrong("decisions kept twice", [k for k, n in kept.items() if n > 1], sum(kept.values()))
    unknown = [k for k in kept if k not in answers]
    yield wrong("decisions that no officer made or was told of", unknown, sum(kept.values()))
    refused = Counter(a for a in answers.values() if a != "recorded")
    told = ", ".join(f"{code} {n}" for code, n in sorted(refused.items())) or "none"
    yield Finding(what=f"decisions refused with a sentence ({told})", told=refused.total())
    check = audit.verify_chain(tx)
    broken = [] if check.broken_at is None else [f"entry {check.broken_at}: {check.problem}"]
    yield wrong("breaks in the log's chain", broken, check.entries)


def _ledger(soak: Soak, tx: Tx) -> Iterator[Finding]:
    total = one(tx, "SELECT count(*) FROM job_run")
    left = one(tx, "SELECT count(*) FROM job_run WHERE state = 'running'")
    yield Finding(what="job runs left as running", told=total, wrong=left)
    again = one(tx, "SELECT count(*) FROM job_run WHERE attempt > 1")
    yield Finding(what="job runs that were taken over or tried again", told=again)
    yield wrong("rounds in which a duty broke off with an error", soak.errors, total)


# ------------------------------------------------------------------------------ sweeps and gaps


def _sweeps(soak: Soak, tx: Tx) -> Iterator[Finding]:
    done = sweeps.list_sweeps(tx, limit=LATEST)
    counts = Counter(s.outcome.value for s in done)
    told = ", ".join(f"{outcome} {n}" for outcome, n in sorted(counts.items()))
    running = [str(s.id) for s in done if s.outcome is SweepOutcome.RUNNING]
    yield wrong(f"sweeps left as running ({told})", running, len(done))
    mute = [str(s.id) for s in done if s.outcome is not SweepOutcome.COMPLETE and not s.error]
    yield wrong("sweeps that failed without saying why", mute, len(done))
    slot = timedelta(minutes=soak.plan.sweep_minutes)
    whole = {_slot(s.started_at, slot) for s in done if s.outcome is SweepOutcome.COMPLETE}
    tried = {_slot(s.started_at, slot) for s in done}
    slots = [START + slot * n for n in range(int((soak.plan.end - START) / slot))]
    gaps = [s for s in slots if s not in whole]
    silent = [s.isoformat() for s in gaps if s not in tried and not _was_down(soak, s, s + slot)]
    recorded = sum(s in tried for s in gaps)
    yield Finding(what="slots without a whole sweep, recorded as a sweep that failed",
                  told=recorded)  # fmt: skip
    yield Finding(what="slots without a sweep while no process ran (a missing slot shows it)",
                  told=len(gaps) - recorded - len(silent))  # fmt: skip
    yield wrong("gaps that nothing shows", silent, len(slots))


def _slot(at: datetime, slot: timedelta) -> datetime:
    return START + slot * int((at - START) / slot)


def _was_down(soak: Soak, start: datetime, end: datetime) -> bool:
    return any(a < end and b > start for a, b in soak.down)


# ------------------------------------------------------------------------------ reports


def _reports(soak: Soak, tx: Tx) -> Iterator[Finding]:
    days = [local_day(START, ZONE) + timedelta(days=n) for n in range(soak.plan.days)]
    made = Counter(r.day for r in reports.list_reports(tx, limit=LATEST) if r.day in days)
    bad = [f"{d}: {made[d]}" for d in days if made[d] != 1]
    yield wrong("finished days without exactly one report", bad, len(days))


def _reports_again(soak: Soak) -> Iterator[Finding]:
    """Each day's report made once more now: the same bytes, or the day was not frozen."""
    with soak.db.read() as tx:
        kept = [
            r for r in reports.list_reports(tx, limit=LATEST) if r.day >= local_day(START, ZONE)
        ]
    other: list[str] = []
    for report in kept:
        with TemporaryDirectory() as folder:
            again = jobs.report_day(soak.house, report.day, Path(folder) / "again")
            if again.manifest_sha256 != report.manifest_sha256:
                other.append(f"{report.day}: {_differing(Path(report.folder), again.folder)}")
    assert all(day_bounds(r.day, ZONE) for r in kept)
    yield wrong("reports that come out otherwise when made again", other, len(kept))


def _differing(first: Path, second: Path) -> str:
    one, two = (
        {f["name"]: f["sha256"] for f in json.loads((p / "manifest.json").read_text())["files"]}
        for p in (first, second)
    )
    return ", ".join(n for n in one if one[n] != two.get(n)) or "inputs"


def _kills(soak: Soak) -> Finding:
    told = ", ".join(f"{phase} {n}" for phase, n in sorted(soak.killed.items()))
    missed = soak.plan.kills - soak.killed.total()
    return Finding(what=f"kills that hit ({told})", told=soak.killed.total(), wrong=missed)
