"""Rounds without a second encounter, found by search among those that a cyclic group maps on.

A group of symmetries leaves few tables to choose, and turns "nobody meets twice" into "no
difference twice". Sources: Colbourn, Dinitz (eds.), Handbook of Combinatorial Designs, 2nd ed.
2007, VI.17 (difference matrices) and VI.55 (starters); Harvey, Winterer, Solving the MOLR and
social golfers problems, CP 2005.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from ortools.sat.python import cp_model

from matchmaker.events.round_tables.designs import Rounds, Table
from matchmaker.events.stopping import Stop

MOST_BLOCKS = 20_000
"""More possible tables than that are not searched."""


def difference_rounds(
    tables: int, size: int, rounds: int, stop: Stop, *, seed: int, num_workers: int
) -> Rounds:
    """Find rounds that stay the same when everybody moves one table on.

    Position row * tables + x; a round is one table {(i, v_i)} and all its shifts. Two rows meet
    once if the differences v_j - v_i of all rounds differ: rows of a difference matrix over the
    integers modulo `tables`.

    Returns
    -------
    list
        `rounds` rounds, or none if there are none or none were found in time.
    """
    if rounds > tables or size > tables:
        return []
    model = cp_model.CpModel()
    place = [
        [model.new_int_var(0, tables - 1 if row and k else 0, "") for k in range(rounds)]
        for row in range(size)
    ]
    for a, b in combinations(range(size), 2):
        differences = []
        for k in range(rounds):
            difference = model.new_int_var(0, tables - 1, "")
            wraps = model.new_bool_var("")
            model.add(difference == place[b][k] - place[a][k] + tables * wraps)
            differences.append(difference)
        model.add_all_different(differences)
    solver = _solved(model, stop, seed, num_workers)
    if solver is None:
        return []
    return [
        [
            tuple(row * tables + (solver.value(place[row][k]) + x) % tables for row in range(size))
            for x in range(tables)
        ]
        for k in range(rounds)
    ]


def starter_rounds(
    people: int, size: int, order: int, starters: int, stop: Stop, *, seed: int, num_workers: int
) -> Rounds:
    """Find starter rounds whose images under a cyclic group are further rounds.

    People are cycles of `order` positions, and what is left stays fixed. All images of a starter
    together are `order` rounds without a second encounter if the pairs of its tables lie in
    different orbits.

    Returns
    -------
    list
        `starters` * `order` rounds, or none if there are none or none were found in time.
    """
    if comb(people, size) > 3 * MOST_BLOCKS:
        return []
    blocks = _blocks(people, size, order)
    if not blocks or len(blocks) > MOST_BLOCKS:
        return []
    model = cp_model.CpModel()
    used: dict[int, list[cp_model.IntVar]] = {}
    chosen = []
    for _ in range(starters):
        seated: list[list[cp_model.IntVar]] = [[] for _ in range(people)]
        for table, orbits in blocks:
            variable = model.new_bool_var("")
            chosen.append((variable, table))
            for position in table:
                seated[position].append(variable)
            for orbit in orbits:
                used.setdefault(orbit, []).append(variable)
        for variables in seated:
            model.add_exactly_one(variables)
    for variables in used.values():
        model.add_at_most_one(variables)
    solver = _solved(model, stop, seed, num_workers)
    if solver is None:
        return []
    each = len(blocks)
    return [
        [
            tuple(int(p) for p in shifted(np.array(table), people, order, step))
            for variable, table in chosen[k * each : (k + 1) * each]
            if solver.boolean_value(variable)
        ]
        for k in range(starters)
        for step in range(order)
    ]


def shifted(
    positions: np.typing.NDArray[np.int64], people: int, order: int, step: int
) -> np.typing.NDArray[np.int64]:
    """Move positions on within their cycles; those beyond the last whole cycle stay."""
    cycle, place = np.divmod(positions, order)
    moved = cycle * order + (place + step) % order
    return np.where(positions < people // order * order, moved, positions)


def _blocks(people: int, size: int, order: int) -> list[tuple[Table, list[int]]]:
    """List the tables whose pairs lie in different orbits, each of full length."""
    images = np.array([shifted(np.arange(people), people, order, k) for k in range(order)])
    low = np.minimum(images[:, :, None], images[:, None, :])
    high = np.maximum(images[:, :, None], images[:, None, :])
    codes = low * people + high
    orbit = codes.min(axis=0)
    short = (codes[1:] == codes[0]).any(axis=0)
    tables = np.array(list(combinations(range(people), size)))
    pairs = list(combinations(range(size), 2))
    found = np.stack([orbit[tables[:, a], tables[:, b]] for a, b in pairs], axis=1)
    full = ~np.stack([short[tables[:, a], tables[:, b]] for a, b in pairs], axis=1).any(axis=1)
    ordered = np.sort(found, axis=1)
    fits = full & (ordered[:, 1:] != ordered[:, :-1]).all(axis=1)
    return [
        (tuple(table), orbits)
        for table, orbits in zip(tables[fits].tolist(), found[fits].tolist(), strict=True)
    ]


def _solved(
    model: cp_model.CpModel, stop: Stop, seed: int, num_workers: int
) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(stop.remaining, 0.001)
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = num_workers
    found = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return solver if found else None
