"""Where the search begins: a schedule without second encounters, or people dealt at random."""

from __future__ import annotations

import numpy as np

from matchmaker.events.round_tables.designs import Rounds, algebraic_rounds
from matchmaker.events.round_tables.evening import ABSENT, Counts, Evening, Floats
from matchmaker.events.round_tables.golfers import golfer_rounds
from matchmaker.events.round_tables.placing import place
from matchmaker.events.round_tables.scoring import encounters, score
from matchmaker.events.stopping import Stop

STARTS = 8
"""Seatings that are tried, each with people at places of their own; the best is kept."""
LONG = 0.05
"""A schedule that took more than this share of the time is kept for all of them."""
APART = 20.0
"""What people lose who have to stay apart, in the largest worth of a pair."""


def first_seats(
    evening: Evening, stop: Stop, rng: np.random.Generator, *, num_workers: int
) -> Counts:
    """Seat everybody, with no or few second encounters where a schedule of that form is known.

    Returns
    -------
    array of int, shape (rounds, n)
        Table of each participant from 0, `ABSENT` where not there. All sizes are right; rules may
        be broken.
    """
    schedule = _schedule(evening, stop, rng, num_workers)
    if schedule is None:
        return np.array([dealt(evening, k, rng) for k in range(evening.rounds)])
    quick = stop.elapsed < LONG * (stop.elapsed + stop.remaining)
    best = _placed(evening, schedule, stop, rng)
    found = score(evening, best)
    for _ in range(1, STARTS if _worth(evening, schedule.shape[1]).any() else 1):
        if stop.reached:
            break
        other = _schedule(evening, stop, rng, num_workers) if quick else schedule
        seats = _placed(evening, schedule if other is None else other, stop, rng)
        if score(evening, seats).rank < found.rank:
            best, found = seats, score(evening, seats)
    return best


def _schedule(
    evening: Evening, stop: Stop, rng: np.random.Generator, num_workers: int
) -> Counts | None:
    """Find tables for places, shape (rounds, places); some places stay empty."""
    tables = max(len(sizes) for sizes in evening.sizes)
    # People who take turns can be more than all seats of a round.
    size = max(-(-evening.n // tables), *(sizes[0] for sizes in evening.sizes))
    rounds = golfer_rounds(
        tables,
        size,
        evening.rounds,
        stop,
        seed=int(rng.integers(1 << 30)),
        num_workers=num_workers,
    )
    if rounds is None and not evening.never:
        rounds = _repeated(algebraic_rounds(tables, size), evening.rounds)
    return None if rounds is None else _seats_of(rounds, tables * size)


def _repeated(rounds: Rounds, needed: int) -> Rounds | None:
    """Begin again after the last round; None where most rounds would be repeats."""
    return (rounds + rounds)[:needed] if 2 * len(rounds) >= needed else None


def dealt(evening: Evening, k: int, rng: np.random.Generator) -> Counts:
    """Deal the people of a round to its tables at random."""
    seats = np.full(evening.n, ABSENT)
    there = rng.permutation(np.flatnonzero(evening.present[k]))
    seats[there] = np.repeat(np.arange(len(evening.sizes[k])), evening.sizes[k])
    return seats


def _seats_of(rounds: Rounds, places: int) -> Counts:
    seats = np.full((len(rounds), places), ABSENT)
    for row, tables in zip(seats, rounds, strict=True):
        for number, table in enumerate(tables):
            row[list(table)] = number
    return seats


def _placed(evening: Evening, schedule: Counts, stop: Stop, rng: np.random.Generator) -> Counts:
    """Give the places to people, and even out the tables of people who are there."""
    worth = _worth(evening, schedule.shape[1])
    person = place(worth, encounters(schedule) > 0, stop, rng)
    seats = np.full_like(schedule, ABSENT)
    seats[:, person] = schedule
    return np.array([_resized(evening, k, row, rng) for k, row in enumerate(seats)])


def _worth(evening: Evening, places: int) -> Floats:
    """Worth of each pair; empty places come last, and are kept at different tables."""
    worth = np.zeros((places, places))
    n = evening.n
    worth[:n, :n] = evening.value + evening.cross_weight * evening.cross / 2
    away = APART * (float(worth.max()) or 1.0)
    worth[:n, :n][evening.apart] = -away
    worth[n:, n:] = -away / 2
    np.fill_diagonal(worth, 0)
    return worth


def _resized(evening: Evening, k: int, row: Counts, rng: np.random.Generator) -> Counts:
    """Drop empty places and people who are not there, then even out the tables."""
    sizes = evening.sizes[k]
    there = np.flatnonzero(evening.present[k])
    counts = np.bincount(row[there], minlength=int(row.max()) + 1)
    number = np.empty_like(counts)
    number[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    seats = np.full(evening.n, ABSENT)
    free, waiting = list(sizes), []
    for person in rng.permutation(there):
        table = int(number[row[person]])
        if table < len(free) and free[table]:
            seats[person] = table
            free[table] -= 1
        else:
            waiting.append(person)
    seats[waiting] = np.repeat(np.arange(len(free)), free)
    return seats
