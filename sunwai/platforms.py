"""The lines to all platforms: client, collector and write side of one source for one use.

Adding a platform: its address in network.py, what it takes in credentials.py, and one line in each
table of connectors.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from data.budgets import Use, monthly_plan, plan_of
from data.db import Database
from data.dialects.base import Dialect
from data.model import Platform, Source
from data.store.known_posts import posts_of_source
from sunwai import network
from sunwai.budgeted import Budgeted, Shares
from sunwai.connectors import COLLECTORS, WRITE_SIDES, dialect_of
from sunwai.credentials import CannotOpen, Credentials, Given, Part, Sealer, fingerprint
from sunwai.settings import Settings
from sunwai.signing import FetchedTokens, GivenToken, MetaSigning, Signed, Tokens, api_key, bearer

if TYPE_CHECKING:
    from collectors.base import Collector
    from collectors.known import KnownPosts
    from moderation.platforms.base import WriteSide

LONGEST_SCOPE = 60
_BUILT_IN = (Part.APP_SECRET, Part.CLIENT_ID)  # a client is made with these
_MARK = 12  # characters of a mark that tell projects apart


@dataclass(slots=True, kw_only=True)
class Lines:
    """The lines to all platforms of one process. A line's client is kept while its access stays
    of one kind; what a person stores anew is used from the next call on."""

    settings: Settings
    db: Database
    clock: Callable[[], datetime]
    owner: str
    _clients: dict[tuple[object, ...], network.httpx.Client] = field(
        default_factory=dict[tuple[object, ...], network.httpx.Client]
    )

    @property
    def credentials(self) -> Credentials:
        return Credentials(
            db=self.db,
            sealer=Sealer(self.settings.secrets["sealing_key"]),
            from_environment=self.settings.of_sources,
        )

    def close(self) -> None:
        """Closes every line; a later call opens a new one."""
        while self._clients:
            self._clients.popitem()[1].close()

    def client(self, source: Source, use: Use) -> network.httpx.Client:
        """The client of a source for one use. Its access is looked up at each call."""
        parts = self._parts(source)
        fixed = tuple(fingerprint(parts[p].value) for p in _BUILT_IN if p in parts)
        key = (source.id, source.address, source.account, use, frozenset(parts), fixed)
        known = self._clients.get(key)
        if known is None:
            known = self._made(source, use, parts)
            self._clients[key] = known
        return known

    def _parts(self, source: Source) -> Mapping[Part, Given]:
        """The source's access; nothing where it does not open, which each call then says."""
        try:
            return self.credentials.of(source)
        except CannotOpen:
            return {}

    def _made(self, source: Source, use: Use, parts: Mapping[Part, Given]) -> network.httpx.Client:
        if source.platform is Platform.MOCK:
            given = parts.get(Part.TOKEN)
            token = given.value if given else self.settings.secrets["mock_token"]
            return network.client(
                source.address or f"http://127.0.0.1:{self.settings.demo_port}", token=token
            )
        dialect = dialect_of(source.platform)
        assert dialect is not None
        shares = self._shares(source, use, parts)
        return network.platform_client(
            network.address_of(source),
            auth=self._auth(source, dialect, parts),
            proxy=self.settings.text("network.proxy"),
            wrap=lambda line: Budgeted(
                line, db=self.db, dialect=dialect, shares=shares, clock=self.clock
            ),
        )

    def _shares(self, source: Source, use: Use, parts: Mapping[Part, Given]) -> Shares:
        calls = self.settings.number("limits.x_calls_a_month")
        monthly = monthly_plan(calls) if source.platform is Platform.X and calls else None
        units = self.settings.number("limits.youtube_units_a_day")
        return Shares(
            scope=scope_of(source, parts),
            plan=plan_of(source.platform, units),
            use=use,
            monthly=monthly,
        )

    def _auth(
        self, source: Source, dialect: Dialect, parts: Mapping[Part, Given]
    ) -> network.httpx.Auth:
        if Part.REFRESH_TOKEN in parts and source.platform in network.RENEWED:
            return Signed(self._fetched(source, dialect), bearer)
        if Part.TOKEN not in parts and Part.API_KEY in parts:
            return Signed(self._given(source, Part.API_KEY), api_key)
        if source.platform in (Platform.FACEBOOK, Platform.INSTAGRAM):
            secret, app = parts.get(Part.APP_SECRET), parts.get(Part.CLIENT_ID)
            sign = MetaSigning(
                app_secret=secret.value if secret else "", app_id=app.value if app else ""
            )
            return Signed(self._given(source, Part.TOKEN), sign)
        return Signed(self._given(source, Part.TOKEN), bearer)

    def _given(self, source: Source, part: Part) -> Tokens:
        return GivenToken(credentials=self.credentials, source=source, part=part, clock=self.clock)

    def _fetched(self, source: Source, dialect: Dialect) -> Tokens:
        return FetchedTokens(
            credentials=self.credentials,
            source=source,
            dialect=dialect,
            endpoint=network.renewal_address(source),
            client=lambda: network.renewal_client(self.settings.text("network.proxy")),
            clock=self.clock,
            owner=self.owner,
        )

    # ------------------------------------------------------------------------ both ways

    def collector(
        self, source: Source, use: Use, *, listed_since: datetime | None = None
    ) -> Collector | None:
        """The collector of the source; None where its platform has none."""
        if source.platform is Platform.MOCK:
            from collectors.mock import MockCollector

            return MockCollector(self.client(source, use))
        make = COLLECTORS.get(source.platform)
        dialect = dialect_of(source.platform)
        if make is None or dialect is None:
            return None
        from collectors.wire import Wire

        parts = self._parts(source)
        wire = Wire(client=self.client(source, use), dialect=dialect, clock=self.clock)
        return make(wire, source, self._known(source, listed_since), parts)

    def _known(self, source: Source, listed_since: datetime | None) -> KnownPosts:
        from collectors.known import KnownPosts

        with self.db.read() as tx:
            found = posts_of_source(tx, source.id, listed_since=listed_since)
        return KnownPosts(ids=found.ids, totals=found.totals, done=found.done)

    def write_side(self, source: Source) -> WriteSide | None:
        """The write side of the source; None where its platform has none."""
        make = WRITE_SIDES.get(source.platform)
        return None if make is None else make(self.client(source, Use.ACTION), source)


def scope_of(source: Source, parts: Mapping[Part, Given]) -> str:
    """Whom the platform counts the calls for: YouTube the project, the others the account."""
    if source.platform is Platform.YOUTUBE:
        project = parts.get(Part.CLIENT_ID) or parts.get(Part.API_KEY)
        if project is not None:
            return f"project {fingerprint(project.value)[:_MARK]}"
    return (source.account or source.name)[:LONGEST_SCOPE]
