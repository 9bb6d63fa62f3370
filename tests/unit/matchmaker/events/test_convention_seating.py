"""Tables: owners stay at theirs, no table twice, and each slot as quiet as it can be."""

from itertools import permutations

import numpy as np
import pytest
from convention_builders import quietly
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.conventions.seating import BORROWED, STAY, seat

NOBODY = -1


@st.composite
def rooms(draw):
    """Draw pairs in slots, with a table for each and some owners of tables."""
    n_people, n_slots = draw(st.integers(4, 8)), draw(st.integers(1, 5))
    pairs, slots = [], []
    for slot in range(n_slots):
        crowd = draw(st.permutations(range(n_people)))
        for number in range(draw(st.integers(0, min(3, n_people // 2)))):
            pairs.append((crowd[2 * number], crowd[2 * number + 1]))
            slots.append(slot)
    if not pairs:
        pairs, slots = [(0, 1)], [0]
    tables = draw(st.integers(max(slots.count(s) for s in slots), 4))
    own = np.full(n_people, NOBODY)
    owners = draw(st.lists(st.integers(0, n_people - 1), max_size=min(2, tables), unique=True))
    own[owners] = draw(st.permutations(range(tables)))[: len(owners)]
    slots = [slot if draw(st.integers(0, 9)) else NOBODY for slot in slots]
    return np.array(pairs), np.array(slots), tables, own


def host_of(pair, own):
    """Table where a meeting must be, -1 if anywhere: that of the first of the two who has one."""
    return next((int(own[person]) for person in pair if own[person] != NOBODY), NOBODY)


def last_tables(pairs, slots, found, own, slot):
    """Table of each participant's latest meeting before a slot."""
    last = dict.fromkeys(range(len(own)), NOBODY)
    for earlier in range(slot):
        for row in np.flatnonzero(slots == earlier):
            for person in pairs[row]:
                last[int(person)] = int(found[row])
    return last


def quiet(pairs, places, last, own):
    """Gain of a way to seat one slot, as documented; only of meetings without an owner."""
    gain = 0.0
    for pair, place in zip(pairs, places, strict=True):
        if host_of(pair, own) == NOBODY:
            gain += STAY * sum(last[int(person)] == place for person in pair)
            gain -= BORROWED * (place in own[own != NOBODY])
    return gain


@quietly(150)
@given(rooms())
def test_every_slot_is_seated_within_the_rules_and_as_quietly_as_can_be(room):
    pairs, slots, tables, own = room
    found = seat(pairs, slots, tables, own)
    assert ((found == NOBODY) == (slots == NOBODY)).all()
    for slot in range(int(slots.max(initial=0)) + 1):
        rows = np.flatnonzero(slots == slot)
        here = found[rows].tolist()
        assert len(set(here)) == len(here)
        assert all(0 <= table < tables for table in here)
        hosts = [host_of(pairs[row], own) for row in rows]
        assert all(host in (NOBODY, t) for host, t in zip(hosts, here, strict=True))
        last = last_tables(pairs, slots, found, own, slot)
        ways = (
            way
            for way in permutations(range(tables), len(rows))
            if all(host in (NOBODY, t) for host, t in zip(hosts, way, strict=True))
        )
        best = max(quiet(pairs[rows], way, last, own) for way in ways)
        assert quiet(pairs[rows], here, last, own) == pytest.approx(best)


def test_who_has_no_reason_to_change_stays():
    """A meets B, C, D in turn, with another meeting beside: A never changes."""
    pairs = np.array([(0, 1), (2, 3), (0, 2), (1, 3), (0, 3), (1, 2)])
    found = seat(pairs, np.array([0, 0, 1, 1, 2, 2]), 2, np.full(4, NOBODY))
    changes = [
        sum(a != b for a, b in zip(day, day[1:], strict=False))
        for day in (
            [found[r] for r in rows] for rows in ((0, 2, 4), (0, 3, 5), (1, 2, 5), (1, 3, 4))
        )
    ]
    assert sum(changes) == 4  # two of four stay in each of two exchanges, and no more can


def test_the_table_of_the_first_of_two_owners():
    assert seat(np.array([(0, 1)]), np.array([0]), 3, np.array([2, 1])).tolist() == [2]
    assert seat(np.array([(1, 0)]), np.array([0]), 3, np.array([2, 1])).tolist() == [1]


def test_the_table_of_an_absent_owner_is_taken_last():
    """Two tables, table 1 belongs to somebody who has no meeting; the pair sits at table 2."""
    assert seat(np.array([(0, 1)]), np.array([0]), 2, np.array([-1, -1, 0])).tolist() == [1]
    crowded = seat(np.array([(0, 1), (2, 3)]), np.array([0, 0]), 2, np.array([-1] * 4 + [0]))
    assert sorted(crowded.tolist()) == [0, 1]


def test_a_guest_leaves_the_table_of_an_owner_while_others_are_free():
    """B was at A's table 1; B meets C next, A meets nobody, and table 2 is free."""
    own = np.array([0, -1, -1])
    found = seat(np.array([(0, 1), (1, 2)]), np.array([0, 1]), 2, own)
    assert found.tolist() == [0, 1]


def test_nothing_is_planned():
    assert seat(np.zeros((0, 2), int), np.zeros(0, int), 2, np.array([-1])).tolist() == []
