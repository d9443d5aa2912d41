"""Facebook's nodes as JSON: every field that the rehearsal platform can be asked for.

Field names: Meta's codegen specs of Comment and PagePost (CONNECTORS.md 2.3, 7.2). None: the
platform leaves the field out.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.model import JsonObject, JsonValue
from sunwai.rehearsal.meta import Grant, written
from sunwai.rehearsal.world import Standing, World, WorldComment, WorldPost

APP_ID = "1000000000000001"


def post_shape(world: World, post: WorldPost) -> JsonObject:
    owner = world.owner
    return {
        "id": f"{owner.id}_{post.id}",
        "message": post.text or None,
        "created_time": written(post.created_at),
        "updated_time": written(post.created_at),
        "permalink_url": f"https://www.facebook.com/{owner.id}/posts/{post.id}/",
        "status_type": "mobile_status_update",
        "from": {"id": owner.id, "name": owner.name},
        "is_hidden": False,
        "is_published": True,
    }


def comment_shape(world: World, c: WorldComment, grant: Grant) -> JsonObject:
    """A comment as the token may see it: authors and ids fall away with permissions."""
    owner = world.owner
    own = c.author.id == owner.id
    known = own or "pages_read_user_content" in grant.scopes
    can = grant.ids and "pages_manage_engagement" in grant.scopes
    return {
        "id": f"{c.post_id}_{c.id}" if grant.ids else None,
        "message": c.text,
        "created_time": written(c.created_at),
        "from": {"name": c.author.name, "id": c.author.id} if known else None,
        "parent": _parent(world, c),
        "attachment": None if c.text else _sticker(c.id),
        "can_comment": True,
        "can_hide": can and not own,
        "can_like": True,
        "can_remove": can,
        "can_reply_privately": can and not own,
        "comment_count": len(world.replies_to(c.id)),
        "is_hidden": c.standing is not Standing.PUBLIC,
        "is_private": False,
        "like_count": c.like_count,
        "permalink_url": _link(owner.id, c),
        "user_likes": False,
        "message_tags": None,
        "object": None,
        "application": None,
        "admin_creator": None,
        "live_broadcast_timestamp": None,
        "private_reply_conversation": None,
    }


def accounts_shape(world: World, grants: Mapping[str, Grant], grant: Grant) -> JsonObject:
    """The pages of a person, each with its own token."""
    token = next((t for t, g in grants.items() if g.kind == "page"), None)
    if grant.kind != "user" or token is None:
        return {"data": []}
    kind = "Government organisation"
    page: JsonObject = {
        "access_token": token,
        "category": kind,
        "category_list": [{"id": "2603", "name": kind}],
        "name": world.owner.name,
        "id": world.owner.id,
        "tasks": [*grants[token].tasks],
    }
    return {"data": [page], "paging": {"cursors": {"before": "b", "after": "a"}}}


def debug_shape(grant: Grant | None, account: str, person: str) -> JsonObject:
    """What a token is good for. ``expires_at`` 0: it has no end."""
    if grant is None:
        return {"data": {"is_valid": False, "scopes": []}}
    until = grant.data_access_until
    scopes: list[JsonValue] = []
    for scope in sorted(grant.scopes):
        scopes.append({"scope": scope, "target_ids": [account]})
    data: JsonObject = {
        "app_id": APP_ID,
        "type": grant.kind.upper(),
        "application": "Rehearsal",
        "data_access_expires_at": 0 if until is None else int(until.timestamp()),
        "expires_at": 0 if grant.expires_at is None else int(grant.expires_at.timestamp()),
        "is_valid": grant.ended is None,
        "scopes": [*sorted(grant.scopes)],
        "granular_scopes": scopes,
        "user_id": person,
    }
    return {"data": data | ({"profile_id": account} if grant.kind == "page" else {})}


def _parent(world: World, c: WorldComment) -> JsonObject | None:
    if c.parent_id is None:
        return None
    parent: JsonObject = {"id": f"{c.post_id}_{c.parent_id}"}
    above = world.comments.get(c.parent_id)
    if above is not None:
        parent |= {"created_time": written(above.created_at), "message": above.text}
    return parent


def _link(page: str, c: WorldComment) -> str:
    link = f"https://www.facebook.com/{page}/posts/{c.post_id}/?comment_id="
    return link + (c.id if c.parent_id is None else f"{c.parent_id}&reply_comment_id={c.id}")


def _sticker(key: str) -> JsonObject:
    """What a comment without text consists of."""
    url = f"https://www.facebook.com/sticker/{key}/"
    image: JsonObject = {"height": 240, "width": 240, "src": f"https://cdn.invalid/{key}.png?oe=1"}
    return {
        "type": "sticker",
        "url": url,
        "target": {"id": key, "url": url},
        "media": {"image": image},
    }
