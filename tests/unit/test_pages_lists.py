"""The list behind a number holds what the number counted; its CSV holds what the screen shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from dashboard.finding.found import each_row, plain_text
from dashboard.finding.wanted import asked, to
from data.model import FeedbackKind, Flag, ReasonCode, Role, Verdict
from data.store.search import count_found
from tests.builders import NOW
from tests.unit.pages_helpers import SCRIPT, VILE, Office, an_office, decide, say

PHONE = "0300-0000072"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return an_office(tmp_path_factory.mktemp("office"))


def texts(drawn: Any) -> Iterator[str]:
    """Every piece of text of a drawn page, in its order."""
    if isinstance(drawn, str | int | float):
        yield str(drawn)
    elif isinstance(drawn, list):
        for one in drawn:
            yield from texts(one)
    elif isinstance(drawn, dict) and "props" in drawn:
        yield from texts(drawn["props"].get("children"))


def links(drawn: Any) -> Iterator[tuple[str, str]]:
    """(address, text) of every link; of a tile only its number."""
    if isinstance(drawn, list):
        for one in drawn:
            yield from links(one)
    elif isinstance(drawn, dict) and "props" in drawn:
        props = drawn["props"]
        children = props.get("children")
        if drawn["type"] == "Link":
            if "tile" in (props.get("className") or ""):
                children = children[1]
            yield props["href"], "".join(texts(children))
        else:
            yield from links(children)


def total_of(office: Office, href: str) -> int:
    """How many comments the list at the address holds; an address with a mistake fails."""
    query = parse_qs(urlsplit(href).query)
    with office.server.test_request_context(), office.db.read() as tx:
        a = asked(tx, query, office.server.extensions["sunwai"])
        assert a.problems == ()
        return count_found(tx, a.wanted)


def counted(text: str) -> int | None:
    """The number that a link's text tells first: "12", "1,204", "7 of 9 ..."; None if none."""
    found = re.match(r"([\d,]+)(?: of \d+|$)", text)
    return None if found is None else int(found[1].replace(",", ""))


@pytest.mark.parametrize("days", ["7", "30", "90"])
@pytest.mark.parametrize("path", ["/feedback", "/duty"])
def test_number_opens_exactly_as_many_comments_as_it_says(
    office: Office, path: str, days: str
) -> None:
    drawn = office.drawn(Role.MANAGER, path, days=days)
    checked = 0
    for href, text in links(drawn):
        number = counted(text)
        if not href.startswith("/comments?") or number is None or text.endswith("%"):
            continue
        if " of " in text:  # a share: its list is all that it is of
            continue
        assert total_of(office, href) == number, (href, text)
        checked += 1
    assert checked > 10


def test_feedback_counts_a_removed_comment_and_not_an_undone_removal(tmp_path: Any) -> None:
    office = an_office(tmp_path)
    removed = dict(closed="yes", verdict=["remove", "split"])
    before = total_of(office, to("/comments", **removed))
    say(office, "more", f"More {VILE} here", vile=VILE)
    done = decide(office, "more", Verdict.REMOVE, reason=ReasonCode.PERSONAL_ABUSE)
    assert total_of(office, to("/comments", **removed)) == before + 1
    body = {"decision": str(done)}
    assert office.post(Role.SENIOR, "/api/decisions/undo", body).status_code == 200
    assert total_of(office, to("/comments", **removed)) == before


def test_edited_comment_leaves_the_list_of_closed_ones(tmp_path: Any) -> None:
    office = an_office(tmp_path)
    closed = to("/comments", closed=True)
    before = total_of(office, closed)
    external_id = office.ids["complaint"].split(":")[1]
    say(office, "complaint", "No water, and now I say more", external_id=external_id)
    assert total_of(office, closed) == before - 1


def test_unjudged_comment_is_listed_as_not_checked(office: Office) -> None:
    href = to("/comments", coverage="not_checked", flag="not_checked")
    assert total_of(office, href) == 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SENIOR, Role.MANAGER, Role.AUDITOR])
@pytest.mark.parametrize("query", ["", "?feedback=complaint", "?words=pani", "?verdict=remove"])
def test_csv_equals_the_screen(office: Office, role: Role, query: str) -> None:
    drawn = office.drawn(role, "/comments", **{k: v[0] for k, v in parse_qs(query[1:]).items()})
    shown = "".join(texts(drawn))
    answer = office.client(role).get(f"/download/comments.csv{query}")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert f"{len(rows):,} comment" in shown
    order = [shown.index(r["text (masked)"].lstrip("'")) for r in rows]
    assert order == sorted(order)


def test_csv_of_decisions_equals_the_decisions_page(office: Office) -> None:
    shown = "".join(texts(office.drawn(Role.OFFICER, "/decisions", verdict="remove")))
    answer = office.client(Role.OFFICER).get("/download/decisions.csv?verdict=remove")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 2 and "2 decided comments" in shown
    assert {r["code"] for r in rows} == {"OM-5-OFF-3"}
    assert {r["officer"] for r in rows} == {office.users[Role.OFFICER].pseudonym}


def test_csv_runs_no_formula_of_a_comment(office: Office) -> None:
    answer = office.client(Role.OFFICER).get("/download/comments.csv?words=hyperlink")
    row = next(iter(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))))
    assert row["text (masked)"].startswith("'=HYPERLINK")


@pytest.mark.parametrize("path", ["/comments", "/feedback", "/duty"])
def test_manager_reads_neither_vile_words_nor_private_data(office: Office, path: str) -> None:
    drawn = office.page(Role.MANAGER, path)
    assert VILE not in drawn and PHONE not in drawn


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SENIOR, Role.AUDITOR])
@pytest.mark.parametrize("path", ["/comments", "/decisions"])
def test_list_shows_no_private_data_to_anyone_and_nor_does_its_csv(
    office: Office, role: Role, path: str
) -> None:
    drawn = office.page(role, path)
    sheet = office.client(role).get(f"/download{path}.csv").text
    for told in (drawn, sheet):
        assert PHONE not in told and "0•••-0••••••" in told


def test_private_data_is_read_only_where_the_text_is_asked_for_as_written(office: Office) -> None:
    history = office.page(Role.OFFICER, "/comments/", comment_id=quote(office.ids["insult"], ""))
    assert history.count(PHONE) == 1 and "Show as written" in history


def test_private_data_in_a_written_reason_is_masked_too(tmp_path: Any) -> None:
    office = an_office(tmp_path)
    decide(office, "severe", Verdict.ESCALATE, reason_text="Ask 0311-5550199 about it?")
    for told in (
        office.page(Role.OFFICER, "/decisions"),
        office.client(Role.OFFICER).get("/download/decisions.csv").text,
        office.page(Role.OFFICER, "/comments/", comment_id=quote(office.ids["severe"], "")),
    ):
        assert "0311-5550199" not in told and "about it?" in told


def test_confirmed_removal_names_both_officers_on_screen_and_in_csv(tmp_path: Any) -> None:
    office = an_office(tmp_path)
    say(office, "shielded", f"No water, you {VILE}", vile=VILE, flag=Flag.FLAGGED, protected=True,
        feedback=(FeedbackKind.COMPLAINT,))  # fmt: skip
    decide(office, "shielded", Verdict.REMOVE, reason=ReasonCode.PERSONAL_ABUSE)
    decide(office, "shielded", Verdict.REMOVE, role=Role.SENIOR, at=NOW + timedelta(minutes=1))
    first = office.users[Role.OFFICER].pseudonym
    second = office.users[Role.SENIOR].pseudonym
    shown = "".join(texts(office.drawn(Role.SENIOR, "/decisions", id=office.ids["shielded"])))
    assert f"proposed by {first}, confirmed by {second}" in shown
    answer = office.client(Role.SENIOR).get(
        "/download/decisions.csv", query_string={"id": office.ids["shielded"]}
    )
    row = next(iter(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))))
    assert (row["proposed by"], row["officer"]) == (first, second)


def test_csv_of_decisions_holds_row_for_row_what_the_screen_shows(tmp_path: Any) -> None:
    office = an_office(tmp_path)
    say(office, "long", "pay " * 300 + "=1+1 0300-1234567", flag=Flag.FLAGGED)
    decide(office, "long", Verdict.KEEP)
    decide(office, "formula", Verdict.KEEP, at=NOW - timedelta(hours=1))
    answer = office.client(Role.AUDITOR).get("/download/decisions.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    articles = list(of_class(office.drawn(Role.AUDITOR, "/decisions"), "row"))
    assert len(rows) == len(articles) == 5
    for row, article in zip(rows, articles, strict=True):
        shown = "".join(texts(article))
        written = row["text (masked)"]
        assert (written[1:] if written.startswith("'=") else written) in shown
        for column in ("source", "code", "officer"):
            assert row[column] in shown
        word = {"keep": "Kept", "remove": "Removed"}[row["decision"]]
        assert word in shown
        assert ("Protected" in shown) == (row["protected"] == "yes")
        assert not row["text (masked)"].startswith(("=", "+", "-", "@"))


def of_class(drawn: Any, name: str) -> Iterator[Any]:
    """Every part of a drawn page with this class."""
    if isinstance(drawn, list):
        for one in drawn:
            yield from of_class(one, name)
    elif isinstance(drawn, dict) and "props" in drawn:
        if drawn["props"].get("className") == name:
            yield drawn
        yield from of_class(drawn["props"].get("children"), name)


def test_manager_reads_history_and_csv_masked_too(office: Office) -> None:
    history = office.page(Role.MANAGER, "/comments/", comment_id=quote(office.ids["insult"], ""))
    sheet = office.client(Role.MANAGER).get("/download/comments.csv").text
    for told in (history, sheet):
        assert VILE not in told and PHONE not in told
    assert "d••••••" in history and "As it is now" in history


def test_vile_words_are_masked_in_lists_and_shown_only_on_asking(office: Office) -> None:
    assert VILE not in office.page(Role.OFFICER, "/comments")
    history = office.page(Role.OFFICER, "/comments/", comment_id=quote(office.ids["insult"], ""))
    assert VILE in history and "Show as written" in history


def test_history_tells_revisions_decisions_actions_and_evidence_hashes(office: Office) -> None:
    drawn = office.page(Role.AUDITOR, "/comments/", comment_id=quote(office.ids["insult"], ""))
    for word in ("sha256", "OM-5-OFF-3", "held", "Assessment", "officer-1"):
        assert word in drawn


def test_history_of_an_unknown_comment_says_so(office: Office) -> None:
    drawn = office.page(Role.OFFICER, "/comments/", comment_id="mock%3Anothing")
    assert "There is no such comment" in drawn


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"languages": "ur"}, "There is no filter"),
        ({"language": "klingon"}, "is no language"),
        ({"since": "2026-13-01"}, "is no day"),
        ({"until": "yesterday"}, "is no instant"),
        ({"source": "999"}, "There is no source"),
        ({"officer": "nobody-9"}, "There is no officer"),
        ({"post": "1;DROP"}, "is a number"),
        ({"protected": "maybe"}, "is yes or no"),
        ({"outcome": "late"}, "needs both"),
        ({"outcome": "x", "since": "2026-05-01", "until": "2026-06-01"}, "duty table"),
        ({"by": "magic"}, "is one of"),
        ({"pages": "3"}, "There is no filter"),
        ({"after": "WzFd"}, "The page was not found"),
        ({"before": "no place"}, "The page was not found"),
    ],
)
def test_filter_that_means_nothing_lists_nothing_and_says_so(
    office: Office, query: dict[str, str], sentence: str
) -> None:
    shown = "".join(texts(office.drawn(Role.OFFICER, "/comments", **query)))
    assert sentence in shown and "Nothing is listed" in shown
    assert "hello" not in shown
    answer = office.client(Role.OFFICER).get("/download/comments.csv", query_string=query)
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/comments", "/decisions"])
def test_older_link_that_counted_pages_opens_the_first_one(office: Office, path: str) -> None:
    shown = list(texts(office.drawn(Role.OFFICER, path, page="3")))
    assert shown == list(texts(office.drawn(Role.OFFICER, path)))
    assert "Nothing is listed" not in "".join(shown)


def test_until_a_day_includes_the_whole_day(office: Office) -> None:
    day = (NOW - timedelta(days=20)).date().isoformat()  # noon in Karachi
    assert total_of(office, to("/comments", since=day, until=day)) == 1


def test_search_finds_urdu_and_roman_urdu_in_any_spelling(office: Office) -> None:
    assert total_of(office, to("/comments", words="پاني")) == 1  # Arabic yeh for the Urdu one
    assert total_of(office, to("/comments", words="PANI")) == 1
    assert total_of(office, to("/comments", words="'\" OR 1=1 --")) == 0


@pytest.mark.parametrize("path", ["/comments", "/decisions", "/outbox", "/feedback", "/sources"])
def test_stored_script_stays_text(office: Office, path: str) -> None:
    drawn = office.page(Role.SENIOR, path)
    assert "dangerously" not in drawn and "javascript:" not in drawn


def test_stored_script_is_shown_as_the_text_that_it_is(office: Office) -> None:
    shown = "".join(texts(office.drawn(Role.OFFICER, "/comments")))
    assert shown.count(SCRIPT) == 2  # the comment and the post above it


def test_rows_are_in_their_own_direction(office: Office) -> None:
    found: dict[str, tuple[str, str]] = {}

    def walk(drawn: Any) -> None:
        if isinstance(drawn, list):
            for one in drawn:
                walk(one)
        elif isinstance(drawn, dict) and "props" in drawn:
            props = drawn["props"]
            if props.get("className") == "comment-text":
                found["".join(texts(props["children"]))] = (props["dir"], props["lang"])
            walk(props.get("children"))

    walk(office.drawn(Role.OFFICER, "/comments"))
    assert found["تین ہفتے سے پانی نہیں آیا"] == ("rtl", "ur")
    assert found["Pani kab aye ga bhai"] == ("ltr", "ur-Latn")


def test_pages_of_a_long_list_hold_every_comment_once(tmp_path: Any) -> None:
    office = an_office(tmp_path)
    for n in range(60):
        say(office, f"n{n}", f"Number {n} of many")
    seen: list[str] = []
    place: dict[str, str] = {}
    for _ in range(2):
        query = {"words": "many"} | place
        shown = "".join(texts(office.drawn(Role.OFFICER, "/comments", **query)))
        seen += re.findall(r"Number (\d+) of many", shown)
        further = re.search(r"[?&]after=([\w-]+)", office.page(Role.OFFICER, "/comments", **query))
        place = {} if further is None else {"after": further[1]}
    assert place == {}
    assert sorted(map(int, seen)) == list(range(60))


def test_whole_list_is_read_in_the_order_of_the_screen(office: Office) -> None:
    with office.server.test_request_context(), office.db.read() as tx:
        a = asked(tx, {}, office.server.extensions["sunwai"])
        rows = [plain_text(r) for r in each_row(tx, a.wanted, office.users[Role.OFFICER])]
        assert len(rows) == count_found(tx, a.wanted) == 11
