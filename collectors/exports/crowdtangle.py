"""CrowdTangle, ended in August 2024: our posts with their counts, and not one comment."""

from __future__ import annotations

from datetime import timedelta, timezone

from collectors.exports.dates import Moment, exact_moment
from collectors.exports.records import LEFT_OUT, Memory, Reader, RowRefused
from collectors.exports.values import count_in, post_in, text_in
from data.model import CollectedPost, JsonObject, Platform, TimePrecision, utc

POSTS_ONLY = (
    "CrowdTangle's files hold posts with counts and no comments: 0 comments come in. The posts are "
    "kept, so that comments from other files find theirs."
)
_HOURS = {
    "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "PKT": 5, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7,
}  # fmt: skip


def named_zone_moment(text: str | None) -> Moment:
    """ "2023-03-01 09:00:12 CET"; without a value where the zone's name is not known."""
    words, _, zone = (text or "").strip().rpartition(" ")
    hours = _HOURS.get(zone.upper())
    local = exact_moment(words, zone="UTC")
    if hours is None or local.at is None:
        return Moment(at=None, precision=TimePrecision.UNKNOWN, words=text)
    placed = local.at.replace(tzinfo=timezone(timedelta(hours=hours)))
    return Moment(at=utc(placed), precision=local.precision)


def _map(fields: JsonObject, memory: Memory) -> CollectedPost:
    url = text_in(fields, "URL")
    found = post_in(url, memory.platform)
    if found is None:
        raise RowRefused("its address names no post")
    return CollectedPost(
        external_id=found.external_id,
        text=text_in(fields, "Message", "Description"),
        permalink=url,
        created_at=named_zone_moment(text_in(fields, "Post Created")).at,
        comment_count_hint=count_in(fields, "Comments"),
    )


_USED = {
    "Post Created": "when the post was made",
    "Comments": "how many comments the post has",
    "URL": "post and its link",
}
_FACEBOOK_UNUSED = (
    "Page Name", "User Name", "Facebook Id", "Page Category", "Page Admin Top Country",
    "Page Description", "Page Created", "Likes at Posting", "Followers at Posting",
    "Post Created Date", "Post Created Time", "Type", "Total Interactions", "Likes", "Shares",
    "Love", "Wow", "Haha", "Sad", "Angry", "Care", "Video Share Status", "Is Video Owner?",
    "Post Views", "Total Views", "Total Views For All Crossposts", "Video Length", "Link",
    "Final Link", "Image Text", "Link Text", "Sponsor Id", "Sponsor Name", "Sponsor Category",
    "Overperforming Score",
)  # fmt: skip
_INSTAGRAM_UNUSED = (
    "Account", "User Name", "Followers at Posting", "Type", "Likes", "Views", "Link", "Photo",
    "Title", "Total Interactions", "Image Text", "Sponsor Id", "Sponsor Name",
    "Overperforming Score",
)  # fmt: skip
FACEBOOK = Reader(
    name="crowdtangle_facebook",
    title="CrowdTangle (Facebook posts, no comments)",
    platform=Platform.FACEBOOK,
    required=frozenset({"Page Name", "Followers at Posting", "Post Created", "URL", "Message"}),
    became={
        **_USED,
        "Message": "post's text",
        "Description": "post's text, where there is no Message",
        **dict.fromkeys(_FACEBOOK_UNUSED, LEFT_OUT),
    },
    map_record=_map,
    caution=POSTS_ONLY,
    complete=False,
)
INSTAGRAM = Reader(
    name="crowdtangle_instagram",
    title="CrowdTangle (Instagram posts, no comments)",
    platform=Platform.INSTAGRAM,
    required=frozenset({"Account", "Followers at Posting", "Post Created", "URL", "Description"}),
    became={**_USED, "Description": "post's text", **dict.fromkeys(_INSTAGRAM_UNUSED, LEFT_OUT)},
    map_record=_map,
    caution=POSTS_ONLY,
    complete=False,
)
