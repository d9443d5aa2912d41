"""B: unchanged pages taken in again against the first time, and against get-or-create by an ORM."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from collectors.base import Page
from collectors.intake import collect
from data.db import Database, migrate
from data.model import CollectedComment, CollectedPost, Liveness, Platform, Raw, SweepKind
from moderation.text import search_fold
from tests.bench.bench_score import invented
from tests.bench.measuring import ROUNDS, Ratio, cpu_of, ratio_table
from tests.builders import NOW, a_collected, a_source

PAGES, SIZE = 8, 100


@dataclass(frozen=True, slots=True)
class Fixed:
    """A collector that always tells the same pages."""

    pages: Sequence[Page]

    @property
    def platform(self) -> Platform:
        return Platform.MOCK

    def scan(self, *, stop_before: datetime | None) -> Iterator[Page]:
        yield from self.pages

    def read_comments(
        self, call_ids: Sequence[str]
    ) -> Mapping[str, tuple[Liveness, CollectedComment | None]]:
        return {}


def the_pages() -> list[Page]:
    texts, _ = invented(PAGES * SIZE)
    made: list[Page] = []
    for p in range(PAGES):
        items = [
            a_collected(
                texts[n],
                external_id=f"c{n}",
                created_at=NOW - timedelta(minutes=n),
                post=CollectedPost(external_id=f"p{n % 5}", text="A post."),
            )
            for n in range(p * SIZE, (p + 1) * SIZE)
        ]
        told = tuple((c, Raw(body=f'{{"id": "{c.id}"}}', locator="bench", mapper="bench/1"))
                     for c in items)  # fmt: skip
        made.append(Page(items=told, end=p == PAGES - 1))
    return made


class Base(DeclarativeBase):
    pass


class OrmPost(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), unique=True)
    text: Mapped[str | None]


class OrmComment(Base):
    __tablename__ = "comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    text: Mapped[str]
    author: Mapped[str | None]
    created_at: Mapped[datetime | None]
    like_count: Mapped[int | None]


def naive(session: Session, pages: Sequence[Page]) -> None:
    """What one writes first: look for the row, make it if it is not there, commit, the next."""
    for page in pages:
        for c, _ in page.items:
            assert c.post is not None
            post = session.scalar(select(OrmPost).where(OrmPost.external_id == c.post.external_id))
            if post is None:
                post = OrmPost(external_id=c.post.external_id, text=c.post.text)
                session.add(post)
                session.commit()
            kept = session.scalar(select(OrmComment).where(OrmComment.external_id == c.external_id))
            if kept is None:
                kept = OrmComment(external_id=c.external_id, post_id=post.id)
                session.add(kept)
            kept.text, kept.created_at, kept.like_count = c.text, c.created_at, c.like_count
            kept.author = None if c.author is None else c.author.display_name
            session.commit()


def main() -> str:
    """The figures as Markdown."""
    pages = the_pages()
    first, again = list[float](), list[float]()
    orm, orm_again = list[float](), list[float]()
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            ours = _ours(Path(folder) / "ours.db", pages)
            first.append(ours[0])
            again.append(ours[1])
            theirs = _theirs(Path(folder) / f"orm{number}.db", pages)
            orm.append(theirs[0])
            orm_again.append(theirs[1])
    unit, count = "s of CPU", PAGES * SIZE
    return (
        f"{PAGES} pages of {SIZE} invented comments, SQLite file. Ours keeps raw item, post, "
        "comment, revision, the search index and the sweep; the ORM keeps post and comment only, "
        "with a commit for each row.\n\n"
        + ratio_table(
            [
                Ratio(what=f"B4 first time / again, {count} unchanged comments", unit=unit,
                      over=first, under=again),
                Ratio(what="B1 ORM get-or-create / ours, first time", unit=unit,
                      over=orm, under=first),
                Ratio(what="B1 ORM get-or-create / ours, again", unit=unit,
                      over=orm_again, under=again),
            ]
        )
    )  # fmt: skip


def _ours(path: Path, pages: Sequence[Page]) -> tuple[float, float]:
    db = Database(f"sqlite:///{path}")
    migrate(db)
    with db.write() as tx:
        source = a_source(tx)

    def take_in() -> None:
        done = collect(
            Fixed(pages),
            source,
            db,
            now=NOW,
            clock=lambda: NOW,
            fold=search_fold,
            author_salt=b"salt",
            keep_names=True,
            kind=SweepKind.RESCAN,
        )
        assert done.tally.read == PAGES * SIZE, done

    spent = cpu_of(take_in), cpu_of(take_in)
    db.close()
    return spent


def _theirs(path: Path, pages: Sequence[Page]) -> tuple[float, float]:
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    spent: list[float] = []
    for _ in range(2):
        with Session(engine) as session:
            spent.append(cpu_of(lambda session=session: naive(session, pages)))
    engine.dispose()
    return spent[0], spent[1]


if __name__ == "__main__":
    print(main())
