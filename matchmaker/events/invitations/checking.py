"""The checker of invitations: rules and figures again, from the documents alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import isclose

from matchmaker.events.invitations.plan import Invitation, Plan, Wave
from matchmaker.events.invitations.problem import Candidate, Problem

NEAR = 1e-6
Values = dict[str, dict[str, float]]


def check(problem: Problem, plan: Plan) -> list[str]:
    """Name everything that is wrong with a plan; an empty list is a good plan."""
    if plan.status in ("impossible", "not_found"):
        return list(_without_list(plan))
    faults = list(_names(problem, plan))
    if faults:
        return faults
    values = _values(problem)
    return [
        *_budget(problem, plan),
        *_whole(problem, plan),
        *(f for one in plan.invitations for f in _invitation(problem, plan, one, values)),
        *_reasons(problem, plan),
        *_waves(problem, plan),
        *_attendance(problem, plan, values),
        *_objective(problem, plan, values),
        *_bound(plan),
    ]


def _without_list(plan: Plan) -> Iterator[str]:
    if plan.invitations or plan.objective is not None or plan.attendance is not None:
        yield f"a plan that is {plan.status} has invitations or figures"
    if plan.status == "impossible" and not plan.blocking:
        yield "an impossible plan names nothing that stands against it"


def _names(problem: Problem, plan: Plan) -> Iterator[str]:
    seen = Counter(one.id for one in plan.invitations)
    seen.update(one.id for one in plan.not_invited)
    known = {one.id for one in problem.candidates}
    for name in seen:
        if name not in known:
            yield f"{name} is no candidate"
    for name in known:
        if seen[name] != 1:
            yield f"{name} is in {seen[name]} places of the plan, not in one"


def _values(problem: Problem) -> Values:
    """Values of the partners of everybody who still count."""
    never = {(pair.a, pair.b) for pair in problem.apart}
    gone = set(problem.declined)
    values: Values = defaultdict(dict)
    for pair in problem.pairs:
        apart = (pair.a, pair.b) in never or (pair.b, pair.a) in never
        if not (apart or pair.a in gone or pair.b in gone):
            values[pair.a][pair.b] = pair.value
            values[pair.b][pair.a] = pair.value
    return values


def _chance(problem: Problem, one: Candidate) -> float:
    """Probability of coming, looked up in the rates from the special to the general."""
    if one.id in problem.accepted:
        return 1.0
    if one.acceptance is not None:
        return one.acceptance
    rates = {(rate.relation, rate.department): rate.rate for rate in problem.acceptance_rates}
    kinds = [
        (one.relation, one.department),
        (one.relation, None),
        (None, one.department),
        (None, None),
    ]
    return next(rates[kind] for kind in kinds if kind in rates)


def _chances(plan: Plan) -> dict[str, float]:
    return {one.id: one.acceptance for one in plan.invitations}


def _budget(problem: Problem, plan: Plan) -> Iterator[str]:
    listed = {one.id for one in plan.invitations}
    for name in (*problem.invited, *problem.accepted):
        if name not in listed:
            yield f"{name} was asked before, but is not on the list"
    for name in problem.declined:
        if name in listed:
            yield f"{name} has declined, but is on the list"
    sent = len(listed) + len(problem.declined)
    if sent > problem.budget:
        yield f"{sent} invitations are more than the budget of {problem.budget}"


def _whole(problem: Problem, plan: Plan) -> Iterator[str]:
    chance = _chances(plan)
    total = sum(chance.values())
    if not problem.size - NEAR <= total <= problem.size * (1 + problem.size_over) + NEAR:
        yield f"{total:.1f} are expected, not {problem.size}"
    listed = [one for one in problem.candidates if one.id in chance]
    for name in problem.departments:
        own = sum(chance[one.id] for one in listed if one.department == name)
        if own < problem.department_share_min * total - NEAR:
            yield f"department {name} has {own:.1f} of {total:.1f} expected, which is too few"
    for field, most in (("size_band", problem.size_share_max), ("trade", problem.trade_share_max)):
        sums: dict[str, float] = defaultdict(float)
        for one in listed:
            if getattr(one, field) is not None:
                sums[getattr(one, field)] += chance[one.id]
        for name, own in sums.items():
            if most is not None and own > most * total + NEAR:
                yield f"{field} {name} has {own:.1f} of {total:.1f} expected, which is too many"


def _at_least(chances: Iterable[float], k: int) -> float:
    """Probability of k or more successes, by the distribution of their number."""
    counts = [1.0]
    for p in chances:
        longer = [0.0] * (len(counts) + 1)
        for number, probability in enumerate(counts):
            longer[number] += probability * (1 - p)
            longer[number + 1] += probability * p
        counts = longer
    return sum(counts[k:])


def _invitation(problem: Problem, plan: Plan, one: Invitation, values: Values) -> Iterator[str]:
    chance = _chances(plan)
    candidate = next(c for c in problem.candidates if c.id == one.id)
    if not isclose(one.acceptance, _chance(problem, candidate), abs_tol=1e-12):
        yield f"{one.id} comes with {_chance(problem, candidate)}, not {one.acceptance}"
    present = [chance[other] for other in values.get(one.id, {}) if other in chance]
    probability = _at_least(present, problem.k)
    if one.partners_invited != len(present):
        yield f"{one.id} has {len(present)} partners on the list, not {one.partners_invited}"
    if not isclose(one.partners_expected, sum(present), abs_tol=NEAR):
        yield f"{one.id} has {sum(present):.3f} partners expected, not {one.partners_expected}"
    if not isclose(one.probability, probability, abs_tol=NEAR):
        yield f"{one.id} has its partners with {probability:.6f}, not {one.probability}"
    asked = one.id in (*problem.invited, *problem.accepted)
    if not asked and probability < problem.confidence - NEAR:
        yield f"{one.id} has its partners with {probability:.3f}, less than {problem.confidence}"
    if (one.wave == 0) != asked:
        yield f"{one.id} is in wave {one.wave}, but was {'' if asked else 'not '}asked before"


def _reasons(problem: Problem, plan: Plan) -> Iterator[str]:
    for one in plan.not_invited:
        if (one.reason.code == "declined") != (one.id in problem.declined):
            yield f"{one.id} is not invited for the reason {one.reason.code}, which is not so"


def _waves(problem: Problem, plan: Plan) -> Iterator[str]:
    numbers = list(range(problem.waves_sent + 1, problem.waves + 1))
    if [wave.number for wave in plan.waves] != numbers:
        yield f"the waves are not numbered from {numbers[0]} to {numbers[-1]}"
    for one in plan.invitations:
        if one.wave and one.wave not in numbers:
            yield f"{one.id} is in wave {one.wave}, which there is not"
    for wave in plan.waves:
        yield from _wave(problem, plan, wave)


def _wave(problem: Problem, plan: Plan, wave: Wave) -> Iterator[str]:
    own = [one for one in plan.invitations if one.wave == wave.number]
    department = {one.id: one.department for one in problem.candidates}
    counts = Counter(department[one.id] for one in own)
    if wave.invitations != len(own):
        yield f"wave {wave.number} has {len(own)} invitations, not {wave.invitations}"
    if not isclose(wave.expected, sum(one.acceptance for one in own), abs_tol=NEAR):
        yield f"wave {wave.number} sums its expected attendance wrongly"
    if wave.departments != {name: counts[name] for name in problem.departments}:
        yield f"wave {wave.number} counts its departments wrongly"


def _attendance(problem: Problem, plan: Plan, values: Values) -> Iterator[str]:
    figures, chance = plan.attendance, _chances(plan)
    if figures is None:
        yield "the plan has a list but no attendance"
        return
    total = sum(chance.values())
    if not isclose(figures.expected, total, abs_tol=NEAR):
        yield f"{total:.3f} are expected, not {figures.expected}"
    if not isclose(figures.with_partners, _share(problem, chance, values), abs_tol=NEAR):
        share = _share(problem, chance, values)
        yield f"a share of {share:.4f} has its partners, not {figures.with_partners}"
    sums = dict.fromkeys(problem.departments, 0.0)
    for one in problem.candidates:
        sums[one.department] += chance.get(one.id, 0.0)
    if any(not isclose(sums[d], figures.departments.get(d, -1), abs_tol=NEAR) for d in sums):
        yield "the expected attendance of the departments is wrong"
    everybody = list(chance.values())
    for number, below in ((figures.low, True), (figures.high, False)):
        outer = _tail(everybody, number, below)
        inner = _tail(everybody, number + (1 if below else -1), below)
        if outer > 0.05 + NEAR or inner < 0.05 - NEAR:
            yield f"{number} is not where {'5 %' if below else '95 %'} of the attendance ends"


def _share(problem: Problem, chance: dict[str, float], values: Values) -> float:
    odds = {
        name: _at_least([chance[o] for o in values.get(name, {}) if o in chance], problem.k)
        for name in chance
    }
    return sum(chance[name] * odds[name] for name in chance) / sum(chance.values())


def _tail(chances: list[float], number: int, below: bool) -> float:
    """Probability of fewer than a number, or of more."""
    return 1 - _at_least(chances, number) if below else _at_least(chances, number + 1)


def _objective(problem: Problem, plan: Plan, values: Values) -> Iterator[str]:
    chance = _chances(plan)
    if plan.objective is None:
        yield "the plan has a list but no objective"
        return
    theme = {one.id: one.theme_score for one in problem.candidates}
    met = {
        name: sum(v * chance[other] for other, v in values.get(name, {}).items() if other in chance)
        for name in chance
    }
    themes = problem.weights.theme * sum(chance[name] * theme[name] for name in chance)
    partners = problem.weights.partners * sum(
        chance[name] * min(met[name], problem.k) / problem.k for name in chance
    )
    expected = {"theme": themes, "partners": partners, "total": themes + partners}
    for part, value in expected.items():
        if not isclose(getattr(plan.objective, part), value, rel_tol=NEAR, abs_tol=NEAR):
            yield f"the objective says {part} {getattr(plan.objective, part)}, it is {value:.6f}"


def _bound(plan: Plan) -> Iterator[str]:
    if plan.objective is None or plan.bound is None or plan.gap is None:
        yield "the plan has no bound or no gap"
        return
    total, bound = plan.objective.total, plan.bound
    if bound < total - NEAR:
        yield f"the bound {bound:.6f} is below the objective {total:.6f}"
    expected = 0.0 if bound <= 0 else (bound - total) / bound
    if not isclose(plan.gap, expected, abs_tol=NEAR):
        yield f"the gap is {expected:.6f}, not {plan.gap}"
    if (plan.status == "optimal") != (bound - total <= NEAR):
        yield f"the status is {plan.status} with objective {total:.6f} and bound {bound:.6f}"
    if plan.blocking:
        yield "a plan with a list names something that stands against it"
