"""Counting arguments: why an evening has no plan, whatever anybody searches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from matchmaker.events.round_tables.evening import Counts, Evening
from matchmaker.events.round_tables.plan import Blocking
from matchmaker.events.round_tables.problem import Problem


def blocked(problem: Problem, evening: Evening) -> tuple[Blocking, ...]:
    """List what makes a plan impossible; empty where counting finds nothing."""
    unseated = tuple(_unseated(evening))
    if unseated:
        return unseated
    always = (*_colleagues(problem, evening), *_lonely(problem, evening))
    if always or not evening.never:
        return always
    return (
        *_too_few_others(problem, evening),
        *_too_few_pairs(evening),
        *_too_few_tables(evening),
    )


def _unseated(evening: Evening) -> Iterator[Blocking]:
    """Find rounds whose people do not fill tables, or do not find a seat."""
    for k, sizes in enumerate(evening.sizes):
        if not sizes:
            yield Blocking(code="cannot_seat", round=k + 1, needed=int(evening.present[k].sum()))


def _colleagues(problem: Problem, evening: Evening) -> Iterator[Blocking]:
    """Find more people of one company or group in a round than tables: the first round of each."""
    for names in (
        [p.company for p in problem.participants],
        [p.group for p in problem.participants],
    ):
        for name in dict.fromkeys(name for name in names if name is not None):
            members = np.array([other == name for other in names])
            counts = (evening.present & members).sum(axis=1)
            tables = np.array([len(sizes) for sizes in evening.sizes])
            for k in np.flatnonzero(counts > tables)[:1]:
                yield Blocking(
                    code="colleagues",
                    participants=_ids(problem, np.flatnonzero(evening.present[k] & members)),
                    round=int(k) + 1,
                    needed=int(counts[k]),
                    available=int(tables[k]),
                )


def _lonely(problem: Problem, evening: Evening) -> Iterator[Blocking]:
    """Find people with whom too few others may sit to fill the smallest table of a round."""
    for k, sizes in enumerate(evening.sizes):
        there = evening.present[k]
        others = (~evening.apart & there[None, :]).sum(axis=1)
        for row in np.flatnonzero(there & (others < min(sizes) - 1)):
            yield Blocking(
                code="too_few_at_table",
                participants=_ids(problem, np.array([row])),
                round=k + 1,
                needed=min(sizes) - 1,
                available=int(others[row]),
            )


def _too_few_others(problem: Problem, evening: Evening) -> Iterator[Blocking]:
    """Find people with more seats beside them than people whom they may meet, alike together."""
    needed, available = evening.fewest_others, evening.admissible.sum(axis=1)
    short = needed > available
    for seats, others in sorted(
        {(int(a), int(b)) for a, b in zip(needed[short], available[short], strict=True)}
    ):
        rows = np.flatnonzero((needed == seats) & (available == others))
        yield Blocking(
            code="too_few_others",
            participants=_ids(problem, rows),
            needed=seats,
            available=others,
        )


def _too_few_pairs(evening: Evening) -> Iterator[Blocking]:
    """Find more encounters than pairs that may meet."""
    needed = sum(size * (size - 1) // 2 for sizes in evening.sizes for size in sizes)
    available = int(np.triu(evening.admissible, 1).sum())
    if needed > available:
        yield Blocking(code="too_few_pairs", needed=needed, available=available)


def _too_few_tables(evening: Evening) -> Iterator[Blocking]:
    """Find the first two rounds with more people in both than pairs of a table of each.

    Two people who share a table in both would meet twice.
    """
    for a, b in combinations(range(evening.rounds), 2):
        both = int((evening.present[a] & evening.present[b]).sum())
        cells = len(evening.sizes[a]) * len(evening.sizes[b])
        if both > cells:
            yield Blocking(code="too_few_tables", round=b + 1, needed=both, available=cells)
            return


def _ids(problem: Problem, rows: Counts) -> tuple[str, ...]:
    return tuple(problem.participants[row].id for row in rows)
