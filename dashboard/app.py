"""Builds the web application: server, guards, sign-in, health, the queue's API, pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import dash
from flask import Flask, Response

from dashboard import auth, health, queue_api, security, shell, webhooks
from dashboard.deps import EXTENSION, Deps
from dashboard.pages import register_pages

HERE = Path(__file__).parent

INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{%title%}</title>
    <link rel="icon" href="/assets/icons/mark.svg" type="image/svg+xml">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>
      {%config%}
      {%scripts%}
      {%renderer%}
    </footer>
  </body>
</html>"""


def create_app(deps: Deps) -> Flask:
    """The application over these Deps. Builds everything anew; nothing happens at import."""
    server = Flask(__name__)
    server.extensions[EXTENSION] = deps
    security.guard_server(
        server,
        secret_key=deps.secret_key,
        secure_cookies=deps.secure_cookies,
        signed_routes=(webhooks.routes,),
    )
    for routes in (auth.routes, health.routes, queue_api.routes, webhooks.routes):
        server.register_blueprint(routes)
    app = dash.Dash(
        "dashboard",
        server=cast("Any", server),  # Dash's own annotation leaves a Flask server out
        use_pages=True,
        pages_folder="",
        use_async=False,
        assets_folder=str(HERE / "assets"),
        suppress_callback_exceptions=True,  # pages bring their own elements
        serve_locally=True,
        compress=True,
        update_title="",
        title="Sunwai",
        index_string=INDEX,
        csrf_token_name=security.CSRF_COOKIE,
    )
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
