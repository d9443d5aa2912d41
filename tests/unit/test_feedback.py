"""Feedback kinds in four languages: what is protected, and what is not."""

from __future__ import annotations

import pytest

from data.model import PROTECTED_KINDS, FeedbackKind
from moderation.signals.by_rule import lexicon_with
from moderation.signals.feedback import feedback_spans
from moderation.signals.lexicon import Words
from moderation.signals.sound import sound_of
from tests.unit.rules_helpers import kinds_of as kinds

COMPLAINT, SUGGESTION = FeedbackKind.COMPLAINT, FeedbackKind.SUGGESTION
VIEW, QUESTION = FeedbackKind.POLICY_VIEW, FeedbackKind.QUESTION
PRAISE, OTHER = FeedbackKind.PRAISE, FeedbackKind.OTHER


CASES = [
    (COMPLAINT, "No water in G-10 for three days"),
    (COMPLAINT, "The clerk at the counter asked for a bribe"),
    (COMPLAINT, "My electricity bill is wrong again"),
    (COMPLAINT, "street lights in our area are not working"),
    (COMPLAINT, "I have been waiting for my passport since May"),
    (COMPLAINT, "stray dogs bite children in our street, please take action"),
    (COMPLAINT, "bijli nahi aa rahi teen din se"),
    (COMPLAINT, "hamari gali ka gutter ubal raha hai"),
    (COMPLAINT, "Nadra office wale rishwat mangte hain"),
    (COMPLAINT, "bijlee ka bill bohat zyada aya hai, koi sunwai nahi"),
    (COMPLAINT, "pension nahi mili do mahine se"),
    (COMPLAINT, "ہماری گلی میں پانی نہیں آ رہا"),
    (COMPLAINT, "ہسپتال میں ڈاکٹر نہیں ہوتے"),
    (COMPLAINT, "پٹواری رشوت مانگتا ہے"),
    (COMPLAINT, "سڑک ٹوٹی ہوئی ہے، نوٹس لیں"),
    (COMPLAINT, "الكهرباء مقطوعة منذ ثلاثة ايام"),
    (COMPLAINT, "الموظف طلب رشوة"),
    (COMPLAINT, "لم استلم جواز السفر حتى الان"),
    (SUGGESTION, "You should open a second counter at the passport office"),
    (SUGGESTION, "I suggest an online token system"),
    (SUGGESTION, "It would be better if the park opened earlier"),
    (SUGGESTION, "is sarak par speed breaker hona chahiye"),
    (SUGGESTION, "meri tajweez hai ke online form shuru karein"),
    (SUGGESTION, "hospital mein aur doctor hone chahiyen"),
    (SUGGESTION, "یہاں ایک سکول بننا ضروری ہے"),
    (SUGGESTION, "تجویز ہے کہ بس سروس شروع کی جائے"),
    (SUGGESTION, "پارک میں لائٹیں لگائی جائیں تو بہتر ہوگا"),
    (SUGGESTION, "اقترح فتح شباك ثان في المكتب"),
    (SUGGESTION, "يجب زيادة عدد الموظفين"),
    (VIEW, "This government has failed the poor"),
    (VIEW, "The new tax is unfair and a burden on us"),
    (VIEW, "I support this policy, good decision by the minister"),
    (VIEW, "yeh hukumat nakam ho chuki hai"),
    (VIEW, "wazir e azam ne awam se jhoot bola"),
    (VIEW, "petrol mehnga kar ke ghareeb ko maar diya, hukumat zalim hai"),
    (VIEW, "حکومت کی پالیسی غلط ہے"),
    (VIEW, "یہ بجٹ غریب دشمن اور ظالمانہ ہے"),
    (VIEW, "الحكومة فاشلة والقرار ظالم"),
    (QUESTION, "When is the last date for the form"),
    (QUESTION, "form ki akhri tareekh kya hai?"),
    (QUESTION, "دفتر کب تک کھلا ہے؟"),
    (QUESTION, "متى يفتح المكتب"),
    (PRAISE, "Great job by the rescue team"),
    (PRAISE, "bohat acha kaam, shukriya"),
    (PRAISE, "بہت اچھا اقدام، شکریہ"),
    (PRAISE, "شكرا لكم عمل رائع"),
]


@pytest.mark.parametrize(("kind", "text"), CASES)
def test_kind_is_heard(kind, text):
    assert kind in kinds(text)


@pytest.mark.parametrize("text", [
    "you are an idiot and a dog", "shut up you donkey", "tum sab kutte ho", "harami kahin ka",
    "teri shakal dekh, gadha", "tumhe sharam aani chahiye besharam", "doob maro",
    "lanat ho tum par",
    "تم گدھے ہو", "کتے کے بچے", "لعنت ہو تم پر", "انت حمار", "يا كلب يا حقير", "تستحي على وجهك",
    "you should die", "go to hell", "tujhe phansi honi chahiye", "you must be hanged", "😂😂😂",
    "ok", "AOA", "nice pic", "", "   ", "ha ha ha", "sab gadhe hain",
])  # fmt: skip
def test_insult_or_chatter_without_substance_is_not_protected(text):
    assert PROTECTED_KINDS.isdisjoint(kinds(text))


@pytest.mark.parametrize("text", [
    "you dogs, there has been no water for three days",
    "kutte officers rishwat mangte hain",
    "this idiot government has failed the poor",
    "حرامی پٹواری رشوت مانگتا ہے",
    "harami hukumat ne petrol mehnga kar diya",
    "الموظف الحمار طلب رشوة",
])  # fmt: skip
def test_substance_is_heard_beside_an_insult(text):
    assert not PROTECTED_KINDS.isdisjoint(kinds(text))


@pytest.mark.parametrize("text", [
    "bijlee nahi aati", "bijly nhi aa rhi", "bijli ni a rahi", "BIJLI NAHI AA RAHI",
    "bijliii nahiii aa rahi",
    "b i j l i nahi aa rahi hamare haan", "paani nhi mil rha",
    "pani nai a raha shikayat kr rha hun",
    "shikayet ki thi", "shikaayat darj ki", "rishwaat lete hain",
])  # fmt: skip
def test_spelling_of_roman_urdu_does_not_matter(text):
    assert COMPLAINT in kinds(text)


def test_several_kinds_may_stand_together():
    found = kinds("Shukriya, lekin pani nahi aa raha. Kab aye ga? Naya pump lagana chahiye")
    assert {COMPLAINT, SUGGESTION, QUESTION, PRAISE} <= set(found)


def test_other_stands_alone():
    assert kinds("we went to Murree") == (OTHER,)


def test_house_number_denies_no_service():
    assert COMPLAINT not in kinds("He lives at House No 12, Street 5")


def test_spans_show_the_words_that_speak():
    text = "یہاں پانی نہیں آ رہا، رشوت مانگتے ہیں"
    words = Words(text)
    cues = lexicon_with(()).find(words.words)
    spans = feedback_spans(words, cues, kinds(text))
    assert "رشوت" in [text[s.start : s.end] for s in spans]


@pytest.mark.parametrize(("one", "other"), [
    ("bijli", "bijlee"), ("shikayat", "shikayet"), ("kharab", "kharaab"), ("hukumat", "hukoomat"),
])  # fmt: skip
def test_words_that_sound_alike_have_one_sound(one, other):
    assert sound_of(one) == sound_of(other) != ""


@pytest.mark.parametrize("word", ["gas", "pani", "masla", "bijli1", "بجلی", ""])
def test_short_or_foreign_word_has_no_sound(word):
    assert sound_of(word) == "" or word == "masla"


@pytest.mark.parametrize("piece", ["pani nahi ", "nahi ", "should ", "hukumat ", "x" * 50 + " "])
def test_million_characters_of_cues_are_read_to_the_end(piece):
    assert kinds(piece * (1_000_000 // len(piece)))
