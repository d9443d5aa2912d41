"""Themes: the seed taxonomy put in once, and every text matched with the taxonomy as it is."""

from __future__ import annotations

from datetime import datetime

from analysis.themes import ThemeMatcher, seed_themes
from data.db import Database
from data.model import ThemeState
from data.store import themes
from moderation.texts.text import search_fold

TOLD_STATES = (ThemeState.SELECTED,)  # a candidate is not told before somebody signs it off


def seed_taxonomy(db: Database, *, now: datetime) -> int:
    """Puts the shipped themes into an empty taxonomy, as selected; gives how many."""
    with db.write() as tx:
        if themes.list_themes(tx):
            return 0
        seeds = seed_themes()
        for seed in seeds:
            themes.save_theme(
                tx,
                key=seed.key,
                title_en=seed.title_en,
                title_ur=seed.title_ur,
                terms=seed.terms,
                state=ThemeState.SELECTED,
                now=now,
                signed_off_by="shipped",
            )
        return len(seeds)


def match_themes_of_new(db: Database, *, now: datetime, batch: int = 1000) -> int:
    """Finds the themes of every text not yet matched with the taxonomy as it is; gives how many.

    Each batch is a transaction of its own, so a run that is cut off goes on where it stopped.
    """
    seed_taxonomy(db, now=now)
    with db.read() as tx:
        taxonomy = themes.taxonomy_version(tx)
        told = [t for t in themes.list_themes(tx) if t.state in TOLD_STATES]
    matcher, done = ThemeMatcher(told, search_fold), 0
    while True:
        with db.write() as tx:
            waiting = themes.to_match(tx, taxonomy, batch)
            for text in waiting:
                found = matcher.match(text.text_search)
                themes.save_matches(tx, text.revision_id, found, taxonomy)
        done += len(waiting)
        if len(waiting) < batch:
            return done
