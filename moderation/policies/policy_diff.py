"""What one policy changes against another, key by key, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from data.reading import Language
from moderation.policies.policy_document import Lists, Points, Policy

SIGNAL_WORDS = {
    "toxicity": "abusive text",
    "obscene": "obscene or sexual abuse",
    "slur": "slurs",
    "insult": "personal abuse",
    "threat": "threats",
    "menace": "what reads like a threat",
    "hatred": "hatred of a people",
    "abusive_words": "plainly abusive words",
    "sectarian": "calls against a sect or faith",
    "personal_data": "private data of a person",
    "spam": "spam and scams",
}
LANGUAGE_WORDS = {
    Language.EN: "English",
    Language.UR: "Urdu",
    Language.UR_LATN: "Roman Urdu",
    Language.AR: "Arabic",
    Language.MIXED: "mixed languages",
    Language.PS: "Pashto",
    Language.SD: "Sindhi",
    Language.PNB: "Punjabi",
    Language.FA: "Persian",
    Language.HI: "Hindi",
    Language.OTHER: "other languages",
    Language.UND: "texts of no known language",
}
_LIST_WORDS = {
    "official_domains": "Our own sites",
    "official_numbers": "Our own numbers",
    "watch_words": "Watch words",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One key that differs: its values as text, and what that means for the person who reads it."""

    key: str
    before: str
    after: str
    meaning: str


def differences(before: Policy, after: Policy) -> list[Difference]:
    """All that ``after`` changes, in the order of the document; the version number aside."""
    found = [_plain("title", before.title, after.title, "only the title")]
    found.append(_needed(before, after))
    found.append(
        _moved("weak_toxicity", before.weak_toxicity, after.weak_toxicity,
               "abusive text in weakly covered languages", severe=False)
    )  # fmt: skip
    found += _points("queue", before.queue, after.queue, severe=False)
    found += _points("severe", before.severe, after.severe, severe=True)
    found += _languages("by_language", before, after, severe=False)
    found += _languages("severe_by_language", before, after, severe=True)
    found += _flood(before, after)
    found += [x for f in fields(Lists) for x in _list(f.name, before.lists, after.lists)]
    return [x for x in found if x is not None]


def _plain(key: str, before: str, after: str, meaning: str) -> Difference | None:
    if before == after:
        return None
    return Difference(key=key, before=before, after=after, meaning=meaning)


def _needed(before: Policy, after: Policy) -> Difference | None:
    dropped = [n for n in before.needed if n not in after.needed]
    added = [n for n in after.needed if n not in before.needed]
    if not dropped and not added:
        return None
    told = [f"without {SIGNAL_WORDS[n]} a comment is now not checked" for n in added]
    told += [f"a comment may pass without {SIGNAL_WORDS[n]} being checked" for n in dropped]
    return Difference(
        key="needed",
        before=", ".join(before.needed),
        after=", ".join(after.needed),
        meaning="; ".join(told),
    )


def _moved(key: str, before: float, after: float, what: str, *, severe: bool) -> Difference | None:
    if before == after:
        return None
    ends = "counts as severe" if severe else "is flagged"
    more = "more" if after < before else "less"
    return Difference(
        key=key, before=f"{before:g}", after=f"{after:g}", meaning=f"{more} {ends}: {what}"
    )


def _points(name: str, before: Points, after: Points, *, severe: bool) -> list[Difference | None]:
    return [
        _moved(f"{name}.{f.name}", before.of(f.name), after.of(f.name), SIGNAL_WORDS[f.name],
               severe=severe)
        for f in fields(Points)
    ]  # fmt: skip


def _languages(
    name: str, before: Policy, after: Policy, *, severe: bool
) -> list[Difference | None]:
    """A language without a point of its own follows the general one."""
    old, new = _own_points(before, severe), _own_points(after, severe)
    general = (before.severe if severe else before.queue, after.severe if severe else after.queue)
    found: list[Difference | None] = []
    for language in sorted({*old, *new}):
        was = old.get(language, general[0].toxicity)
        now = new.get(language, general[1].toxicity)
        what = f"abusive text in {LANGUAGE_WORDS[language]}"
        key = f"{name}.{language.value}"
        if was != now:
            found.append(_moved(key, was, now, what, severe=severe))
        elif old.get(language) != new.get(language):
            told = (
                (f"{was:g}", "as all others") if language in old else ("as all others", f"{now:g}")
            )
            meaning = f"no change now: {what} keeps its point {now:g}"
            found.append(Difference(key=key, before=told[0], after=told[1], meaning=meaning))
    return found


def _own_points(policy: Policy, severe: bool) -> Mapping[Language, float]:
    return policy.severe_by_language if severe else policy.by_language


def _flood(before: Policy, after: Policy) -> list[Difference | None]:
    b, a = before.flood, after.flood
    copies = "copies that make a flood"
    minutes = "minutes within which copies make a flood"
    return [
        _plain("flood.copies", str(b.copies), str(a.copies), copies),
        _plain("flood.minutes", str(b.minutes), str(a.minutes), minutes),
    ]


def _list(name: str, before: Lists, after: Lists) -> Iterable[Difference]:
    old: tuple[str, ...] = getattr(before, name)
    new: tuple[str, ...] = getattr(after, name)
    gone = [x for x in old if x not in new]
    come = [x for x in new if x not in old]
    if gone or come:
        told = [f"added: {', '.join(come)}"] if come else []
        told += [f"taken out: {', '.join(gone)}"] if gone else []
        yield Difference(
            key=f"lists.{name}",
            before=_entries(len(old)),
            after=_entries(len(new)),
            meaning=f"{_LIST_WORDS[name]}: {'; '.join(told)}",
        )


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def as_lines(found: Iterable[Difference]) -> list[str]:
    """The differences as lines of text for a terminal."""
    return [f"{d.key}: {d.before} → {d.after} ({d.meaning})" for d in found]
