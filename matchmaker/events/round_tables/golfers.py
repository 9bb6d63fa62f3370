"""The social golfer problem: tables of one size, rounds in which nobody meets twice.

Constructions first, because they reach what search does not (8-4-10); search with symmetry next;
where neither finds anything the tabu search of `seating` begins from nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from matchmaker.events.round_tables.designs import Rounds, algebraic_rounds, within_rows
from matchmaker.events.round_tables.starters import difference_rounds, starter_rounds
from matchmaker.events.stopping import Stop


def golfer_rounds(
    tables: int, size: int, rounds: int, stop: Stop, *, seed: int, num_workers: int = 2
) -> Rounds | None:
    """Find rounds of `tables` tables of `size` people in which nobody meets twice.

    Parameters
    ----------
    num_workers
        Threads of CP-SAT; with 1 and the same seed a run that ends in time is repeatable.

    Returns
    -------
    list or None
        `rounds` rounds of positions 0 .. tables * size - 1, or None where none were found.
    """
    if rounds * (size - 1) > tables * size - 1:
        return None
    found = algebraic_rounds(tables, size)
    if len(found) >= rounds:
        return found[:rounds]
    inner = within_rows(tables, size)
    if rounds - len(inner) <= tables:
        found = difference_rounds(
            tables,
            size,
            rounds - len(inner),
            stop.within(stop.remaining / 3),
            seed=seed,
            num_workers=num_workers,
        )
        if found:
            return found + inner
    for order, starters in _groups(tables * size, size, rounds):
        found = starter_rounds(
            tables * size,
            size,
            order,
            starters,
            stop.within(stop.remaining / 3),
            seed=seed,
            num_workers=num_workers,
        )
        if found:
            return found[:rounds]
        if stop.reached:
            return None
    return None


def _groups(people: int, size: int, rounds: int) -> Iterator[tuple[int, int]]:
    """Orders of cyclic groups that make enough rounds, with the number of starters."""
    most = (people - 1) // (size - 1)
    for starters in (1, 2):
        for count in range(rounds, most + 1):
            order, rest = divmod(count, starters)
            # Two fixed people never meet, so at most one of them is at each table.
            if not rest and order >= 3 and people % order <= people // size:
                yield order, starters
