"""The stand-in platform: its script, its state over restarts, its writes and its faults."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import httpx
import pytest

from data.samples.script import MOCK_PAGE, load_script
from sunwai.mock_platform import create_mock_app, mock_server
from sunwai.mock_world import MockStateBroken
from tests.builders import NOW
from tests.collect_helpers import TOKEN, Clock, Stage, a_script, a_stage

LATE = 60.0


def listed(stage: Stage, **params: str) -> list[dict[str, object]]:
    answer = stage.client.get("/v1/comments", params={"limit": "100"} | params)
    answer.raise_for_status()
    return answer.json()["data"]


def ids(stage: Stage, **params: str) -> list[object]:
    return [c["id"] for c in listed(stage, **params)]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = a_stage(tmp_path)
    made.clock.at(LATE)
    return made


def hide(stage: Stage, comment_id: str, hidden: bool = True) -> httpx.Response:
    return stage.client.post(f"/v1/comments/{comment_id}", json={"is_hidden": hidden})


# ------------------------------------------------------------------------------ the script


def test_comments_arrive_at_their_minute(tmp_path: Path) -> None:
    stage = a_stage(tmp_path)
    seen = {minute: stage.clock.at(minute) and ids(stage) for minute in (0, 0.99, 1, 2)}
    assert seen == {0: ["c0"], 0.99: ["c0"], 1: ["c1", "c0"], 2: ["c2", "c1", "c0"]}


def test_edits_and_deletions_happen_at_their_minute(tmp_path: Path) -> None:
    script = a_script(2, edits=[("c0", 5, "Edited.")], deletions=[("c1", 6)])
    stage = a_stage(tmp_path, script)
    stage.clock.at(4.9)
    assert [c["message"] for c in listed(stage)] == ["Comment number 1.", "Comment number 0."]
    stage.clock.at(5)
    assert [c["message"] for c in listed(stage)] == ["Comment number 1.", "Edited."]
    assert "updated_time" in listed(stage)[1]
    stage.clock.at(6)
    assert ids(stage) == ["c0"]
    assert stage.client.get("/v1/comments/c1").status_code == 404


def test_an_outage_of_the_script_answers_503_to_everything(tmp_path: Path) -> None:
    stage = a_stage(tmp_path, a_script(outages=[(10, 5)]))
    codes = [
        (stage.clock.at(m), stage.client.get("/v1/page").status_code)[1]
        for m in (9.9, 10, 14.9, 15)
    ]
    assert codes == [200, 503, 503, 200]


def test_the_script_begins_again_with_new_ids(tmp_path: Path) -> None:
    stage = a_stage(tmp_path, a_script(2, deletions=[("c0", 3)], loop_minutes=10))
    stage.clock.at(10)
    assert ids(stage) == ["c0~1", "c1"]
    stage.clock.at(21)
    assert ids(stage) == ["c1~2", "c0~2", "c1~1", "c1"]


def test_the_shipped_script_is_played_whole(tmp_path: Path) -> None:
    script = load_script()
    stage = a_stage(tmp_path, script)
    assert len(listed(stage)) == sum(c.at_minute == 0 for c in script.comments)
    stage.clock.at(script.loop_minutes - 1)
    total = stage.client.get("/v1/comments").json()["total_count"]
    assert total == len(script.comments) - len(script.deletions)


def test_the_hidden_labels_of_the_script_are_not_told(tmp_path: Path) -> None:
    stage = a_stage(tmp_path, load_script())
    assert not any({"label", "code", "language"} & set(c) for c in listed(stage))


def test_the_platform_says_that_it_is_a_stand_in(stage: Stage) -> None:
    page = stage.client.get("/v1/page").json()
    assert page["stand_in"] is True and page["id"] == MOCK_PAGE.handle


# ------------------------------------------------------------------------------ lists


def test_pages_do_not_shift_when_comments_arrive_between_them(tmp_path: Path) -> None:
    stage = a_stage(tmp_path, a_script(9))
    stage.clock.at(5)
    first = stage.client.get("/v1/comments", params={"limit": "3"}).json()
    stage.clock.at(8)
    after = first["paging"]["cursors"]["after"]
    second = stage.client.get("/v1/comments", params={"limit": "3", "after": after}).json()
    assert [c["id"] for c in first["data"] + second["data"]] == [
        f"c{n}" for n in (5, 4, 3, 2, 1, 0)
    ]
    assert first["paging"]["next"] is True and second["paging"]["next"] is False


def test_since_leaves_out_what_is_older_and_counts_all(stage: Stage) -> None:
    since = NOW.replace(minute=3).isoformat()
    answer = stage.client.get("/v1/comments", params={"since": since}).json()
    assert [c["id"] for c in answer["data"]] == ["c4", "c3"] and answer["total_count"] == 5


@pytest.mark.parametrize(
    "params", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"after": "?"}, {"since": "noon"},
               {"since": "2026-06-01T00:00:00"}]
)  # fmt: skip
def test_a_wrong_parameter_is_refused(stage: Stage, params: dict[str, str]) -> None:
    answer = stage.client.get("/v1/comments", params=params)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid")


# ------------------------------------------------------------------------------ access


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer ", "Basic x"])
@pytest.mark.parametrize("path", ["/v1/page", "/v1/comments", "/v1/faults"])
def test_nothing_is_told_without_the_token(stage: Stage, path: str, header: str | None) -> None:
    stage.client.headers.pop("Authorization")
    answer = stage.client.get(path, headers={} if header is None else {"Authorization": header})
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "token")


# ------------------------------------------------------------------------------ writes


def test_a_hidden_comment_is_still_listed_as_hidden_and_can_be_shown_again(stage: Stage) -> None:
    assert hide(stage, "c1").json() == {"success": True}
    assert [c["id"] for c in listed(stage) if c["is_hidden"]] == ["c1"]
    assert hide(stage, "c1", False).json() == {"success": True}
    assert not any(c["is_hidden"] for c in listed(stage))


def test_a_removed_comment_is_gone_for_ever(stage: Stage) -> None:
    assert stage.client.delete("/v1/comments/c1").json() == {"success": True}
    assert "c1" not in ids(stage)
    again = stage.client.delete("/v1/comments/c1")
    assert (again.status_code, again.json()["error"]["type"]) == (404, "gone")
    assert hide(stage, "c1").status_code == 404


@pytest.mark.parametrize("body", [b"", b"{}", b'{"is_hidden": 1}', b"[]", b"not json"])
def test_a_hide_that_does_not_say_what_is_wanted_is_refused(stage: Stage, body: bytes) -> None:
    assert stage.client.post("/v1/comments/c1", content=body).status_code == 400
    assert not any(c["is_hidden"] for c in listed(stage))


def test_what_was_done_and_the_start_outlive_a_restart(tmp_path: Path) -> None:
    stage = a_stage(tmp_path)
    stage.clock.at(3)
    hide(stage, "c1")
    stage.client.delete("/v1/comments/c0")
    again = a_stage(tmp_path, clock=stage.clock)
    assert ids(again) == ["c3", "c2", "c1"]
    assert [c["id"] for c in listed(again) if c["is_hidden"]] == ["c1"]


def test_a_broken_state_file_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "mock.json").write_text('{"started_at": "20')
    with pytest.raises(MockStateBroken, match=r"mock\.json.*Move it away"):
        a_stage(tmp_path)


# ------------------------------------------------------------------------------ faults


def test_a_fault_with_times_ends_by_itself_also_over_a_restart(tmp_path: Path) -> None:
    stage = a_stage(tmp_path)
    stage.fault("outage", times=2)
    assert stage.client.get("/v1/page").status_code == 503
    stage = a_stage(tmp_path)
    codes = [stage.client.get("/v1/page").status_code for _ in range(2)]
    assert codes == [503, 200]


def test_faults_can_be_listed_and_cleared_while_they_last(stage: Stage) -> None:
    stage.fault("outage")
    stage.fault("refuse_writes", code=10, ids=["c1"])
    told = stage.client.get("/v1/faults").json()["faults"]
    assert [f["kind"] for f in told] == ["outage", "refuse_writes"]
    stage.no_faults()
    assert stage.client.get("/v1/page").status_code == 200


@pytest.mark.parametrize("body", [{"kind": "sunshine"}, {}, {"kind": "outage", "when": 1}])
def test_an_unknown_fault_is_refused(stage: Stage, body: dict[str, object]) -> None:
    assert stage.client.post("/v1/faults", json=body).status_code == 400


def test_refused_writes_change_nothing_and_tell_the_code(stage: Stage) -> None:
    stage.fault("refuse_writes", code=10, ids=["c1"])
    answer = hide(stage, "c1")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, 10)
    assert hide(stage, "c2").status_code == 200
    assert [c["id"] for c in listed(stage) if c["is_hidden"]] == ["c2"]


def test_a_forgotten_hide_is_accepted_and_undone_later(stage: Stage) -> None:
    stage.fault("forget", seconds=120, times=1)
    assert hide(stage, "c1").json() == {"success": True}
    assert stage.client.get("/v1/comments/c1").json()["is_hidden"] is True
    stage.clock.at(LATE + 2)
    assert stage.client.get("/v1/comments/c1").json()["is_hidden"] is False


def test_a_lost_answer_is_a_502_after_the_deed(stage: Stage) -> None:
    stage.fault("lost_answer", times=1)
    assert stage.client.delete("/v1/comments/c1").status_code == 502
    assert "c1" not in ids(stage)


def test_a_delayed_answer_comes_after_the_deed(stage: Stage) -> None:
    stage.fault("delay", seconds=30, times=1)
    assert hide(stage, "c1").status_code == 200
    assert stage.slept == [30.0]


def test_a_rate_limit_says_when_to_come_again(stage: Stage) -> None:
    stage.fault("rate_limit", seconds=30, times=1)
    answer = stage.client.get("/v1/page")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


def test_an_unlisted_comment_can_still_be_read(stage: Stage) -> None:
    stage.fault("unlisted", ids=["c2"])
    assert "c2" not in ids(stage)
    assert stage.client.get("/v1/comments/c2").status_code == 200


def test_a_cut_list_is_no_json(stage: Stage) -> None:
    stage.fault("truncated", times=1)
    with pytest.raises(json.JSONDecodeError):
        stage.client.get("/v1/comments").json()
    assert len(listed(stage)) == 5


def test_an_unknown_address_is_told(stage: Stage) -> None:
    assert stage.client.get("/v2/anything").status_code == 404


# ------------------------------------------------------------------------------ a real server


def test_the_platform_is_served_on_loopback(tmp_path: Path) -> None:
    app = create_mock_app(tmp_path / "mock.json", a_script(), Clock(), TOKEN)
    server = mock_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        base = f"http://127.0.0.1:{server.server_port}"
        with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            assert client.get("/v1/page").json()["stand_in"] is True
            assert client.post("/v1/comments/c0", json={"is_hidden": True}).status_code == 200
            assert client.get("/v1/comments").json()["data"][0]["is_hidden"] is True
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
