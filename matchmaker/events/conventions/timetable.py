"""The problem of a convention as matrices: rows for people and meetings, columns for slots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.events.conventions.plan import UnmetReason
from matchmaker.events.conventions.problem import Goal, Id, Participant, Problem

MISSING = -1
"""Stands for the slot of a meeting that does not take place."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Timetable:
    """What the solvers see of a convention; people and meetings are row numbers, slots from 0.

    Parameters
    ----------
    ends
        Both participants of each meeting; shape (n_meetings, 2).
    allowed
        Slots that each meeting may use; shape (n_meetings, n_slots). Barred meetings have none.
    wanted
        Slots of each meeting's session, or its fixed slot; shape (n_meetings, n_slots).
    present
        Slots in which each participant is there; shape (n_people, n_slots).
    tables
        Tables in each slot.
    minimum, maximum
        Meetings per participant; shape (n_people,).
    value
        Worth of each meeting; shape (n_meetings,).
    mandatory
        Meetings that must take place; shape (n_meetings,).
    order
        Rows (earlier, later): where both take place, the first is strictly earlier; shape (n, 2).
    fairness
        Largest minus smallest number of breaks, or None.
    barred
        Rule against the pair of a meeting, by row.
    goals
        What is sought, the first matters most.
    """

    ends: Ints
    allowed: Bools
    wanted: Bools
    present: Bools
    tables: int
    minimum: Ints
    maximum: Ints
    value: Floats
    mandatory: Bools
    order: Ints
    fairness: int | None
    barred: dict[int, UnmetReason]
    goals: tuple[Goal, ...]

    @property
    def n_people(self) -> int:
        """Number of participants."""
        return len(self.minimum)

    @property
    def n_meetings(self) -> int:
        """Number of meetings that are wished."""
        return len(self.value)

    @property
    def n_slots(self) -> int:
        """Number of slots."""
        return int(self.allowed.shape[1])

    @property
    def capacity(self) -> Ints:
        """Most meetings that each participant can have; shape (n_people,)."""
        there: Ints = self.present.sum(axis=1)
        return np.minimum(self.maximum, there)

    def meetings_of(self, meetings: Ints | None = None) -> list[list[int]]:
        """Rows of each participant's meetings, all or out of the given ones."""
        rows: list[list[int]] = [[] for _ in range(self.n_people)]
        for meeting in range(self.n_meetings) if meetings is None else meetings.tolist():
            for person in self.ends[meeting].tolist():
                rows[person].append(meeting)
        return rows


def timetable_of(problem: Problem) -> Timetable:
    """Write a problem as matrices."""
    row = {person.id: place for place, person in enumerate(problem.participants)}
    rank = {meeting.id: place for place, meeting in enumerate(problem.meetings)}
    ends = np.array([(row[m.a], row[m.b]) for m in problem.meetings], np.int64).reshape(-1, 2)
    present = np.ones((len(row), problem.slots), bool)
    for place, person in enumerate(problem.participants):
        present[place, [slot - 1 for slot in person.unavailable]] = False
    wanted = _wanted_slots(problem)
    barred = _barred(problem)
    allowed = allowed_slots(ends, wanted, present, barred)
    limits = [problem.slots if p.max is None else p.max for p in problem.participants]
    order = [(rank[m.id], rank[later]) for m in problem.meetings for later in m.before]
    return Timetable(
        ends=ends,
        allowed=allowed,
        wanted=wanted,
        present=present,
        tables=problem.tables,
        minimum=np.array([p.min for p in problem.participants], np.int64),
        maximum=np.array(limits, np.int64),
        value=np.array([m.value for m in problem.meetings], float),
        mandatory=np.array([problem.is_mandatory(m) for m in problem.meetings], bool),
        order=np.array(sorted(set(order)), np.int64).reshape(-1, 2),
        fairness=problem.fairness,
        barred=barred,
        goals=problem.objective,
    )


def allowed_slots(
    ends: Ints, wanted: Bools, present: Bools, barred: dict[int, UnmetReason]
) -> Bools:
    """Combine what a meeting wants, when both are there, and the rules; (n_meetings, n_slots)."""
    allowed = present[ends[:, 0]] & present[ends[:, 1]] & wanted
    allowed[list(barred)] = False
    return allowed


def _wanted_slots(problem: Problem) -> Bools:
    """Slots of a meeting's session, or its fixed slot; shape (n_meetings, n_slots)."""
    wanted = np.ones((len(problem.meetings), problem.slots), bool)
    sessions = {session.id: [slot - 1 for slot in session.slots] for session in problem.sessions}
    for place, meeting in enumerate(problem.meetings):
        if meeting.session is not None:
            inside = np.zeros(problem.slots, bool)
            inside[sessions[meeting.session]] = True
            wanted[place] &= inside
        if meeting.fixed_slot is not None:
            fixed = np.zeros(problem.slots, bool)
            fixed[meeting.fixed_slot - 1] = True
            wanted[place] &= fixed
    return wanted


def _barred(problem: Problem) -> dict[int, UnmetReason]:
    """Meetings that a rule on their pair forbids."""
    apart: dict[frozenset[Id], UnmetReason] = {}
    for pair in problem.apart:
        apart.setdefault(frozenset((pair.a, pair.b)), pair.why)
    people = {person.id: person for person in problem.participants}
    barred: dict[int, UnmetReason] = {}
    for place, meeting in enumerate(problem.meetings):
        why = apart.get(frozenset((meeting.a, meeting.b)))
        if why is not None:
            barred[place] = why
        elif of_one_group(people[meeting.a], people[meeting.b]):
            barred[place] = "same_group"
    return barred


def of_one_group(a: Participant, b: Participant) -> bool:
    """Whether two people come from one company or one group."""
    same_company = a.company is not None and a.company == b.company
    return same_company or (a.group is not None and a.group == b.group)


def breaks_and_idle(slots: list[int]) -> tuple[int, int]:
    """Count the breaks of one participant, and the idle slots in them."""
    gaps = [b - a - 1 for a, b in zip(sorted(slots), sorted(slots)[1:], strict=False)]
    return sum(gap > 0 for gap in gaps), sum(gaps)


def breaks_by_person(slots: Ints, own: list[list[int]]) -> list[int]:
    """Count the breaks of each participant."""
    return [
        breaks_and_idle([int(slots[m]) for m in rows if slots[m] != MISSING])[0] for rows in own
    ]


def number_of_breaks(slots: Ints, own: list[list[int]]) -> int:
    """Count all breaks."""
    return sum(breaks_by_person(slots, own))


def is_fair(timetable: Timetable, slots: Ints, own: list[list[int]]) -> bool:
    """Whether breaks are spread as evenly as asked."""
    breaks = breaks_by_person(slots, own)
    return timetable.fairness is None or max(breaks) - min(breaks) <= timetable.fairness
