"""What platforms send by themselves: Meta's handshake and its signed notices.

The one public address that takes a POST. Nobody is signed in here: an app's signature over the
raw body stands in for it (CONNECTORS.md 2.10). A notice is kept as it came and answered at once;
the scheduler reads what it tells of. While no source has an app secret nothing is taken.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.deps import deps, now
from data.dialects.meta_webhook import (
    MOST_BYTES,
    MOST_CHALLENGE,
    SIGNATURE,
    knows_token,
    signer,
)
from data.store.webhooks import count_waiting, keep_notice

PATH = "/webhooks/meta"
MOST_WAITING = 20_000  # more than that is no busy day; the sender tries again for 36 hours
routes = Blueprint("webhooks", __name__)


@routes.get(PATH)
def shake_hands() -> ResponseReturnValue:
    """Gives the challenge back to whoever knows the verify token."""
    apps = deps().webhook_apps()
    if not apps:
        return _no("No webhook is set up here.", 404)
    challenge = request.args.get("hub.challenge", "")
    knows = knows_token(apps, request.args.get("hub.verify_token", ""))
    if request.args.get("hub.mode") != "subscribe" or not knows:
        return _no("The verify token is not the one that is shown by: sunwai webhooks show", 403)
    if not challenge or len(challenge) > MOST_CHALLENGE or not challenge.isprintable():
        return _no("The challenge cannot be given back.", 400)
    return Response(challenge, mimetype="text/plain")


@routes.post(PATH)
def take() -> ResponseReturnValue:
    """Keeps a signed notice; the same one sent again is counted and done once."""
    apps = deps().webhook_apps()
    if not apps:
        return _no("No webhook is set up here.", 404)
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=False)
    app = signer(apps, body, request.headers.get(SIGNATURE, ""))
    if app is None:
        return _no("The signature is missing or wrong.", 403)
    with deps().db.write() as tx:
        if count_waiting(tx) >= MOST_WAITING:
            return _no("Too much waits here already. Send it again later.", 503)
        fresh = keep_notice(tx, body, app.mark, now=now())
    return jsonify(kept=fresh)


def _no(sentence: str, status: int) -> ResponseReturnValue:
    return jsonify(error=sentence), status
