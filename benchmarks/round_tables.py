"""Round tables: social golfers of the literature, and evenings with relevance against their bound.

An evening that people are dealt to at random (same tables, no rule kept) is the base line.
"""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np

from matchmaker.events.documents import document_of
from matchmaker.events.round_tables.evening import evening_of
from matchmaker.events.round_tables.planning import plan
from matchmaker.events.round_tables.problem import Problem
from matchmaker.events.round_tables.scoring import score
from matchmaker.events.round_tables.starting import dealt
from matchmaker.events.stopping import Stop

GOLFERS = (
    (5, 3, 7),
    (6, 3, 7),
    (6, 3, 8),
    (8, 4, 9),
    (8, 4, 10),
    (10, 6, 7),
    (7, 4, 8),
    (15, 8, 6),
)
"""Tables, seats, rounds; Harvey's list, and Aguado's 8-4-10 of 2004."""
EVENINGS = ((60, 10, 6, 0.15), (60, 10, 6, 1.0), (120, 15, 5, 0.1), (120, 15, 5, 0.5))
"""People, tables, rounds, share of the cross pairs that have a value."""
GOLFERS_SECONDS, EVENING_SECONDS = 60.0, 60.0
SEED = 1
LATE = 5


def run() -> None:
    """Print a line per instance."""
    for tables, size, rounds in GOLFERS:
        people = [{"id": str(k), "department": "77"} for k in range(tables * size)]
        tree = {"rounds": rounds, "tables": tables, "seats_min": size, "seats_max": size}
        problem = document_of(tree | {"participants": people}, Problem, "golfers")
        found = plan(problem, Stop(GOLFERS_SECONDS, time.monotonic), SEED)
        print(f"golfers {tables}-{size}-{rounds}: {found.status} in {found.seconds:.2f} s")
    for n, tables, rounds, share in EVENINGS:
        _evening(n, tables, rounds, share)


def evening(n: int, tables: int, rounds: int, share: float, seed: int) -> Problem:
    """Draw an evening: 55 % of one department, colleagues, competitors, five late arrivals."""
    rng = np.random.default_rng(seed)
    people = [
        {
            "id": str(k),
            "department": "77" if k < 0.55 * n else "91",
            "company": f"c{k // 2}" if k % 10 < 2 else None,
            "arrives": 2 if k % 12 == 5 and k // 12 < LATE else 1,
        }
        for k in range(n)
    ]
    values = [
        {"a": str(a), "b": str(b), "value": round(float(rng.random()), 2)}
        for a, b in combinations(range(n), 2)
        if people[a]["department"] != people[b]["department"] and rng.random() < share
    ]
    apart = {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(n)}
    tree = {
        "rounds": rounds,
        "tables": tables,
        "participants": people,
        "values": values,
        "apart": [{"a": str(a), "b": str(b), "why": "competitor"} for a, b in sorted(apart)],
    }
    return document_of(tree, Problem, "evening")


def _evening(n: int, tables: int, rounds: int, share: float) -> None:
    problem = evening(n, tables, rounds, share, SEED)
    found = plan(problem, Stop(EVENING_SECONDS, time.monotonic), SEED)
    numbers, rng = evening_of(problem), np.random.default_rng(SEED)
    chance = [
        score(numbers, np.array([dealt(numbers, k, rng) for k in range(rounds)])) for _ in range(20)
    ]
    base = np.mean([drawn.objective for drawn in chance])
    print(
        f"{n} people, {tables} tables, {rounds} rounds, {share:.0%} of cross pairs of value: "
        f"{found.status} in {found.seconds:.0f} s, objective {found.objective or 0:.2f} of at most "
        f"{found.bound or 0:.2f} (gap {found.gap or 0:.1%}; dealt at random {base:.2f})"
    )
    if found.figures is not None:
        print(
            f"  {found.figures.repeated} second encounters, cross encounters "
            f"{found.figures.cross_encounters}, per participant least {found.figures.cross_min}, "
            f"mean {found.figures.cross_mean:.1f}"
        )
