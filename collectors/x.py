"""Reading the replies to an X account over the API v2 (CONNECTORS.md chapter 5).

X has no list of a post's comments. A scan puts together the mentions of the account, and a search
for replies to it and in its own conversations; the same post comes once. Neither reaches far back:
what is older is not listed again but read by its id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectors.access import AccessHealth
from collectors.base import CollectError, Page
from collectors.items import Unmappable, inner, objects_in, told_text
from collectors.known import NOTHING_KNOWN, KnownPosts
from collectors.wire import Wire
from collectors.x_items import (
    Around,
    map_post,
    media_in,
    users_in,
    versions_of,
)
from collectors.x_lists import OLD_NAMES, Lists, Names
from collectors.x_scan import IDS_AT_ONCE, Scan
from data.dialects.x import (
    ACTING,
    LIVENESS,
    READING,
    is_id,
    problem_of,
)
from data.model import (
    CollectedComment,
    CollectedPost,
    ErrorClass,
    JsonObject,
    Liveness,
    Platform,
)

_REFUSED = frozenset({ErrorClass.AUTH, ErrorClass.PERMISSION, ErrorClass.CONFIG})

Read = tuple[Liveness, CollectedComment | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class XCollector:
    """One account. ``handle`` is its user name, without the @; ``names`` the naming that is tried
    first."""

    wire: Wire
    account_id: str
    handle: str
    known: KnownPosts = NOTHING_KNOWN
    names: Names = OLD_NAMES

    @property
    def platform(self) -> Platform:
        return Platform.X

    @property
    def reread_size(self) -> int:
        """X lists nothing old again: what is kept is read by its ids, so many at a time."""
        return IDS_AT_ONCE

    def scan(
        self, *, stop_before: datetime | None, posts_after: datetime | None = None
    ) -> Iterator[Page]:
        """Mentions and search, newest first each. ``posts_after`` changes nothing: no list of X's
        goes by post."""
        run = Scan(
            lists=self._lists(),
            account_id=self.account_id,
            handle=self.handle,
            known=self.known,
        )
        return run.pages(stop_before)

    def read_comments(self, call_ids: Sequence[str]) -> Mapping[str, Read]:
        """A post of which a newer version is known is read again by the newest's id."""
        lists = self._lists()
        possible = [i for i in dict.fromkeys(call_ids) if is_id(i)]
        read: dict[str, Read] = {i: (Liveness.GONE, None) for i in call_ids}
        items, told = self._by_ids(lists, possible)
        newest = {i: _newest(item) for i, (item, _) in items.items()}
        later, _ = self._by_ids(lists, sorted({n for i, n in newest.items() if n != i}))
        for asked in possible:
            if asked in items:
                found = later.get(newest[asked], items[asked])
                read[asked] = (Liveness.ALIVE, self._mapped(*found))
            else:
                read[asked] = (told.get(asked, Liveness.UNDECIDED), None)
        return read

    def _lists(self) -> Lists:
        return Lists(wire=self.wire, names=self.names)

    def _by_ids(
        self, lists: Lists, ids: Sequence[str]
    ) -> tuple[dict[str, tuple[JsonObject, JsonObject]], dict[str, Liveness]]:
        """(post and the answer that it came in, by id; what X says of the others)."""
        found: dict[str, tuple[JsonObject, JsonObject]] = {}
        told: dict[str, Liveness] = {}
        for start in range(0, len(ids), IDS_AT_ONCE):
            body = lists.get("/2/tweets", {"ids": ",".join(ids[start : start + IDS_AT_ONCE])})
            for item in objects_in(body, "data"):
                found[told_text(item, "id") or ""] = (item, body)
            for error in objects_in(body, "errors"):
                key = told_text(error, "resource_id") or told_text(error, "value") or ""
                told[key] = LIVENESS.get(problem_of(error), Liveness.UNDECIDED)
        return found, told

    def _mapped(self, item: JsonObject, body: JsonObject) -> CollectedComment | None:
        """None where it is there and cannot be mapped."""
        own = {i: CollectedPost(external_id=i) for i in self.known.ids}
        around = Around(
            account_id=self.account_id, own=own, users=users_in(body), media=media_in(body)
        )
        try:
            return map_post(item, around)
        except Unmappable:
            return None

    # ------------------------------------------------------------------------ access

    def check(self, now: datetime) -> AccessHealth:
        """Whose access this is, and whether mentions can be read. Whether it may fold replies
        shows only when one is folded."""
        try:
            me = inner(self.wire.get("/2/users/me", {"user.fields": "name,username"}), "data")
        except CollectError as error:
            if error.error_class not in _REFUSED:
                raise
            return AccessHealth(ok=False, problems=(self._no_account(error),))
        handle = told_text(me, "username")
        if told_text(me, "id") != self.account_id:
            problem = f"The access belongs to @{handle}, not to the account {self.account_id}."
            return AccessHealth(
                ok=False, account=handle, problems=(f"{problem} Connect the right account.",)
            )
        try:
            self.wire.get(f"/2/users/{self.account_id}/mentions", {"max_results": "5"})
        except CollectError as error:
            if error.error_class not in _REFUSED:
                raise
            return AccessHealth(
                ok=False, account=handle, missing=tuple(READING), problems=(error.message,)
            )
        return AccessHealth(ok=True, account=handle, scopes=tuple(READING))

    def _no_account(self, error: CollectError) -> str:
        if error.error_class is not ErrorClass.PERMISSION:
            return error.message
        scope, what = next(iter(ACTING.items()))
        return (
            f"X does not say whose access this is: it is the app's own, not the account's. With "
            f"it replies can be read; {scope} ({what}) needs the account's own access. "
            f"{error.message}"
        )


def _newest(item: JsonObject) -> str:
    try:
        return versions_of(item)[-1]
    except Unmappable:
        return told_text(item, "id") or ""
