"""The command line within this process: to start one of its own takes seconds."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
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
