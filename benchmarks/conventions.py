"""Conventions: published instances to proven optima, large events, minimums for everyone, repair.

Large events are made up (fictional), with popular companies, absences and two half-days.
"""

from __future__ import annotations

import os
import resource
from time import monotonic

import numpy as np

from benchmarks.b2b import instances, read_instance
from benchmarks.territories import DATA
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.planning import plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import document_of
from matchmaker.events.stopping import Stop

SEED = 1


def run() -> None:
    """Print a line for each event."""
    print(f"{os.cpu_count()} cores")
    _published()
    for name, problem, seconds in (
        ("Techinnov size, 1,600 people of 400 companies", people_event(400, 4, 20, 200, 3000), 120),
        ("1,000 companies, 24 slots", people_event(1000, 1, 24, 450, 10_000), 600),
        ("any to any, 100 companies, at least 8 each", any_to_any(100, 12, 50, 8), 60),
        ("any to any, 100 companies, 14 wanted in 12 slots", any_to_any(100, 12, 50, 14), 60),
        ("any to any, 100 companies, 30 tables for 8 each", any_to_any(100, 12, 30, 8), 60),
    ):
        _told(name, problem, seconds)


def _published() -> None:
    folder = DATA / "b2b_meetings"
    if not folder.is_dir():
        print(f"skipped: {folder} is not there (set MATCHMAKER_DATA)")
        return
    total, proven = 0.0, 0
    for name, path, fairness, optimum in instances(folder):
        problem = read_instance(path, fairness)
        stop = Stop(60, monotonic)
        found = plan(problem, stop, SEED)
        total += stop.elapsed
        assert found.objective is not None
        good = found.status == "optimal" and found.objective.breaks == optimum
        proven += good and not check(problem, found)
        print(
            f"{name:14} breaks {found.objective.breaks} (published {optimum}), bound "
            f"{found.bound.breaks:.0f}, {found.status}, {stop.elapsed:.1f} s"
        )
    print(f"proven and checked: {proven} of {len(instances(folder))}, {total:.1f} s in all")


def people_event(companies: int, people: int, slots: int, tables: int, meetings: int) -> Problem:
    """Make an event in which some companies are far more in demand than others."""
    draw = np.random.default_rng(SEED)
    demand = draw.lognormal(0.0, 0.7, companies)
    demand /= demand.sum()
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < meetings:
        a, b = draw.choice(companies, 2, replace=False, p=demand).tolist()
        first, second = (c * people + int(draw.integers(people)) for c in (a, b))
        pairs.add((min(first, second), max(first, second)))
    absent = [
        sorted({int(s) for s in draw.integers(1, slots + 1, 2)}) for _ in range(companies * people)
    ]
    half = slots // 2
    tree = {
        "slots": slots,
        "sessions": [
            {"id": "matin", "slots": list(range(1, half + 1))},
            {"id": "après-midi", "slots": list(range(half + 1, slots + 1))},
        ],
        "tables": tables,
        "participants": [
            {"id": p, "company": f"C{p // people}", "unavailable": absent[p] if p % 5 == 0 else []}
            for p in range(companies * people)
        ],
        "meetings": [
            {"id": n, "a": a, "b": b, "value": float(draw.integers(1, 6))}
            for n, (a, b) in enumerate(sorted(pairs))
        ],
    }
    return document_of(tree, Problem, "people_event")


def any_to_any(companies: int, slots: int, tables: int, minimum: int) -> Problem:
    """Make an event without wishes: every cross-department pair may meet, by its score."""
    draw = np.random.default_rng(SEED)
    department = ["77" if c % 2 else "91" for c in range(companies)]
    tree = {
        "slots": slots,
        "tables": tables,
        "participants": [{"id": c, "min": minimum} for c in range(companies)],
        "meetings": [
            {"id": f"{a}~{b}", "a": a, "b": b, "value": round(float(draw.beta(2, 5)), 3)}
            for a in range(companies)
            for b in range(a + 1, companies)
            if department[a] != department[b]
        ],
    }
    return document_of(tree, Problem, "any_to_any")


def _told(name: str, problem: Problem, seconds: float) -> None:
    stop = Stop(seconds, monotonic)
    found = plan(problem, stop, SEED)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{name}: {summary(found)}; {stop.elapsed:.1f} s of {seconds} s, peak {memory:.2f} GiB")
    for rule in found.blocking[:8]:
        print(f"    {rule.text}")


def summary(found: Plan) -> str:
    """Say the figures of a plan in a line."""
    if found.objective is None:
        return f"{found.status}, {len(found.blocking)} rules block"
    gap = "unknown" if found.gap is None else f"{found.gap:.2%}"
    return (
        f"{found.status}, {len(found.meetings)} meetings, value {found.objective.value:.1f} of at "
        f"most {found.bound.value}, gap {gap}, {found.objective.breaks} breaks (at least "
        f"{found.bound.breaks}), {found.objective.idle} idle, {len(found.unmet)} unmet"
    )
