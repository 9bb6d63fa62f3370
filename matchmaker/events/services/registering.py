"""Spreadsheets of registrations and wishes into an event: what is right goes in, the rest apart."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random

from matchmaker.errors import InputFileError
from matchmaker.events.life import Edit, Event
from matchmaker.events.registration_sheets import RegistrationImport, import_registrations
from matchmaker.events.wish_sheets import WishImport, import_wishes
from matchmaker.store import Unit
from matchmaker.tabular.sheets import Sheet, read_sheet


def take_registrations(
    unit: Unit, event_id: str, edit: Edit, sheet: Sheet, random: Random
) -> tuple[Event, RegistrationImport]:
    """Read a sheet of registrations and write those that are new or changed.

    Parameters
    ----------
    unit
        A unit that writes.
    event_id, edit
        The event, and who changes it.
    sheet
        The table.
    random
        Where the ids of new participants come from.

    Returns
    -------
    tuple of Event and RegistrationImport
        The event, in a new version where something was written; and what the sheet brought.

    Raises
    ------
    UnknownEventError, EventConflictError, EventStateError, ProblemError
        As the store.
    InputFileError
        If a column is missing, or two mean the same.
    """
    found = import_registrations(
        sheet,
        unit.events.get(event_id),
        known=unit.events.registrations.all(event_id),
        emails=unit.events.registrations.emails(event_id),
        opted_out=unit.exclusions.opted_out(),
        random=random,
    )
    event = unit.events.registrations.put(event_id, edit, found.registrations, found.emails)
    return event, found


def take_wishes(unit: Unit, event_id: str, edit: Edit, sheet: Sheet) -> tuple[Event, WishImport]:
    """Read a sheet of wishes and write those that are new or changed.

    Parameters, answer and errors are as in `take_registrations`.
    """
    unit.events.get(event_id)
    found = import_wishes(
        sheet,
        unit.events.registrations.all(event_id),
        unit.events.registrations.emails(event_id),
        unit.events.wishes.all(event_id),
    )
    return unit.events.wishes.put(event_id, edit, found.wishes), found


def read_upload(data: bytes, name: str, *, max_line_bytes: int) -> Sheet:
    """Read a table that was sent instead of lying in a file.

    Parameters
    ----------
    data
        An Excel workbook or CSV.
    name
        What it is called in errors; its ending says what it claims to be.
    max_line_bytes
        A longer line of a CSV file is no row.

    Raises
    ------
    InputFileError
        If it cannot be read; it names `name`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix}"
        path.write_bytes(data)
        try:
            sheet = read_sheet(path, max_line_bytes=max_line_bytes)
        except InputFileError as error:
            raise InputFileError(name, error.problem, error.cure, error.line) from error
    return replace(sheet, path=Path(name))
