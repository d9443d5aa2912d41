"""What a desk beside the queue needs once: codes, what is never a ground, para 5, own keys."""

from __future__ import annotations

from dashboard.desk.cards import reason_json
from dashboard.desk.keys import keys_of
from dashboard.words.choosing import choices
from data.model import JsonObject, JsonValue, User
from moderation.policies.reasons import NON_REASONS, PARA_5_EN, PARA_5_UR, REASONS


def desk_told(user: User) -> JsonObject:
    """The same parts, in the same shape, as the queue's own settings."""
    chosen = choices()
    return {
        "user": {"id": user.id, "display": user.display, "role": user.role.value},
        "reasons": [reason_json(code) for code in REASONS],
        "non_reasons": [
            {"code": n.code.value, "title": n.title_en, "title_ur": n.title_ur}
            for n in NON_REASONS.values()
        ],
        "para5": PARA_5_EN,
        "para5_ur": PARA_5_UR,
        "keys": dict[str, JsonValue](keys_of(chosen.keys)),
        "single_keys": chosen.single_keys,
    }
