"""Readings under another policy or calibration: from what is stored where that suffices.

The engine runs again only for texts that another engine or version read, or none. Signals that a
policy's own lists drive (sites, numbers, watch words) are taken anew by rule when the lists differ,
which needs no engine. What is known of copies is carried over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data.model import Assessment, Coverage, Reading
from moderation.judging.assess import Reads, read_all
from moderation.judging.calibration import Calibration, calibrated, uncalibrated
from moderation.judging.read import Reader
from moderation.policies.policy_document import Lists, Policy
from moderation.signals.by_rule import judged_by

LIST_BOUND = frozenset({"personal_data", "own_contact", "spam", "watch"})
_COPIES = frozenset({"copies", "copy_accounts", "copy_minutes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What judges: a policy, and the calibration that goes before it."""

    policy: Policy
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A text and what was made of it, if anything."""

    text: str
    assessment: Assessment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereader:
    """Reads stored texts under a side.

    ``reader_with`` gives the engine's own reader, without calibration, with a policy's lists;
    ``lists_of`` are the lists of each policy version that assessments name, ``rules`` the version
    of the rules beside the engine, "" where there are none.
    """

    reader_with: Callable[[Lists], Reads]
    engine: str
    engine_version: str
    lists_of: Mapping[int, Lists]
    rules: str = ""

    @property
    def judged_by(self) -> str:
        """The version that its readings name."""
        return judged_by(self.engine_version, self.rules)

    def own(self, items: Sequence[Stored], lists: Lists) -> tuple[list[Reading], int]:
        """The engine's own reading of each text under these lists, and how many it read anew."""
        asked = [i for i, item in enumerate(items) if not self.suffices(item.assessment)]
        fresh = read_all(self.reader_with(lists), [items[i].text for i in asked]) if asked else []
        found: dict[int, Reading] = {
            i: _with_copies_of(items[i].assessment, reading)
            for i, reading in zip(asked, fresh, strict=True)
        }
        other: list[int] = []
        for i, item in enumerate(items):
            if i in found or item.assessment is None:
                continue
            found[i] = uncalibrated(item.assessment.reading)
            if self.lists_of.get(item.assessment.judgement.policy_version) != lists:
                other.append(i)
        anew = with_lists([found[i] for i in other], [items[i].text for i in other], lists)
        found |= dict(zip(other, anew, strict=True))
        return [found[i] for i in range(len(items))], len(asked)

    def suffices(self, assessment: Assessment | None) -> bool:
        """Whether the stored signals can be judged again without the engine."""
        return (
            assessment is not None
            and assessment.reading.engine == self.engine
            and assessment.reading.engine_version == self.judged_by
            and assessment.reading.coverage is not Coverage.NOT_CHECKED
        )


def under(side: Side, readings: Sequence[Reading], texts: Sequence[str]) -> list[Reading]:
    """The engine's own readings with the side's calibration put on."""
    if side.calibration is None:
        return list(readings)
    return [calibrated(r, side.calibration, t) for r, t in zip(readings, texts, strict=True)]


def with_lists(readings: Sequence[Reading], texts: Sequence[str], lists: Lists) -> list[Reading]:
    """The readings with the signals that these lists drive; all others as they are."""
    if not readings:
        return []
    by_rule = Reader(None, lists=lists).read(texts)
    return [_exchanged(old, new) for old, new in zip(readings, by_rule, strict=True)]


def _exchanged(old: Reading, new: Reading) -> Reading:
    kept = tuple(s for s in old.signals if s.name not in LIST_BOUND)
    taken = tuple(s for s in new.signals if s.name in LIST_BOUND)
    return old._replace(signals=kept + taken)


def _with_copies_of(assessment: Assessment | None, reading: Reading) -> Reading:
    if assessment is None:
        return reading
    known = tuple(s for s in assessment.reading.signals if s.name in _COPIES)
    return reading._replace(signals=reading.signals + known)
