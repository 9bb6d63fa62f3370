"""Why there can be no list: each finding alone makes one impossible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaker.events.invitations.partner_odds import PartnerOdds
from matchmaker.events.invitations.plan import Finding, Values
from matchmaker.events.invitations.pool import Flags, Pool
from matchmaker.events.invitations.problem import Problem

TINY = 1e-9


def obstacles(problem: Problem, pool: Pool, core: Flags) -> list[Finding]:
    """Name what can be seen without a search.

    Parameters
    ----------
    core
        Who may be on a list at all, as `PartnerOdds.core` finds it; shape (n,).
    """
    if not core.any():
        return [_empty_core(pool)]
    found = [*_answers(problem, pool), *_attendance(problem, pool, core)]
    for d, name in enumerate(problem.departments):
        have = float(pool.chance[core & (pool.department == d)].sum())
        need = problem.department_share_min * problem.size
        if have < need - TINY:
            values: Values = {"department": name, "have": round(have, 1), "need": round(need, 1)}
            found.append(Finding(code="department_too_small", values=values))
    return found


def _empty_core(pool: Pool) -> Finding:
    """Nobody has enough partners among people who have enough: say for which k somebody has."""
    for k in range(pool.k - 1, 0, -1):
        inside = PartnerOdds(replace(pool, k=k)).core()
        if inside.any():
            values: Values = {"k": pool.k, "largest_k": k, "firms": int(inside.sum())}
            return Finding(code="core_empty", values=values)
    return Finding(code="no_core", values={"k": pool.k})


def _answers(problem: Problem, pool: Pool) -> list[Finding]:
    found = []
    asked, coming = int(pool.asked.sum()), float(pool.chance[pool.asked].sum())
    if asked > pool.budget:
        values: Values = {"have": asked + int(pool.declined.sum()), "need": problem.budget}
        found.append(Finding(code="budget_spent", values=values))
    if coming > pool.attendance[1] + TINY:
        values = {"have": round(coming, 1), "need": round(pool.attendance[1], 1)}
        found.append(Finding(code="too_many_coming", values=values))
    return found


def _attendance(problem: Problem, pool: Pool, core: Flags) -> list[Finding]:
    everybody = float(pool.chance[core].sum())
    new = np.sort(pool.chance[core & ~pool.asked])[::-1]
    places = max(pool.budget - int(pool.asked.sum()), 0)
    most = float(pool.chance[pool.asked].sum() + new[:places].sum())
    values: Values = {"have": round(everybody, 1), "need": problem.size, "firms": int(core.sum())}
    if everybody < problem.size - TINY:
        return [Finding(code="size_out_of_reach", values=values)]
    if most < problem.size - TINY:
        values = {"have": round(most, 1), "need": problem.size, "budget": problem.budget}
        return [Finding(code="budget_too_small", values=values)]
    return []
