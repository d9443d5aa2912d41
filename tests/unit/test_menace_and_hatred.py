"""Menace and hatred as the model hears them: by sentences, of a people, as a reason to look."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import data.samples
import moderation.training
from data.reading import FeedbackKind, Flag, Judgement, Reading, ReasonCode
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.judging.score import score_lines
from moderation.signals.builtin import load_builtin
from moderation.signals.function_words import function_words
from moderation.signals.lexicon import Words

WRITTEN = Path(moderation.training.__file__).parent / "written"
SAMPLES = sorted((Path(data.samples.__file__).parent).glob("comments_*.jsonl"))
MENACE = "We know which school your children go to, be careful what you sign."
HATRED = "ان {} نے ہمارا حق کھایا ہے، سب کو سرحد پار پھینک دو"
CIVIL = "My bill is wrong again."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_builtin())


def read(reader: Reader, text: str) -> tuple[Reading, Judgement]:
    reading = reader.read([text])[0]
    return reading, judge(reading, DEFAULT_POLICY)


def rules(judgement: Judgement) -> set[str]:
    return {why.rule for why in judgement.why}


def test_menace_without_a_listed_word_is_flagged_as_a_threat_and_no_verdict_is_suggested(
    reader: Reader,
) -> None:
    reading, judgement = read(reader, MENACE)
    assert (reading.value("threat_words"), judgement.flag) == (0.0, Flag.FLAGGED)
    assert judgement.reasons == (ReasonCode.THREAT,)
    assert judgement.suggested is None


def test_menace_in_one_sentence_speaks_for_a_civil_comment(reader: Reader) -> None:
    text = f"{CIVIL} {MENACE} The account number is on the back of the bill."
    assert "menace" in rules(read(reader, text)[1])


def test_hatred_is_flagged_where_a_people_is_named(reader: Reader) -> None:
    reading, judgement = read(reader, HATRED.format("افغانیوں"))
    assert "hatred" in rules(judgement)
    assert ReasonCode.SLUR in judgement.reasons
    assert (reading.value("hatred") or 0.0) >= 0.5


@pytest.mark.parametrize("whom", ["وزیروں", "ٹھیکیداروں", "مسلم لیگ والوں"])
def test_hard_words_for_offices_and_parties_are_no_hatred_and_mark_no_word(
    reader: Reader, whom: str
) -> None:
    reading, judgement = read(reader, HATRED.format(whom))
    assert reading.value("hatred") == 0.0
    assert "hatred" not in rules(judgement)
    assert not [s for signal in reading.signals for s in signal.spans if s.label == "hatred"]


def marked(reading: Reading, text: str, label: str) -> list[str]:
    """What is marked for a kind, as it stands in the text."""
    spans = [s for signal in reading.signals for s in signal.spans]
    return [text[s.start : s.end] for s in spans if s.label == label]


@pytest.mark.parametrize("label, said, around", [
    ("menace", "We know which school your children go to", "{}, be careful what you sign."),
    ("menace", "I have your car number, officer", "My bill is wrong. {}. The road is bad."),
    ("menace", "tumhare ghar ka rasta humein maloom hai", "Sarak achi hai. {}, sambhal ke raho."),
    ("menace", "پھر تمہارا خاندان روئے گا", "بل غلط ہے۔ فائل روک کر دیکھو، {}۔"),
    ("menace", "سنأتي إلى بيتك الليلة بالعصي", "الفاتورة خطأ. {}. أصلحوا الفاتورة."),
    ("hatred", "they dirty whatever they touch", "Do not let Hindus near the water tank, {}."),
    ("hatred", "افغانیوں کو اس شہر سے نکالو", "سڑک اچھی بنی ہے۔ {}، انہوں نے سب برباد کر دیا۔"),
])  # fmt: skip
def test_clause_that_drove_it_is_marked_whole_and_nothing_else(
    reader: Reader, label: str, said: str, around: str
) -> None:
    text = around.format(said)
    assert marked(read(reader, text)[0], text, label) == [said]


def test_of_a_long_sentence_without_marks_the_words_around_what_drove_it_are_marked(
    reader: Reader,
) -> None:
    civil = " ".join(["we wait since morning in the same long queue for one more stamp"] * 4)
    text = f"{civil} and tonight my brothers come with sticks to your house officer"
    (said,) = marked(read(reader, text)[0], text, "menace")
    assert "sticks" in said
    assert len(said) < len(text) / 2


@pytest.mark.parametrize("name", ["menace", "hatred"])
def test_never_are_small_words_marked_alone(reader: Reader, name: str) -> None:
    small = function_words()
    rows = (WRITTEN / f"{name}.{code}.jsonl" for code in ("en", "ur-Latn", "ur", "ar"))
    lines = [line for path in rows for line in path.read_text("utf-8").splitlines()[:120]]
    texts = [json.loads(line)["text"].format(people="Afghans") for line in lines]
    found = [
        said
        for text, reading in zip(texts, reader.read(texts), strict=True)
        for said in marked(reading, text, name)
    ]
    assert len(found) > 50
    assert not [said for said in found if small.issuperset(Words(said).words)]


def test_weak_score_of_the_head_for_threats_marks_no_word(reader: Reader) -> None:
    text = "مہاجروں کو بھوکا مرنے دو، یہ ہمارا حق کھا گئے"
    reading, _ = read(reader, text)
    assert not marked(reading, text, "threat")


def test_answer_shows_menace_as_a_threat(reader: Reader) -> None:
    (line,) = score_lines([json.dumps({"text": MENACE})], reader, DEFAULT_POLICY)
    answer = json.loads(line)
    assert answer["kinds"]["threat"] >= 0.5
    assert answer["reasons"] == ["OM-5-OBJ-1"]


@pytest.mark.parametrize("text", [
    "We will meet you in court over this bill.", "bijli na aayi to hum adalat jayen ge",
    "Afghan shopkeepers also pay the water bill.", "Eid Mubarak to all our Christian neighbours",
])  # fmt: skip
def test_courts_and_neighbours_are_left_alone(reader: Reader, text: str) -> None:
    reading, judgement = read(reader, text)
    assert judgement.flag is Flag.NONE
    assert not [s for s in reading.signals if s.name == "toxicity" and s.spans]


def test_hardly_any_civil_comment_of_the_sample_office_is_heard_as_menace_or_hatred(
    reader: Reader,
) -> None:
    rows = [json.loads(line) for path in SAMPLES for line in path.read_text("utf-8").splitlines()]
    civil = [row["text"] for row in rows if row["label"] in set(FeedbackKind)]
    flagged = [judge(reading, DEFAULT_POLICY) for reading in reader.read(civil)]
    heard = [j for j in flagged if rules(j) & {"menace", "menace-severe", "hatred"}]
    assert len(civil) > 300
    assert len(heard) <= 0.02 * len(civil)
    assert sum(j.flag is Flag.SEVERE for j in heard) <= 0.005 * len(civil)
