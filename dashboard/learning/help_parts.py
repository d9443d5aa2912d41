"""The parts of the help page: what each word means, what the machine can judge, holds, trouble."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.deps import Deps
from dashboard.desk.keys import STANDARD, keys_of
from dashboard.drawing import components as c
from dashboard.learning.practice import Item, items
from dashboard.learning.practice_cards import masked_text
from dashboard.words import mark, t
from dashboard.words.choosing import choices
from dashboard.words.titles import LANGUAGE_NAMES
from data.model import Language, NonReason, ReasonCode
from moderation.policies.reasons import NON_REASONS, PARA_5_EN, PARA_5_UR, REASONS

KEYS: dict[str, str] = {
    "keep": mark("keep"),
    "remove": mark("remove; then 1-8 with that code (the second key confirms)"),
    "split": mark("split: remove the remark, file the complaint"),
    "complaint": mark("send to complaints"),
    "escalate": mark("escalate: ask for a second look"),
    "wait": mark("wait (a reason from the second time on)"),
    "undo": mark("undo, up to your last 20"),
    "next": mark("next, without deciding"),
    "previous": mark("previous, without deciding"),
    "select": mark("select; with Shift all its copies"),
    "open": mark("open on the platform"),
    "old": mark("the text before the edit"),
    "history": mark("history: old texts, decisions, actions"),
    "policy": mark("policy text"),
    "search": mark("search"),
    "help": mark("all keys"),
}
TERMS = (
    (mark("Source"), mark("One official page or one feed of files.")),
    (mark("Sweep"), mark("One collection run, kept also when it found nothing. It is the proof "
                         "that somebody looked.")),
    (mark("Comment"), mark("What a citizen wrote. Each change of its text is a revision; a "
                           "decision points at the revision that was read.")),
    (mark("Flag"), mark("A reason to look, never a finding of fault.")),
    (mark("Decision"), mark("Keep, remove, split, complaint, escalate, wait or undo: by whom, "
                            "when, on which ground. None is ever deleted.")),
    (mark("Second look"), mark("A senior officer other than the first confirms or refuses.")),
    (mark("Copies"), mark("Near-copies of one text, shown as one row. Nobody claims that their "
                          "accounts belong together.")),
    (mark("Theme"), mark("A topic of feedback that a person signed off.")),
    (mark("Complaint (case)"), mark("A complaint handed to an office with a due day.")),
    (mark("Blind sample"), mark("Decided texts drawn by chance and judged again by another "
                                "officer who does not see the first verdict.")),
    (mark("Shift"), mark("What one officer did from sign-in to sign-off, with a note for the "
                         "next.")),
)  # fmt: skip
COMMENT_STATES = (
    (mark("seen"), mark("collected, not looked at by the machine yet")),
    (mark("assessed"), mark("the machine has read it")),
    (mark("not checked"), mark("the machine could not read it: people do")),
    (mark("queued"), mark("it asks for a person")),
    (mark("decided"), mark("a person decided on its present text")),
    (mark("closed"), mark("what was decided is done and proven, or nothing had to be done")),
)
OUTBOX_STATES = (
    (mark("held"), mark("waits; until then an undo costs nothing")),
    (mark("sent"), mark("asked of the platform, no answer yet")),
    (mark("accepted"), mark("the platform said yes; not proven yet")),
    (mark("verified"), mark("seen with our own eyes on the platform: only this counts as done")),
    (mark("refused"), mark("the platform said no")),
    (mark("gone"), mark("the comment had left by itself")),
    (mark("by hand"), mark("an officer does it in the platform's own tool")),
    (mark("confirmed"), mark("an officer says it is done; the next sweep or export proves it")),
    (mark("conflict"), mark("the platform shows something else than was decided")),
)
COVERAGES = (
    (mark("covered"), mark("The model was examined in this language. Its score is worth a look, "
                           "no more.")),
    (mark("weakly covered"), mark("The model knows the language little, or the text is very short. "
                                  "Read it yourself.")),
    (mark("not covered"), mark("The model does not know this language. The text goes to people, "
                               "never to “clean”.")),
    (mark("not checked"), mark("No check could run. The text goes to people.")),
)  # fmt: skip
COVERED = (Language.EN, Language.UR, Language.UR_LATN, Language.AR)


def policy() -> Component:
    """Para 5 in both languages, side by side where there is room."""
    told = t("O.M. F. No. 14/3/2022-D-II, Establishment Division, 2 September 2024, para 5. The "
             "English wording binds; the Urdu is a working translation.")  # fmt: skip
    return html.Div(
        [
            html.P(PARA_5_EN, lang="en", dir="ltr"),
            html.P(PARA_5_UR, lang="ur", dir="rtl"),
            html.P(told, className="quiet"),
        ],
        className="help-text",
    )


def codes() -> Component:
    """The reason codes with their key, both titles and an invented example each."""
    rows: list[list[c.Piece]] = [
        [
            html.Kbd(r.key or "x"),
            html.Bdi(r.code.value, className="nowrap"),
            t(HEADS[r.head.value]) if r.head else t("any"),
            html.Span(r.title_en, lang="en", dir="ltr"),
            html.Span(r.title_ur, lang="ur", dir="rtl"),
            _example(r.code),
        ]
        for r in REASONS.values()
    ]
    heads = (t("Key"), t("Code"), t("Head in para 5"), t("Ground"), t("In Urdu"),
             t("Invented example"))  # fmt: skip
    return c.table(heads, rows, caption=t("Reason codes"))


HEADS = {
    "offensive": mark("offensive"),
    "inappropriate": mark("inappropriate"),
    "objectionable": mark("objectionable"),
}


def non_reasons() -> Component:
    """What is never a ground, with a comment that is kept."""
    rows: list[list[c.Piece]] = [
        [
            html.Bdi(n.code.value, className="nowrap"),
            html.Span(n.title_en, lang="en", dir="ltr"),
            html.Span(n.title_ur, lang="ur", dir="rtl"),
            _kept(n.code),
        ]
        for n in NON_REASONS.values()
    ]
    heads = (t("Code"), t("What it is"), t("In Urdu"), t("Invented example that is kept"))
    return c.table(heads, rows, caption=t("Non-reasons"))


def _example(code: ReasonCode) -> c.Piece:
    found = next(
        (i for i in items().values() if i.topic == code.value and i.right.reason is code), None
    )
    return None if found is None else _drawn(found)


def _kept(code: NonReason) -> c.Piece:
    found = next((i for i in items().values() if i.topic == code.value), None)
    return None if found is None else _drawn(found)


def _drawn(item: Item) -> Component:
    text, seen = masked_text(item)
    return c.comment_text(text, seen, longest=120)


# ------------------------------------------------------------------------------ keys and words


def keys() -> Component:
    """The user's own keys, as the queue reads them now."""
    own = keys_of(choices().keys)
    pairs: list[Component] = []
    for act in STANDARD:
        pairs += [html.Dt(html.Kbd(html.Bdi(own[act]))), html.Dd(t(KEYS[act]))]
    pairs += [html.Dt(html.Kbd(t("Space"))), html.Dd(t("hold: show masked words"))]
    note = t("These are your keys. You can change them, or switch single keys off, in the list "
             "that the question mark opens on the queue.")  # fmt: skip
    if not choices().single_keys:
        note = t("Single keys are switched off for you: use the buttons, or switch the keys on in "
                 "the queue's list of keys.")  # fmt: skip
    return html.Div([html.P(note), html.Dl(pairs)], className="help-text")


def terms(pairs: Sequence[tuple[str, str]]) -> Component:
    """Words and what they mean."""
    inside = [html.Div([html.Dt(t(word)), html.Dd(t(meaning))]) for word, meaning in pairs]
    return html.Dl(inside, className="help-terms")


def coverage() -> Component:
    """What the machine can judge and what it cannot, in words."""
    listed = t(", ").join(t(LANGUAGE_NAMES[x]) for x in COVERED)
    lines = (
        t("It judges {languages} and mixtures of them. All other languages go to people.",
          languages=listed),
        t("It gives a score, marks the words that drove it, and says from which rule a flag comes. "
          "It removes nothing, and no score is a ground."),
        t("It does not understand irony, hints, pictures, or what was said elsewhere. It misses "
          "hate that only a group's name carries, and it takes quoted abuse for abuse."),
        t("It does not know who writes: names of sects, peoples and persons raise no score."),
    )  # fmt: skip
    return html.Div([html.Ul([html.Li(x) for x in lines]), terms(COVERAGES)])


# ------------------------------------------------------------------------------ holds, trouble


def holds(d: Deps) -> Component:
    """How long an act waits, and what an undo does before and after."""
    seconds = c.duration(d.holds.ordinary.total_seconds())
    one_way = c.duration(d.holds.one_way.total_seconds())
    lines = (
        t("Each removal waits {time} before anything is sent. An undo in that time costs nothing.",
          time=seconds),
        t("Before a door that opens one way only (the platform cannot bring the comment back) it "
          "waits {time}.", time=one_way),
        t("After the hold an undo asks the platform to show the comment again. Whether it did is "
          "checked and shown in the outbox."),
        t("You undo your own last {n} decisions; a senior officer undoes any.",
          n=d.holds.undo_last),
        t("An undo is a decision of its own: both stand in the history."),
    )  # fmt: skip
    return html.Ul([html.Li(x) for x in lines])


def trouble() -> Component:
    """What to do when the connection is lost, a session ends, or something is refused."""
    lines = (
        t("Connection lost: go on working. Your decisions stay in this window and are sent, in "
          "their order and once each, when the server answers again. Do not close the window "
          "while it says “not saved yet”."),
        t("Session ended: sign in again in the same window. What was not sent is sent then."),
        t("Not decided: the card comes back with a red bar that says why. Read the card again."),
        t("Taken by another officer: the card leaves your desk. Nothing you decided is lost."),
        t("The text changed: an edit was seen while you read. The new text comes as a new card."),
        t("A banner says that a page was not collected: tell the administrator. What was missed "
          "comes in later, and the gap stays visible."),
    )  # fmt: skip
    return html.Ul([html.Li(x) for x in lines])
