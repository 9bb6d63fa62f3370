"""An evening of round tables: the plan against brute force, hand values, and its own checker."""

import time
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import BrokenPlanError, ProblemError
from matchmaker.events.documents import document_bytes, document_of, parse_document
from matchmaker.events.round_tables.bounds import fewest_repeats, most_cross, objective_bound
from matchmaker.events.round_tables.checking import check
from matchmaker.events.round_tables.evening import evening_of, table_sizes
from matchmaker.events.round_tables.exact import prove, small_enough
from matchmaker.events.round_tables.plan import Blocking, Plan, sentence
from matchmaker.events.round_tables.planning import checked, plan
from matchmaker.events.round_tables.problem import Problem
from matchmaker.events.round_tables.scoring import score
from matchmaker.events.stopping import Stop
from matchmaker.texts import LANGUAGES


def within(seconds):
    return Stop(seconds, time.monotonic)


def people(n, **changes):
    """List participants p1, p2, ...; odd ones are of 77, even ones of 91."""
    return [
        {"id": f"p{k}", "department": "77" if k % 2 else "91"} | changes.get(f"p{k}", {})
        for k in range(1, n + 1)
    ]


def problem(n, rounds, tables, seats, *, changes=None, **rest):
    low, high = seats if isinstance(seats, tuple) else (seats, seats)
    tree = {
        "rounds": rounds,
        "tables": tables,
        "seats_min": low,
        "seats_max": high,
        "participants": people(n, **(changes or {})),
    }
    return document_of(tree | rest, Problem, "test")


def golfers(groups, size, weeks, **rest):
    return problem(groups * size, weeks, groups, size, **rest)


def random_problem(seed, n=6, rounds=2, tables=2, **rest):
    """Draw values for some pairs, and a pair that stays apart."""
    rng = np.random.default_rng(seed)
    pairs = list(combinations(range(1, n + 1), 2))
    values = [
        {"a": f"p{a}", "b": f"p{b}", "value": int(rng.integers(1, 10)) / 10}
        for a, b in pairs
        if rng.random() < 0.6
    ]
    a, b = pairs[int(rng.integers(len(pairs)))]
    rest = {"repeats": "avoid", "apart": [{"a": f"p{a}", "b": f"p{b}"}]} | rest
    return problem(n, rounds, tables, (2, n), values=values, **rest)


def seatings(there, sizes):
    """All ways to seat people at tables of given sizes; tables of one size are alike."""
    if not sizes:
        yield ()
        return
    for table in combinations(there, sizes[0]):
        for others in seatings([p for p in there if p not in table], sizes[1:]):
            if not others or sizes[1] != sizes[0] or table[0] < others[0][0]:
                yield (table, *others)


def all_scores(case):
    """Judge every evening by brute force: broken, repeated, -objective."""
    evening = evening_of(case)
    rounds = []
    for there, sizes in zip(evening.present, evening.sizes, strict=True):
        rows = np.flatnonzero(there).tolist()
        choices = []
        for tables in seatings(rows, sizes):
            seats = np.full(evening.n, -1)
            for number, table in enumerate(tables):
                seats[list(table)] = number
            choices.append(seats)
        rounds.append(choices)
    return (score(evening, np.array(choice)).rank for choice in product(*rounds))


# -- the form of problems


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"participants": [*people(4), *people(1)]}, "'p1' is listed twice"),
        ({"seats_min": 5, "seats_max": 4}, "seats_min 5 is more than seats_max 4"),
        ({"apart": [{"a": "p1", "b": "x"}]}, r"apart\[1\] names 'x', who is no participant"),
        ({"apart": [{"a": "p1", "b": "p1"}]}, r"apart\[1\] names 'p1' on both sides"),
        (
            {"values": [{"a": "p1", "b": "p2", "value": 1}, {"a": "p2", "b": "p1", "value": 1}]},
            "pair p1 and p2 twice",
        ),
        ({"values": [{"a": "p1", "b": "p2", "value": -1}]}, r"values\[1\]\.value"),
        ({"participants": people(4, p2={"arrives": 4})}, "'p2' arrives in round 4"),
        ({"participants": people(4, p2={"leaves": 4})}, "leaves after round 4 of 3"),
        ({"participants": people(4, p2={"arrives": 3, "leaves": 2})}, "'p2' arrives in round 3"),
        ({"repeats": "often"}, "repeats"),
        ({"round": 1}, "round"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_bad_problem_is_refused_in_one_sentence(changes, message):
    tree = {"rounds": 3, "participants": people(4)} | changes
    with pytest.raises(ProblemError, match=message):
        document_of(tree, Problem, "evening.json")


def test_what_is_not_given_is_as_documented():
    case = document_of({"rounds": 3, "participants": people(12)}, Problem, "evening.json")
    assert (case.repeats, case.seats_min, case.seats_max, case.tables) == ("never", 4, 10, None)
    assert (case.cross_weight, case.small_table_weight) == (0.05, 0.05)
    assert evening_of(case).sizes == ((6, 6),) * 3  # as few tables as seat everybody


@given(st.integers(0, 60), st.integers(1, 12), st.integers(2, 8), st.integers(0, 4))
def test_table_sizes_are_the_only_even_spread_over_most_tables(n, tables, low, wider):
    sizes = table_sizes(n, tables, low, low + wider)
    possible = [
        used
        for used in range(1, tables + 1)
        if used * low <= n  # each of them is filled
    ]
    if not possible or n > max(possible) * (low + wider):
        assert sizes == ()
    else:
        assert len(sizes) == max(possible)
        assert sum(sizes) == n
        assert max(sizes) - min(sizes) <= 1
        assert low <= min(sizes) <= max(sizes) <= low + wider
        assert list(sizes) == sorted(sizes, reverse=True)


# -- plans against brute force


@pytest.mark.parametrize("seed", range(4))
def test_a_small_plan_is_the_best_of_all_evenings(seed):
    case = random_problem(seed)
    broken, repeated, loss = min(all_scores(case))
    found = plan(case, within(20), seed)
    assert (found.status, broken) == ("optimal", 0)
    assert found.figures.repeated == found.repeated_bound == repeated
    assert found.objective == pytest.approx(-loss)


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_with_late_and_early_people_is_the_best_of_all_evenings(seed):
    late = {"p1": {"arrives": 2}, "p2": {"leaves": 1, "company": "x"}, "p3": {"company": "x"}}
    case = random_problem(seed, n=7, changes=late, cross_weight=0.3, small_table_weight=0.4)
    broken, repeated, loss = min(all_scores(case))
    found = plan(case, within(20), seed)
    assert (found.status, broken) == ("optimal", 0)
    assert (found.figures.repeated, found.objective) == (repeated, pytest.approx(-loss))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["never", "avoid"]))
def test_no_evening_beats_the_bounds(seed, repeats):
    case = random_problem(seed, n=6, tables=3, repeats=repeats, cross_weight=0.2)
    evening = evening_of(case)
    bound, fewest = objective_bound(evening, within(10)), fewest_repeats(evening)
    good = [rank for rank in all_scores(case) if rank[0] == 0]
    assert good
    assert max(-loss for _, _, loss in good) <= bound
    assert min(repeated for _, repeated, _ in good) >= fewest


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["never", "avoid"]))
def test_the_proof_is_the_truth(seed, repeats):
    case = random_problem(seed, n=6, tables=3, repeats=repeats, cross_weight=0.2)
    evening = evening_of(case)
    proof = prove(evening, None, within(20), seed=1, num_workers=1)
    _, repeated, loss = min(all_scores(case))
    assert not proof.impossible
    assert proof.repeated == repeated
    assert proof.objective == pytest.approx(-loss, abs=1e-5)
    assert score(evening, proof.seats).rank == pytest.approx((0, repeated, loss))


@pytest.mark.parametrize(("sizes", "cross"), [((6, 3), 9), ((4, 2), 4), ((5, 2), 6)])
def test_a_table_is_never_all_cross_encounters(sizes, cross):
    n, most = sizes
    evening = evening_of(problem(n, 1, 1, (2, n)))
    # One table of everybody: all pairs, less those within the two departments.
    assert most_cross(evening) == cross == (n - most) * most


def test_the_plan_of_golfers_meets_the_published_figures():
    for groups, size, weeks in [(3, 3, 4), (5, 3, 7), (6, 3, 7), (8, 4, 9), (8, 4, 10)]:
        case = golfers(groups, size, weeks, cross_weight=0)
        found = plan(case, within(60), 1, num_workers=1)
        assert found.status == "optimal"
        assert found.figures.repeated == 0
        assert found.figures.encounters_min == weeks * (size - 1)


def test_balance_is_worth_more_than_a_lonely_record():
    """Two rounds of pairs: everybody meets one of the other department, rather than some two."""
    case = problem(4, 2, 2, 2, apart=[], cross_weight=1)
    found = plan(case, within(20), 1)
    assert (found.status, found.figures.cross_min, found.figures.cross_mean) == ("optimal", 2, 2)
    assert found.objective == pytest.approx(4 * (1 + 1 / 2) / 2)  # scale 2: shares 1 and 1/2


def test_colleagues_competitors_and_groups_sit_apart():
    same = {f"p{k}": {"company": "c"} for k in (1, 3, 5)} | {
        f"p{k}": {"group": "plato"} for k in (2, 4)
    }
    case = problem(12, 2, 4, 3, changes=same, apart=[{"a": "p6", "b": "p7", "why": "competitor"}])
    found = plan(case, within(20), 1)
    tables = [set(t.participants) for held in found.rounds for t in held.tables]
    for pair in [{"p1", "p3"}, {"p1", "p5"}, {"p3", "p5"}, {"p2", "p4"}, {"p6", "p7"}]:
        assert not any(pair <= table for table in tables)
    assert found.figures.repeated == 0


def test_a_realistic_evening_keeps_all_rules_and_says_its_gap():
    rng = np.random.default_rng(3)
    late = {f"p{k}": {"arrives": 2} for k in (4, 9)} | {
        f"p{k}": {"company": f"c{k // 2}"} for k in range(10, 16)
    }
    values = [
        {"a": f"p{a}", "b": f"p{b}", "value": float(rng.random())}
        for a, b in combinations(range(1, 25), 2)
        if (a + b) % 2 and rng.random() < 0.3
    ]
    case = problem(24, 3, 6, (3, 5), changes=late, values=values)
    found = plan(case, within(3), 1, num_workers=1)
    assert found.status in ("optimal", "feasible")
    assert found.figures.repeated == 0
    assert 0 <= found.gap < 0.35
    assert found.objective > 0.5 * found.bound


def test_one_worker_and_one_seed_make_one_plan():
    case = random_problem(11)
    first, second = (plan(case, within(60), 5, num_workers=1) for _ in range(2))
    assert first.rounds == second.rounds


# -- no plan


NO_SECOND_ROUND = [{"a": f"p{a}", "b": f"p{b}"} for a, b in combinations((1, 2, 3, 4), 2)]
"""Four people at three tables: two of them share one, in any round."""


def codes(found):
    return [reason.code for reason in found.blocking]


def test_a_plan_that_counting_forbids_says_why():
    found = plan(golfers(8, 4, 11), within(5), 1)
    assert found.status == "infeasible"
    assert codes(found) == ["too_few_others", "too_few_pairs"]
    assert (found.blocking[0].needed, found.blocking[0].available) == (33, 31)
    assert (found.blocking[1].needed, found.blocking[1].available) == (11 * 48, 496)


def test_those_who_lack_others_are_named():
    apart = [{"a": "p1", "b": f"p{k}"} for k in (2, 3)]
    found = plan(problem(9, 4, 3, 3, apart=apart), within(5), 1)
    lonely = found.blocking[0]
    assert (lonely.code, lonely.participants) == ("too_few_others", ("p1",))
    assert (lonely.needed, lonely.available) == (8, 6)


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (problem(9, 1, 2, 4), "cannot_seat"),
        (problem(3, 1, 1, 4), "cannot_seat"),
        (
            problem(8, 1, 2, 4, changes={f"p{k}": {"company": "c"} for k in (1, 2, 3)}),
            "colleagues",
        ),
        (
            problem(8, 1, 2, 4, apart=[{"a": "p1", "b": f"p{k}"} for k in range(2, 8)]),
            "too_few_at_table",
        ),
        (golfers(2, 3, 2), "too_few_tables"),
        (problem(9, 2, 3, 3, apart=NO_SECOND_ROUND), "no_such_plan"),
    ],
    ids=["too-many", "too-few", "colleagues", "lonely", "tables", "proved"],
)
def test_each_hindrance_has_its_reason(case, code):
    found = plan(case, within(10), 1)
    assert (found.status, found.rounds) == ("infeasible", ())
    assert codes(found)[0] == code


def test_what_is_neither_found_nor_proved_is_unknown():
    case = golfers(6, 6, 4)  # three mutually orthogonal Latin squares would be needed
    assert not small_enough(evening_of(case))
    found = plan(case, within(1), 1)
    assert (found.status, codes(found)) == ("unknown", ["not_found"])
    assert found.blocking[0].needed > 0


def test_second_encounters_are_as_few_as_can_be_where_they_are_only_avoided():
    """Two tables of three twice: each table of the second round has two of one of the first."""
    found = plan(golfers(2, 3, 2, repeats="avoid"), within(10), 1)
    assert (found.status, found.figures.repeated, found.repeated_bound) == ("optimal", 2, 2)


def test_a_schedule_that_is_one_round_too_short_is_begun_again():
    """Three tables of three, five rounds: four without repeats, and all pairs of the fifth."""
    found = plan(golfers(3, 3, 5, repeats="avoid"), within(5), 1)
    assert (found.figures.repeated, found.repeated_bound, found.status) == (9, 9, "optimal")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", Blocking.model_fields["code"].annotation.__args__)
def test_each_reason_is_a_sentence(code, language):
    for names in [("Ada",), ("Ada", "Zoé")]:
        reason = Blocking(code=code, participants=names, round=2, needed=7, available=5)
        text = sentence(reason, language)
        assert text.endswith(".")
        assert "{" not in text
        if code in ("colleagues", "too_few_at_table", "too_few_others"):
            assert all(name in text for name in names)


# -- the checker

GOOD_CASE = problem(
    10,
    3,
    3,
    (3, 4),
    changes={
        "p1": {"company": "c", "arrives": 2},
        "p2": {"company": "c"},
        "p3": {"group": "g"},
        "p4": {"group": "g"},
    },
    apart=[{"a": "p5", "b": "p6"}],
    values=[{"a": "p7", "b": "p8", "value": 0.5}, {"a": "p1", "b": "p10", "value": 0.25}],
    repeats="avoid",
)


@pytest.fixture(scope="module")
def good():
    return plan(GOOD_CASE, within(2), 1, num_workers=1)


def broken(good, **changes):
    return good.model_copy(update=changes)


def reseated(good, number, tables):
    """Replace the tables of a round by lists of numbers of participants."""
    rounds = [
        held.model_copy(
            update={
                "tables": tuple(
                    held.tables[0].model_copy(
                        update={"table": k, "participants": tuple(f"p{p}" for p in table)}
                    )
                    for k, table in enumerate(tables, 1)
                )
            }
        )
        if held.round == number
        else held
        for held in good.rounds
    ]
    return broken(good, rounds=tuple(rounds))


def test_a_good_plan_passes(good):
    assert check(GOOD_CASE, good) == []
    assert parse_document(document_bytes(good), Plan, "plan.json") == good


@pytest.mark.parametrize(
    ("number", "tables", "fault"),
    [
        (1, [[1, 3, 5], [2, 6, 7], [4, 8, 9, 10]], "'p1' sits in round 1 without being there"),
        (2, [[1, 3, 5], [2, 6, 7], [4, 8, 9]], "'p10' has no seat in round 2"),
        (2, [[1, 3, 5], [2, 6, 7], [4, 8, 9, 10, 1]], "'p1' has 2 seats in round 2"),
        (2, [[1, 3], [2, 6, 7, 5], [4, 8, 9, 10]], "has not between 3 and 4"),
        (2, [[1, 3, 5, 7, 9], [2, 4, 6, 8, 10]], "has not between 3 and 4"),
        (2, [[1, 2, 6], [3, 5, 7], [4, 8, 9, 10]], "'p1' and 'p2' share a table and a company"),
        (2, [[3, 4, 6], [1, 5, 7], [2, 8, 9, 10]], "'p3' and 'p4' share a table and a group"),
        (2, [[5, 6, 1], [3, 2, 7], [4, 8, 9, 10]], "'p5' and 'p6' share a table and have to"),
    ],
    ids=["absent", "no-seat", "two-seats", "small", "large", "company", "group", "apart"],
)
def test_a_broken_seating_is_found(good, number, tables, fault):
    assert any(fault in sentence for sentence in check(GOOD_CASE, reseated(good, number, tables)))


@pytest.mark.parametrize(
    ("low", "tables", "fault"),
    [
        (2, [[1, 2], [3, 4], [5, 6], [7, 8, 9, 10]], "not evenly filled"),
        (2, [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]], "uses 5 tables of 4"),
        (2, [[1, 2, 3], [4, 5, 6], [7, 8, 9, 10]], "leaves a table empty"),
    ],
    ids=["uneven", "too-many-tables", "too-few-tables"],
)
def test_tables_that_are_filled_otherwise_are_found(low, tables, fault):
    case = problem(10, 1, 4, (low, 4))
    found = reseated(plan(case, within(2), 1), 1, tables)
    assert any(fault in sentence for sentence in check(case, found))


def test_second_encounters_are_found_where_they_are_forbidden():
    case = golfers(3, 3, 2, cross_weight=0)
    found = plan(case, within(5), 1)
    again = tuple(found.rounds[0].model_copy(update={"round": k}) for k in (1, 2))
    assert sum(" meet 2 times" in s for s in check(case, broken(found, rounds=again))) == 9


@pytest.mark.parametrize(
    "figure",
    [
        "encounters",
        "cross_encounters",
        "repeated",
        "value",
        "encounters_min",
        "cross_min",
        "cross_mean",
        "small_tables_max",
    ],
)
def test_each_figure_is_recomputed(good, figure):
    wrong = good.figures.model_copy(update={figure: getattr(good.figures, figure) + 1})
    faults = check(GOOD_CASE, broken(good, figures=wrong))
    assert [f"The figure {figure} is" in fault for fault in faults] == [True]


def test_claims_are_checked(good):
    def faults(**changes):
        return " ".join(check(GOOD_CASE, broken(good, **changes)))

    assert "The objective is" in faults(objective=good.objective - 0.1)
    assert "beyond its bound" in faults(bound=good.objective - 0.1)
    assert "does not follow from objective and bound" in faults(gap=good.gap + 0.1)
    assert "fewer than the bound" in faults(repeated_bound=good.figures.repeated + 1)
    other = "feasible" if good.status == "optimal" else "optimal"
    assert f"The status {other} does not follow" in faults(status=other)
    assert "is missing" in faults(bound=None)
    assert "figures are missing" in faults(figures=None)
    assert "not numbered from 1 to 3" in faults(rounds=good.rounds[1:])
    assert "also says why" in faults(blocking=(Blocking(code="not_found"),))
    renumbered = good.rounds[0].model_copy(update={"tables": good.rounds[0].tables[::-1]})
    assert "tables of round 1" in faults(rounds=(renumbered, *good.rounds[1:]))


def test_an_absent_plan_has_a_reason_and_nothing_else(good):
    def faults(**changes):
        return " ".join(check(GOOD_CASE, Plan(**({"seconds": 0.0} | changes))))

    assert "does not say why" in faults(status="infeasible")
    assert "do not fit the status" in faults(
        status="infeasible", blocking=(Blocking(code="not_found"),)
    )
    assert "has rounds" in faults(
        status="unknown", blocking=(Blocking(code="not_found"),), rounds=good.rounds
    )


def test_a_plan_that_the_checker_refuses_does_not_leave(good):
    assert checked(GOOD_CASE, good) is good
    with pytest.raises(BrokenPlanError, match=r"The objective is .*, not "):
        checked(GOOD_CASE, broken(good, objective=good.objective - 0.1))
