"""Fewer and shorter waits in a timetable, by simulated annealing over chains of exchanges.

The meetings held stay the same; only their slots change. A step moves one meeting to another slot
together with the chain that this drags along, so that every state is a valid timetable; its cost
is known from the two ends of the chain alone.

Kirkpatrick, Gelatt, Vecchi, "Optimization by simulated annealing", Science 220 (1983).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import exp
from random import Random

from matchmaker.events.conventions.board import FREE, Board, Chain
from matchmaker.events.conventions.problem import Goal
from matchmaker.events.conventions.timetable import Ints
from matchmaker.events.stopping import Stop

STEPS_PER_LOOK = 1000
"""Steps between two looks at the clock and two changes of temperature."""

HOT, COLD = 0.5, 0.1
"""Temperatures at the beginning and at the end, in breaks."""

NEAR = 0.7
"""Share of the steps that move a meeting beside another one of the same participant."""

SECOND_GOAL = 0.02
"""Weight of the second of the two goals beside the first: less than any tie is worth."""

UNFAIR = 10.0
"""Price of a break beyond what fairness allows to somebody, in breaks."""


def price_of(goals: tuple[Goal, ...], fairness: int | None) -> Callable[[int], float]:
    """Make the price of a participant's slots (a bit mask), lowest for meetings in one run."""
    breaks_weight, idle_weight = _weights(goals)

    @cache
    def price(mask: int) -> float:
        if not mask:
            return 0.0
        breaks = (mask & ~(mask << 1)).bit_count() - 1
        idle = mask.bit_length() - ((mask & -mask).bit_length() - 1) - mask.bit_count()
        unfair = 0 if fairness is None else max(0, breaks - fairness)
        return breaks_weight * breaks + idle_weight * idle + UNFAIR * unfair

    return price


def _weights(goals: tuple[Goal, ...]) -> tuple[float, float]:
    waits = [goal for goal in goals if goal != "value"]
    weights = dict(zip(waits, (1.0, SECOND_GOAL), strict=False))
    return weights.get("breaks", 0.0), weights.get("idle", 0.0)


def anneal(
    board: Board,
    goals: tuple[Goal, ...],
    fairness: int | None,
    *,
    steps: int,
    seed: int,
    stop: Stop,
    floor: float = 0.0,
) -> Ints:
    """Look for the timetable with the lowest price.

    Parameters
    ----------
    board
        A valid timetable; it ends in the last state that was tried.
    goals, fairness
        What the price counts.
    steps
        Number of steps, if the time allows.
    seed
        Of the random numbers; the same seed and enough time give the same timetable.
    stop
        Time limit.
    floor
        A price that nothing can beat; the search ends there.

    Returns
    -------
    numpy.ndarray
        Slot of each meeting in the best timetable seen; shape (n_meetings,), -1 where missing.
    """
    price = price_of(goals, fairness)
    movable = [
        (m, slots)
        for m, slot in enumerate(board.slot)
        if slot != FREE and len(slots := board.slots_of(m)) > 1
    ]
    cost = sum(price(mask) for mask in board.mask)
    best, best_slots = cost, board.slots()
    if not movable:
        return best_slots
    draw = Random(seed).random
    temperature, time = HOT, stop.remaining
    for step in range(steps):
        if step % STEPS_PER_LOOK == 0:
            # Whichever is further on, steps or clock: the end is cold in any case.
            done = max(step / steps, 1 - stop.remaining / time if time else 1.0)
            temperature = HOT * (COLD / HOT) ** done
            if best <= floor or stop.reached:
                break
        meeting, slots = movable[int(draw() * len(movable))]
        near = draw() < NEAR
        there = _beside(board, meeting, draw) if near else slots[int(draw() * len(slots))]
        if there == board.slot[meeting]:
            continue
        chain = board.chain(meeting, there)
        if chain is None:
            continue
        change = _change(board, chain, price)
        if change > 0 and draw() >= exp(-change / temperature):
            continue
        board.apply(chain)
        cost += change
        if cost < best - 1e-9:
            best, best_slots = cost, board.slots()
    return best_slots


def _beside(board: Board, meeting: int, draw: Callable[[], float]) -> int:
    """Draw an idle slot of one side that touches another of their meetings; its own if none."""
    here = 1 << board.slot[meeting]
    used = board.mask[board.ends_of(meeting)[draw() < 0.5]]
    others = used & ~here
    beside = (others << 1 | others >> 1) & ~used & ((1 << board.n_slots) - 1)
    if not beside:
        return board.slot[meeting]
    for _ in range(int(draw() * beside.bit_count())):
        beside &= beside - 1
    return (beside & -beside).bit_length() - 1


def _change(board: Board, chain: Chain, price: Callable[[int], float]) -> float:
    both = (1 << chain.here) | (1 << chain.there)
    return sum(
        price(board.mask[person] ^ both) - price(board.mask[person]) for person, _, _ in chain.tips
    )
