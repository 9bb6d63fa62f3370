"""A list as rows -> the plan that people read, with exact probabilities."""

from __future__ import annotations

import numpy as np

from matchmaker.events.invitations.partner_odds import PartnerOdds, distribution
from matchmaker.events.invitations.plan import (
    Attendance,
    Finding,
    Invitation,
    NotInvited,
    Objective,
    Plan,
    Values,
    Wave,
)
from matchmaker.events.invitations.pool import Flags, Floats, Integers, Pool
from matchmaker.events.invitations.problem import Problem
from matchmaker.events.invitations.waves import waves_of
from matchmaker.events.invitations.worth import worth

TAIL = 0.05
"""Probability on either side of the interval of the attendance."""
PROVEN = 1e-6
"""A gap of less, in units of value, comes from rounding."""


def plan_of(
    problem: Problem, pool: Pool, odds: PartnerOdds, core: Flags, invited: Flags, bound: float
) -> Plan:
    """Write a list as a plan.

    Parameters
    ----------
    core
        Who could be on a list at all; shape (n,).
    invited
        The list; shape (n,).
    bound
        No list is worth more.
    """
    enough = odds.enough(invited)
    waves = waves_of(pool, invited, problem.waves_sent + 1, problem.waves)
    themes, partners = worth(pool, invited)
    total = themes + partners
    bound = max(bound, total)
    return Plan(
        status="optimal" if bound - total <= PROVEN else "feasible",
        invitations=_invitations(problem, pool, invited, waves, enough),
        not_invited=_not_invited(problem, pool, odds, core, invited, enough),
        waves=tuple(
            _wave(problem, pool, waves == number, number)
            for number in range(problem.waves_sent + 1, problem.waves + 1)
        ),
        attendance=_attendance(problem, pool, invited, enough),
        objective=Objective(theme=themes, partners=partners, total=total),
        bound=bound,
        gap=0.0 if bound <= 0 else (bound - total) / bound,
        warnings=_warnings(problem, pool, enough),
    )


def _invitations(
    problem: Problem, pool: Pool, invited: Flags, waves: Integers, enough: Floats
) -> tuple[Invitation, ...]:
    known = pool.values > 0
    number = known @ invited.astype(np.float64)
    expected = known @ (pool.chance * invited)
    rows = np.flatnonzero(invited)
    order = rows[np.lexsort((-pool.theme[rows], waves[rows]))]
    return tuple(
        Invitation(
            id=problem.candidates[i].id,
            wave=int(waves[i]),
            acceptance=float(pool.chance[i]),
            partners_invited=round(float(number[i])),
            partners_expected=float(expected[i]),
            probability=float(min(enough[i], 1.0)),
        )
        for i in order.tolist()
    )


def _not_invited(
    problem: Problem, pool: Pool, odds: PartnerOdds, core: Flags, invited: Flags, enough: Floats
) -> tuple[NotInvited, ...]:
    in_core = odds.enough(core)
    degree = (pool.values > 0) @ core.astype(np.float64)
    found = []
    for i in np.flatnonzero(~invited).tolist():
        if pool.declined[i]:
            reason = Finding(code="declined")
        elif not core[i]:
            values: Values = {"partners": round(float(degree[i])), "percent": _percent(in_core[i])}
            reason = Finding(code="too_few_partners", values=values)
        elif enough[i] < pool.confidence:
            reason = Finding(code="few_partners_here", values={"percent": _percent(enough[i])})
        else:
            reason = Finding(code="place_taken", values={"percent": _percent(enough[i])})
        found.append(NotInvited(id=problem.candidates[i].id, reason=reason))
    return tuple(found)


def _percent(probability: float) -> int:
    """Whole percent, rounded down: less than the wanted probability never looks like it."""
    return int(100 * min(max(probability, 0.0), 1.0) + 1e-9)


def _wave(problem: Problem, pool: Pool, rows: Flags, number: int) -> Wave:
    counts = np.bincount(pool.department[rows], minlength=pool.n_departments)
    return Wave(
        number=number,
        invitations=int(rows.sum()),
        expected=float(pool.chance[rows].sum()),
        departments=dict(zip(problem.departments, counts.tolist(), strict=True)),
    )


def _attendance(problem: Problem, pool: Pool, invited: Flags, enough: Floats) -> Attendance:
    coming = pool.chance * invited
    below = np.cumsum(distribution(pool.chance[invited]))
    own = np.bincount(pool.department, weights=coming, minlength=pool.n_departments)
    return Attendance(
        expected=float(coming.sum()),
        low=int(np.searchsorted(below, TAIL, side="right")),
        high=int(np.searchsorted(below, 1 - TAIL, side="left")),
        departments=dict(zip(problem.departments, own.tolist(), strict=True)),
        with_partners=float(coming @ enough / coming.sum()),
    )


def _warnings(problem: Problem, pool: Pool, enough: Floats) -> tuple[Finding, ...]:
    short = np.flatnonzero(pool.asked & (enough < pool.confidence - 1e-12))
    if not len(short):
        return ()
    people = tuple(problem.candidates[i].id for i in short.tolist())
    return (Finding(code="asked_short", values={"people": people, "k": pool.k}),)
