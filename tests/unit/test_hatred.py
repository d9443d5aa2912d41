"""Hatred for a people said outright, beside plain sentences of the same names and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import ReasonCode
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.signals.by_rule import lexicon_with
from moderation.signals.hatred import hatred
from moderation.signals.lexicon import Words
from moderation.signals.listing import spellings
from moderation.signals.word_lists import WORDS, read_lists

HATRED = [
    # what they are called
    "All Shias are liars", "Punjabis are greedy thieves from birth",
    "Christians in that colony are nothing but filth", "Every single Afghan is a criminal",
    "Saray Shia jhootay aur ghaddar hote hain", "Pathan log bewaqoof hote hain",
    "سارے شیعہ جھوٹے اور غدار ہوتے ہیں", "پنجابی پیدائشی لالچی ہوتے ہیں",
    "كل الشيعة كذابون", "المسلمون كلهم إرهابيون",
    # what is said of them
    "Trans people aren't even human", "These Ahmadis breed like rats",
    "Gays deserve to be stoned", "Immigrants steal and beg",
    "Khawaja sira insaan hi nahi hain", "Aurton ki aqal ghutnon mein hoti hai",
    "خواجہ سرا انسان ہی نہیں", "مجھے عیسائیوں سے گھن آتی ہے", "ہیجڑوں کو زندہ دفن کر دینا چاہیے",
    "المتحولون ليسوا بشرا", "المثليون يستحقون الرجم",
    # what is said before their name
    "I can't stand Christians", "Death to all Jews", "Filthy refugees everywhere",
    "Lock your doors, a black family moved in",
    "Aaj tak koi aik bhi imandar Hindu paida nahi hua", "Batwe sambhal lo, Afghani aa gaye",
    "ایک بھی ایماندار ہندو نہیں ملا", "أكره الأكراد", "لن تجد رجلا شريفا بين اليهود",
    # wishes and likenesses
    "May all the Jews choke and die", "Khuda kare saray Shia mit jayen",
    "خدا کرے سارے شیعہ مٹ جائیں", "أتمنى أن يموت كل اليهود",
    "The difference between a Pashtun and a donkey",
    "Aurat ko gari dena bandar ke haath mein ustra",
    "ما الفرق بين الهندي والحمار",
]  # fmt: skip
CIVIL = [
    "Shias are not traitors and this FIR is shameful", "Women are not stupid, hire them",
    "People who hate Hindus are stupid", "Pashtun drivers are fined and thieves go free",
    "Whoever writes \"all Shias are liars\" has no Shia neighbour",
    "Is it true that gays should be killed according to some?",
    "May all Christians have a peaceful Easter", "I hope no Ahmadi family has to die again",
    "I hate that women wait outside", "There are rats in the Christian colony",
    "My Christian maid was accused of being a thief", "Baloch students suffer, this is evil",
    "Disabled people should not be left waiting", "Muslims are dying in the floods",
    "Afghan bastiyon mein chuhay bohat hain", "Hindu mohalle mein chor phir rahe hain",
    "Shia bhai ghaddar nahi hain", "Kya aurten judge ban sakti hain?",
    "Mujhe Pathanon se koi nafrat nahi", "Mazoor logon ke liye seerhiyan bojh hain",
    "Khuda kare saray muhajir khairiyat se pohnch jayen", "Hum Hindu hain. Chor pakro.",
    "Kashmiri bhai mazloom hain, dushman zalim hai",
    "معذور لوگوں کے لیے سیڑھیاں بوجھ ہیں", "قادیانی عبادت گاہ پر حملہ کرنے والے مجرم ہیں",
    "کشمیری نوجوان کو زندہ جلا دیا گیا", "کون سنی، کون عالم، کون جاہل ہے",
    "في حي المسيحيين جرذان كثيرة", "النساء لا مكان لهن للجلوس في الصالة",
    "الفرق بين رسوم المصريين والسوريين كبير", "لا أكره الأكراد",
    "Hazara Town thieves are back", "Muslim League are liars", "liars and traitors, all of them",
]  # fmt: skip


def places(text: str) -> list[str]:
    words = Words(text)
    found = hatred(words, lexicon_with(()).find(words.words))
    return [" ".join(words.words[p.first : p.last + 1]) for p in found]


@pytest.mark.parametrize("text", HATRED)
def test_hatred_for_a_people_is_found_and_reaches_the_queue_as_a_slur(text: str) -> None:
    assert places(text)
    assert ReasonCode.SLUR in judge(Reader(None).read([text])[0], DEFAULT_POLICY).reasons


@pytest.mark.parametrize("text", CIVIL)
def test_who_tells_denies_or_speaks_of_a_place_says_none(text: str) -> None:
    assert places(text) == []


@pytest.mark.parametrize("name", sorted(p.stem for p in WORDS.glob("*.toml")))
def test_no_entry_nests_its_choices_or_takes_every_ending_but_at_its_end(name: str) -> None:
    """Such an entry would never be found, and nobody would see it."""
    for cue, _, entries in read_lists(name):
        for entry in (e for listed in entries for e in spellings(listed)):
            assert "(" not in entry and ")" not in entry, (cue, entry)
            assert "*" not in entry[:-1], (cue, entry)


def test_a_quotation_elsewhere_hides_nothing() -> None:
    assert places('"Today" again: all Shias are liars')


def test_a_page_of_texts_finds_what_each_text_alone_finds() -> None:
    texts = [*HATRED, *CIVIL]
    together = Reader(None).read(texts)
    for text, reading in zip(texts, together, strict=True):
        assert reading.signals == Reader(None).read([text])[0].signals, text


@given(st.text(max_size=200))
def test_any_text_gives_an_answer(text: str) -> None:
    places(text)


def test_hostile_repeats_find_a_bounded_number() -> None:
    for text in ("all shias are liars " * 400, "may all jews die " * 400, "shias " * 2000):
        assert len(places(text)) <= 400
