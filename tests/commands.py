"""The command line within this process: to start one of its own takes seconds."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout

import pytest

from pipelines.cli import main

Call = Callable[..., subprocess.CompletedProcess[str]]


def caller(monkeypatch: pytest.MonkeyPatch, group: str) -> Call:
    """Give what calls commands of a group.

    Parameters
    ----------
    group
        First word of the commands; `typed` is what somebody types at them.
    """

    def call(*arguments: object, typed: str = "") -> subprocess.CompletedProcess[str]:
        line, out, err = [group, *map(str, arguments)], io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["matchmaker", *line])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
            main()
        return subprocess.CompletedProcess(
            line, left.value.code or 0, out.getvalue(), err.getvalue()
        )

    return call


def called(
    variables: Mapping[str, str], group: str, *arguments: object
) -> subprocess.CompletedProcess[str]:
    """Call a command under some variables of the environment and no other setting of ours.

    Parameters
    ----------
    group
        First word of the command.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MATCHMAKER_")]:
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, value)
        return caller(patch, group)(*arguments)
