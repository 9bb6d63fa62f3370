"""The planner of invitations: obstacles, bound, a proof or annealing, check."""

from __future__ import annotations

import numpy as np

from matchmaker.errors import BrokenPlanError
from matchmaker.events.invitations.annealing import anneal
from matchmaker.events.invitations.blocking import obstacles
from matchmaker.events.invitations.checking import check
from matchmaker.events.invitations.partner_odds import PartnerOdds
from matchmaker.events.invitations.plan import Finding, Plan
from matchmaker.events.invitations.pool import Flags, Pool, pool_of
from matchmaker.events.invitations.problem import Problem
from matchmaker.events.invitations.program import Solved, solve, solve_whole
from matchmaker.events.invitations.reporting import plan_of
from matchmaker.events.invitations.worth import excess
from matchmaker.events.stopping import Stop

WITHIN_PROOF = 80
"""Candidates of the core up to which a proven best list is looked for."""
BOUND_SHARE, PROOF_SHARE, ANNEAL_SHARE = 0.5, 0.5, 0.8
"""Part of the time that is left for each step, at most."""
MOVES = 200_000
"""Moves of annealing."""


def plan(problem: Problem, stop: Stop, seed: int) -> Plan:
    """Choose invitations.

    Parameters
    ----------
    problem
        Candidates, partners and rules.
    stop
        When to come back with the best so far.
    seed
        Of all chance; a run that is not cut by the clock is repeatable.

    Raises
    ------
    BrokenPlanError
        If the checker refuses the result, which is a defect.
    """
    result = _plan(problem, stop, seed)
    faults = check(problem, result)
    if faults:
        raise BrokenPlanError(f"the invitations break a rule: {faults[0]}")
    return result


def _plan(problem: Problem, stop: Stop, seed: int) -> Plan:
    pool = pool_of(problem)
    odds = PartnerOdds(pool)
    core = odds.core()
    found = obstacles(problem, pool, core)
    if found:
        return Plan(status="impossible", blocking=tuple(found))
    relaxed = solve(pool, core, seconds=BOUND_SHARE * stop.remaining, whole=False)
    whole = Solved(None, np.inf, relaxed.impossible)
    if not relaxed.impossible and (core & ~pool.asked).sum() <= WITHIN_PROOF:
        whole = solve_whole(pool, core, odds, stop.within(PROOF_SHARE * stop.remaining))
    if whole.impossible:
        return Plan(status="impossible", blocking=(Finding(code="rules"),))
    invited = None if whole.share is None else whole.share > 0.5
    if invited is None:
        invited = _annealed(pool, core, odds, relaxed, stop, seed)
    if invited is None:
        return Plan(status="not_found")
    bound = min(relaxed.bound, whole.bound, _plain_bound(pool))
    return plan_of(problem, pool, odds, core, invited, bound)


def _annealed(
    pool: Pool, core: Flags, odds: PartnerOdds, relaxed: Solved, stop: Stop, seed: int
) -> Flags | None:
    start = _start(pool, core, relaxed)
    limit = stop.within(ANNEAL_SHARE * stop.remaining)
    found = anneal(
        pool,
        core,
        odds,
        start,
        steps=MOVES,
        rng=np.random.default_rng(seed),
        spent=lambda: _spent(limit),
    )
    kept = found is not None and excess(pool, found) == 0
    short = found is not None and (found & ~pool.asked & ~odds.satisfied(found)).any()
    return found if kept and not short else None


def _spent(stop: Stop) -> float:
    """Share of the time that is used, exactly 1 when it is up."""
    return 1.0 if stop.reached else stop.elapsed / (stop.elapsed + stop.remaining)


def _start(pool: Pool, core: Flags, relaxed: Solved) -> Flags:
    """Who has the largest shares in the relaxation, as many as attendance and budget allow."""
    share = relaxed.share if relaxed.share is not None else pool.theme * pool.chance
    order = np.argsort(-np.where(core, share + pool.asked, -1), kind="stable")
    coming = np.cumsum(pool.chance[order])
    fits = (coming <= pool.attendance[1]) & (np.arange(len(pool)) < pool.budget) & core[order]
    invited = pool.asked.copy()
    invited[order[fits]] = True
    return invited


def _plain_bound(pool: Pool) -> float:
    """Everybody who comes is worth at most a full theme score and k full partners."""
    best = pool.theme_weight * float(pool.theme.max()) + pool.partner_weight
    return best * pool.attendance[1]
