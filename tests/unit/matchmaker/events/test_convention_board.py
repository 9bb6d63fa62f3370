"""The board, its chains, and what is built on them: rules always hold, prices are true."""

import random
import re
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from convention_builders import (
    MISSING,
    broken_rules,
    figures_of,
    matrices,
    meetings_of,
    people_of,
    quietly,
    stop,
    trees,
)
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.conventions import annealing
from matchmaker.events.conventions.annealing import anneal, price_of
from matchmaker.events.conventions.board import FREE, Board
from matchmaker.events.conventions.placing import hardest_first, place, place_one
from matchmaker.events.conventions.starting import first_board, is_complete
from matchmaker.events.stopping import Stop

EVENTS = trees(people=(4, 8), slots=(2, 6), meetings=(4, 14), limits=True)
ORDERS = [("breaks",), ("breaks", "idle"), ("idle", "breaks"), ("value", "idle")]


def assert_consistent(board, timetable):
    """Everything that a board keeps says the same, and no rule is broken."""
    assert broken_rules(timetable, board.slot) == set()
    at = [[FREE] * timetable.n_slots for _ in range(timetable.n_people)]
    for meeting, slot in enumerate(board.slot):
        if slot != FREE:
            for person in timetable.ends[meeting]:
                at[person][slot] = meeting
    assert board.at == at
    assert board.mask == [sum(1 << s for s, m in enumerate(row) if m != FREE) for row in at]
    assert board.load == [board.slot.count(slot) for slot in range(timetable.n_slots)]


def exchanged(timetable, slots, meeting, there):
    """Exchange two slots on the part of the event that hangs together with a meeting."""
    here = slots[meeting]
    graph = nx.Graph()
    graph.add_node(meeting)
    both = [m for m, slot in enumerate(slots) if slot in (here, there)]
    for m in both:
        for other in both:
            if m != other and set(timetable.ends[m]) & set(timetable.ends[other]):
                graph.add_edge(m, other)
    changed = list(slots)
    for m in nx.node_connected_component(graph, meeting):
        changed[m] = there if slots[m] == here else here
    return changed


def filled(timetable, seed):
    """Put some meetings on a board at random."""
    board, draw = Board(timetable), random.Random(seed)
    for meeting in draw.sample(range(timetable.n_meetings), timetable.n_meetings):
        slots = [s for s in board.slots_of(meeting) if board.fits(meeting, s)]
        if slots and board.has_room(meeting):
            board.put(meeting, draw.choice(slots))
    return board


@quietly(120)
@given(EVENTS, st.integers(0, 999))
def test_any_sequence_of_moves_keeps_the_rules(tree, seed):
    timetable = matrices(tree)
    board, draw = Board(timetable), random.Random(seed)
    for _ in range(40):
        meeting, slot = draw.randrange(timetable.n_meetings), draw.randrange(timetable.n_slots)
        if board.slot[meeting] == FREE:
            if board.has_room(meeting) and board.fits(meeting, slot):
                board.put(meeting, slot)
        elif draw.random() < 0.2:
            board.take(meeting)
        elif slot != board.slot[meeting] and (chain := board.chain(meeting, slot)):
            board.apply(chain)
        assert_consistent(board, timetable)


@quietly(120)
@given(EVENTS, st.integers(0, 999))
def test_a_meeting_fits_where_no_rule_breaks(tree, seed):
    timetable = matrices(tree)
    board = filled(timetable, seed)
    without_limits = replace(timetable, maximum=np.full(timetable.n_people, 99))
    for meeting in np.flatnonzero(board.slots() == FREE).tolist():
        for slot in range(timetable.n_slots):
            put = list(board.slot)
            put[meeting] = slot
            assert board.fits(meeting, slot) == (broken_rules(without_limits, put) == set())


@quietly(150)
@given(EVENTS, st.integers(0, 999))
def test_a_chain_is_the_exchange_and_none_only_where_a_rule_would_break(tree, seed):
    timetable = matrices(tree)
    board = filled(timetable, seed)
    for meeting in np.flatnonzero(board.slots() != FREE).tolist():
        for there in set(range(timetable.n_slots)) - {board.slot[meeting]}:
            before = list(board.slot)
            expected = exchanged(timetable, before, meeting, there)
            chain = board.chain(meeting, there)
            assert board.slot == before
            assert (chain is None) == (broken_rules(timetable, expected) != set())
            if chain is None:
                continue
            assert len(set(chain.meetings)) == len(chain.meetings)
            board.apply(chain)
            assert board.slot == expected
            assert chain.moved == board.load[there] - before.count(there)
            assert_consistent(board, timetable)
            board.apply(chain)
            assert board.slot == before
            assert_consistent(board, timetable)


def test_a_circle_has_no_tips_and_changes_nobodys_slots():
    """A-B, B-C, C-D, D-A in two slots: all four meetings change, everybody keeps both slots."""
    tree = {"slots": 2, "tables": 2, "participants": people_of(*"ABCD")}
    timetable = matrices(tree | {"meetings": meetings_of("AB", "BC", "CD", "DA")})
    board = Board(timetable)
    for meeting, slot in enumerate((0, 1, 0, 1)):
        board.put(meeting, slot)
    chain = board.chain(0, 1)
    assert sorted(chain.meetings) == [0, 1, 2, 3]
    assert (chain.tips, chain.moved) == ((), 0)
    board.apply(chain)
    assert board.slot == [1, 0, 1, 0]
    assert board.mask == [3, 3, 3, 3]


@pytest.mark.parametrize("fairness", [None, 0, 1])
@pytest.mark.parametrize("goals", ORDERS)
def test_the_price_of_a_day_counts_what_one_sees(goals, fairness):
    """Every day of seven slots: breaks and idle slots counted in its picture."""
    price = price_of(goals, fairness)
    waits = [goal for goal in goals if goal != "value"]
    for mask in range(1 << 7):
        day = f"{mask:07b}".strip("0")
        counts = {"breaks": len(re.findall("0+", day)), "idle": day.count("0")}
        unfair = max(0, counts["breaks"] - fairness) if fairness is not None else 0
        expected = sum(w * counts[g] for g, w in zip(waits, (1.0, 0.02), strict=False))
        assert price(mask) == pytest.approx(expected + 10 * unfair)


@quietly(80)
@given(EVENTS, st.integers(0, 999), st.sampled_from(ORDERS))
def test_the_change_of_a_chain_is_the_difference_of_all_prices(tree, seed, goals):
    timetable = matrices(tree)
    board, price = filled(timetable, seed), price_of(goals, 1)
    for meeting in np.flatnonzero(board.slots() != FREE).tolist():
        for there in set(range(timetable.n_slots)) - {board.slot[meeting]}:
            chain = board.chain(meeting, there)
            if chain is None:
                continue
            change = annealing._change(board, chain, price)
            before = sum(price(mask) for mask in board.mask)
            board.apply(chain)
            assert change == pytest.approx(sum(price(mask) for mask in board.mask) - before)


@quietly(40)
@given(EVENTS, st.integers(0, 999), st.sampled_from(ORDERS))
def test_annealing_never_worsens_and_keeps_the_meetings(tree, seed, goals):
    timetable = matrices(tree)
    start = filled(timetable, seed).slots().tolist()
    found, again = (
        anneal(filled(timetable, seed), goals, None, steps=3000, seed=seed, stop=stop()).tolist()
        for _ in range(2)
    )
    assert found == again
    assert [slot != MISSING for slot in found] == [slot != MISSING for slot in start]
    assert broken_rules(timetable, found) == set()
    first = next(goal for goal in goals if goal != "value")
    assert figures_of(timetable, found)[first] <= figures_of(timetable, start)[first]


def test_annealing_closes_a_break_that_one_move_closes():
    tree = {"slots": 3, "tables": 1, "participants": people_of(*"ABC")}
    timetable = matrices(tree | {"meetings": meetings_of("AB", "BC")})
    board = Board(timetable)
    board.put(0, 0)
    board.put(1, 2)
    found = anneal(board, ("breaks", "idle"), None, steps=1000, seed=3, stop=stop())
    assert figures_of(timetable, found)["breaks"] == 0


def test_annealing_returns_the_start_where_there_is_no_time():
    tree = {"slots": 3, "tables": 1, "participants": people_of(*"ABC")}
    timetable = matrices(tree | {"meetings": meetings_of("AB", "BC")})
    board = Board(timetable)
    board.put(0, 0)
    board.put(1, 2)
    over = Stop(1, iter([0.0, *[9.0] * 99]).__next__)
    found = anneal(board, ("breaks",), None, steps=1000, seed=3, stop=over)
    assert found.tolist() == [0, 2]


@quietly(120)
@given(EVENTS, st.booleans())
def test_what_finds_no_place_is_returned_and_nothing_else(tree, some_are_there):
    timetable = matrices(tree)
    board = filled(timetable, 5) if some_are_there else Board(timetable)
    there = board.slots() != FREE
    wanted = hardest_first(timetable, np.flatnonzero(~there))
    assert sorted(wanted.tolist()) == np.flatnonzero(~there).tolist()
    failed = place(board, wanted)
    assert_consistent(board, timetable)
    assert sorted(failed.tolist()) == np.flatnonzero(board.slots() == FREE).tolist()


def test_a_chain_makes_place_where_no_slot_is_free():
    """A-B sits in the only slot that A-C may use; it moves on."""
    tree = {
        "slots": 2,
        "tables": 1,
        "participants": people_of(*"ABC"),
        "meetings": meetings_of("AB", "AC", AC={"fixed_slot": 1, "mandatory": False}),
    }
    timetable = matrices(tree)
    board = Board(timetable)
    board.put(0, 0)
    assert place_one(board, 1)
    assert board.slot == [1, 0]
    assert_consistent(board, timetable)


@quietly(100)
@given(EVENTS)
def test_the_first_board_keeps_the_rules_and_knows_whether_it_is_complete(tree):
    timetable = matrices(tree)
    board = first_board(timetable, np.arange(0, timetable.n_meetings, 2), stop())
    assert_consistent(board, timetable)
    counts = [mask.bit_count() for mask in board.mask]
    missing = [m for m, slot in enumerate(board.slot) if slot == FREE]
    complete = all(counts >= timetable.minimum) and not any(timetable.mandatory[missing])
    assert is_complete(timetable, board) == complete


def test_filling_up_takes_what_is_worth_more():
    """A-C, chosen and worth 2, gives way to C-D, worth 3; then A-B, worth 1, has a place too."""
    worth = {"AB": {"value": 1.0}, "CD": {"value": 3.0}, "AC": {"value": 2.0}}
    tree = {"slots": 1, "tables": 2, "participants": people_of(*"ABCD")}
    timetable = matrices(tree | {"meetings": meetings_of("AB", "CD", "AC", **worth)})
    assert first_board(timetable, np.array([2]), stop()).slot == [0, 0, FREE]
