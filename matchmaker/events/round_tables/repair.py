"""Tables mended during the evening, so that almost nobody has to change seats.

What has happened stays, and so does every round whose tables are still large enough. In the others
a table that has become too small is filled from larger ones, or its people join other tables;
`filling` says how, round by round, knowing who meets whom in all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from matchmaker.errors import BrokenPlanError, ProblemError
from matchmaker.events.documents import document_of
from matchmaker.events.round_tables.changes import Again, Changes, Repair, Seat
from matchmaker.events.round_tables.checking import check
from matchmaker.events.round_tables.evening import (
    ABSENT,
    Counts,
    Evening,
    evening_of,
)
from matchmaker.events.round_tables.filling import Effort, Room, filled, is_filled, together
from matchmaker.events.round_tables.plan import Plan, Round
from matchmaker.events.round_tables.problem import Participant, Problem
from matchmaker.events.round_tables.reseating import reseated, seats_of
from matchmaker.events.round_tables.scoring import encounters
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language, say

FEWEST = 2
"""People at a table, where even fewer than asked are there."""
BOUND_SECONDS = 1.0
"""For the bound of the mended evening: whoever stands at the door waits for seats, not for it."""


class NoSeatsError(ProblemError):
    """A round in which those who are there cannot be seated any more.

    Parameters
    ----------
    number
        The round.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say which round, and what to do."""
        return say(language, "event.round_tables.cannot_mend", round=self.number)


def repair(problem: Problem, plan: Plan, changes: Changes, stop: Stop, seed: int) -> Repair:
    """Mend the tables of an evening.

    Parameters
    ----------
    problem, plan
        What was planned.
    changes
        What has happened.
    stop
        Time for the bounds of the mended evening.
    seed
        Of the solver.

    Raises
    ------
    ProblemError
        If the changes do not fit the problem, or there are no tables to mend.
    NoSeatsError
        If those who are there cannot be seated.
    BrokenPlanError
        If the checker refuses the mended tables: a defect.
    """
    if not plan.rounds:
        raise ProblemError("the plan has no tables to mend. Plan the event first.")
    changed = changed_problem(problem, changes)
    evening = evening_of(changed)
    planned = seats_of(changed, plan)
    planned[~evening.present] = ABSENT
    room = max(changed.tables or 0, 1 + int(planned.max()))
    seats, low = _mended(changed, evening, planned, changes.from_round, room, seed)
    settled = _settled(changed, seats, low)
    after = reseated(settled, plan, seats, stop.within(BOUND_SECONDS), same_evening=False)
    faults = [*check(after.problem, after.plan), *_broken_promises(plan, after.plan, changes)]
    if faults:
        raise BrokenPlanError(f"the mended tables break a rule and are kept back: {faults[0]}")
    return Repair(
        problem=after.problem,
        plan=after.plan,
        moved=tuple(_moved(changed, planned, seats)),
        repeated=tuple(_repeated(changed, planned, seats)),
        seats_min=low if low < problem.seats_min else None,
        seconds=round(stop.elapsed, 3),
    )


def changed_problem(problem: Problem, changes: Changes) -> Problem:
    """Write who is there into the problem, and those who walk in.

    Raises
    ------
    ProblemError
        If somebody is unknown, or the changes begin after the last round.
    """
    known = {person.id for person in problem.participants}
    for name in (*changes.absent, *changes.back, *(late.id for late in changes.late)):
        if name not in known:
            raise ProblemError(f"the changes name participant {name!r}, who is not in the event.")
    if changes.from_round > problem.rounds:
        raise ProblemError(
            f"the changes begin at round {changes.from_round}; the event has {problem.rounds}."
        )
    until: dict[str, int] = {late.id: late.from_round for late in changes.late}
    until |= dict.fromkeys(changes.back, changes.from_round)
    until |= dict.fromkeys(changes.absent, problem.rounds + 1)
    tree = problem.model_dump(mode="json")
    tree["participants"] = [
        _person(person, until, changes.from_round, problem.rounds).model_dump(mode="json")
        for person in (*problem.participants, *changes.walk_ins)
    ]
    for field in ("apart", "values"):
        tree[field] += [each.model_dump(mode="json") for each in getattr(changes, field)]
    return document_of(tree, Problem, "the changes")


def _person(person: Participant, until: Mapping[str, int], first: int, rounds: int) -> Participant:
    """Take somebody away from the first open round until they come; the past stays as it was."""
    if person.id not in until:
        return person
    past = {number for number in person.away if number < first}
    away = past | set(range(first, until[person.id]))
    return person.model_copy(update={"away": tuple(sorted(away & set(range(1, rounds + 1))))})


def _mended(
    problem: Problem, evening: Evening, planned: Counts, first: int, room: int, seed: int
) -> tuple[Counts, int]:
    """Fill every open round that needs it; the fewest people at a table go with the seats.

    Raises
    ------
    NoSeatsError
        If there is no way in a round.
    """
    seats, least, effort = planned.copy(), problem.seats_min, Effort()
    for k in range(first - 1, problem.rounds):
        others = np.delete(seats, k, axis=0)
        again = encounters(others)
        for low in range(problem.seats_min, FEWEST - 1, -1):
            size = (low, problem.seats_max)
            asked = Room(planned[k], evening.present[k], room, size, evening.apart, again)
            row = planned[k] if is_filled(asked) else filled(asked, seed, effort)
            if row is not None:
                seats[k], least = row, min(least, low)
                break
        else:
            raise NoSeatsError(k + 1)
    return seats, least


def _settled(problem: Problem, seats: Counts, low: int) -> Problem:
    """Give up what the evening has broken, so that the tables answer their problem."""
    again = bool((encounters(seats) > 1).any())
    repeats = "avoid" if again else problem.repeats
    return problem.model_copy(update={"seats_min": low, "repeats": repeats})


def _moved(problem: Problem, planned: Counts, seats: Counts) -> Iterator[Seat]:
    """List the seats that change: round by round, in the order of the participants."""
    for k, row in np.argwhere((seats != ABSENT) & (seats != planned)).tolist():
        old = int(planned[k, row])
        yield Seat(
            participant=problem.participants[row].id,
            round=k + 1,
            old=None if old == ABSENT else old + 1,
            new=int(seats[k, row]) + 1,
        )


def _repeated(problem: Problem, planned: Counts, seats: Counts) -> Iterator[Again]:
    """List the pairs that meet a second time in a round in which they were not to meet."""
    often = encounters(seats) > 1
    for k in range(problem.rounds):
        new = together(seats[k]) & ~together(planned[k]) & often
        for a, b in np.argwhere(np.triu(new, 1)).tolist():
            yield Again(a=problem.participants[a].id, b=problem.participants[b].id, round=k + 1)


def _broken_promises(before: Plan, after: Plan, changes: Changes) -> Iterator[str]:
    """Check what only a repair promises: the past stays."""
    for was, now in zip(before.rounds, after.rounds, strict=True):
        if was.round < changes.from_round and _seated(was) != _seated(now):
            yield f"round {was.round} has taken place and is changed"


def _seated(held: Round) -> dict[int, set[str]]:
    return {table.table: set(table.participants) for table in held.tables}
