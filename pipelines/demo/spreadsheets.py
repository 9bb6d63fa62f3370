"""Tables as files that are the same byte for byte whenever they hold the same rows."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

Cell = str | int | float | None

_EPOCH = (1980, 1, 1, 0, 0, 0)
_TIMESTAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV file in UTF-8, gzip-compressed where its name ends in `.gz`."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(
        gzip.compress(data, compresslevel=6, mtime=0) if path.suffix == ".gz" else data
    )


def write_workbook(
    path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write one sheet as an Excel file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    buffer = BytesIO()
    book.save(buffer)
    path.write_bytes(_without_clock(buffer.getvalue()))


def _without_clock(archive: bytes) -> bytes:
    """Rewrite an Office file with fixed dates, as openpyxl stamps it with the time of writing."""
    result = BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(result, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _TIMESTAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", content)
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, content)
    return result.getvalue()
