"""What follows from each class of failure: CONNECTORS.md 9.6 as data.

One line per class: is the same asked again, does the source stop until a person acts, is a person
called, and what are the words for it. An error that nobody knows is INVALID: not asked again, told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from data.model import ErrorClass


class Again(StrEnum):
    """When the same may be asked again."""

    SOON = "soon"  # with growing pauses
    WHEN_TOLD = "when told"  # not before the time that the platform or the allowance names
    NOT = "not"  # the next sweep comes in its own time
    AFTER_PERSON = "after a person"  # or after a check of the access that succeeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What a failure leads to. ``said`` is what happened, ``todo`` what a person does about it."""

    again: Again
    said: str
    todo: str = ""
    alerts: bool = False

    @property
    def stops(self) -> bool:
        """Whether the source is left alone until a person acts or a check succeeds."""
        return self.again is Again.AFTER_PERSON


CONSEQUENCES: Mapping[ErrorClass, Consequence] = {
    ErrorClass.TRANSIENT: Consequence(
        again=Again.SOON, said="The platform was out of order or could not be reached."
    ),
    ErrorClass.RATE: Consequence(
        again=Again.WHEN_TOLD, said="The platform asks to be called less often."
    ),
    ErrorClass.QUOTA_DAY: Consequence(
        again=Again.WHEN_TOLD,
        said="The allowance of the day (or month) is used up; a part is kept for actions.",
    ),
    ErrorClass.AUTH: Consequence(
        again=Again.AFTER_PERSON,
        said="The platform does not take the access any more.",
        todo="Connect the page again and store its new token: sunwai sources token {name}",
        alerts=True,
    ),
    ErrorClass.PERMISSION: Consequence(
        again=Again.AFTER_PERSON,
        said="The access does not hold a permission that is needed.",
        todo="See which one is missing: sunwai sources test {name}",
        alerts=True,
    ),
    ErrorClass.CONFIG: Consequence(
        again=Again.AFTER_PERSON,
        said="Something about the connection is set up wrongly.",
        todo="Mend what is named, then: sunwai sources test {name}",
        alerts=True,
    ),
    ErrorClass.ABUSE_STOP: Consequence(
        again=Again.AFTER_PERSON,
        said="The platform has blocked this page's actions as abusive.",
        todo="Look into the page's own tool for the reason; then: sunwai sources resume {name}",
        alerts=True,
    ),
    ErrorClass.GONE: Consequence(again=Again.NOT, said="What was asked for is not there any more."),
    ErrorClass.DISABLED: Consequence(again=Again.NOT, said="Comments are switched off there."),
    ErrorClass.INVALID: Consequence(
        again=Again.NOT,
        said="The platform did not understand the request, or its answer was not understood.",
        todo="Tell whoever looks after Sunwai; the log has the details.",
        alerts=True,
    ),
    ErrorClass.AMBIGUOUS: Consequence(
        again=Again.SOON,
        said="The platform's answer does not tell gone from not allowed.",
        todo="Look at the page itself, then: sunwai sources test {name}",
        alerts=True,
    ),
    ErrorClass.UNKNOWN_OUTCOME: Consequence(
        again=Again.SOON, said="No answer came; what became of the request is read back first."
    ),
}


def todo_of(error_class: ErrorClass, name: str) -> str:
    """What a person does about a failure of the source with this name; empty when nothing."""
    return CONSEQUENCES[error_class].todo.format(name=name)
