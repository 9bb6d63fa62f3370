"""The right of access: everything that is held on a firm or a person, as one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from matchmaker.accounts.accounts import principal_of
from matchmaker.accounts.principals import Principal
from matchmaker.introductions.naming import named
from matchmaker.privacy.namesakes import has_namesake
from matchmaker.store import Unit
from matchmaker.store.exports import NOT_EXPORTED

EXPORTED = "privacy.exported"
"""Action in the audit log."""

NAMED = "rows that name who acted"
BY_NAMESAKES = "another account has the same name; ask the data protection officer"
"""What is left out of the export of a person whose name is another's as well, and why."""


def company_data(unit: Unit, siret: str, *, by: Principal, at: datetime) -> dict[str, Any]:
    """Collect everything that is held on a firm, those included who read its contact.

    Its contact is in it, so the export is a line of the log of contact data as well. The words of a
    firm that has left the service, and the subjects of letters that name it, are not.

    Parameters
    ----------
    siret
        The firm; it need not be in the store.
    by, at
        Who asks, and when.
    """
    tables = unit.exports.of_company(siret)
    written = [row for row in tables["introductions"] if row["company"] != siret]
    told = named(unit, by, {row["company"] for row in written})
    _blank(written, "message", [row["company"] in told for row in written])
    _hide_subjects(unit, by, tables["outbox"])
    if tables["profiles"]:
        unit.contacts.note(at=at, by=by, siret=siret, purpose="export")
    unit.audit.note(at=at, by=by, action=EXPORTED, subject=siret)
    return _document(f"company {siret}", at, tables)


def account_data(unit: Unit, account_id: str, *, by: Principal, at: datetime) -> dict[str, Any]:
    """Collect everything that is held on the person of an account.

    Where another account has the same name, what histories and logs say by name may be that one's,
    and is left out.

    Raises
    ------
    UnknownAccountError
        If there is no such account.
    """
    account = unit.accounts.get(account_id)
    shared = has_namesake(unit, account)
    label = None if shared else principal_of(account).label
    tables = unit.exports.of_account(account_id, email=account.email, label=label)
    _hide_subjects(unit, by, tables["outbox"])
    unit.audit.note(at=at, by=by, action=EXPORTED, subject=account_id)
    document = _document(f"account {account_id}", at, tables)
    if shared:
        document["not_exported"][NAMED] = BY_NAMESAKES
    return document


def _hide_subjects(unit: Unit, by: Principal, letters: Sequence[dict[str, Any]]) -> None:
    """Blank the subjects of letters about introductions to firms that may not be named."""
    about = [letter for letter in letters if letter["introduction_id"] is not None]
    others = {
        (siret, held.id): held.other_than(siret)
        for siret in {letter["siret"] for letter in about}
        for held in unit.introductions.list(siret=siret)
    }
    told = named(unit, by, set(others.values()))
    sides = [others.get((letter["siret"], letter["introduction_id"])) for letter in about]
    _blank(about, "subject", [side in told for side in sides])


def _blank(rows: Sequence[dict[str, Any]], column: str, told: Sequence[bool]) -> None:
    for row, is_told in zip(rows, told, strict=True):
        if not is_told:
            row[column] = None


def _document(subject: str, at: datetime, tables: dict[str, Any]) -> dict[str, Any]:
    return {
        "subject": subject,
        "at": at.isoformat(),
        "tables": tables,
        "not_exported": dict(NOT_EXPORTED),
    }
