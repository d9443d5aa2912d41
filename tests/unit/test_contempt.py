"""Contempt for a people said without a hard word, beside plain sentences of the same words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Reading, ReasonCode
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.signals.by_rule import lexicon_with
from moderation.signals.contempt import contempt
from moderation.signals.insults import INSULT, SLUR, find_insults
from moderation.signals.lexicon import Words

POINT = DEFAULT_POLICY.queue.abusive_words


def found(text: str) -> tuple[float, set[str]]:
    words = Words(text)
    value, spans = find_insults(words, lexicon_with(()).find(words.words))
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    return value, {s.label for s in spans}


def read(text: str) -> Reading:
    return Reader(None).read([text])[0]


@pytest.mark.parametrize("text", [
    "Afghans are just rats", "Refugees are nothing but a plague", "These people are vermin",
    "Kick every Bihari out of the city", "We must boycott all Hindus", "No place for Sikhs",
    "Shias should never be given land", "Jews can never be trusted",
    "Women belong in the kitchen", "Go back to where you came from",
    "Hindu log keeray makoray hain", "Isaiyon ko mohallay se nikal do", "Ye poori qaum nasoor hai",
    "Ahmadiyon ka boycott karo", "Pathano ko naukri nahi deni chahiye",
    "Auraton ko ghar mein band rakho",
    "ہندو لوگ سانپ ہیں", "بہاریوں کو شہر سے نکال دو", "شیعوں کا بائیکاٹ کرو",
    "سندھیوں کو نوکری نہیں دینی چاہیے", "عورتوں کو گھر بٹھاؤ",
    "الافارقة قرود", "اطردوا اللاجئين", "لا مكان للمسيحيين هنا",
])  # fmt: skip
def test_contempt_for_a_people_is_a_slur_and_reaches_the_queue_point(text: str) -> None:
    value, labels = found(text)
    assert value >= POINT
    assert SLUR in labels
    assert ReasonCode.SLUR in judge(read(text), DEFAULT_POLICY).reasons


@pytest.mark.parametrize("text", [
    "You are not even human", "He has no shame, no honour", "Tum insan kehlane ke laiq nahi",
    "تم انسان کہلانے کے قابل نہیں", "لست رجلا",
])  # fmt: skip
def test_honour_denied_to_the_one_spoken_to_is_an_insult(text: str) -> None:
    value, labels = found(text)
    assert value >= POINT
    assert labels == {INSULT}


@pytest.mark.parametrize("text", [
    # An office, a party, a measure.
    "This ministry is a cancer", "The board members are parasites on the budget",
    "Throw the ministers out", "Boycott the Muslim League", "The Sindh government are rats",
    "Ye hakumat nasoor hai", "Wazir ko nikal do", "Hukumat ko na sharam hai na haya",
    "Is jamaat ka boycott karo", "حکومت ناسور ہے", "وزیر کو نکالو", "الحكومة سرطان",
    "اطردوا الوزير", "قاطعوا الانتخابات",
    # Told, refused, asked.
    "They say Afghans are rats, this is wrong to say", "Why should Hindus be thrown out?",
    "Should refugees not be given identity cards?", "Stop saying that women are pests",
    "Log kehte hain Hindu keeray hain", "Kisi ko haq nahi ke Hinduon ko nikalo",
    # Plain sentences that name a people, and the same words in their own sense.
    "Afghans are our neighbours", "Refugees are sick with a virus", "Christians need a graveyard",
    "Rescue the Hindus and bring them out of the flood", "Pull the Afghans out of the rubble",
    "Women are waiting for a bus", "Send the refugees blankets", "The school for Hindu girls",
    "Hinduon ko sailab se bahar nikalo", "Hinduon ke ghar se pani nikalo",
    "Auraton ko line mein khara nahi rehna chahiye", "Pathan bazar mein keeray hain",
    "Sindhi log bimari se pareshan hain", "Deport illegal Afghans by law, with a court order",
    "خواتین کو چھ گھنٹے کھڑا نہیں رہنا چاہیے", "ہندوؤں کے گھر سے پانی نکالو",
    "النساء ينتظرن سرطان الثدي علاجه متأخر", "انقذوا السوريين واخرجوا السوريين من تحت الانقاض",
    "", "are vermin", "hain", "ko nikalo",
])  # fmt: skip
def test_offices_tellers_and_plain_sentences_are_left_alone(text: str) -> None:
    words = Words(text)
    assert list(contempt(words, lexicon_with(()).find(words.words))) == []


@given(st.text(alphabet="abو ک؟?hindukoeaتر \n", max_size=80))
def test_any_text_gives_an_answer(text: str) -> None:
    found(text)


def test_hostile_repeats_cost_no_square() -> None:
    lexicon = lexicon_with(())

    def cost(times: int) -> float:
        words = Words("hindus are rats hinduon ko nikalo throw " * times)
        cues = lexicon.find(words.words)
        begun = time.process_time()
        assert len(list(contempt(words, cues))) <= 400
        return time.process_time() - begun

    cost(10)
    assert cost(20_000) < 20 * (cost(2_000) + 0.01)
