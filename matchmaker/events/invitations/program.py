"""The list as a linear program, in fractions for a bound or in whole invitations for a proof.

The rule on partners is not linear. The program has a linear rule that every list keeps, so its
value is a bound; and a whole solution that breaks the true rule is cut off, with all lists that
break it in the same way, until a solution keeps it: that one is the best list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.events.invitations.partner_odds import PartnerOdds, necessary_weights
from matchmaker.events.invitations.pool import Flags, Floats, Pool
from matchmaker.events.stopping import Stop

INFEASIBLE = 2
"""Status of `milp` for a program that is proven to have no solution."""
Cut = tuple[int, Flags]
"""Somebody, and the partners of whom he needs one more: all who were not invited."""


@dataclass(frozen=True)
class Solved:
    """What the solver says.

    Parameters
    ----------
    share
        Share of each invitation, 0 or 1 in whole ones; nothing where none was found; shape (n,).
    bound
        No list is worth more; infinite where the solver had no time for one.
    impossible
        Whether it is proven that there is no list.
    """

    share: Floats | None
    bound: float
    impossible: bool


def solve(
    pool: Pool, core: Flags, *, seconds: float, whole: bool, cuts: Sequence[Cut] = ()
) -> Solved:
    """Solve the program once.

    Parameters
    ----------
    pool
        The candidates.
    core
        Who may be invited; shape (n,).
    seconds
        Time limit.
    whole
        Whether invitations are whole.
    cuts
        What was cut off before.
    """
    n = len(pool)
    lower, upper = np.zeros(2 * n), np.concatenate([core, np.full(n, pool.k)])
    lower[:n] = pool.asked
    value = np.concatenate(
        [
            pool.theme_weight * pool.chance * pool.theme,
            pool.partner_weight * pool.chance / pool.k,
        ]
    )
    result = milp(
        -value,
        integrality=np.repeat([int(whole), 0], n),
        bounds=Bounds(lower, upper),
        constraints=[_capped(pool), _shares(pool), _partners(pool, core), *_cuts(pool, cuts)],
        options={"time_limit": max(seconds, 0.1), "mip_rel_gap": 0.0},
    )
    if result.status == INFEASIBLE:
        return Solved(None, -np.inf, impossible=True)
    bound = result.mip_dual_bound if whole else (result.fun if result.status == 0 else None)
    share = None if result.x is None else np.asarray(result.x[:n])
    return Solved(share, np.inf if bound is None else -float(bound), impossible=False)


def solve_whole(pool: Pool, core: Flags, odds: PartnerOdds, stop: Stop) -> Solved:
    """Find the best list, cut by cut, as far as the time reaches.

    Returns
    -------
    Solved
        The best list with its value as bound; or only the bound, where the time was up.
    """
    cuts: list[Cut] = []
    bound = np.inf
    while not stop.reached:
        solved = solve(pool, core, seconds=stop.remaining, whole=True, cuts=cuts)
        bound = min(bound, solved.bound)
        if solved.impossible:
            return solved
        if solved.share is None:
            break
        invited = solved.share > 0.5
        short = np.flatnonzero(invited & ~pool.asked & ~odds.satisfied(invited))
        if not len(short):
            return Solved(invited.astype(np.float64), bound, impossible=False)
        for i in short.tolist():
            cuts.append((i, _partners_of(pool, i) & ~invited))
    return Solved(None, bound, impossible=False)


def _partners_of(pool: Pool, i: int) -> Flags:
    met = np.zeros(len(pool), dtype=bool)
    met[pool.values.indices[pool.values.indptr[i] : pool.values.indptr[i + 1]]] = True
    return met


def _capped(pool: Pool) -> LinearConstraint:
    """Value of somebody's partners: at most k if invited, at most what is expected."""
    own = sparse.eye_array(len(pool))
    expected = pool.values @ sparse.diags_array(pool.chance)
    rows = sparse.vstack(
        [sparse.hstack([-pool.k * own, own]), sparse.hstack([-expected, own])], format="csr"
    )
    return LinearConstraint(rows, -np.inf, 0)


def _shares(pool: Pool) -> LinearConstraint:
    """Budget, expected attendance, departments, bands and trades."""
    n, p = len(pool), pool.chance
    rows, low, high = [np.ones(n), p], [0.0, pool.attendance[0]], [pool.budget, pool.attendance[1]]
    for d in range(pool.n_departments):
        rows.append(p * ((pool.department == d) - pool.department_share))
        low.append(0.0)
        high.append(np.inf)
    for codes, most in ((pool.band, pool.shares[0]), (pool.trade, pool.shares[1])):
        for code in np.unique(codes[codes >= 0]).tolist() if most < 1 else ():
            rows.append(p * ((codes == code) - most))
            low.append(-np.inf)
            high.append(0.0)
    table = sparse.csr_array(np.hstack([np.array(rows), np.zeros((len(rows), n))]))
    return LinearConstraint(table, np.array(low), np.array(high))


def _partners(pool: Pool, core: Flags) -> LinearConstraint:
    """Require of everybody who is not asked yet what every list gives him."""
    n = len(pool)
    ruled = np.flatnonzero(core & ~pool.asked)
    weight, least = necessary_weights(pool)
    known = sparse.csr_array((pool.values > 0).astype(np.float64))
    met = sparse.csr_array(known[ruled] @ sparse.diags_array(weight))
    limits = np.full(len(ruled), least)
    own = sparse.csr_array((limits, (np.arange(len(ruled)), ruled)), shape=(len(ruled), n))
    rows = sparse.hstack([met - own, sparse.csr_array((len(ruled), n))], format="csr")
    return LinearConstraint(rows, 0, np.inf)


def _cuts(pool: Pool, cuts: Sequence[Cut]) -> list[LinearConstraint]:
    if not cuts:
        return []
    rows = np.zeros((len(cuts), 2 * len(pool)))
    for at, (i, others) in enumerate(cuts):
        rows[at, : len(pool)] = others
        rows[at, i] = -1
    return [LinearConstraint(sparse.csr_array(rows), 0, np.inf)]
