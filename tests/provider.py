"""An identity provider on loopback: a real HTTP server that speaks OpenID Connect, and lies when a
test tells it to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlencode

from flask import Flask, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "sunwai-test", "a secret: with / signs + in it"


def a_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@cache  # making one takes a quarter of a second
def _first_key() -> RSAKey:
    return a_key("k-1")


@dataclass
class Idp:
    """The provider. ``person`` are the claims of who signs in next; ``lies`` change its tokens;
    ``headers`` change the tokens' headers."""

    clock: Callable[[], datetime]
    url: str = ""
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "s-1", "preferred_username": "nadia"}
    )
    apart: dict[str, Any] = field(default_factory=dict[str, Any])  # told by userinfo only
    lies: dict[str, Any] = field(default_factory=dict[str, Any])
    algorithm: str = "RS256"
    refuses: str = ""
    broken: str = ""  # the path that answers 500, or what it babbles
    babble: str = ""
    basic: bool = True
    ends: bool = True
    state: str = ""  # sent back in the place of what was sent
    key: RSAKey = field(default_factory=_first_key)
    signs_with: RSAKey | None = None  # another key than the one that is published
    calls_itself: str = ""
    asked: list[str] = field(default_factory=list[str])
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def rotate(self, name: str = "k-2") -> None:
        """Another key from now on; the old one is published no more."""
        self.key = a_key(name)

    # ---------------------------------------------------------------------- what it answers

    def discovery(self) -> dict[str, Any]:
        method = "client_secret_basic" if self.basic else "client_secret_post"
        told = {
            "issuer": self.calls_itself or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": [method],
        }
        return {**told, "end_session_endpoint": f"{self.url}/end"} if self.ends else told

    def authorize(self) -> ResponseReturnValue:
        told = request.args.to_dict()
        assert told["response_type"] == "code" and told["client_id"] == CLIENT
        assert told["code_challenge_method"] == "S256" and "openid" in told["scope"]
        state = self.state or told["state"]
        if self.refuses:
            back = {"error": self.refuses, "state": state}
        else:
            code = token_urlsafe(12)
            self.codes[code] = told
            back = {"code": code, "state": state, "iss": self.url}
        return redirect(f"{told['redirect_uri']}?{urlencode(back)}")

    def token(self) -> ResponseReturnValue:
        form = request.form
        told = self.codes.pop(form["code"], None)
        if told is None or form["redirect_uri"] != told["redirect_uri"] or not self._is_client():
            return jsonify(error="invalid_grant"), 400
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if _text(digest) != told["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        proof = self.proof(told.get("nonce", ""))
        return jsonify(access_token="access-1", token_type="Bearer", id_token=proof)

    def _is_client(self) -> bool:
        auth = request.authorization
        if self.basic:
            return auth is not None and unquote(auth.password or "") == SECRET
        return request.form.get("client_secret") == SECRET

    def proof(self, nonce: str) -> str:
        now = int(self.clock().timestamp())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
                  **self.person, **self.lies}  # fmt: skip
        claims = {k: v for k, v in claims.items() if v is not None}
        header: dict[str, Any] = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "none":
            return f"{_part(header)}.{_part(claims)}."
        if self.algorithm == "HS256":  # signed with the public key as if it were a shared secret
            signed = f"{_part(header)}.{_part(claims)}"
            mac = hmac.new(self.key.as_pem(private=False), signed.encode(), hashlib.sha256)
            return f"{signed}.{_text(mac.digest())}"
        return jwt.encode(header, claims, self.signs_with or self.key)

    def userinfo(self) -> ResponseReturnValue:
        assert request.headers["Authorization"] == "Bearer access-1"
        return jsonify({"sub": self.person["sub"], **self.apart})

    def keys(self) -> ResponseReturnValue:
        return jsonify(KeySet([self.key]).as_dict(private=False))


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _app(idp: Idp) -> Flask:
    app = Flask("provider")

    @app.before_request
    def seen() -> ResponseReturnValue | None:  # pyright: ignore[reportUnusedFunction]
        idp.asked.append(request.path)
        if idp.broken != request.path:
            return None
        return idp.babble or ("broken", 500)

    app.add_url_rule("/.well-known/openid-configuration", view_func=idp.discovery,
                     endpoint="discovery")  # fmt: skip
    app.add_url_rule("/authorize", view_func=idp.authorize, endpoint="authorize")
    app.add_url_rule("/token", view_func=idp.token, methods=["POST"], endpoint="token")
    app.add_url_rule("/userinfo", view_func=idp.userinfo, endpoint="userinfo")
    app.add_url_rule("/keys", view_func=idp.keys, endpoint="keys")
    app.add_url_rule("/end", view_func=lambda: redirect(request.args["post_logout_redirect_uri"]),
                     endpoint="end")  # fmt: skip
    return app


@contextmanager
def a_provider(clock: Callable[[], datetime]) -> Generator[Idp]:
    """A provider that listens on loopback until the test is over."""
    idp = Idp(clock=clock)
    server = make_server("127.0.0.1", 0, _app(idp), threaded=True)
    idp.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield idp
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
