"""A small OpenID Connect provider of the tests' own, which can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "matchmaker", "a secret of the provider"
Claims = dict[str, Any]


def _unchanged(claims: Claims) -> Claims:
    return claims


@dataclass
class ForgedProvider:
    """Behaves well until one of its fields says otherwise.

    Parameters
    ----------
    person
        Claims about whoever signs in.
    key, kid
        What it signs with, and the name of that; `signing_key` signs in its place, unannounced.
    forge_token, forge_answer
        Change the claims of the ID token, and of the answer about the person, before they are
        signed.
    spoil
        Changes the signed ID token.
    signs_answers
        Whether the answer about the person is a signed JWT, as ProConnect's.
    """

    person: Claims
    key: RSAKey
    forge_token: Callable[[Claims], Claims] = _unchanged
    forge_answer: Callable[[Claims], Claims] = _unchanged
    spoil: Callable[[str], str] = str
    signs_answers: bool = True
    auth_methods: tuple[str, ...] = ("client_secret_post",)
    kid: str = "one"
    signing_key: RSAKey | None = None
    discovery: Claims = field(default_factory=dict)
    down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    seen_auth: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def _discovery(self, request: Request) -> Response:
        if self.down:
            return Response("out of order", 502)
        base = str(request.base_url).rstrip("/")
        document = {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": list(self.auth_methods),
        }
        return JSONResponse({**document, **self.discovery})

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", 303)

    async def _token(self, request: Request) -> Response:
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        self.seen_auth.append("client_secret_post" if "client_secret" in form else "basic")
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or not self._proves(form, asked, request):
            return JSONResponse({"error": "invalid_grant"}, 400)
        base, now = str(request.base_url).rstrip("/"), int(time.time())
        claims = {
            "iss": base,
            "aud": CLIENT,
            "sub": self.person["sub"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 60,
        }
        token = self._signed(self.forge_token(claims))
        answer = {"access_token": "opaque", "token_type": "Bearer", "id_token": self.spoil(token)}
        return JSONResponse(answer)

    def _proves(self, form: dict[str, str], asked: dict[str, str], request: Request) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        knows = form.get("client_secret") == SECRET
        knows = knows or request.headers.get("authorization") == f"Basic {basic}"
        same_address = form.get("redirect_uri") == asked["redirect_uri"]
        is_s256 = asked["code_challenge_method"] == "S256"
        return knows and same_address and is_s256 and challenge == asked["code_challenge"]

    async def _userinfo(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer opaque":
            return Response(status_code=401)
        claims = dict(self.person)
        if not self.signs_answers:
            return JSONResponse(self.forge_answer(claims))
        base, now = str(request.base_url).rstrip("/"), int(time.time())
        claims |= {"iss": base, "aud": CLIENT, "iat": now, "exp": now + 60}
        signed = self._signed(self.forge_answer(claims))
        return Response(signed, media_type="application/jwt")

    def _signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.kid}, claims, self.signing_key or self.key)
