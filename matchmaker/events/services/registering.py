"""Spreadsheets of registrations and wishes into an event: what is right goes in, the rest apart."""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from random import Random

from matchmaker.errors import InputFileError
from matchmaker.events.life import Edit, Event
from matchmaker.events.registration_sheets import RegistrationImport, import_registrations
from matchmaker.events.wish_sheets import WishImport, import_wishes
from matchmaker.store import Unit
from matchmaker.tabular.encodings import as_utf8
from matchmaker.tabular.sheets import Sheet, read_sheet

MACROS = "vbaProject.bin"
"""Member of a workbook that holds its macros."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes to which a workbook that was sent may unpack: some 100,000 rows."""


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
    """Read a table that was sent instead of lying in a file; one with macros is none of a guest.

    Parameters
    ----------
    data
        An Excel workbook or CSV, in UTF-8 or as a French Excel writes it.
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
        path.write_bytes(as_utf8(data))
        try:
            _check_workbook(path)
            sheet = read_sheet(path, max_line_bytes=max_line_bytes)
        except InputFileError as error:
            raise InputFileError(name, error.problem, error.cure, error.line) from error
    return replace(sheet, path=Path(name))


def _check_workbook(path: Path) -> None:
    """Refuse a workbook that holds programs, or that unpacks to more than people fill in."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except zipfile.BadZipFile:
        return  # Whoever reads it next says in which way it is damaged.
    if any(PurePosixPath(each.filename).name == MACROS for each in members):
        raise InputFileError(str(path), "is a workbook with macros", "Save it as .xlsx")
    unpacked = sum(each.file_size for each in members)
    if unpacked > MOST_UNPACKED:
        raise InputFileError(
            str(path),
            f"unpacks to {unpacked} bytes, more than {MOST_UNPACKED}",
            "Save the table alone in a new workbook, or as CSV",
        )
