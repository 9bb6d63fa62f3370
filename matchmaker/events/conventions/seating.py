"""Tables for a timetable: owners stay at theirs, others change as seldom as possible."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from matchmaker.events.conventions.board import FREE
from matchmaker.events.conventions.timetable import Ints

STAY = 1.0
"""Gain for each participant who keeps the table of their meeting before."""

BORROWED = 3.0
"""Cost of a table that belongs to somebody else; only taken where the free ones run out."""


def seat(ends: Ints, slots: Ints, tables: int, own_table: Ints) -> Ints:
    """Give every meeting a table.

    Slot by slot, the assignment that keeps the most participants where they were; exact within a
    slot, given the slots before.

    Parameters
    ----------
    ends
        Both participants of each meeting; shape (n_meetings, 2).
    slots
        Slot of each meeting, -1 where it is missing; shape (n_meetings,).
    tables
        Number of tables, at least as many as meetings in any slot.
    own_table
        Table from 0 of each participant who has one, -1 for others; shape (n_people,).

    Returns
    -------
    numpy.ndarray
        Table of each meeting from 0, -1 where it is missing; shape (n_meetings,).
    """
    table_of = np.full(len(slots), FREE, np.int64)
    last = np.full(len(own_table), FREE, np.int64)
    owned = own_table[own_table != FREE]
    for slot in range(int(slots.max(initial=FREE)) + 1):
        meetings = np.flatnonzero(slots == slot)
        if len(meetings) == 0:
            continue
        table_of[meetings] = _seat_slot(ends[meetings], tables, own_table, owned, last)
        for side in (0, 1):
            last[ends[meetings, side]] = table_of[meetings]
    return table_of


def _seat_slot(pairs: Ints, tables: int, own_table: Ints, owned: Ints, last: Ints) -> Ints:
    gain = np.zeros((len(pairs), tables))
    gain[:, owned] -= BORROWED
    rows = np.arange(len(pairs))
    for side in (0, 1):
        before = last[pairs[:, side]]
        seated = before != FREE
        np.add.at(gain, (rows[seated], before[seated]), STAY)
    host = np.where(own_table[pairs[:, 0]] != FREE, own_table[pairs[:, 0]], own_table[pairs[:, 1]])
    fixed = host != FREE
    chosen = np.where(fixed, host, FREE)
    free_tables = np.setdiff1d(np.arange(tables), host[fixed])
    others = np.flatnonzero(~fixed)
    picked, places = linear_sum_assignment(-gain[np.ix_(others, free_tables)])
    chosen[others[picked]] = free_tables[places]
    return chosen
