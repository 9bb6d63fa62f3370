"""Folders in the home where rows wait during an import; those of killed imports are swept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from filelock import FileLock, Timeout

_PREFIX = "import-"
_IN_USE = "in-use.lock"


@contextmanager
def working_folder(home: Path) -> Iterator[Path]:
    """Make a folder in the home; it is removed afterwards, or by the next import if killed.

    Parameters
    ----------
    home
        Home of the service; the folder lies in its folder `tmp`.
    """
    place = home / "tmp"
    place.mkdir(parents=True, exist_ok=True)
    # Only one import at a time sweeps and makes its folder, so none is swept before it is in use.
    with FileLock(place / "sweep.lock"):
        _sweep(place)
        folder = Path(mkdtemp(prefix=_PREFIX, dir=place))
        in_use = FileLock(folder / _IN_USE)
        in_use.acquire()
    try:
        yield folder
    finally:
        in_use.release()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(place: Path) -> None:
    """Remove folders that no living import uses: the system frees the locks of a dead one."""
    for folder in place.glob(f"{_PREFIX}*"):
        try:
            with FileLock(folder / _IN_USE, timeout=0):
                pass
        except Timeout:
            continue
        shutil.rmtree(folder, ignore_errors=True)
