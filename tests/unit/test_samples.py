"""The invented sample organisation: enough of everything, nothing real, alive at any now."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Language, Platform, ReasonCode, clean_text
from data.samples.content import (
    PAGES,
    ZONE,
    Label,
    SampleComment,
    instant,
    sample_comments,
    sample_posts,
)
from data.samples.native import comment_native_id
from data.samples.script import load_script

NOW = datetime(2026, 11, 20, 10, 13, 7, tzinfo=UTC)
PLATFORMS = tuple(page.platform for page in PAGES)
SHARED = Path(__file__).parents[2].parent / "shared"
MIN_WORDS_OF_A_COPY = 4  # "thank you" is nobody's; longer texts must be our own

# Hours after NOW, up to four years of them, to the second.
nows = st.integers(0, 4 * 365 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))


def all_comments() -> list[SampleComment]:
    return [c for platform in PLATFORMS for c in sample_comments(platform)]


def public() -> list[SampleComment]:
    return [c for c in all_comments() if c.label is not Label.PAGE_REPLY]


def all_texts() -> list[str]:
    edited = [c.edited_text for c in all_comments() if c.edited_text is not None]
    script = load_script()
    mock = [c.text for c in script.comments] + [e.text for e in script.edits]
    return [c.text for c in all_comments()] + edited + mock


# ------------------------------------------------------------------------------ what is there


def test_samples_hold_enough_comments_over_at_least_thirty_days() -> None:
    assert len(public()) >= 700
    times = [instant(c.key, c.minutes_before, now=NOW) for c in public()]
    assert max(times) - min(times) >= timedelta(days=30)
    assert len({at.astimezone(ZONE).date() for at in times}) >= 30


def test_samples_speak_each_language_the_product_meets() -> None:
    count = Counter(c.language for c in public())
    for language in (Language.EN, Language.UR, Language.UR_LATN, Language.MIXED, Language.AR):
        assert count[language] >= 30, language
    for language in (Language.PS, Language.SD, Language.HI, Language.UND):
        assert count[language] >= 3, language


def test_samples_show_each_reason_code_but_the_catch_all() -> None:
    count = Counter(c.code for c in public())
    for code in set(ReasonCode) - {ReasonCode.OTHER}:
        assert count[code] >= 3, code
    assert ReasonCode.OTHER not in count


def test_samples_are_mostly_comments_that_break_no_rule() -> None:
    coded = sum(c.code is not None for c in public() if c.label is not Label.FLOOD)
    assert 0.08 <= coded / len(public()) <= 0.16


def test_samples_hold_much_hard_criticism_and_complaint_and_none_has_a_code() -> None:
    hard = [c for c in public() if c.label in (Label.CRITICISM, Label.COMPLAINT)]
    assert len(hard) >= 100
    assert sum(c.label is Label.CRITICISM for c in hard) >= 50
    assert all(c.code is None for c in hard)


def test_samples_code_exactly_the_labels_that_may_be_removed() -> None:
    removable = {
        Label.ABUSE,
        Label.ABUSE_WITH_COMPLAINT,
        Label.SPAM,
        Label.PERSONAL_DATA,
        Label.FLOOD,
    }
    assert {c.label for c in all_comments() if c.code is not None} == removable
    assert all(c.code is not None for c in all_comments() if c.label in removable)
    assert {c.label for c in all_comments()} == set(Label)


def test_sample_flood_is_many_accounts_in_half_an_hour_with_differing_texts() -> None:
    flood = [c for c in public() if c.label is Label.FLOOD]
    times = [instant(c.key, c.minutes_before, now=NOW) for c in flood]
    assert len(flood) >= 40
    assert len({c.author for c in flood}) == len(flood)
    assert len({c.text for c in flood}) >= 10
    assert max(times) - min(times) <= timedelta(minutes=30)


def test_samples_hold_edits_deletions_and_replies_of_the_page() -> None:
    comments = all_comments()
    assert sum(c.edited_text is not None for c in comments) >= 8
    assert sum(c.deleted for c in comments) >= 5
    assert sum(c.by_page for c in comments) >= 20
    assert all(c.by_page == (c.label is Label.PAGE_REPLY) for c in comments)


def test_last_six_hours_hold_something_to_do() -> None:
    recent = [c for c in public() if c.minutes_before <= 6 * 60]
    assert len(recent) >= 50
    assert sum(c.code is not None for c in recent) >= 10


def test_each_comment_stands_under_a_post_of_its_platform_and_a_top_level_comment() -> None:
    for platform in PLATFORMS:
        posts = {post.key: post for post in sample_posts(platform)}
        by_key = {c.key: c for c in sample_comments(platform)}
        for comment in by_key.values():
            assert comment.minutes_before < posts[comment.post].minutes_before
            if comment.reply_to is not None:
                above = by_key[comment.reply_to]
                assert above.reply_to is None
                assert above.post == comment.post
                assert above.minutes_before > comment.minutes_before
                assert not above.deleted


def test_sample_texts_are_kept_without_change() -> None:
    assert [text for text in all_texts() if clean_text(text) != text or not text.strip()] == []


def test_keys_and_native_ids_are_unique() -> None:
    for platform in PLATFORMS:
        comments = sample_comments(platform)
        assert len({comment_native_id(platform, c) for c in comments}) == len(comments)
    keys = [c.key for c in all_comments()]
    assert len(set(keys)) == len(keys)


# ------------------------------------------------------------------------------ nothing real


def test_samples_name_only_invented_cnic_and_telephone_numbers() -> None:
    cnic = re.compile(r"\d{5}-?\d{7}-?\d(?!\d)")
    phone = re.compile(r"(?:\+92|0092|\b0)[\s-]?3\d{2}[\s-]?\d{7}")
    found = [n for text in all_texts() for n in cnic.findall(text)]
    assert len(found) >= 5
    assert [n for n in found if not re.fullmatch(r"00000-\d{7}-0", n)] == []
    phones = [n for text in all_texts() for n in phone.findall(text)]
    assert len(phones) >= 5
    assert [n for n in phones if not re.search(r"300[\s-]?00000\d\d$", n)] == []


def test_samples_hold_no_other_long_number() -> None:
    allowed = re.compile(r"00000-\d{7}-0|(?:\+92 |0)300[ -]?00000\d\d|1000000")
    long_number = re.compile(r"\d[\d-]{6,}")
    assert [t for t in all_texts() if long_number.search(allowed.sub("", t))] == []


def test_sample_links_lead_to_names_that_nobody_can_own() -> None:
    host = re.compile(r"\b[a-z0-9][a-z0-9.-]*\.[a-z]{2,}\b(?=$|[/\s?!,])")
    hosts = [h for text in all_texts() for h in host.findall(text)]
    assert len(hosts) >= 15
    assert [h for h in hosts if not h.endswith((".example", ".invalid"))] == []


def test_no_row_of_the_shared_research_data_is_a_sample() -> None:
    folder = SHARED / "datasets"
    if not folder.is_dir():
        pytest.skip("../shared/datasets is not here: samples were not compared with it")
    ours = {_bare(text) for text in all_texts() if len(text.split()) >= MIN_WORDS_OF_A_COPY}
    assert [text for text in _shared_texts(folder) if _bare(text) in ours] == []


def _shared_texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield str(json.loads(line)["text"])


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


# ------------------------------------------------------------------------------ time


@given(now=nows)
def test_no_sample_lies_in_the_future_and_order_is_kept(now: datetime) -> None:
    for platform in PLATFORMS:
        by_key = {c.key: instant(c.key, c.minutes_before, now=now) for c in _some(platform)}
        assert max(by_key.values()) <= now
        for comment in _some(platform):
            if comment.reply_to is not None:
                assert by_key[comment.reply_to] < by_key[comment.key]


def _some(platform: Platform) -> tuple[SampleComment, ...]:
    replies = [c for c in sample_comments(platform) if c.reply_to is not None]
    wanted = {c.key for c in replies} | {c.reply_to for c in replies}
    return tuple(c for c in sample_comments(platform) if c.key in wanted)


@given(now=nows)
def test_old_samples_keep_their_time_of_day_whatever_now_is(now: datetime) -> None:
    at = instant("a key", 10 * 1440, now=now).astimezone(ZONE)
    afternoon = at.replace(hour=15, minute=0, second=0)
    assert abs(at - afternoon) < timedelta(minutes=2)


def test_comments_follow_the_day_of_the_page() -> None:
    old = [c for c in public() if c.minutes_before > 36 * 60]
    hours = Counter(instant(c.key, c.minutes_before, now=NOW).astimezone(ZONE).hour for c in old)
    night, evening = sum(hours[h] for h in range(1, 6)), sum(hours[h] for h in range(17, 22))
    assert evening > 4 * night
