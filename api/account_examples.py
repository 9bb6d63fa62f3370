"""Examples of accounts, sessions, keys and logs, with fictional people."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.roles import RIGHTS, Role

Document = dict[str, Any]

ACCOUNT: Document = {
    "id": "k7m2p9qa",
    "email": "zoe@example.org",
    "name": "Zoé Martin",
    "role": "entrepreneur",
    "chamber": None,
    "language": "fr",
    "active": True,
    "demo": False,
    "has_password": True,
    "provider": None,
    "created_at": "2026-11-24T08:00:00+00:00",
    "created_by": "Alex Bernard",
    "signed_in_at": "2026-11-25T07:30:00+00:00",
    "companies": [
        {
            "siret": "00001005800014",
            "how": "adviser",
            "at": "2026-11-24T08:00:00+00:00",
            "by": "Alex Bernard",
        }
    ],
}
ACCOUNTS: Document = {"items": [ACCOUNT]}
NEW_ACCOUNT: Document = {
    "email": "dominique@example.org",
    "name": "Dominique Martin",
    "role": "adviser",
    "chamber": "77",
}
SESSION: Document = {
    "account": ACCOUNT,
    "rights": {
        right.value: reach.name.lower() for right, reach in RIGHTS[Role.ENTREPRENEUR].items()
    },
    "csrf_token": "9f" * 32,
}
SESSIONS: Document = {
    "items": [
        {
            "method": "password",
            "created_at": "2026-11-25T07:30:00+00:00",
            "seen_at": "2026-11-25T08:10:00+00:00",
            "expires_at": "2026-11-25T19:30:00+00:00",
            "current": True,
        }
    ]
}
NEW_KEY: Document = {"name": "crm", "scopes": ["directory", "suggestions"], "chamber": "77"}
KEY: Document = {
    "id": "a2b3c4d5",
    "name": "crm",
    "scopes": ["directory", "suggestions"],
    "chamber": "77",
    "created_at": "2026-11-24T08:00:00+00:00",
    "created_by": "Alex Bernard",
    "expires_at": "2027-11-24T08:00:00+00:00",
    "revoked_at": None,
    "used_at": None,
}
KEYS: Document = {"items": [KEY]}
SHOWN_KEY: Document = {**KEY, "key": "mm_a2b3c4d5_shown-now-and-never-again"}
AUDIT: Document = {
    "items": [
        {
            "id": 12,
            "at": "2026-11-24T08:00:00+00:00",
            "actor": "Alex Bernard",
            "role": "administrator",
            "action": "account.created",
            "subject": "k7m2p9qa",
            "details": {"role": "entrepreneur"},
        }
    ]
}
CONTACT_READS: Document = {
    "items": [
        {
            "id": 3,
            "at": "2026-11-25T09:00:00+00:00",
            "actor": "Dominique Martin (CCI 77)",
            "role": "adviser",
            "siret": "00001005800014",
            "purpose": "profile",
            "introduction_id": None,
        }
    ]
}
