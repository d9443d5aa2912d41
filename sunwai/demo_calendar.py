"""When the sample organisation ran its export tools in its last thirty days, and what went wrong.

One round an evening. A page's export was forgotten once, another time it came late in the evening;
on some days the officers were late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from data.day import local_day
from data.model import utc
from data.samples.content import PAGES, ZONE, SamplePage

DAYS = 30
EVENING = time(18)  # when somebody runs the export tools
QUIET = timedelta(hours=6)  # what came in since then is undecided when the past ends
SUNDAY = 6
# Days before the last one on which something went wrong.
FORGOTTEN = {16: "nayashehr-youtube"}  # no export at all
REMEMBERED = {3: "nayashehr-instagram"}  # late in the evening
LATE = frozenset({7, 12, 20})
DEAD_LINK = frozenset({9, 24})
_LATE_EXPORT = timedelta(hours=5, minutes=20)
_WORTH_A_SHIFT = timedelta(hours=3)
_OFFICE_HOURS = range(8, 22)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One evening's exports, and the time until the next."""

    at: datetime
    until: datetime
    pages: tuple[SamplePage, ...] = PAGES
    whole: bool = False  # of all posts
    dead_link: bool = False
    late: bool = False
    last: bool = False  # the last that officers work on
    quiet: bool = False  # nobody decides after it: the past ends here

    @property
    def name(self) -> str:
        return f"{self.at:%Y-%m-%dT%H%M%SZ}"


def rounds(moment: datetime) -> tuple[Round, ...]:
    """The rounds of the thirty days before ``moment``, the last one at ``moment`` itself."""
    evenings = [r for ago in range(DAYS, -1, -1) for r in _evening(utc(moment), ago)]
    evenings = [r for r in evenings if r.at <= utc(moment) - QUIET]
    noon = utc(moment) - QUIET
    waits = noon - evenings[-1].at
    if waits >= _WORTH_A_SHIFT and noon.astimezone(ZONE).hour in _OFFICE_HOURS:
        evenings.append(Round(at=noon, until=noon))
    ends = [*(r.at for r in evenings[1:]), utc(moment)]
    last = len(evenings) - 1
    worked = [
        replace(r, until=end, last=place == last)
        for place, (r, end) in enumerate(zip(evenings, ends, strict=True))
    ]
    return (*worked, Round(at=utc(moment), until=utc(moment), whole=True, quiet=True))


def _evening(moment: datetime, ago: int) -> Iterator[Round]:
    """The exports of the day so many days before: all pages, or one of them late or not at all."""
    day = local_day(moment, ZONE.key) - timedelta(days=ago)
    at = utc(datetime.combine(day, EVENING, ZONE))
    missing = FORGOTTEN.get(ago), REMEMBERED.get(ago)
    yield Round(
        at=at,
        until=at,
        pages=tuple(page for page in PAGES if page.source_name not in missing),
        whole=day.weekday() == SUNDAY,
        dead_link=ago in DEAD_LINK,
        late=ago in LATE,
    )
    if ago in REMEMBERED:
        pages = tuple(page for page in PAGES if page.source_name == REMEMBERED[ago])
        yield Round(at=at + _LATE_EXPORT, until=at, pages=pages, late=ago in LATE)
