"""Start of the script `matchmaker`: the command line, with nothing beside the script in its way."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Take the folder of the script off the import path, then run the command line.

    Python puts that folder first. Other packages install scripts into it too, among them a
    `models.py` of python-sat, which would be imported in the place of the package `models`.
    """
    beside = Path(sys.argv[0]).resolve().parent
    sys.path[:] = [entry for entry in sys.path if not entry or Path(entry).resolve() != beside]
    from pipelines.cli import main as run

    run()
