"""A timetable being built: who meets whom in which slot, changed by chains of exchanges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.events.conventions.timetable import MISSING, Ints, Timetable

FREE = MISSING
"""Stands for a meeting without a slot, and for a slot without a meeting."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Meetings that change places between two slots, so that nobody is booked twice.

    Two slots split the meetings into paths and circles in which neighbours share a participant
    (a Kempe chain of edge colouring); exchanging the two slots on one of them keeps the rule of
    one meeting per participant and slot. Only the ends of a path see other slots than before.

    Parameters
    ----------
    meetings
        Rows of the meetings that change.
    here, there
        The two slots; each meeting leaves one for the other.
    tips
        (participant, slot left, slot taken) at the ends of the path; none for a circle.
    moved
        Meetings that `there` gains on balance.
    """

    meetings: tuple[int, ...]
    here: int
    there: int
    tips: tuple[tuple[int, int, int], ...]
    moved: int


class Board:
    """Meetings in slots, always within the hard rules; meetings may be missing.

    Parameters
    ----------
    timetable
        The problem.
    """

    def __init__(self, timetable: Timetable) -> None:
        self._ends = [(a, b) for a, b in timetable.ends.tolist()]
        self._allowed: list[list[bool]] = timetable.allowed.tolist()
        self._tables = timetable.tables
        self._limit = timetable.maximum.tolist()
        self._before: dict[int, list[int]] = {}
        self._after: dict[int, list[int]] = {}
        for first, second in timetable.order.tolist():
            self._after.setdefault(first, []).append(second)
            self._before.setdefault(second, []).append(first)
        self.n_slots = timetable.n_slots
        self.slot = [FREE] * timetable.n_meetings
        self.at = [[FREE] * self.n_slots for _ in range(timetable.n_people)]
        self.mask = [0] * timetable.n_people
        self.load = [0] * self.n_slots

    def slots(self) -> Ints:
        """Slot of each meeting from 0, -1 where it is missing; shape (n_meetings,)."""
        return np.array(self.slot, np.int64)

    def ends_of(self, meeting: int) -> tuple[int, int]:
        """Both participants of a meeting."""
        return self._ends[meeting]

    def slots_of(self, meeting: int) -> list[int]:
        """Slots that a meeting may use."""
        return [slot for slot, allowed in enumerate(self._allowed[meeting]) if allowed]

    def fits(self, meeting: int, slot: int) -> bool:
        """Whether a missing meeting can be put into a slot as things are."""
        a, b = self._ends[meeting]
        return (
            self._allowed[meeting][slot]
            and self.at[a][slot] == FREE
            and self.at[b][slot] == FREE
            and self.load[slot] < self._tables
            and self.in_order(meeting, slot)
        )

    def has_room(self, meeting: int) -> bool:
        """Whether both participants may have one more meeting."""
        return all(self.mask[p].bit_count() < self._limit[p] for p in self._ends[meeting])

    def in_order(self, meeting: int, slot: int) -> bool:
        """Whether a slot respects what comes before and after."""
        return all(self.slot[other] < slot for other in self._before.get(meeting, ())) and all(
            self.slot[other] == FREE or self.slot[other] > slot
            for other in self._after.get(meeting, ())
        )

    def put(self, meeting: int, slot: int) -> None:
        """Put a missing meeting into a slot that it fits."""
        for person in self._ends[meeting]:
            self.at[person][slot] = meeting
            self.mask[person] |= 1 << slot
        self.slot[meeting] = slot
        self.load[slot] += 1

    def take(self, meeting: int) -> None:
        """Take a meeting out."""
        slot = self.slot[meeting]
        for person in self._ends[meeting]:
            self.at[person][slot] = FREE
            self.mask[person] &= ~(1 << slot)
        self.slot[meeting] = FREE
        self.load[slot] -= 1

    def chain(self, meeting: int, there: int) -> Chain | None:
        """Follow what has to change if a meeting moves to another slot; None where it cannot."""
        here = self.slot[meeting]
        if not self._allowed[meeting][there]:
            return None
        meetings = [meeting]
        tips: list[tuple[int, int, int]] = []
        moved = 1
        for person in self._ends[meeting]:
            left, taken = here, there
            while (other := self.at[person][taken]) != FREE and other != meeting:
                if not self._allowed[other][left]:
                    return None
                meetings.append(other)
                moved += 1 if taken == here else -1
                a, b = self._ends[other]
                person = b if a == person else a
                left, taken = taken, left
            if other == meeting:
                break  # a circle: the other side has been walked too
            tips.append((person, left, taken))
        if self.load[there] + moved > self._tables or self.load[here] - moved > self._tables:
            return None
        found = Chain(tuple(meetings), here, there, tuple(tips), moved)
        return found if self._keeps_order(found) else None

    def _keeps_order(self, chain: Chain) -> bool:
        if not self._before and not self._after:
            return True
        self.apply(chain)
        kept = all(self.in_order(meeting, self.slot[meeting]) for meeting in chain.meetings)
        self.apply(chain)
        return kept

    def apply(self, chain: Chain) -> None:
        """Carry a chain out; once more takes it back."""
        here, there = chain.here, chain.there
        for meeting in chain.meetings:
            left = self.slot[meeting]
            for person in self._ends[meeting]:
                if self.at[person][left] == meeting:
                    self.at[person][left] = FREE
        moved = 0
        for meeting in chain.meetings:
            taken = there if self.slot[meeting] == here else here
            moved += 1 if taken == there else -1
            self.slot[meeting] = taken
            for person in self._ends[meeting]:
                self.at[person][taken] = meeting
        both = (1 << here) | (1 << there)
        for person, _, _ in chain.tips:
            self.mask[person] ^= both
        self.load[there] += moved
        self.load[here] -= moved


def board_of(timetable: Timetable, slots: Ints) -> Board:
    """Put a timetable on a board."""
    board = Board(timetable)
    for meeting, slot in enumerate(slots.tolist()):
        if slot != FREE:
            board.put(meeting, slot)
    return board
