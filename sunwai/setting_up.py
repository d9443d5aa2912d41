"""Setting up: tables, the default policy and the seed taxonomy; safe to run any number of times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.db import Tx, migrate, schema_version
from data.store import audit, day_counts, open_items, policies, themes
from moderation.policies.policy_document import DEFAULT_POLICY, policy_to_toml
from sunwai.matching import seed_taxonomy
from sunwai.wiring import House

MADE_BY = "sunwai"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What stands after it: where, the schema's and the policy's version, how many themes."""

    database: str
    schema: str
    policy: int
    themes: int


def set_up(house: House) -> SetUp:
    """Brings the database to its newest schema and puts in what every office begins with."""
    migrate(house.db)
    now = house.clock()
    with house.db.write() as tx:
        policy = _policy(tx, now)
        if open_items.differences(tx):  # never by us; by a hand in the tables, perhaps
            open_items.rebuild(tx)
        day_counts.forget_all(tx)  # made anew, day by day, by the scheduler
    seed_taxonomy(house.db, now=now)
    with house.db.read() as tx:
        count = len(themes.list_themes(tx))
    return SetUp(
        database=house.db.safe_url,
        schema=schema_version(house.db) or "",
        policy=policy,
        themes=count,
    )


def _policy(tx: Tx, now: datetime) -> int:
    found = policies.policy_in_force(tx)
    if found is not None:
        return found[0]
    body = policy_to_toml(DEFAULT_POLICY)
    version = policies.keep_policy(tx, body, made_by=MADE_BY, approved_by=MADE_BY, now=now)
    audit.note(tx, actor=MADE_BY, verb="policy.approve", object=f"policy:{version}", now=now)
    return version
