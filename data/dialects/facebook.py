"""Facebook Pages: the dialect, and what the permissions of its token are for."""

from __future__ import annotations

from collections.abc import Mapping

from data.dialects.meta import MetaDialect
from data.model import Platform

FACEBOOK = MetaDialect(platform=Platform.FACEBOOK, title="Facebook", family="pages")

READING: Mapping[str, str] = {
    "pages_read_engagement": "reading the page's posts",
    "pages_read_user_content": "reading the comments that others write, and who wrote them",
}
ACTING: Mapping[str, str] = {"pages_manage_engagement": "hiding and deleting comments"}
NOTIFYING: Mapping[str, str] = {"pages_manage_metadata": "being told of new comments at once"}
