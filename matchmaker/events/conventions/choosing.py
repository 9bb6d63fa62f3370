"""Which meetings take place, before any slot is given: an integer program with a proven bound.

It keeps what every timetable must keep whatever the slots: how many meetings each participant can
have in each part of the event, how many tables there are. So its bound holds for every timetable,
and where it has no answer, no timetable exists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

from matchmaker.events.conventions.timetable import Bools, Floats, Ints, Timetable
from matchmaker.events.stopping import Stop

MOST_WINDOWS = 30
INFEASIBLE = 2
"""Status of `scipy.optimize.milp`."""


@dataclass(frozen=True)
class Choice:
    """Meetings that are worth most together.

    Parameters
    ----------
    meetings
        Their rows.
    bound
        What no timetable can exceed in value.
    impossible
        Whether no timetable exists at all, proven.
    """

    meetings: Ints
    bound: float
    impossible: bool = False


@dataclass(frozen=True)
class Window:
    """A set of slots, and the meetings that can only take place in them."""

    slots: Bools
    meetings: Ints


def windows(timetable: Timetable) -> list[Window]:
    """Find sets of slots that some meetings cannot leave, the whole event last.

    At most `MOST_WINDOWS`, those with the most meetings: each makes a row per participant.
    """
    patterns = {row.tobytes(): row for row in timetable.allowed if row.any()}
    everything = np.ones(timetable.n_slots, bool)
    patterns[everything.tobytes()] = everything
    found: list[Window] = []
    for _, slots in sorted(patterns.items(), key=lambda item: (int(item[1].sum()), item[0])):
        inside = ~(timetable.allowed & ~slots).any(axis=1) & timetable.allowed.any(axis=1)
        found.append(Window(slots, np.flatnonzero(inside)))
    largest = sorted(found[:-1], key=lambda window: -len(window.meetings))[:MOST_WINDOWS]
    return [*(window for window in largest if len(window.meetings) > 1), found[-1]]


def choose(timetable: Timetable, stop: Stop) -> Choice:
    """Choose the meetings with the highest value, with every minimum and mandatory meeting.

    Parameters
    ----------
    timetable
        The problem.
    stop
        Time limit; where it is reached, the bound still holds.
    """
    n_meetings = timetable.n_meetings
    possible = timetable.allowed.any(axis=1)
    lower = timetable.mandatory.astype(float)
    if np.any(timetable.mandatory & ~possible):
        return Choice(np.zeros(0, np.int64), 0.0, impossible=True)
    if n_meetings == 0:
        impossible = bool(np.any(timetable.minimum > 0))
        return Choice(np.zeros(0, np.int64), 0.0, impossible=impossible)
    rows, lows, highs = _limits(timetable)
    everything = np.flatnonzero(possible)
    held = np.asarray(rows.dot(possible.astype(float)))
    if np.all((held >= lows) & (held <= highs)):
        return Choice(everything, float(timetable.value[everything].sum()))
    answer = milp(
        -_worth(timetable),
        integrality=np.ones(n_meetings, np.int64),
        bounds=Bounds(lower, possible.astype(float)),
        constraints=LinearConstraint(rows, lows, highs),
        options={"time_limit": stop.remaining, "mip_rel_gap": 0.0},
    )
    if answer.status == INFEASIBLE:
        return Choice(np.zeros(0, np.int64), 0.0, impossible=True)
    ceiling = float(timetable.value[everything].sum())
    bound = ceiling
    if answer.mip_dual_bound is not None and "value" in timetable.goals:
        bound = min(ceiling, -answer.mip_dual_bound)
    chosen = np.zeros(n_meetings) if answer.x is None else answer.x
    return Choice(np.flatnonzero(chosen > 0.5), bound)


def _worth(timetable: Timetable) -> Floats:
    """Value of each meeting; where value is no goal, a meeting is as good as another."""
    return timetable.value if "value" in timetable.goals else np.zeros(timetable.n_meetings)


def _limits(timetable: Timetable) -> tuple[csr_array, Floats, Floats]:
    """Rows of the program: participants by window, tables by window; with lows and highs."""
    parts: list[csr_array] = []
    lows: list[Floats] = []
    highs: list[Floats] = []
    for window in windows(timetable):
        touches = _touches(timetable, window.meetings)
        room = (timetable.present & window.slots).sum(axis=1)
        whole = bool(window.slots.all())
        parts.append(touches)
        lows.append((timetable.minimum * whole).astype(np.float64))
        highs.append(np.minimum(room, timetable.maximum).astype(np.float64))
        ones = np.ones(len(window.meetings))
        shape = (1, timetable.n_meetings)
        zeros = np.zeros(len(window.meetings), np.int64)
        parts.append(csr_array(coo_array((ones, (zeros, window.meetings)), shape=shape)))
        lows.append(np.zeros(1))
        highs.append(np.array([float(timetable.tables * window.slots.sum())]))
    rows = csr_array(vstack(parts))
    needed = np.diff(rows.indptr) > 0
    low, high = np.concatenate(lows), np.concatenate(highs)
    needed |= low > 0
    return csr_array(rows[needed]), low[needed], high[needed]


def _touches(timetable: Timetable, meetings: Ints) -> csr_array:
    """One for each meeting of each participant; shape (n_people, n_meetings)."""
    people = timetable.ends[meetings].ravel()
    columns = np.repeat(meetings, 2)
    shape = (timetable.n_people, timetable.n_meetings)
    return csr_array(coo_array((np.ones(len(people)), (people, columns)), shape=shape))
