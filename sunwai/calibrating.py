"""Calibration by the office's own decisions, wired for the command line."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from data.blind import Stratum
from data.documents import Document, DocumentKind
from data.model import JsonObject, Language
from data.store import audit, documents
from data.store.blind import keep_drawn
from data.store.decided import keep_sample, unflagged
from moderation.deciding.blind import round_of
from moderation.learning.calibrate import calibrate
from moderation.learning.drafts import (
    MAY_DRAFT,
    DraftRefused,
    make_draft,
)
from sunwai.changing import rereader, side, user_named
from sunwai.cli import BadUsage
from sunwai.wiring import House

SAMPLED = (Language.EN, Language.UR, Language.UR_LATN, Language.AR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a fit gave: its figures, and the draft's version; None where none was kept."""

    version: int | None
    told: JsonObject


def draft_calibration(house: House, by: str, *, residual: bool, keep: bool) -> Made:
    """Fits on all decisions and keeps the calibration as a draft of this user.

    Raises DraftRefused for one who may not, CalibrationRefused where nothing may be calibrated.
    """
    if keep:
        with house.ready_db.read() as tx:
            author = user_named(tx, by)
        if author.role not in MAY_DRAFT:
            who = " or ".join(sorted(MAY_DRAFT))
            raise DraftRefused(f"{by} is {author.role.value}; only {who} may draft a calibration.")
    found = calibrate(house.ready_db, rereader(house), side(house), residual=residual)
    if not keep:
        return Made(version=None, told=found.told)
    with house.ready_db.write() as tx:
        author = user_named(tx, by)
        version = make_draft(tx, DocumentKind.CALIBRATION, found.body, by=author, now=house.clock())
    return Made(version=version, told=found.told)


def kept_calibration(house: House, version: int | None) -> Document | None:
    """A version as it is kept; the one in force where none is named."""
    with house.ready_db.read() as tx:
        if version is None:
            return documents.document_in_force(tx, DocumentKind.CALIBRATION)
        found = documents.document(tx, DocumentKind.CALIBRATION, version)
    if found is None:
        raise BadUsage(f"there is no calibration {version}. See: sunwai calibrate history")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One comment of a blind sample and the chance with which it was drawn."""

    comment_id: str
    language: str
    rate: float


def draw_sample(house: House, by: str, *, each: int, days: int) -> list[Drawn]:
    """Draws unflagged comments that nobody decided on, so many of each language, and remembers
    the chance of each; what officers then decide on them counts for all that they stand for."""
    now, drawn = house.clock(), list[Drawn]()
    with house.ready_db.write() as tx:
        user = user_named(tx, by)
        if user.role not in MAY_DRAFT:
            who = " or ".join(sorted(MAY_DRAFT))
            raise DraftRefused(f"{by} is {user.role.value}; only {who} may draw a sample.")
        seed = audit.head(tx)[1]  # chance that nobody chose, and that anybody can draw again
        for language in SAMPLED:
            known = unflagged(tx, language=language.value, since=now - timedelta(days=days))
            if not known:
                continue
            taken = random.Random(f"{seed}{language}").sample(known, min(each, len(known)))
            rate = len(taken) / len(known)
            keep_sample(tx, [revision for revision, _ in taken], rate=rate, now=now)
            keep_drawn(
                tx,
                [(comment, revision, None) for revision, comment in taken],
                stratum=Stratum.UNFLAGGED,
                round=round_of(now),
                now=now,
            )
            drawn += [
                Drawn(comment_id=c, language=language.value, rate=rate) for _, c in sorted(taken)
            ]
        audit.note(
            tx,
            actor=user.pseudonym,
            verb="calibration.sample",
            object="blind_sample",
            now=now,
            detail={"drawn": len(drawn), "each": each, "days": days},
        )
    return drawn
