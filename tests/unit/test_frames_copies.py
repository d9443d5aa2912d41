"""How many near-copies a comment has is told as it stood: later copies change no frozen day."""

from __future__ import annotations

from datetime import datetime

from data.frames import Window, comments_frame
from data.store import copies
from data.store.copies import Member
from tests.builders import NOW, a_collected, a_source, assess, keep, minutes
from tests.tables import a_database


def test_copies_that_were_read_after_the_freeze_are_not_counted() -> None:
    db = a_database()
    with db.write() as tx:
        source = a_source(tx)
        for n, at in enumerate((NOW, NOW + minutes(1), NOW + minutes(90))):
            comment = keep(tx, source, a_collected("Share this.", external_id=f"c{n}"), now=at)
            copies.add_members(
                tx,
                [
                    Member(
                        comment_id=comment,
                        group_id="mock:c0",
                        author_key=None,
                        signature=b"",
                        bands=(1,),
                        at=at,
                    )
                ],
            )
            assess(tx, comment, now=at)

        def told(as_of: datetime) -> list[int]:
            window = Window(since=NOW, until=NOW + minutes(60), as_of=as_of)
            return comments_frame(tx, window, "Asia/Karachi")["copies"].to_list()

        assert told(NOW + minutes(60)) == [2, 2]
        assert told(NOW + minutes(120)) == [3, 3]
    db.close()
