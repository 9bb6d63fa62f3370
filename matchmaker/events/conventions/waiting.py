"""The fewest breaks for a set of meetings that all take place, as a MaxSAT formula.

The model follows Bofill, Coll, Garcia, Giráldez-Cru, Pesant, Suy, Villaret, "Constraint Solving
Approaches to the Business-to-Business Meeting Scheduling Problem", JAIR 74 (2022), section 4: slot
of each meeting, slots that each participant uses, and a break where a used slot follows an idle
one with a used slot before it. Implied clauses make the difference: how many slots a participant
uses, in all and within every window that some meetings cannot leave; twice as many participants
as tables in a slot; and without a break all of a participant's slots are close together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pysat.card import CardEnc, EncType, ITotalizer

from matchmaker.events.conventions.timetable import Bools, Ints, Timetable

PAIRS, COUNTER = EncType.pairwise, EncType.seqcounter
NETWORK, TOTALIZER = EncType.cardnetwrk, EncType.kmtotalizer


@dataclass
class Formula:
    """Clauses that must hold and literals that are wished to hold, and what they mean.

    Parameters
    ----------
    slot_of
        Variable that is true where a meeting is in a slot, 0 where it may not be; shape
        (n_meetings, n_slots).
    """

    slot_of: Ints
    hard: list[list[int]] = field(default_factory=list)
    soft: list[int] = field(default_factory=list)
    top: int = 0

    def new(self) -> int:
        """Make a new variable."""
        self.top += 1
        return self.top

    def forbid(self) -> None:
        """Say that nothing can hold at all."""
        never = self.new()
        self.hard += [[never], [-never]]

    def count(
        self, literals: list[int], *, low: int = 0, high: int | None = None, encoding: int
    ) -> None:
        """Say how many of some literals hold."""
        if low > len(literals):
            self.forbid()
            return
        parts = []
        if high is not None and high < len(literals):
            parts.append((CardEnc.atmost, high))
        if low > 0:
            parts.append((CardEnc.atleast, low))
        for encode, bound in parts:
            clauses = encode(literals, bound, top_id=self.top, encoding=encoding)
            self.top = max(self.top, clauses.nv)
            self.hard += clauses.clauses

    def arrays(self) -> dict[str, NDArray[np.int32]]:
        """Write the clauses flat, each ended by 0, and the wishes."""
        flat = [literal for clause in self.hard for literal in (*clause, 0)]
        return {"hard": np.array(flat, np.int32), "soft": np.array(self.soft, np.int32)}

    def slots_in(self, model: Iterable[int]) -> Ints:
        """Read the slot of each meeting out of the true variables; -1 where it has none."""
        true = np.isin(self.slot_of, list(model)) & (self.slot_of > 0)
        return np.where(true.any(axis=1), true.argmax(axis=1), -1).astype(np.int64)


def formula_of(
    timetable: Timetable, meetings: Ints, spread: int | None, tables_by: int = TOTALIZER
) -> Formula:
    """Write the formula of the fewest breaks.

    Parameters
    ----------
    timetable
        The problem.
    meetings
        Rows of the meetings, all of which take place.
    spread
        Most breaks of one participant; no limit where None.
    tables_by
        How the participants of a slot are counted: `TOTALIZER` or `COUNTER`. Neither is quicker
        on every event.
    """
    formula = Formula(np.zeros_like(timetable.allowed, dtype=np.int64))
    for meeting in meetings.tolist():
        for slot in np.flatnonzero(timetable.allowed[meeting]).tolist():
            formula.slot_of[meeting, slot] = formula.new()
        choices = _literals(formula.slot_of[meeting])
        formula.hard.append(choices)
        formula.count(choices, high=1, encoding=PAIRS)
    own = timetable.meetings_of(meetings)
    used = np.zeros((timetable.n_people, timetable.n_slots), np.int64)
    for person, rows in enumerate(own):
        _use_slots(formula, used, person, rows)
        _count_slots(formula, used[person], timetable.allowed[rows])
        _wish_no_breaks(formula, used[person].tolist(), len(rows), spread)
    _fill_tables(formula, used, timetable, len(meetings), tables_by)
    _keep_order(formula, timetable.order)
    return formula


def _literals(variables: Ints) -> list[int]:
    return [variable for variable in variables.tolist() if variable]


def _use_slots(formula: Formula, used: Ints, person: int, rows: list[int]) -> None:
    """Say that a participant uses a slot where one of their meetings is in it, and only one is."""
    for slot in range(used.shape[1]):
        meetings = _literals(formula.slot_of[rows, slot])
        if not meetings:
            continue
        used[person, slot] = variable = formula.new()
        formula.hard.append([-variable, *meetings])
        formula.hard += [[-meeting, variable] for meeting in meetings]
        formula.count(meetings, high=1, encoding=PAIRS)


def _count_slots(formula: Formula, used: Ints, allowed: Bools) -> None:
    """Use as many slots as meetings, and enough in windows that some meetings cannot leave."""
    slots, n_meetings = _literals(used), len(allowed)
    if n_meetings == 0:
        return
    if n_meetings >= len(slots):
        formula.hard += [[slot] for slot in slots]
        if n_meetings > len(slots):
            formula.forbid()
    else:
        formula.count(slots, low=n_meetings, high=n_meetings, encoding=COUNTER)
    for window in np.unique(allowed, axis=0):
        inside = int((~(allowed & ~window).any(axis=1)).sum())
        within = _literals(used[window])
        if 0 < inside < n_meetings and len(within) < len(slots):
            formula.count(within, low=min(inside, len(within)), encoding=COUNTER)


def _wish_no_breaks(formula: Formula, used: list[int], n_meetings: int, spread: int | None) -> None:
    """Wish that no used slot follows an idle one after the first meeting."""
    holes = _holes(formula, used) if n_meetings > 1 else []
    if not holes:
        return
    some = formula.new()
    formula.hard += [[-hole, some] for hole in holes]
    formula.hard.append([-some, *holes])
    _stay_close(formula, used, n_meetings, some)
    most = min(n_meetings - 1, len(holes), len(holes) if spread is None else spread)
    if most == 0:
        formula.hard.append([-some])
        return
    levels = [some]
    if most > 1:
        counter = ITotalizer(holes, ubound=most, top_id=formula.top)
        formula.top = max(formula.top, counter.top_id)
        formula.hard += counter.cnf.clauses
        levels += counter.rhs[1:most]
        formula.hard.append([-levels[1], some])
        counter.delete()
    formula.count(holes, high=most, encoding=PAIRS if most == 1 else COUNTER)
    formula.soft += [-level for level in levels]


def _holes(formula: Formula, used: list[int]) -> list[int]:
    """Variables that are true where a slot is idle, the next is used, and one before was."""
    holes: list[int] = []
    before = 0  # true where a slot up to the one before this has been used
    for slot in range(len(used) - 1):
        idle, following = used[slot], used[slot + 1]
        if before and following:
            hole = formula.new()
            formula.hard.append([-before, -following, hole, *([idle] if idle else [])])
            formula.hard += [[-hole, before], [-hole, following]]
            if idle:
                formula.hard.append([-hole, -idle])
            holes.append(hole)
        before = _either(formula, before, idle)
    return holes


def _either(formula: Formula, before: int, now: int) -> int:
    if not before or not now:
        return before or now
    both = formula.new()
    formula.hard += [[-before, both], [-now, both], [-both, before, now]]
    return both


def _stay_close(formula: Formula, used: list[int], n_meetings: int, some: int) -> None:
    """Without a break no two used slots are as far apart as there are meetings."""
    for early, first in enumerate(used):
        for last in used[early + n_meetings :]:
            if first and last:
                formula.hard.append([-first, -last, some])


def _fill_tables(
    formula: Formula, used: Ints, timetable: Timetable, n_meetings: int, tables_by: int
) -> None:
    """Hold no more meetings in a slot than tables; said of meetings and of participants."""
    tables, n_slots = timetable.tables, timetable.n_slots
    least = n_meetings - tables * (n_slots - 1)
    for slot in range(n_slots):
        meetings, people = _literals(formula.slot_of[:, slot]), _literals(used[:, slot])
        if meetings:
            formula.count(meetings, high=tables, encoding=NETWORK)
            formula.count(people, high=2 * tables, low=max(0, 2 * least), encoding=tables_by)


def _keep_order(formula: Formula, order: Ints) -> None:
    """Say that what must come later has its forerunner in a slot before."""
    for first, second in order.tolist():
        early, late = formula.slot_of[first].tolist(), formula.slot_of[second].tolist()
        if not any(early) or not any(late):
            continue
        for slot, variable in enumerate(late):
            if variable:
                formula.hard.append([-variable, *(v for v in early[:slot] if v)])
