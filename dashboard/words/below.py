"""Sentences of the rooms below, said in the reader's tongue.

Collectors and moderation speak English: they keep their sentences in the log and in the store, and
know no reader. What they said is found again by its shape ("Action 7 is 'sent' ...") and said anew;
a sentence that is not known here is shown as it is, marked as English.
"""

from __future__ import annotations

import re
from functools import cache

from dash import html
from dash.development.base_component import Component

from dashboard.words import mark, t, tongue
from dashboard.words.below_decisions import DECISIONS, JUDGEMENTS, PUT_TOGETHER
from dashboard.words.below_sentences import COMPOSED, SENTENCES
from dashboard.words.titles import LANGUAGE_NAMES
from data.model import Language

_NAME = re.compile(r"\\?\{(\w+)\\?\}")

_NUMBERS = frozenset({"n", "part", "whole", "was", "now", "size", "most", "at"})
_OF_DECISIONS = (*DECISIONS, *JUDGEMENTS, *PUT_TOGETHER)
_LISTS = frozenset({"list", "gone"})  # of phrases or words, with commas between them

SIGNALS = {
    "toxicity": mark("Abusive text"),
    "obscene": mark("Obscene or sexual abuse"),
    "slur": mark("Slurs"),
    "insult": mark("Personal abuse"),
    "threat": mark("Threats"),
    "menace": mark("What reads like a threat"),
    "hatred": mark("Hatred of a people"),
    "abusive_words": mark("Plainly abusive words"),
    "sectarian": mark("Calls against a sect or faith"),
    "personal_data": mark("Private data of a person"),
    "spam": mark("Spam and scams"),
}
VERDICTS = {
    "keep": mark("keep"),
    "remove": mark("remove"),
    "split": mark("split"),
    "complaint": mark("complaint"),
    "escalate": mark("escalate"),
    "wait": mark("wait"),
    "undo": mark("undo"),
}


def from_below(said: str) -> str:
    """The sentence in the reader's tongue; as it is where it is not known."""
    known = None if tongue() == "en" else _known(said)
    return said if known is None else known


def below(said: str) -> Component | str:
    """The sentence as a piece of a page: known ones translated, others marked as English."""
    if tongue() == "en" or not said:
        return said
    known = _known(said)
    return html.Span(said, lang="en", dir="ltr") if known is None else known


def _known(said: str) -> str | None:
    for pattern, sentence in _patterns():
        found = pattern.fullmatch(said)
        if found is not None:
            values = found.groupdict()
            return t(sentence, **{name: _value(name, v) for name, v in values.items()})
    return None


def _value(name: str, found: str) -> str:
    """What stood at a name's place: a number or a name as it is, a known phrase said anew."""
    if name in _LISTS:
        return ", ".join(_known(part) or part for part in found.split(", "))
    return _known(found) or found


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each sentence as the shape that it has; a shape with more words of its own comes first."""
    every = sorted({*SENTENCES, *COMPOSED, *_OF_DECISIONS}, key=_plainest)
    return tuple((_shape(s), s) for s in every)


def _plainest(sentence: str) -> tuple[int, str]:
    return -len(_NAME.sub("", sentence)), sentence


def _shape(sentence: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(_group, re.escape(sentence)), re.DOTALL)


def _group(name: re.Match[str]) -> str:
    return f"(?P<{name[1]}>{'[0-9,.]+' if name[1] in _NUMBERS else '.+?'})"


# ------------------------------------------------------------------------------ words by code


def signal_word(name: str) -> str:
    """A signal of the policy, with a capital: "Private data of a person"."""
    return t(SIGNALS[name])


def language_word(code: str) -> str:
    """A language by its code; the code itself where it is none."""
    try:
        return t(LANGUAGE_NAMES[Language(code)])
    except ValueError:
        return code


def abuse_in(language: Language) -> str:
    """What a point of one language is for: "Abusive text in Urdu"."""
    return t("Abusive text in {language}", language=t(LANGUAGE_NAMES[language]))


def verdict_word(kept: object) -> str:
    """A verdict as it is kept, or that there is none."""
    return t(VERDICTS[str(kept)]) if kept else t("not decided")
