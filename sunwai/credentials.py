"""Each source's access: given by environment or file, or stored sealed; never shown, never logged.

What the environment gives wins over what is stored. What a platform renews by itself (a rotating
refresh token, a sixty-day token) is stored sealed beside the mark of the secret that it came from,
and is used only as long as that secret is the one given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from data.db import Database, Tx
from data.model import Platform, Source
from data.sealing import CannotOpen, Sealer
from data.store.credentials import Sealed, forget_sealed, keep_sealed, sealed_of
from sunwai.setting_secrets import variable_part

__all__ = ["CannotOpen", "Credentials", "Given", "Part", "Sealer", "fingerprint"]


class Part(StrEnum):
    """What an access can be made of."""

    TOKEN = "token"
    APP_SECRET = "app_secret"
    CLIENT_ID = "client_id"
    CLIENT_SECRET = "client_secret"
    REFRESH_TOKEN = "refresh_token"
    API_KEY = "api_key"
    ACCESS_TOKEN = "access_token"  # fetched by Sunwai itself; never given


GIVEN = tuple(p for p in Part if p is not Part.ACCESS_TOKEN)
_RENEWED = (Part.CLIENT_ID, Part.REFRESH_TOKEN)
# What each platform takes: any one of these sets is enough, the first is the best.
ENOUGH: Mapping[Platform, tuple[tuple[Part, ...], ...]] = {
    Platform.FACEBOOK: ((Part.TOKEN,),),
    Platform.INSTAGRAM: ((Part.TOKEN,),),
    Platform.YOUTUBE: ((*_RENEWED, Part.CLIENT_SECRET), (Part.TOKEN,), (Part.API_KEY,)),
    Platform.X: (_RENEWED, (Part.TOKEN,)),
    Platform.MASTODON: ((Part.TOKEN,),),
    Platform.MOCK: ((),),
}
USUAL: Mapping[Platform, Part] = {Platform.YOUTUBE: Part.REFRESH_TOKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One part as it now holds. ``expires_at`` where it is known; ``set_at`` None: from the
    environment. ``made_from``: the fingerprint of the secret that it was renewed from."""

    value: str = field(repr=False)
    set_at: datetime | None = None
    expires_at: datetime | None = None
    made_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The accesses of all sources. ``from_environment``: by the source's name as variables have
    it, then by part."""

    db: Database
    sealer: Sealer
    from_environment: Mapping[str, Mapping[str, str]]

    def of(self, source: Source) -> dict[Part, Given]:
        """All parts of the source's access that there are. Raises CannotOpen."""
        told = self.from_environment_of(source)
        found = {Part(name): Given(value=value) for name, value in told.items()}
        with self.db.read() as tx:
            stored = sealed_of(tx, source.id)
        for name, kept in stored.items():
            part = Part(name)
            if part in found and kept.made_from != fingerprint(found[part].value):
                continue
            value = self.sealer.open(kept.sealed, _place(source, part))
            found[part] = Given(
                value=value,
                set_at=kept.set_at,
                expires_at=kept.expires_at,
                made_from=kept.made_from,
            )
        return found

    def store(
        self,
        tx: Tx,
        source: Source,
        part: Part,
        value: str,
        *,
        now: datetime,
        expires_at: datetime | None = None,
        made_from: str | None = None,
    ) -> None:
        """Seals and keeps one part. ``made_from``: the secret that this one was renewed from."""
        keep_sealed(
            tx,
            Sealed(
                source_id=source.id,
                part=part.value,
                sealed=self.sealer.seal(value, _place(source, part)),
                set_at=now,
                expires_at=expires_at,
                made_from=None if made_from is None else fingerprint(made_from),
            ),
        )

    def from_environment_of(self, source: Source) -> Mapping[str, str]:
        """The parts that the environment gives, by name."""
        return self.from_environment.get(variable_part(source.name), {})

    def given(self, source: Source, part: Part) -> str | None:
        """The part as the environment gives it; None where it does not."""
        return self.from_environment_of(source).get(part.value)

    def forget(self, tx: Tx, source: Source, part: Part | None = None) -> int:
        return forget_sealed(tx, source.id, None if part is None else part.value)


def fingerprint(secret: str) -> str:
    """A mark by which a secret is known again, and from which it cannot be found."""
    return hashlib.sha256(b"sunwai fingerprint\x1f" + secret.encode()).hexdigest()


def is_enough(platform: Platform, parts: Mapping[Part, Given]) -> bool:
    """Whether a source of this platform can be connected with these parts."""
    return any(all(p in parts for p in wanted) for wanted in ENOUGH.get(platform, ()))


def wanted_words(platform: Platform) -> str:
    """What the platform needs, for a person: "client_id and refresh_token, or token"."""
    return ", or ".join(" and ".join(parts) for parts in ENOUGH.get(platform, ()) if parts)


def _place(source: Source, part: Part) -> str:
    return f"source {source.id} {part.value}"
