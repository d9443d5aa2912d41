"""The schema's version is told without loading Alembic, and is the one that Alembic tells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import data.db
from data import schema
from data.db import Database, at_head, newest_version, schema_version
from tests.builders import NOW, a_user


def _upgrade(db: Database, version: str) -> None:
    config = _config()
    config.attributes["engine"] = db.engine
    command.upgrade(config, version)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(data.db.__file__).parent / "migrations"))
    return config


def test_the_newest_version_is_the_head_that_alembic_finds() -> None:
    assert newest_version() == ScriptDirectory.from_config(_config()).get_current_head()


def test_the_version_of_a_database_is_the_one_that_alembic_tells(db: Database) -> None:
    with db.engine.connect() as conn:
        told = MigrationContext.configure(conn).get_current_revision()
    assert schema_version(db) == told == newest_version()


def test_an_older_schema_is_not_at_head(db: Database) -> None:
    with db.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    try:
        assert schema_version(db) == "0003"
        assert not at_head(db)
    finally:
        with db.write() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": newest_version()})


def test_a_database_without_tables_has_no_version() -> None:
    empty = Database("sqlite://")
    try:
        assert schema_version(empty) is None
        assert not at_head(empty)
    finally:
        empty.close()


def test_asking_for_a_version_does_not_load_alembic() -> None:
    asked = (
        "import sys; from data.db import Database, at_head; "
        "at_head(Database('sqlite://')); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_words_of_conflict_given_by_name_are_kept_by_pseudonym_after_0016() -> None:
    db = Database("sqlite://")
    try:
        _upgrade(db, "0015")
        with db.write() as tx:
            user = a_user(tx, "amina")
            stranger = "who left long ago"
            word = {"user_id": user.id, "made_at": NOW}
            for text_, by in (("our bridge", "amina"), ("my shop", stranger)):
                tx.execute(
                    schema.conflict_word.insert().values(
                        word=text_, folded=text_, made_by=by, **word
                    )
                )
        _upgrade(db, "0016")
        with db.read() as tx:
            made_by = dict(tx.execute(text("SELECT word, made_by FROM conflict_word")).all())
        assert made_by == {"our bridge": user.pseudonym, "my shop": stranger}
    finally:
        db.close()
