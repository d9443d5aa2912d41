"""After a platform soak: does the store equal the platform, and was everything done once?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from data.db import Tx
from data.model import (
    Action,
    ActionKind,
    Comment,
    EnforcementState,
    Platform,
    SweepOutcome,
)
from data.store import assessments, outbox, sweeps
from data.store.comments import comment_of, select_comments
from sunwai.rehearsal.world import Effect, Standing
from tests.soak.examine import ENDED, LATEST, Finding, one, wrong
from tests.soak.platform_run import PlatformSoak
from tests.soak.platform_world import HIDDEN
from tests.soak.robot import journal_lines

S = EnforcementState


def examine_platform(soak: PlatformSoak) -> list[Finding]:
    """Everything that is looked at, in the order of the table."""
    with soak.db.read() as tx:
        parts: list[Callable[[PlatformSoak, Tx], Iterator[Finding]]] = [
            _store, _gaps, _actions, _decisions,
        ]  # fmt: skip
        found = [finding for part in parts for finding in part(soak, tx)]
    told = ", ".join(f"{phase} {n}" for phase, n in sorted(soak.killed.items()))
    missed = soak.plan.kills - soak.killed.total()
    kills = Finding(what=f"kills that hit ({told})", told=soak.killed.total(), wrong=missed)
    return [*found, kills, wrong("duties that broke off with an error", soak.errors, soak.rounds)]


# ------------------------------------------------------------------------------ store and page


def _store(soak: PlatformSoak, tx: Tx) -> Iterator[Finding]:
    truth = soak.page.listed()
    kept = {c.external_id: c for c in map(comment_of, tx.execute(select_comments()))}
    by_us = {e.comment_id for e in soak.page.world.effects if e.became in _GONE}
    alive = {i: c for i, c in kept.items() if c.missing_since is None and i not in by_us}
    lacking = [
        f"{i} {_known_as(kept.get(i))}, on the page {truth[i].standing.value}"
        for i in sorted(truth.keys() - alive.keys())
    ]
    yield wrong("comments on the page that the store lacks", lacking, len(truth))
    more = sorted(alive.keys() - truth.keys())
    yield wrong("comments kept as there that are gone", more, len(alive))
    both = truth.keys() & alive.keys()
    stale = sorted(i for i in both if alive[i].revision.text != truth[i].text.rstrip())
    yield wrong("texts that are stale", stale, len(both))
    if soak.plan.platform is not Platform.X:  # X tells no state
        other = sorted(
            i for i in both if alive[i].visibility.value != _shown(soak, truth[i].standing)
        )
        yield wrong("comments whose state is kept wrong", other, len(both))
    answers = sorted(i for i in both if alive[i].parent_external_id != truth[i].parent_id)
    yield wrong("answers kept under another comment", answers, len(both))
    twice = "SELECT count(*) FROM (SELECT external_id FROM comment GROUP BY platform, external_id "
    twice += "HAVING count(*) > 1) doubled"
    yield Finding(what="comments kept twice", told=len(kept), wrong=one(tx, twice))
    same = "SELECT count(*) FROM revision a JOIN revision b ON a.comment_id = b.comment_id "
    same += "AND a.no = b.no + 1 AND a.text_sha256 = b.text_sha256"
    revisions = one(tx, "SELECT count(*) FROM revision")
    yield Finding(what="texts kept twice in a row", told=revisions, wrong=one(tx, same))
    yield Finding(what="comments never judged", told=len(kept),
                  wrong=assessments.count_to_assess(tx))  # fmt: skip
    gone = sorted(i for i in soak.page.gone if i in kept and kept[i].missing_since is None)
    yield wrong("deletions by their authors that were not seen", gone, len(soak.page.gone))


def _known_as(comment: Comment | None) -> str:
    if comment is None:
        return "never kept"
    return f"missing since {comment.missing_since}: {comment.missing_reason}"


_GONE = frozenset({Standing.DELETED, Standing.REJECTED})


def _shown(soak: PlatformSoak, standing: Standing) -> str:
    if standing is Standing.PUBLIC:
        return "public"
    return standing.value if soak.plan.platform is Platform.YOUTUBE else "hidden"


# ------------------------------------------------------------------------------ sweeps and gaps


def _gaps(soak: PlatformSoak, tx: Tx) -> Iterator[Finding]:
    done = sweeps.list_sweeps(tx, limit=LATEST)
    counts = Counter(f"{s.kind.value} {s.outcome.value}" for s in done)
    told = ", ".join(f"{what} {n}" for what, n in sorted(counts.items()))
    running = [str(s.id) for s in done if s.outcome is SweepOutcome.RUNNING]
    yield wrong(f"sweeps left as running ({told})", running, len(done))
    mute = [str(s.id) for s in done if s.outcome is not SweepOutcome.COMPLETE and not s.error]
    yield wrong("sweeps that failed without saying why", mute, len(done))
    yield wrong(
        f"gaps not on the sources page while they lasted, or shown and none ({soak.looks} looks)",
        soak.gaps_hidden,
        soak.gaps_seen,
    )


# ------------------------------------------------------------------------------ actions


def _actions(soak: PlatformSoak, tx: Tx) -> Iterator[Finding]:
    actions = outbox.actions(tx, limit=LATEST)
    weak = soak.plan.platform in (Platform.X, Platform.YOUTUBE)
    ended = ENDED | {S.LEFT} | ({S.ACCEPTED} if weak else set[EnforcementState]())
    counts = Counter(a.state.value for a in actions)
    told = ", ".join(f"{state} {n}" for state, n in sorted(counts.items()))
    open_ones = [
        f"{a.id} {a.state.value} {a.detail}"
        for a in actions
        if a.state not in ended and not (a.state is S.FAILED and "needs a person" in a.detail)
    ]
    yield wrong(f"actions that did not end ({told})", open_ones, len(actions))
    silent = [str(a.id) for a in actions if a.state is S.REFUSED and not a.detail]
    yield wrong("refusals without a reason", silent, counts["refused"])
    yield from _effects(soak, tx, actions)
    newest = {a.comment_id: a for a in actions}
    standing = {i: c.standing for i, c in soak.page.world.comments.items()}
    lies = [
        f"{a.id} {a.kind.value} {a.comment_id}"
        for a in newest.values()
        if a.state is S.VERIFIED and not _is_so(a, standing[a.comment_id.split(":", 1)[1]])
    ]
    proved = sum(a.state is S.VERIFIED for a in newest.values())
    yield wrong("actions told as done that are not so on the page", lies, proved)
    bare = "SELECT count(*) FROM outbox o WHERE o.kind <> 'unhide' AND o.state IN ('accepted', "
    bare += "'verified', 'conflict') AND NOT EXISTS (SELECT 1 FROM evidence e WHERE "
    bare += "e.action_id = o.action_id)"
    yield Finding(what="take-downs without evidence", told=len(actions), wrong=one(tx, bare))
    again = [c for c in soak.page.reversals if standing[c] in HIDDEN and not _asked(tx, c)]
    yield wrong("reversals by a colleague that were undone by the program", again,
                len(soak.page.reversals))  # fmt: skip


def _asked(tx: Tx, external_id: str) -> bool:
    """Whether a person decided on the comment anew, after more than one action on it."""
    found = tx.exec_driver_sql("SELECT comment_id FROM action")
    return sum(r[0].partition(":")[2] == external_id for r in found) > 1


def _is_so(action: Action, standing: Standing) -> bool:
    if standing in _GONE:
        return True  # gone since, by its author or by us
    if action.kind is ActionKind.REMOVE:
        return False
    return (standing in HIDDEN) is (action.kind is ActionKind.HIDE)


def _effects(soak: PlatformSoak, tx: Tx, actions: list[Action]) -> Iterator[Finding]:
    """Each effect belongs to the newest action that was sent before it, and to it alone."""
    sent: dict[tuple[str, str], list[tuple[datetime, int]]] = {}
    for action in actions:
        for attempt in outbox.attempts_of(tx, action.id):
            if attempt.state is S.SENT:
                key = (action.comment_id.split(":", 1)[1], action.kind.value)
                sent.setdefault(key, []).append((attempt.at, action.id))
    effects = [e for e in soak.page.world.effects if e.was is not e.became]
    unasked: list[str] = []
    times: Counter[int] = Counter()
    for e in effects:
        before = [a for at, a in sent.get((e.comment_id, _kind(e)), []) if at <= e.at]
        if before:
            times[before[-1]] += 1
        else:
            unasked.append(f"{_kind(e)} {e.comment_id} {e.at}")
    yield wrong("effects on the page that nobody asked for", unasked, len(effects))
    twice = [f"action {a}" for a, n in times.items() if n > 1]
    yield wrong("actions done twice with effect", twice, len(effects))


def _kind(e: Effect) -> str:
    if e.became in _GONE:
        return "remove"
    return "hide" if e.became in HIDDEN else "unhide"


def _decisions(soak: PlatformSoak, tx: Tx) -> Iterator[Finding]:
    lines = journal_lines(soak.journal)
    answers = {x["key"]: x["answer"] for x in lines if "answer" in x}
    kept = Counter(r[0] for r in tx.exec_driver_sql("SELECT key FROM decision"))
    recorded = [k for k, answer in answers.items() if answer == "recorded"]
    yield wrong("decisions lost", [k for k in recorded if kept[k] == 0], len(recorded))
    yield wrong("decisions kept twice", [k for k, n in kept.items() if n > 1], sum(kept.values()))
