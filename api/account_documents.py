"""Accounts, sessions and keys as documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from matchmaker.accounts.accounts import Account
from matchmaker.accounts.keys import ServiceKey
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right


def account_document(account: Account) -> dict[str, Any]:
    """Tell of an account; never its password, nor who somebody is at a provider."""
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "chamber": account.chamber,
        "language": account.language,
        "active": account.active,
        "demo": account.demo,
        "has_password": account.password_hash is not None,
        "provider": account.issuer,
        "created_at": account.created_at.isoformat(),
        "created_by": account.created_by,
        "signed_in_at": moment(account.signed_in_at),
        "companies": [
            {"siret": each.siret, "how": each.how, "at": each.at.isoformat(), "by": each.by}
            for each in account.companies
        ],
    }


def rights_document(caller: Principal) -> dict[str, str]:
    """How far each right of a caller reaches; rights that they have not are left out."""
    reaches = {right: caller.reach(right) for right in Right}
    return {
        right.value: reach.name.lower()
        for right, reach in reaches.items()
        if reach is not Reach.NONE
    }


def key_document(key: ServiceKey) -> dict[str, Any]:
    """Tell of a key, without the key."""
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(right.value for right in key.scopes),
        "chamber": key.chamber,
        "created_at": key.created_at.isoformat(),
        "created_by": key.created_by,
        "expires_at": key.expires_at.isoformat(),
        "revoked_at": moment(key.revoked_at),
        "used_at": moment(key.used_at),
    }


def moment(at: datetime | None) -> str | None:
    """Write a moment, if there is one."""
    return None if at is None else at.isoformat()
