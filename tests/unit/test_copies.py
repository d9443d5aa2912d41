"""Near-copies: who shares a band, who does not, and what is too short to say."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.signals.copies import ALIKE, signature, similarity, with_copies
from tests.unit.judgement_helpers import a_reading

CAMPAIGN = (
    "Sir please restore the gas supply of our street in the evening, children sleep hungry and "
    "nobody at the office picks up the phone"
)
URDU = "جناب ہماری گلی میں تین دن سے پانی نہیں آ رہا براہ کرم فوری طور پر کوئی بندوبست کیا جائے"
FIRST_BAND, FIRST_BYTES = 5416911535740437143, "9d6455039f412903"
OTHERS = [
    "Thank you for opening the new counter, the queue was short and the staff polite to us all",
    "When will the result of the ninth class be announced, the website shows nothing at all",
    URDU,
    "Bijli ka bill is dafa do guna aya hai jab ke hum ghar par thay hi nahi pura mahina",
]


def alike(a: str, b: str) -> float:
    one, other = signature(a), signature(b)
    assert one is not None and other is not None
    return similarity(one.minhash, other.minhash)


def share_a_band(a: str, b: str) -> bool:
    one, other = signature(a), signature(b)
    assert one is not None and other is not None
    return bool(set(one.bands) & set(other.bands))


@pytest.mark.parametrize("changed", [
    CAMPAIGN.upper(),
    CAMPAIGN + " !!!! 🙏🙏🙏",
    "@official " + CAMPAIGN,
    CAMPAIGN.replace("Sir please", "Dear sir, kindly"),
    CAMPAIGN.replace("e", "\u200be", 5),
    CAMPAIGN.replace(" ", "  "),
    CAMPAIGN.replace("phone", "phone ever"),
    CAMPAIGN.replace("e", "eee").replace("o", "oo"),
    "@one @two_three " + CAMPAIGN + " #gas #Sunwai https://gas.example/petition?id=7",
])  # fmt: skip
def test_near_copy_shares_a_band_and_is_alike(changed):
    assert share_a_band(CAMPAIGN, changed)
    assert alike(CAMPAIGN, changed) >= ALIKE


@pytest.mark.parametrize("piece", ["w", "ww.", "kk ", "k k", "aab", "22", "ے", "@w ", "#ww"])
def test_drawn_out_letters_of_any_number_are_read(piece):
    for times in (1, 12, 30, 60, 5_000):
        found = signature(piece * times)
        assert found is None or len(found.bands) == 16


def test_what_is_nothing_but_a_link_or_hashtags_is_compared_by_them():
    link = "https://prize-of-the-day.example/claim/now/by/everybody?from=7"
    assert alike(link, link + " !!") == 1.0
    tags = "#water #electricity #gas #roads #schools #hospitals"
    assert alike(tags, tags.upper()) == 1.0


def test_urdu_copy_with_arabic_letters_is_the_same():
    assert alike(URDU, URDU.replace("ی", "ي").replace("ک", "ك")) == 1.0


@pytest.mark.parametrize("other", OTHERS)
def test_different_comment_is_not_alike(other):
    assert alike(CAMPAIGN, other) < 0.2
    assert not share_a_band(CAMPAIGN, other)


@pytest.mark.parametrize("text", [
    "", "   ", "AOA", "thanks", "ok sir g", "👍👍👍👍👍👍👍👍👍", "1122", "Good job keep it up",
    "شکریہ",
    "ماشاءاللہ بہت خوب", "السلام علیکم", "bohat acha kaam hai", "first", ".....",
])  # fmt: skip
def test_short_text_is_never_called_a_copy(text):
    assert signature(text) is None


def test_signature_is_fixed_for_ever_because_it_is_kept():
    found = signature(CAMPAIGN)
    assert found is not None
    assert len(found.minhash) == 256
    assert len(found.bands) == 16
    assert found.bands[0] == FIRST_BAND
    assert found.minhash[:8].hex() == FIRST_BYTES


def test_bands_fit_the_database():
    found = signature(URDU)
    assert found is not None
    assert all(0 <= band < 2**63 for band in found.bands)


def test_damaged_minhash_is_refused():
    found = signature(URDU)
    assert found is not None
    with pytest.raises(ValueError, match="256 bytes"):
        similarity(found.minhash, found.minhash[:-1])


def test_estimate_follows_the_share_of_words_in_common():
    rng = random.Random(7)
    words = ["".join(rng.choices("abcdefghijklmnop", k=7)) for _ in range(60)]
    rising = [alike(" ".join(words), " ".join(words[:n])) for n in (15, 30, 45, 60)]
    assert rising == sorted(rising)
    assert rising[-1] == 1.0


@pytest.mark.parametrize("text", ["a b c d e " * 200_000, "\u0301" * 1_000_000, "خوب " * 250_000])
def test_very_long_text_is_read_to_the_end(text):
    found = signature(text)
    assert found is None or len(found.bands) == 16


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_one_signature_or_none(text):
    assert signature(text) == signature(text)


def test_with_copies_says_how_many_and_replaces_what_was_said_before():
    once = with_copies(a_reading(), count=3, accounts=2, minutes=5.0)
    twice = with_copies(once, count=412, accounts=380, minutes=26.4)
    assert twice.value("copies") == 412
    assert twice.value("copy_accounts") == 380
    assert twice.value("copy_minutes") == 26.4
    assert len(twice.signals) == len(once.signals)
    notes = [s.note for s in twice.signals if s.name == "copies"]
    assert notes == ["412 copies, 380 accounts, 26 min"]
