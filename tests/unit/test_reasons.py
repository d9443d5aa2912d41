"""The codes, their words in both languages, and what can never be a ground."""

from __future__ import annotations

import pytest

from data.model import NonReason, ReasonCode
from moderation.policies.reasons import (
    NON_REASONS,
    NUMBER_KEYS,
    REASONS,
    Head,
    RefusedReason,
    named_non_reason,
    parse_reason,
)


def is_urdu(text: str) -> bool:
    return any("\u0600" <= c <= "\u06ff" for c in text)


def test_every_code_has_words_in_both_languages_and_the_quote_of_para_5() -> None:
    assert set(REASONS) == set(ReasonCode)
    for code, reason in REASONS.items():
        assert reason.code is code
        assert reason.title_en and is_urdu(reason.title_ur) and is_urdu(reason.head_ur)
        assert "remove offensive, inappropriate and objectionable remarks" in reason.para5_en
        assert is_urdu(reason.para5_ur)


def test_every_non_reason_has_words_in_both_languages() -> None:
    assert set(NON_REASONS) == set(NonReason)
    assert all(n.title_en and is_urdu(n.title_ur) for n in NON_REASONS.values())


@pytest.mark.parametrize(
    ("prefix", "head"),
    [
        ("OM-5-OFF", Head.OFFENSIVE),
        ("OM-5-OBJ", Head.OBJECTIONABLE),
        ("OM-5-INA", Head.INAPPROPRIATE),
    ],
)
def test_head_is_the_word_of_para_5_that_the_code_names(prefix: str, head: Head) -> None:
    heads = {REASONS[c].head for c in ReasonCode if c.value.startswith(prefix)}
    assert heads == {head}


def test_number_keys_are_one_to_eight_and_other_has_none() -> None:
    assert sorted(NUMBER_KEYS) == list("12345678")
    assert REASONS[ReasonCode.OTHER].key is None
    assert REASONS[ReasonCode.OTHER].head is None


@pytest.mark.parametrize("code", list(ReasonCode))
def test_parse_reason_takes_each_code_in_any_case_and_with_blanks(code: ReasonCode) -> None:
    assert parse_reason(f"  {code.value.lower()} ") is code
    assert parse_reason(code.value.replace("-", " ")) is code


def test_parse_reason_takes_the_number_keys() -> None:
    assert parse_reason("1") is ReasonCode.OBSCENE
    assert parse_reason("8") is ReasonCode.FLOOD


@pytest.mark.parametrize("code", list(NonReason))
def test_parse_reason_refuses_each_non_reason_and_says_why(code: NonReason) -> None:
    with pytest.raises(RefusedReason, match=f"{code.value} is a non-reason: .* can never be"):
        parse_reason(code.value.lower())


@pytest.mark.parametrize("typed", ["", "  ", "9", "0", "OM-5", "OM-5-OFF-4", "NR-8", "remove"])
def test_parse_reason_refuses_what_is_no_code_and_names_the_codes(typed: str) -> None:
    with pytest.raises(RefusedReason, match=r"is no reason code.*OM-5-OFF-1.*OM-5-X"):
        parse_reason(typed)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("complains (NR-3)", NonReason.COMPLAINS_OF_OFFICE),
        ("nr 7", NonReason.SCORE_ONLY),
        ("NR-10 road", None),
        ("ANR-3", None),
        ("a plain text", None),
    ],
)
def test_named_non_reason_finds_the_code_inside_a_text(text: str, found: NonReason | None) -> None:
    assert named_non_reason(text) is found
