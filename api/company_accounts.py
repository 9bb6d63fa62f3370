"""Whose accounts an adviser may see, and tie to firms: those of the firms of their chamber."""

from __future__ import annotations

from datetime import datetime

from api.access import reaches, require_reach
from matchmaker.accounts.accounts import Account
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.errors import UnknownAccountError
from matchmaker.store import Unit

PURPOSE = "accounts"
"""What the log of contact data says where somebody reads who acts for a firm."""


def people_of(unit: Unit, caller: Principal, siret: str, *, at: datetime) -> tuple[Account, ...]:
    """List who acts for a firm; the log of contact data notes who asked.

    Raises
    ------
    NotAllowedError
        If the firm is none of the caller's chamber.
    """
    require_reach(unit, caller, Right.CLAIMS, siret)
    found = unit.accounts.of_company(siret)
    if found:
        unit.contacts.note(at=at, by=caller, siret=siret, purpose=PURPOSE)
    return found


def is_known(unit: Unit, caller: Principal, account: Account) -> bool:
    """Whether a caller may know of an account: one that acts only for firms of others is not."""
    sirets = [tied.siret for tied in account.companies]
    return not sirets or any(reaches(unit, caller, Right.CLAIMS, siret) for siret in sirets)


def require_known(unit: Unit, caller: Principal, account_id: str) -> None:
    """Let nobody tie somebody else's account to a firm, to read then who it is.

    Raises
    ------
    UnknownAccountError
        If there is no such account, or it acts only for firms of others.
    """
    if not is_known(unit, caller, unit.accounts.get(account_id)):
        raise UnknownAccountError(f"account {account_id!r} is not in the store; check its id.")
