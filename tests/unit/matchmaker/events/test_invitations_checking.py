"""The checker of invitations sees every break, and what is impossible is said in two languages."""

import re

import pytest

from matchmaker.events.documents import document_of
from matchmaker.events.invitations import Plan, Problem, check, plan
from matchmaker.events.invitations.plan import Finding
from matchmaker.events.invitations.wording import sentence
from matchmaker.events.stopping import Stop
from matchmaker.texts import LANGUAGES, catalogue


def problem_of(**changed):
    """Eight firms, four of each department, who are all partners across the border."""
    tree = {
        "candidates": [
            {
                "id": f"C{i}",
                "department": "77" if i % 2 else "91",
                "theme_score": i / 10,
                "acceptance": 0.5,
                "trade": "a" if i < 4 else "b",
            }
            for i in range(8)
        ],
        "pairs": [
            {"a": f"C{a}", "b": f"C{b}", "value": 1.0}
            for a in range(0, 8, 2)
            for b in range(1, 8, 2)
        ],
        "size": 3,
        "size_over": 0.0,
        "budget": 6,
        "k": 1,
        "confidence": 0.8,
        "trade_share_max": 0.7,
        "department_share_min": 0.4,
    }
    return document_of(tree | changed, Problem, "problem")


PROBLEM = problem_of()
GOOD = plan(PROBLEM, Stop(60, lambda: 0.0), seed=0)


def broken(change, plan=GOOD):
    tree = plan.model_dump(mode="json")
    change(tree)
    return document_of(tree, Plan, "plan")


def at(*path, value):
    """Set one value of the plan."""

    def change(tree):
        for step in path[:-1]:
            tree = tree[step]
        tree[path[-1]] = value(tree[path[-1]]) if callable(value) else value

    return change


def more(number):
    return number + 1


def moved(old, new):
    """Put somebody else on the list."""

    def change(tree):
        for part in ("invitations", "not_invited"):
            for one in tree[part]:
                one["id"] = {old: new, new: old}.get(one["id"], one["id"])

    return change


def test_the_good_plan_is_what_people_would_choose():
    """By hand: three of each department with p = .5 give each 87.5 %; the last six score best.

    No trade may have more than 70 %: of C2 ... C7, four of six (67 %) have trade b.
    """
    assert check(PROBLEM, GOOD) == []
    assert GOOD.status == "optimal"
    assert sorted(one.id for one in GOOD.invitations) == [f"C{i}" for i in range(2, 8)]
    assert {one.probability for one in GOOD.invitations} == {0.875}
    # Themes: .5 x (.2 + ... + .7); partners: 1.5 expected are more than k = 1, so .5 x 6.
    assert GOOD.objective.theme == pytest.approx(1.35)
    assert GOOD.objective.partners == pytest.approx(3)
    assert GOOD.attendance.expected == pytest.approx(3)
    # Of six coins, 1/64 + 6/64 = .109 show fewer than two heads and 1/64 none.
    assert (GOOD.attendance.low, GOOD.attendance.high) == (1, 5)
    assert {one.reason.code for one in GOOD.not_invited} == {"place_taken"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (at("invitations", 0, "id", value="X"), "X is no candidate"),
        (lambda tree: tree["not_invited"].pop(), "is in 0 places"),
        (lambda tree: tree["not_invited"].append(tree["not_invited"][0]), "is in 2 places"),
        (at("invitations", 0, "acceptance", value=0.6), "comes with 0.5, not 0.6"),
        (at("invitations", 0, "acceptance", value=0.9), "are expected, not 3"),
        (at("invitations", 0, "partners_invited", value=more), "partners on the list, not"),
        (at("invitations", 0, "partners_expected", value=more), "partners expected, not"),
        (at("invitations", 0, "probability", value=0.99), "with 0.875000, not 0.99"),
        (at("invitations", 0, "wave", value=0), "but was not asked before"),
        (at("invitations", 0, "wave", value=2), "in wave 2, which there is not"),
        (at("not_invited", 0, "reason", "code", value="declined"), "which is not so"),
        (at("waves", value=[]), "not numbered from 1 to 1"),
        (at("waves", 0, "invitations", value=more), "wave 1 has 6 invitations, not 7"),
        (at("waves", 0, "expected", value=more), "wave 1 sums"),
        (at("waves", 0, "departments", "77", value=more), "wave 1 counts"),
        (at("attendance", value=None), "no attendance"),
        (at("attendance", "expected", value=more), "3.000 are expected"),
        (at("attendance", "with_partners", value=0.5), "a share of 0.8750"),
        (at("attendance", "departments", "77", value=more), "of the departments is wrong"),
        (at("attendance", "low", value=2), "2 is not where 5 %"),
        (at("attendance", "low", value=0), "0 is not where 5 %"),
        (at("attendance", "high", value=4), "4 is not where 95 %"),
        (at("attendance", "high", value=6), "6 is not where 95 %"),
        (at("objective", value=None), "no objective"),
        (at("objective", "theme", value=more), "the objective says theme"),
        (at("objective", "partners", value=more), "the objective says partners"),
        (at("objective", "total", value=more), "the objective says total"),
        (at("bound", value=lambda bound: bound - 1), "is below the objective"),
        (at("bound", value=more), "the status is optimal"),
        (at("bound", value=None), "no bound or no gap"),
        (at("gap", value=0.5), "the gap is"),
        (at("status", value="feasible"), "the status is feasible"),
        (at("status", value="not_found"), "has invitations or figures"),
        (at("blocking", value=[{"code": "rules"}]), "stands against it"),
    ],
)
def test_every_break_is_seen(change, fault):
    assert any(fault in found for found in check(PROBLEM, broken(change)))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"budget": 5}, "6 invitations are more than the budget of 5"),
        ({"size": 4}, "3.0 are expected, not 4"),
        ({"size": 2}, "3.0 are expected, not 2"),
        ({"department_share_min": 0.5, "departments": ["77", "91"]}, None),
        ({"trade_share_max": 0.6}, "trade b has 2.0 of 3.0 expected, which is too many"),
        ({"confidence": 0.9}, "with 0.875, less than 0.9"),
        ({"k": 2}, "with 0.500"),
        ({"apart": [{"a": "C2", "b": "C3"}]}, "C2 has 2 partners on the list, not 3"),
        ({"waves": 2, "waves_sent": 1, "invited": ["C0"]}, "C0 was asked before, but is not on"),
        ({"waves": 2, "waves_sent": 1, "declined": ["C2"]}, "C2 has declined, but is on the list"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_every_rule_is_checked(changed, fault):
    """The good plan against a problem with one other rule; none is broken where none is named."""
    faults = check(problem_of(**changed), GOOD)
    assert faults == [] if fault is None else any(fault in one for one in faults)


def test_a_department_that_is_too_weak_is_seen():
    tree = PROBLEM.model_dump(mode="json")
    for name in ("C3", "C5"):
        next(one for one in tree["candidates"] if one["id"] == name)["department"] = "91"
    faults = check(document_of(tree, Problem, "problem"), GOOD)
    assert "department 77 has 0.5 of 3.0 expected, which is too few" in faults


def test_an_impossible_plan_says_what_stands_against_it():
    faults = check(PROBLEM, Plan(status="impossible"))
    assert faults == ["an impossible plan names nothing that stands against it"]
    assert check(PROBLEM, Plan(status="not_found")) == []


ASKED = {"waves": 2, "waves_sent": 1}


@pytest.mark.parametrize(
    ("changed", "code", "values"),
    [
        ({"k": 3}, "core_empty", {"k": 3, "largest_k": 1, "firms": 8}),
        ({"pairs": []}, "no_core", {"k": 1}),
        ({"size": 5, "budget": 9}, "size_out_of_reach", {"have": 4.0, "need": 5, "firms": 8}),
        ({"budget": 5}, "budget_too_small", {"have": 2.5, "need": 3, "budget": 5}),
        (
            {"departments": ["77", "91", "94"], "department_share_min": 0.2},
            "department_too_small",
            {"department": "94", "have": 0.0, "need": 0.6},
        ),
        (
            ASKED | {"invited": ["C0", "C1"], "declined": ["C2"], "budget": 2, "size": 1},
            "budget_spent",
            {"have": 3, "need": 2},
        ),
        (
            ASKED | {"accepted": ["C0", "C1", "C2", "C3"]},
            "too_many_coming",
            {"have": 4.0, "need": 3.0},
        ),
        ({"trade_share_max": 0.4}, "rules", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_obstacle_is_named_with_its_numbers(changed, code, values):
    """Four partners with p = .5: 94 % for one or more, 69 % for two, 31 % for three."""
    found = plan(problem_of(**changed), Stop(60, lambda: 0.0), seed=0)
    assert found.status == "impossible"
    assert (code, values) in [(one.code, one.values) for one in found.blocking]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence(language):
    """With its values, and no gap left."""
    values = {
        "k": 3, "largest_k": 2, "firms": 10, "have": 4.5, "need": 5, "budget": 9, "partners": 2,
        "department": "77", "percent": 55, "people": tuple(f"C{i}" for i in range(9)),
    }  # fmt: skip
    keys = [key.split(".")[2] for key in catalogue(language) if key.startswith("event.invitations")]
    codes = set(keys) - {"invited", "and_more"}
    assert {"core_empty", "asked_short", "place_taken", "few_partners_here"} <= codes
    for code in codes:
        said = sentence(Finding(code=code, values=values), language)
        assert said.endswith(".")
        assert not re.search(r"[{}]", said)


def test_numbers_are_written_as_people_write_them():
    finding = Finding(code="budget_too_small", values={"have": 2.5, "need": 3, "budget": 5})
    assert "2,5" in sentence(finding, "fr")
    assert "2.5" in sentence(finding, "en")


def test_names_beyond_six_are_counted():
    finding = Finding(code="asked_short", values={"people": tuple("ABCDEFGH"), "k": 2})
    assert sentence(finding, "en").endswith("A, B, C, D, E, F and 2 more.")
