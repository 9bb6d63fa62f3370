"""Constructions and searches of round tables: axioms, published figures, brute force."""

import time
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.events.documents import document_of
from matchmaker.events.round_tables.designs import (
    algebraic_rounds,
    field,
    lifted_planes,
    transversal_rounds,
)
from matchmaker.events.round_tables.evening import ABSENT, evening_of
from matchmaker.events.round_tables.golfers import golfer_rounds
from matchmaker.events.round_tables.placing import place
from matchmaker.events.round_tables.problem import Problem
from matchmaker.events.round_tables.scoring import encounters, score
from matchmaker.events.round_tables.seating import _Search, seat
from matchmaker.events.round_tables.starters import difference_rounds, shifted, starter_rounds
from matchmaker.events.round_tables.starting import dealt, first_seats
from matchmaker.events.stopping import Stop


def within(seconds):
    return Stop(seconds, time.monotonic)


def assert_social(rounds, tables, size):
    """Everybody sits once in each round, and no two people meet twice."""
    met = set()
    for held in rounds:
        assert len(held) == tables
        assert sorted(place for table in held for place in table) == list(range(tables * size))
        for table in held:
            for pair in combinations(sorted(table), 2):
                assert pair not in met
                met.add(pair)


def evening(n, rounds, tables, *, seed=0, low=2, high=10, apart=(), **changes):
    rng = np.random.default_rng(seed)
    tree = {
        "rounds": rounds,
        "tables": tables,
        "seats_min": low,
        "seats_max": high,
        "participants": [
            {"id": str(k), "department": "77" if k % 2 else "91"} | changes.get(f"p{k}", {})
            for k in range(n)
        ],
        "apart": [{"a": str(a), "b": str(b)} for a, b in apart],
        "values": [
            {"a": str(a), "b": str(b), "value": float(rng.random())}
            for a, b in combinations(range(n), 2)
        ],
    }
    return evening_of(document_of(tree, Problem, "test"))


# -- algebra


@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 8, 9, 16])
def test_a_field_is_a_field(order):
    add, times = field(order)
    everything = np.arange(order)
    for table in (add, times):
        assert np.array_equal(table, table.T)
        assert np.array_equal(table[table[:, :, None], everything], table[:, table])
    assert np.array_equal(add[0], everything)
    assert np.array_equal(times[1], everything)
    assert all(sorted(row) == list(range(order)) for row in add)
    assert all(sorted(row) == list(range(order)) for row in times[1:])
    left = times[:, add]  # a (b + c)
    right = add[times[:, :, None], times[:, None, :]]
    assert np.array_equal(left, right)


@pytest.mark.parametrize("order", [1, 6, 10, 12, 15])
def test_there_is_no_field_of_other_orders(order):
    assert field(order) is None
    assert transversal_rounds(order, 1) == []


@pytest.mark.parametrize(
    ("tables", "size", "rounds"),
    [(3, 3, 4), (4, 4, 5), (9, 9, 10), (8, 4, 10), (16, 4, 21), (5, 4, 5), (13, 6, 13), (6, 4, 1)],
)
def test_algebra_gives_as_many_rounds_as_are_known(tables, size, rounds):
    found = algebraic_rounds(tables, size)
    assert len(found) == rounds
    assert_social(found, tables, size)


@pytest.mark.parametrize(("people", "rounds"), [(32, 10), (64, 20), (16, 0), (48, 0)])
def test_planes_are_lifted_for_powers_of_two(people, rounds):
    found = lifted_planes(people)
    assert len(found) == rounds
    assert_social(found, people // 4, 4)


# -- search among symmetric schedules


@pytest.mark.parametrize(
    ("tables", "size", "rounds"),
    [(5, 3, 7), (6, 3, 7), (8, 4, 9), (8, 4, 10), (10, 6, 6), (15, 8, 5), (7, 4, 7), (6, 5, 5)],
)
def test_golfers_of_the_literature_are_found(tables, size, rounds):
    found = golfer_rounds(tables, size, rounds, within(30), seed=1, num_workers=1)
    assert len(found) == rounds
    assert_social(found, tables, size)


@pytest.mark.parametrize(("tables", "size", "rounds"), [(8, 4, 11), (5, 3, 8), (2, 3, 3)])
def test_more_rounds_than_people_to_meet_are_not_found(tables, size, rounds):
    assert golfer_rounds(tables, size, rounds, within(1), seed=1) is None


def test_no_difference_matrix_of_even_cyclic_order_has_all_columns():
    """Three rows of order six, six columns: impossible (Drake 1979); five columns exist."""
    for rounds, count in [(6, 0), (5, 5)]:
        found = difference_rounds(6, 3, rounds, within(10), seed=1, num_workers=1)
        assert len(found) == count
        assert_social(found, 6, 3)


@pytest.mark.parametrize("seed", range(3))
def test_the_rounds_of_a_starter_are_its_images(seed):
    found = starter_rounds(15, 3, 7, 1, within(10), seed=seed, num_workers=1)
    assert_social(found, 5, 3)
    for step, held in enumerate(found):
        image = [tuple(shifted(np.array(table), 15, 7, step)) for table in found[0]]
        assert sorted(map(sorted, image)) == sorted(map(sorted, held))


def test_a_starter_that_cannot_be_is_not_found():
    assert starter_rounds(18, 3, 8, 1, within(20), seed=1, num_workers=1) == []


# -- places and seats


@pytest.mark.parametrize("seed", range(8))
def test_people_are_placed_as_well_as_by_brute_force(seed):
    rng = np.random.default_rng(seed)
    worth, meets = rng.random((6, 6)), rng.random((6, 6)) < 0.5
    worth, meets = np.triu(worth, 1) + np.triu(worth, 1).T, np.triu(meets, 1) | np.triu(meets, 1).T

    def total(person):
        return float((worth[np.ix_(person, person)] * meets).sum() / 2)

    person = place(worth, meets, within(10), rng)
    assert sorted(person) == list(range(6))
    best = max(total(np.array(order)) for order in permutations(range(6)))
    assert total(person) == pytest.approx(best)


def test_places_that_do_not_matter_are_dealt():
    person = place(np.zeros((5, 5)), np.ones((5, 5), bool), within(1), np.random.default_rng(1))
    assert sorted(person) == list(range(5))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_every_step_keeps_count_and_sizes(seed, steps):
    case = evening(11, 3, 3, seed=seed, p2={"arrives": 2}, p5={"leaves": 2})
    rng = np.random.default_rng(seed)
    search = _Search(case, np.array([dealt(case, k, rng) for k in range(3)]), rng)
    for _ in range(steps):
        search.step(0.5)
    assert np.array_equal(search.times, encounters(search.seats))
    for k, sizes in enumerate(case.sizes):
        assert np.array_equal(search.seats[k] != ABSENT, case.present[k])
        there = search.seats[k][case.present[k]]
        assert np.bincount(there, minlength=len(sizes)).tolist() == list(sizes)
    assert search.broken == (score(case, search.seats).broken > 0)


@pytest.mark.parametrize("seed", range(5))
def test_a_cold_step_gains_what_it_says(seed):
    """Without noise no step loses in the linear prices, penalties included."""
    case = evening(12, 2, 3, seed=seed, apart=[(0, 1), (2, 3)])
    rng = np.random.default_rng(seed)
    search = _Search(case, np.array([dealt(case, k, rng) for k in range(2)]), rng)

    def total():
        first = np.triu(search.price * (search.times > 0), 1).sum()
        again = np.triu(np.maximum(search.times - 1, 0), 1).sum()
        apart = np.triu(search.times * case.apart, 1).sum()
        return first - search.penalty * (again + 2 * apart)

    before = total()
    for _ in range(60):
        search.step(0)
        assert total() >= before - 1e-9
        before = total()


def test_the_search_finds_golfers_without_any_construction():
    case = evening(12, 3, 4, low=3, high=3)
    rng = np.random.default_rng(4)
    start = np.array([dealt(case, k, rng) for k in range(3)])
    assert score(case, start).broken > 0
    found = seat(case, start, (0, 0.0), within(10), rng)
    assert score(case, found).broken == 0


def test_the_search_never_returns_less_than_it_was_given():
    case = evening(12, 3, 4, seed=2, low=3, high=3)
    rng = np.random.default_rng(2)
    start = first_seats(case, within(5), rng, num_workers=1)
    found = seat(case, start, (0, np.inf), within(1), rng)
    assert score(case, found).rank <= score(case, start).rank


TURNS = {f"p{k}": {"leaves": 1} if k < 2 else {"arrives": 2} for k in range(4)}
"""Fourteen people, never more than twelve at once."""


@pytest.mark.parametrize(
    "changes",
    [{}, {"p1": {"arrives": 2}}, {f"p{k}": {"arrives": 2} for k in range(7)}, TURNS],
    ids=["full", "late", "fewer-tables", "turns"],
)
def test_a_first_seating_has_the_right_people_and_sizes(changes):
    case = evening(14, 3, 4, low=3, high=4, **changes)
    seats = first_seats(case, within(5), np.random.default_rng(1), num_workers=1)
    for k, sizes in enumerate(case.sizes):
        assert np.array_equal(seats[k] != ABSENT, case.present[k])
        assert np.bincount(seats[k][case.present[k]]).tolist() == list(sizes)
