"""Versions of the policy document, as set-up keeps the first and as all others read them."""

from __future__ import annotations

from datetime import datetime

from data.db import Tx
from data.documents import DocumentKind
from data.store import documents


def keep_policy(tx: Tx, body: str, *, made_by: str, approved_by: str | None, now: datetime) -> int:
    """Keeps a new version of the document (TOML) and gives its number, from 1.

    ``approved_by`` puts it in force at once: for set-up only, where nobody else is yet.
    """
    version = documents.keep_document(tx, DocumentKind.POLICY, body, made_by=made_by, now=now)
    if approved_by is not None:
        documents.approve_document(tx, DocumentKind.POLICY, version, by=approved_by, now=now)
    return version


def policy_in_force(tx: Tx) -> tuple[int, str] | None:
    """(version, body) of the policy that was approved last."""
    found = documents.document_in_force(tx, DocumentKind.POLICY)
    return None if found is None else (found.version, found.body)
