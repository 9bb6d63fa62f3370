"""The checker of peer groups sees every way in which a good plan can be broken."""

import pytest

from matchmaker.events.documents import document_of
from matchmaker.events.peer_groups import Plan, Problem, check, plan
from matchmaker.events.stopping import Stop


def leader(name, x, department, **changed):
    values = {"size": 5, "maturity": 3.0, "themes": ["export"]}
    return {"id": name, "x_km": x, "y_km": 0.0, "department": department} | values | changed


PROBLEM = document_of(
    {
        "leaders": [
            leader("A", 0.0, "77", company="Un"),
            leader("B", 1.0, "91", size=60),
            leader("C", 2.0, "77", maturity=20.0),
            leader("D", 30.0, "91"),
            leader("E", 31.0, "77", themes=["energy"], company="Un"),
            leader("F", 32.0, "91", size=60),
        ],
        "mentors": [
            {"id": name, "x_km": x, "y_km": 0.0, "department": "77", "themes": ["export"]}
            for name, x in (("M", 1.0), ("N", 31.0), ("O", 15.0))
        ],
        "groups": 2,
        "size_min": 3,
        "size_max": 3,
        "mentors_min": 1,
        "mentors_max": 1,
        "department_min": 1,
        "department_share_min": 0.3,
        "apart": [{"a": "A", "b": "D"}],
        "together": [{"a": "A", "b": "B"}],
        "fixed": [{"member": "A", "group": 1}],
        "travel_max_minutes": 60,
    },
    Problem,
    "problem",
)
GOOD = plan(PROBLEM, Stop(100, lambda: 0.0), seed=0, workers=1)
TREE = GOOD.model_dump(mode="json")


def broken(change):
    """Break the plan at one place, and read it as a document again."""
    tree = GOOD.model_dump(mode="json")
    change(tree)
    return document_of(tree, Plan, "plan")


def at(*path, value):
    """Set one value of the plan."""

    def change(tree):
        for step in path[:-1]:
            tree = tree[step]
        tree[path[-1]] = value(tree[path[-1]]) if callable(value) else value

    return change


def swapped(kind, one, other):
    """Exchange two members of the two groups."""

    def change(tree):
        first, second = (group[kind] for group in tree["groups"])
        first[one], second[other] = second[other], first[one]

    return change


def more(number):
    return number + 1


def test_the_good_plan_is_what_people_would_draw():
    """By hand: A, B, C with M near 0 and D, E, F with N near 31; O stays in reserve."""
    assert check(PROBLEM, GOOD) == []
    assert GOOD.status == "optimal"
    assert [[one.id for one in group.leaders] for group in GOOD.groups] == [
        list("ABC"),
        list("DEF"),
    ]
    assert GOOD.reserve == ("O",)
    # One km is 1.73 minutes, rounded up to 2: A and C go 2 each, and D and F as well.
    assert GOOD.objective.travel == 8
    # Of ages, 5 of 6 are young: 2.5 of 3, so 2 or 3 are fair; of sizes, 2 of 6 are above 50.
    assert (GOOD.objective.size_mix, GOOD.objective.maturity_mix) == (0, 0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (at("groups", 0, "leaders", 0, "id", value="X"), "X, who is no leader"),
        (at("groups", 0, "mentors", 0, "id", value="A"), "A, who is no mentor"),
        (at("groups", 0, "meets_at", value="X"), "meets at X, which is no place"),
        (at("groups", 0, "meets_at", value="D"), "meets at D, who is not in it"),
        (at("left_out", value=[{"id": "M", "reason": {"code": "x"}}]), "M is left out, but is no"),
        (at("reserve", value=["A", "O"]), "A is in reserve, but is no mentor"),
        (at("reserve", value=[]), "O is in 0 places"),
        (at("groups", 0, "leaders", 2, "id", value="A"), "A is in 2 places"),
        (at("left_out", value=[{"id": "A", "reason": {"code": "x"}}]), "does not allow"),
        (lambda tree: tree["groups"].pop(), "there are 1 groups, not 2"),
        (at("groups", 0, "number", value=3), "not numbered from 1"),
        (swapped("leaders", 1, 0), "A and D are both in group 1"),
        (swapped("leaders", 1, 1), "A and B are not in one group"),
        (swapped("leaders", 0, 0), "A is not in group 1, where the seat is fixed"),
        (swapped("leaders", 2, 1), "2 people of Un are in group 1"),
        (lambda tree: tree["groups"][0]["leaders"].pop(), "group 1 has 2 leaders"),
        (lambda tree: tree["groups"][0]["mentors"].pop(), "group 1 has 0 mentors"),
        (swapped("leaders", 1, 1), "has 0 leaders of department 91"),
        (at("groups", 0, "departments", "77", value=more), "counts its departments wrongly"),
        (at("groups", 0, "leaders", 0, "minutes", value=more), "minutes to go, it should be"),
        (at("groups", 0, "leaders", 0, "minutes", value=1), "A has 1 minutes to go"),
        (at("groups", 0, "leaders", 0, "minutes", value=61), "more than 60"),
        (at("groups", 0, "leaders", 0, "theme_partners", value=more), "A shares a theme with"),
        (at("groups", 0, "travel_minutes", value=more), "sums its ways wrongly"),
        (at("groups", 0, "travel_max_minutes", value=more), "sums its ways wrongly"),
        (at("groups", 0, "size_classes", value=[3, 0, 0]), "counts its size classes wrongly"),
        (at("groups", 0, "maturity_classes", value=[3, 0, 0]), "counts its maturity classes"),
        (at("groups", 0, "size_off", value=more), "off the mix of size"),
        (at("groups", 0, "maturity_off", value=more), "off the mix of maturity"),
        (at("groups", 0, "themes_missing", value=more), "with a common theme"),
        (at("objective", "travel", value=more), "the objective says travel"),
        (at("objective", "size_mix", value=more), "the objective says size_mix"),
        (at("objective", "maturity_mix", value=more), "the objective says maturity_mix"),
        (at("objective", "themes", value=more), "the objective says themes"),
        (at("objective", "reserve", value=more), "the objective says reserve"),
        (at("objective", "left_out", value=more), "the objective says left_out"),
        (at("objective", "total", value=more), "the objective says total"),
        (at("objective", value=None), "no objective"),
        (at("bound", value=more), "is above the objective"),
        (at("bound", value=lambda bound: bound - 1), "the status is optimal"),
        (at("bound", value=None), "no bound or no gap"),
        (at("gap", value=0.5), "the gap is"),
        (at("status", value="feasible"), "the status is feasible"),
        (at("status", value="impossible"), "has groups or figures"),
    ],
)
def test_every_break_is_seen(change, fault):
    assert any(fault in found for found in check(PROBLEM, broken(change)))


def test_an_impossible_plan_says_what_stands_against_it():
    faults = check(PROBLEM, Plan(status="impossible"))
    assert faults == ["an impossible plan names nothing that stands against it"]
    assert check(PROBLEM, Plan(status="not_found")) == []


def test_a_place_does_not_hold_more_groups_than_it_may():
    places = [{"id": "P", "x_km": 1.0, "y_km": 0.0}, {"id": "Q", "x_km": 31.0, "y_km": 0.0}]
    tree = PROBLEM.model_dump(mode="json") | {"places": places}
    problem = document_of(tree, Problem, "problem")
    found = plan(problem, Stop(100, lambda: 0.0), seed=0, workers=1)
    assert [group.meets_at for group in found.groups] == ["P", "Q"]
    both = found.model_copy(
        update={"groups": tuple(g.model_copy(update={"meets_at": "P"}) for g in found.groups)}
    )
    assert "2 groups meet at P, which holds 1" in check(problem, both)
