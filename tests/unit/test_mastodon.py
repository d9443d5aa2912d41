"""Mastodon, done by docs/handbook/adding-a-platform.md: reading, and that nothing can be hidden."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.base import CollectError, Page
from collectors.items import Unmappable
from collectors.known import KnownPosts
from collectors.mastodon import LEFT_OUT, MastodonCollector, map_status
from data.db import Database
from data.dialects.mastodon import MASTODON, next_max_id, plain_text
from data.model import (
    CollectedPost,
    EnforcementState,
    ErrorClass,
    Liveness,
    Platform,
    SweepKind,
    SweepOutcome,
    Visibility,
    WriteBack,
)
from data.store import sources
from moderation.platforms.audience import kinds_of
from sunwai.rehearsal.world import Standing, WorldPost
from tests.builders import NOW, minutes
from tests.collect_helpers import kept, new_source, sweep, texts_of
from tests.contract.spec_helpers import changed, places
from tests.journey.test_youtube import take_down
from tests.mastodon_helpers import mastodon, mastodon_stage
from tests.rehearsal_helpers import OWNER, a_world, add_comment
from tests.unit.decide_helpers import a_desk
from tests.unit.enforce_helpers import FakePlatform, Outbox

DAY = timedelta(days=1)


def found(pages: list[Page]) -> dict[str, Any]:
    return {c.external_id: c for page in pages for c, _ in page.items}


def test_a_live_sweep_pages_through_the_mentions_by_the_link_header() -> None:
    stage, _ = mastodon_stage(a_world(200, post="100"))
    pages = list(mastodon(stage).scan(stop_before=NOW - DAY))
    assert len(found(pages)) == 200 and pages[-1].end
    assert [a.query.get("max_id") for a in stage.asked] == [None, "nc120", "nc40"]
    assert all(a.path.startswith("/api/v1/") for a in stage.asked), "no address is followed"


def test_a_live_sweep_stops_at_its_border() -> None:
    stage, _ = mastodon_stage(a_world(200, post="100"))
    list(mastodon(stage).scan(stop_before=NOW - minutes(10)))
    assert len(stage.asked) == 1


def test_a_reply_to_a_reply_comes_with_the_conversation_of_the_post() -> None:
    world = a_world(2, post="100")
    add_comment(world, "deep", NOW, parent_id="c0", text="Without naming anybody.")
    stage, _ = mastodon_stage(world)
    assert "deep" not in found(list(mastodon(stage).scan(stop_before=NOW - DAY)))
    pages = list(mastodon(stage).scan(stop_before=None))
    told = found(pages)
    assert told["deep"].parent_external_id == "c0" and told["c0"].parent_external_id is None
    assert told["deep"].post.external_id == "100"
    assert [p.listed for p in pages] == [("100",), ()]


def test_a_re_scan_leaves_old_posts_and_a_backfill_those_that_are_done() -> None:
    world = a_world(1, post="100")
    world.add_posts([WorldPost(id="50", text="Old.", created_at=NOW - 90 * DAY)])
    add_comment(world, "old", NOW - 80 * DAY, post_id="50")
    stage, _ = mastodon_stage(world)
    told = mastodon(stage).scan(stop_before=None, posts_after=NOW - 30 * DAY)
    assert found(list(told)).keys() == {"c0"}
    done = KnownPosts(ids=("100", "50"), done=frozenset({"100"}))
    assert found(list(mastodon(stage, done).scan(stop_before=None))).keys() == {"old"}


def test_a_post_that_is_gone_stops_nothing() -> None:
    stage, _ = mastodon_stage(a_world(2, post="100"))
    known = KnownPosts(ids=("100", "gone"))
    assert len(found(list(mastodon(stage, known).scan(stop_before=None)))) == 2


def test_a_message_to_the_account_alone_is_not_a_comment() -> None:
    world = a_world(3, post="100")
    stage, rehearsal = mastodon_stage(world)
    rehearsal.direct.add("c1")
    pages = list(mastodon(stage).scan(stop_before=NOW - DAY))
    assert found(pages).keys() == {"c0", "c2"} and not any(p.unmapped for p in pages)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>One.</p><p>Two<br />three</p>", "One.\n\nTwo\nthree"),
        ("<p>a &lt;b&gt; &amp; c</p>", "a <b> & c"),
        ('<p><span class="h-card"><a href="https://x.invalid">@<span>u</span></a></span> hi</p>',
         "@u hi"),
        ("plain", "plain"),
        ("", ""),
        ("<p>پانی<br>کب آئے گا؟</p>", "پانی\nکب آئے گا؟"),
    ],
)  # fmt: skip
def test_html_becomes_what_was_typed(content: str, text: str) -> None:
    assert plain_text(content) == text


@given(st.text(max_size=60))
def test_no_tag_is_left_of_any_content(content: str) -> None:
    plain_text(content)
    assert plain_text(f"<p>{content.replace('<', '').replace('&', '')}</p>").find("<p>") == -1


def a_status(**told: Any) -> dict[str, Any]:
    status: dict[str, Any] = {
        "id": "7",
        "created_at": "2026-06-01T07:00:00.000Z",
        "edited_at": "2026-06-01T08:00:00.000Z",
        "in_reply_to_id": "5",
        "in_reply_to_account_id": "1",
        "spoiler_text": "Warning",
        "content": "<p>Words.</p>",
        "visibility": "public",
        "sensitive": False,
        "language": "en",
        "uri": "https://a.invalid/7",
        "url": "https://a.invalid/@p/7",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "account": {"id": "9", "acct": "p@b.invalid", "display_name": "P"},
        "media_attachments": [{"type": "image"}],
    }
    return status | told


def mapped(status: dict[str, Any]) -> Any:
    try:
        return map_status(status, "1", {"4": CollectedPost(external_id="4")})
    except Unmappable as error:
        assert str(error).endswith(".")
        return str(error)


def test_every_field_of_a_status_is_used_or_named_as_left_out() -> None:
    status = a_status()
    for name in {".".join(path) for _, _, path in places(status)}:
        other = mapped(changed(status, name, ".".join))
        assert (other == mapped(status)) is (name in LEFT_OUT), name


def test_a_warning_stands_before_the_text() -> None:
    told = mapped(a_status())
    assert told.text == "Warning\n\nWords." and told.media_kinds == ("image",)
    assert told.author.display_name == "P (@p@b.invalid)"
    assert mapped(a_status(visibility="private")).visibility is Visibility.UNKNOWN


@given(st.data())
def test_odd_statuses_are_mapped_or_refused_with_a_sentence(data: Any) -> None:
    status = a_status()
    key = data.draw(st.sampled_from(sorted(status)))
    odd = (
        st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just([]) | st.just({})
    )
    mapped(status | {key: data.draw(odd)})


# ------------------------------------------------------------------------------ answers


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, ErrorClass.AUTH),
        (403, ErrorClass.PERMISSION),
        (404, ErrorClass.AMBIGUOUS),
        (410, ErrorClass.GONE),
        (418, ErrorClass.INVALID),
        (422, ErrorClass.INVALID),
        (429, ErrorClass.RATE),
        (500, ErrorClass.TRANSIENT),
    ],
)
def test_each_answer_has_one_meaning(status: int, told: ErrorClass) -> None:
    trouble = MASTODON.trouble(status, {}, {"error": "x"})
    assert trouble is not None and trouble.error_class is told and trouble.message.endswith(".")
    assert MASTODON.trouble(200, {}, []) is None


def test_the_allowance_and_its_end_are_read_from_the_headers() -> None:
    stage, _ = mastodon_stage(a_world(1, post="100"))
    headers = dict(stage.client.get("/api/v1/notifications").headers)
    (strain,) = MASTODON.strain("GET", "/x", headers, NOW)
    assert (strain.remaining, strain.resets_at) == (299, NOW + minutes(5))
    assert MASTODON.strain("GET", "/x", {"x-ratelimit-remaining": "many"}, NOW) == ()


def test_a_window_that_is_used_up_is_waited_out() -> None:
    stage, rehearsal = mastodon_stage(a_world(200, post="100"))
    rehearsal.limit = 2
    with pytest.raises(CollectError) as caught:
        list(mastodon(stage).scan(stop_before=NOW - DAY))
    assert caught.value.error_class is ErrorClass.RATE and caught.value.until is not None


@pytest.mark.parametrize(
    ("link", "told"),
    [
        (
            '<https://a.invalid/x?max_id=5&limit=1>; rel="next", <https://a.invalid>; rel="prev"',
            "5",
        ),
        ('<https://a.invalid/x?min_id=5>; rel="prev"', None),
        ('<https://a.invalid/x>; rel="next"', None),
        ("nonsense", None),
    ],
)
def test_only_the_id_is_taken_out_of_a_link(link: str, told: str | None) -> None:
    assert next_max_id({"link": link}) == told


def test_the_access_is_checked_in_words() -> None:
    stage, rehearsal = mastodon_stage(a_world(1, post="100"))
    assert mastodon(stage).check(NOW).ok
    other = MastodonCollector(wire=stage.wire, account_id="77")
    assert OWNER.handle in other.check(NOW).problems[0]
    rehearsal.scopes.clear()
    health = mastodon(stage).check(NOW)
    assert not health.ok and "read:notifications" in health.problems[0]


# ------------------------------------------------------------------------------ the whole way


def test_a_mastodon_reply_is_collected_edited_gone_and_taken_down_by_hand(db: Database) -> None:
    world = a_world(5, post="100")
    stage, _ = mastodon_stage(world)
    source = new_source(db, "server", platform=Platform.MASTODON)
    collector = mastodon(stage, KnownPosts(ids=("100",)))
    stage.clock.now = NOW
    assert sweep(db, source, collector, NOW).outcome is SweepOutcome.COMPLETE
    world.edit("c1", "Said otherwise.", NOW + minutes(1))
    world.set_standing("c2", Standing.DELETED, NOW + minutes(1))
    later = NOW + minutes(60)
    done = sweep(db, source, collector, later, kind=SweepKind.RESCAN)
    assert done.outcome is SweepOutcome.COMPLETE and done.error is None
    assert texts_of(db, "mastodon:c1")[-1] == "Said otherwise."
    assert kept(db)["c2"].missing_reason == Liveness.UNDECIDED.value
    desk = a_desk(db)
    desk.source = source
    with db.write() as tx:
        sources.set_write_back(tx, source.id, WriteBack.ON)
    box = Outbox(desk=desk, platform=FakePlatform(), sides={})
    take_down(box, "mastodon:c3")
    box.enforce()
    assert box.state("mastodon:c3") is EnforcementState.BY_HAND
    assert kinds_of(Platform.MASTODON) == frozenset()
