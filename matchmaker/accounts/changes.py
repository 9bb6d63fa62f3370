"""Changing accounts and keys: each change with its line in the audit log, in one unit of work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from matchmaker.accounts.accounts import Account, HowTied, check_siret, checked_email
from matchmaker.accounts.audit import Action
from matchmaker.accounts.keys import ServiceKey, draw_key
from matchmaker.accounts.passwords import Passwords, password_problem
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right, Role
from matchmaker.errors import AccountError, LastAdministratorError
from matchmaker.settings import AccessSettings
from matchmaker.store import Unit


def open_account(unit: Unit, account: Account, *, by: Principal, at: datetime) -> Account:
    """Open an account, with the firms that it names.

    Raises
    ------
    AccountError
        If its e-mail is another account's, or role, chamber and firms do not go together.
    """
    for ownership in account.companies:
        check_siret(ownership.siret)
    unit.accounts.create(account)
    firms = [ownership.siret for ownership in account.companies]
    _note(unit, by, at, Action.ACCOUNT_CREATED, account.id, role=account.role.value, firms=firms)
    return unit.accounts.get(account.id)


def change_account(
    unit: Unit, account_id: str, *, by: Principal, at: datetime, **columns: object
) -> Account:
    """Change an account; closing it, or giving it another role, ends its sessions.

    Links that would set its password end with these changes too, and with another e-mail.

    Parameters
    ----------
    columns
        As of `AccountRepository.change`: `active=False`, `role=Role.ADVISER, chamber="77"`.

    Raises
    ------
    UnknownAccountError
        If there is no such account.
    AccountError
        If the result cannot be, or nobody would be left who may change accounts.
    """
    before = _held(unit, account_id)
    if isinstance(columns.get("email"), str):
        columns["email"] = checked_email(str(columns["email"]))
    changed = sorted(name for name, value in columns.items() if getattr(before, name) != value)
    if not changed:
        return before
    after = unit.accounts.change(account_id, **columns)
    if _administers(before) and not _administers(after):
        _require_administrator(unit)
    if {"active", "role", "chamber"} & set(changed):
        unit.sessions.revoke_all(account_id, at)
    if {"active", "role", "chamber", "email"} & set(changed):
        # Whoever reads the letters of before may not be who should have the account now.
        unit.links.end_passwords(account_id, at)
    told = {name: str(columns[name]) for name in changed if name in ("active", "role", "chamber")}
    _note(unit, by, at, Action.ACCOUNT_CHANGED, account_id, changed=changed, **told)
    return after


def delete_account(unit: Unit, account_id: str, *, by: Principal, at: datetime) -> None:
    """Remove an account with its sessions, claims and firms.

    Raises
    ------
    UnknownAccountError
        If there is no such account.
    AccountError
        If nobody would be left who may change accounts.
    """
    before = _held(unit, account_id)
    unit.accounts.delete(account_id)
    if _administers(before):
        _require_administrator(unit)
    _note(unit, by, at, Action.ACCOUNT_DELETED, account_id, role=before.role.value)


def _held(unit: Unit, account_id: str) -> Account:
    before = unit.accounts.get(account_id)
    if before.role is Role.ADMINISTRATOR:
        # Two who close each other's account at once would otherwise both be allowed to.
        unit.accounts.hold_administrators()
    return unit.accounts.get(account_id)


def _administers(account: Account) -> bool:
    return account.active and account.role is Role.ADMINISTRATOR


def _require_administrator(unit: Unit) -> None:
    if not any(map(_administers, unit.accounts.list(Role.ADMINISTRATOR))):
        raise LastAdministratorError(
            "this is the last administrator who can sign in; give somebody else that role first."
        )


def set_password(
    unit: Unit,
    passwords: Passwords,
    access: AccessSettings,
    account: Account,
    password: str,
    *,
    by: Principal,
    at: datetime,
    keep: str | None = None,
) -> None:
    """Give an account a new password, and end its other sessions.

    Hashing takes long; on a SQLite file nobody else writes meanwhile. `hashed` does it before.

    Parameters
    ----------
    passwords, access
        Of this installation.
    account
        Whose.
    password
        The new one.
    by, at
        Who, and when.
    keep
        Digest of the session that stays.

    Raises
    ------
    AccountError
        If the password is not good enough.
    """
    store_password(
        unit, account.id, hashed(passwords, access, account, password), by=by, at=at, keep=keep
    )


def hashed(passwords: Passwords, access: AccessSettings, account: Account, password: str) -> str:
    """Hash a new password of an account, outside any unit of work.

    Raises
    ------
    AccountError
        If the password is not good enough.
    """
    problem = password_problem(password, email=account.email, shortest=access.password_length)
    if problem is not None:
        raise AccountError(problem)
    return passwords.hash(password)


def store_password(
    unit: Unit,
    account_id: str,
    password_hash: str,
    *,
    by: Principal,
    at: datetime,
    keep: str | None = None,
) -> None:
    """Write the hash of a new password; end the account's other sessions and password links.

    Parameters
    ----------
    password_hash
        As `hashed` makes it.
    keep
        Digest of the session that stays.

    Raises
    ------
    UnknownAccountError
        If there is no such account.
    """
    unit.accounts.set_password(account_id, password_hash)
    unit.links.end_passwords(account_id, at)
    ended = unit.sessions.revoke_all(account_id, at, but=keep)
    _note(unit, by, at, Action.PASSWORD_SET, account_id, sessions_ended=ended)


def tie_company(
    unit: Unit, account_id: str, siret: str, how: HowTied, *, by: Principal, at: datetime
) -> Account:
    """Let an account act for a firm; one that does so already stays as it is.

    Raises
    ------
    UnknownAccountError
        If there is no such account.
    AccountError
        If it is no entrepreneur's, or the SIRET is none.
    """
    check_siret(siret)
    account = unit.accounts.get(account_id)
    if account.role is not Role.ENTREPRENEUR:
        raise AccountError("only entrepreneurs act for firms; tie no firm to another role.")
    if unit.accounts.tie(account_id, siret, how, at, by.label):
        _note(unit, by, at, Action.COMPANY_TIED, account_id, siret=siret, how=how.value)
    return unit.accounts.get(account_id)


def untie_company(unit: Unit, account_id: str, siret: str, *, by: Principal, at: datetime) -> bool:
    """Let an account no longer act for a firm; return whether it did.

    Raises
    ------
    UnknownAccountError
        If there is no such account.
    """
    unit.accounts.get(account_id)
    untied = unit.accounts.untie(account_id, siret)
    if untied:
        _note(unit, by, at, Action.COMPANY_UNTIED, account_id, siret=siret)
    return untied


def end_session(unit: Unit, digest: str, *, by: Principal, at: datetime) -> bool:
    """End one session, by its digest; return whether it had not been ended before."""
    ended = unit.sessions.revoke(digest, at)
    if ended:
        _note(unit, by, at, Action.SESSION_ENDED, by.id)
    return ended


def end_sessions(
    unit: Unit, account_id: str, *, by: Principal, at: datetime, keep: str | None = None
) -> int:
    """End the sessions of an account; return how many there were.

    Raises
    ------
    UnknownAccountError
        If there is no such account.
    """
    unit.accounts.get(account_id)
    ended = unit.sessions.revoke_all(account_id, at, but=keep)
    _note(unit, by, at, Action.SESSIONS_ENDED, account_id, count=ended)
    return ended


def make_key(
    unit: Unit,
    random: Random,
    *,
    name: str,
    scopes: Iterable[Right],
    chamber: str | None,
    days: int,
    by: Principal,
    at: datetime,
) -> tuple[ServiceKey, str]:
    """Make a service key; its text is shown once and kept nowhere.

    Parameters
    ----------
    random, name, scopes, chamber, days
        As of `matchmaker.accounts.keys.draw_key`.

    Raises
    ------
    AccountError
        If the key cannot be as asked.
    """
    key, text = draw_key(
        random, name=name, scopes=scopes, chamber=chamber, days=days, at=at, by=by.label
    )
    unit.keys.create(key)
    told = sorted(right.value for right in key.scopes)
    _note(unit, by, at, Action.KEY_CREATED, key.id, name=name, scopes=told, chamber=chamber)
    return key, text


def revoke_key(unit: Unit, key_id: str, *, by: Principal, at: datetime) -> bool:
    """End a key now; return whether it was still good.

    Raises
    ------
    UnknownAccountError
        If there is no such key.
    """
    unit.keys.get(key_id)
    revoked = unit.keys.revoke(key_id, at)
    if revoked:
        _note(unit, by, at, Action.KEY_REVOKED, key_id)
    return revoked


def rotate_key(
    unit: Unit,
    random: Random,
    key_id: str,
    *,
    days: int,
    overlap_hours: float,
    by: Principal,
    at: datetime,
) -> tuple[ServiceKey, str]:
    """Put a new key in the place of one, with its name, scopes and chamber.

    Parameters
    ----------
    random
        As of `matchmaker.accounts.keys.draw_key`.
    key_id
        The old key.
    days
        Life of the new one.
    overlap_hours
        How long the old one is still good.

    Raises
    ------
    UnknownAccountError
        If there is no such key.
    AccountError
        If the old key is no longer good: its holder has no right to another one.
    """
    old = unit.keys.get(key_id)
    if not old.is_good(at):
        raise AccountError(f"key {key_id} is revoked or expired; make a new one.")
    new, text = draw_key(
        random,
        name=old.name,
        scopes=old.scopes,
        chamber=old.chamber,
        days=days,
        at=at,
        by=by.label,
    )
    unit.keys.create(new)
    unit.keys.revoke(key_id, at + timedelta(hours=overlap_hours))
    _note(unit, by, at, Action.KEY_ROTATED, key_id, new=new.id, overlap_hours=overlap_hours)
    return new, text


def _note(
    unit: Unit, by: Principal, at: datetime, action: Action, subject: str, **details: object
) -> None:
    unit.audit.note(at=at, by=by, action=action, subject=subject, **details)
