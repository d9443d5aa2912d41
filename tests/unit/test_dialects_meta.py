"""What Meta's answers mean: by code and subcode, never by status or words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.dialects.base import Dialect, Trouble
from data.dialects.facebook import FACEBOOK
from data.dialects.instagram import INSTAGRAM
from data.dialects.meta import CALLS, CODES, SUBCODES, UNTOLD_WAIT, instant, last_part
from data.dialects.meta import served_version as served
from data.model import ErrorClass, JsonValue
from tests.builders import NOW

BOTH: list[Dialect] = [FACEBOOK, INSTAGRAM]


def told(code: object, subcode: object = None, status: int = 400, **more: Any) -> Trouble:
    error: dict[str, Any] = {"message": "Some words.", "type": "OAuthException", "code": code}
    if subcode is not None:
        error["error_subcode"] = subcode
    found = FACEBOOK.trouble(status, {}, {"error": error | more})
    assert found is not None
    return found


# CONNECTORS.md 2.8, line by line.
TABLE = {
    ErrorClass.TRANSIENT: [1, 2],
    ErrorClass.PERMISSION: [3, 10, 200, 210, 275, 299],
    ErrorClass.RATE: [4, 17, 32, 341, 613, 80001, 80002],
    ErrorClass.AMBIGUOUS: [33],
    ErrorClass.INVALID: [100, 506],
    ErrorClass.AUTH: [102, 190, 1705],
    ErrorClass.ABUSE_STOP: [368],
    ErrorClass.GONE: [803],
}


@pytest.mark.parametrize(
    ("code", "error_class"), [(code, cls) for cls, codes in TABLE.items() for code in codes]
)
def test_each_code_has_its_class_whatever_the_status(code: int, error_class: ErrorClass) -> None:
    for status in (200, 400, 401, 403, 500):
        found = told(code, status=status)
        assert found.error_class is error_class
        assert found.message.endswith(".") and f"code {code}" in found.message


def test_the_table_holds_no_code_that_this_test_does_not_know() -> None:
    assert set(CODES) == {c for codes in TABLE.values() for c in codes if not 200 <= c < 300}


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_each_way_in_which_a_token_ends_has_its_own_sentence(subcode: int) -> None:
    found = told(190, subcode)
    assert found.error_class is ErrorClass.AUTH and found.code == f"190/{subcode}"
    others = {told(190, s).message for c, s in SUBCODES if c == 190 and s != subcode}
    assert found.message not in others and "Connect the page again" in found.message


def test_gone_or_not_allowed_is_told_as_it_is() -> None:
    assert told(100, 33).error_class is ErrorClass.AMBIGUOUS
    assert told(100, 34).error_class is ErrorClass.INVALID


def test_words_never_decide() -> None:
    for words in ("(#190) token expired", "rate limit", "does not exist", "Session has expired"):
        assert told(100, message=words).error_class is ErrorClass.INVALID


@pytest.mark.parametrize("code", [0, 7, 9999, -1, "190", 190.0, None, True, [190], {}])
def test_an_unknown_code_is_not_tried_again(code: object) -> None:
    assert told(code).error_class is ErrorClass.INVALID


def test_an_unknown_code_that_says_it_passes_is_tried_again() -> None:
    assert told(9999, is_transient=True).error_class is ErrorClass.TRANSIENT
    assert told(368, is_transient=True).error_class is ErrorClass.ABUSE_STOP


def test_the_trace_for_the_platforms_support_is_kept() -> None:
    assert told(1, fbtrace_id="A1m6KK6iBqv").trace == "A1m6KK6iBqv"


@pytest.mark.parametrize(
    "token",
    [
        "EAAGm0PX4ZCpsBAInventedInventedInvented",
        "IGQVJInventedInventedInvented",
        "1234|" + "x" * 60,
    ],
)
def test_a_token_that_the_platform_repeats_is_not_repeated(token: str) -> None:
    found = told(190, message=f"Malformed access token {token} and access_token={token}")
    assert token not in found.message and "Malformed access token" in found.message


@pytest.mark.parametrize(
    ("status", "error_class"),
    [(500, ErrorClass.TRANSIENT), (503, ErrorClass.TRANSIENT), (429, ErrorClass.RATE),
     (404, ErrorClass.INVALID), (403, ErrorClass.INVALID)],
)  # fmt: skip
@pytest.mark.parametrize("dialect", BOTH)
def test_an_answer_without_a_word_is_read_by_its_status(
    dialect: Dialect, status: int, error_class: ErrorClass
) -> None:
    bodies: list[JsonValue] = [None, {}, [], "x"]
    for body in bodies:
        found = dialect.trouble(status, {}, body)
        assert found is not None and found.error_class is error_class


def test_a_good_answer_is_no_trouble() -> None:
    assert FACEBOOK.trouble(200, {}, {"data": []}) is None
    assert FACEBOOK.trouble(200, {}, None) is None  # cut: whoever reads it says so


# ------------------------------------------------------------------------------ how often


def usage(kind: str, percent: int, minutes: int = 0) -> dict[str, str]:
    item = {"type": kind, "call_count": percent, "total_cputime": 20, "total_time": 20}
    item |= {"estimated_time_to_regain_access": minutes}
    return {"x-business-use-case-usage": json.dumps({"123": [item]})}


def test_the_worse_of_both_allowances_counts() -> None:
    app = {"x-app-usage": '{"call_count":28,"total_cputime":25,"total_time":95}'}
    (strain,) = FACEBOOK.strain("GET", "/1", app | usage("pages", 40), NOW)
    assert (strain.bucket, strain.used, strain.resets_at) == (CALLS, 0.95, None)
    (strain,) = FACEBOOK.strain("GET", "/1", usage("pages", 96, minutes=12), NOW)
    assert (strain.used, strain.resets_at) == (0.96, NOW + timedelta(minutes=12))


def test_another_products_allowance_is_not_ours() -> None:
    assert FACEBOOK.strain("GET", "/1", usage("ads_management", 99), NOW) == ()
    assert INSTAGRAM.strain("GET", "/1", usage("instagram", 99), NOW) != ()


def test_a_throttled_call_waits_as_long_as_it_is_told() -> None:
    body: JsonValue = {"error": {"code": 80001, "message": "x"}}
    found = FACEBOOK.trouble(400, usage("pages", 100, minutes=7), body)
    assert found is not None and found.retry_after == timedelta(minutes=7)
    untold = FACEBOOK.trouble(400, {}, body)
    assert untold is not None and untold.retry_after == UNTOLD_WAIT


_odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda i: st.lists(i, max_size=3) | st.dictionaries(
        st.sampled_from(["pages", "type", "call_count", "total_time", "error", "code",
                         "error_subcode", "message", "estimated_time_to_regain_access"]), i,
        max_size=4),
    max_leaves=10,
)  # fmt: skip


@given(_odd, _odd, st.integers(100, 599))
def test_no_answer_breaks_the_reading(told: JsonValue, body: JsonValue, status: int) -> None:
    headers = {"x-app-usage": json.dumps(told), "x-business-use-case-usage": json.dumps(body)}
    for dialect in BOTH:
        found = dialect.trouble(status, headers, {"error": body})
        assert found is None or found.message.endswith(".")
        dialect.trouble(status, headers, body)
        for strain in dialect.strain("GET", "/", headers, NOW):
            assert strain.bucket == CALLS


# ------------------------------------------------------------------------------ small things


def test_another_version_than_asked_for_is_said() -> None:
    told = served({"facebook-api-version": "v25.0"}, "https://graph.facebook.com/v26.0/")
    assert told is not None and "v26.0" in told and "v25.0" in told
    assert served({"facebook-api-version": "v26.0"}, "https://graph.facebook.com/v26.0") is None
    assert served({}, "https://graph.facebook.com/v26.0") is None
    assert served({"facebook-api-version": "v26.0"}, "http://127.0.0.1:8061") is None


def test_all_forms_of_an_id_end_in_the_same() -> None:
    assert {last_part(i) for i in ("7", "5_7", "1_5_7")} == {"7"}


def test_dates_are_read_as_meta_writes_them() -> None:
    assert instant("2026-06-01T07:00:00+0000") == datetime(2026, 6, 1, 7, tzinfo=UTC)
    assert instant("2026-06-01T12:00:00+0500") == datetime(2026, 6, 1, 7, tzinfo=UTC)
    for broken in ("", "2026-06-01T07:00:00", "yesterday"):
        with pytest.raises(ValueError):
            instant(broken)
