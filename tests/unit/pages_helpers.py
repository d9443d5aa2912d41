"""A wired dashboard over a database in memory, with comments of every kind, for the page tests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dash
from dash.development.base_component import Component
from flask import Flask, g
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.deps import Deps
from dashboard.identity.passwords import LIGHT, hash_password
from data.db import Database
from data.model import (
    CollectedAuthor,
    CollectedPost,
    Coverage,
    FeedbackKind,
    Flag,
    Language,
    Platform,
    ReasonCode,
    Role,
    Sentiment,
    Signal,
    Source,
    SourceMode,
    Span,
    SweepKind,
    SweepOutcome,
    SweepTally,
    ThemeState,
    User,
    Verdict,
)
from data.store import sweeps, themes, users
from data.store.comments import get_comment
from data.store.decisions import current_decision
from moderation.deciding.decide import DecisionRequest, Holds, record_decision
from moderation.texts.text import search_fold
from tests.builders import NOW, a_collected, a_judgement, a_source, assess, keep
from tests.tables import a_database

PASSWORD = "a-long-password-1"
SCRIPT = "<script>window.stolen=1</script>"
VILE = "donkeys"


@dataclass
class Office:
    """The wired dashboard; ``users`` by role, ``ids`` of its comments by a short name."""

    server: Flask
    db: Database
    users: dict[Role, User]
    source: Source
    feed: Source
    reports: Path
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def page(self, role: Role, path: str, **query: str | list[str]) -> str:
        """What a role is shown at the path, as the JSON text that the browser draws."""
        return json.dumps(self.drawn(role, path, **query), ensure_ascii=False)

    def drawn(self, role: Role, path: str, tongue: str = "en", **query: str | list[str]) -> Any:
        with self.server.test_request_context(path):
            g.user, g.tongue = self.users[role], tongue
            known: dict[str, Any] = self.server.extensions["pages"]
            entry = next(p for p in known.values() if p["path"] == path)
            made: Component = entry["layout"](**query)
            return as_json(made)

    def client(self, role: Role) -> FlaskClient:
        """A signed-in browser's requests, with the token that its POSTs must carry."""
        client = self.server.test_client()
        form = client.get("/sign-in")
        token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
        assert token is not None
        data = {"name": role.value, "password": PASSWORD, "csrf_token": token[1]}
        assert client.post("/sign-in", data=data).status_code == 303
        return client

    def post(self, role: Role, path: str, body: Mapping[str, object]) -> TestResponse:
        client = self.client(role)
        return client.post(path, json=dict(body), headers={"X-CSRFToken": token_of(client)})


def as_json(made: Component) -> Any:
    """A component as what the browser is sent, its plain parts as components."""
    return expanded(json.loads(json.dumps(made, cls=PlotlyJSONEncoder)))


def expanded(part: Any) -> Any:
    """A drawn page with its plain parts as the components that they were described from."""
    if isinstance(part, list):
        return [expanded(p) for p in part]
    if not isinstance(part, dict) or "props" not in part:
        return part
    props = part["props"]
    if "data-plain" in props:
        return _component(json.loads(props["data-plain"]))
    return {**part, "props": {**props, "children": expanded(props.get("children"))}}


def _component(part: Any) -> Any:
    if not isinstance(part, list):
        return part
    tag, attributes, children = part
    kind = "Link" if "data-go" in attributes else tag.capitalize()
    name = attributes.get("class")
    props = {**attributes, "className": name, "children": [_component(c) for c in children]}
    return {"type": kind, "props": props}


def token_of(client: FlaskClient) -> str:
    """The CSRF token that the server set with its first page."""
    client.get("/")
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    return cookie.decoded_value


def an_office(tmp_path: Path, **told: Any) -> Office:
    """People of every role, a watched page and a file feed, and the comments of ``_speak``."""
    db: Database = told.pop("db", None) or a_database()
    reports = tmp_path / "reports"
    reports.mkdir(exist_ok=True)
    with db.write() as tx:
        hashed = hash_password(PASSWORD, LIGHT)
        made = {
            role: users.add_user(tx, name=role.value, display=role.value.title(), role=role,
                                 password_hash=hashed, now=NOW - timedelta(days=30))
            for role in Role
        }  # fmt: skip
        source = a_source(tx, "page", now=NOW - timedelta(days=30), title="Water Agency")
        feed = a_source(tx, "feed", now=NOW - timedelta(days=30), title="Water on Instagram",
                        platform=Platform.INSTAGRAM, mode=SourceMode.EXPORT)  # fmt: skip
    facts: dict[str, Any] = {
        "db": db,
        "clock": lambda: NOW,
        "secret_key": b"only for tests, 32 bytes of it..",
        "fold": search_fold,
        "reports_folder": reports,
        "files_folder": tmp_path / "files",
        "password_work": LIGHT,
        "organisation": "Test office",
    }
    server = create_app(Deps(**(facts | told)))
    server.extensions["pages"] = dict(dash.page_registry)
    office = Office(server=server, db=db, users=made, source=source, feed=feed, reports=reports)
    _sweep(office)
    _speak(office)
    return office


def _sweep(office: Office) -> None:
    with office.db.write() as tx:
        for n in range(120):  # sixty hours of sweeps, five of them missing
            if 40 <= n < 50:
                continue
            at = NOW - timedelta(minutes=30 * n + 1)
            sweep = sweeps.begin_sweep(tx, office.source.id, SweepKind.LIVE, now=at)
            sweeps.finish_sweep(tx, sweep, SweepOutcome.COMPLETE, SweepTally(read=3), now=at)
        themes.save_theme(tx, key="water", title_en=f"Water {SCRIPT}", title_ur="پانی",
                          terms=["water", "pani"], state=ThemeState.SELECTED, now=NOW)  # fmt: skip


def say(office: Office, name: str, text: str, *, days: float = 1, **told: Any) -> str:
    """One comment with its assessment, posted so many days before NOW; gives its id."""
    judged = {k: told.pop(k) for k in ("flag", "protected", "reasons") if k in told}
    reading = {
        k: told.pop(k) for k in ("language", "coverage", "feedback", "sentiment", "toxicity")
        if k in told
    }  # fmt: skip
    vile: str = told.pop("vile", "")
    at = NOW - timedelta(days=days)
    with office.db.write() as tx:
        source = told.pop("source", office.source)
        collected = a_collected(text, created_at=at, platform=source.platform, **told)
        comment_id = keep(tx, source, collected, now=at + timedelta(minutes=3))
        spans = (Span(start=text.index(vile), end=text.index(vile) + len(vile), label="insult"),)
        if reading.get("coverage") is not Coverage.NOT_CHECKED:
            signals = (
                Signal(name="insult", value=0.8, version="test", spans=spans if vile else ()),
            )
            flag = judged.pop("flag", Flag.NONE)
            assess(tx, comment_id, a_judgement(flag, **judged), now=at + timedelta(minutes=4),
                   signals=signals, **reading)  # fmt: skip
        if "water" in text.lower():
            kept = get_comment(tx, comment_id)
            assert kept is not None
            themes.save_matches(tx, kept.revision.id, ["water"], themes.taxonomy_version(tx))
    office.ids[name] = comment_id
    return comment_id


def decide(
    office: Office, name: str, verdict: Verdict, *, at: datetime = NOW, role: Role = Role.OFFICER,
    **told: Any,
) -> int:  # fmt: skip
    """A decision on a comment through the one way there is; gives its id."""
    with office.db.write() as tx:
        comment = get_comment(tx, office.ids[name])
        assert comment is not None
        standing = current_decision(tx, comment.id)
        request = DecisionRequest(
            expected=None if standing is None else standing.id,
            comment_id=comment.id, revision_id=comment.revision.id, verdict=verdict,
            by=office.users[role], key=f"{name}-{verdict.value}-{at.isoformat()}", **told,
        )  # fmt: skip
        done = record_decision(tx, request, policy_version=1, holds=Holds(), now=at)
    return done.decision.id


def _speak(office: Office) -> None:
    insult = f"You {VILE}, nobody answers the phone. Call 0300-0000072."
    bad = Sentiment.NEGATIVE
    say(office, "insult", insult, vile=VILE, flag=Flag.FLAGGED, sentiment=bad)
    say(office, "severe", f"{VILE} all of you, and no water", vile=VILE, flag=Flag.SEVERE,
        sentiment=bad, days=2)  # fmt: skip
    say(office, "complaint", "No water in Ward 7 for three weeks.", protected=True,
        feedback=(FeedbackKind.COMPLAINT,), sentiment=bad, flag=Flag.FLAGGED)  # fmt: skip
    say(office, "urdu", "تین ہفتے سے پانی نہیں آیا", language=Language.UR, days=3,
        feedback=(FeedbackKind.COMPLAINT, FeedbackKind.QUESTION), sentiment=bad)  # fmt: skip
    say(office, "roman", "Pani kab aye ga bhai", language=Language.UR_LATN, days=5,
        feedback=(FeedbackKind.QUESTION,))  # fmt: skip
    say(office, "pashto", "اوبه نشته", language=Language.PS, coverage=Coverage.NOT_COVERED,
        flag=Flag.NOT_COVERED, toxicity=None)  # fmt: skip
    say(office, "unread", "Nobody has looked at this yet", coverage=Coverage.NOT_CHECKED)
    say(office, "formula", '=HYPERLINK("http://x.example","pay water")', days=0.5)
    say(office, "script", f"{SCRIPT} hello", days=0.2,
        author=CollectedAuthor(external_id="x", display_name=SCRIPT),
        post=CollectedPost(external_id="post-x", text=f"Our {SCRIPT} post"),
        permalink="javascript:alert(1)")  # fmt: skip
    say(office, "old", "An old word of praise", days=20, feedback=(FeedbackKind.PRAISE,),
        sentiment=Sentiment.POSITIVE)  # fmt: skip
    say(office, "by_hand", f"Such {VILE} on Instagram", vile=VILE, flag=Flag.FLAGGED,
        source=office.feed)  # fmt: skip
    ago = NOW - timedelta(hours=20)
    decide(office, "insult", Verdict.REMOVE, reason=ReasonCode.PERSONAL_ABUSE, at=ago)
    decide(office, "by_hand", Verdict.REMOVE, reason=ReasonCode.PERSONAL_ABUSE, at=ago)
    decide(office, "complaint", Verdict.KEEP, at=ago)
