"""Builds the web application: server, guards, sign-in, health, the queue's API, pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.deps import EXTENSION, Deps
from dashboard.desk import queue_api, queue_live, queue_many, shift_api
from dashboard.drawing import shell
from dashboard.pages import register_pages
from dashboard.settings import choices_api, conflicts_api
from dashboard.signing_in import account, auth, provider, second_factor_pages, security
from dashboard.signing_in.cookies import CSRF_COOKIE, cookie_name
from dashboard.sources import webhooks
from dashboard.web import delivery, forms, health
from dashboard.web.window import Window

HERE = Path(__file__).parent
_WITH_ROUTES = (
    account,
    auth,
    choices_api,
    delivery,
    health,
    provider,
    queue_api,
    queue_live,
    queue_many,
    shift_api,
    conflicts_api,
    second_factor_pages,
    webhooks,
)


def create_app(deps: Deps) -> Flask:
    """The application over these Deps. Builds everything anew; nothing happens at import."""
    server = Flask(__name__, static_folder=None)
    server.extensions[EXTENSION] = deps
    if deps.proxies:
        # Without this all visitors would share the proxy's address, and its count of failures.
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=deps.proxies, x_proto=deps.proxies)
    security.guard_server(
        server,
        secret_key=deps.secret_key,
        secure_cookies=deps.secure_cookies,
        signed_routes=(webhooks.routes,),
    )
    for part in _WITH_ROUTES:
        server.register_blueprint(part.routes)
    server.register_error_handler(forms.Malformed, forms.malformed)
    app = Window(
        "dashboard",
        server=cast("Any", server),  # Dash's own annotation leaves a Flask server out
        use_pages=True,
        pages_folder="",
        use_async=False,
        assets_folder=str(HERE / "assets"),
        assets_path_ignore=["vendor"],
        suppress_callback_exceptions=True,  # pages bring their own elements
        serve_locally=True,
        compress=True,
        update_title="",
        title="Sunwai",
        csrf_token_name=cookie_name(CSRF_COOKIE, secure=deps.secure_cookies),
    )
    server.after_request(delivery.pack)  # before Dash packs
    server.after_request(_in_one_piece)
    register_pages(app)
    app.layout = shell.layout
    shell.register(app)
    security.lock_down(server, app, secure_cookies=deps.secure_cookies)
    return server


def _in_one_piece(response: Response) -> Response:
    """A file's answer read whole before it is compressed: compressing a stream leaks its file."""
    if response.direct_passthrough:
        response.direct_passthrough = False
        response.get_data()
    return response
