"""The script of the mock platform: what its page "Naya Shehr Live" shows, minute by minute.

The first twenty comments stand there at minute 0, then about one a minute arrives for three hours.
After ``loop_minutes`` the script begins again; ``looped_id`` gives the comments new ids then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from data.model import JsonObject, Language, Platform, ReasonCode
from data.samples.content import PAGE_AUTHOR, Label, SamplePage, code_of, json_lines, whole

MOCK_PAGE = SamplePage(
    source_name="nayashehr-live",
    platform=Platform.MOCK,
    title="Naya Shehr Live",
    handle="nayashehr_live",
)
_LOOP_MINUTES = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptPost:
    external_id: str
    at_minute: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptComment:
    """One comment that arrives ``at_minute`` minutes after the start. The last three are hidden."""

    external_id: str
    post_id: str
    at_minute: int
    text: str
    author: str
    parent: str | None
    label: Label
    code: ReasonCode | None
    language: Language

    @property
    def by_page(self) -> bool:
        """True for a reply of the page itself."""
        return self.author == MOCK_PAGE.handle


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptEdit:
    """The author changes the text."""

    external_id: str
    at_minute: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptDeletion:
    """The author takes the comment away."""

    external_id: str
    at_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptOutage:
    """The platform answers nothing from ``from_minute`` on, for ``minutes`` minutes."""

    from_minute: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MockScript:
    """All of it, each part in the order of time."""

    page: SamplePage
    loop_minutes: int
    posts: tuple[ScriptPost, ...]
    comments: tuple[ScriptComment, ...]
    edits: tuple[ScriptEdit, ...]
    deletions: tuple[ScriptDeletion, ...]
    outages: tuple[ScriptOutage, ...]


@cache
def load_script() -> MockScript:
    """The script as kept in mock_script.jsonl. Raises ValueError for an unknown event."""
    rows = tuple(json_lines("mock_script.jsonl"))
    unknown = {str(row["event"]) for row in rows} - _EVENTS
    if unknown:
        raise ValueError(f"mock_script.jsonl has unknown events: {', '.join(sorted(unknown))}")
    return MockScript(
        page=MOCK_PAGE,
        loop_minutes=_LOOP_MINUTES,
        posts=tuple(_post(row) for row in _of("post", rows)),
        comments=tuple(_comment(row) for row in _of("comment", rows)),
        edits=tuple(_edit(row) for row in _of("edit", rows)),
        deletions=tuple(_deletion(row) for row in _of("deletion", rows)),
        outages=tuple(_outage(row) for row in _of("outage", rows)),
    )


def looped_id(external_id: str, loop: int) -> str:
    """The id of the same comment or post in a later loop; loop 0 is the first run through."""
    return external_id if loop == 0 else f"{external_id}~{loop}"


_EVENTS = frozenset({"post", "comment", "edit", "deletion", "outage"})


def _of(event: str, rows: tuple[JsonObject, ...]) -> Iterator[JsonObject]:
    return (row for row in rows if row["event"] == event)


def _post(row: JsonObject) -> ScriptPost:
    return ScriptPost(
        external_id=str(row["post"]), at_minute=whole(row["at_minute"]), text=str(row["text"])
    )


def _comment(row: JsonObject) -> ScriptComment:
    parent, author = row.get("parent"), str(row["author"])
    return ScriptComment(
        external_id=str(row["id"]),
        post_id=str(row["post"]),
        at_minute=whole(row["at_minute"]),
        text=str(row["text"]),
        author=MOCK_PAGE.handle if author == PAGE_AUTHOR else author,
        parent=None if parent is None else str(parent),
        label=Label(str(row["label"])),
        code=code_of(row),
        language=Language(str(row["lang"])),
    )


def _edit(row: JsonObject) -> ScriptEdit:
    return ScriptEdit(
        external_id=str(row["id"]), at_minute=whole(row["at_minute"]), text=str(row["text"])
    )


def _deletion(row: JsonObject) -> ScriptDeletion:
    return ScriptDeletion(external_id=str(row["id"]), at_minute=whole(row["at_minute"]))


def _outage(row: JsonObject) -> ScriptOutage:
    return ScriptOutage(from_minute=whole(row["from_minute"]), minutes=whole(row["minutes"]))
