"""Importing export files: counts, evidence, snapshots in any order, and what a file can prove."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from collectors.exports import NotAnExport, ReadContext, mapping_from
from collectors.file_absence import may_be_a_comment
from collectors.importing import ImportRefused, ImportResult, import_file
from data.db import Database
from data.model import Platform, RowError, Source, SourceMode, SweepKind, SweepOutcome
from data.store import sweeps
from data.store.absence import post_id_by_key
from tests.builders import NOW, minutes
from tests.collect_helpers import (
    SALT,
    a_file,
    kept,
    new_source,
    post_of_files,
    take_down,
    texts_of,
)
from tests.tables import a_database

CONTEXT = ReadContext(
    platform=None, time_zone="Asia/Karachi", captured_at=NOW, post=post_of_files()
)
LATER = NOW + timedelta(days=1)
EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"


@pytest.fixture
def memory() -> Database:
    db = a_database()
    return db


@pytest.fixture
def source(memory: Database) -> Source:
    return new_source(memory, platform=Platform.YOUTUBE, mode=SourceMode.EXPORT)


def rows(*numbers: int) -> dict[str, str]:
    return {f"U{n}": f"Text {n}" for n in numbers}


def taken(
    db: Database,
    source: Source,
    path: Path,
    *,
    captured_at: datetime = NOW,
    now: datetime | None = None,
    keep_files: Path | None = None,
    batch: int = 500,
) -> ImportResult:
    when = now or captured_at
    return import_file(
        db,
        source,
        path,
        context=replace(CONTEXT, captured_at=captured_at),
        format=None,
        now=when,
        clock=lambda: when,
        fold=str.lower,
        author_salt=SALT,
        keep_names=False,
        batch=batch,
        keep_files=keep_files,
    )


def alive(db: Database) -> set[str]:
    return {i for i, c in kept(db).items() if c.missing_since is None}


# ------------------------------------------------------------------------------ counts and record


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_an_import_counts_what_it_did_and_leaves_a_sweep(
    memory: Database, source: Source, tmp_path: Path, batch: int
) -> None:
    path = a_file(tmp_path / "a.csv", rows(1, 2, 3, 4), broken=2)
    result = taken(memory, source, path, batch=batch)
    assert (result.read, result.new, result.rejected) == (6, 4, 2)
    assert [e.row for e in result.errors] == [e.row for e in result.errors if e.reason]
    with memory.read() as tx:
        recorded = sweeps.sweep_by_id(tx, result.sweep_id)
        assert len(sweeps.rejected_rows(tx, result.sweep_id)) == 2
    assert recorded is not None
    assert (recorded.kind, recorded.outcome) == (SweepKind.IMPORT, SweepOutcome.COMPLETE)
    assert (recorded.file_name, recorded.tally.new) == ("a.csv", 4)
    assert recorded.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_bytes_again_do_nothing(memory: Database, source: Source, tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.csv", rows(1, 2))
    first = taken(memory, source, path)
    again = taken(memory, source, a_file(tmp_path / "copy.csv", rows(1, 2)))
    assert again.already and again.sweep_id == first.sweep_id
    assert (again.read, again.new) == (0, 0) and "already" in again.warnings[0]


def test_the_same_bytes_into_another_source_are_read(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    other = new_source(memory, "other", platform=Platform.YOUTUBE)
    path = a_file(tmp_path / "a.csv", rows(1, 2))
    taken(memory, source, path)
    assert taken(memory, other, path).unchanged == 2


def test_a_later_file_brings_new_comments_and_edits(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    taken(memory, source, a_file(tmp_path / "a.csv", rows(1, 2)))
    later = a_file(tmp_path / "b.csv", rows(1, 3) | {"U2": "Edited"})
    result = taken(memory, source, later, captured_at=LATER)
    assert (result.new, result.revised, result.unchanged) == (1, 1, 1)
    assert texts_of(memory, "youtube:U2") == ["Text 2", "Edited"]


def test_an_import_does_not_move_the_mark_of_a_scan(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    taken(memory, source, a_file(tmp_path / "a.csv", rows(1, 2)))
    with memory.read() as tx:
        assert sweeps.high_water(tx, source.id) is None


def test_an_import_does_not_close_a_scan_that_is_under_way(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    with memory.write() as tx:
        scan = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
    taken(memory, source, a_file(tmp_path / "a.csv", rows(1)))
    with memory.read() as tx:
        found = sweeps.sweep_by_id(tx, scan)
    assert found is not None and found.outcome is SweepOutcome.RUNNING


# ------------------------------------------------------------------------------ refusals


def test_a_file_of_another_platform_is_refused_with_a_sentence(
    memory: Database, tmp_path: Path
) -> None:
    page = new_source(memory, "page", platform=Platform.FACEBOOK)
    with pytest.raises(NotAnExport, match="youtube") as caught:
        taken(memory, page, a_file(tmp_path / "a.csv", rows(1)))
    assert "facebook" in str(caught.value)
    assert kept(memory) == {}


def test_a_file_of_another_platform_is_refused_by_the_mock_platforms_source_too(
    memory: Database, tmp_path: Path
) -> None:
    page = new_source(memory, "page")
    with pytest.raises(ImportRefused, match="Choose the right source"):
        taken(memory, page, a_file(tmp_path / "a.csv", rows(1)))


@pytest.mark.parametrize("kind", ["missing", "folder", "text"])
def test_what_is_no_export_is_refused_and_nothing_is_recorded(
    memory: Database, source: Source, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "thing.csv"
    if kind == "folder":
        path.mkdir()
    if kind == "text":
        path.write_text("Dear sir,\nplease find attached.\n")
    with pytest.raises((NotAnExport, ImportRefused), match=r"thing\.csv"):
        taken(memory, source, path, keep_files=tmp_path / "kept")
    with memory.read() as tx:
        assert sweeps.list_sweeps(tx) == []
    assert not (tmp_path / "kept").exists()


def test_a_failure_inside_sunwai_keeps_what_came_before_and_can_be_finished(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    path = a_file(tmp_path / "a.csv", rows(*range(1, 11)))
    seen: list[str] = []

    def fold(text: str) -> str:
        seen.append(text)
        if len(seen) == 6:
            raise ZeroDivisionError
        return text

    with pytest.raises(ZeroDivisionError):
        import_file(
            memory, source, path, context=CONTEXT, format=None, now=NOW, clock=lambda: NOW,
            fold=fold, author_salt=SALT, keep_names=False, batch=4,
        )  # fmt: skip
    with memory.read() as tx:
        (broken,) = sweeps.list_sweeps(tx)
    assert (broken.outcome, broken.tally.new, len(kept(memory))) == (SweepOutcome.PARTIAL, 4, 4)
    result = taken(memory, source, path)
    assert (result.already, result.new, result.unchanged) == (False, 6, 4)


# ------------------------------------------------------------------------------ evidence


def test_the_file_is_kept_under_its_sha256_once(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    path = a_file(tmp_path / "a.CSV", rows(1, 2))
    body = path.read_bytes()
    taken(memory, source, path, keep_files=folder)
    other = new_source(memory, "other", platform=Platform.YOUTUBE)
    taken(memory, other, path, keep_files=folder)
    assert [(p.name, p.read_bytes()) for p in folder.iterdir()] == [
        (hashlib.sha256(body).hexdigest() + ".csv", body)
    ]


# ------------------------------------------------------------------------------ snapshots


def test_an_older_file_neither_undoes_an_edit_nor_brings_back_what_is_gone(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    first = a_file(tmp_path / "first.csv", rows(1, 2, 3))
    edited = a_file(tmp_path / "edited.csv", {"U1": "Edited", "U3": "Text 3"})
    older = a_file(tmp_path / "older.csv", rows(1, 2, 3, 4))
    taken(memory, source, first, captured_at=NOW)
    taken(memory, source, edited, captured_at=LATER)
    assert alive(memory) == {"U1", "U3"}
    result = taken(memory, source, older, captured_at=NOW + minutes(5), now=LATER + minutes(5))
    assert (result.new, result.revised, result.unchanged) == (1, 0, 3)
    assert texts_of(memory, "youtube:U1") == ["Text 1", "Edited"]
    assert alive(memory) == {"U1", "U3", "U4"}


def test_a_time_stamp_older_than_the_comments_is_not_believed(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    taken(
        memory,
        source,
        a_file(tmp_path / "a.csv", rows(1)),
        captured_at=NOW - timedelta(999),
        now=NOW,
    )
    (comment,) = kept(memory).values()
    assert comment.last_seen_at == comment.created_at
    assert comment.first_seen_at == NOW


# ------------------------------------------------------------------------------ absence


def second_import(
    db: Database, source: Source, folder: Path, second: dict[str, str], **told: int
) -> ImportResult:
    taken(db, source, a_file(folder / "a.csv", rows(1, 2, 3, 4, 5) | {"U3.1": "Reply"}))
    return taken(db, source, a_file(folder / "b.csv", second, **told), captured_at=LATER)


def test_a_comment_missing_between_others_of_its_post_is_marked(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    result = second_import(memory, source, tmp_path, rows(1, 2, 4, 5))
    assert (result.missing, kept(memory)["U3"].missing_reason) == (1, "not_in_export")


def test_what_a_cut_file_does_not_reach_is_not_marked(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    second_import(memory, source, tmp_path, rows(3, 4))
    assert alive(memory) >= {"U1", "U2", "U3", "U4", "U5"}


def test_replies_are_not_marked_by_a_file_that_has_none(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    second_import(memory, source, tmp_path, rows(1, 2, 3, 4, 5))
    assert "U3.1" in alive(memory)


def test_replies_are_marked_by_a_file_that_has_others(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    second_import(memory, source, tmp_path, rows(1, 2, 3, 4, 5, 99) | {"U2.2": "Another"})
    assert "U3.1" not in alive(memory)


def test_a_file_with_rows_that_could_not_be_taken_proves_nothing(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    result = second_import(memory, source, tmp_path, rows(1, 2, 4, 5), broken=1)
    assert "U3" in alive(memory) and result.missing == 0
    assert any("proves nothing" in w for w in result.warnings)


def test_a_file_of_a_round_number_of_rows_proves_nothing(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    taken(memory, source, a_file(tmp_path / "a.csv", rows(*range(1, 102))))
    second = a_file(tmp_path / "b.csv", rows(*(n for n in range(1, 102) if n != 50)))
    result = taken(memory, source, second, captured_at=LATER)
    assert "U50" in alive(memory)
    assert any("may be cut off" in w for w in result.warnings)


@pytest.mark.parametrize(("gone", "marked"), [(20, 20), (21, 0)])
def test_a_great_loss_is_not_believed_from_a_file(
    memory: Database, source: Source, tmp_path: Path, gone: int, marked: int
) -> None:
    taken(memory, source, a_file(tmp_path / "a.csv", rows(*range(1, 61))))
    left = [1, *range(2 + gone, 61)]
    result = taken(memory, source, a_file(tmp_path / "b.csv", rows(*left)), captured_at=LATER)
    assert result.missing == marked
    assert 60 - len(alive(memory)) == marked


def test_a_comment_taken_down_by_hand_is_proved_gone_and_one_hidden_by_us_is_left_alone(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    taken(memory, source, a_file(tmp_path / "a.csv", rows(1, 2, 3, 4)))
    take_down(memory, kept(memory)["U2"], by_hand=True)
    take_down(memory, kept(memory)["U3"], by_hand=False)
    taken(memory, source, a_file(tmp_path / "b.csv", rows(1, 4)), captured_at=LATER)
    found = kept(memory)
    assert found["U2"].missing_reason == "not_in_export"
    assert found["U3"].missing_since is None


def test_what_was_seen_after_the_file_was_made_is_not_marked(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    taken(memory, source, a_file(tmp_path / "a.csv", rows(1, 2, 3)), captured_at=LATER)
    older = a_file(tmp_path / "b.csv", rows(1, 3))
    result = taken(memory, source, older, captured_at=NOW, now=LATER)
    assert result.missing == 0 and "U2" in alive(memory)


@pytest.mark.parametrize(
    ("raw", "may_be"),
    [
        ('{"url": "https://example.org/p", "error": "no_items"}', False),
        ('{"id": "", "text": "", "error": "no_items"}', False),
        ('{"id": "7", "error": "odd"}', True),
        ('{"text": "Water", "error": "odd"}', True),
        ('{"text": ""}', True),
        ('["error"]', True),
        ('{"cut": "in the mi', True),
        ("", True),
    ],
)
def test_only_a_tools_own_error_row_is_known_to_be_no_comment(raw: str, may_be: bool) -> None:
    assert may_be_a_comment(RowError(row=1, reason="x", raw=raw)) is may_be


# ------------------------------------------------------------------------------ other files


def test_a_mapped_file_marks_nothing_as_gone(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    said = mapping_from({"columns": {"cid": "id", "said": "text", "at": "created", "v": "post_id"}})

    def brought(name: str, *numbers: int, when: datetime) -> ImportResult:
        lines = [f"Ug{n}xyz,words {n},2026-05-0{n}T10:00:00Z,video1\n" for n in numbers]
        path = tmp_path / name
        path.write_text("cid,said,at,v\n" + "".join(lines), encoding="utf-8")
        context = replace(CONTEXT, captured_at=when, post=None, mapping=said)
        return import_file(
            memory, source, path, context=context, format=None, now=when, clock=lambda: when,
            fold=str.lower, author_salt=SALT, keep_names=False,
        )  # fmt: skip

    first = brought("a.csv", 1, 2, 3, when=NOW)
    assert (first.new, first.format, len(first.signature)) == (3, "mapped", 64)
    later = brought("b.csv", 1, 3, when=LATER)
    assert (later.unchanged, later.missing) == (2, 0)
    assert alive(memory) == {"Ug1xyz", "Ug2xyz", "Ug3xyz"}


def test_the_accounts_own_comments_mark_no_comment_of_the_public_as_gone(
    memory: Database, source: Source, tmp_path: Path
) -> None:
    taken(memory, source, a_file(tmp_path / "a.csv", rows(1, 2)))
    own = taken(memory, source, EXPORTS / "google_takeout.csv", captured_at=LATER)
    assert (own.new, own.rejected, own.missing) == (3, 1, 0)
    assert {"U1", "U2"} <= alive(memory)
    ours = {i for i, c in kept(memory).items() if c.is_page_owner}
    assert len(ours) == 3 and not ours & {"U1", "U2"}


def test_posts_of_a_file_are_kept_as_posts_and_counted(memory: Database, tmp_path: Path) -> None:
    page = new_source(memory, "page", platform=Platform.FACEBOOK, mode=SourceMode.EXPORT)
    told: list[int] = []
    result = import_file(
        memory, page, EXPORTS / "crowdtangle_facebook.csv", context=CONTEXT, format=None, now=NOW,
        clock=lambda: NOW, fold=str.lower, author_salt=SALT, keep_names=False,
        progress=told.append,
    )  # fmt: skip
    assert (result.posts, result.new, result.rejected, told) == (1, 0, 1, [2])
    with memory.read() as tx:
        assert post_id_by_key(tx, Platform.FACEBOOK, "410000000000501") is not None
    assert any("0 comments come in" in w for w in result.warnings)
