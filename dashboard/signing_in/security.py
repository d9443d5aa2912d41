"""Who may see and do what: the gate before every request, rights of roles, CSRF, CSP, headers.

Every callback and route is an API that any signed-in user can forge a call to, so rights are
checked in three places: at the gate (pages by path), in a page's layout (``guarded`` in
dashboard.pages) and in each callback or route by ``requires``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from dash import Dash
from dash.exceptions import DependencyException
from flask import Blueprint, Flask, Response, abort, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_talisman import Talisman  # pyright: ignore[reportMissingTypeStubs]
from flask_wtf.csrf import (  # pyright: ignore[reportMissingTypeStubs]
    CSRFError,
    CSRFProtect,
    generate_csrf,  # pyright: ignore[reportUnknownVariableType]
)
from werkzeug.exceptions import HTTPException, NotFound

from dashboard.deps import deps
from dashboard.importer import LARGEST
from dashboard.signing_in.cookies import CSRF_COOKIE, NO_DEVICES, SESSION_COOKIE, cookie_name
from dashboard.signing_in.first_page import first_page
from dashboard.words import choosing, mark, t
from data.model import Role, User

P = ParamSpec("P")
R = TypeVar("R")

ROLES = "roles_that_may"
EVERYONE = frozenset(Role)
_OFFICER, _SENIOR, _MANAGER = Role.OFFICER, Role.SENIOR, Role.MANAGER
_AUDITOR, _ADMIN = Role.AUDITOR, Role.ADMINISTRATOR

ROLE_PAGES: dict[str, frozenset[Role]] = {
    "/": EVERYONE,
    "/queue": frozenset({_OFFICER, _SENIOR}),
    "/shift": frozenset({_OFFICER, _SENIOR}),
    "/settings/conflicts": frozenset({_ADMIN}),
    "/grid": frozenset({_OFFICER, _SENIOR}),
    "/copies": frozenset({_OFFICER, _SENIOR}),
    "/samples": frozenset({_OFFICER, _SENIOR}),
    "/practice": frozenset({_OFFICER, _SENIOR}),
    "/cases": frozenset({_OFFICER, _SENIOR, _MANAGER}),
    "/cases/": frozenset({_OFFICER, _SENIOR, _MANAGER}),
    "/outbox": frozenset({_OFFICER, _SENIOR, _AUDITOR}),
    "/decisions": frozenset({_OFFICER, _SENIOR, _AUDITOR}),
    "/comments": frozenset({_OFFICER, _SENIOR, _MANAGER, _AUDITOR}),
    "/comments/": frozenset({_OFFICER, _SENIOR, _MANAGER, _AUDITOR}),
    "/feedback": frozenset({_OFFICER, _SENIOR, _MANAGER}),
    "/themes": frozenset({_SENIOR, _MANAGER}),
    "/duty": frozenset({_SENIOR, _MANAGER, _AUDITOR}),
    "/reports": frozenset({_SENIOR, _MANAGER, _AUDITOR}),
    "/sources": frozenset({_OFFICER, _SENIOR, _MANAGER, _AUDITOR, _ADMIN}),
    "/log": frozenset({_AUDITOR}),
    "/policy": frozenset({_SENIOR, _AUDITOR, _ADMIN}),
    "/settings": frozenset({_ADMIN}),
    "/help": EVERYONE,
    "/me": EVERYONE,
}
"""Which roles may open which page. A key that ends with "/" (besides "/") is a prefix."""

OPEN_PATHS = frozenset(
    {"/sign-in", "/sign-in/code", "/sign-in/set-up", "/sign-in/provider", "/sign-in/provider/back",
     "/healthz", "/readyz", "/favicon.ico", "/_favicon.ico", "/webhooks/meta"}
)  # fmt: skip
OPEN_PREFIXES = ("/assets/", "/words/")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SMALL_BODY = 256 * 1024
LARGE_BODY = 80 * 1024 * 1024
LARGE_BODY_PREFIXES = ("/api/import",)
UPLOAD, UPLOAD_BODY = "/api/import", LARGEST + 1024 * 1024  # the file, and the form around it


# ------------------------------------------------------------------------------ who


def current_user() -> User | None:
    """The signed-in user of this request; None when nobody is."""
    return cast("User | None", g.get("user"))


def signed_in() -> User:
    """The signed-in user; answers 401 when nobody is."""
    user = current_user()
    if user is None:
        abort(401)
    return user


def requires(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Lets the callback or route run for these roles only: 401 for nobody, 403 for others."""

    def guard(run: Callable[P, R]) -> Callable[P, R]:
        @wraps(run)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            if signed_in().role not in roles:
                abort(403)
            return run(*args, **kwargs)

        setattr(checked, ROLES, frozenset(roles))  # read by the test of all routes
        return checked

    return guard


def roles_of(path: str) -> frozenset[Role] | None:
    """The roles that may open the page at this path; None when there is no such page."""
    if path in ROLE_PAGES:
        return ROLE_PAGES[path]
    prefixes = [p for p in ROLE_PAGES if p != "/" and p.endswith("/") and path.startswith(p)]
    return ROLE_PAGES[max(prefixes, key=len)] if prefixes else None


# ------------------------------------------------------------------------------ the gate


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_PREFIXES)


def _is_api(path: str) -> bool:
    return path.startswith(("/api/", "/_dash", "/_reload"))


def _takes_little(path: str) -> bool:
    small = _is_open(path) or path.startswith("/api/")
    return small and not path.startswith(LARGE_BODY_PREFIXES)


def gate() -> ResponseReturnValue | None:
    """Turns away whoever is not signed in, and roles that have no business on a page."""
    from dashboard.signing_in.sessions import drawn_for_another, user_of_request

    if "\0" in request.path or any("\0" in v for v in request.args.values()):
        abort(400)  # no page of ours sends it, and no database takes it
    if _takes_little(request.path):
        request.max_content_length = SMALL_BODY
    needs_user = request.path.startswith("/sign-in") or not _is_open(request.path)
    g.user = user_of_request() if needs_user else None
    choosing.begin(g.user, deps().db)
    if _is_open(request.path):
        return None
    if g.user is None or drawn_for_another(g.user):
        return _not_signed_in()
    if request.path == UPLOAD:
        request.max_content_length = UPLOAD_BODY
    if _is_dash_page():
        return _page_rights(g.user.role)
    return None


def _not_signed_in() -> ResponseReturnValue:
    if _is_api(request.path) or request.method not in SAFE_METHODS:
        return jsonify(error=t(SENTENCES[401])), 401
    wanted = request.full_path.rstrip("?")
    return redirect("/sign-in" if wanted == "/" else "/sign-in?" + urlencode({"next": wanted}))


def _is_dash_page() -> bool:
    rule = "" if request.url_rule is None else request.url_rule.rule
    return rule in ("/", "/<path:path>")


def _page_rights(role: Role) -> ResponseReturnValue | None:
    # Dash answers 200 with its index for every unknown path; we know our pages better.
    allowed = roles_of(request.path)
    if allowed is None:
        abort(404)
    if role not in allowed:
        abort(403)
    return None


def same_origin() -> None:
    """Defence in depth beside the CSRF token: a browser says where a request comes from."""
    site = request.headers.get("Sec-Fetch-Site")
    if request.method not in SAFE_METHODS and site not in (None, "same-origin", "none"):
        abort(403)


# ------------------------------------------------------------------------------ answers


SENTENCES = {
    400: mark("The request was not understood."),
    401: mark("Your session has ended. Sign in again."),
    403: mark("Your role does not allow this."),
    404: mark("There is no such page."),
    405: mark("This address does not take such a request."),
    413: mark("That is larger than this address takes."),
    429: mark("Too many tries. Wait a little."),
    500: mark("Something went wrong on our side. Nothing was lost; it has been noted."),
}


def _told(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    sentence = t(SENTENCES[code]) if code in SENTENCES else t("The request could not be answered.")
    if isinstance(error, CSRFError):
        sentence = t("This page is too old to be trusted. Reload it and try again.")
    if error.response is not None:
        return cast("Response", error.response)
    if _is_api(request.path) or request.method not in SAFE_METHODS:
        return jsonify(error=sentence, code="csrf" if isinstance(error, CSRFError) else ""), code
    return first_page("told.html", code=code, sentence=sentence), code


def _headers(response: Response) -> Response:
    fixed = request.path.startswith(("/assets/", "/_dash-component-suites/", "/words/"))
    if not fixed:
        response.headers["Cache-Control"] = "no-store"
    response.headers["Permissions-Policy"] = NO_DEVICES
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if current_user() is not None and request.method == "GET" and response.mimetype == "text/html":
        secure = deps().secure_cookies
        name = cookie_name(CSRF_COOKIE, secure=secure)
        response.set_cookie(name, generate_csrf(), samesite="Strict", secure=secure)
    return response


# ------------------------------------------------------------------------------ putting it on


def guard_server(
    server: Flask,
    *,
    secret_key: bytes,
    secure_cookies: bool,
    signed_routes: Sequence[Blueprint] = (),
) -> None:
    """Puts gate, origin check, CSRF and headers before and after every request, in this order.

    ``signed_routes`` take requests of machines, which have no session to forge: each is asked for
    a signature over its body instead of the CSRF token.
    """
    server.secret_key = secret_key
    server.config.update(  # pyright: ignore[reportUnknownMemberType]
        SESSION_COOKIE_NAME=cookie_name(SESSION_COOKIE, secure=secure_cookies),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # a queue page may stay open for hours
        MAX_CONTENT_LENGTH=LARGE_BODY,
    )
    server.before_request(gate)
    server.before_request(same_origin)
    csrf = CSRFProtect(server)  # after the gate: an ended session answers 401, not 400
    for routes in signed_routes:
        csrf.exempt(routes)  # pyright: ignore[reportUnknownMemberType]
    server.after_request(_headers)
    server.register_error_handler(HTTPException, _told)
    # Dash raises it for a part that is not there: an address that somebody made up.
    server.register_error_handler(DependencyException, lambda _: _told(NotFound()))


def lock_down(server: Flask, app: Dash, *, secure_cookies: bool) -> None:
    """Sets the content security policy. Call it last: only then are all script hashes known."""
    with server.test_request_context("/healthz"):
        # Dash registers its pages' router and its component bundles at the first request; two
        # first requests at once answer 500 (STACK.md). This is the first request.
        server.preprocess_request()
    hashes = cast("list[str]", app.csp_hashes())
    policy: dict[str, Any] = {
        "default-src": "'self'",
        "script-src": ["'self'", *hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": "'self'",
        "worker-src": ["'self'", "blob:"],
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    Talisman(
        server,
        content_security_policy=policy,
        force_https=False,  # the proxy in front speaks TLS
        session_cookie_secure=secure_cookies,
        strict_transport_security=secure_cookies,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
