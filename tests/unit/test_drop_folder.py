"""The drop folder and the queue of imports: each file once, whatever dies in between."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.model import DropState, ImportState, Platform, Source, SourceMode
from data.store import files, sweeps
from data.store import jobs as ledger_rows
from sunwai import drop_files, dropping, import_queue
from sunwai.importing import add_source
from sunwai.ledger import Ledger
from sunwai.settings import load
from sunwai.wiring import House
from tests.builders import NOW
from tests.tables import a_database, count_comments

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
GOOD = (EXPORTS / "exportcomments_instagram.csv").read_bytes()


class Office:
    """A house with a drop folder and one source; ``look`` and ``work`` are the two ticks."""

    def __init__(self, home: Path) -> None:
        self.now = NOW
        settings = load({"SUNWAI_HOME": str(home), "SUNWAI_IMPORT_DROP_FOLDER": "drop"})
        self.house = House(settings=settings, clock=lambda: self.now)
        self.db = a_database(f"sqlite:///{home}/sunwai.db")
        self.house.__dict__["db"] = self.db
        self.source: Source = add_source(
            self.house, name="our page", platform=Platform.INSTAGRAM, mode=SourceMode.EXPORT,
            title="Our page",
        )  # fmt: skip
        self.folder = home / "drop" / "our page"
        self.spool = settings.files / import_queue.SPOOL

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.now += timedelta(seconds=10)
            dropping.look(self.house)

    def work(self) -> int:
        ledger = Ledger(db=self.db, owner="test", clock=lambda: self.now, stale_seconds=60)
        return import_queue.run_imports(self.house, ledger)

    def drop(self, name: str, body: bytes = GOOD) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_bytes(body)
        return path

    def lying(self) -> set[str]:
        found = (p for p in self.folder.rglob("*") if not p.is_dir() or p.is_symlink())
        return {p.relative_to(self.folder).as_posix() for p in found}

    def comments(self) -> int:
        with self.db.read() as tx:
            return count_comments(tx)

    def states(self) -> list[DropState]:
        with self.db.read() as tx:
            return [d.state for d in files.list_dropped(tx)]

    def why(self) -> list[str | None]:
        with self.db.read() as tx:
            return [d.why for d in files.list_dropped(tx)]

    def imports(self) -> list[ImportState]:
        with self.db.read() as tx:
            return [f.state for f in files.list_imports(tx)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


# ------------------------------------------------------------------------------ the usual way


def test_a_file_is_taken_when_it_was_twice_the_same_and_then_moved_to_done(office: Office) -> None:
    office.drop("march.csv")
    office.look()
    assert office.work() == 0 and office.states() == [DropState.GROWING]
    office.look()
    assert office.states() == [DropState.QUEUED] and office.work() == 1
    office.look()
    assert office.lying() == {"done/march.csv", "done/march.csv.why.txt"}
    told = (office.folder / "done" / "march.csv.why.txt").read_text("utf-8")
    assert "new 4" in told and "row 4: " in told
    assert office.comments() == 4 and list(office.spool.iterdir()) == []
    assert (office.states(), office.imports()) == ([DropState.DONE], [ImportState.DONE])


def test_a_file_that_grows_waits_until_it_is_whole(office: Office) -> None:
    for size in (300, 600, len(GOOD)):
        office.drop("march.csv", GOOD[:size])
        office.look()
        assert office.states() == [DropState.GROWING] and office.work() == 0
    office.look()
    office.work()
    assert office.comments() == 4


@pytest.mark.parametrize("name", ["a.csv.part", "a.csv.crdownload", ".a.csv", "~$a.xlsx", "a.TMP"])
def test_a_name_of_an_unfinished_file_is_left_alone(office: Office, name: str) -> None:
    office.drop(name)
    office.look(3)
    assert office.states() == [] and office.lying() == {name}


def test_the_same_bytes_again_change_nothing_and_are_told(office: Office) -> None:
    for name in ("a.csv", "b.csv"):
        office.drop(name)
        office.look(2)
        office.work()
        office.look()
    assert office.comments() == 4
    told = (office.folder / "done" / "b.csv.why.txt").read_text("utf-8")
    assert "was imported whole" in told


def test_a_name_that_is_taken_in_done_gets_a_number(office: Office) -> None:
    for body in (GOOD, GOOD + b"\n"):
        office.drop("a.csv", body)
        office.look(2)
        office.work()
        office.look()
    assert {"done/a.csv", "done/a (2).csv"} <= office.lying()


def test_a_file_that_cannot_be_taken_goes_to_failed_with_the_reason(office: Office) -> None:
    office.drop("odd.csv", b"a lone line\n")
    office.drop("empty.csv", b"")
    office.look(2)
    assert office.work() == 2
    office.look()
    assert "failed/odd.csv" in office.lying() and "failed/empty.csv" in office.lying()
    told = (office.folder / "failed" / "odd.csv.why.txt").read_text("utf-8")
    assert "odd.csv is not an export" in told and "upload" not in told
    assert "is empty" in (office.folder / "failed" / "empty.csv.why.txt").read_text("utf-8")
    assert set(office.states()) == {DropState.FAILED}


def test_a_kept_mapping_is_used_for_a_dropped_file(office: Office) -> None:
    unknown = "comment text,who\nپانی نہیں ہے,احمد\n".encode()
    office.drop("a.csv", unknown)
    office.look(2)
    office.work()
    office.look()
    assert office.imports() == [ImportState.FAILED]
    from collectors.exports import table_in

    table = table_in(office.folder / "failed" / "a.csv")
    assert table is not None
    body = {"columns": {"comment text": "text", "who": "author_name"}}
    with office.db.write() as tx:
        files.keep_mapping(tx, office.source.id, table.signature, body, by="test", now=office.now)
    office.drop("a.csv", unknown)
    office.look(2)
    office.work()
    assert office.comments() == 1


def test_no_drop_folder_is_made_where_none_is_set(tmp_path: Path) -> None:
    house = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=lambda: NOW)
    dropping.look(house)
    assert not (tmp_path / "drop").exists()


# ------------------------------------------------------------------------------ tricks


def test_a_link_is_moved_to_failed_and_never_followed(office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(GOOD)
    office.look()
    (office.folder / "link.csv").symlink_to(secret)
    os.link(secret, office.folder / "hard.csv")
    os.mkfifo(office.folder / "pipe.csv")
    office.look(2)
    assert office.work() == 0 and office.comments() == 0
    assert {"failed/link.csv", "failed/hard.csv", "failed/pipe.csv"} <= office.lying()
    assert (office.folder / "failed" / "link.csv").is_symlink()
    assert secret.read_bytes() == GOOD
    told = (office.folder / "failed" / "link.csv.why.txt").read_text("utf-8")
    assert "links are never followed" in told


def test_a_link_in_place_of_a_folder_is_not_entered(office: Office, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.csv").write_bytes(GOOD)
    office.look()
    office.folder.rmdir()
    office.folder.symlink_to(outside)
    office.look(3)
    assert office.work() == 0 and [p.name for p in outside.iterdir()] == ["a.csv"]
    assert any("links are never followed" in (w or "") for w in office.why())


def test_a_link_in_place_of_done_moves_nothing_out(office: Office, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    office.drop("a.csv")
    (office.folder / "done").symlink_to(outside)
    office.look(2)
    office.work()
    office.look()
    assert list(outside.iterdir()) == [] and (office.folder / "a.csv").exists()
    assert "cannot be read or moved" in (office.why()[0] or "")


def test_a_file_swapped_for_a_link_after_it_was_seen_is_not_copied(
    office: Office, tmp_path: Path
) -> None:
    path = office.drop("a.csv")
    found = path.stat()
    secret = tmp_path / "secret.csv"
    secret.write_bytes(b"secret")
    path.unlink()
    path.symlink_to(secret)
    with drop_files.opened(office.folder) as fd, pytest.raises(OSError):
        drop_files.copy_out(fd, "a.csv", tmp_path / "copy" / "a", drop_files.stamp(found))
    path.unlink()
    path.write_bytes(GOOD + b"changed")
    with drop_files.opened(office.folder) as fd, pytest.raises(drop_files.Changed):
        drop_files.copy_out(fd, "a.csv", tmp_path / "copy" / "a", drop_files.stamp(found))


@pytest.mark.parametrize("name", ["<img src=x>.csv", "تبصرے مارچ.csv", "a" * 250, "ت" * 120])
def test_any_name_that_a_file_can_have_is_moved_with_its_note(office: Office, name: str) -> None:
    office.drop(name)
    office.look(2)
    assert office.work() == 1
    office.look()
    assert len([n for n in office.lying() if n.startswith("done/")]) == 2
    assert len([n for n in office.lying() if n.endswith(".why.txt")]) == 1


def test_a_name_that_is_no_text_is_survived(office: Office) -> None:
    office.look()
    path = os.path.join(os.fsencode(office.folder), b"\xff\xfe.csv")  # noqa: PTH118 - bytes
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(GOOD)
    office.look(2)
    office.work()
    office.look()
    assert office.states() == [DropState.DONE]


# ------------------------------------------------------------------------------ what is shown


def test_files_in_no_sources_folder_are_told_and_forgotten_when_gone(office: Office) -> None:
    office.look()
    root = office.folder.parent
    (root / "nobody").mkdir()
    (root / "nobody" / "a.csv").write_bytes(GOOD)
    (root / "b.csv").write_bytes(GOOD)
    office.look(3)
    whys = " ".join(w or "" for w in office.why())
    assert "There is no source “nobody”" in whys and "no source's folder" in whys
    assert office.work() == 0 and (root / "b.csv").exists()
    (root / "nobody" / "a.csv").unlink()
    (root / "b.csv").unlink()
    office.look()
    assert office.states() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything: did not run")
def test_a_file_that_may_not_be_read_is_told(office: Office) -> None:
    office.drop("a.csv").chmod(0)
    office.look(3)
    assert "Check the rights" in (office.why()[0] or "")


# ------------------------------------------------------------------------------ what dies between


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("at", range(1, 8))
def test_a_kill_at_any_step_loses_and_doubles_nothing(office: Office, at: int) -> None:
    """The n-th write of the database does not come about; what follows begins anew."""
    office.drop("march.csv")
    real, writes = office.db.write, iter(range(1, 1000))

    def dying() -> object:
        if next(writes) == at:
            raise Killed
        return real()

    office.db.write = dying  # type: ignore[method-assign,assignment]
    steps: list[Callable[[], object]] = [office.look, office.look, office.work, office.look]
    with pytest.raises(Killed):
        for _ in range(9):
            for step in steps:
                step()
            office.drop(f"more-{office.now.timestamp()}.csv", GOOD + b"\n" * office.now.second)
    office.db.write = real  # type: ignore[method-assign]
    for _ in range(4):
        office.now += timedelta(minutes=5)  # a dead run is stale by now
        for step in steps:
            step()
    assert office.comments() == 4
    assert not [n for n in office.lying() if "/" not in n]
    assert set(office.states()) == {DropState.DONE}
    assert set(office.imports()) == {ImportState.DONE}


def test_an_import_that_breaks_off_again_and_again_is_given_up_with_a_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop("a.csv")
    office.look(2)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(import_queue, "take_file", broken)
    for _ in range(import_queue.MOST_ATTEMPTS + 2):
        office.now += timedelta(minutes=30)
        office.work()
    assert office.imports() == [ImportState.FAILED]
    office.look()
    told = (office.folder / "failed" / "a.csv.why.txt").read_text("utf-8")
    assert "broke off 4 times" in told


def test_a_file_taken_away_before_it_was_copied_is_forgotten(office: Office) -> None:
    office.drop("a.csv")
    office.look()
    (office.folder / "a.csv").unlink()
    office.look()
    assert office.states() == []


def test_a_file_taken_away_after_it_was_copied_is_imported_all_the_same(office: Office) -> None:
    office.drop("a.csv")
    office.look(2)
    (office.folder / "a.csv").unlink()
    office.work()
    office.look()
    assert office.comments() == 4 and office.states() == [DropState.DONE]


def test_two_processes_import_a_file_once(office: Office) -> None:
    office.drop("a.csv")
    office.look(2)
    with office.db.write() as tx:
        one = files.open_imports(tx)[0]
        assert ledger_rows.claim_slot(
            tx, import_queue.JOB, str(one.id), "another process", now=office.now
        )
    assert office.work() == 0 and office.comments() == 0
    office.now += timedelta(minutes=2)  # its beat is stale: it died
    assert office.work() == 1 and office.comments() == 4


def test_orphans_of_a_died_upload_are_deleted_after_a_day(office: Office) -> None:
    orphan = office.spool / "0123"
    orphan.mkdir(parents=True)
    (orphan / "upload.csv").write_bytes(GOOD)
    written = datetime.fromtimestamp(orphan.stat().st_mtime, NOW.tzinfo)
    office.now = written + timedelta(hours=23)
    import_queue.forget_orphans(office.house)
    assert orphan.exists()
    office.now = written + timedelta(hours=25)
    import_queue.forget_orphans(office.house)
    assert not orphan.exists()


def test_progress_is_noted_while_an_import_runs(office: Office) -> None:
    office.drop("a.csv")
    office.look(2)
    office.work()
    with office.db.read() as tx:
        (done,) = files.list_imports(tx)
        assert done.rows_done == 6 and done.sweep_id is not None
        sweep = sweeps.sweep_by_id(tx, done.sweep_id)
    assert sweep is not None and sweep.file_name == "a.csv"


def test_the_queue_is_worked_beside_the_web_only_where_no_scheduler_lives(office: Office) -> None:
    office.drop("a.csv")
    office.look(2)
    beside = import_queue.Beside(office.house, "web")
    with office.db.write() as tx:
        ledger_rows.take_lease(tx, import_queue.SCHEDULER, "x", now=office.now, seconds=30)
    beside()
    assert beside.thread is None and office.comments() == 0
    office.now += timedelta(minutes=1)
    beside()
    assert beside.thread is not None
    beside.thread.join(timeout=60)
    assert office.comments() == 4
