"""Signing in with a password: slowed after failures, and silent on who has an account.

A try is counted as a failure before its password is looked at and taken back when it was right, so
that tries at the same moment cannot all be the last free one. Hashing happens between two short
units of work: it takes long, and a SQLite file has one writer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from matchmaker.accounts.accounts import Account, checked_email, principal_of
from matchmaker.accounts.audit import Action
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.errors import AccountError, SignInRefusedError, TooManyTriesError
from matchmaker.settings import AccessSettings, Settings
from matchmaker.store import Store, Unit

ACCOUNT_SUBJECT = "sign-in account"
ADDRESS_SUBJECT = "sign-in address"
"""Purposes of the digests under which failures are counted."""

_OPEN_BITS = 64
"""One customer has a whole IPv6 network of this length."""
ADDRESS_SHARE = 10
"""A network address has so many times the free failures of an account: behind that of an office sit
many people, and their slips must not slow each other down. Whoever tries one account is slowed by
the account itself all the same."""
_STEEPEST = 30
"""Doublings after which the longest wait is reached under any settings."""


@dataclass(frozen=True, slots=True)
class _Try:
    """A try that was counted and may be looked at."""

    account: Account | None
    subject: str
    noted: tuple[int, int]


def sign_in(
    store: Store,
    passwords: Passwords,
    signer: Signer,
    settings: Settings,
    *,
    email: str,
    password: str,
    address: str,
    at: datetime,
) -> Account:
    """Let somebody in with e-mail and password.

    It opens its own units of work: what it refuses is counted and logged before it raises.

    Parameters
    ----------
    store
        With the accounts.
    passwords, signer, settings
        Of this installation.
    email, password
        As they were typed.
    address
        Network address that the try comes from.
    at
        When.

    Returns
    -------
    Account
        As it is after the sign-in; `open_session` begins the session.

    Raises
    ------
    SignInRefusedError
        If there is no such account, it is closed, it has no password, or the password is wrong:
        the same sentence after the same work.
    TooManyTriesError
        If there were too many failures on the account or from the address. The password is not
        looked at then, and the try counts for nothing.
    """
    with store.unit() as unit:
        begun = _begin(unit, signer, settings.access, email, address, at)
    if isinstance(begun, TooManyTriesError):
        raise begun
    account = begun.account
    stored = account.password_hash if account is not None and account.active else None
    right = passwords.verify(stored, password)
    with store.unit() as unit:
        entered = _let_in(unit, begun, at) if right else None
        if entered is None:
            _note(unit, at, Action.SIGN_IN_REFUSED, begun.subject, account)
    if entered is None:
        raise SignInRefusedError("the e-mail address or the password is wrong.")
    if stored is not None and passwords.outdated(stored):
        _rehash(store, entered.id, stored, passwords.hash(password))
    return entered


def _begin(
    unit: Unit, signer: Signer, access: AccessSettings, email: str, address: str, at: datetime
) -> _Try | TooManyTriesError:
    known_form = _form_of(email)
    subject = signer.digest(ACCOUNT_SUBJECT, known_form or email)
    place = signer.digest(ADDRESS_SUBJECT, network_of(address))
    account = None if known_form is None else unit.accounts.by_email(known_form)
    unit.failures.hold(subject, place)
    wait = max(
        _wait_of(unit, subject, access, at),
        _wait_of(unit, place, access, at, share=ADDRESS_SHARE),
    )
    if wait > 0:
        _note(unit, at, Action.SIGN_IN_SLOWED, subject, account, seconds=wait)
        return TooManyTriesError("sign-ins", wait)
    return _Try(account, subject, (unit.failures.note(subject, at), unit.failures.note(place, at)))


def _form_of(email: str) -> str | None:
    try:
        return checked_email(email)
    except AccountError:
        return None


def network_of(address: str) -> str:
    """Network whose tries count together: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), _OPEN_BITS), strict=False))


def _wait_of(
    unit: Unit, subject: str, access: AccessSettings, at: datetime, *, share: int = 1
) -> int:
    window = timedelta(minutes=access.failure_minutes)
    failures, last = unit.failures.recent(subject, at - window)
    if last is None:
        return 0
    free = access.free_failures * share
    wait = wait_after(failures, free=free, longest=window.total_seconds())
    return max(0, math.ceil(wait - (at - last).total_seconds()))


def wait_after(failures: int, *, free: int, longest: float) -> float:
    """Seconds that must lie between the last of some failures and the next try.

    Parameters
    ----------
    failures
        So many failed lately.
    free
        So many cost nothing.
    longest
        Longest wait, in seconds.

    Examples
    --------
    >>> [wait_after(n, free=5, longest=900) for n in (4, 5, 6, 9, 14, 15, 99)]
    [0.0, 1.0, 2.0, 16.0, 512.0, 900.0, 900.0]
    """
    if failures < free:
        return 0.0
    return min(float(2 ** min(failures - free, _STEEPEST)), longest)


def _let_in(unit: Unit, begun: _Try, at: datetime) -> Account | None:
    """Finish a try with the right password; nobody where the account was closed meanwhile."""
    assert begun.account is not None
    now = unit.accounts.by_email(begun.account.email)
    if now is None or not now.active or now.password_hash != begun.account.password_hash:
        return None
    for number in begun.noted:
        unit.failures.take_back(number)
    unit.failures.forget(begun.subject)
    unit.accounts.note_sign_in(now.id, at)
    unit.audit.note(
        at=at,
        by=principal_of(now),
        action=Action.SIGNED_IN,
        subject=now.id,
        method="password",
    )
    return unit.accounts.get(now.id)


def _note(
    unit: Unit, at: datetime, action: Action, subject: str, account: Account | None, **details: int
) -> None:
    # An unknown e-mail stays a digest: people type their password into the wrong field.
    named = account.id if account is not None else f"unknown {subject[:12]}"
    unit.audit.note(at=at, by=STRANGER, action=action, subject=named, **details)


STRANGER = Principal(id="sign-in", label="sign-in", role=Role.SERVICE, scopes=frozenset())
"""Who the log says tried to sign in: whoever it was has not proved to be anybody."""


def _rehash(store: Store, account_id: str, before: str, after: str) -> None:
    with store.unit() as unit:
        if unit.accounts.get(account_id).password_hash == before:
            unit.accounts.set_password(account_id, after)


def open_session(
    unit: Unit,
    settings: Settings,
    account: Account,
    *,
    method: str,
    token_digest: str,
    at: datetime,
) -> None:
    """Begin a session of an account.

    Parameters
    ----------
    method
        How they signed in: `"password"`, `"oidc"`, `"link"`.
    token_digest
        Keyed digest of the token that goes into the cookie.
    at
        When.
    """
    until = at + timedelta(hours=settings.access.session_hours)
    unit.sessions.open(token_digest, account.id, method=method, at=at, expires_at=until)
