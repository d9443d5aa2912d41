"""A practice comment as a card of the queue, and what is told of it after an answer."""

from __future__ import annotations

from dashboard.deps import now
from dashboard.desk.cards import reason_json, text_json
from dashboard.learning.practice import Answer, Item, Marked
from dashboard.words import mark, t, tn, tongue
from dashboard.words.titles import BANDS, COVERAGE_TITLES, FEEDBACK_TITLES, LANGUAGE_NAMES
from data.model import (
    Assessment,
    Coverage,
    FeedbackKind,
    Flag,
    JsonObject,
    JsonValue,
    Judgement,
    Language,
    Reading,
    Signal,
    Span,
)
from data.practice import PracticeOutcome, PracticeRun
from moderation.judging.explaining import Band
from moderation.policies.reasons import NON_REASONS, PARA_5_EN, PARA_5_UR

SOURCE = mark("Practice page (invented)")
POST = {
    "en": "Office hours in the holy month are 9 to 3. Write to us here with what does not work.",
    "ur": "ماہِ مبارک میں دفتری اوقات صبح 9 سے 3 بجے تک ہیں۔ جو کام نہ کرے یہاں لکھیں۔",
}
VERDICTS = {
    "keep": mark("Keep"),
    "remove": mark("Remove"),
    "split": mark("Split"),
    "complaint": mark("Send to complaints"),
    "escalate": mark("Escalate"),
}
OUTCOMES = {
    PracticeOutcome.RIGHT: mark("Right"),
    PracticeOutcome.ACCEPTABLE: mark("Acceptable"),
    PracticeOutcome.WRONG: mark("Not right"),
}
THEMES = (
    ("water", mark("Water supply")),
    ("power", mark("Electricity")),
    ("roads", mark("Roads and streets")),
    ("health", mark("Health")),
    ("offices", mark("Offices and papers")),
)
COVERAGE_NOTE = mark("The machine does not cover this language: people read it.")
SHIELD = mark("It carries a complaint, a suggestion or a view: removing it needs a second look.")
WHY_SCORE = mark("The machine's score is {band}. A score is a reason to look, never a ground.")


def card(item: Item) -> JsonObject:
    """The item with the fields of a queue card. Nothing of the key is in it."""
    seen = _assessment(item)
    language = _language(item)
    covered = item.coverage == Coverage.COVERED.value
    return {
        "id": item.id,
        "practice": True,
        "revision_id": 0,
        "expected": None,
        "queue": "practice",
        "queue_title": t("Practice"),
        "text": text_json(item.text, seen),
        "post": {**text_json(POST["ur" if tongue() == "ur" else "en"], None, 300), "link": None},
        "parent": None,
        "edited": 0,
        "old": None,
        "source": t(SOURCE),
        "platform": "mock",
        "link": None,
        "posted_at": now().isoformat(),
        "seen_at": now().isoformat(),
        "due_at": None,
        "likes": None,
        "band": item.band,
        "band_word": t(BANDS[Band(item.band)]),
        "language": t(LANGUAGE_NAMES[language]),
        "coverage": t(COVERAGE_TITLES[item.coverage]),
        "coverage_kind": item.coverage,
        "coverage_note": "" if covered else t(COVERAGE_NOTE),
        "feedback": [t(FEEDBACK_TITLES[FeedbackKind(k)]) for k in item.feedback],
        "protected": item.protected,
        "protected_why": t(SHIELD) if item.protected else "",
        "suggested": _suggested(item),
        "suggested_span": _suggested_span(seen),
        "why": [t(WHY_SCORE, band=t(BANDS[Band(item.band)]))],
        "author_count": None,
        "copies": item.copies,
        "copies_accounts": None,
        "copies_time": None,
        "by_hand": True,
        "audience": t("Nobody sees anything: this comment is invented."),
        "audience_ur": "",
        "write_back": "off",
        "second": None,
        "waits": 0,
        "order": 0,
        "harsh": False,
        "also": [],
        "why_now": [t("Practice comment, drawn by chance.")],
    }


def masked_text(item: Item) -> tuple[str, Assessment]:
    """The text, and what says which of its words are masked."""
    return item.text, _assessment(item)


def _language(item: Item) -> Language:
    return Language(item.lang)


def _suggested(item: Item) -> JsonObject | None:
    if item.suggested is None:
        return None
    return {**reason_json(item.suggested), "verdict": None, "others": []}


def _suggested_span(seen: Assessment) -> JsonValue:
    spans = [s for g in seen.reading.signals for s in g.spans]
    return [min(s.start for s in spans), max(s.end for s in spans)] if spans else None


def _assessment(item: Item) -> Assessment:
    """An assessment in memory only, so that the text is masked as in the queue."""
    spans = tuple(
        Span(start=at, end=at + len(word), label="insult")
        for word in item.masked
        for at in [item.text.index(word)]
    )
    reading = Reading(
        language=_language(item),
        coverage=Coverage(item.coverage),
        coverage_note="",
        signals=(Signal(name="insult", value=None, version="practice", spans=spans),),
        feedback=(),
        sentiment=None,
        engine="practice",
        engine_version="0",
    )
    judgement = Judgement(
        flag=Flag.NONE, reasons=(), protected=item.protected, suggested=None, priority=0.0,
        why=(), policy_version=0,
    )  # fmt: skip
    return Assessment(
        id=0, comment_id=item.id, revision_id=0, reading=reading, judgement=judgement,
        assessed_at=now(),
    )  # fmt: skip


# ------------------------------------------------------------------------------ after an answer


def feedback(item: Item, given: Answer, result: Marked) -> JsonObject:
    """Right, acceptable or not; the answer of the key; why, in both languages; para 5."""
    return {
        "item": item.id,
        "outcome": result.outcome.value,
        "outcome_title": t(OUTCOMES[result.outcome]),
        "near": _near(result),
        "given": answer_json(given),
        "right": answer_json(item.right),
        "also": [answer_json(a) for a in item.also],
        "why": item.why_en,
        "why_ur": item.why_ur,
        "non_reason": _non_reason(item),
        "para5": PARA_5_EN,
        "para5_ur": PARA_5_UR,
    }


def _near(result: Marked) -> str:
    if result.near == "code":
        return t("To remove was right; the code was not.")
    if result.near == "span":
        return t("To split was right; the marked words were not: mark the remark and nothing else.")
    return ""


def answer_json(a: Answer) -> JsonObject:
    """A verdict in words, with its code as the reason picker shows it."""
    return {
        "verdict": a.verdict.value,
        "title": t(VERDICTS[a.verdict.value]),
        "reason": None if a.reason is None else reason_json(a.reason),
    }


def _non_reason(item: Item) -> JsonObject | None:
    for n in NON_REASONS.values():
        if n.code.value == item.topic:
            return {"code": n.code.value, "title": n.title_en, "title_ur": n.title_ur}
    return None


def progress(run: PracticeRun) -> JsonObject:
    """How far the run is, and its score: of what was answered, right and acceptable apart."""
    return {
        "run": run.id,
        "count": len(run.items),
        "done": len(run.answers),
        "right": run.count(PracticeOutcome.RIGHT),
        "acceptable": run.count(PracticeOutcome.ACCEPTABLE),
        "wrong": run.count(PracticeOutcome.WRONG),
        "ended": run.ended_at is not None,
    }


def score_words(run: PracticeRun) -> str:
    """The score in one sentence."""
    n = len(run.answers)
    return t(
        "{right} right and {acceptable} acceptable of {all}.",
        right=run.count(PracticeOutcome.RIGHT),
        acceptable=run.count(PracticeOutcome.ACCEPTABLE),
        all=tn("{n} answer", "{n} answers", n),
    )
