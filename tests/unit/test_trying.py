"""Shadow runs beside the requests: asked for once, told of, begun again when killed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.documents import DocumentKind, ShadowJob, ShadowState
from data.model import Role, User
from data.store import audit, documents, policies, shadow_jobs, users
from data.store import jobs as ledger_rows
from moderation.learning.drafts import make_draft
from moderation.policies.policy_document import DEFAULT_POLICY, policy_to_toml
from sunwai.import_queue import Beside
from sunwai.ledger import Ledger
from sunwai.settings import load
from sunwai.trying import BROKE_OFF, JOB, MOST_ATTEMPTS, run_shadow_jobs
from sunwai.wiring import House
from tests.builders import NOW
from tests.tables import a_database

POLICY = DocumentKind.POLICY


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    db = a_database()
    made = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=lambda: NOW)
    made.__dict__["db"] = db  # the cached property
    with db.write() as tx:
        body = policy_to_toml(DEFAULT_POLICY)
        policies.keep_policy(tx, body, made_by="sunwai", approved_by="sunwai", now=NOW)
    yield made
    db.close()


def ask(house: House, days: int = 30) -> ShadowJob:
    with house.db.write() as tx:
        known = users.user_by_name(tx, "amina")
        by: User = known or users.add_user(
            tx, name="amina", display="Amina", role=Role.SENIOR, password_hash="-", now=NOW
        )
        if documents.document(tx, POLICY, 2) is None:
            make_draft(tx, POLICY, "[queue]\ntoxicity = 0.05\n", by=by, now=NOW, note="x")
        return shadow_jobs.add_shadow_job(tx, POLICY, 2, days, user_id=by.id, now=NOW)


def work(house: House) -> int:
    return run_shadow_jobs(house, Ledger(db=house.db, owner="test", clock=house.clock))


def state(house: House, job: ShadowJob) -> ShadowJob:
    with house.db.read() as tx:
        found = shadow_jobs.shadow_job_by_id(tx, job.id)
    assert found is not None
    return found


def test_asking_twice_while_one_waits_gives_the_same_run(house: House) -> None:
    assert ask(house).id == ask(house, days=7).id


def test_a_run_is_made_once_and_kept_with_its_draft(house: House) -> None:
    job = ask(house)
    assert work(house) == 1 and work(house) == 0
    done = state(house, job)
    assert (done.state, done.attempts, done.error) == (ShadowState.DONE, 1, None)
    with house.db.read() as tx:
        run = documents.newest_shadow(tx, POLICY, 2)
        assert run is not None and run.id == done.shadow_id and run.by == "amina"
        assert [e.verb for e in audit.entries(tx, limit=1)] == ["policy.shadow"]
    assert ask(house).id != job.id  # a new one may be asked for now


def test_a_draft_that_is_none_any_more_ends_the_run_with_the_reason(house: House) -> None:
    job = ask(house)
    with house.db.write() as tx:
        documents.reject_document(tx, POLICY, 2, by="bilal", now=NOW, reason="no")
    work(house)
    ended = state(house, job)
    assert ended.state is ShadowState.FAILED
    assert ended.error == "There is no draft 2 of the policy."


def test_a_run_whose_process_was_killed_is_begun_again_but_not_for_ever(house: House) -> None:
    job = ask(house)
    with house.db.write() as tx:  # another process took it, and beats no more
        long_ago = NOW - timedelta(hours=1)
        ledger_rows.claim_slot(tx, JOB, str(job.id), "killed", now=long_ago)
        shadow_jobs.begin_shadow_job(tx, job.id, total=9)
        shadow_jobs.note_shadow_progress(tx, job.id, 4)
    assert work(house) == 1
    assert (state(house, job).state, state(house, job).attempts) == (ShadowState.DONE, 2)
    worn = ask(house)
    with house.db.write() as tx:
        for _ in range(MOST_ATTEMPTS):
            shadow_jobs.begin_shadow_job(tx, worn.id, total=0)
    work(house)
    assert state(house, worn).error == BROKE_OFF


def test_a_web_process_leaves_the_runs_to_a_scheduler_that_lives(house: House) -> None:
    beside = Beside(house, "web", run_shadow_jobs)
    with house.db.write() as tx:
        ledger_rows.take_lease(tx, "scheduler", "x", now=NOW, seconds=30)
    beside()
    assert beside.thread is None
