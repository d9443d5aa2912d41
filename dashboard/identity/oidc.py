"""OpenID Connect: what is asked of an identity provider, and what is believed of its answer.

The authorization code flow with PKCE, state and nonce. The ID token's signature is checked with the
keys that the provider publishes, its claims by Authlib's rules; every trouble is one of a few
kinds, so that the sign-in page can say what to do. The provider is reached only through the client
that the composition root hands in.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import (
    create_s256_code_challenge,  # pyright: ignore[reportUnknownVariableType]
)
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dashboard.identity.sign_in_rules import Oidc

log = logging.getLogger(__name__)

DISCOVERY = "/.well-known/openid-configuration"
BACK = "/sign-in/provider/back"
# Signatures with a key pair only: "none" and those with a shared secret are refused.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA"]  # fmt: skip
LEEWAY = 60  # seconds by which the two clocks may differ
KEEP_FACTS = timedelta(hours=1)
ASK_KEYS_EVERY = timedelta(seconds=30)
LARGEST_ANSWER = 1024 * 1024
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Trouble(StrEnum):
    """Why a sign-in through the provider came to nothing."""

    DOWN = "down"  # the provider did not answer, or not in its protocol
    REFUSED = "refused"  # the provider said no, or the person did
    STRANGE = "strange"  # the answer does not belong to what was asked here
    UNTRUSTED = "untrusted"  # the ID token cannot be believed


class ProviderTrouble(Exception):
    """A sign-in through the provider came to nothing; the message is for the log."""

    def __init__(self, kind: Trouble, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a browser was sent off with; it must come back with the same."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the provider vouches for. ``claims`` are checked; ``proof`` is the ID token itself."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]
    proof: str = field(repr=False)


@dataclass(kw_only=True)
class Provider:
    """One provider. What it publishes of itself is kept for an hour; its keys are asked for anew
    when a token names one that is not known."""

    oidc: Oidc
    line: Callable[[], httpx.Client]
    _facts: tuple[datetime, dict[str, Any]] | None = None
    _keys: tuple[datetime, KeySet] | None = None

    # -------------------------------------------------------------------------- the way there

    def begin(self, now: datetime) -> tuple[str, Asked]:
        """The address to send the browser to. Raises ProviderTrouble."""
        asked = Asked(state=token_urlsafe(32), nonce=token_urlsafe(32), verifier=token_urlsafe(48))
        told = {
            "response_type": "code",
            "client_id": self.oidc.client_id,
            "redirect_uri": self.oidc.home + BACK,
            "scope": self.oidc.scopes,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": cast("str", create_s256_code_challenge(asked.verifier)),
            "code_challenge_method": "S256",
        }
        return _with_query(self.facts(now)["authorization_endpoint"], told), asked

    # -------------------------------------------------------------------------- the way back

    def finish(self, back: Mapping[str, str], asked: Asked, now: datetime) -> Person:
        """Who came back. Raises ProviderTrouble for all that does not fit."""
        self._check_return(back, asked)
        given = self._tokens(back["code"], asked, now)
        proof = given.get("id_token")
        if not isinstance(proof, str):
            raise ProviderTrouble(Trouble.UNTRUSTED, "the provider gave no ID token")
        claims = self._claims(proof, given, asked, now)
        claims = self._with_userinfo(claims, given.get("access_token"), now)
        return Person(
            issuer=self.oidc.issuer, subject=str(claims["sub"]), claims=claims, proof=proof
        )

    def _check_return(self, back: Mapping[str, str], asked: Asked) -> None:
        if not back.get("state") or back["state"] != asked.state:
            raise ProviderTrouble(Trouble.STRANGE, "state differs")
        if back.get("iss", self.oidc.issuer) != self.oidc.issuer:  # RFC 9207
            raise ProviderTrouble(Trouble.STRANGE, "another issuer answered")
        if "error" in back:
            raise ProviderTrouble(Trouble.REFUSED, f"the provider said {back['error'][:80]!r}")
        if not back.get("code"):
            raise ProviderTrouble(Trouble.STRANGE, "no code")

    def _tokens(self, code: str, asked: Asked, now: datetime) -> dict[str, Any]:
        facts = self.facts(now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.oidc.home + BACK,
            "code_verifier": asked.verifier,
            "client_id": self.oidc.client_id,
        }
        methods = facts.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        secret = self.oidc.client_secret
        auth: httpx.Auth | None = None
        if secret and "client_secret_basic" in methods:
            auth = httpx.BasicAuth(quote(self.oidc.client_id, ""), quote(secret, ""))
        elif secret:
            form["client_secret"] = secret
        with self.line() as line:
            request = line.build_request("POST", facts["token_endpoint"], data=form)
            answer = _asked(lambda: line.send(request, auth=auth))
        if answer.status_code in (400, 401, 403):
            raise ProviderTrouble(Trouble.REFUSED, f"no token: {answer.status_code}")
        return _object(answer)

    def _claims(
        self, proof: str, given: Mapping[str, Any], asked: Asked, now: datetime
    ) -> dict[str, Any]:
        """The ID token's claims once signature, issuer, audience, times and nonce are right."""
        expected = {
            "iss": {"essential": True, "value": self.oidc.issuer},
            "aud": {"essential": True, "value": self.oidc.client_id},
        }
        params = {"nonce": asked.nonce, "client_id": self.oidc.client_id,
                  "access_token": given.get("access_token")}  # fmt: skip
        try:
            token = self._decoded(proof, now)
            claims = cast("Any", CodeIDToken)(token.claims, token.header, expected, params)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderTrouble(Trouble.UNTRUSTED, f"ID token: {error}") from error
        found = dict(cast("Mapping[str, Any]", claims))
        if not isinstance(found["sub"], str) or not 0 < len(found["sub"]) <= 255:
            raise ProviderTrouble(Trouble.UNTRUSTED, "ID token: sub cannot be")
        return found

    def _decoded(self, proof: str, now: datetime) -> jwt.Token:
        """Asks for the keys anew, once, when those that are known do not fit."""
        asked_at, keys = self._known_keys(now)
        try:
            return jwt.decode(proof, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if now - asked_at < ASK_KEYS_EVERY:
                raise
            return jwt.decode(proof, self._asked_keys(now), algorithms=ALGORITHMS)

    def _with_userinfo(
        self, claims: dict[str, Any], access: object, now: datetime
    ) -> dict[str, Any]:
        """The claims with what the provider tells apart from the ID token, where that is needed."""
        wanted = [self.oidc.claim, *([self.oidc.groups_claim] if self.oidc.groups else [])]
        address = self.facts(now).get("userinfo_endpoint")
        if all(w in claims for w in wanted) or not address or not isinstance(access, str):
            return claims
        with self.line() as line:
            headers = {"authorization": f"Bearer {access}"}
            told = _object(_asked(lambda: line.get(address, headers=headers)))
        if told.get("sub") != claims["sub"]:
            raise ProviderTrouble(Trouble.UNTRUSTED, "userinfo is about another subject")
        return {**told, **claims}

    # -------------------------------------------------------------------------- the way out

    def end_address(self, proof: str, now: datetime) -> str | None:
        """Where to sign out at the provider too; None where it offers that not, or is away."""
        try:
            end = self.facts(now).get("end_session_endpoint")
        except ProviderTrouble:
            return None
        if not end:
            return None
        told = {
            "id_token_hint": proof,
            "client_id": self.oidc.client_id,
            "post_logout_redirect_uri": self.oidc.home + "/sign-in",
        }
        return _with_query(end, told)

    # -------------------------------------------------------------------------- what it publishes

    def facts(self, now: datetime) -> dict[str, Any]:
        """What the provider publishes of itself. Raises ProviderTrouble."""
        if self._facts is not None and now - self._facts[0] < KEEP_FACTS:
            return self._facts[1]
        with self.line() as line:
            address = self.oidc.issuer.rstrip("/") + DISCOVERY
            found = _object(_asked(lambda: line.get(address)))
        if found.get("issuer") != self.oidc.issuer:
            raise ProviderTrouble(Trouble.UNTRUSTED, f"it calls itself {found.get('issuer')!r}")
        scheme = urlsplit(self.oidc.issuer).scheme
        for name in (*_NEEDED, "userinfo_endpoint", "end_session_endpoint"):
            given = found.get(name)
            if given is None and name not in _NEEDED:
                continue
            if not isinstance(given, str) or urlsplit(given).scheme != scheme:
                raise ProviderTrouble(Trouble.DOWN, f"{name} is {given!r}")
        self._facts = (now, found)
        return found

    def _known_keys(self, now: datetime) -> tuple[datetime, KeySet]:
        if self._keys is None or now - self._keys[0] >= KEEP_FACTS:
            self._asked_keys(now)
        assert self._keys is not None
        return self._keys

    def _asked_keys(self, now: datetime) -> KeySet:
        with self.line() as line:
            address = self.facts(now)["jwks_uri"]
            found = _object(_asked(lambda: line.get(address)))
        try:
            keys = KeySet.import_key_set(cast("Any", found))
        except (JoseError, KeyError, ValueError, TypeError) as error:
            raise ProviderTrouble(Trouble.DOWN, f"its keys cannot be read: {error}") from error
        self._keys = (now, keys)
        return keys


def _with_query(address: str, told: Mapping[str, str]) -> str:
    return address + ("&" if urlsplit(address).query else "?") + urlencode(told)


def _asked(ask: Callable[[], httpx.Response]) -> httpx.Response:
    try:
        return ask()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderTrouble(Trouble.DOWN, f"{type(error).__name__}: {error}") from error


def _object(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code != 200:
        raise ProviderTrouble(Trouble.DOWN, f"it answered {answer.status_code}")
    if len(answer.content) > LARGEST_ANSWER:
        raise ProviderTrouble(Trouble.DOWN, "its answer is too large")
    try:
        found: object = json.loads(answer.content)
    except (ValueError, RecursionError) as error:  # the second: nested thousands deep
        raise ProviderTrouble(Trouble.DOWN, "its answer is no JSON") from error
    if not isinstance(found, dict):
        raise ProviderTrouble(Trouble.DOWN, "its answer is no JSON object")
    return cast("dict[str, Any]", found)
