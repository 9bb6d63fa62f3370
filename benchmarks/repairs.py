"""Repairs on the day of an event of 100 participants: seconds, and how many others move."""

from __future__ import annotations

from time import monotonic

import numpy as np

from benchmarks.conventions import SEED, people_event, summary
from matchmaker.events.conventions.changes import Changes, Late
from matchmaker.events.conventions.planning import plan
from matchmaker.events.conventions.repair import repair
from matchmaker.events.stopping import Stop

REPAIRS = 100
PLAN_SECONDS, REPAIR_SECONDS = 20, 1


def run() -> None:
    """Plan an event, then repair it in many ways: no-shows, late arrivals, lost tables."""
    problem = people_event(100, 1, 16, 40, 600)
    planned = plan(problem, Stop(PLAN_SECONDS, monotonic), SEED)
    print(f"100 participants, 16 slots: {summary(planned)}")
    draw = np.random.default_rng(SEED)
    seconds, moved = [], []
    for number in range(REPAIRS):
        changes = _changes(draw, number)
        stop = Stop(REPAIR_SECONDS, monotonic)
        found = repair(problem, planned, changes, stop, SEED)
        seconds.append(stop.elapsed)
        others = sum(meeting.slot >= changes.from_slot for meeting in planned.meetings)
        moved.append(len(found.moved_others) / max(others, 1))
    print(
        f"{REPAIRS} repairs: median {np.median(seconds):.2f} s, longest {max(seconds):.2f} s; "
        f"other meetings moved: median {np.median(moved):.1%}, most {max(moved):.1%}"
    )


def _changes(draw: np.random.Generator, number: int) -> Changes:
    first = int(draw.integers(1, 14))
    absent, late, lost = (
        int(n) for n in (*draw.choice(100, 2, replace=False), draw.integers(1, 41))
    )
    return Changes(
        from_slot=first,
        absent=(absent,) if number % 4 != 1 else (),
        late=(Late(id=late, from_slot=first + 2),) if number % 2 else (),
        lost_tables=(lost,) if number % 3 == 0 else (),
    )
