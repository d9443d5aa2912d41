"""The policy as a form: every point and list a field, read back into a document."""

from __future__ import annotations

from dataclasses import fields

from dashboard.drawing.fields import Field
from dashboard.web import given
from dashboard.words import mark, t
from dashboard.words.below import abuse_in, signal_word
from data.model import Language
from moderation.policies.policy_document import Lists, Points, Policy, PolicyError, policy_to_toml

SIGNALS = tuple(f.name for f in fields(Points))
LANGUAGES = (Language.EN, Language.UR, Language.UR_LATN, Language.AR)
_ENDS = {"queue": mark("{what}: flagged from"), "severe": mark("{what}: severe from")}
_MOVED = {"by_language": "queue", "severe_by_language": "severe"}
_LONGEST = 20_000


def form_fields(policy: Policy) -> list[Field]:
    """The fields of a draft, filled with the policy that is in force."""
    made = [_text("title", t("Title"), policy.title)]
    for end, points in (("queue", policy.queue), ("severe", policy.severe)):
        for name in SIGNALS:
            label = t(_ENDS[end], what=signal_word(name))
            made.append(_share(f"{end}.{name}", label, points.of(name)))
    made.append(_share("weak_toxicity", t("Weakly covered languages: flagged from"),
                       policy.weak_toxicity))  # fmt: skip
    for key, end in _MOVED.items():
        own = policy.by_language if key == "by_language" else policy.severe_by_language
        for x in LANGUAGES:
            label = t(_ENDS[end], what=abuse_in(x))
            made.append(_share(f"{key}.{x.value}", label, own.get(x), t("Empty: as all others")))
    made.append(_text("flood.copies", t("Copies that make a flood"), str(policy.flood.copies)))
    made.append(_text("flood.minutes", t("Within so many minutes"), str(policy.flood.minutes)))
    for name, label in (
        ("watch_words", t("Watch words, one a line")),
        ("official_domains", t("Our own sites, one a line")),
        ("official_numbers", t("Our own numbers, one a line")),
    ):
        lines: tuple[str, ...] = getattr(policy.lists, name)
        made.append(Field(name=f"lists.{name}", label=label, kind="area", value="\n".join(lines),
                          longest=_LONGEST, wide=True))  # fmt: skip
    made.append(Field(name="note", label=t("What the draft is for"), needed=True, wide=True))
    return made


def _text(name: str, label: str, value: str) -> Field:
    return Field(name=name, label=label, value=value, longest=200)


def _share(name: str, label: str, value: float | None, hint: str = "") -> Field:
    shown = "" if value is None else f"{value:g}"
    return Field(name=name, label=label, value=shown, longest=12, hint=hint)


def body_from_form(base: Policy) -> str:
    """The document that the request's fields say; what the form does not show stays as in ``base``.

    Raises PolicyError for a field that is no number, by the field's own name.
    """
    faults: list[str] = []
    shown = {x.value for x in LANGUAGES}
    lines = [f"title = {_quoted(given.told('title', longest=200) or base.title)}"]
    lines += [f"needed = {list(base.needed)!r}".replace("'", '"')]
    lines += _number("weak_toxicity", "weak_toxicity", faults)
    for end in _ENDS:
        lines += [f"[{end}]"]
        lines += [x for n in SIGNALS for x in _number(f"{end}.{n}", n, faults)]
    for key in _MOVED:
        own = base.by_language if key == "by_language" else base.severe_by_language
        lines += [f"[{key}]"]
        lines += [f"{k.value} = {v!r}" for k, v in own.items() if k.value not in shown]
        lines += [x for y in LANGUAGES for x in _number(f"{key}.{y.value}", y.value, faults)]
    lines += ["[flood]"]
    lines += _number("flood.copies", "copies", faults) + _number("flood.minutes", "minutes", faults)
    lines += ["[lists]"]
    lines += [f"{f.name} = {_listed(f'lists.{f.name}')}" for f in fields(Lists)]
    if faults:
        raise PolicyError(*faults)
    return "\n".join(lines) + "\n"


def _number(field: str, key: str, faults: list[str]) -> list[str]:
    """The TOML line of a number; none for an empty field, which keeps its default."""
    value = given.told(field, longest=12)
    if not value:
        return []
    try:
        float(value)
    except ValueError:
        faults.append(t("{field}: found {value}; allowed: a number such as 0.5", field=field,
                        value=repr(value)))  # fmt: skip
        return []
    return [f"{key} = {value}" if value[0] != "." else f"{key} = 0{value}"]


def _listed(field: str) -> str:
    entries = given.told(field, longest=_LONGEST).splitlines()
    kept = dict.fromkeys(" ".join(e.split()) for e in entries if e.strip())
    return "[" + ", ".join(_quoted(e) for e in kept) + "]"


def _quoted(text: str) -> str:
    # A policy with that title, written out: the one place that knows how TOML quotes.
    line = policy_to_toml(Policy(title=text)).splitlines()[1]
    return line.removeprefix("title = ")
