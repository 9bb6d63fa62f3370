"""Small tables of public facts; `README.md` beside them gives source, licence and date of each."""

from __future__ import annotations

import csv
from importlib.resources import files
from io import StringIO


def read_table(name: str) -> list[dict[str, str]]:
    """Read one table of this folder; every value is text, as codes have leading zeros.

    Parameters
    ----------
    name
        The table's file name without `.csv`.

    Returns
    -------
    list of dict
        One dictionary per row, in the order of the file.
    """
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))
