"""Time and memory of the stages of a run."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class StageCost:
    """What one stage took: wall seconds, and peak resident memory of this process (MiB)."""

    name: str
    seconds: float
    peak_mib: float


@dataclass
class Stages:
    """The stages of one run, in order.

    Parameters
    ----------
    announce
        Called with the name of each stage when it begins.
    """

    announce: Callable[[str], None]
    costs: list[StageCost] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        self.announce(name)
        _forget_peak()
        start = time.perf_counter()
        yield
        self.costs.append(StageCost(name, round(time.perf_counter() - start, 3), peak_mib()))


def _forget_peak() -> None:
    """Start the kernel's high-water mark anew, where the kernel lets us (Linux).

    A tool that asks for the peak of the whole process afterwards is told that of the last stage.
    """
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return  # elsewhere the peak is that of the whole process so far, which is an upper bound


def peak_mib() -> float:
    """Peak resident memory (MiB) since the last stage began, or of the whole process."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return round(int(line.split()[1]) / 1024, 1)
