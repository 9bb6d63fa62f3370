"""The OpenID Connect provider that people may sign in at: what is asked of it, what is believed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from matchmaker.accounts.oidc import Identity, Refusal, identity_of
from matchmaker.errors import IdentityRefusedError, ProviderError, SettingsError
from matchmaker.settings import OidcSettings

DISCOVERY = "/.well-known/openid-configuration"
TIMEOUT_SECONDS = 10.0
CLOCK_SECONDS = 60
"""How far the provider's clock may be from ours."""
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA"})
"""Signatures that are believed: those whose key only the provider has."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_EXTRA = ("authlib", "httpx")
_MALFORMED = (RuntimeError, ValueError, TypeError, AttributeError, LookupError)
"""What Authlib meets where an answer is not of the form that it should be."""

logger = logging.getLogger(__name__)


class Provider:
    """A provider, through Authlib; what it says of itself is fetched at the first sign-in.

    Parameters
    ----------
    settings
        With an issuer and a client id.

    Attributes
    ----------
    settings
        As given.
    """

    def __init__(self, settings: OidcSettings) -> None:
        # An extra brings it: a service without a provider does without.
        from authlib.integrations.starlette_client import OAuth
        from httpx import create_ssl_context

        assert settings.issuer is not None, "a provider has an issuer"
        self.settings = settings
        self._issuer = settings.issuer.rstrip("/")
        secret = settings.client_secret
        self._client = OAuth().register(
            "provider",
            client_id=settings.client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=self._issuer + DISCOVERY,
            client_kwargs={
                "scope": " ".join(settings.scopes),
                "code_challenge_method": "S256",
                "timeout": TIMEOUT_SECONDS,
                # Once: reading the certificates for every request would hold all others up.
                "verify": create_ssl_context(),
            },
        )

    async def address(self, redirect: str, *, state: str, nonce: str, verifier: str) -> str:
        """Write the address at which a person signs in.

        Parameters
        ----------
        redirect
            Our address to which the provider sends them back.
        state, nonce, verifier
            Drawn for this sign-in: against forged answers, replayed tokens, stolen codes.

        Raises
        ------
        ProviderError
            If the provider does not answer, or not as a provider.
        """
        asked = {"acr_values": self.settings.acr_values} if self.settings.acr_values else {}
        with _believed():
            await self._metadata()
            made = await self._client.create_authorization_url(
                redirect, state=state, nonce=nonce, code_verifier=verifier, **asked
            )
        return str(made["url"])

    async def identity(self, code: str, redirect: str, *, nonce: str, verifier: str) -> Identity:
        """Exchange the code that a person came back with for who they are.

        Parameters
        ----------
        code
            As it came.
        redirect, nonce, verifier
            Those of `address`.

        Raises
        ------
        IdentityRefusedError
            If the code is not good, or the tokens do not prove who the person is.
        ProviderError
            If the provider does not answer, or not as a provider.
        """
        with _believed():
            metadata = await self._metadata()
            token = await self._client.fetch_access_token(
                redirect_uri=redirect, code=code, code_verifier=verifier
            )
            if "id_token" not in token:
                raise IdentityRefusedError(Refusal.UNPROVEN)
            proven = await self._client.parse_id_token(
                token, nonce, claims_options=self._expected(metadata), leeway=CLOCK_SECONDS
            )
            told = await self._told(metadata, token)
        if told is not None and told.get("sub") != proven["sub"]:
            raise IdentityRefusedError(Refusal.UNPROVEN)
        claims = {**proven, **(told or {})}
        return identity_of(claims, issuer=str(proven["iss"]), settings=self.settings)

    async def _metadata(self) -> Mapping[str, Any]:
        """Fetch what the provider says of itself; once it is believed, it is kept."""
        metadata: dict[str, Any] = await self._client.load_server_metadata()
        if str(metadata.get("issuer")).rstrip("/") != self._issuer:
            metadata.clear()
            raise ProviderError(
                f"the provider at {self._issuer} gives another name; correct oidc.issuer."
            )
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [
            each for each in offered if each in ALGORITHMS
        ]
        ways = metadata.get("token_endpoint_auth_methods_supported", ("client_secret_basic",))
        if "client_secret_basic" not in ways and "client_secret_post" in ways:
            metadata["token_endpoint_auth_method"] = "client_secret_post"
        return metadata

    def _expected(self, metadata: Mapping[str, Any]) -> dict[str, dict[str, object]]:
        return {
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": self.settings.client_id},
        }

    async def _told(
        self, metadata: Mapping[str, Any], token: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Ask the provider about the person: it answers plainly, or signed as ProConnect does."""
        from authlib.oauth2.claims import JWTClaims

        if "userinfo_endpoint" not in metadata:
            return None
        answer = await self._client.get(metadata["userinfo_endpoint"], token=token)
        answer.raise_for_status()
        if "application/jwt" in answer.headers.get("content-type", ""):
            signed: Mapping[str, Any] = await self._client.parse_id_token(
                {"id_token": answer.text.strip()},
                None,
                claims_options=self._expected(metadata),
                claims_cls=JWTClaims,
                leeway=CLOCK_SECONDS,
            )
            return signed
        plain = answer.json()
        if not isinstance(plain, dict):
            raise ProviderError("the provider tells of a person in another form than it should.")
        return plain


def provider_of(settings: OidcSettings) -> Provider | None:
    """Make the provider of the settings; nothing where they name none.

    Raises
    ------
    SettingsError
        If a setting is missing, the provider is not reached over TLS, or the extra `oidc` is not
        installed.
    """
    if settings.issuer is None:
        return None
    if not settings.client_id:
        raise SettingsError("oidc.client_id is missing: set it to what the provider calls us.")
    address = urlsplit(settings.issuer)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise SettingsError(f"oidc.issuer {settings.issuer} has no TLS: give its https address.")
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"oidc.issuer is set, and {' and '.join(missing)} is not installed: "
            "pip install 'matchmaker[oidc]'."
        )
    return Provider(settings)


@contextmanager
def _believed() -> Iterator[None]:
    """Turn what Authlib and httpx raise into the two errors that a route knows."""
    from authlib.integrations.starlette_client import OAuthError
    from httpx import HTTPError, InvalidURL
    from joserfc.errors import JoseError

    try:
        yield
    except (OAuthError, JoseError) as error:
        # The name only: descriptions come from outside, and may quote a token.
        logger.warning("a sign-in through the provider is refused: %s", type(error).__name__)
        raise IdentityRefusedError(Refusal.UNPROVEN) from error
    except (HTTPError, InvalidURL, *_MALFORMED) as error:
        raise ProviderError(
            f"the OpenID provider does not answer as it should ({type(error).__name__}); "
            "check oidc.issuer and its network."
        ) from error
