"""Private data in a text: what is found, what is let be, and where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.signals.personal_data import find_personal_data

# Invented: the check digits of this account number hold, the account does not exist.
IBAN = "PK36SCBL0000001123456702"


def labels(text: str, official: tuple[str, ...] = ()) -> list[str]:
    data = find_personal_data(text, official)
    return [s.label for s in (*data.others, *data.own)]


@pytest.mark.parametrize("text", [
    "his card is 35202-1234567-1",
    "35202 1234567 1 is the number",
    "cnic 3520212345671",
    "شناختی کارڈ ۳۵۲۰۲-۱۲۳۴۵۶۷-۱ ہے",
    "رقم الهوية ٣٥٢٠٢-١٢٣٤٥٦٧-١",
    "شناختی کارڈ نمبر ۳۵۲۰۲۱۲۳۴۵۶۷۱",
    "(35202-1234567-1)",
])  # fmt: skip
def test_identity_card_number_is_found_in_every_digit_and_separator(text):
    assert labels(text) == ["cnic"]
    assert find_personal_data(text).value == 1.0


@pytest.mark.parametrize("text", ["95202-1234567-1", "05202-1234567-1", "352021-1234567-12"])
def test_number_with_an_impossible_province_is_no_identity_card(text):
    assert "cnic" not in labels(text)


def test_thirteen_bare_digits_are_only_like_a_card():
    assert labels("3520212345671 where does he live") == ["card-like number"]


@pytest.mark.parametrize("name", ["tracking", "challan no", "complaint number", "order #", "بل"])
def test_thirteen_digits_of_a_paper_or_a_parcel_are_nobody_s(name):
    assert labels(f"{name} 3520212345671 is wrong") == []
    assert labels(f"{name} 3520212345671 is wrong, and so is his cnic") == ["cnic"]


@pytest.mark.parametrize("text", [
    "call 0321-4567890", "call 03214567890", "+92 321 4567890", "0092-321-4567890",
    "نمبر ۰۳۲۱ ۴۵۶۷۸۹۰", "رقمه ٠٣٢١٤٥٦٧٨٩٠", "(0321) 4567890", "+923214567890", "923214567890",
    "0321 45 67 890", "+966 55 123 4567", "+971501234567",
])  # fmt: skip
def test_mobile_number_is_found_however_it_is_written(text):
    assert labels(text) == ["phone"]


def test_landline_of_a_house_weighs_less_than_a_mobile():
    house, mobile = find_personal_data("042-35761234"), find_personal_data("0321-4567890")
    assert labels("042-35761234") == ["landline"]
    assert 0 < house.value < mobile.value


@pytest.mark.parametrize("text", [
    "call 1122", "dial 15 or 1166", "0800-12345", "UAN 111-222-333", "042-111-222-333",
    "051-9201234", "042-99201234", "Rs 35,000,000 in 2024-2025", "on 12-10-2024 at 10:30",
    "bill of 0300 rupees", "order 42-7790-113355", "1234567", "8171", "0" * 40, "9" * 13,
    "version 1.2.3.4.5.6.7.8.9.10.11", "0321-456789", "https://x.pk/03214567890",
    "@03214567890", "1/2/2024, 3/4/2025",
])  # fmt: skip
def test_helplines_amounts_and_dates_are_nobody_s_number(text):
    assert labels(text) == []


def test_number_on_the_office_s_list_is_let_be():
    assert labels("call 0321-4567890", ("+92 no", "0321 4567890")) == []


def test_account_number_is_found_by_its_check_digits():
    assert labels(f"send to {IBAN}") == ["iban"]
    assert labels("send to pk36 scbl 0000 0011 2345 6702") == ["iban"]
    assert labels(f"send to {IBAN[:-1]}3") == []


def test_mail_address_is_private_unless_it_is_official():
    assert labels("write to someone.x+y@example.com") == ["email"]
    assert labels("write to info@wasa.punjab.gov.pk or a@nust.edu.pk") == []
    assert labels("at @handle @other") == []


@pytest.mark.parametrize("text", [
    "he lives at House No 12, Street 5, Block B",
    "house # 221-B street 9 sector G-10",
    "makan number 14 gali number 3 mohalla Islampura",
    "مکان نمبر 12 گلی نمبر 5 محلہ اسلام پورہ میں رہتا ہے",
    "مکان نمبر ۱۲ گلی نمبر ۵",
])  # fmt: skip
def test_address_needs_a_house_number_and_a_street(text):
    assert labels(text) == ["address"]


@pytest.mark.parametrize("text", [
    "street 5 has no water", "gali number 3 mein gutter", "house prices on this street went up",
    "plot to ruin the street lights", "Block 7 road is broken", "sector G-10 street 30 no gas",
])  # fmt: skip
def test_street_alone_is_a_place_and_no_address(text):
    assert labels(text) == []


def test_writer_s_own_phone_is_told_apart_from_another_s():
    own = find_personal_data("bijli nahi hai, mera number 0321-4567890")
    other = find_personal_data("is chor ka number 0321-4567890 hai")
    assert own.own and not own.others and own.value == 0.0
    assert other.others and not other.own and other.value > 0.5


def test_own_card_number_stays_grave():
    data = find_personal_data("my cnic is 35202-1234567-1")
    assert data.value == 1.0


def test_span_is_where_the_number_stands_in_the_original():
    text = "\u200fنمبر: ۰۳۲۱-۴۵۶۷۸۹۰ ہے"
    (span,) = find_personal_data(text).others
    assert text[span.start : span.end] == "۰۳۲۱-۴۵۶۷۸۹۰"


@pytest.mark.parametrize("piece", [
    "0 ", "0-", "1.1.", "a@", "a@a.", "PK00 ", "house 1 ", "03", "+92", "(0)", "۰-", "@", "h 1 st ",
])  # fmt: skip
def test_hostile_repeats_of_a_million_characters_are_read_to_the_end(piece):
    text = piece * (1_000_000 // len(piece))
    assert find_personal_data(text) is not None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.from_regex(r"[0-9+() .@a-zPKpk۰-۹-]{0,80}", fullmatch=True))
def test_any_text_gives_spans_inside_it(text):
    data = find_personal_data(text)
    assert all(0 <= s.start < s.end <= len(text) for s in (*data.others, *data.own))
    assert 0.0 <= data.value <= 1.0
