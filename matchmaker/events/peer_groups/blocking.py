"""Why there can be no groups: counts that do not add up, or a small set of rules at odds."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import networkx as nx
import numpy as np

from matchmaker.events.peer_groups.cohort import Cohort, Flags, RowPair
from matchmaker.events.peer_groups.plan import Finding, Values
from matchmaker.events.peer_groups.problem import Problem
from matchmaker.events.peer_groups.seating import Answer, Effort, seat
from matchmaker.events.stopping import Stop

CLIQUES = 2_000
"""Largest sets of people to keep apart that are looked at."""
ONE_TRY = 2.0
"""Deterministic and clock seconds for each rule that is left out on trial."""
FAMILIES = ("apart", "companies", "fixed", "together", "travel", "departments", "mentors")


def plain_obstacles(problem: Problem, cohort: Cohort) -> list[Finding]:
    """Obstacles that can be seen without a search; each alone makes groups impossible."""
    return [*_counts(problem, cohort), *_contradictions(problem, cohort)]


def _counts(problem: Problem, cohort: Cohort) -> list[Finding]:
    groups, n, found = cohort.groups[0], cohort.n_leaders, []
    everybody = bool(cohort.must[:n].all())
    places = sum(place.groups for place in problem.places)
    checks = [
        ("too_few_leaders", n, groups * problem.size_min, n < groups * problem.size_min),
        (
            "too_many_leaders",
            n,
            groups * problem.size_max,
            everybody and n > groups * problem.size_max,
        ),
        (
            "too_few_mentors",
            cohort.n_mentors,
            groups * problem.mentors_min,
            cohort.n_mentors < groups * problem.mentors_min,
        ),
        ("too_few_places", places, groups, bool(problem.places) and places < groups),
    ]
    for code, have, need, broken in checks:
        if broken:
            found.append(Finding(code=code, values={"have": have, "need": need, "groups": groups}))
    for d, name in enumerate(problem.departments):
        have, need = int((cohort.department == d).sum()), groups * problem.department_min
        if have < need:
            values: Values = {"department": name, "have": have, "need": need, "groups": groups}
            found.append(Finding(code="department_too_small", values=values))
    return found


def _contradictions(problem: Problem, cohort: Cohort) -> list[Finding]:
    names = [one.id for one in (*problem.leaders, *problem.mentors)]
    joined: nx.Graph[int] = nx.Graph(cohort.together)
    found = []
    for a, b in cohort.never:
        if cohort.must[a] and a in joined and b in joined and nx.has_path(joined, a, b):
            path = tuple(names[i] for i in nx.shortest_path(joined, a, b))
            found.append(Finding(code="together_and_apart", values={"people": path}))
            break
    for unit in nx.connected_components(joined):
        leaders = sorted(i for i in unit if i < cohort.n_leaders)
        if len(leaders) > problem.size_max and cohort.must[leaders].any():
            people = tuple(names[i] for i in leaders)
            values: Values = {"people": people, "have": len(people), "need": problem.size_max}
            found.append(Finding(code="together_too_many", values=values))
    clique = _largest_clique(cohort)
    if len(clique) > cohort.groups[1] >= cohort.groups[0]:
        people = tuple(names[i] for i in clique)
        values = {"people": people, "have": len(people), "groups": cohort.groups[1]}
        found.append(Finding(code="clique", values=values))
    # Without a limit everything is near: then no place is usable as people are too few.
    minutes = problem.travel_max_minutes
    far = tuple(names[i] for i in np.flatnonzero(~within_reach(cohort) & cohort.must))
    if far and minutes is not None:
        found.append(Finding(code="out_of_reach", values={"people": far, "minutes": minutes}))
    return found


def _largest_clique(cohort: Cohort) -> list[int]:
    graph: nx.Graph[int] = nx.Graph(
        (a, b) for a, b in cohort.never if cohort.must[a] and cohort.must[b]
    )
    cliques = islice(nx.find_cliques(graph), CLIQUES)
    return max((sorted(one) for one in cliques), key=lambda one: (len(one), one), default=[])


def within_reach(cohort: Cohort) -> Flags:
    """Whether a hub is near that enough others can reach as well; shape (people,)."""
    n, rules = cohort.n_leaders, cohort.rules
    leaders, mentors = cohort.near[:n].sum(axis=0), cohort.near[n:].sum(axis=0)
    usable = (leaders >= rules.size[0]) & (mentors >= rules.mentors[0])
    return np.asarray(cohort.near[:, usable].any(axis=1))


def search_seats(cohort: Cohort, effort: Effort) -> Answer:
    """Look for any seats within the rules, or a proof that there are none."""
    if cohort.near.all():
        cohort = _anonymous(cohort, cohort.groups[1])
    hubs = range(cohort.minutes.shape[1])
    return seat(cohort, hubs, cohort.groups, effort, goals=False)


def _anonymous(cohort: Cohort, groups: int) -> Cohort:
    """Without travel: any group may meet anywhere."""
    ways = np.zeros((cohort.n_people, groups), dtype=np.int64)
    return replace(cohort, minutes=ways, near=ways == 0, host=np.full(groups, -1))


def rules_at_odds(problem: Problem, cohort: Cohort, stop: Stop, workers: int) -> list[Finding]:
    """Shrink the rules of an impossible problem to a few that are impossible together.

    Each kind of rule is left out in turn, and stays out where the rest remains impossible; then
    the same pair by pair. What is not decided in time stays in.
    """
    families = []
    for family in FAMILIES:
        if not _present(cohort, family):
            continue
        without = _without(cohort, family)
        if _still_impossible(without, stop, workers):
            cohort = without
        else:
            families.append(family)
    values: Values = {"rules": tuple(families)}
    if "apart" in families:
        names = [one.id for one in (*problem.leaders, *problem.mentors)]
        pairs = _few_pairs(cohort, stop, workers)
        values["pairs"] = tuple(f"{names[a]} - {names[b]}" for a, b in pairs)
    return [Finding(code="rules", values=values)]


def _few_pairs(cohort: Cohort, stop: Stop, workers: int) -> tuple[RowPair, ...]:
    for pair in cohort.apart:
        fewer = replace(cohort, apart=tuple(p for p in cohort.apart if p != pair))
        if not stop.reached and _still_impossible(fewer, stop, workers):
            cohort = fewer
    return cohort.apart


def _still_impossible(cohort: Cohort, stop: Stop, workers: int) -> bool:
    effort = Effort(min(ONE_TRY, stop.remaining), ONE_TRY, workers, seed=0)
    return search_seats(cohort, effort).impossible


def _present(cohort: Cohort, family: str) -> bool:
    rules = cohort.rules
    return {
        "apart": bool(cohort.apart),
        "companies": bool(cohort.companies),
        "fixed": bool(cohort.fixed_apart),
        "together": bool(cohort.together),
        "travel": not cohort.near.all(),
        "departments": rules.department_min > 0 or rules.department_permille > 0,
        "mentors": rules.mentors[0] > 0,
    }[family]


def _without(cohort: Cohort, family: str) -> Cohort:
    rules = cohort.rules
    if family == "travel":
        return replace(cohort, near=np.ones_like(cohort.near))
    if family == "departments":
        free = replace(rules, department_min=0, department_permille=0)
        return replace(cohort, rules=free)
    if family == "mentors":
        return replace(cohort, rules=replace(rules, mentors=(0, rules.mentors[1])))
    if family == "fixed":
        return replace(cohort, fixed_apart=())
    if family == "companies":
        return replace(cohort, companies=())
    return replace(cohort, apart=()) if family == "apart" else replace(cohort, together=())
