"""What the checker reads out of a plan: meetings with their places, days of the participants."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Id, Meeting, Participant, Problem


class Held(NamedTuple):
    """A meeting of the problem with its place in the plan."""

    meeting: Meeting
    slot: int
    table: int


@dataclass(frozen=True, slots=True)
class Day:
    """What one participant does: slots and tables of their meetings in order of time."""

    slots: tuple[int, ...]
    tables: tuple[int, ...]

    @property
    def waits(self) -> list[int]:
        """Idle slots of each break."""
        between = (later - earlier - 1 for earlier, later in pairwise(self.slots))
        return [idle for idle in between if idle > 0]

    @property
    def breaks(self) -> int:
        """Number of breaks."""
        return len(self.waits)

    @property
    def idle(self) -> int:
        """Idle slots of all breaks."""
        return sum(self.waits)

    @property
    def table_changes(self) -> int:
        """How often a meeting is at another table than the one before."""
        return sum(before != after for before, after in pairwise(self.tables))


def held_meetings(problem: Problem, plan: Plan) -> list[Held]:
    """List what takes place; what the problem does not know is left out."""
    meetings = {meeting.id: meeting for meeting in problem.meetings}
    return [
        Held(meetings[planned.id], planned.slot, planned.table)
        for planned in plan.meetings
        if planned.id in meetings
    ]


def days_of(problem: Problem, held: list[Held]) -> dict[Id, Day]:
    """Find the day of every participant; a day without meetings is there too."""
    places: dict[Id, list[tuple[int, int]]] = {person.id: [] for person in problem.participants}
    for meeting, slot, table in held:
        places[meeting.a].append((slot, table))
        places[meeting.b].append((slot, table))
    days: dict[Id, Day] = {}
    for person, own in places.items():
        own.sort()
        days[person] = Day(tuple(slot for slot, _ in own), tuple(table for _, table in own))
    return days


def rules_on(problem: Problem) -> dict[Id, set[str]]:
    """Find the rules against the pair of each meeting; only meetings with some are there."""
    apart: dict[frozenset[Id], set[str]] = defaultdict(set)
    for pair in problem.apart:
        apart[frozenset((pair.a, pair.b))].add(pair.why)
    people = {person.id: person for person in problem.participants}
    rules: dict[Id, set[str]] = {}
    for meeting in problem.meetings:
        found = set(apart.get(frozenset((meeting.a, meeting.b)), ()))
        if _belong_together(people[meeting.a], people[meeting.b]):
            found.add("same_group")
        if found:
            rules[meeting.id] = found
    return rules


def _belong_together(a: Participant, b: Participant) -> bool:
    same_company = a.company is not None and a.company == b.company
    same_group = a.group is not None and a.group == b.group
    return same_company or same_group
