"""The grid's page and routes: rights, what a bulk may touch, its records, saved views."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from data.model import FeedbackKind, Flag, ReasonCode, Role, Verdict
from data.store import audit, decisions
from data.store.comments import get_comment
from tests.builders import NOW
from tests.unit.pages_helpers import VILE, Office, an_office, decide, say

ROUTES = ("check", "bulk", "undo", "copies", "views/save", "views/remove")
OUTSIDERS = (Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office of the test's own, to be changed."""
    return _with_spam(tmp_path)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One office for all tests that change nothing in it."""
    return _with_spam(tmp_path_factory.mktemp("standing"))


def _with_spam(folder: Path) -> Office:
    made = an_office(folder)
    for n in range(3):
        say(made, f"spam{n}", f"Cheap loans number {n}, call now", flag=Flag.FLAGGED)
    return made


def item(office: Office, name: str, **changed: Any) -> dict[str, Any]:
    """A comment as the page's selection names it."""
    with office.db.read() as tx:
        comment = get_comment(tx, office.ids[name])
        assert comment is not None
        newest = decisions.current_decision(tx, comment.id)
    return {
        "id": comment.id,
        "revision": comment.revision.id,
        "expected": None if newest is None else newest.id,
        **changed,
    }


def body(at: Office, *names: str, verdict: str = "remove", **told: Any) -> dict[str, Any]:
    ground = {"reason": "OM-5-INA-1"} if verdict == "remove" else {}
    items = [item(at, n) for n in names]
    return {"verdict": verdict, "key": "bulk-1", "items": items, **ground, **told}


def post(office: Office, route: str, sent: Any, role: Role = Role.OFFICER) -> Any:
    answer = office.post(role, f"/api/grid/{route}", sent)
    assert answer.status_code == 200, answer.text
    return answer.json


def records(office: Office, name: str) -> list[Any]:
    with office.db.read() as tx:
        return decisions.history(tx, office.ids[name])


# ------------------------------------------------------------------------------ rights


@pytest.mark.parametrize("role", OUTSIDERS)
@pytest.mark.parametrize("route", ROUTES)
def test_only_officers_and_seniors_reach_the_routes(
    standing: Office, role: Role, route: str
) -> None:
    assert standing.post(role, f"/api/grid/{route}", body(standing, "spam0")).status_code == 403
    assert records(standing, "spam0") == []


@pytest.mark.parametrize("role", OUTSIDERS)
@pytest.mark.parametrize("path", ["/grid", "/copies"])
def test_page_is_refused_to_other_roles(standing: Office, role: Role, path: str) -> None:
    assert "Not for your role" in standing.page(role, path)
    assert standing.client(role).get(path).status_code == 403


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SENIOR])
def test_page_lists_what_is_open(standing: Office, role: Role) -> None:
    drawn = standing.page(role, "/grid")
    assert "Cheap loans number 1" in drawn and "Pani kab aye ga" not in drawn
    assert VILE not in drawn


def test_route_without_the_token_is_refused(standing: Office) -> None:
    client = standing.client(Role.OFFICER)
    assert client.post("/api/grid/bulk", json=body(standing, "spam0")).status_code == 400
    assert records(standing, "spam0") == []


# ------------------------------------------------------------------------------ a bulk


def test_bulk_makes_one_record_one_action_and_one_log_entry_for_each(office: Office) -> None:
    got = post(office, "bulk", body(office, "spam0", "spam1", "spam2"))
    assert len(got["done"]) == 3 and got["not_done"] == []
    for name in ("spam0", "spam1", "spam2"):
        (record,) = records(office, name)
        assert (record.verdict, record.reason) == (Verdict.REMOVE, ReasonCode.SPAM)
    with office.db.read() as tx:
        verbs = [e.verb for e in audit.entries(tx, limit=4)]
    assert verbs == ["bulk.remove", *["decide.remove"] * 3]


def test_same_bulk_sent_twice_is_done_once(office: Office) -> None:
    sent = body(office, "spam0", "spam1")
    first, again = post(office, "bulk", sent), post(office, "bulk", sent)
    assert first["done"] == again["done"]
    assert len(records(office, "spam0")) == 1


def test_forged_protected_ids_are_refused_and_the_others_are_done(office: Office) -> None:
    say(office, "shielded", "No water for a week, shame", flag=Flag.FLAGGED, protected=True,
        feedback=(FeedbackKind.COMPLAINT,))  # fmt: skip
    sent = body(office, "spam0", "shielded", "unread")
    sent["items"][1]["protected"] = False
    got = post(office, "bulk", sent, Role.SENIOR)
    assert len(got["done"]) == 1
    assert got["not_done"] == [
        {
            "sentence": "Protected: each is decided alone.",
            "n": 2,
            "ids": sorted([office.ids["shielded"], office.ids["unread"]]),
        }
    ]
    assert records(office, "shielded") == records(office, "unread") == []


def test_comment_edited_or_decided_since_it_was_chosen_is_left_out(office: Office) -> None:
    sent = body(office, "spam0", "spam1", "spam2")
    external_id = office.ids["spam0"].split(":")[1]
    say(office, "spam0", "Please mend our road", external_id=external_id)
    decide(office, "spam1", Verdict.KEEP, role=Role.SENIOR)
    got = post(office, "bulk", sent)
    told = {one["sentence"]: one["ids"] for one in got["not_done"]}
    assert told == {
        "The text changed since it was shown here.": [office.ids["spam0"]],
        "Another officer decided meanwhile.": [office.ids["spam1"]],
    }
    assert [r.verdict for r in records(office, "spam1")] == [Verdict.KEEP]
    assert len(records(office, "spam2")) == 1


def test_check_tells_what_the_bulk_then_does_and_writes_nothing(office: Office) -> None:
    sent = body(office, "spam0", "spam1", "unread")
    with office.db.read() as tx:
        before = audit.head(tx)
    told = post(office, "check", sent)
    with office.db.read() as tx:
        assert audit.head(tx)[0] - before[0] <= 1  # the sign-in of the test's own client
    assert records(office, "spam0") == []
    done = post(office, "bulk", sent)
    assert told["fits"] == len(done["done"]) == 2
    assert told["left_out"] == done["not_done"]


def test_bulk_with_the_free_code_is_a_proposal_and_asks_for_words(office: Office) -> None:
    short = body(office, "spam0", reason="OM-5-X", reason_text="no")
    assert post(office, "check", short)["fits"] == 0
    told = body(office, "spam0", reason="OM-5-X", reason_text="a trick that no code names yet")
    assert post(office, "check", told)["proposals"] == 1
    assert post(office, "bulk", told)["proposals"] == 1
    assert records(office, "spam0")[0].awaits_second


def test_bulk_removal_without_a_code_is_refused(standing: Office) -> None:
    got = post(standing, "bulk", body(standing, "spam0", reason=None))
    assert got["done"] == [] and "needs a reason code" in got["not_done"][0]["sentence"]


def test_non_reason_is_refused_in_bulk_too(standing: Office) -> None:
    told = body(standing, "spam0", reason_text="NR-1 criticises a policy")
    got = post(standing, "bulk", told)
    assert got["done"] == [] and records(standing, "spam0") == []


def test_bulk_complaint_is_filed_under_a_theme(office: Office) -> None:
    missing = office.post(
        Role.OFFICER, "/api/grid/bulk", body(office, "spam0", verdict="complaint")
    )
    assert missing.status_code == 400 and "theme" in missing.text
    got = post(
        office, "bulk", body(office, "spam0", verdict="complaint", theme="water", office="WASA")
    )
    assert len(got["done"]) == 1
    assert records(office, "spam0")[0].theme == "water"


@pytest.mark.parametrize("verdict", ["split", "escalate", "wait", "undo", "burn"])
def test_no_other_verdict_is_given_in_bulk(standing: Office, verdict: str) -> None:
    sent = {**body(standing, "spam0"), "verdict": verdict}
    assert standing.post(Role.SENIOR, "/api/grid/bulk", sent).status_code == 400


@pytest.mark.parametrize(
    "items",
    [
        None,
        [],
        "mock:c1",
        [1],
        [{"id": "mock:c1"}],
        [{"id": "", "revision": 1}],
        [{"id": "mock:c1", "revision": -1}],
        [{"id": "mock:c1", "revision": "1"}],
        [{"id": "mock:c1", "revision": 1}] * 501,
    ],
)
def test_selection_that_is_malformed_is_refused_whole(standing: Office, items: Any) -> None:
    sent = {**body(standing, "spam0"), "items": items}
    assert standing.post(Role.OFFICER, "/api/grid/bulk", sent).status_code == 400


def test_unknown_comment_is_told_and_stops_nothing(office: Office) -> None:
    sent = body(office, "spam0")
    sent["items"].append({"id": "mock:never-was", "revision": 1, "expected": None})
    got = post(office, "bulk", sent)
    assert len(got["done"]) == 1
    assert got["not_done"][0]["sentence"] == "There is no such comment."


def test_undo_takes_a_whole_bulk_back(office: Office) -> None:
    for n in range(3, 26):
        say(office, f"spam{n}", f"Cheap loans number {n}, call now", flag=Flag.FLAGGED)
    names = [f"spam{n}" for n in range(26)]
    done = post(office, "bulk", body(office, *names))["done"]
    got = post(office, "undo", {"key": "undo-1", "decisions": done})
    assert got == {"done": 26, "not_done": []}
    assert [r.verdict for r in records(office, "spam0")] == [Verdict.REMOVE, Verdict.UNDO]


def test_nobody_undoes_anothers_bulk_but_a_senior(office: Office) -> None:
    done = post(office, "bulk", body(office, "spam0"), Role.SENIOR)["done"]
    got = post(office, "undo", {"key": "u", "decisions": done})
    assert got["done"] == 0 and len(got["not_done"]) == 1


# ------------------------------------------------------------------------------ the page


def chooses(office: Office, **query: Any) -> dict[str, Any]:
    """What each row of the page says that a selection must name, by comment."""
    found: dict[str, Any] = {}

    def walk(part: Any) -> None:
        for one in cast("list[Any]", part if isinstance(part, list) else [part]):
            props = cast("dict[str, Any]", one.get("props", {}) if isinstance(one, dict) else {})
            if "data-choose" in props:
                told = json.loads(props["data-choose"])
                found[told["id"]] = told
            if "children" in props:
                walk(props["children"])

    walk(office.drawn(Role.OFFICER, "/grid", **query))
    return found


def test_row_names_the_text_and_the_decision_that_stand_on_it(office: Office) -> None:
    decide(office, "spam0", Verdict.WAIT)
    rows = chooses(office)
    assert rows[office.ids["spam0"]] == {**item(office, "spam0"), "protected": False}
    assert rows[office.ids["spam1"]]["expected"] is None
    assert rows[office.ids["unread"]]["protected"] is True


def test_decided_comment_cannot_be_chosen(standing: Office) -> None:
    assert standing.ids["insult"] not in chooses(standing, show="decided")
    assert f"{VILE[0]}••••••" in standing.page(Role.OFFICER, "/grid", show="decided")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"show": "hidden"}, "is no show"),
        ({"queue": "nobody"}, "is no queue"),
        ({"sort": "luck"}, "is no order"),
        ({"score_from": "high"}, "a number from 0 to 1"),
        ({"score_to": "1.5"}, "a number from 0 to 1"),
        ({"age": "-2"}, "is a number"),
        ({"after": "rubbish"}, "The page was not found"),
        ({"after": "WzEsMl0"}, "The page was not found"),
        ({"nonsense": "1"}, "There is no filter"),
    ],
)
def test_filter_that_means_nothing_lists_nothing(
    standing: Office, query: dict[str, Any], sentence: str
) -> None:
    drawn = standing.page(Role.OFFICER, "/grid", **query)
    assert sentence in drawn and "Nothing is listed" in drawn and "Cheap loans" not in drawn


def test_pages_go_on_where_the_one_before_ended(office: Office) -> None:
    for n in range(3, 70):
        say(office, f"spam{n}", f"Cheap loans number {n}, call now", flag=Flag.FLAGGED)
    seen: list[str] = []
    query: dict[str, Any] = {"words": "loans"}
    while True:
        drawn = json.dumps(office.drawn(Role.OFFICER, "/grid", **query))
        seen += list(chooses(office, **query))
        if "Next page" not in drawn:
            break
        query["after"] = drawn.split("after=")[-1].split('"')[0]
    assert len(seen) == len(set(seen)) == 70


# ------------------------------------------------------------------------------ saved views


def test_view_is_saved_shown_logged_and_taken_away_by_its_owner_alone(office: Office) -> None:
    kept = {"name": "Loans & more", "query": "words=loans&sort=newest", "shared": "yes"}
    post(office, "views/save", kept)
    for role in (Role.OFFICER, Role.SENIOR):
        drawn = office.page(role, "/grid")
        assert "Loans & more" in drawn and "/grid?words=loans&sort=newest" in drawn
    with office.db.read() as tx:
        assert audit.entries(tx, limit=1)[0].verb == "view.save"
    assert office.post(Role.SENIOR, "/api/grid/views/remove", {"view": "1"}).status_code == 404
    post(office, "views/remove", {"view": "1"})
    assert "Loans & more" not in office.page(Role.OFFICER, "/grid")


def test_view_of_ones_own_is_not_shown_to_others(office: Office) -> None:
    post(office, "views/save", {"name": "Mine", "query": "flag=severe", "shared": "no"})
    assert "Mine" in office.page(Role.OFFICER, "/grid")
    assert "Mine" not in office.page(Role.SENIOR, "/grid")


@pytest.mark.parametrize("query", ["javascript:alert(1)//<", "a b", "x=\ny", "x=\u202e"])
def test_view_with_filters_that_are_none_is_refused(standing: Office, query: str) -> None:
    sent = {"name": "Bad", "query": query, "shared": "yes"}
    assert standing.post(Role.OFFICER, "/api/grid/views/save", sent).status_code == 400


def test_stored_script_in_a_views_name_stays_text(office: Office) -> None:
    post(office, "views/save", {"name": "<script>window.stolen=9</script>", "query": ""})
    drawn = office.page(Role.OFFICER, "/grid")
    assert "<script>window.stolen=9</script>" in drawn and "dangerously" not in drawn


def test_nothing_here_depends_on_the_clock_of_the_machine(office: Office) -> None:
    post(office, "bulk", body(office, "spam0"))
    assert records(office, "spam0")[0].decided_at == NOW
