"""Who may call the rehearsal channel, and how many units of the day are left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from data.dialects.youtube import SCOPE, UNITS_A_DAY, YOUTUBE, quota_day
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.youtube_shape import Refusal, refusal, trouble_answer


@dataclass(slots=True, kw_only=True)
class Access:
    """``owners`` are the owner's tokens, ``readers`` other people's tokens and API keys;
    ``refresh_tokens`` give a new owner's token each time. ``lost_scope``: the owner's tokens read
    what everyone reads and no more."""

    owners: set[str]
    readers: set[str] = field(default_factory=set[str])
    refresh_tokens: set[str] = field(default_factory=set[str])
    lost_scope: bool = False
    units_a_day: int = UNITS_A_DAY
    spent: dict[str, int] = field(default_factory=dict[str, int])

    def is_owner(self, asked: Asked) -> bool:
        """False for a reader. Raises Refusal for nobody's token."""
        key = asked.query.get("key") or asked.headers.get("x-goog-api-key", "")
        token = asked.token or key
        if token in self.owners:
            return True
        if token in self.readers:
            return False
        if key:
            raise refusal(400, "keyInvalid", "Bad Request", "usageLimits")
        raise Refusal(trouble_answer("token"))

    def spend(self, asked: Asked, now: datetime) -> None:
        """Counts the call's units, also an invalid call's. Raises Refusal."""
        day, cost = quota_day(now), YOUTUBE.cost(asked.method, asked.path)
        if self.spent.get(day, 0) + cost > self.units_a_day:
            raise Refusal(trouble_answer("quota"))
        self.spent[day] = self.spent.get(day, 0) + cost

    def new_token(self, asked: Asked) -> Answer:
        """What Google's token endpoint answers."""
        told = dict(parse_qsl(asked.body.decode("utf-8", "replace")))
        if told.get("grant_type") != "refresh_token":
            return Answer(status=400, body={"error": "unsupported_grant_type"})
        if told.get("refresh_token") not in self.refresh_tokens:
            text = "Token has been expired or revoked."
            return Answer(status=400, body={"error": "invalid_grant", "error_description": text})
        token = f"rehearsal-token-{len(self.owners)}"
        self.owners.add(token)
        return Answer(
            body={
                "access_token": token,
                "expires_in": 3599,
                "scope": SCOPE,
                "token_type": "Bearer",
            }
        )
