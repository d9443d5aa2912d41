"""How YouTube and X say things: every error has one meaning, every allowance a bucket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.dialects.x import LIVENESS, OLD_CODES, PROBLEMS, X, born_at, is_id, problem_of, whole_text
from data.dialects.youtube import (
    REASONS,
    YOUTUBE,
    quota_day,
    quota_resets_at,
    thread_of,
)
from data.model import ErrorClass, Liveness
from sunwai.rehearsal import x_problems, youtube_shape
from tests.builders import NOW
from tests.youtube_x_helpers import x_id

DATE = {"date": "Mon, 01 Jun 2026 07:00:00 GMT"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "errors", "reason", "status", "type", "code", "details", "data"]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def google(http: int, reason: str, **more: Any) -> tuple[int, dict[str, Any]]:
    error = {"code": http, "errors": [{"reason": reason, "domain": "d"}], **more}
    return http, {"error": error}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_of_youtube_gives_its_class_and_a_sentence(reason: str) -> None:
    status, body = google(403, reason)
    trouble = YOUTUBE.trouble(status, DATE, body)
    assert trouble is not None and trouble.error_class is REASONS[reason][0]
    assert trouble.message.startswith("YouTube ") and trouble.message.endswith(f"({reason}).")


def test_a_denied_permission_that_calls_itself_an_outage_is_a_permission() -> None:
    _, body = google(403, "backendError", status="PERMISSION_DENIED")
    trouble = YOUTUBE.trouble(403, {}, body)
    assert trouble is not None and trouble.error_class is ErrorClass.PERMISSION


def test_a_spent_day_that_calls_itself_a_rate_limit_is_a_spent_day() -> None:
    details = [{"reason": "RATE_LIMIT_EXCEEDED", "metadata": {"quota_limit": "PerDayPerProject"}}]
    _, body = google(429, "rateLimitExceeded", details=details)
    trouble = YOUTUBE.trouble(429, DATE, body)
    assert trouble is not None and trouble.error_class is ErrorClass.QUOTA_DAY
    assert trouble.retry_after == quota_resets_at(NOW) - NOW


def test_a_spent_day_without_a_date_names_no_time_to_wait() -> None:
    trouble = YOUTUBE.trouble(*_quota())
    assert trouble is not None and trouble.retry_after is None


def _quota() -> tuple[int, dict[str, str], Any]:
    status, body = google(403, "quotaExceeded")
    return status, {}, body


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (400, {"error": "invalid_grant"}, ErrorClass.AUTH),
        (401, {"error": "invalid_client"}, ErrorClass.CONFIG),
        (400, {"error": "something <b>else</b>"}, ErrorClass.AUTH),
        (401, None, ErrorClass.AUTH),
        (404, None, ErrorClass.GONE),
        (429, "text", ErrorClass.RATE),
        (502, None, ErrorClass.TRANSIENT),
        (418, {"error": {}}, ErrorClass.INVALID),
        (403, {"error": {"errors": [{"reason": "never heard of"}]}}, ErrorClass.PERMISSION),
    ],
)
def test_other_answers_of_youtube_are_understood_too(
    status: int, body: Any, told: ErrorClass
) -> None:
    trouble = YOUTUBE.trouble(status, {}, body)
    assert trouble is not None and trouble.error_class is told
    assert "<" not in trouble.message


def test_a_good_answer_is_no_trouble() -> None:
    assert YOUTUBE.trouble(200, {}, {"items": []}) is None
    assert YOUTUBE.trouble(204, {}, None) is None
    assert X.trouble(200, {}, {"errors": [{"type": "resource-not-found"}]}) is None


def test_units_are_one_for_reading_and_fifty_for_writing() -> None:
    assert YOUTUBE.cost("GET", "/comments") == 1
    assert YOUTUBE.cost("POST", "/comments/setModerationStatus") == 50
    assert YOUTUBE.bucket("GET", "/a") == YOUTUBE.bucket("POST", "/b")
    assert YOUTUBE.strain("GET", "/comments", DATE, NOW) == ()


@pytest.mark.parametrize(
    ("now", "day", "reset"),
    [
        ("2026-06-01T06:59:00+00:00", "2026-05-31", "2026-06-01T07:00:00+00:00"),
        ("2026-06-01T07:00:00+00:00", "2026-06-01", "2026-06-02T07:00:00+00:00"),
        ("2026-01-01T07:59:00+00:00", "2025-12-31", "2026-01-01T08:00:00+00:00"),
        ("2026-03-08T09:00:00+00:00", "2026-03-08", "2026-03-09T07:00:00+00:00"),  # 23 hours long
    ],
)
def test_the_day_of_units_is_californias(now: str, day: str, reset: str) -> None:
    at = datetime.fromisoformat(now)
    assert quota_day(at) == day
    assert quota_resets_at(at) == datetime.fromisoformat(reset)


@given(st.integers(0, 20 * 365 * 24 * 60))
def test_the_reset_is_within_the_next_25_hours_and_begins_another_day(minute: int) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    reset = quota_resets_at(now)
    assert timedelta(0) < reset - now <= timedelta(hours=25)
    assert quota_day(reset) > quota_day(now)
    assert quota_day(reset - timedelta(seconds=1)) == quota_day(now)


def test_a_replys_thread_stands_before_the_dot() -> None:
    assert (thread_of("Ugx.9a"), thread_of("Ugx")) == ("Ugx", "Ugx")


@given(st.integers(200, 599), JSON)
def test_no_answer_of_youtube_or_x_breaks_the_dialect(status: int, body: Any) -> None:
    for dialect in (YOUTUBE, X):
        trouble = dialect.trouble(status, {"date": "never", "x-rate-limit-reset": "9" * 40}, body)
        assert (trouble is not None) or status < 400
        if trouble is not None:
            assert trouble.message.endswith(".")


@pytest.mark.parametrize("kind", ["rate", "token", "permission", "transient", "quota"])
def test_the_rehearsals_troubles_are_what_they_say(kind: str) -> None:
    told = {
        "rate": ErrorClass.RATE,
        "token": ErrorClass.AUTH,
        "permission": ErrorClass.PERMISSION,
        "transient": ErrorClass.TRANSIENT,
        "quota": ErrorClass.QUOTA_DAY,
    }[kind]
    for dialect, module in ((YOUTUBE, youtube_shape), (X, x_problems)):
        answer = module.trouble_answer(kind)
        body: Any = answer.body
        trouble = dialect.trouble(answer.status, {**answer.headers, **DATE}, body)
        assert trouble is not None and trouble.error_class is told


# ------------------------------------------------------------------------------ X


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_every_problem_of_x_gives_its_class_and_a_sentence(name: str) -> None:
    body = {"title": "t", "detail": "Some words.", "type": f"https://api.x.com/2/problems/{name}"}
    trouble = X.trouble(403, {}, body)
    assert trouble is not None and trouble.error_class is PROBLEMS[name][0]
    assert trouble.message.endswith(f'({name}: "Some words").')


@pytest.mark.parametrize("code", sorted(OLD_CODES))
def test_the_old_shape_of_xs_errors_is_understood(code: int) -> None:
    trouble = X.trouble(403, {}, {"errors": [{"code": code, "message": "m"}]})
    assert trouble is not None and trouble.error_class is OLD_CODES[code][0]


def test_what_looks_like_a_token_is_not_repeated() -> None:
    token = "AAAAinventedinventedinventedinventedinvented12"
    trouble = X.trouble(400, {}, {"detail": f"bad token {token}"})
    assert trouble is not None and token not in trouble.message


def test_a_rate_limit_of_x_is_waited_out_until_its_reset() -> None:
    reset = str(int(NOW.timestamp()) + 90)
    trouble = X.trouble(429, {**DATE, "x-rate-limit-reset": reset}, None)
    assert trouble is not None and trouble.retry_after == timedelta(seconds=90)
    untold = X.trouble(429, {}, None)
    assert untold is not None and untold.retry_after == timedelta(minutes=15)


def test_the_allowances_of_x_are_told_in_headers() -> None:
    headers = {
        "x-rate-limit-limit": "450",
        "x-rate-limit-remaining": "45",
        "x-rate-limit-reset": str(int(NOW.timestamp())),
    }
    (strain,) = X.strain("GET", "/2/users/1/mentions", headers, NOW)
    assert strain.bucket == "mentions" and strain.resets_at == NOW
    assert strain.used == pytest.approx(0.9) and strain.remaining == 45
    assert X.strain("GET", "/2/users/1/mentions", {}, NOW) == ()


@pytest.mark.parametrize(
    ("method", "path", "bucket"),
    [
        ("GET", "/2/users/1/mentions", "mentions"),
        ("GET", "/2/users/1/tweets", "own posts"),
        ("GET", "/2/users/me", "me"),
        ("GET", "/2/tweets/search/recent", "search"),
        ("GET", "/2/tweets", "posts by id"),
        ("PUT", "/2/tweets/1/hidden", "hide"),
        ("POST", "/2/oauth2/token", "other"),
    ],
)
def test_each_kind_of_call_to_x_has_its_own_window(method: str, path: str, bucket: str) -> None:
    assert X.bucket(method, path) == bucket
    assert X.cost(method, path) == 1


def test_an_id_of_x_tells_when_it_was_made() -> None:
    assert born_at(x_id(NOW, 5)) == NOW
    assert born_at("20") is None and born_at("no id") is None
    assert is_id("1" * 19) and not is_id("1" * 20) and not is_id("١٢") and not is_id("")


def test_what_stands_beside_the_data_tells_gone_from_not_allowed() -> None:
    gone = {"type": "https://api.twitter.com/2/problems/resource-not-found"}
    assert LIVENESS[problem_of(gone)] is Liveness.GONE
    protected = {"type": "https://api.x.com/2/problems/not-authorized-for-resource"}
    assert LIVENESS[problem_of(protected)] is Liveness.NOT_VISIBLE
    assert problem_of("x") == problem_of({}) == ""


def test_a_long_text_is_read_from_the_note_and_its_signs_as_they_were_typed() -> None:
    assert whole_text({"text": "cut…", "note_post": {"text": "the whole"}}) == "the whole"
    assert whole_text({"text": "a &lt;b&gt; &amp;amp; c"}) == "a <b> &amp; c"
    assert whole_text({"text": 5}) is None
