"""Invitations: against every possible list, against simulated evenings, and wave by wave."""

from itertools import combinations, count, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from matchmaker.errors import ProblemError
from matchmaker.events.documents import document_bytes, document_of, parse_document
from matchmaker.events.invitations import Plan, Problem, check, plan
from matchmaker.events.invitations.annealing import _List, anneal
from matchmaker.events.invitations.partner_odds import (
    PartnerOdds,
    distribution,
    necessary_weights,
    poisson_mean,
)
from matchmaker.events.invitations.pool import pool_of
from matchmaker.events.invitations.program import solve, solve_whole
from matchmaker.events.invitations.wording import reason
from matchmaker.events.invitations.worth import excess, worth
from matchmaker.events.stopping import Stop


def patient(seconds=60.0):
    """Give a time limit that never comes, as the clock stands still."""
    return Stop(seconds, lambda: 0.0)


def candidate(name, department, **changed):
    return {"id": name, "department": department, "theme_score": 0.5, "acceptance": 0.5} | changed


def problem_of(**changed):
    tree = {"size": 2, "size_over": 1.0, "budget": 6, "k": 1, "confidence": 0.5}
    return document_of(tree | changed, Problem, "problem")


def random_problem(seed, n=7, **changed):
    """Few candidates, with partners across and within the departments."""
    rng = np.random.default_rng(seed)
    candidates = [
        candidate(
            f"C{i}",
            "77" if rng.random() < 0.5 else "91",
            theme_score=float(rng.random().__round__(2)),
            acceptance=float(rng.uniform(0.3, 1).__round__(2)),
            trade=str(rng.integers(0, 3)),
        )
        for i in range(n)
    ]
    pairs = [
        {"a": f"C{a}", "b": f"C{b}", "value": float(rng.uniform(0.3, 1).__round__(2))}
        for a, b in combinations(range(n), 2)
        if rng.random() < 0.6
    ]
    tree = {
        "candidates": candidates,
        "pairs": pairs,
        "k": int(rng.integers(1, 3)),
        "confidence": float(rng.choice([0.5, 0.7, 0.9])),
        "budget": int(rng.integers(4, n + 1)),
        "size_over": 0.5,
        "department_share_min": float(rng.choice([0.0, 0.3])),
        "trade_share_max": float(rng.choice([0.5, 1.0])),
    }
    return problem_of(**(tree | changed))


def partners_by_hand(problem):
    gone = set(problem.declined)
    never = {frozenset((one.a, one.b)) for one in problem.apart}
    met = {one.id: {} for one in problem.candidates}
    for pair in problem.pairs:
        if not gone & {pair.a, pair.b} and frozenset((pair.a, pair.b)) not in never:
            met[pair.a][pair.b] = met[pair.b][pair.a] = pair.value
    return met


def enough_by_hand(chances, k):
    """P(k or more come), summed over everything that can happen."""
    total = 0.0
    for coming in product((0, 1), repeat=len(chances)):
        if sum(coming) >= k:
            total += np.prod([p if c else 1 - p for p, c in zip(chances, coming, strict=True)])
    return float(total)


def best_by_hand(problem):
    """Value of the best list by trying them all; nothing where none keeps the rules."""
    met, best = partners_by_hand(problem), None
    for size in range(1, problem.budget + 1):
        for listed in combinations(problem.candidates, size):
            if allowed(problem, listed, met):
                value = value_by_hand(problem, listed, met)
                best = value if best is None else max(best, value)
    return best


def allowed(problem, listed, met):
    chance = {one.id: one.acceptance for one in listed}
    total = sum(chance.values())
    if not problem.size - 1e-9 <= total <= problem.size * (1 + problem.size_over) + 1e-9:
        return False
    for name in problem.departments:
        own = sum(one.acceptance for one in listed if one.department == name)
        if own < problem.department_share_min * total - 1e-9:
            return False
    for name in {one.trade for one in listed}:
        own = sum(one.acceptance for one in listed if one.trade == name)
        if own > problem.trade_share_max * total + 1e-9:
            return False
    return all(
        enough_by_hand([chance[o] for o in met[name] if o in chance], problem.k)
        >= problem.confidence - 1e-9
        for name in chance
    )


def value_by_hand(problem, listed, met):
    chance = {one.id: one.acceptance for one in listed}
    value = 0.0
    for one in listed:
        expected = sum(v * chance[o] for o, v in met[one.id].items() if o in chance)
        value += one.acceptance * (one.theme_score + min(expected, problem.k) / problem.k)
    return value


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_finds_the_best_of_all_lists_and_proves_it(seed):
    """And says that there is none exactly where there is none."""
    problem = random_problem(seed)
    best = best_by_hand(problem)
    found = plan(problem, patient(), seed=0)
    if best is None:
        assert found.status == "impossible"
    else:
        assert found.objective.total == pytest.approx(best, abs=1e-5)
        assert found.gap < 1e-5


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_the_relaxation_is_never_below_the_best_list(seed):
    problem = random_problem(seed)
    best = best_by_hand(problem)
    pool = pool_of(problem)
    relaxed = solve(pool, PartnerOdds(pool).core(), seconds=5, whole=False)
    assert best is None or relaxed.bound >= best - 1e-6


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_annealing_keeps_the_rules_and_never_beats_the_proof(seed):
    problem = random_problem(seed, n=9)
    pool = pool_of(problem)
    odds = PartnerOdds(pool)
    core = odds.core()
    proven = solve_whole(pool, core, odds, patient())
    start = np.zeros(len(pool), dtype=bool)
    found = anneal(
        pool, core, odds, start, steps=3000, rng=np.random.default_rng(seed), spent=lambda: 0.0
    )
    if found is None:
        return
    assert not proven.impossible
    assert excess(pool, found) == 0
    assert odds.satisfied(found)[found].all()
    assert sum(worth(pool, found)) <= proven.bound + 1e-6


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_what_is_kept_while_the_list_changes_is_what_is_counted_anew(seed):
    """Flips change the value by what they say, and taking them back leaves no trace."""
    rng = np.random.default_rng(seed)
    pool = pool_of(random_problem(seed, n=9))
    odds = PartnerOdds(pool)
    now = _List(pool, odds, rng.random(9) < 0.5)
    gains = 0.0
    before = cost_of(now)
    for j in rng.integers(0, 9, 20).tolist():
        gain, undo = now.flip(j)
        if rng.random() < 0.3:
            now.restore(undo)
        else:
            gains += gain
    assert cost_of(now) == pytest.approx(before + gains, abs=1e-6)
    assert now.counts == pytest.approx(odds.counts(now.invited), abs=1e-6)
    assert now.value() == pytest.approx(sum(worth(pool, now.invited)), abs=1e-9)
    assert now.off == pytest.approx(excess(pool, now.invited), abs=1e-9)


def cost_of(now):
    """Value with the cost of broken rules, counted anew from the list alone."""
    lack = np.maximum(now.pool.confidence - now.odds.enough(now.invited)[now.invited], 0)
    lack = lack[lack > 1e-10]
    off = excess(now.pool, now.invited)
    cost = 10 * lack.sum() + 0.15 * len(lack) + (3 * off + 0.15) * (off > 0)
    return sum(worth(now.pool, now.invited)) - cost


@given(st.lists(st.floats(0, 1), max_size=8), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_the_distribution_of_present_people_is_exact(chances, k):
    counts = distribution(np.array(chances))
    assert counts.sum() == pytest.approx(1)
    assert counts[k:].sum() == pytest.approx(enough_by_hand(chances, k), abs=1e-12)


def test_equal_chances_make_the_binomial_distribution():
    assert distribution(np.full(30, 0.4)) == pytest.approx(binom.pmf(np.arange(31), 30, 0.4))


@given(
    st.lists(st.floats(0.01, 1), min_size=1, max_size=9), st.integers(1, 4), st.floats(0.5, 0.99)
)
@settings(max_examples=150, deadline=None)
def test_whoever_has_enough_partners_has_enough_weight(chances, k, confidence):
    """The linear rule is kept by everything that keeps the true one, so its value is a bound."""
    tree = {"k": k, "confidence": confidence, "size": 1, "candidates": []}
    tree["candidates"] = [candidate(f"C{i}", "77", acceptance=p) for i, p in enumerate(chances)]
    weights, limit = necessary_weights(pool_of(problem_of(**tree)))
    if enough_by_hand(chances, k) >= confidence:
        assert weights.sum() >= limit - 1e-9


def test_for_one_partner_the_linear_rule_is_the_true_one():
    """By hand: with p = 0.5 each, three partners are 87.5 % for at least one, two are 75 %."""
    people = [candidate(f"C{i}", "77") for i in range(3)]
    weights, limit = necessary_weights(pool_of(problem_of(candidates=people, confidence=0.8)))
    assert weights[:2].sum() < limit < weights.sum()
    assert poisson.sf(2, poisson_mean(3, 0.8)) == pytest.approx(0.8)
    assert poisson_mean(3, 0.8) == pytest.approx(4.279, abs=1e-3)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_every_list_lies_within_the_core(seed):
    """So taking away who falls short among all others loses no list."""
    problem = random_problem(seed, n=6, size=1, size_over=1.0)
    met = partners_by_hand(problem)
    core = PartnerOdds(pool_of(problem)).core()
    outside = {one.id for one, inside in zip(problem.candidates, core, strict=True) if not inside}
    for size in range(1, 7):
        for listed in combinations(problem.candidates, size):
            chance = {one.id: one.acceptance for one in listed}
            fine = all(
                enough_by_hand([chance[o] for o in met[name] if o in chance], problem.k)
                >= problem.confidence - 1e-9
                for name in chance
            )
            assert not fine or not outside & set(chance)


def town(n=90, seed=5, **changed):
    """Two departments, three trades that fit each other, and more pairs than are needed."""
    rng = np.random.default_rng(seed)
    side = rng.choice(["77", "91"], n)
    people = [
        candidate(
            f"C{i}",
            str(side[i]),
            theme_score=round(float(rng.random()), 3),
            acceptance=round(float(rng.uniform(0.2, 0.8)), 3),
        )
        for i in range(n)
    ]
    pairs = [
        {"a": f"C{a}", "b": f"C{b}", "value": round(float(rng.uniform(0.5, 1)), 3)}
        for a, b in combinations(range(n), 2)
        if side[a] != side[b] and rng.random() < 0.45
    ]
    tree = {"candidates": people, "pairs": pairs, "size": 20, "size_over": 0.15, "budget": 50}
    return problem_of(**(tree | {"k": 3, "confidence": 0.8} | changed))


@pytest.fixture(scope="module")
def found():
    """Give a list of some fifty invitations, ended early by a clock that moves when looked at."""
    ticks = count()
    return plan(town(waves=3), Stop(8, lambda: next(ticks) * 0.05), seed=1)


def test_a_list_that_is_cut_short_by_the_clock_is_still_checked(found):
    assert found.status == "feasible"
    assert check(town(waves=3), found) == []
    assert found.gap < 0.15
    assert min(one.probability for one in found.invitations) >= 0.8


def test_simulated_evenings_come_out_as_predicted(found):
    """20,000 evenings: attendance, its interval, and who meets three good partners."""
    problem, rng, evenings = town(waves=3), np.random.default_rng(0), 20_000
    names = [one.id for one in found.invitations]
    chance = np.array([one.acceptance for one in found.invitations])
    met = partners_by_hand(problem)
    known = np.array([[float(other in met[name]) for other in names] for name in names])
    present = rng.random((evenings, len(names))) < chance
    attendance = present.sum(axis=1)
    figures = found.attendance
    error = 4 * attendance.std() / np.sqrt(evenings)
    assert attendance.mean() == pytest.approx(figures.expected, abs=error)
    inside = (attendance >= figures.low) & (attendance <= figures.high)
    assert 0.9 - 0.01 <= inside.mean() <= 0.97
    content = present & (present @ known >= problem.k)
    assert content.sum() / present.sum() == pytest.approx(figures.with_partners, abs=0.01)
    for i in (0, len(names) // 2, len(names) - 1):
        own = content[present[:, i], i]
        error = 4 * 0.5 / np.sqrt(len(own))
        assert own.mean() == pytest.approx(found.invitations[i].probability, abs=error)


def test_the_first_wave_is_the_best_connected_in_both_departments(found):
    values = [wave.departments for wave in found.waves]
    for name in ("77", "91"):
        own = [one[name] for one in values]
        assert max(own) - min(own) <= 1
    expected = [
        np.mean([one.partners_expected for one in found.invitations if one.wave == number])
        for number in (1, 3)
    ]
    assert expected[0] > expected[1]


def test_later_waves_follow_the_answers(found):
    """Of wave one, a third accept, a third decline, a third are silent; the plan goes on."""
    first = [one.id for one in found.invitations if one.wave == 1]
    third = len(first) // 3
    answers = {
        "waves": 3,
        "waves_sent": 1,
        "accepted": first[:third],
        "declined": first[third : 2 * third],
        "invited": first[2 * third :],
    }
    problem = town(**answers, budget=60)
    ticks = count()
    again = plan(problem, Stop(8, lambda: next(ticks) * 0.05), seed=1)
    assert check(problem, again) == []
    assert again.status in ("feasible", "optimal")
    listed = {one.id: one for one in again.invitations}
    assert all(listed[name].wave == 0 for name in answers["accepted"] + answers["invited"])
    assert all(listed[name].acceptance == 1 for name in answers["accepted"])
    assert not listed.keys() & set(answers["declined"])
    assert {one.wave for one in again.invitations} == {0, 2, 3}
    why = {one.id: one.reason.code for one in again.not_invited}
    assert {why[name] for name in answers["declined"]} == {"declined"}
    assert len(listed) + third <= 60


def test_who_was_asked_without_partners_stays_with_a_warning():
    """C0 has one partner with p = .5, but .9 is wanted; it was asked, so it stays."""
    people = [candidate(f"C{i}", "77" if i % 2 else "91", acceptance=0.9) for i in range(4)]
    people[3]["acceptance"] = 0.5
    pairs = [("C1", "C2"), ("C0", "C3"), ("C1", "C3"), ("C2", "C3")]
    problem = problem_of(
        candidates=people,
        pairs=[{"a": a, "b": b, "value": 1.0} for a, b in pairs],
        confidence=0.9,
        waves=2,
        waves_sent=1,
        invited=["C0"],
        department_share_min=0.2,
    )
    found = plan(problem, patient(), seed=0)
    assert found.status == "optimal"
    assert [(one.code, one.values["people"]) for one in found.warnings] == [
        ("asked_short", ("C0",))
    ]


def test_one_seed_gives_one_plan():
    ticks = [count(), count()]
    first, second = (plan(town(seed=6), Stop(8, lambda t=t: next(t) * 0.1), seed=4) for t in ticks)
    assert first == second


def test_a_plan_is_the_same_after_it_was_written_and_read(found):
    again = parse_document(document_bytes(found), Plan, "plan")
    assert again == found
    problem = parse_document(document_bytes(town(waves=3)), Problem, "problem")
    assert check(problem, again) == []


def test_the_rate_that_names_most_is_taken():
    people = [
        candidate("a", "77", acceptance=None, relation="member"),
        candidate("b", "91", acceptance=None, relation="member"),
        candidate("c", "77", acceptance=None),
        candidate("d", "91", acceptance=None),
        candidate("e", "91", acceptance=0.9, relation="member"),
    ]
    rates = [
        {"rate": 0.1},
        {"rate": 0.2, "department": "77"},
        {"rate": 0.3, "relation": "member"},
        {"rate": 0.4, "relation": "member", "department": "77"},
    ]
    pool = pool_of(problem_of(candidates=people, acceptance_rates=rates))
    assert pool.chance.tolist() == [0.4, 0.3, 0.2, 0.1, 0.9]


def test_an_invitation_has_its_reason_in_words(found):
    one = found.invitations[0].model_copy(
        update={"partners_invited": 12, "partners_expected": 5.25, "probability": 0.9599}
    )
    assert reason(one, 3, "fr").startswith("12 bons partenaires invités (on en attend 5,2)")
    assert "95\u00a0% de chances d'en rencontrer au moins 3" in reason(one, 3, "fr")
    assert reason(one, 3, "en").endswith("95% to meet at least 3.")


PEOPLE = [candidate("A", "77"), candidate("B", "91")]
PAIR = {"a": "A", "b": "B", "value": 0.5}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"candidates": [PEOPLE[0]] * 2}, "'A' is listed 2 times"),
        ({"candidates": [candidate("A", "75")]}, "departments are 77, 91"),
        ({"candidates": [candidate("A", "77", acceptance=None)]}, "'A' has no acceptance"),
        ({"pairs": [PAIR | {"a": "X"}]}, r"pairs\[1\] names 'X'"),
        ({"pairs": [PAIR, {"a": "B", "b": "A", "value": 1.0}]}, "repeats the pair"),
        ({"apart": [{"a": "A", "b": "A"}]}, "names 'A' twice"),
        ({"acceptance_rates": [{"rate": 0.5}] * 2}, "two rates"),
        ({"accepted": ["A"]}, "waves_sent is 0"),
        ({"waves": 2, "waves_sent": 1, "accepted": ["X"]}, "'X' was invited, but is no"),
        ({"waves": 2, "waves_sent": 1, "accepted": ["A"], "declined": ["A"]}, "more than once"),
        ({"waves_sent": 1}, "raise waves"),
        ({"department_share_min": 0.6}, "more than 1 in all"),
        ({"departments": ["77", "77", "91"]}, "repeat one"),
        ({"k": 0}, "k: "),
    ],
    ids=lambda value: None if isinstance(value, dict) else value[:20],
)
def test_a_problem_that_contradicts_itself_is_refused_in_one_sentence(changed, message):
    with pytest.raises(ProblemError, match=message):
        problem_of(**({"candidates": PEOPLE} | changed))
