"""The columns of a sheet of registrations, and what their cells mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from matchmaker.events.details import EventDetails
from matchmaker.events.registrations import Status, is_email
from matchmaker.events.slot_times import read_first_slot, read_slots
from matchmaker.spelling import fold
from matchmaker.tabular.cells import read_count, read_siret, read_text, read_yes_no
from matchmaker.tabular.rejects import BadValueError
from matchmaker.tabular.sheets import SheetRow

REGISTRATION_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("identifiant", "id"),
    "first_name": ("prenom", "first name"),
    "name": ("nom", "name", "nom complet", "full name", "participant"),
    "company": ("entreprise", "societe", "raison sociale", "company"),
    "siret": ("siret",),
    "group": ("groupe", "group"),
    "department": ("departement", "department"),
    "email": ("courriel", "email", "e mail", "mail"),
    "unavailable": ("indisponible", "indisponibilites", "creneaux indisponibles", "unavailable"),
    "min": ("minimum", "min"),
    "max": ("maximum", "max"),
    "table": ("table",),
    "standby": ("reserve", "liste d attente", "standby"),
    "status": ("statut", "status"),
    "from_slot": ("a partir du creneau", "arrivee", "from slot"),
}
"""Fields of a registration and the column names under which they may come, case and accents
aside. A first name, where there is a column for it, goes before the name."""

STATUS_NAMES: dict[str, Status] = {
    **{status.value: status for status in Status},
    "invite": Status.INVITED,
    "invitee": Status.INVITED,
    "inscrit": Status.REGISTERED,
    "inscrite": Status.REGISTERED,
    "annule": Status.CANCELLED,
    "annulee": Status.CANCELLED,
    "presente": Status.PRESENT,
    "absente": Status.ABSENT,
    "en retard": Status.LATE,
    "retard": Status.LATE,
}
"""Statuses as people write them, in English and in French."""


def registration_values(
    row: SheetRow, columns: dict[str, str], details: EventDetails, notes: Counter[str]
) -> dict[str, Any]:
    """Read the fields of one row, those for which the sheet has a column.

    Parameters
    ----------
    row
        The row.
    columns
        Name of the column of each field that is there.
    details
        The event, for its slots.
    notes
        Where things worth knowing are counted.

    Returns
    -------
    dict of str to Any
        Values by field of `Registration`, and `email`; an empty status is left out.

    Raises
    ------
    BadValueError
        With the first cell that is not understood.
    """
    readers: dict[str, Callable[[str, str], Any]] = {
        "siret": lambda column, text: read_siret(column, text, notes) if text else None,
        "group": lambda column, text: read_text(column, text) or None,
        "department": lambda column, text: text.upper() or None,
        "id": lambda column, text: read_text(column, text) or None,
        "email": _read_email,
        "unavailable": lambda column, text: read_slots(column, text, details),
        "min": lambda column, text: read_count(column, text) or 0,
        "max": read_count,
        "table": read_count,
        "standby": lambda column, text: bool(text) and read_yes_no(column, text),
        "status": _read_status,
        "from_slot": lambda column, text: read_first_slot(column, text, details),
    }
    values = {
        field: readers.get(field, read_text)(column, row.cells.get(column, ""))
        for field, column in columns.items()
    }
    if values.get("status", ...) is None:
        del values["status"]
    first_name = values.pop("first_name", "")
    values["name"] = f"{first_name} {values['name']}".strip()
    return values


def _read_email(column: str, text: str) -> str | None:
    if text and not is_email(text):
        raise BadValueError(column, text, "is no e-mail address")
    return text or None


def _read_status(column: str, text: str) -> Status | None:
    if not text:
        return None
    try:
        return STATUS_NAMES[fold(text)]
    except KeyError:
        raise BadValueError(column, text, f"status is none of {', '.join(STATUS_NAMES)}") from None
