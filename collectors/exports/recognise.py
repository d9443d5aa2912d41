"""The table of recognisers: which tool a file comes from, told by its columns or keys alone.

READERS are tried in order; KNOWN are files that people bring and that no reader takes, each with
the sentence that says why and what to do instead (CONNECTORS.md 8.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collectors.exports import apify, exportcomments, tweets, youtube_tools
from collectors.exports.records import NotAnExport, Reader

READERS: tuple[Reader, ...] = (
    exportcomments.FACEBOOK,
    exportcomments.YOUTUBE,
    exportcomments.INSTAGRAM,
    apify.FACEBOOK,
    apify.INSTAGRAM,
    youtube_tools.DATA_TOOLS,
    youtube_tools.COMMENT_DOWNLOADER,
    tweets.TWSCRAPE,
    tweets.SNSCRAPE,
)

_OWN_ONLY = (
    "It holds only the account's own comments, not the public's. To get the public's comments, "
    "connect the page, or use a tool such as ExportComments.com, Apify or YouTube Data Tools."
)
_NO_READER = (
    "Sunwai recognises it but has no reader for it yet. Use ExportComments.com, Apify, YouTube "
    "Data Tools, youtube-comment-downloader or twscrape for the same comments."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A kind of file that is recognised and not taken."""

    title: str
    required: frozenset[str]
    why: str


KNOWN: tuple[KnownFile, ...] = (
    KnownFile(
        title="Google Takeout (comments)",
        required=frozenset({"Channel ID", "Comment Create Timestamp", "Comment Text"}),
        why=_OWN_ONLY,
    ),
    KnownFile(
        title="Meta “Download your information” (Facebook)",
        required=frozenset({"comments_v2"}),
        why=_OWN_ONLY,
    ),
    KnownFile(
        title="Meta “Download your information” (Instagram)",
        required=frozenset({"comments_media_comments"}),
        why=_OWN_ONLY,
    ),
    KnownFile(
        title="CrowdTangle",
        required=frozenset({"Followers at Posting", "Post Created"}),
        why="It holds posts with counts only, no comments. " + _NO_READER.split(". ", 1)[1],
    ),
    KnownFile(
        title="instaloader (comments)",
        required=frozenset({"id", "created_at", "text", "owner", "likes_count"}),
        why=_NO_READER,
    ),
    KnownFile(
        title="yt-dlp (info.json)",
        required=frozenset({"extractor", "webpage_url"}),
        why=_NO_READER,
    ),
    KnownFile(
        title="facebook-scraper",
        required=frozenset({"post_id", "comments_full"}),
        why=_NO_READER,
    ),
    KnownFile(
        title="facebook-scraper (comments)",
        required=frozenset({"comment_id", "commenter_name", "comment_text"}),
        why=_NO_READER,
    ),
    KnownFile(
        title="Zeeschuimer",
        required=frozenset({"nav", "item_id", "source_platform", "data"}),
        why=_NO_READER,
    ),
)


def reader_named(name: str) -> Reader:
    """The reader of that name. Raises NotAnExport with the names there are."""
    for reader in READERS:
        if reader.name == name:
            return reader
    known = ", ".join(reader.name for reader in READERS)
    raise NotAnExport(f"There is no format “{name}”. The formats are: {known}.")


def reader_for(names: Iterable[str], readers: tuple[Reader, ...]) -> Reader | None:
    """The first reader all of whose required columns or keys are there, letter case aside."""
    folded = {name.strip().casefold() for name in names}
    for reader in readers:
        if all(wanted.casefold() in folded for wanted in reader.required):
            return reader
    return None


def known_file(names: Iterable[str]) -> KnownFile | None:
    """The recognised but not taken kind of file with these columns or keys."""
    folded = {name.strip().casefold() for name in names}
    for known in KNOWN:
        if all(wanted.casefold() in folded for wanted in known.required):
            return known
    return None


def refusal(file_name: str, name_sets: Iterable[Iterable[str]], wanted: Reader | None) -> str:
    """The sentence for a file that no reader claims: what it looks like, and what to do."""
    sets = [[n for n in names if n.strip()] for names in name_sets]
    for names in sets:
        known = known_file(names)
        if known is not None:
            return f"{file_name} looks like a file of {known.title}. {known.why}"
    nothing: list[str] = []
    widest = max(sets, key=len, default=nothing)
    seen = ", ".join(f"“{n[:40]}”" for n in widest[:12]) or "nothing that looks like columns"
    if wanted is not None:
        lacking = [w for w in sorted(wanted.required) if w.casefold() not in
                   {n.strip().casefold() for n in widest}]  # fmt: skip
        return (
            f"{file_name} is not a file of {wanted.title}: {', '.join(lacking)} not found; it has "
            f"{seen}. Leave the format out to have it recognised."
        )
    titles = "; ".join(reader.title for reader in READERS)
    return (
        f"{file_name} is not an export that Sunwai knows: it has {seen}. "
        f"Files of these tools are taken: {titles}."
    )
