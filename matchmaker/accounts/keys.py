"""Service keys: for the batch and for the chambers' own programs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from matchmaker.accounts.accounts import LONGEST_NAME, check_chamber
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import RIGHTS, Right, Role
from matchmaker.errors import AccountError
from matchmaker.identifiers import ID_LENGTH, new_id

_SECRET_IDS = 7
"""A secret is so many drawn ids in a row: 277 bits."""
_KEY = re.compile(rf"mm_([2-9a-z]{{{ID_LENGTH}}})_([2-9a-z]{{{ID_LENGTH * _SECRET_IDS}}})")
LONGEST_LIFE_DAYS = 3650


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """What the store keeps of a key; the key itself is shown once and kept nowhere.

    Parameters
    ----------
    id
        Second part of the key, by which it is found.
    name
        What uses it: `"crm"`.
    scopes
        Rights, out of those that the role `service` has.
    chamber
        Department of the chamber whose firms it reaches; `None` for both chambers.
    digest
        SHA-256 of the whole key: as random as that, it needs no slow hash.
    revoked_at
        From when it is no longer good; may lie ahead.
    used_at
        Last use, to the minute.
    """

    id: str
    name: str
    digest: str = field(repr=False)
    scopes: frozenset[Right]
    chamber: str | None
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    def is_good(self, at: datetime) -> bool:
        """Whether it opens anything at a moment."""
        return at < self.expires_at and (self.revoked_at is None or at < self.revoked_at)


def draw_key(
    random: Random,
    *,
    name: str,
    scopes: Iterable[Right],
    chamber: str | None,
    days: int,
    at: datetime,
    by: str,
) -> tuple[ServiceKey, str]:
    """Draw a key.

    Parameters
    ----------
    random
        `random.SystemRandom()`, outside tests.
    name, scopes, chamber
        As in `ServiceKey`.
    days
        Its life.
    at, by
        When, and who makes it.

    Returns
    -------
    tuple
        What to store, and the text of the key: to be shown now, or never.

    Raises
    ------
    AccountError
        If it has no name, no scope, one that no key may have, or no life.
    """
    rights = frozenset(scopes)
    _check(name, rights, chamber, days)
    key_id = new_id(random)
    text = f"mm_{key_id}_{''.join(new_id(random) for _ in range(_SECRET_IDS))}"
    until = at + timedelta(days=days)
    return ServiceKey(key_id, name, _digest(text), rights, chamber, at, by, until), text


def _check(name: str, scopes: frozenset[Right], chamber: str | None, days: int) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccountError("a key has a name of one line; say which program uses it.")
    allowed = RIGHTS[Role.SERVICE]
    if not scopes or not scopes <= allowed.keys():
        names = ", ".join(right.value for right in allowed)
        raise AccountError(f"a key needs one or more of these scopes, and no other: {names}.")
    if chamber is not None:
        check_chamber(chamber)
    if not 1 <= days <= LONGEST_LIFE_DAYS:
        raise AccountError(f"a key lives for 1 to {LONGEST_LIFE_DAYS} days, not {days}.")


def parse_key(text: str) -> tuple[str, str] | None:
    """Take a key apart: its id, and its digest; nothing where it has not the form of a key."""
    match = _KEY.fullmatch(text)
    return None if match is None else (match[1], _digest(text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def principal_of_key(key: ServiceKey) -> Principal:
    """Say who acts when a program uses a key."""
    return Principal(
        id=key.id,
        label=f"key {key.name}",
        role=Role.SERVICE,
        chamber=key.chamber,
        scopes=key.scopes,
    )
