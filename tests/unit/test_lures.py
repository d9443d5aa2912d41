"""Bait beside a link, and who warns of it, asks about it or only passes a link on."""

from __future__ import annotations

import pytest

from data.model import PROTECTED_KINDS, FeedbackKind
from moderation.judging.policy import DEFAULT_POLICY
from moderation.signals.by_rule import lexicon_with
from moderation.signals.lexicon import Words
from moderation.signals.spam import find_spam
from tests.unit.rules_helpers import kinds_of

POINT = DEFAULT_POLICY.queue.spam


def spam(text: str) -> float:
    words = Words(text)
    return find_spam(text, words, lexicon_with(()).find(words.words)).value


@pytest.mark.parametrize("text", [
    "Ready made degrees with verification, dm us, quickdegree.invalid",
    "Driving licence without test, home delivery, licence-fast.example",
    "Confirm your bank PIN at https://relief-payment.example/verify",
    "Crypto signals, ask me how, coin-up.shop",
    "Get 10k subscribers tonight at sub-now.example/go",
    "Naukri pakki, abhi rabta karein naukri-ab.com",
    "Bill half karne wala device, order at bijli-kam.net",
    "قرعہ اندازی میں موبائل جیتیں inaam-ghar.example", "اربح كل يوم my-money.example",
])  # fmt: skip
def test_bait_beside_a_link_is_spam_and_no_complaint(text):
    assert spam(text) >= POINT
    assert PROTECTED_KINDS.isdisjoint(kinds_of(text))


@pytest.mark.parametrize("text", [
    "Is this link real? win a free car at car-win.example",
    "Beware, licence-fast.example says licence without test, it is a scam",
    "Kya yeh asli hai? confirm your bank pin relief-payment.example",
    "Look at the pictures of the broken road: my-street.example/photos",
    "Pani nahi aa raha, video dekhein mohalla-news.com/video",
    "Crypto should be regulated by law, good article: paper-daily.com/a",
    "Driving licence without test is given for bribes, shame",
    "Fill the form at https://dlims.punjab.gov.pk, no home delivery of licence without test",
])  # fmt: skip
def test_link_alone_bait_alone_and_a_warning_are_not_spam(text):
    assert spam(text) < POINT


@pytest.mark.parametrize("text", [
    "I am getting terrible home delivery service from you, my paper never comes",
    "Complaint: agent of fast-licence.example sells licence without test, please take action",
    "ATM card ka pin code nahi mila, bank wale tang kar rahe hain",
])  # fmt: skip
def test_complaint_that_names_an_offer_stays_a_complaint(text):
    assert FeedbackKind.COMPLAINT in kinds_of(text)


def test_office_site_counts_as_no_link():
    assert spam("get followers at https://nadra.gov.pk") == 0.0
