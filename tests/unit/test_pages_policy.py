"""The policy page: drafts in words, shadow runs with protected ones first, a second person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.db import Database
from data.documents import DocumentKind, Judges, ShadowRun
from data.model import FeedbackKind, Flag, Role, User
from data.store import documents, policies, reassessments, shadow_jobs, users
from moderation.judging.rereading import Rereader, Side
from moderation.learning.drafts import make_draft
from moderation.learning.shadow import shadow
from moderation.policies.policy_document import DEFAULT_POLICY, policy_from_toml, policy_to_toml
from tests.builders import NOW
from tests.unit.calibrate_helpers import ScoreReader
from tests.unit.pages_helpers import Office, an_office, say

POLICY = DocumentKind.POLICY
LOWER = "[queue]\ntoxicity = 0.05\nspam = 0.9\n[lists]\nwatch_words = ['tanker']\n"
WHY = "The law officer asked for it."


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    holder: list[Database] = []

    made = an_office(tmp_path, hasten_shadows=lambda: try_waiting(holder[0]))
    holder.append(made.db)
    with made.db.write() as tx:
        body = policy_to_toml(DEFAULT_POLICY)
        policies.keep_policy(tx, body, made_by="sunwai", approved_by="sunwai", now=NOW)
    say(made, "tanker", "0.1 tanker <script>alert(1)</script> water is late. Call 0300-0000072.",
        feedback=(FeedbackKind.COMPLAINT,), flag=Flag.NONE, toxicity=0.1)  # fmt: skip
    yield made
    made.db.close()


def try_waiting(db: Database) -> None:
    """What the scheduler does, in the caller's own thread."""
    with db.read() as tx:
        waiting = [(j, users.user_by_id(tx, j.user_id)) for j in shadow_jobs.open_shadow_jobs(tx)]
    for job, by in waiting:
        assert by is not None
        run = run_shadow(db, job.kind, job.version, job.days, by)
        with db.write() as tx:
            shadow_jobs.end_shadow_job(tx, job.id, now=NOW, shadow_id=run.id)


def run_shadow(db: Database, kind: DocumentKind, version: int, days: int, by: User) -> ShadowRun:
    """What the wired program does, with a reader that needs no model."""
    since = NOW - timedelta(days=days)
    with db.read() as tx:
        draft = documents.document(tx, kind, version)
    assert draft is not None
    rereader = Rereader(reader_with=ScoreReader().with_lists, engine="x", engine_version="1",
                        lists_of={})  # fmt: skip
    found = shadow(
        db, rereader, now_in_force=Side(policy=DEFAULT_POLICY),
        draft=Side(policy=policy_from_toml(draft.body)), since=since, until=NOW,
    )  # fmt: skip
    with db.write() as tx:
        run_id = documents.keep_shadow(
            tx, kind=kind, version=version, against_policy=1, against_calibration=None,
            engine_version="1", since=since, until=NOW, by=by.name, ran_at=NOW,
            result=found.to_json(),
        )  # fmt: skip
        run = documents.shadow_by_id(tx, run_id)
    assert run is not None
    return run


def drafted(office: Office, by: Role = Role.ADMINISTRATOR, body: str = LOWER) -> int:
    with office.db.write() as tx:
        return make_draft(tx, POLICY, body, by=office.users[by], now=NOW, note="Flag earlier")


def in_force(office: Office) -> int:
    with office.db.read() as tx:
        found = policies.policy_in_force(tx)
    assert found is not None
    return found[0]


def forms(drawn: str) -> list[dict[str, Any]]:
    """Every form of a page, as the browser gets it."""
    found: list[dict[str, Any]] = []

    def look(part: Any) -> None:
        if isinstance(part, dict):
            if "data-form" in part:
                found.append(json.loads(part["data-form"]))
            for value in part.values():
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    look(json.loads(drawn))
    return found


def test_the_policy_in_force_is_told_in_words(office: Office) -> None:
    page = office.page(Role.AUDITOR, "/policy")
    assert "In force: version 1" in page and "Abusive text" in page
    assert "10 copies within 1440 minutes are a flood." in page
    assert forms(page) == []


def test_a_draft_shows_who_made_it_what_it_changes_and_no_json(office: Office) -> None:
    version = drafted(office)
    page = office.page(Role.SENIOR, "/policy")
    assert f"Draft {version} of the policy" in page and "Flag earlier" in page
    assert "More is flagged: abusive text" in page and "Less is flagged: spam" in page
    assert "Watch words: added: tanker" in page
    assert "not tried on past comments yet" in page


def test_an_author_gets_no_button_to_approve_and_a_second_person_does(office: Office) -> None:
    version = drafted(office)
    asked = {f["action"] for f in forms(office.page(Role.ADMINISTRATOR, "/policy"))}
    assert "/api/policy/approve" not in asked and "/api/policy/reject" in asked
    asked = {f["action"] for f in forms(office.page(Role.SENIOR, "/policy"))}
    assert "/api/policy/approve" in asked
    body = {"kind": "policy", "version": str(version), "seen": "1", "reason": WHY}
    answer = office.post(Role.ADMINISTRATOR, "/api/policy/approve", body)
    assert answer.status_code == 409 and "second person" in answer.json["error"]  # type: ignore[index]
    assert in_force(office) == 1
    assert office.post(Role.SENIOR, "/api/policy/approve", body).status_code == 200
    assert in_force(office) == version


def test_a_shadow_run_lists_protected_ones_first_and_masked(office: Office) -> None:
    version = drafted(office)
    asked = {"kind": "policy", "version": str(version), "days": "30"}
    answer = office.post(Role.SENIOR, "/api/policy/shadow", asked)
    assert answer.status_code == 200 and "on its way" in answer.text
    page = office.page(Role.SENIOR, "/policy")
    assert "Protected comments newly flagged: " in page
    assert "newly flagged" in page and "protected" in page
    assert "0300-0000072" not in page
    assert page.index("protected") < page.index("Reject")
    assert "/comments/" in page
    assert "/comments/mock" not in office.page(Role.ADMINISTRATOR, "/policy")
    body = {"kind": "policy", "version": str(version), "seen": "1"}
    assert office.post(Role.SENIOR, "/api/policy/approve", body).status_code == 200
    assert "shadow run 1" in office.page(Role.SENIOR, "/policy")


def test_without_a_shadow_run_a_reason_is_asked_for(office: Office) -> None:
    version = drafted(office)
    body = {"kind": "policy", "version": str(version), "seen": "1"}
    answer = office.post(Role.SENIOR, "/api/policy/approve", body)
    assert answer.status_code == 409 and "No shadow run" in answer.text
    assert in_force(office) == 1


def test_another_policy_in_force_meanwhile_is_told(office: Office) -> None:
    one, two = drafted(office), drafted(office, body="[queue]\nspam = 0.8\n")
    first = {"kind": "policy", "version": str(one), "seen": "1", "reason": WHY}
    assert office.post(Role.SENIOR, "/api/policy/approve", first).status_code == 200
    second = {"kind": "policy", "version": str(two), "seen": "1", "reason": WHY}
    answer = office.post(Role.SENIOR, "/api/policy/approve", second)
    assert answer.status_code == 409 and "meanwhile" in answer.text
    assert "came into force after this draft was made" in office.page(Role.SENIOR, "/policy")


def test_the_form_as_it_is_shown_changes_only_what_was_typed(office: Office) -> None:
    page = office.page(Role.SENIOR, "/policy")
    (form,) = [f for f in forms(page) if f["action"] == "/api/policy/draft"]
    typed = {f["name"]: f["value"] for f in form["fields"]}
    unchanged = office.post(Role.SENIOR, "/api/policy/draft", typed | {"note": "Nothing"})
    assert unchanged.status_code == 409 and "says the same" in unchanged.text
    changed = typed | {
        "note": "Ours", "queue.toxicity": "0.45", "by_language.ur": ".4", "title": 'A "b" \\ c',
        "lists.watch_words": "tanker\n ghee  mill \n\ntanker",
    }  # fmt: skip
    answer = office.post(Role.SENIOR, "/api/policy/draft", changed)
    assert answer.status_code == 200, answer.text
    with office.db.read() as tx:
        kept = documents.document(tx, POLICY, 2)
    assert kept is not None
    policy = policy_from_toml(kept.body)
    assert (policy.queue.toxicity, policy.by_language) == (0.45, {"ur": 0.4})
    assert policy.title == 'A "b" \\ c'
    assert policy.lists.watch_words == ("tanker", "ghee mill")
    assert policy.severe == DEFAULT_POLICY.severe and policy.flood == DEFAULT_POLICY.flood


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("draft", {"note": "x", "queue.toxicity": "much"}, "queue.toxicity: found 'much'"),
        ("draft", {"note": "x", "queue.toxicity": "7"}, "queue.toxicity: found 7"),
        ("draft", {"note": "x", "queue.toxicity": "1\n[lists]"}, "queue.toxicity: found"),
        ("draft", {"queue.toxicity": "0.4"}, "note is missing"),
        ("document", {"note": "x", "document": "[queue\n"}, "not valid TOML"),
        ("document", {"note": "x", "document": "[queue]\na=1\nb=2\n"}, "queue.b"),
        ("shadow", {"kind": "poem", "version": "1", "days": "3"}, "kind must be"),
        ("shadow", {"kind": "policy", "version": "x", "days": "3"}, "version must be"),
        ("approve", {"kind": "policy", "version": "77", "seen": "1"}, "no policy version 77"),
        ("reject", {"kind": "policy", "version": "1", "reason": "x"}, "approved by sunwai"),
        ("back", {"reason": WHY}, "No calibration is in force"),
    ],
)  # fmt: skip
def test_wrong_requests_are_answered_in_a_sentence(
    office: Office, path: str, body: dict[str, str], told: str
) -> None:
    answer = office.post(Role.SENIOR, f"/api/policy/{path}", body)
    assert answer.status_code in (400, 409) and answer.json is not None
    assert told in answer.json["error"]
    with office.db.read() as tx:
        assert len(documents.documents(tx, POLICY)) == 1


def test_versions_are_compared_in_words_and_exported(office: Office) -> None:
    version = drafted(office)
    page = office.page(Role.AUDITOR, "/policy", a="1", b=str(version))
    assert f"Version {version} against version 1" in page
    export = office.client(Role.AUDITOR).get(f"/download/policy.toml?version={version}")
    assert export.text == LOWER
    assert "policy_2.toml" in export.headers["Content-Disposition"]
    assert office.client(Role.AUDITOR).get("/download/policy.toml?version=99").status_code == 404


def test_judging_again_is_told_on_the_pages_while_it_lasts(office: Office) -> None:
    judges = Judges(policy_version=2, calibration_version=None, engine_version="1")
    with office.db.write() as tx:
        run = reassessments.begin(tx, judges, why="policy 2", by="x", total=8000, now=NOW)
        reassessments.advance(tx, run, done=1200, changed=3, now=NOW)
    told = "Judging again: 1,200 of 8,000 (policy 2)"
    for path, role in (("/policy", Role.AUDITOR), ("/settings", Role.ADMINISTRATOR),
                       ("/sources", Role.OFFICER)):  # fmt: skip
        assert told in office.page(role, path)
    with office.db.write() as tx:
        reassessments.end(tx, run, now=NOW)
    assert told not in office.page(Role.AUDITOR, "/policy")


def test_settings_leads_to_the_policy_and_tells_how_many_drafts_wait(office: Office) -> None:
    drafted(office)
    page = office.page(Role.ADMINISTRATOR, "/settings")
    assert "1 draft waits for a second person" in page and '"/policy"' in page
