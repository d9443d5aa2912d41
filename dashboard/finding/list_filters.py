"""The filters of a list of comments as a form: what may be asked, and what is asked now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dash.development.base_component import Component

from dashboard.drawing.fields import Field, Kind, Option, filters
from dashboard.finding.listing import (
    FLAG_WORDS,
    PLATFORM_NAMES,
    STATE_WORDS,
    VERDICT_WORDS,
    reason_title,
    source_name,
    theme_title,
)
from dashboard.finding.wanted import Asked
from dashboard.words import mark, t
from dashboard.words.titles import COVERAGE_TITLES, FEEDBACK_TITLES, LANGUAGE_NAMES, QUEUE_TITLES
from data.db import Tx
from data.model import (
    Coverage,
    FeedbackKind,
    Flag,
    Language,
    ReasonCode,
    Sentiment,
    ThemeState,
    Verdict,
)
from data.store import sources, themes, users
from data.store.queue import QUEUES

MOODS: Mapping[Sentiment, str] = {
    Sentiment.POSITIVE: mark("Positive"),
    Sentiment.NEUTRAL: mark("Neutral"),
    Sentiment.NEGATIVE: mark("Negative"),
}
KEPT = ("by", "closed", "decided", "post", "id", "outcome")


def filter_form(tx: Tx, asked: Asked, path: str, *, decisions: bool = False) -> Component:
    """The filters of a list as they stand now."""
    one = OneField(asked.given)
    lead = [*text_and_days(one), source_field(tx, one)]
    judged, decided = judged_fields(tx, one), decided_fields(tx, one)
    kept = [one.field(n, n, "hidden") for n in KEPT if n in asked.given]
    if decisions:
        return filters(path, [*lead, *decided, *kept], more=judged)
    return filters(path, [*lead, *kept], more=[*judged, *decided])


class OneField:
    """Fields that hold what the address says; a filter given twice keeps all its values."""

    def __init__(self, given: Mapping[str, list[str]]) -> None:
        self._given = given

    def field(self, name: str, label: str, kind: Kind, hint: str = "") -> Field:
        values = self._given.get(name, [])
        value = list(values) if kind == "hidden" and len(values) > 1 else (values or [""])[0]
        if kind == "date":
            value = str(value)[:10]
        return Field(name=name, label=label, kind=kind, value=value, hint=hint)

    def choice(
        self, name: str, label: str, options: Iterable[Option], *, any_: bool = True
    ) -> Field:
        values, known = self._given.get(name, []), list(options)
        if len(values) > 1:
            return Field(name=name, label=label, kind="many", value=values, options=known)
        value = (values or [""])[0]
        first = [("", t("Any"))] if any_ else []
        return Field(name=name, label=label, kind="choice", value=value, options=[*first, *known])


# ------------------------------------------------------------------------------ groups of fields


def text_and_days(one: OneField) -> list[Field]:
    """Full text and the days."""
    return [
        one.field("words", t("Words"), "search", hint=t("Urdu, Roman Urdu or English")),
        one.field("since", t("From day"), "date"),
        one.field("until", t("To day"), "date"),
    ]


def source_field(tx: Tx, one: OneField) -> Field:
    known = [(str(s.id), source_name(s)) for s in sources.list_sources(tx)]
    return one.choice("source", t("Source"), known)


def machine_fields(one: OneField) -> list[Field]:
    """What the machine made of the text, one by one."""
    flags = [(f.value, t("Not flagged") if f is Flag.NONE else t(FLAG_WORDS[f][0])) for f in Flag]
    covered = [(m.value, t(COVERAGE_TITLES[m.value]).capitalize()) for m in Coverage]
    spoken = [(m.value, t(LANGUAGE_NAMES[m])) for m in Language]
    return [
        one.choice("language", t("Language"), spoken),
        one.choice("coverage", t("Coverage"), covered),
        one.choice("flag", t("Flag"), flags),
        one.choice("protected", t("Protected"), [("yes", t("Yes")), ("no", t("No"))]),
    ]


def judged_fields(tx: Tx, one: OneField) -> list[Field]:
    """What the machine made of the text, and what it speaks of."""
    signed = [
        (x.key, theme_title(x)) for x in themes.list_themes(tx) if x.state is ThemeState.SELECTED
    ]
    language, coverage, flag, protected = machine_fields(one)
    kinds = [(m.value, t(FEEDBACK_TITLES[m])) for m in FeedbackKind]
    return [
        language,
        coverage,
        flag,
        one.choice("feedback", t("Feedback"), kinds),
        one.choice("mood", t("Mood"), [(m.value, t(MOODS[m])) for m in Sentiment]),
        one.choice("theme", t("Theme"), signed),
        protected,
    ]


def decided_fields(tx: Tx, one: OneField) -> list[Field]:
    """What was decided, by whom, and what came of it."""
    verdicts = [(m.value, t(VERDICT_WORDS[m][0])) for m in Verdict]
    states = [(k, t(v).capitalize()) for k, v in STATE_WORDS.items()]
    officers = [(u.pseudonym, u.pseudonym) for u in users.list_users(tx)]
    return [
        one.choice("verdict", t("Decision"), verdicts),
        one.choice("reason", t("Code"), code_options()),
        one.choice("officer", t("Officer"), officers),
        one.choice("state", t("At the platform"), states),
    ]


def waiting_fields(tx: Tx, one: OneField) -> list[Field]:
    """What the grid asks for besides: named queue, platform, suggested code, score, age."""
    queues = [(q, t(QUEUE_TITLES[q])) for q in QUEUES]
    used = {s.platform for s in sources.list_sources(tx)}
    platforms = [(p.value, t(n)) for p, n in PLATFORM_NAMES.items() if p in used]
    return [
        one.choice("queue", t("Queue"), queues),
        source_field(tx, one),
        one.choice("platform", t("Platform"), platforms),
        one.choice("code", t("Suggested code"), code_options()),
        one.field("score_from", t("Score from"), "text", hint=t("0 to 1, as 0.75")),
        one.field("score_to", t("Score to"), "text", hint=t("0 to 1")),
        one.field("age", t("Waiting at least (hours)"), "number"),
    ]


def code_options() -> list[Option]:
    """Every reason code with its title."""
    return [(m.value, f"{m.value} {reason_title(m)}") for m in ReasonCode]
