"""The keys of the desk: which act each single key does, and an officer's own choice of them.

WCAG 2.1.4: single keys can be remapped and switched off. Escape, Space and the digits are fixed:
they close, unmask, and choose a code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from dashboard.words import t

STANDARD: dict[str, str] = {
    "keep": "f",
    "remove": "d",
    "split": "s",
    "complaint": "c",
    "escalate": "e",
    "wait": "w",
    "undo": "u",
    "next": "j",
    "previous": "k",
    "select": "x",
    "open": "o",
    "old": "t",
    "history": "h",
    "policy": "p",
    "search": "/",
    "help": "?",
}
"""Each act and the key that does it where the officer chose no other."""


class KeyUnusable(ValueError):
    """A choice of keys that cannot stand; the message says which key and why."""


def keys_of(chosen: Mapping[str, object]) -> dict[str, str]:
    """The keys that act now; a kept choice that no longer fits gives the standard keys."""
    try:
        return checked(chosen)
    except KeyUnusable:
        return dict(STANDARD)


def checked(chosen: Mapping[str, object]) -> dict[str, str]:
    """All acts with their keys, those left out at their standard. Raises KeyUnusable."""
    unknown = sorted(set(chosen) - set(STANDARD))
    if unknown:
        raise KeyUnusable(t("There is no act called {name}.", name=unknown[0][:40]))
    keys = {**STANDARD, **{act: _one(key) for act, key in chosen.items()}}
    taken: dict[str, str] = {}
    for act, key in keys.items():
        if key in taken:
            raise KeyUnusable(t("The key {key} is given to two acts. Choose another.", key=key))
        taken[key] = act
    return keys


def _one(key: object) -> str:
    if not isinstance(key, str) or len(key) != 1:
        raise KeyUnusable(t("A key is one letter or sign."))
    low = key.lower()
    if len(low) != 1 or unicodedata.category(low)[0] not in "LPS":
        raise KeyUnusable(t("Space, Escape and digits keep their place. Choose a letter or sign."))
    return low
