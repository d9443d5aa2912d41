"""Links, scams and advertising, and what looks like them and is not."""

from __future__ import annotations

import pytest

from moderation.judging.policy import DEFAULT_POLICY
from moderation.signals.by_rule import lexicon_with
from moderation.signals.lexicon import Words
from moderation.signals.spam import Spam, find_spam

POINT = DEFAULT_POLICY.queue.spam


def spam(text: str, *official: str) -> Spam:
    words = Words(text)
    return find_spam(text, words, lexicon_with(()).find(words.words), official)


@pytest.mark.parametrize("text", [
    "Congratulations you have won the BISP 8171 cash prize, click here http://bisp-8171.xyz/claim",
    "Mubarak ho aap ne jeeto pakistan ka inaam jeeta, is number par rabta karein 0301-2345678",
    "آپ کا بینظیر انکم سپورٹ انعام نکلا ہے، واٹس ایپ کریں 03012345678",
    "لقد ربحت جائزة، اضغط الرابط https://bit.ly/3xYz",
    "Earn money online daily income from home, join whatsapp group https://chat.whatsapp.com/AbC",
    "Ghar baithe paise kamaen, whatsapp karein 0312 3456789",
    "گھر بیٹھے پیسے کمائیں، رابطہ کریں ۰۳۱۲۳۴۵۶۷۸۹ واٹس ایپ",
    "Instant loan without documents, download app https://fast-loan.top/a.apk",
    "Bitcoin and forex trading signals, dm me on t.me/signals123",
    "kala jadu mohabbat ki shadi amil baba call karein 0300-1234567",
    "جلب الحبيب شيخ روحاني للتواصل واتساب",
    "Replica watches for sale, free delivery, order now, contact us whatsapp 0333-1234567",
    "update your record at http://nadra-verify.com/login",
    "install this https://files.example.com/whatsapp-gold.apk",
    "http://a1b2.xyz/1 http://a1b2.xyz/2 http://a1b2.xyz/3",
    "follow me and subscribe my channel, link in bio, check my page https://abc.shop",
])  # fmt: skip
def test_scam_or_advertising_reaches_the_queue_point(text):
    found = spam(text)
    assert found.value >= POINT, found
    assert found.note
    assert all(0 <= s.start < s.end <= len(text) for s in found.spans)


@pytest.mark.parametrize("text", [
    "bisp ki qist nahi mili, 8171 par message kiya koi jawab nahi",
    "مجھے احساس پروگرام کی رقم نہیں ملی، رابطہ کس سے کروں؟",
    "How can I apply for the Ehsaas programme? which office to contact",
    "please see https://www.punjab.gov.pk/notice and https://wasa.punjab.gov.pk",
    "https://t.co/abcdef nice work",
    "watch this report https://www.youtube.com/watch?v=abc and https://www.dawn.com/news/1",
    "the prize of onions is too high, minister should resign",
    "whatsapp number of the complaint cell please",
    "Contact number of DC office? I called 042-99201234, no one answers",
    "helpline 1122 did not come",
    "inbox kar dein form ka link",
    "loan scheme for farmers is a good step, when will it start",
    "sir bill 12000 aya hai, qist kar dein",
    "e.g. roads, water, gas etc. are broken.Please fix",
    "لا يوجد رابط للتسجيل على الموقع",
    "kya yeh link asli hai? http://example.com/form",
])  # fmt: skip
def test_citizen_who_asks_or_complains_is_not_spam(text):
    assert spam(text).value < POINT, spam(text)


def test_official_link_weighs_nothing_and_a_listed_one_neither():
    assert spam("https://nadra.gov.pk/x").value == 0.0
    assert spam("http://my-city.xyz/news").value > 0.0
    assert spam("http://my-city.xyz/news", "my-city.xyz").value == 0.0
    assert spam("http://evil-my-city.xyz/news", "my-city.xyz").value > 0.0


def test_site_that_only_looks_official_weighs_most():
    assert spam("https://nadra.gov.pk.verify-id.com/x").value >= 0.9
    assert spam("https://user:pw@bisp-gov.info").value >= 0.9


def test_hidden_link_weighs_more_than_the_same_in_the_open():
    assert spam("see abc(.)com/x").value >= POINT > spam("see abc.com/x").value
    assert spam("see hxxp://abc.com/x").value >= POINT
    assert spam("see wasa.punjab[.]gov.pk/x").value == 0.0
    (span,) = spam("see abc(.)com/x now").spans
    assert (span.start, span.end, span.label) == (4, 15, "hidden link")


def test_a_site_whose_end_is_hardly_anything_but_bait_is_looked_at_and_others_are_not():
    assert spam("watch the whole video http://video-today.click/x").value >= POINT
    assert spam("pictures of the road http://mohalla-news.xyz").value < POINT


def test_a_link_alone_is_not_called_an_offer():
    found = spam("pictures of the road http://mohalla-news.xyz")
    assert found.note == "odd link" and found.value == 0.4
    assert "offer" in spam("order now, free delivery http://abc-shop.xyz").note


@pytest.mark.parametrize("piece", [
    "a.", "a(.)", "www.", "http://", "a-a.", "http://a.xyz ", "://", "whatsapp earn ", "bit.ly/",
    "....",
])  # fmt: skip
def test_hostile_repeats_of_a_million_characters_are_read_to_the_end(piece):
    assert 0.0 <= spam(piece * (1_000_000 // len(piece))).value <= 1.0
