"""The sample organisation's files, imported as an office would, and an importer that is killed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.exports import ReadContext
from collectors.importing import ImportResult, import_file
from data.db import Database
from data.model import Platform, Source, SourceMode, SweepOutcome
from data.samples.content import PAGES, sample_comments
from data.samples.native import comment_native_id
from data.samples.render import RenderedFile, own_names, render, seen_comments
from data.store import sweeps
from tests.builders import NOW
from tests.collect_helpers import SALT, a_file, kept, new_source, texts_of
from tests.journey.collect_child import BATCH, context_of_files, killed


def import_sample(db: Database, source: Source, file: RenderedFile) -> ImportResult:
    context = ReadContext(
        platform=file.platform,
        time_zone=file.time_zone,
        captured_at=file.captured_at,
        own_names=own_names(file.platform),
        post=file.post,
    )
    return _import(db, source, file.path, replace(context))


def _import(db: Database, source: Source, path: Path, context: ReadContext) -> ImportResult:
    return import_file(
        db,
        source,
        path,
        context=context,
        format=None,
        now=NOW,
        clock=lambda: NOW,
        fold=str.lower,
        author_salt=SALT,
        keep_names=False,
    )


def test_the_sample_organisations_files_bring_in_what_is_written_in_them(
    file_db: Database, tmp_path: Path
) -> None:
    pages = {
        p.source_name: new_source(
            file_db, p.source_name, platform=p.platform, mode=SourceMode.EXPORT
        )
        for p in PAGES
    }
    for file in render(tmp_path, now=NOW):
        import_sample(file_db, pages[file.source_name], file)
    alive = {c.id: c.revision.text for c in kept(file_db).values() if c.missing_since is None}
    gone = {c.id for c in kept(file_db).values() if c.missing_since is not None}
    written, deleted = dict[str, str](), set[str]()
    for page in PAGES:
        for seen in seen_comments(page.platform, captured_at=NOW, now=NOW):
            written[f"{page.platform.value}:{seen.native_id}"] = seen.text
        for c in sample_comments(page.platform):
            if c.deleted:
                deleted.add(f"{page.platform.value}:{comment_native_id(page.platform, c)}")
    assert set(alive) == set(written)
    assert [i for i, text in written.items() if not alive[i].endswith(text)] == []
    assert gone == deleted and len(deleted) >= 4


@pytest.mark.parametrize("at", [1, BATCH + 1, 3 * BATCH])
def test_an_import_killed_in_the_middle_is_finished_by_importing_again(
    file_db: Database, tmp_path: Path, at: int
) -> None:
    path = a_file(tmp_path / "a.csv", {f"U{n}": f"Text {n}" for n in range(1, 151)})
    source = new_source(file_db, platform=Platform.YOUTUBE, mode=SourceMode.EXPORT)
    assert killed("import", file_db, source.name, path, at) == -9
    whole = (at - 1) // BATCH * BATCH
    assert len(kept(file_db)) == whole
    result = _import(file_db, source, path, context_of_files())
    assert (result.already, result.new, result.unchanged) == (False, 150 - whole, whole)
    assert {i: texts_of(file_db, c.id) for i, c in kept(file_db).items()} == {
        f"U{n}": [f"Text {n}"] for n in range(1, 151)
    }
    with file_db.read() as tx:
        outcomes = [s.outcome for s in sweeps.list_sweeps(tx)]
    assert outcomes == [SweepOutcome.COMPLETE, SweepOutcome.INTERRUPTED]
    assert _import(file_db, source, path, context_of_files()).already


def test_a_comment_removed_by_hand_comes_back_when_a_later_file_has_it_again(
    file_db: Database, tmp_path: Path
) -> None:
    source = new_source(file_db, platform=Platform.YOUTUBE, mode=SourceMode.EXPORT)
    for day, numbers in enumerate(((1, 2, 3), (1, 3), (1, 2, 3))):
        path = a_file(tmp_path / f"{day}.csv", {f"U{n}": f"Text {n} " + "." * day for n in numbers})
        context = replace(context_of_files(), captured_at=NOW - timedelta(days=2 - day))
        _import(file_db, source, path, context)
        missing = [i for i, c in kept(file_db).items() if c.missing_since is not None]
        assert missing == (["U2"] if day == 1 else [])
