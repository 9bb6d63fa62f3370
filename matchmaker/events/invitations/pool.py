"""A problem as matrices: everything that the planner reads, with rows instead of ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.events.invitations.problem import Problem, acceptance

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pool:
    """Candidates as rows.

    Parameters
    ----------
    chance
        Probability that each one comes, 1 for who has accepted; shape (n,).
    theme
        Fit to the theme; shape (n,).
    values
        Value of good partners for each other, symmetric CSR; shape (n, n).
    asked
        Who was asked before and may still come; shape (n,).
    declined
        Who has said no; shape (n,).
    department, band, trade
        Classes, -1 where there is none; shape (n,).
    shares
        Largest shares of the expected attendance of a band and a trade; 1 = any.
    department_share
        Smallest share of the expected attendance of a department.
    attendance
        Smallest and largest expected attendance.
    budget
        Invitations in all without those who have declined.
    k, confidence
        Good partners, and with which probability.
    theme_weight, partner_weight
        Of the two parts of the value.
    """

    chance: Floats
    theme: Floats
    values: sparse.csr_array[Any]
    asked: Flags
    declined: Flags
    department: Integers
    band: Integers
    trade: Integers
    n_departments: int
    shares: tuple[float, float]
    department_share: float
    attendance: tuple[float, float]
    budget: int
    k: int
    confidence: float
    theme_weight: float
    partner_weight: float

    def __len__(self) -> int:
        return len(self.chance)


def pool_of(problem: Problem) -> Pool:
    """Turn a problem into matrices."""
    ids = [one.id for one in problem.candidates]
    accepted, asked = set(problem.accepted), {*problem.invited, *problem.accepted}
    declined = (
        np.isin(ids, list(problem.declined)) if problem.declined else np.zeros(len(ids), bool)
    )
    return Pool(
        chance=np.array(
            [1.0 if c.id in accepted else acceptance(problem, c) for c in problem.candidates]
        ),
        theme=np.array([one.theme_score for one in problem.candidates]),
        values=_values(problem, ids),
        asked=np.array([name in asked for name in ids]),
        declined=declined,
        department=_codes([one.department for one in problem.candidates], problem.departments),
        band=_codes([one.size_band for one in problem.candidates]),
        trade=_codes([one.trade for one in problem.candidates]),
        n_departments=len(problem.departments),
        shares=(problem.size_share_max or 1.0, problem.trade_share_max or 1.0),
        department_share=problem.department_share_min,
        attendance=(float(problem.size), problem.size * (1 + problem.size_over)),
        budget=problem.budget - int(declined.sum()),
        k=problem.k,
        confidence=problem.confidence,
        theme_weight=problem.weights.theme,
        partner_weight=problem.weights.partners,
    )


def _values(problem: Problem, ids: list[str]) -> sparse.csr_array[Any]:
    """Values of good partners in both directions, without pairs that do not count."""
    row = {name: at for at, name in enumerate(ids)}
    apart = {frozenset((pair.a, pair.b)) for pair in problem.apart}
    gone = set(problem.declined)
    kept = [
        pair
        for pair in problem.pairs
        if frozenset((pair.a, pair.b)) not in apart and not gone & {pair.a, pair.b}
    ]
    a = np.array([row[pair.a] for pair in kept], dtype=np.int64)
    b = np.array([row[pair.b] for pair in kept], dtype=np.int64)
    value = np.array([pair.value for pair in kept], dtype=np.float64)
    rows, columns = np.concatenate([a, b]), np.concatenate([b, a])
    shape = (len(ids), len(ids))
    return sparse.csr_array((np.concatenate([value, value]), (rows, columns)), shape=shape)


def _codes(names: Sequence[str | None], known: Sequence[str] | None = None) -> Integers:
    order = known if known is not None else sorted({name for name in names if name is not None})
    code = {name: at for at, name in enumerate(order)}
    return np.array([-1 if name is None else code[name] for name in names], dtype=np.int64)
