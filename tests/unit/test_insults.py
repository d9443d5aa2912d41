"""Abuse by its words, beside the plain and harsh sentences that use some of the same words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Coverage, FeedbackKind, Flag, Language, Reading, ReasonCode, Signal, Span
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.rules import RULES
from moderation.signals.by_rule import lexicon_with
from moderation.signals.insults import find_insults
from moderation.signals.lexicon import Words
from moderation.signals.listing import spellings
from tests.unit.rules_helpers import kinds_of

POINT = DEFAULT_POLICY.queue.abusive_words


def insults(text: str) -> tuple[float, tuple[Span, ...]]:
    words = Words(text)
    return find_insults(words, lexicon_with(()).find(words.words))


@pytest.mark.parametrize("text", [
    "You bastards, the water has been cut for nine days, open the valve",
    "Repair feeder 7, you lying scum, the milk for the baby went bad",
    "Kameene log, gali nambar 4 ka gutter kab khulega",
    "Suar ke bachon sarak banao, do saal ho gaye",
    "Chor ki aulaad clerk ne phir 500 maange",
    "Kanjron ki aulad ho tum sab", "Ullu ke pathe, board to lagao", "Haramiyo pani do",
    "Tum log jaanwar ho, insaan nahi", "Ye afsar pagal kutta hai", "Jahil kahin ke",
    "Rishwat khor kutto, dukan ka lifafa wapis karo",
    "in rishwat khor kutton, sab ke sab kutte ho tum",
    "کمینو بجلی دو", "بے غیرتو پانی کھولو", "خنزیر کی اولاد کچرا اٹھاؤ",
    "تم لوگ انسان نہیں جانور ہو",
    "چور کے بچو، بل ٹھیک کرو", "يا كلاب افتحوا الماء", "ابن الكلب هذا لا يعمل",
    "you dogs, fix the road", "K A M E E N E log", "b*stards, open the office",
])  # fmt: skip
def test_insult_in_words_reaches_the_queue_point(text):
    value, spans = insults(text)
    assert value >= POINT
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert spans


@pytest.mark.parametrize("text", [
    "Awara kutte bachon ko kaat rahe hain, team bhejein",
    "Gali mein kutte ke bache thand se mar rahe hain", "Pagal kutta gali mein ghoom raha hai",
    "Suar fasal kharab kar rahe hain", "Ullu ka pinjra ganda hai", "Gadhe ki rehri sarak rokti hai",
    "The dogs at the shelter need food", "A donkey cart blocks the road", "Can you catch the dogs?",
    "Chor pakro, police so rahi hai", "Sab chor hain, is hukumat ne bijli mehngi kar di",
    "Ye afsar jhoota hai", "Wazir jhoote hain", "Nalayak team hai, kaam nahi karti",
    "Besharam hukumat, petrol phir mehnga", "Shame on you, the clinic is closed",
    "You are useless, nobody answers the phone", "The minister is a liar and must go",
    "Doob maro sharam se, bachi gutter mein gir gayi",
    "Paise kamana mushkil hai, kamane wala aik hai",
    "Garmiyon ki chuttiyon mein school band hain", "Petrol bharwa liya magar raseed nahi di",
    "Saale 2023 ka bill", "Teen salon se sarak tooti hai", "MC Lahore ka daftar band hai",
    "Section B C mein pani nahi", "Meri behan ki pension ruki hai", "Unki maa ki dawai nahi mili",
    "Choori ki dukan ke saamne gutter khula hai", "andha shakhs sarak par gir gaya",
    "Langra aadmi wheel chair maangta hai", "Pathan bazar mein bijli nahi",
    "Hindu mohalle mein pani nahi",
    "چور پکڑو، پولیس سو رہی ہے", "گلی میں آوارہ کتے ہیں", "جھوٹے وعدے بند کرو", "چوڑی سڑک چاہیے",
    "نالائق ٹیم ہے", "اس شہر میں جانور کھلے پھرتے ہیں", "لنگڑا شخص بس سے گر گیا",
    "الكلاب الضالة في الشارع", "الحمار ميت على الطريق", "هذا ظلم والوزير كاذب", "حرامي سرق بيتي",
    "", "   ", "***", "5*6", "rs 500*2", "2*4 ka pipe",
])  # fmt: skip
def test_plain_or_harsh_sentence_stays_below_the_point(text):
    assert insults(text)[0] < POINT, insults(text)


@pytest.mark.parametrize("text", [
    "The guard called me a bastard, please take action",
    "Clerk ne meri walida ko kanjar kaha", 'Kisi ne deewar par "haramzade" likha hai, saaf karein',
    "کلرک نے مجھے کمینہ کہا",
])  # fmt: skip
def test_word_that_is_told_of_is_only_a_reason_to_look(text):
    assert 0.0 < insults(text)[0] < POINT


@pytest.mark.parametrize(("text", "kind"), [
    ("madarchod clerk", "obscene"), ("nice t*ts", "obscene"), ("ye langra clerk kya karega",
    "slur"),
    ("pagal pathan", "slur"), ("send her back to the kitchen", "slur"), ("kameene log", "insult"),
])  # fmt: skip
def test_span_names_the_kind_of_abuse(text, kind):
    assert {s.label for s in insults(text)[1]} == {kind}


def test_span_stands_under_the_words_of_the_original():
    text = "Bhai, Suar ke bachon! nala saf karo"
    [span] = insults(text)[1]
    assert text[span.start : span.end] == "Suar ke bachon"


@pytest.mark.parametrize(("kind", "code"), [
    ("obscene", ReasonCode.OBSCENE), ("slur", ReasonCode.SLUR), ("insult",
    ReasonCode.PERSONAL_ABUSE),
])  # fmt: skip
@pytest.mark.parametrize("offset", [-0.01, 0.0])
def test_policy_suggests_the_code_of_the_kind_from_the_point_on(kind, code, offset):
    signal = Signal(
        name="abusive_words",
        version="1",
        value=POINT + offset,
        spans=(Span(start=0, end=2, label=kind),),
    )
    judgement = judge(a_reading(signal), DEFAULT_POLICY)
    assert (judgement.reasons == (code,)) is (offset == 0.0)
    assert judgement.flag is (Flag.FLAGGED if offset == 0.0 else Flag.NONE)


def test_point_of_the_policy_moves_the_rule():
    spans = (Span(start=0, end=2, label="insult"),)
    signal = Signal(name="abusive_words", value=0.7, version="1", spans=spans)
    strict = replace(DEFAULT_POLICY, queue=replace(DEFAULT_POLICY.queue, abusive_words=0.8))
    assert judge(a_reading(signal), strict).flag is Flag.NONE


def a_reading(signal: Signal) -> Reading:
    quiet = ("toxicity", "obscene", "slur", "insult", "threat")
    return Reading(
        language=Language.EN, coverage=Coverage.COVERED, coverage_note="", sentiment=0.0,
        engine="fake", engine_version="1",
        signals=(*(Signal(name=n, value=0.0, version="1") for n in quiet), signal),
        feedback=(FeedbackKind.OTHER,),
    )  # fmt: skip


def test_each_kind_has_a_rule_of_its_own():
    assert [r.reason for r in RULES if r.signal == "abusive_words"] == [
        ReasonCode.SLUR, ReasonCode.OBSCENE, ReasonCode.PERSONAL_ABUSE,
    ]  # fmt: skip


@pytest.mark.parametrize("text", [
    "Haramiyo 8 mahine se certificate ke liye zaleel kar rahe ho, clerk paise mangta hai",
    "You useless bastards, the open manhole has been there for six weeks. Fix it.",
    "The guard is a filthy liar and a thief, he sold our token",
    "کمینو، دو ہفتے سے ٹرانسفارمر خراب ہے",
])  # fmt: skip
def test_complaint_beside_an_insult_stays_a_complaint(text):
    assert insults(text)[0] >= POINT
    assert FeedbackKind.COMPLAINT in kinds_of(text)


@pytest.mark.parametrize("text", [
    "گندی نالی کے کیڑے ہو تم سب", "Chup kar bhaunkne walay kutte, tujh se nahi hota to ghar ja",
    "Patwari aya to zinda jala denge", "Next time hum tumhare office ko bomb se ura denge",
])  # fmt: skip
def test_pure_insult_or_threat_is_no_complaint(text):
    assert FeedbackKind.COMPLAINT not in kinds_of(text)


def test_each_spelling_of_a_pattern_is_written_out_once():
    assert spellings("kam(i|ee)n(a|e)") == ["kamina", "kamine", "kameena", "kameene"]
    assert spellings("plain word*") == ["plain word*"]


@given(st.text(max_size=200))
def test_any_text_gives_a_value_from_0_to_1_and_spans_inside_it(text):
    value, spans = insults(text)
    assert 0.0 <= value <= 1.0
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert list(spans) == sorted(spans, key=lambda s: s.start)


@pytest.mark.parametrize("piece", ["tum kutte ", "suar ke ", "f*** ", "*a", "chor ", "b.c. log "])
def test_hostile_repeats_are_read_to_the_end(piece):
    assert 0.0 <= insults(piece * (20_000 // len(piece)))[0] <= 1.0
