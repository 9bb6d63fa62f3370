"""Peer groups: the planner against every possible grouping, and the bound under it."""

from dataclasses import replace
from itertools import count, product
from math import ceil, hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import ProblemError
from matchmaker.events.documents import document_bytes, document_of, parse_document
from matchmaker.events.peer_groups import Plan, Problem, check, plan
from matchmaker.events.peer_groups.annealing import anneal, around, with_hubs
from matchmaker.events.peer_groups.cohort import NOWHERE, cohort_of
from matchmaker.events.peer_groups.figures import cost_of
from matchmaker.events.peer_groups.pricing import Pricing
from matchmaker.events.peer_groups.relaxation import best_group, hub_values, relax
from matchmaker.events.stopping import Stop

THEMES = ("export", "energy", "hiring")


def patient(seconds=1000.0):
    """Give a time limit that never comes, as the clock stands still; CP-SAT has its own."""
    return Stop(seconds, lambda: 0.0)


def leader(name, x, y=0.0, **changed):
    values = {"department": "77", "size": 5, "maturity": 3, "themes": ["export"]}
    return {"id": name, "x_km": x, "y_km": y} | values | changed


def mentor(name, x, y=0.0, **changed):
    values = {"department": "91", "themes": []}
    return {"id": name, "x_km": x, "y_km": y} | values | changed


def problem_of(**changed):
    tree = {"size_min": 2, "size_max": 4, "mentors_min": 1, "mentors_max": 1, "department_min": 0}
    return document_of(tree | changed, Problem, "problem")


def random_problem(seed, *, n_leaders=5, n_mentors=2, **changed):
    """Few people in a square of 20 km, with all sorts of rules."""
    rng = np.random.default_rng(seed)

    def person(make, name, **more):
        themes = rng.choice(THEMES, rng.integers(0, 3), replace=False).tolist()
        x, y = rng.uniform(0, 20, 2).round(1).tolist()
        return make(name, x, y, themes=themes, department=str(rng.choice(["77", "91"])), **more)

    names = [f"L{k}" for k in range(n_leaders)]
    apart = [rng.choice(names, 2, replace=False).tolist() for _ in range(rng.integers(0, 3))]
    tree = {
        "leaders": [
            person(leader, name, size=int(rng.integers(1, 80)), maturity=int(rng.integers(0, 25)))
            for name in names
        ],
        "mentors": [person(mentor, f"M{k}") for k in range(n_mentors)],
        "apart": [{"a": a, "b": b} for a, b in apart],
        "department_min": int(rng.integers(0, 2)),
        "may_leave_out": bool(rng.integers(0, 2)),
        "theme_partners": int(rng.integers(0, 3)),
        "travel_max_minutes": int(rng.integers(15, 60)) if rng.integers(0, 2) else None,
        "groups": int(rng.integers(1, 3)) if rng.integers(0, 3) else None,
        "places": [
            {"id": f"P{k}", "x_km": float(rng.uniform(0, 20)), "y_km": 10.0, "groups": 1}
            for k in range(2 * int(rng.integers(0, 2)))
        ],
        "weights": {"left_out": int(rng.choice([40, 5000]))},
    }
    return problem_of(**(tree | changed))


def every_cost(problem):
    """Cost of the best grouping by trying them all, in plain words; nothing where none is allowed.

    Shares no code with the planner: departments, mix, themes and ways are counted person by person.
    """
    people = [*problem.leaders, *problem.mentors]
    most = problem.groups or 3
    costs = [
        cost
        for seats in product(range(most + 1), repeat=len(people))
        if (cost := cost_by_hand(problem, people, seats)) is not None
    ]
    return min(costs, default=None)


def cost_by_hand(problem, people, seats):
    """Price one grouping; seat 0 is nobody's group, and the others are used from 1 on."""
    used = sorted(set(seats) - {0})
    if used != list(range(1, len(used) + 1)) or not used:
        return None
    if problem.groups is not None and len(used) != problem.groups:
        return None
    n, w = len(problem.leaders), problem.weights
    away = seats[:n].count(0)
    if away and not problem.may_leave_out:
        return None
    cost = away * w.left_out + seats[n:].count(0) * w.reserve
    ways = []
    for g in used:
        inside = [i for i, s in enumerate(seats) if s == g]
        own = [people[i] for i in inside if i < n]
        if not allowed(problem, [people[i] for i in inside], own):
            return None
        for kind, steps, weight in (
            ("size", problem.size_steps, w.size_mix),
            ("maturity", problem.maturity_steps, w.maturity_mix),
        ):
            cost += weight * off_by_hand(problem.leaders, own, kind, steps)
        for one in own:
            met = sum(bool(set(one.themes) & set(people[i].themes)) for i in inside)
            cost += w.themes * max(problem.theme_partners - (met - 1), 0) * bool(one.themes)
        ways.append(ways_by_hand(problem, [people[i] for i in inside]))
    travel = (
        [min(ways[0].values(), default=None)]
        if len(ways) == 1
        else cheapest_places(ways, shared=not problem.places)
    )
    return None if None in travel else cost + w.travel * sum(travel)


def allowed(problem, inside, own):
    names = {one.id for one in inside}
    counts = [sum(one.department == d for one in own) for d in problem.departments]
    return (
        problem.size_min <= len(own) <= problem.size_max
        and problem.mentors_min <= len(inside) - len(own) <= problem.mentors_max
        and min(counts) >= problem.department_min
        and not any({pair.a, pair.b} <= names for pair in problem.apart)
    )


def off_by_hand(everybody, own, kind, steps):
    off = 0
    bounds = [-1, *steps, 10**9]
    for low, high in zip(bounds, bounds[1:], strict=False):
        total = sum(low <= getattr(one, kind) < high for one in everybody)
        inside = sum(low <= getattr(one, kind) < high for one in own)
        exact = total * len(own)
        few, many = exact // len(everybody), -(-exact // len(everybody))
        off += max(few - inside, 0) + max(inside - many, 0)
    return off


def ways_by_hand(problem, inside):
    """Minutes of a group by meeting place, where all of them may go there."""
    sums = {}
    for place in problem.places or inside:
        km = [hypot(one.x_km - place.x_km, one.y_km - place.y_km) for one in inside]
        minutes = [ceil(d * problem.detour / problem.speed_km_h * 60 - 1e-9) for d in km]
        if max(minutes) <= (problem.travel_max_minutes or 10**6):
            sums[place.id] = sum(minutes)
    return sums


def cheapest_places(ways, *, shared):
    best = [None] * len(ways)
    for places in product(*ways):
        if shared or len(set(places)) == len(places):
            sums = [one[place] for one, place in zip(ways, places, strict=True)]
            best = sums if best[0] is None else min(best, sums, key=sum)
    return best


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None)
def test_finds_the_best_of_all_groupings_and_proves_it(seed):
    """And says that there is none exactly where there is none."""
    problem = random_problem(seed)
    best = every_cost(problem)
    found = plan(problem, patient(), seed=1, workers=1)
    if best is None:
        assert found.status == "impossible"
    else:
        assert (found.status, found.objective.total) == ("optimal", best)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_the_relaxation_is_never_above_the_best_grouping(seed):
    problem = random_problem(seed)
    best = every_cost(problem)
    cohort = cohort_of(problem)
    numbers = range(cohort.groups[0], cohort.groups[1] + 1)
    bound = min((relax(cohort, g, patient()).bound for g in numbers), default=np.inf)
    assert best is None or bound <= best + 1e-6


def test_the_relaxation_is_tight_where_people_live_in_two_towns():
    """By hand: towns 50 km apart, each person 1 km = 2 minutes from the middle of three."""
    towns = [(0, "a"), (50, "b")]
    leaders = [leader(f"{t}{k}", x + k - 1.0) for x, t in towns for k in range(3)]
    mentors = [mentor(f"m{t}", float(x)) for x, t in towns]
    problem = problem_of(leaders=leaders, mentors=mentors, groups=2, theme_partners=2)
    assert relax(cohort_of(problem), 2, patient()).bound == pytest.approx(8, abs=1e-3)
    found = plan(problem, patient(), seed=0, workers=1)
    assert (found.status, found.objective.total, found.gap) == ("optimal", 8, 0)
    assert {group.meets_at for group in found.groups} <= {"a1", "b1", "ma", "mb"}


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_the_best_group_of_a_hub_is_the_best_of_all_sets(seed):
    """Sorting finds what trying every set finds, at any prices."""
    rng = np.random.default_rng(seed)
    cohort = cohort_of(random_problem(seed, travel_max_minutes=None, groups=1))
    reduced = rng.normal(0, 10, cohort.minutes.shape)
    of_sizes = rng.normal(0, 10, (3, reduced.shape[1]))
    values = hub_values(cohort, reduced, of_sizes)
    for hub in range(reduced.shape[1]):
        best = min(
            (
                float(np.array(chosen) @ reduced[:, hub]) + of_sizes[sum(chosen[:5]) - 2, hub]
                for chosen in product((0, 1), repeat=7)
                if 2 <= sum(chosen[:5]) <= 4
                and sum(chosen[5:]) == 1
                and (cohort.host[hub] < 0 or chosen[cohort.host[hub]])
                and np.bincount(cohort.department[np.array(chosen[:5]) == 1], minlength=2).min()
                >= cohort.rules.department_min
            ),
            default=1e7,
        )
        assert values[hub] == pytest.approx(best, abs=1e-5) or min(values[hub], best) > 1e6
        if best < 1e6:
            group = best_group(cohort, reduced, of_sizes, hub)
            size = int(group[:5].sum())
            assert group @ reduced[:, hub] + of_sizes[size - 2, hub] == pytest.approx(best)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_while_people_move_the_price_is_that_of_the_figures(seed):
    """Seats that annealing hands on break no rule, and cost what the figures say."""
    problem = random_problem(seed, n_leaders=8, n_mentors=3, groups=2)
    cohort, rng = cohort_of(problem), np.random.default_rng(seed)
    places = [k if problem.places else NOWHERE for k in range(2)]
    start = around(cohort, [0, 1])
    group = anneal(cohort, start, places, steps=2000, rng=rng, spent=lambda: 0.0)
    if group is None:
        return
    pricing = Pricing(cohort)
    prices = [pricing.group(np.flatnonzero(group == g).tolist(), places[g]) for g in range(2)]
    prices.append(pricing.nobody(np.flatnonzero(group == 2).tolist()))
    assert [breaches for _, breaches in prices] == [0, 0, 0]
    hub = with_hubs(cohort, group, places)
    assert sum(cost for cost, _ in prices) == sum(cost_of(cohort, hub).values())


def test_one_worker_and_one_seed_give_one_plan():
    problem = random_problem(7, n_leaders=9, n_mentors=3, groups=3, apart=[], places=[])
    first, second = (plan(problem, patient(), seed=3, workers=1) for _ in range(2))
    assert first == second
    assert first.status in ("optimal", "feasible")


def town(n_leaders, n_mentors, **changed):
    """Two towns, one in each department, 20 km apart."""
    rng = np.random.default_rng(11)
    towns = {"77": 0, "91": 20}
    sides = ["77", "91"] * n_leaders
    tree = {
        "leaders": [
            leader(
                f"L{k}",
                towns[sides[k]] + float(rng.normal(0, 3)),
                float(rng.normal(0, 3)),
                department=sides[k],
                size=int(rng.integers(1, 90)),
                maturity=int(rng.integers(0, 30)),
                themes=rng.choice(THEMES, 2, replace=False).tolist(),
            )
            for k in range(n_leaders)
        ],
        "mentors": [mentor(f"M{k}", float(rng.uniform(0, 20))) for k in range(n_mentors)],
    }
    return problem_of(**(tree | changed))


PLATO = {"size_min": 12, "size_max": 18, "mentors_min": 2, "mentors_max": 3, "department_min": 3}


def test_a_cohort_cut_short_by_the_clock_is_still_checked():
    """The clock moves a bit whenever somebody looks at it, so the run is the same everywhere."""
    ticks = count()
    problem = town(45, 8, groups=3, **PLATO)
    found = plan(problem, Stop(8, lambda: next(ticks) * 0.02), seed=0, workers=1)
    assert found.status == "feasible"
    assert check(problem, found) == []
    assert 0 < found.bound <= found.objective.total
    assert found.gap < 0.25


def test_nobody_is_left_out_where_everybody_can_have_a_group():
    """Leaving out is allowed, yet too dear: the same groups are found as without it."""
    ticks = count()
    problem = town(45, 8, groups=3, may_leave_out=True, travel_max_minutes=60, **PLATO)
    found = plan(problem, Stop(8, lambda: next(ticks) * 0.02), seed=0, workers=1)
    assert found.left_out == ()
    assert check(problem, found) == []


def test_people_who_belong_together_stay_together_and_seats_stay_fixed():
    problem = town(
        26,
        4,
        groups=2,
        together=[{"a": "L0", "b": "L1"}, {"a": "M0", "b": "L1"}],
        fixed=[{"member": "L0", "group": 2}, {"member": "L2", "group": 1}],
        **PLATO,
    )
    found = plan(problem, patient(1), seed=0, workers=1)
    at = {m.id: g.number for g in found.groups for m in (*g.leaders, *g.mentors)}
    assert (at["L0"], at["L1"], at["M0"], at["L2"]) == (2, 2, 2, 1)


def test_a_share_of_each_department_is_kept():
    """Of 20 leaders 5 are of 91: a share of .25 needs exactly 25 % of them in each group."""
    leaders = [leader(f"L{k}", k, department="91" if k < 5 else "77") for k in range(20)]
    mentors = [mentor(f"M{k}", 5.0 * k) for k in range(2)]
    problem = problem_of(
        leaders=leaders, mentors=mentors, groups=2, size_min=8, size_max=12,
        department_share_min=0.25,
    )  # fmt: skip
    found = plan(problem, patient(1), seed=0, workers=1)
    assert sorted(g.departments["91"] for g in found.groups) == [2, 3]
    assert sorted(len(g.leaders) for g in found.groups) == [8, 12]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"travel_max_minutes": 30, "places": [{"id": "P", "x_km": 0, "y_km": 0}]}, "left_out_far"),
        ({"apart": [{"a": "far", "b": f"L{k}"} for k in range(4)]}, "left_out_apart"),
        ({"size_max": 4}, "left_out_full"),
    ],
    ids=["far", "apart", "full"],
)
def test_a_leader_is_left_out_with_the_reason(changed, code):
    leaders = [leader(f"L{k}", float(k)) for k in range(4)] + [leader("far", 60.0)]
    tree = {"size_max": 5, "may_leave_out": True, "groups": 1, "mentors": [mentor("M", 1.0)]}
    found = plan(problem_of(leaders=leaders, **(tree | changed)), patient(1), seed=0, workers=1)
    assert [(one.id, one.reason.code) for one in found.left_out] == [("far", code)]


def test_two_groups_may_meet_at_a_place_that_holds_two():
    place = {"id": "P", "x_km": 10.0, "y_km": 0.0}
    full = town(26, 4, groups=2, places=[place], **PLATO)
    assert [one.code for one in plan(full, patient(), 0).blocking] == ["too_few_places"]
    both = town(26, 4, groups=2, places=[place | {"groups": 2}], **PLATO)
    found = plan(both, patient(1), seed=0, workers=1)
    assert [group.meets_at for group in found.groups] == ["P", "P"]


def test_a_plan_is_the_same_after_it_was_written_and_read():
    problem = town(26, 4, groups=2, **PLATO)
    found = plan(problem, patient(1), seed=0, workers=1)
    again = parse_document(document_bytes(found), Plan, "plan")
    assert again == found
    assert check(parse_document(document_bytes(problem), Problem, "problem"), again) == []


def test_distances_on_the_globe_are_those_of_the_great_circle():
    """By hand: one degree of latitude is 111.195 km, so 1.3 times that at 45 km/h is 192.7 min."""
    flat = {"x_km": None, "y_km": None}
    leaders = [leader(f"L{k}", 0) | flat | {"latitude": 48.0 + k, "longitude": 2.5} for k in (0, 1)]
    problem = problem_of(leaders=leaders, mentors_min=0, groups=1)
    assert cohort_of(problem).minutes.tolist() == [[0, 193], [193, 0]]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"leaders": [leader("A", 0), leader("A", 1)]}, "id 'A' is used 2 times"),
        ({"leaders": [leader("A", None)]}, "'A' has no clear coordinates"),
        ({"leaders": [leader("A", 0) | {"latitude": 48.0}]}, "no clear coordinates"),
        ({"leaders": [leader("A", 0, department="75")]}, "departments are 77, 91"),
        ({"size_min": 5}, "size_min is above size_max"),
        ({"department_min": 3}, "department_min asks for 6 leaders"),
        ({"department_share_min": 0.6}, "more than 1 in all"),
        ({"apart": [{"a": "L0", "b": "X"}]}, r"apart\[1\] names 'X'"),
        ({"together": [{"a": "L0", "b": "L0"}]}, "names 'L0' twice"),
        ({"groups": 1, "fixed": [{"member": "L0", "group": 2}]}, "groups is 1"),
        ({"fixed": [{"member": "L0", "group": 1}] * 2}, "more than once"),
        ({"size_steps": [50, 10]}, "size_steps must rise"),
        ({"departments": ["77", "77"]}, "repeat one"),
        ({"colour": 1}, "colour"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value[:20],
)
def test_a_problem_that_contradicts_itself_is_refused_in_one_sentence(changed, message):
    with pytest.raises(ProblemError, match=message):
        problem_of(**({"leaders": [leader("L0", 0), leader("L1", 1)]} | changed))


def test_a_price_ceiling_that_is_reached_serves_somebody_by_staying_away():
    """By hand: with one seat too few, the bound says what leaving the last one out costs."""
    leaders = [leader(f"L{k}", 0) for k in range(3)]
    problem = problem_of(
        leaders=leaders, mentors=[mentor("M", 0)], groups=1, size_max=2, may_leave_out=True,
        theme_partners=0,
    )  # fmt: skip
    cohort = cohort_of(problem)
    assert relax(cohort, 1, patient()).bound == pytest.approx(5000, abs=1)
    cheap = replace(cohort, rules=replace(cohort.rules, left_out=7))
    assert relax(cheap, 1, patient()).bound == pytest.approx(7, abs=0.1)
