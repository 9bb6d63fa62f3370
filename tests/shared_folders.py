"""Folders that take long to make: one worker makes one, and every worker copies it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def shared_folder(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]
) -> Path:
    """Give a copy of a folder that is made once in a run, whichever worker asks first.

    A copy, because a database that one worker writes to is not to be read by another one.

    Parameters
    ----------
    name
        Of the folder; unique in the run.
    make
        Fills the folder, which exists.
    """
    own = factory.mktemp(name)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        make(own)
        return own
    made = factory.getbasetemp().parent / f"{name}-of-all-workers"
    with FileLock(f"{made}.lock"):
        if not made.exists():
            making = made.with_name(f"{name}-by-{os.getpid()}")
            making.mkdir()
            make(making)
            making.rename(made)
    return Path(shutil.copytree(made, own, dirs_exist_ok=True))
