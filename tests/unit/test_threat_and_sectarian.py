"""Threats and calls against a sect by their words, beside plain and condemning sentences."""

from __future__ import annotations

import pytest

from moderation.judging.policy import DEFAULT_POLICY
from moderation.signals.by_rule import lexicon_with
from moderation.signals.lexicon import Words
from moderation.signals.sectarian import find_sectarian
from moderation.signals.threat import find_threat


def threat(text: str) -> float:
    words = Words(text)
    return find_threat(words, lexicon_with(()).find(words.words))[0]


def sectarian(text: str) -> float:
    words = Words(text)
    return find_sectarian(words, lexicon_with(()).find(words.words))[0]


@pytest.mark.parametrize("text", [
    "I will kill you and your family", "we know where you live, watch your back",
    "jaan se maar dunga tujhe", "is afsar ko goli mar do", "zinda nahi chorunga",
    "میں تمہیں جان سے مار دوں گا", "اس کو گولی مار دو", "سأقتلك يا حقير", "اقتلوه",
])  # fmt: skip
def test_threat_in_words_is_severe(text):
    assert threat(text) >= DEFAULT_POLICY.severe.threat


@pytest.mark.parametrize("text", [
    "mosquitoes will kill us all", "this heat is killing me", "he killed it in the match",
    "mehngai ne maar diya", "kill the dengue mosquitoes", "pani ki qillat se log mar rahe hain",
    "مہنگائی نے مار دیا", "بھوک سے مر جائیں گے",
    "someone threatened to kill me, the police did nothing",
    "mujhe jaan se marne ki dhamki mili, thana report nahi likhta", "الكلاب الضالة تقتل القطط",
    "shoot this film in Lahore", "the road accident killed three",
])  # fmt: skip
def test_talk_of_death_that_threatens_nobody_stays_below_the_point(text):
    assert threat(text) < DEFAULT_POLICY.queue.threat


@pytest.mark.parametrize("text", [
    "dobara aya to zinda wapis nahi jayega", "agar rasta na khula to iski laash milegi",
    "is ko gaari ke neeche de dunga", "inka khoon baha denge", "raat ko petrol bomb giray ga",
    "taangein tor ke bhejenge", "اس کی لاش ملے گی", "خون بہا دیں گے",
])  # fmt: skip
def test_threat_under_a_condition_is_severe(text):
    assert threat(text) >= DEFAULT_POLICY.severe.threat


@pytest.mark.parametrize("text", [
    "hadse mein uski taangein toot gayin", "petrol bomb phenka gaya, thana report nahi likhta",
    "us ne kaha laash milegi, FIR darj karein", "naale se laash mili hai", "khoon ka atiya dein",
    "bacha gaari ke neeche aa gaya", "میری ٹانگیں ٹوٹ گئیں", "نالے سے لاش ملی ہے",
])  # fmt: skip
def test_accident_or_a_threat_told_of_stays_below_the_point(text):
    assert threat(text) < DEFAULT_POLICY.queue.threat


@pytest.mark.parametrize("text", [
    "is maslak ke log wajib ul qatl hain", "is firqe walon ko maar do",
    "اس فرقے والوں کو قتل کر دو",
])  # fmt: skip
def test_call_against_a_sect_that_is_not_named_is_severe(text):
    assert sectarian(text) >= DEFAULT_POLICY.severe.sectarian


@pytest.mark.parametrize("text", [
    "har maslak ke log bhai hain", "firqa wariyat khatam karo", "فرقہ واریت ختم کرو",
])  # fmt: skip
def test_word_against_sectarianism_is_no_call(text):
    assert sectarian(text) < DEFAULT_POLICY.queue.sectarian


@pytest.mark.parametrize("text", [
    "shia kafir wajib ul qatl hain", "kill all ahmadis", "qadiani wajib ul qatal hain",
    "شیعہ کو قتل کر دو", "ہندوؤں کو ملک سے نکالو", "اقتلوا الروافض",
])  # fmt: skip
def test_call_against_a_sect_or_faith_is_severe(text):
    assert sectarian(text) >= DEFAULT_POLICY.severe.sectarian


@pytest.mark.parametrize("text", ["shia kafir hain", "قادیانی کافر ہیں", "الشيعة كفار"])
def test_curse_of_unbelief_is_a_reason_to_look(text):
    assert DEFAULT_POLICY.queue.sectarian <= sectarian(text) < DEFAULT_POLICY.severe.sectarian


@pytest.mark.parametrize("text", [
    "my neighbour is shia", "shia sunni bhai bhai", "Ahmadi school opened", "hindu mandir ki safai",
    "christian colony mein pani nahi", "we condemn those who say shia are kafir",
    "shia ko kafir kehna ghalat hai", "شیعہ سنی اتحاد", "شیعہ کو کافر کہنا غلط ہے",
    "عیسائی بستی میں بجلی نہیں",
    "الشيعة والسنة اخوة", "ندين من يقول الشيعة كفار", "sikh yatri kartarpur pohanch gaye",
    "kafir", "wajib ul qatl", "the mob killed a christian couple, we condemn it",
])  # fmt: skip
def test_name_of_a_sect_or_a_word_against_hatred_stays_below_the_point(text):
    assert sectarian(text) < DEFAULT_POLICY.queue.sectarian
