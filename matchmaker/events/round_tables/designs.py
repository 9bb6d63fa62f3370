"""Rounds without a second encounter, from algebra: transversal designs and lifted planes.

Sources: Colbourn, Dinitz (eds.), Handbook of Combinatorial Designs, 2nd ed. 2007: III.3
(transversal designs from finite fields), V.4 (generalised Bhaskar Rao designs, whose lifts over
the group of two elements are used here).
"""

from __future__ import annotations

from functools import cache
from itertools import combinations, product

import numpy as np
from ortools.sat.python import cp_model

from matchmaker.events.round_tables.evening import Counts

Table = tuple[int, ...]
Rounds = list[list[Table]]
"""Rounds of tables of positions; every position is at one table of each round."""

LARGEST_FIELD = 64
LARGEST_LIFT = 6
"""Dimensions over two elements: 128 people."""
SECONDS = 10.0


def algebraic_rounds(tables: int, size: int) -> Rounds:
    """Build as many rounds of `tables` tables of `size` people as these constructions give.

    One round at least. Nobody shares a table with the same person twice.
    """
    found = transversal_rounds(tables, size) + within_rows(tables, size)
    lifted = lifted_planes(tables * size) if size == 4 else []
    plain = [[tuple(range(k * size, (k + 1) * size)) for k in range(tables)]]
    return max(lifted, found, plain, key=len)


def transversal_rounds(tables: int, size: int) -> Rounds:
    """Seat one person of each of `size` rows at every table, over the field of `tables` elements.

    Position row * tables + x. The round of slope a has a table {(i, b + a i)} for each b; two
    people of different rows meet for one slope only. None where there is no such field.
    """
    arithmetic = field(tables) if size <= tables <= LARGEST_FIELD else None
    if arithmetic is None:
        return []
    add, times = arithmetic
    return [
        [
            tuple(row * tables + int(add[b, times[slope, row]]) for row in range(size))
            for b in range(tables)
        ]
        for slope in range(tables)
    ]


def within_rows(tables: int, size: int) -> Rounds:
    """Seat the `tables` people of each row among themselves, where they fill tables.

    Rows are those of rounds in which every table has one person of each row.
    """
    if tables % size:
        return []
    return [
        [
            tuple(row * tables + position for position in table)
            for row in range(size)
            for table in inner
        ]
        for inner in algebraic_rounds(tables // size, size)
    ]


@cache
def field(order: int) -> tuple[Counts, Counts] | None:
    """Give the tables of addition and multiplication of a finite field.

    Elements are numbered by their coefficients in base p, from 0 and 1. None where the order is no
    power of a prime.
    """
    prime = next((p for p in range(2, order + 1) if order % p == 0), None)
    degree = 0 if prime is None else round(np.log(order) / np.log(prime))
    if prime is None or prime**degree != order:
        return None
    powers = prime ** np.arange(degree)
    digits = np.arange(order)[:, None] // powers % prime
    add: Counts = (digits[:, None] + digits[None, :]) % prime @ powers
    for tail in product(range(prime), repeat=degree):
        times = _products(digits, np.array(tail), prime) @ powers
        if (times[1:, 1:] > 0).all():  # no zero divisors: the polynomial is irreducible
            return add, times
    raise AssertionError("there is an irreducible polynomial of every degree")


def _products(digits: Counts, tail: Counts, prime: int) -> Counts:
    """Multiply all polynomials modulo x^k + tail, lowest coefficient first, shape (q, q, k)."""
    order, degree = digits.shape
    total = np.zeros((order, order, degree), dtype=np.int64)
    for power in range(degree - 1, -1, -1):
        carry = total[..., -1:]
        shifted = np.concatenate([np.zeros_like(carry), total[..., :-1]], axis=-1)
        total = shifted - carry * tail + digits[:, None, power : power + 1] * digits[None, :, :]
        total %= prime
    return total


def lifted_planes(people: int) -> Rounds:
    """Build rounds of tables of four for a power of two of people, 32 at least.

    Half of them are the vectors over two elements. Planes through zero are chosen (CP-SAT) so that
    no vector lies in more than two; the cosets of each are a round for the half. Every person is
    then doubled, as person and mirror: a table of the half becomes two, mirrors of each other, and
    signs say who sits at which. Two people who share two tables of the half have to get equal
    signs at one and opposite signs at the other: linear equations over two elements. With
    32 people there are ten rounds (8-4-10, first given by A. Aguado in 2004).
    """
    dimension = people.bit_length() - 2
    if people != 2 << dimension or not 4 <= dimension <= LARGEST_LIFT:
        return []
    half = people // 2
    planes = _planes(half)
    rounds = [
        sorted({tuple(sorted(x ^ v for v in plane)) for x in range(half)}) for plane in planes
    ]
    signs = _signs([table for tables in rounds for table in tables])
    if signs is None:
        return []
    return [
        [
            tuple(x + half * (signs[table, x] ^ mirror) for x in table)
            for table in tables
            for mirror in (0, 1)
        ]
        for tables in rounds
    ]


def _planes(half: int) -> list[Table]:
    """Choose as many planes as possible so that no vector but zero lies in more than two."""
    planes = sorted({tuple(sorted((0, a, b, a ^ b))) for a, b in combinations(range(1, half), 2)})
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in planes]
    through: list[list[cp_model.IntVar]] = [[] for _ in range(half)]
    for variable, plane in zip(chosen, planes, strict=True):
        for vector in plane[1:]:
            through[vector].append(variable)
    for variables in through[1:]:
        model.add(sum(variables) <= 2)
    model.maximize(sum(chosen))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = SECONDS
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [p for v, p in zip(chosen, planes, strict=True) if solver.boolean_value(v)]


def _signs(tables: list[Table]) -> dict[tuple[Table, int], int] | None:
    """Solve the equations of `lifted_planes` by elimination; None where they contradict."""
    number: dict[tuple[Table, int], int] = {}
    shared: dict[tuple[int, int], list[Table]] = {}
    for table in tables:
        for person in table:
            number[table, person] = len(number)
        for pair in combinations(table, 2):
            shared.setdefault(pair, []).append(table)
    rows = [
        sum(1 << number[table, person] for table in both for person in pair) | 1 << len(number)
        for pair, both in shared.items()
        if len(both) == 2
    ]
    solved = _eliminated(rows, len(number))
    return None if solved is None else {seat: solved[k] for seat, k in number.items()}


def _eliminated(rows: list[int], unknowns: int) -> list[int] | None:
    """Solve linear equations over two elements; None where they contradict.

    Parameters
    ----------
    rows
        Bit k of each is the coefficient of unknown k, bit `unknowns` the right side.
    """
    right = 1 << unknowns
    solved: dict[int, int] = {}
    for row in rows:
        for column, other in solved.items():
            if row >> column & 1:
                row ^= other
        if row == right:
            return None
        if row == 0:
            continue
        pivot = (row & (right - 1)).bit_length() - 1
        for column, other in solved.items():
            if other >> pivot & 1:
                solved[column] = other ^ row
        solved[pivot] = row
    return [int(bool(solved.get(k, 0) & right)) for k in range(unknowns)]
