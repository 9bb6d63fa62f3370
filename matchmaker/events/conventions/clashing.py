"""What a place for one meeting would break, and what it would cost, before anything is written.

The checker has the last word on a changed plan; this says in advance, place by place, what it would
say, and whom it is about. It shares no code with the checker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.plan import Plan, PlannedMeeting
from matchmaker.events.conventions.problem import Id, Meeting, Participant, Problem
from matchmaker.events.conventions.timetable import breaks_and_idle, of_one_group

ClashCode = Literal[
    "unknown_place",
    "busy",
    "away",
    "table_taken",
    "no_table",
    "own_table",
    "session",
    "fixed_slot",
    "before",
    "after",
    "competitor",
    "refused",
    "same_group",
    "met_before",
    "other",
    "by_hand",
    "maximum",
    "minimum",
    "mandatory",
    "fairness",
    "checker",
]
"""Why a change is refused; the catalogue has a sentence for each (`plan.clash`)."""

LossCode = Literal["break", "longer_break", "table_change"]


class Place(NamedTuple):
    """A slot and a table, both counted from 1."""

    slot: int
    table: int


@dataclass(frozen=True, slots=True)
class Clash:
    """A rule that a place would break.

    Parameters
    ----------
    code
        Which rule.
    who
        The participant it is about, where it is about one.
    meeting
        The meeting that is in the way, where one is.
    number
        A limit, or a table.
    slot
        The slot it is about, where that is not the place itself.
    text
        What the checker says, where nothing else is known.
    """

    code: ClashCode
    who: Id | None = None
    meeting: Id | None = None
    number: int | None = None
    slot: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a place would cost one of the two; allowed all the same."""

    code: LossCode
    who: Id


class ClashError(ProblemError):
    """A change by hand that breaks a rule; nothing was written.

    Parameters
    ----------
    clashes
        The rules, at least one.
    """

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        self.clashes = clashes
        codes = ", ".join(clash.text or clash.code for clash in clashes)
        super().__init__(f"the change breaks a rule ({codes}); choose another place.")


class Standing:
    """A plan without one meeting: where that meeting could go.

    Parameters
    ----------
    problem, plan
        What is planned.
    meeting
        The meeting that looks for a place; of the problem, planned or not.
    """

    def __init__(self, problem: Problem, plan: Plan, meeting: Meeting) -> None:
        self.problem, self.meeting = problem, meeting
        self.people = {person.id: person for person in problem.participants}
        self.by_id = {each.id: each for each in problem.meetings}
        self.now = next((each for each in plan.meetings if each.id == meeting.id), None)
        self.slot_of: dict[Id, int] = {}
        self.at_table: dict[Place, Id] = {}
        self.days: dict[Id, dict[int, PlannedMeeting]] = {each: {} for each in self.people}
        for held in plan.meetings:
            if held.id != meeting.id:
                self._add(held)
        self._breaks = {who: breaks_and_idle(list(day))[0] for who, day in self.days.items()}
        self._earlier = [each.id for each in problem.meetings if meeting.id in each.before]

    def _add(self, held: PlannedMeeting) -> None:
        self.slot_of[held.id] = held.slot
        self.at_table[Place(held.slot, held.table)] = held.id
        for who in ends(self.by_id[held.id]):
            self.days[who][held.slot] = held

    def pair_clashes(self) -> Iterator[Clash]:
        """Say what stands against the meeting wherever it is."""
        a, b = (self.people[who] for who in ends(self.meeting))
        pair = {a.id, b.id}
        found = {apart.why for apart in self.problem.apart if {apart.a, apart.b} == pair}
        if of_one_group(a, b):
            found.add("same_group")
        yield from (Clash(why) for why in sorted(found))
        for person in (a, b):
            if person.max is not None and len(self.days[person.id]) + 1 > person.max:
                yield Clash("maximum", person.id, number=person.max)

    def slot_clashes(self, slot: int) -> Iterator[Clash]:
        """Say what stands against the meeting in a slot, whatever its table."""
        for who in ends(self.meeting):
            if slot in self.people[who].unavailable:
                yield Clash("away", who)
            if slot in self.days[who]:
                yield Clash("busy", who, self.days[who][slot].id)
        if self.meeting.session is not None and slot not in self._session_slots():
            yield Clash("session")
        if self.meeting.fixed_slot not in (None, slot):
            yield Clash("fixed_slot", slot=self.meeting.fixed_slot)
        yield from self._order_clashes(slot)
        if not self._is_fair(slot):
            yield Clash("fairness", number=self.problem.fairness)

    def table_clashes(self, place: Place) -> Iterator[Clash]:
        """Say what stands against the meeting at a table in a slot."""
        host = self.host()
        if host is not None and host.table != place.table:
            yield Clash("own_table", host.id, number=host.table)
        if place in self.at_table:
            yield Clash("table_taken", meeting=self.at_table[place], number=place.table)

    def clashes(self, place: Place) -> tuple[Clash, ...]:
        """Say everything that stands against a place; nothing where the meeting may go there."""
        if not (1 <= place.slot <= self.problem.slots and 1 <= place.table <= self.problem.tables):
            return (Clash("unknown_place"),)
        return (
            *self.pair_clashes(),
            *self.slot_clashes(place.slot),
            *self.table_clashes(place),
        )

    def leaving_clashes(self) -> tuple[Clash, ...]:
        """Say everything that stands against taking the meeting out of the plan."""
        return tuple(self._leaving_clashes())

    def _leaving_clashes(self) -> Iterator[Clash]:
        if self.problem.is_mandatory(self.meeting):
            yield Clash("mandatory")
        for who in ends(self.meeting):
            if len(self.days[who]) < self.people[who].min:
                yield Clash("minimum", who, number=self.people[who].min)
        if not self._is_fair(None):
            yield Clash("fairness", number=self.problem.fairness)

    def host(self) -> Participant | None:
        """Whose own table the meeting is at; `a` goes first, as in the problem."""
        for who in ends(self.meeting):
            if self.people[who].table is not None:
                return self.people[who]
        return None

    def best_table(self, slot: int) -> int | None:
        """Choose the table at which the two change least; nothing where none is free."""
        free = [
            table
            for table in range(1, self.problem.tables + 1)
            if not any(self.table_clashes(Place(slot, table)))
        ]
        owned = {person.table for person in self.problem.participants}
        here = None if self.now is None else self.now.table

        def cost(table: int) -> tuple[int, bool, bool, int]:
            moves = sum(self._changes(who, Place(slot, table)) for who in ends(self.meeting))
            return moves, table != here, table in owned, table

        return min(free, key=cost, default=None)

    def losses(self, place: Place) -> tuple[Loss, ...]:
        """Say what a place costs the two, beside where the meeting is now."""
        found: list[Loss] = []
        for who in ends(self.meeting):
            before = self._waits(who, None if self.now is None else self.now.slot)
            after = self._waits(who, place.slot)
            if after[0] > before[0]:
                found.append(Loss("break", who))
            elif after[1] > before[1]:
                found.append(Loss("longer_break", who))
            now = None if self.now is None else Place(self.now.slot, self.now.table)
            if self._changes(who, place) > self._changes(who, now):
                found.append(Loss("table_change", who))
        return tuple(found)

    def _waits(self, who: Id, slot: int | None) -> tuple[int, int]:
        slots = [*self.days[who], *(() if slot is None else (slot,))]
        return breaks_and_idle(slots)

    def _changes(self, who: Id, place: Place | None) -> int:
        tables = {slot: held.table for slot, held in self.days[who].items()}
        if place is not None:
            tables[place.slot] = place.table
        in_order = [tables[slot] for slot in sorted(tables)]
        return sum(a != b for a, b in zip(in_order, in_order[1:], strict=False))

    def _session_slots(self) -> tuple[int, ...]:
        return next(s.slots for s in self.problem.sessions if s.id == self.meeting.session)

    def _order_clashes(self, slot: int) -> Iterator[Clash]:
        for other in self.meeting.before:
            if self.slot_of.get(other, slot + 1) <= slot:
                yield Clash("before", meeting=other, slot=self.slot_of[other])
        for other in self._earlier:
            if self.slot_of.get(other, slot - 1) >= slot:
                yield Clash("after", meeting=other, slot=self.slot_of[other])

    def _is_fair(self, slot: int | None) -> bool:
        if self.problem.fairness is None:
            return True
        breaks = dict(self._breaks)
        for who in ends(self.meeting):
            breaks[who] = self._waits(who, slot)[0]
        return max(breaks.values()) - min(breaks.values()) <= self.problem.fairness


def swap_clashes(
    problem: Problem, plan: Plan, meeting: Meeting, other: Meeting
) -> tuple[Clash, ...]:
    """Say what stands against two planned meetings taking each other's place.

    The one goes first, with the other out of the plan; then the other, with the one at its new
    place. Fairness counts at the end only, and so do limits, which a swap does not touch.
    """
    held = {each.id: each for each in plan.meetings}
    first, second = held[meeting.id], held[other.id]
    rest = tuple(each for each in plan.meetings if each.id not in (meeting.id, other.id))
    moved = PlannedMeeting(id=first.id, slot=second.slot, table=second.table)
    alone = plan.model_copy(update={"meetings": rest})
    with_first = plan.model_copy(update={"meetings": (*rest, moved)})
    before = Standing(problem, alone, meeting).clashes(Place(second.slot, second.table))
    after = Standing(problem, with_first, other).clashes(Place(first.slot, first.table))
    return (*(clash for clash in before if clash.code != "fairness"), *after)


def swaps(problem: Problem, plan: Plan, meeting: Meeting) -> list[Meeting]:
    """List the meetings of other slots with which a planned meeting may change places."""
    held = {each.id: each for each in plan.meetings}
    if meeting.id not in held:
        return []
    standing, here = Standing(problem, plan, meeting), held[meeting.id]
    found = []
    for other in problem.meetings:
        there = held.get(other.id)
        if there is None or there.slot == here.slot:
            continue
        blocked = [
            day[there.slot].id
            for day in (standing.days[who] for who in ends(meeting))
            if there.slot in day and day[there.slot].id != other.id
        ]
        # Most are out at a glance; what is left is few, and looked at in full.
        if not blocked and not swap_clashes(problem, plan, meeting, other):
            found.append(other)
    return found


def ends(meeting: Meeting) -> tuple[Id, Id]:
    """Both participants of a meeting."""
    return meeting.a, meeting.b
