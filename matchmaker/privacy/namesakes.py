"""Whether a name in histories and logs is one person's."""

from __future__ import annotations

from matchmaker.accounts.accounts import Account, principal_of
from matchmaker.store import Unit


def has_namesake(unit: Unit, account: Account) -> bool:
    """Whether histories and logs name another account by the same words.

    What they say of that name is then no more of this person than of the other one: it is neither
    given out nor renamed.
    """
    label = principal_of(account).label
    others = (each for each in unit.accounts.list() if each.id != account.id)
    return any(principal_of(each).label == label for each in others)
