"""The policy as a versioned document: its points and lists, and its TOML form.

The document holds numbers and lists only. Which rule asks which number stands in
``moderation.judging.policy.RULES``. A document with an unknown key is refused by the key's name,
because a misspelt threshold that is silently ignored would change what officers see.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import cast

from data.reading import Language
from moderation.policies.policy_faults import Checked, PolicyError, Table

__all__ = [
    "DEFAULT_POLICY",
    "NEEDED",
    "Flood",
    "Lists",
    "Points",
    "Policy",
    "PolicyError",
    "policy_from_toml",
    "policy_to_toml",
]

_DEEP_KEY = re.compile(r"(?<![\w'\"-])(?:[\w'\"-]++[ \t]*+\.[ \t]*+){30}")

NEEDED = ("toxicity", "obscene", "slur", "insult", "threat")
"""Signals without which a comment counts as not checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """One operating point: each signal's value, 0 to 1, at or above which its rule speaks."""

    toxicity: float
    obscene: float
    slur: float
    insult: float
    threat: float
    menace: float
    hatred: float
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
    menace=0.5,
    hatred=0.5,
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
    menace=0.9,
    hatred=0.95,
    abusive_words=0.9,
    sectarian=0.8,
    personal_data=0.95,
    spam=0.95,
)
WEAK_TOXICITY = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Thresholds and lists of one version.

    ``by_language`` moves the queue point of toxicity for a language, ``severe_by_language`` its
    severe point.
    """

    version: int = 1
    title: str = "Default policy"
    needed: tuple[str, ...] = NEEDED
    weak_toxicity: float = (
        WEAK_TOXICITY  # the queue point where the language is only weakly covered
    )
    queue: Points = QUEUE
    severe: Points = SEVERE
    by_language: Mapping[Language, float] = field(default_factory=dict[Language, float])
    severe_by_language: Mapping[Language, float] = field(default_factory=dict[Language, float])
    flood: Flood = field(default_factory=Flood)
    lists: Lists = field(default_factory=Lists)


DEFAULT_POLICY = Policy()


# ------------------------------------------------------------------------------ from TOML


def _table(text: str) -> Table:
    if _DEEP_KEY.search(text):  # reading one takes the square of its length
        raise PolicyError("the policy is not valid TOML: a key of more than 30 parts")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise PolicyError("the policy is not valid TOML: nested too deeply") from error
    except ValueError as error:  # also a number of thousands of digits
        raise PolicyError(f"the policy is not valid TOML: {error}") from error


def policy_from_toml(text: str) -> Policy:
    """The policy that a TOML document says; what it leaves out keeps its default.

    Raises PolicyError, with every fault of the document: text that is not TOML, unknown keys,
    values of the wrong kind or out of range, and a severe point below its queue point.
    """
    table = _table(text)
    read, d = Checked(), DEFAULT_POLICY
    read.known_only(table, (f.name for f in fields(Policy)))
    policy = Policy(
        version=read.whole(table.get("version", 1), "version", 1, least=1),
        title=read.words(table.get("title", d.title), "title", d.title),
        needed=_needed(read, table.get("needed", list(NEEDED))),
        weak_toxicity=read.share(
            table.get("weak_toxicity", d.weak_toxicity), "weak_toxicity", d.weak_toxicity
        ),
        queue=_points(read, table.get("queue", {}), "queue", QUEUE),
        severe=_points(read, table.get("severe", {}), "severe", SEVERE),
        by_language=_languages(read, table.get("by_language", {}), "by_language"),
        severe_by_language=_languages(
            read, table.get("severe_by_language", {}), "severe_by_language"
        ),
        flood=_flood(read, table.get("flood", {})),
        lists=_lists(read, table.get("lists", {})),
    )
    _refuse_crossed(read, policy)
    read.raise_faults()
    return policy


def _needed(read: Checked, value: object) -> tuple[str, ...]:
    names = read.list(value, "needed")
    for i, name in enumerate(names):
        if name not in NEEDED and name:
            read.fault(f"needed[{i}]", name, f"one of {', '.join(NEEDED)}")
    if isinstance(value, list) and "toxicity" not in names:
        told = "a list that holds toxicity: a comment without it was not checked"
        read.fault("needed", list(names), told)
    return names


def _points(read: Checked, value: object, key: str, default: Points) -> Points:
    table, names = read.table(value, key), tuple(f.name for f in fields(Points))
    read.known_only(table, names, f"{key}.")
    return Points(
        **{n: read.share(table.get(n, default.of(n)), f"{key}.{n}", default.of(n)) for n in names}
    )


def _languages(read: Checked, value: object, key: str) -> dict[Language, float]:
    table = read.table(value, key)
    read.known_only(table, tuple(Language), f"{key}.")
    known = [x for x in Language if x.value in table]
    points = {x: read.share(table[x.value], f"{key}.{x.value}", 0.0) for x in known}
    return {x: point for x, point in points.items() if point}  # a fault is told once


def _flood(read: Checked, value: object) -> Flood:
    table, d = read.table(value, "flood"), Flood()
    read.known_only(table, ("copies", "minutes"), "flood.")
    return Flood(
        copies=read.whole(table.get("copies", d.copies), "flood.copies", d.copies, least=2),
        minutes=read.whole(table.get("minutes", d.minutes), "flood.minutes", d.minutes, least=1),
    )


def _lists(read: Checked, value: object) -> Lists:
    table, names = read.table(value, "lists"), tuple(f.name for f in fields(Lists))
    read.known_only(table, names, "lists.")
    return Lists(**{n: read.list(table.get(n, []), f"lists.{n}") for n in names})


def _refuse_crossed(read: Checked, policy: Policy) -> None:
    """A severe point below its queue point would make a comment severe that is not flagged."""
    for f in fields(Points):
        low, high = policy.queue.of(f.name), policy.severe.of(f.name)
        if high < low:
            read.fault(f"severe.{f.name}", high, f"at least queue.{f.name}, which is {low}")
    for language in sorted({*policy.by_language, *policy.severe_by_language}):
        low = policy.by_language.get(language, policy.queue.toxicity)
        high = policy.severe_by_language.get(language, policy.severe.toxicity)
        if high < low and language in policy.severe_by_language:
            told = f"at least the queue point of {language.value}, which is {low}"
            read.fault(f"severe_by_language.{language.value}", high, told)
        elif high < low:
            told = f"at most the severe point of {language.value}, which is {high}"
            read.fault(f"by_language.{language.value}", low, told)


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
    moved = (
        ("by_language", policy.by_language),
        ("severe_by_language", policy.severe_by_language),
    )
    for name, points in moved:
        lines += ["", f"[{name}]"]
        lines += [f"{k.value} = {v!r}" for k, v in sorted(points.items())]
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
