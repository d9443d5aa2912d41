"""The sample exports and the mock script: the right formats, the same bytes, in the right order."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.exports import ReadContext, open_export
from data.model import CollectedComment, Language, Platform, ReasonCode, RowError
from data.samples.content import PAGES, ZONE, Label, sample_comments, sample_posts
from data.samples.render import (
    EARLIER,
    Capture,
    RenderedFile,
    collected_posts,
    over_time,
    own_names,
    render,
    sample_id,
    seen_comments,
)
from data.samples.script import load_script, looped_id

NOW = datetime(2026, 11, 20, 10, 13, 7, tzinfo=UTC)
PLATFORMS = tuple(page.platform for page in PAGES)

nows = st.integers(0, 4 * 365 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))


def files_of(files: tuple[RenderedFile, ...], platform: Platform) -> list[RenderedFile]:
    return [file for file in files if file.platform is platform]


def read_back(file: RenderedFile) -> tuple[list[CollectedComment], list[RowError]]:
    context = ReadContext(
        platform=file.platform,
        time_zone=file.time_zone,
        captured_at=file.captured_at,
        own_names=own_names(file.platform),
        post=file.post,
    )
    export = open_export(file.path, context=context)
    assert export.format == file.format
    comments: list[CollectedComment] = []
    errors: list[RowError] = []
    for row in export.rows():
        if isinstance(row, RowError):
            errors.append(row)
        else:
            comments.append(row[2])
    return comments, errors


def test_real_readers_recognise_each_export_and_read_all_of_it(tmp_path: Path) -> None:
    files = render(tmp_path, now=NOW)
    for platform in PLATFORMS:
        for captured_at in (NOW - EARLIER, NOW):
            chosen = [f for f in files_of(files, platform) if f.captured_at == captured_at]
            pairs = [read_back(file) for file in chosen]
            comments = {c.external_id: c for some, _ in pairs for c in some}
            errors = [error for _, some in pairs for error in some]
            seen = seen_comments(platform, captured_at=captured_at, now=NOW)
            assert comments.keys() == {one.native_id for one in seen}
            assert len(errors) == (1 if platform is Platform.FACEBOOK else 0)
            posts = {post.external_id for post in collected_posts(platform, now=NOW)}
            for one in seen:
                read = comments[one.native_id]
                assert read.created_at == one.at
                assert read.text.endswith(one.text)
                assert read.post is not None
                assert read.post.external_id in posts
                assert read.author is not None
                assert read.author.is_page_owner == one.comment.by_page


def test_rendering_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (render(tmp_path / name, now=NOW) for name in ("a", "b"))
    assert [f.path.name for f in first] == [f.path.name for f in second]
    assert [f.path.read_bytes() for f in first] == [f.path.read_bytes() for f in second]


def test_ids_are_the_same_for_another_now() -> None:
    later = NOW + timedelta(days=9, hours=7)
    for platform in PLATFORMS:
        ids = [
            {one.native_id for one in seen_comments(platform, captured_at=at, now=at)}
            for at in (NOW, later)
        ]
        assert ids[0] == ids[1]


def test_each_page_has_an_earlier_and_a_later_export_oldest_first(tmp_path: Path) -> None:
    files = render(tmp_path, now=NOW)
    for platform in PLATFORMS:
        captured = {file.captured_at for file in files_of(files, platform)}
        assert captured == {NOW - EARLIER, NOW}
    assert [f.captured_at for f in files] == sorted(f.captured_at for f in files)
    assert len({f.path for f in files}) == len(files)


@settings(deadline=None)
@given(now=nows)
def test_earlier_export_has_what_was_edited_or_deleted_since(now: datetime) -> None:
    for platform in PLATFORMS:
        before = seen_comments(platform, captured_at=now - EARLIER, now=now)
        after = seen_comments(platform, captured_at=now, now=now)
        old, new = ({one.comment.key: one for one in seen} for seen in (before, after))
        changed = {c.key for c in sample_comments(platform) if c.edited_text and c.key in old}
        deleted = {c.key for c in sample_comments(platform) if c.deleted}
        assert old.keys() - new.keys() == deleted
        assert {key for key in old if key in new and old[key].text != new[key].text} == changed
        assert {old[key].native_id for key in changed} == {new[key].native_id for key in changed}


def at_each_evening(platform: Platform) -> list[dict[str, str]]:
    """Texts by key as thirty daily exports saw them."""
    evenings = [NOW - timedelta(days=n) for n in range(30, -1, -1)]
    seen = [seen_comments(platform, captured_at=at, now=NOW, changes=over_time) for at in evenings]
    return [{one.comment.key: one.text for one in some} for some in seen]


def test_edits_and_deletions_over_time_fall_on_many_days_and_stay_done() -> None:
    changed_on: set[int] = set()
    for platform in PLATFORMS:
        days = at_each_evening(platform)
        for comment in sample_comments(platform):
            texts = [day.get(comment.key) for day in days]
            known = [text for text in texts if text is not None]
            if comment.deleted and known:
                assert texts[-1] is None
                assert set(texts[texts.index(known[0]) + len(known) :]) == {None}
            elif comment.edited_text is not None:
                assert texts[-1] == comment.edited_text
                first = texts.index(comment.edited_text)
                assert set(texts[first:]) == {comment.edited_text}
                changed_on.add(first)
            elif not comment.deleted:
                assert set(known) == {comment.text}
    assert len(changed_on) >= 5


def test_what_was_taken_down_is_in_no_export_nor_what_hangs_below_it() -> None:
    for platform in PLATFORMS:
        replies = [c for c in sample_comments(platform) if c.reply_to is not None]
        above = {c.key: c for c in sample_comments(platform)}[replies[0].reply_to or ""]
        down = {sample_id(platform, above)}
        before = seen_comments(platform, captured_at=NOW, now=NOW)
        after = seen_comments(platform, captured_at=NOW, now=NOW, taken_down=down)
        gone = {one.comment.key for one in before} - {one.comment.key for one in after}
        assert gone == {above.key} | {c.key for c in replies if c.reply_to == above.key}


def test_captures_name_their_instants_pages_posts_and_dead_links(tmp_path: Path) -> None:
    at = NOW - timedelta(days=4)
    capture = Capture(at=at, pages=PAGES[:1], posts_since=at - timedelta(days=6), dead_link=False)
    (file,) = render(tmp_path, now=NOW, captures=[capture], changes=over_time)
    assert (file.platform, file.captured_at) == (Platform.FACEBOOK, at)
    comments, errors = read_back(file)
    assert errors == []
    posts = {
        p.external_id
        for p in collected_posts(Platform.FACEBOOK, now=NOW)
        if p.created_at is not None and at - timedelta(days=6) <= p.created_at <= at
    }
    assert {c.post.external_id for c in comments if c.post is not None} == posts
    before_all = Capture(at=NOW - timedelta(days=40))
    assert render(tmp_path, now=NOW, captures=[before_all]) == ()


def test_the_same_comments_give_another_file_the_next_day(tmp_path: Path) -> None:
    captures = [Capture(at=NOW - timedelta(days=n), pages=PAGES[3:]) for n in range(20)]
    files = render(tmp_path, now=NOW, captures=captures, changes=over_time)
    assert len({file.path.read_bytes() for file in files}) == len(files) == 20


def test_hidden_keys_are_in_no_export(tmp_path: Path) -> None:
    for file in render(tmp_path, now=NOW):
        body = file.path.read_text(encoding="utf-8")
        assert "abuse_with_complaint" not in body
        assert "OM-5-" not in body
        assert "@page" not in body


def test_facebook_export_nests_replies_and_ends_with_an_error_row(tmp_path: Path) -> None:
    file = files_of(render(tmp_path, now=NOW), Platform.FACEBOOK)[-1]
    rows = cast(list[dict[str, Any]], json.loads(file.path.read_text(encoding="utf-8")))
    assert rows[-1]["error"] == "no_items"
    replies = [reply for row in rows[:-1] for reply in row["comments"]]
    comments = sample_comments(Platform.FACEBOOK)
    assert len(rows) - 1 + len(replies) == sum(not c.deleted for c in comments)
    assert {reply["threadingDepth"] for reply in replies} == {1}


def test_instagram_export_has_the_layout_of_2026_in_local_time(tmp_path: Path) -> None:
    file = files_of(render(tmp_path, now=NOW), Platform.INSTAGRAM)[-1]
    rows = list(csv.DictReader(io.StringIO(file.path.read_bytes().decode())))
    seen = seen_comments(Platform.INSTAGRAM, captured_at=NOW, now=NOW)
    assert [row["Comment ID"] for row in rows] == [one.native_id for one in seen]
    local = [one.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S") for one in seen]
    assert [row["Date"] for row in rows] == local


def test_youtube_exports_are_one_per_video_and_name_its_post(tmp_path: Path) -> None:
    files = [
        f for f in files_of(render(tmp_path, now=NOW), Platform.YOUTUBE) if f.captured_at == NOW
    ]
    assert len(files) == len(sample_posts(Platform.YOUTUBE))
    for file in files:
        assert file.post is not None
        assert file.post.external_id in file.path.name
    rows = [row for file in files for row in _youtube_rows(file.path)]
    texts = {one.text for one in seen_comments(Platform.YOUTUBE, captured_at=NOW, now=NOW)}
    assert {row["text"] for row in rows} == texts
    assert all(row["isReplyTo"] in row["id"] for row in rows if row["isReply"] == "1")


def _youtube_rows(path: Path) -> list[dict[str, str]]:
    text = io.StringIO(path.read_text(encoding="utf-8"), newline="")
    return list(csv.DictReader(text, doublequote=True, escapechar="\\"))


def test_x_export_has_own_posts_first_and_ids_that_a_float_would_spoil(tmp_path: Path) -> None:
    file = files_of(render(tmp_path, now=NOW), Platform.X)[-1]
    lines = file.path.read_text(encoding="utf-8").splitlines()
    tweets = [cast(dict[str, Any], json.loads(line)) for line in lines]
    posts = {p.external_id for p in collected_posts(Platform.X, now=NOW)}
    own = [t for t in tweets if t["id_str"] == t["conversationIdStr"]]
    assert {t["id_str"] for t in own} == posts
    assert {t["user"]["username"] for t in own} <= own_names(Platform.X)
    assert min(t["id"] for t in tweets) > 2**53
    assert all(str(t["id"]) == t["id_str"] for t in tweets)


# ------------------------------------------------------------------------------ the script


def test_script_has_twenty_comments_at_once_and_then_a_steady_stream() -> None:
    script = load_script()
    times = [c.at_minute for c in script.comments]
    assert len(times) >= 120
    assert times.count(0) == 20
    assert times == sorted(times)
    after = sorted(t for t in times if t > 0)
    assert max(b - a for a, b in pairwise(after)) <= 5
    assert script.loop_minutes - 10 <= after[-1] < script.loop_minutes


def test_script_shows_each_reason_code_and_language() -> None:
    script = load_script()
    assert {c.code for c in script.comments} >= set(ReasonCode) - {ReasonCode.OTHER}
    wanted = {Language.EN, Language.UR, Language.UR_LATN, Language.MIXED, Language.AR}
    assert {c.language for c in script.comments} >= wanted


def test_script_names_only_posts_and_comments_that_are_there_by_then() -> None:
    script = load_script()
    posts = {post.external_id: post.at_minute for post in script.posts}
    comments = {c.external_id: c.at_minute for c in script.comments}
    assert len(comments) == len(script.comments)
    for comment in script.comments:
        assert posts[comment.post_id] <= comment.at_minute
        if comment.parent is not None:
            assert comments[comment.parent] <= comment.at_minute
    for event in (*script.edits, *script.deletions):
        assert comments[event.external_id] < event.at_minute < script.loop_minutes


def test_script_has_edits_deletions_outages_and_a_flood() -> None:
    script = load_script()
    assert len(script.edits) >= 3
    assert len(script.deletions) >= 3
    assert len(script.outages) >= 2
    assert sum(c.label is Label.FLOOD for c in script.comments) >= 10
    for outage in script.outages:
        assert 0 < outage.from_minute < outage.from_minute + outage.minutes < script.loop_minutes


def test_looped_ids_differ_between_loops_and_stay_in_the_first() -> None:
    ids = {looped_id("m-bus-001", loop) for loop in range(3)}
    assert len(ids) == 3
    assert looped_id("m-bus-001", 0) == "m-bus-001"
