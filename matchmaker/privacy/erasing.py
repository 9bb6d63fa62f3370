"""The right to be forgotten, for firms and for people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from matchmaker.accounts.accounts import principal_of
from matchmaker.accounts.changes import delete_account
from matchmaker.accounts.principals import Principal
from matchmaker.mail.folder import remove_letters
from matchmaker.privacy.namesakes import has_namesake
from matchmaker.store import Unit

ERASED = "privacy.erased"
"""Action in the audit log; its line names no firm."""

ERASURE = "erasure"
"""Who removes the participants of an erased firm, as the history of an event has it."""


def erase_company(
    unit: Unit, siret: str, *, by: Principal, at: datetime, letters: Path | None = None
) -> dict[str, int]:
    """Remove everything that is held on a firm, from the next request of every worker on.

    Only a tombstone stays, so that no list shows the firm and no import brings it back, and a line
    of the audit log that does not name it.

    Parameters
    ----------
    unit
        One unit of work: all of it happens, or nothing.
    siret
        The firm; it need not be in the store.
    by, at
        Who says so, and when.
    letters
        Folder of the letters that were written into files, if any were: those to the firm, and
        those that may name it, are removed.

    Returns
    -------
    dict
        Rows removed, by table.
    """
    written = unit.erasure.letters_about(siret)
    removed = unit.erasure.erase_company(siret, at=at, by=ERASURE)
    if letters is not None:
        remove_letters(letters, written)
    unit.audit.note(at=at, by=by, action=ERASED, subject="company", removed=removed)
    return removed


def erase_account(
    unit: Unit, account_id: str, *, by: Principal, at: datetime, letters: Path | None = None
) -> None:
    """Remove an account, its person's address everywhere, and their name from histories and logs.

    What was done with it stays, by nobody in particular. Firms are not erased with their people.

    Parameters
    ----------
    letters
        Folder of the letters that were written into files, if any were: those to the person are
        removed.

    Raises
    ------
    UnknownAccountError
        If there is no such account.
    AccountError
        If nobody else could administer the service then.
    """
    account = unit.accounts.get(account_id)
    label = principal_of(account).label
    shared = has_namesake(unit, account)
    written = unit.erasure.letters_to(account_id, account.email)
    delete_account(unit, account_id, by=by, at=at)
    unit.erasure.forget_person(account_id, email=account.email, label=label, shared=shared)
    if letters is not None:
        remove_letters(letters, written)
