"""The sentences that a person reads about a whole file, beside the errors of its rows."""

from __future__ import annotations

from collectors.exports.records import Memory, ReadContext, Reader

# Round numbers at which free tiers, tools and spreadsheets stop (CONNECTORS.md 8.3, rule 8).
CUT_AT = frozenset({100, 500, 1_000, 5_000, 10_000, 65_535, 1_048_575})
_NOTES = {
    "lost_letters": "{n} comments are mostly question marks: their letters were lost when the file "
    "was saved in an 8-bit code page. Export again, or save as “CSV UTF-8”.",
    "repaired": "{n} rows held Urdu or Arabic text that had been read in a wrong code page; it was "
    "repaired where that is certain, and the raw row is kept.",
    "date_unread": "{n} comments have no date that can be read; their own words are kept.",
    "id_from_address": "{n} ids were destroyed by a spreadsheet; the comment's address held them.",
    "author_id_lost": "{n} author ids were destroyed by a spreadsheet and left out.",
    "synthetic": "{n} comments have no id in this file. They got one of our own: they can be read "
    "and judged, but acted on only by hand.",
    "whose_post": "{n} posts that open a conversation were taken as comments. Say which "
    "account is the page's own (sunwai sources own NAME HANDLE), and its posts are taken as posts.",
}


def at_open(
    reader: Reader, context: ReadContext, *, encoding: str, month_first: bool
) -> tuple[str, ...]:
    """What is known before the rows are read."""
    found: list[str] = [reader.caution] if reader.caution is not None else []
    if reader.zone_less:
        found.append(f"Dates that name no time zone are read as {context.time_zone} time.")
    if not reader.names_post and context.post is None:
        found.append(
            "The file does not say which post or video its comments are of. Name it (the post's "
            "id or address), or they are kept without a post."
        )
    if month_first:
        found.append("The dates can only be month first (12/31), so all are read that way.")
    if context.encoding is not None and encoding not in ("utf-8", "utf-8-sig", "utf-16", "XLSX"):
        found.append(f"The text was read as {encoding}, as you chose: check a few names.")
    return tuple(found)


def after_a_pass(memory: Memory) -> tuple[str, ...]:
    """What only the whole file tells."""
    found = [text.format(n=memory.notes[key]) for key, text in _NOTES.items() if memory.notes[key]]
    if memory.rows in CUT_AT:
        found.append(
            f"The file has exactly {memory.rows:,} rows, a limit of many tools: it may be cut off. "
            "Compare with the number of comments that the platform shows."
        )
    if memory.found < memory.stated:
        found.append(
            f"The file says that there are {memory.stated:,} comments and holds {memory.found:,}: "
            "the tool stopped early, or the rest is hidden or deleted."
        )
    if memory.round_ids * 2 > memory.long_ids:
        found.append(
            f"{memory.round_ids} of {memory.long_ids} long ids end in 00: a spreadsheet probably "
            "rounded them. Give the tool's own file, not one that was saved in Excel."
        )
    return tuple(found)
