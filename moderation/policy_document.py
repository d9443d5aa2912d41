"""The policy as a versioned document: its points and lists, and its TOML form.

The document holds numbers and lists only. Which rule asks which number stands in
``moderation.policy.RULES``. A document with an unknown key is refused by the key's name, because a
misspelt threshold that is silently ignored would change what officers see.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import cast

from data.model import Language

NEEDED = ("toxicity", "obscene", "slur", "insult", "threat")
"""Signals without which a comment counts as not checked."""


class PolicyError(ValueError):
    """A policy document that cannot be used; the message names the key and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """One operating point: each signal's value, 0 to 1, at or above which its rule speaks."""

    toxicity: float
    obscene: float
    slur: float
    insult: float
    threat: float
    abusive_words: float
    sectarian: float
    personal_data: float
    spam: float

    def of(self, signal: str) -> float:
        """The point of the named signal."""
        return cast(float, getattr(self, signal))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """Near-copies that make a flood: so many within so many minutes."""

    copies: int = 10
    minutes: int = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The organisation's own words, sites and numbers."""

    official_domains: tuple[str, ...] = ()
    official_numbers: tuple[str, ...] = ()
    watch_words: tuple[str, ...] = ()


QUEUE = Points(
    toxicity=0.5,
    obscene=0.5,
    slur=0.5,
    insult=0.5,
    threat=0.8,
    abusive_words=0.5,
    sectarian=0.5,
    personal_data=0.5,
    spam=0.6,
)
SEVERE = Points(
    toxicity=0.8,
    obscene=0.9,
    slur=0.8,
    insult=0.95,
    threat=0.9,
    abusive_words=0.9,
    sectarian=0.8,
    personal_data=0.95,
    spam=0.95,
)
WEAK_TOXICITY = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Thresholds and lists of one version. ``by_language`` moves the queue point of toxicity."""

    version: int = 1
    title: str = "Default policy"
    needed: tuple[str, ...] = NEEDED
    weak_toxicity: float = (
        WEAK_TOXICITY  # the queue point where the language is only weakly covered
    )
    queue: Points = QUEUE
    severe: Points = SEVERE
    by_language: Mapping[Language, float] = field(default_factory=dict[Language, float])
    flood: Flood = field(default_factory=Flood)
    lists: Lists = field(default_factory=Lists)


DEFAULT_POLICY = Policy()


# ------------------------------------------------------------------------------ from TOML

Table = dict[str, object]


def policy_from_toml(text: str) -> Policy:
    """The policy that a TOML document says; what it leaves out keeps its default.

    Raises PolicyError for text that is not TOML, an unknown key, a value of the wrong kind or out
    of range, and for a severe point below its queue point.
    """
    try:
        table: Table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"the policy is not valid TOML: {error}") from error
    _refuse_unknown(table, tuple(f.name for f in fields(Policy)), "")
    policy = Policy(
        version=_whole(table.get("version", 1), "version", least=1),
        title=_words(table.get("title", DEFAULT_POLICY.title), "title"),
        needed=_needed(table.get("needed", list(NEEDED))),
        weak_toxicity=_share(
            table.get("weak_toxicity", DEFAULT_POLICY.weak_toxicity), "weak_toxicity"
        ),
        queue=_points(table.get("queue", {}), "queue", QUEUE),
        severe=_points(table.get("severe", {}), "severe", SEVERE),
        by_language=_by_language(table.get("by_language", {})),
        flood=_flood(table.get("flood", {})),
        lists=_lists(table.get("lists", {})),
    )
    _refuse_crossed(policy)
    return policy


def _refuse_unknown(table: Table, known: tuple[str, ...], prefix: str) -> None:
    for key in table:
        if key not in known:
            raise PolicyError(f"unknown key {prefix}{key}; known here: {', '.join(sorted(known))}")


def _table(value: object, key: str) -> Table:
    if not isinstance(value, dict):
        raise PolicyError(f"{key} must be a table: write [{key}] and its keys below it")
    return cast(Table, value)


def _share(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PolicyError(f"{key} must be a number from 0 to 1, not {value!r}")
    if not (math.isfinite(value) and 0.0 < value <= 1.0):
        raise PolicyError(f"{key} must be above 0 and at most 1, not {value!r}")
    return float(value)


def _whole(value: object, key: str, *, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise PolicyError(f"{key} must be a whole number, {least} or more, not {value!r}")
    return value


def _words(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PolicyError(f"{key} must be text, not {value!r}")
    return value


def _list(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise PolicyError(f'{key} must be a list such as ["one", "two"], not {value!r}')
    return tuple(_words(item, f"{key}[{i}]") for i, item in enumerate(cast(list[object], value)))


def _needed(value: object) -> tuple[str, ...]:
    names = _list(value, "needed")
    for name in names:
        if name not in NEEDED:
            raise PolicyError(f"needed: unknown signal {name!r}; known: {', '.join(NEEDED)}")
    if "toxicity" not in names:
        raise PolicyError("needed must hold toxicity: a comment without it was not checked")
    return names


def _points(value: object, key: str, default: Points) -> Points:
    table = _table(value, key)
    names = tuple(f.name for f in fields(Points))
    _refuse_unknown(table, names, f"{key}.")
    return Points(**{n: _share(table.get(n, default.of(n)), f"{key}.{n}") for n in names})


def _by_language(value: object) -> dict[Language, float]:
    table = _table(value, "by_language")
    _refuse_unknown(table, tuple(Language), "by_language.")
    return {Language(k): _share(v, f"by_language.{k}") for k, v in table.items()}


def _flood(value: object) -> Flood:
    table = _table(value, "flood")
    _refuse_unknown(table, ("copies", "minutes"), "flood.")
    return Flood(
        copies=_whole(table.get("copies", Flood().copies), "flood.copies", least=2),
        minutes=_whole(table.get("minutes", Flood().minutes), "flood.minutes", least=1),
    )


def _lists(value: object) -> Lists:
    table = _table(value, "lists")
    names = tuple(f.name for f in fields(Lists))
    _refuse_unknown(table, names, "lists.")
    return Lists(**{n: _list(table.get(n, []), f"lists.{n}") for n in names})


def _refuse_crossed(policy: Policy) -> None:
    for f in fields(Points):
        low, high = policy.queue.of(f.name), policy.severe.of(f.name)
        if high < low:
            raise PolicyError(f"severe.{f.name} ({high}) is below queue.{f.name} ({low})")
    for language, low in policy.by_language.items():
        if policy.severe.toxicity < low:
            raise PolicyError(
                f"severe.toxicity ({policy.severe.toxicity}) is below "
                f"by_language.{language.value} ({low})"
            )


# ------------------------------------------------------------------------------ to TOML


def policy_to_toml(policy: Policy) -> str:
    """The policy as TOML with every key written out; policy_from_toml gives the same policy."""
    lines = [
        f"version = {policy.version}",
        f"title = {_quoted(policy.title)}",
        f"needed = {_quoted_list(policy.needed)}",
        f"weak_toxicity = {policy.weak_toxicity!r}",
    ]
    for name, points in (("queue", policy.queue), ("severe", policy.severe)):
        lines += ["", f"[{name}]"]
        lines += [f"{f.name} = {points.of(f.name)!r}" for f in fields(Points)]
    lines += ["", "[by_language]"]
    lines += [f"{k.value} = {v!r}" for k, v in sorted(policy.by_language.items())]
    lines += [
        "",
        "[flood]",
        f"copies = {policy.flood.copies}",
        f"minutes = {policy.flood.minutes}",
    ]
    lines += ["", "[lists]"]
    lines += [
        f"{f.name} = {_quoted_list(cast(tuple[str, ...], getattr(policy.lists, f.name)))}"
        for f in fields(Lists)
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but DEL must be escaped too and surrogates cannot be written.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _quoted_list(items: tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(item) for item in items) + "]"
