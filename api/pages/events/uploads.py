"""A spreadsheet that a form sent, read in a thread, with the bounds of a page."""

from __future__ import annotations

from pathlib import PurePath

from anyio.to_thread import run_sync

from api.deps import Service
from api.pages.forms import Form
from matchmaker.errors import InputFileError
from matchmaker.events.services.registering import read_upload
from matchmaker.tabular.sheets import Sheet

FILE = "fichier"
MOST_ROWS = 5_000
"""Rows of a spreadsheet: the largest events have some 2,000 participants."""
_LONGEST_NAME = 100


async def uploaded_sheet(service: Service, form: Form) -> Sheet | None:
    """Read the spreadsheet of a form; nothing where none was chosen.

    Raises
    ------
    InputFileError
        If it cannot be read, or has too many rows.
    """
    sent = await form.file(FILE)
    if sent is None:
        return None
    name, data = _plain_name(sent[0]), sent[1]
    if not data:
        raise InputFileError(name, "is empty", "Fill it in or export it again")
    longest = service.settings.imports.max_line_bytes
    sheet = await run_sync(
        lambda: read_upload(data, name, max_line_bytes=longest), limiter=service.writing_slots
    )
    if sheet.read > MOST_ROWS:
        raise InputFileError(
            name, f"has {sheet.read} rows, more than {MOST_ROWS}", "Send it in several files"
        )
    return sheet


def _plain_name(sent: str) -> str:
    """Name of a file without folders, short enough to be shown in a sentence."""
    name = PurePath(sent.replace("\\", "/")).name
    kept = "".join(letter for letter in name if letter.isprintable())
    return kept[-_LONGEST_NAME:] or FILE
