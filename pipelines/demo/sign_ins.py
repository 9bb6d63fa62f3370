"""Three people who exist in the demo home only: one of each role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.store import Unit

MADE_BY = "demo"
_LOCAL_PARTS = {
    Role.ENTREPRENEUR: "entreprise",
    Role.ADVISER: "conseil",
    Role.ADMINISTRATOR: "administration",
}
_NAMES = {
    Role.ENTREPRENEUR: "Camille Dupont (fictive)",
    Role.ADVISER: "Dominique Martin (fictif)",
    Role.ADMINISTRATOR: "Alex Bernard (fictif)",
}
"""Fictional people of a fictional territory; their addresses can never receive a letter."""


@dataclass(frozen=True)
class DemoSignIn:
    """What somebody types to look at the demo."""

    role: Role
    email: str
    password: str


def open_demo_accounts(
    unit: Unit,
    passwords: Passwords,
    *,
    siret: str,
    at: datetime,
    draw: Callable[[], str],
) -> tuple[DemoSignIn, ...]:
    """Open an account per role, in place of those of an earlier demo.

    Parameters
    ----------
    passwords
        Hashes what is drawn.
    siret
        Firm of the entrepreneur; the adviser is of its chamber.
    at
        The clock.
    draw
        Gives a new password at every call: none is written in the code.
    """
    for account in unit.accounts.demo():
        unit.accounts.delete(account.id)
    company = unit.companies.get(siret)
    chamber = company.department if company else None
    sign_ins = []
    for role in (Role.ENTREPRENEUR, Role.ADVISER, Role.ADMINISTRATOR):
        sign_in = DemoSignIn(role, f"{_LOCAL_PARTS[role]}@demo.invalid", draw())
        unit.accounts.create(
            Account(
                id=f"demo-{role.value}",
                email=sign_in.email,
                name=_NAMES[role],
                role=role,
                chamber=chamber if role is Role.ADVISER else None,
                language="fr",
                active=True,
                demo=True,
                created_at=at,
                created_by=MADE_BY,
                signed_in_at=None,
                password_hash=passwords.hash(sign_in.password),
                issuer=None,
                subject=None,
                companies=(Ownership(siret, HowTied.COMMAND, at, MADE_BY),)
                if role is Role.ENTREPRENEUR
                else (),
            )
        )
        sign_ins.append(sign_in)
    return tuple(sign_ins)
