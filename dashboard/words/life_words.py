"""What a history calls visibility, acts and reasons of absence; said with ``t``."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.words import mark
from data.model import ActionKind, Visibility

NOT_FLAGGED = mark("Not flagged")
VISIBILITY: Mapping[Visibility, str] = {
    Visibility.PUBLIC: mark("public"),
    Visibility.HIDDEN: mark("hidden"),
    Visibility.HELD: mark("held"),
    Visibility.SPAM: mark("spam"),
    Visibility.REJECTED: mark("rejected"),
    Visibility.UNKNOWN: mark("unknown"),
}
KIND_WORDS: Mapping[ActionKind, str] = {
    ActionKind.HIDE: mark("Hide"),
    ActionKind.UNHIDE: mark("Unhide"),
    ActionKind.REMOVE: mark("Remove"),
}
MISSING_WHY = {
    "gone": mark("gone"),
    "not_visible": mark("not visible"),
    "undecided": mark("undecided"),
    "not_in_export": mark("not in export"),
}
