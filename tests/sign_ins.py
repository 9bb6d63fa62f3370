"""Signing in for tests: service keys and sessions, made in the store as the service makes them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import SystemRandom

import httpx

from api.security import CSRF_TOKEN, SESSION_TOKEN, cookie_name
from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.home import secret_of
from matchmaker.accounts.keys import draw_key
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import RIGHTS, Right, Role
from matchmaker.accounts.signing import Signer
from matchmaker.identifiers import new_id
from matchmaker.settings import AccessSettings, Settings
from matchmaker.store import open_store

SECRET = "a secret that only tests have, 0123456789"
ACCESS = AccessSettings(secret=SECRET, searches_per_minute=1_000_000)
"""Door of the homes of tests; `hosts` are those of the loopback."""

CHEAP = Passwords(time_cost=1, memory_cost=64, parallelism=1)
"""For services of tests: a hash at the costs of a real one takes a third of a second."""


def key_headers(settings: Settings, *rights: Right, chamber: str | None = None) -> dict[str, str]:
    """Make a service key with some rights, all that a key can have if none are named."""
    scopes = rights or tuple(RIGHTS[Role.SERVICE])
    key, text = draw_key(
        SystemRandom(),
        name="tests",
        scopes=scopes,
        chamber=chamber,
        at=datetime.now(UTC),
        by="tests",
        days=1,
    )
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.keys.create(key)
    store.close()
    return {"Authorization": f"Bearer {text}"}


def session_of(
    settings: Settings,
    role: Role,
    companies: Iterable[str] = (),
    chamber: str | None = None,
    name: str = "Zoé Martin",
) -> tuple[dict[str, str], dict[str, str]]:
    """Open an account and a session; give its cookies, and the headers that a change needs."""
    at, drawn = datetime.now(UTC), new_id(SystemRandom())
    account = Account(
        id=drawn,
        email=f"{drawn}@example.org",
        name=name,
        role=role,
        chamber=chamber,
        language="fr",
        active=True,
        demo=False,
        created_at=at,
        created_by="tests",
        signed_in_at=None,
        password_hash=None,
        issuer=None,
        subject=None,
        companies=tuple(Ownership(siret, HowTied.ADVISER, at, "tests") for siret in companies),
    )
    signer, token = Signer(secret_of(settings)), secrets.token_urlsafe(32)
    digest = signer.digest(SESSION_TOKEN, token)
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.accounts.create(account)
        unit.sessions.open(digest, drawn, method="tests", at=at, expires_at=at + timedelta(hours=1))
    store.close()
    cookies = {cookie_name(settings): signer.sign(SESSION_TOKEN, token)}
    return cookies, {"X-CSRF-Token": signer.digest(CSRF_TOKEN, digest)}


def browser_of(
    settings: Settings,
    address: object,
    role: Role,
    companies: Iterable[str] = (),
    chamber: str | None = None,
    name: str = "Zoé Martin",
) -> httpx.Client:
    """Give a browser without a window in which somebody has signed in; it follows no redirect.

    Parameters
    ----------
    address
        Of the service.
    """
    cookies, headers = session_of(settings, role, companies, chamber, name)
    headers |= {"sec-fetch-site": "same-origin", "accept": "text/html"}
    return httpx.Client(base_url=str(address), cookies=cookies, headers=headers, timeout=60)
