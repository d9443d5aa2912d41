"""One comment's evidence sheet: who gets it, what stands on it, what the log says of it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from data.db import Tx
from data.model import (
    CollectedAuthor,
    FeedbackKind,
    Flag,
    Language,
    ReasonCode,
    Role,
    Verdict,
)
from data.store import audit
from data.store.comments import get_comment
from moderation.carrying_out.enforce import carry_out_decisions
from tests.builders import NOW
from tests.unit.pages_helpers import SCRIPT, VILE, Office, an_office, decide, say

PHONE = "0300-0000072"
NAME = "An Invented Person"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = an_office(tmp_path_factory.mktemp("office"))
    say(made, "shielded", f"No water, you {VILE} {PHONE}", vile=VILE, flag=Flag.FLAGGED,
        protected=True, feedback=(FeedbackKind.COMPLAINT,), parent_external_id="c-parent",
        author=CollectedAuthor(external_id="a9", display_name=NAME))  # fmt: skip
    decide(made, "shielded", Verdict.REMOVE, reason=ReasonCode.PERSONAL_ABUSE)
    decide(made, "shielded", Verdict.REMOVE, role=Role.SENIOR, at=NOW + timedelta(minutes=1))
    external_id = made.ids["shielded"].split(":")[1]
    say(made, "shielded", "Please send water, thank you", days=0.1, external_id=external_id)
    decide(made, "urdu", Verdict.KEEP)
    carry_out_decisions(made.db, {}, owner="test", clock=lambda: NOW + timedelta(hours=1))
    return made


def sheet(office: Office, role: Role, name: str = "shielded", kind: str = "html",
          **query: str) -> str:  # fmt: skip
    path = f"/download/evidence/{office.ids[name]}.{kind}"
    answer = office.client(role).get(path, query_string=query)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def test_sheet_tells_all_that_is_kept_of_the_comment(office: Office) -> None:
    told = sheet(office, Role.AUDITOR)
    with office.db.read() as tx:
        comment = get_comment(tx, office.ids["shielded"])
        assert comment is not None
        entries = audit.entries(tx, limit=500)
        head = audit.head(tx)
    assert "Revision 1" in told and "Revision 2" in told
    assert comment.revision.text_sha256 in told
    assert hashlib.sha256(f"No water, you {VILE} {PHONE}".encode()).hexdigest() in told
    assert "OM-5-OFF-3" in told and "second look on" in told
    for role in (Role.OFFICER, Role.SENIOR):
        assert office.users[role].pseudonym in told
    ours = [e for e in entries if e.detail.get("comment") == comment.id]
    assert len(ours) >= 3
    for e in ours:
        assert f'<td class="n">{e.seq}</td>' in told and e.hash in told
    assert head[0] > 0 and "Signals" in told


def test_masked_sheet_holds_neither_vile_words_nor_private_data_nor_a_name(office: Office) -> None:
    for role in (Role.OFFICER, Role.SENIOR, Role.AUDITOR):
        told = sheet(office, role)
        assert VILE not in told and PHONE not in told and NAME not in told
        assert "texts masked" in told


@pytest.mark.parametrize("role", [Role.SENIOR, Role.AUDITOR])
def test_plain_sheet_is_for_seniors_and_auditors(office: Office, role: Role) -> None:
    told = sheet(office, role, text="plain")
    assert VILE in told and PHONE in told and "keep this sheet locked away" in told


@pytest.mark.parametrize(
    ("role", "query", "code"),
    [
        (Role.OFFICER, {"text": "plain"}, 403),
        (Role.MANAGER, {}, 403),
        (Role.ADMINISTRATOR, {}, 403),
        (Role.MANAGER, {"text": "plain"}, 403),
        (Role.AUDITOR, {"text": "naked"}, 400),
    ],
)
@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_sheet_is_refused_to_who_may_not_have_it(
    office: Office, role: Role, query: dict[str, str], code: int, kind: str
) -> None:
    path = f"/download/evidence/{office.ids['shielded']}.{kind}"
    with office.db.read() as tx:
        before = _sheets(tx)
    assert office.client(role).get(path, query_string=query).status_code == code
    with office.db.read() as tx:
        assert _sheets(tx) == before


def _sheets(tx: Tx) -> int:
    verbs = [e.verb for e in audit.entries(tx, limit=5_000)]
    return verbs.count("evidence.download") + verbs.count("author.view")


def test_sheet_of_an_unknown_comment_is_not_found(office: Office) -> None:
    path = "/download/evidence/mock:nobody.pdf"
    assert office.client(Role.AUDITOR).get(path).status_code == 404


@pytest.mark.parametrize("name", ["script", "formula"])
def test_what_the_public_wrote_stays_text(office: Office, name: str) -> None:
    told = sheet(office, Role.AUDITOR, name, text="plain")
    assert SCRIPT not in told and "javascript:" not in told.replace(
        "<bdi>javascript:alert(1)</bdi>", ""
    )
    assert "href" not in told


def test_urdu_stands_in_its_own_direction_and_font(office: Office) -> None:
    told = sheet(office, Role.OFFICER, "urdu")
    assert 'class="text said ur" dir="rtl" lang="ur"' in told and "RptNastaliq" in told


def test_pdf_is_a_pdf_with_its_fonts_and_a_safe_name(office: Office) -> None:
    client = office.client(Role.OFFICER)
    answer = client.get(f"/download/evidence/{office.ids['urdu']}.pdf")
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-")
    assert b"Nastaliq" in answer.data or len(answer.data) > 20_000
    said = answer.headers["Content-Disposition"]
    assert said.startswith('attachment; filename="evidence_mock-') and said.endswith('.pdf"')


def test_every_download_is_a_line_of_the_log(office: Office) -> None:
    with office.db.read() as tx:
        before = audit.head(tx)[0]
    sheet(office, Role.AUDITOR, "urdu", text="plain")
    with office.db.read() as tx:
        new = [e for e in audit.entries(tx, limit=10) if e.seq > before]
    (entry,) = [e for e in new if e.verb == "evidence.download"]
    assert entry.object == f"comment:{office.ids['urdu']}"
    assert entry.detail == {"text": "plain", "kind": "html"}
    assert entry.actor == office.users[Role.AUDITOR].pseudonym


def test_view_of_an_authors_name_is_a_line_of_its_own(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    _name_of(office, "urdu", NAME)
    masked = sheet(office, Role.SENIOR, "urdu")
    assert NAME not in masked
    with office.db.read() as tx:
        assert "author.view" not in [e.verb for e in audit.entries(tx, limit=20)]
    plain = sheet(office, Role.SENIOR, "urdu", text="plain")
    assert NAME in plain
    with office.db.read() as tx:
        entry = next(e for e in audit.entries(tx, limit=20) if e.verb == "author.view")
    assert entry.object == f"comment:{office.ids['urdu']}"
    assert NAME not in str(entry)


def _name_of(office: Office, name: str, display: str) -> None:
    """As settings that keep names leave it."""
    from sqlalchemy import update

    from data import schema

    with office.db.write() as tx:
        tx.execute(
            update(schema.comment)
            .where(schema.comment.c.id == office.ids[name])
            .values(author_name=display)
        )


def test_history_links_to_the_sheets_that_the_reader_may_have(office: Office) -> None:
    plain = "texts as written"
    for role, expected in (
        (Role.OFFICER, (True, False)),
        (Role.SENIOR, (True, True)),
        (Role.MANAGER, (False, False)),
    ):
        drawn = office.page(role, "/comments/", comment_id=office.ids["urdu"])
        assert ("Evidence sheet (PDF)" in drawn, plain in drawn) == expected


def test_language_of_a_text_that_nobody_assessed_is_told_by_its_letters(office: Office) -> None:
    say(office, "late", "پانی کب آئے گا", language=Language.UR)
    assert 'dir="rtl" lang="ur"' in sheet(office, Role.OFFICER, "late")
