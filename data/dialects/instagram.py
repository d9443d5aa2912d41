"""Instagram professional accounts: the dialect, and what the token's permissions are for."""

from __future__ import annotations

from collections.abc import Mapping

from data.dialects.meta import MetaDialect
from data.model import Platform

INSTAGRAM = MetaDialect(platform=Platform.INSTAGRAM, title="Instagram", family="instagram")

BY_FACEBOOK: Mapping[str, str] = {
    "instagram_basic": "reading the account's media",
    "instagram_manage_comments": "reading, hiding and deleting comments",
    "pages_read_engagement": "reaching the account through its Facebook Page",
}
BY_INSTAGRAM: Mapping[str, str] = {
    "instagram_business_basic": "reading the account's media",
    "instagram_business_manage_comments": "reading, hiding and deleting comments",
}
