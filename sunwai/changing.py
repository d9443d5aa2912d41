"""Changing how comments are judged: shadow runs and judging again, wired for command and screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from data.db import Tx
from data.documents import Document, DocumentKind, ShadowRun
from data.model import User
from data.store import audit, documents, users
from moderation.judging.rereading import Rereader, Side
from moderation.learning.drafts import DraftRefused, calibration_of, policy_of
from moderation.learning.reassess import Again
from moderation.learning.shadow import Shadow, shadow
from moderation.policies.policy_document import Lists
from moderation.signals.by_rule import rules_version
from sunwai.wiring import House

DAYS, MOST_DAYS = 30, 366


def user_named(tx: Tx, name: str) -> User:
    """The user who may still sign in. Raises DraftRefused for any other name."""
    found = users.user_by_name(tx, name)
    if found is None or found.disabled_at is not None:
        raise DraftRefused(f"There is no user {name!r} who may sign in. See: sunwai user add")
    return found


def side(house: House) -> Side:
    """What judges just now."""
    return Side(policy=house.policy(), calibration=house.calibration())


def rereader(house: House) -> Rereader:
    """Reads stored texts anew where nothing stored suffices. Raises DraftRefused without an
    engine: then there is nothing to compare by."""
    built, absent = house.engine
    if built is None:
        raise DraftRefused(f"No engine judges just now: {absent}")
    with house.ready_db.read() as tx:
        known = documents.documents(tx, DocumentKind.POLICY)
    lists: dict[int, Lists] = {
        d.version: policy_of(d).lists for d in known if d.approved_at is not None
    }
    return Rereader(
        reader_with=house.reader_with,
        engine=built.name,
        engine_version=built.version,
        lists_of=lists,
        rules=rules_version(),
    )


def again(
    house: House, *, owner: str, by: str, give_way: Callable[[Tx], bool] | None = None
) -> Again:
    """A judging again of what something else judged. Raises DraftRefused without an engine."""
    return Again(
        db=house.ready_db,
        rereader=rereader(house),
        side=side(house),
        clock=house.clock,
        owner=owner,
        by=by,
        give_way=give_way or never,
    )


def never(_tx: Tx) -> bool:
    """Gives way to nobody."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A shadow run that a person asked for."""

    kind: DocumentKind
    version: int
    days: int = DAYS


def run_shadow(
    house: House, asked: Asked, by: User, *, told: Callable[[int], None] | None = None
) -> ShadowRun:
    """Tries a draft on the comments of the last days and keeps what came of it with the draft.

    ``told`` is told after each page how many comments were compared. Raises DraftRefused for a
    draft that is none, days out of range, or without an engine.
    """
    if not 1 <= asked.days <= MOST_DAYS:
        raise DraftRefused(f"Days must be 1 to {MOST_DAYS}, not {asked.days}.")
    with house.ready_db.read() as tx:
        draft = documents.document(tx, asked.kind, asked.version)
    if draft is None or not draft.is_draft:
        raise DraftRefused(f"There is no draft {asked.version} of the {asked.kind.value}.")
    live, until = side(house), house.clock()
    reads = rereader(house)
    found = shadow(
        house.ready_db,
        reads,
        now_in_force=live,
        draft=_side_of(draft, live),
        since=until - timedelta(days=asked.days),
        until=until,
        told=told,
    )
    return _keep(house, asked, by, found, live, reads.engine_version)


def _keep(
    house: House, asked: Asked, by: User, found: Shadow, live: Side, engine_version: str
) -> ShadowRun:
    """Keeps what was found with the draft, and notes it in the log."""
    with house.ready_db.write() as tx:
        calibration = documents.document_in_force(tx, DocumentKind.CALIBRATION)
        run_id = documents.keep_shadow(
            tx,
            kind=asked.kind,
            version=asked.version,
            against_policy=live.policy.version,
            against_calibration=None if calibration is None else calibration.version,
            engine_version=engine_version,
            since=found.since,
            until=found.until,
            by=by.name,
            ran_at=house.clock(),
            result=found.to_json(),
        )
        audit.note(
            tx,
            actor=by.pseudonym,
            verb=f"{asked.kind.value}.shadow",
            object=f"{asked.kind.value}:{asked.version}",
            now=house.clock(),
            detail={"shadow": run_id, "days": asked.days, "comments": found.all.comments},
        )
        kept = documents.shadow_by_id(tx, run_id)
    if kept is None:
        raise AssertionError("a row that was just kept")
    return kept


def _side_of(draft: Document, live: Side) -> Side:
    if draft.kind is DocumentKind.POLICY:
        return Side(policy=policy_of(draft), calibration=live.calibration)
    return Side(policy=live.policy, calibration=calibration_of(draft))
