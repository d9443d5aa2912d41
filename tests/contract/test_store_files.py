"""Files on their way in, in every database: mappings, imports that wait, the drop folder."""

from __future__ import annotations

from datetime import timedelta

from data.db import Database
from data.model import DropState, ImportState, JsonObject, Platform, SourceMode
from data.store import files
from tests.builders import NOW
from tests.collect_helpers import new_source

BODY: JsonObject = {"columns": {"تبصرہ": "text", "a\0b": "ignore"}, "date_format": "auto"}


def _source(db: Database) -> int:
    return new_source(db, platform=Platform.YOUTUBE, mode=SourceMode.EXPORT).id


def test_a_mapping_is_kept_for_its_header_and_source_and_replaced_by_a_newer(db: Database) -> None:
    source = _source(db)
    with db.write() as tx:
        files.keep_mapping(tx, source, "a" * 64, BODY, by="amina", now=NOW)
        files.keep_mapping(tx, source, "b" * 64, BODY, by="amina", now=NOW)
        newer: JsonObject = {"columns": {"x": "text"}}
        files.keep_mapping(tx, source, "a" * 64, newer, by="bilal", now=NOW + timedelta(days=1))
    with db.read() as tx:
        found = files.mapping_for(tx, source, "a" * 64)
        assert found is not None and (found.body, found.made_by) == (newer, "bilal")
        assert files.mapping_for(tx, source, "c" * 64) is None
        assert len(files.list_mappings(tx)) == len(files.list_mappings(tx, source)) == 2
        assert files.list_mappings(tx, source + 1) == []
    with db.write() as tx:
        assert files.remove_mapping(tx, found.id) and not files.remove_mapping(tx, found.id)


def test_an_import_waits_runs_and_ends_once(db: Database) -> None:
    source = _source(db)
    with db.write() as tx:
        made = files.add_import(
            tx, source_id=source, file_name="تبصرے\0.csv", place="imports/x/upload.csv",
            size=5_000_000_000, captured_at=NOW, by="amina", now=NOW, mapping=BODY,
        )  # fmt: skip
        assert made.state is ImportState.WAITING and made.file_name == "تبصرے\ufffd.csv"
        assert files.begin_import(tx, made.id) == 1 and files.begin_import(tx, made.id) == 2
        files.note_progress(tx, made.id, 500)
    with db.read() as tx:
        (running,) = files.open_imports(tx)
        assert (running.state, running.rows_done) == (ImportState.RUNNING, 500)
        assert running.size == 5_000_000_000 and running.mapping is not None
    with db.write() as tx:
        files.end_import(tx, made.id, ImportState.DONE, now=NOW, told={"new": 1})
        files.end_import(tx, made.id, ImportState.FAILED, now=NOW, error="too late")
    with db.read() as tx:
        done = files.import_by_id(tx, made.id)
        assert files.open_imports(tx) == [] and files.list_imports(tx) == [done]
    assert done is not None and done.state is ImportState.DONE and done.told == {"new": 1}


def test_a_dropped_file_is_the_same_until_its_stamp_changes(db: Database) -> None:
    name = "ت" * 300 + "\udcff"
    with db.write() as tx:
        first, same = files.see_dropped(tx, "page", name, stamp="1", size=5, now=NOW)
        assert not same and first.state is DropState.GROWING
        again, same = files.see_dropped(tx, "page", name, stamp="1", size=5, now=NOW)
        assert same and again == first
        files.set_dropped(tx, first.id, DropState.FAILED, now=NOW, why="no")
        later = NOW + timedelta(hours=1)
        grown, same = files.see_dropped(tx, "page", name, stamp="2", size=6, now=later)
        assert not same and grown.id == first.id
        assert (grown.state, grown.why, grown.size) == (DropState.GROWING, None, 6)
        assert (grown.first_seen_at, grown.changed_at) == (NOW, later)
        files.note_trouble(tx, first.id, "cannot be read")
    with db.read() as tx:
        assert [d.why for d in files.list_dropped(tx)] == ["cannot be read"]
        assert files.list_dropped(tx, states=(DropState.DONE,)) == []
    with db.write() as tx:
        files.forget_dropped(tx, first.id)
        assert files.list_dropped(tx) == []
