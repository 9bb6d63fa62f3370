"""The checker of conventions sees every way in which a good plan can be broken."""

import pytest

from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import document_of

PROBLEM = {
    "slots": 6,
    "tables": 2,
    "sessions": [{"id": "am", "slots": [1, 2, 3]}, {"id": "pm", "slots": [4, 5, 6]}],
    "participants": [
        {"id": "A", "table": 1, "min": 2},
        {"id": "B", "unavailable": [1]},
        {"id": "C", "max": 2},
        {"id": "D", "company": "X"},
        {"id": "E", "company": "X", "group": "g"},
        {"id": "F", "group": "g", "unavailable": [1, 2, 3]},
    ],
    "meetings": [
        {"id": 1, "a": "A", "b": "B", "session": "am", "before": [4], "value": 3},
        {"id": 2, "a": "C", "b": "D", "fixed_slot": 1, "value": 2},
        {"id": 3, "a": "A", "b": "D", "value": 2},
        {"id": 4, "a": "C", "b": "A", "session": "pm"},
        {"id": 5, "a": "B", "b": "E", "mandatory": True, "value": 2},
        {"id": 6, "a": "D", "b": "E", "value": 5},
        {"id": 7, "a": "E", "b": "F"},
        {"id": 8, "a": "F", "b": "B", "value": 4},
        {"id": 9, "a": "B", "b": "C", "value": 0.5},
        {"id": 10, "a": "A", "b": "F", "session": "am"},
    ],
    "apart": [{"a": "B", "b": "F", "why": "competitor"}],
    "fairness": 1,
}

# By hand: A meets in slots 2, 3, 5 and C in 1, 5 and D in 1, 3: one break each, of 1, 3 and 1
# slots. B goes from table 1 to 2, C and D from 2 to 1.
PLAN = {
    "status": "feasible",
    "objective": {"value": 10, "breaks": 3, "idle": 5},
    "bound": {"value": 10.5, "breaks": 0, "idle": None},
    "gap": 0.5 / 10.5,
    "meetings": [
        {"id": 2, "slot": 1, "table": 2},
        {"id": 1, "slot": 2, "table": 1},
        {"id": 3, "slot": 3, "table": 1},
        {"id": 5, "slot": 3, "table": 2},
        {"id": 4, "slot": 5, "table": 1},
    ],
    "unmet": [
        {"id": 6, "reason": "same_group"},
        {"id": 7, "reason": "same_group"},
        {"id": 8, "reason": "competitor"},
        {"id": 9, "reason": "participant_full"},
        {"id": 10, "reason": "no_common_slot"},
    ],
    "table_changes": 3,
    "participants": [
        {"id": name, "meetings": meetings, "breaks": breaks, "idle": idle, "table_changes": changes}
        for name, meetings, breaks, idle, changes in (
            ("A", 3, 1, 1, 0),
            ("B", 2, 0, 0, 1),
            ("C", 2, 1, 3, 1),
            ("D", 2, 1, 1, 1),
            ("E", 1, 0, 0, 0),
            ("F", 0, 0, 0, 0),
        )
    ],
    "seconds": 0.1,
}


def changed(tree, path, value):
    """Copy a tree with one place of it set, or removed where the value is `GONE`."""
    if not path:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    step = path[0]
    if len(path) == 1 and value is GONE:
        del copy[step]
    else:
        old = copy.get(step) if isinstance(copy, dict) else copy[step]
        copy[step] = changed(old, path[1:], value)
    return copy


GONE = object()


def faults(problem=PROBLEM, plan=PLAN):
    return check(document_of(problem, Problem, "problem"), document_of(plan, Plan, "plan"))


def test_the_good_plan_is_good():
    assert faults() == []


def test_figures_that_are_not_given_are_not_asked_for():
    bare = {key: PLAN[key] for key in ("status", "objective", "meetings", "unmet", "seconds")}
    assert faults(plan=bare) == []


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("objective",), None, "The plan is feasible and has no objective."),
        (
            ("blocking",),
            [{"rule": "tables"}],
            "The plan is feasible and names rules that leave no plan.",
        ),
        (("meetings", 0, "id"), 77, "Meeting 77 is planned and is not in the problem."),
        (("meetings", 0, "id"), "2", "Meeting '2' is planned and is not in the problem."),
        (("meetings", 0, "id"), 1, "Meeting 1 is planned 2 times."),
        (("unmet", 0, "id"), 77, "Meeting 77 is unmet and is not in the problem."),
        (("unmet", 0, "id"), 7, "Meeting 7 is unmet 2 times."),
        (("unmet", 0, "id"), 1, "Meeting 1 is both planned and unmet."),
        (("unmet", 0), GONE, "Meeting 6 is neither planned nor unmet."),
        (("meetings", 4), GONE, "Meeting 4 is neither planned nor unmet."),
        (("meetings", 3), GONE, "Meeting 5 must take place and is not planned."),
        (("meetings", 0), GONE, "Meeting 2 must take place and is not planned."),
        (("meetings", 4, "slot"), 7, "Meeting 4 is in slot 7; slots go from 1 to 6."),
        (("meetings", 4, "slot"), 1, "Meeting 4 is in slot 1, outside its session 'pm'."),
        (("meetings", 0, "slot"), 2, "Meeting 2 is in slot 2, not in its fixed slot 1."),
        (
            ("meetings", 1, "slot"),
            1,
            "Meeting 1 is in slot 1, when participant 'B' is unavailable.",
        ),
        (("meetings", 1, "slot"), 3, "Participant 'A' has 2 meetings in slot 3."),
        (("meetings", 1, "slot"), 3, "Slot 3 has 3 meetings and 2 tables."),
        (("meetings", 3, "table"), 1, "Table 1 has 2 meetings in slot 3."),
        (("meetings", 3, "table"), 3, "Meeting 5 is at table 3; tables go from 1 to 2."),
        (
            ("meetings", 1, "table"),
            2,
            "Meeting 1 is at table 2, not at table 1 of participant 'A'.",
        ),
        (
            ("meetings", 4, "table"),
            2,
            "Meeting 4 is at table 2, not at table 1 of participant 'A'.",
        ),
        (
            ("meetings", 4),
            {"id": 8, "slot": 5, "table": 1},
            "Meeting 8 brings 'F' and 'B' together, who must not meet (competitor).",
        ),
        (
            ("meetings", 4),
            {"id": 6, "slot": 5, "table": 1},
            "Meeting 6 brings 'D' and 'E' together, who must not meet (same_group).",
        ),
        (
            ("meetings", 4),
            {"id": 7, "slot": 5, "table": 1},
            "Meeting 7 brings 'E' and 'F' together, who must not meet (same_group).",
        ),
        (
            ("unmet", 1, "reason"),
            "competitor",
            "Meeting 7 is unmet as competitor; no such rule is on the two.",
        ),
        (
            ("unmet", 3, "reason"),
            "other",
            "Meeting 9 is unmet as other; no such rule is on the two.",
        ),
        (
            ("unmet", 0, "reason"),
            "outweighed",
            "Meeting 6 is unmet as outweighed; a rule keeps the two apart (same_group).",
        ),
        (
            ("unmet", 3, "reason"),
            "no_common_slot",
            "Meeting 9 is unmet as no_common_slot; slot 2 suits both.",
        ),
        (
            ("unmet", 4, "reason"),
            "participant_full",
            "Meeting 10 is unmet as participant_full; 'A' and 'F' may both have more meetings.",
        ),
        (
            ("unmet", 3, "reason"),
            "tables_full",
            "Meeting 9 is unmet as tables_full; slot 4 has a free table.",
        ),
        (
            ("unmet", 3, "reason"),
            "order",
            "Meeting 9 is unmet as order; no order is asked of it.",
        ),
        (("objective", "value"), 10.1, "The value is 10, not 10.1."),
        (("objective", "breaks"), 2, "There are 3 breaks, not 2."),
        (("objective", "idle"), 4, "There are 5 idle slots, not 4."),
        (("table_changes",), 4, "There are 3 table changes, not 4."),
        (("participants", 0, "meetings"), 2, "Participant 'A' has 3 meetings, not 2."),
        (("participants", 0, "breaks"), 0, "Participant 'A' has 1 breaks, not 0."),
        (("participants", 2, "idle"), 1, "Participant 'C' has 3 idle slots, not 1."),
        (("participants", 1, "table_changes"), 0, "Participant 'B' has 1 table changes, not 0."),
        (
            ("participants", 5, "id"),
            "G",
            "There are figures of participant 'G', who is not in the problem.",
        ),
        (("participants", 5, "id"), "E", "There are figures of participant 'E' 2 times."),
        (("participants", 5), GONE, "The figures of participant 'F' are missing."),
        (("bound", "value"), 9.9, "The plan has value 10, better than the bound 9.9."),
        (("bound", "breaks"), 4, "The plan has breaks 3, better than the bound 4."),
        (("bound", "idle"), 5.5, "The plan has idle 5, better than the bound 5.5."),
        (("bound", "value"), None, "There is a gap, and no bound of value, the first goal."),
        (("gap",), 0, "The gap is 0.047619, not 0."),
        (("bound", "value"), 12, "The gap is 0.166667, not 0.047619."),
        (("status",), "optimal", "The plan is optimal, and its value 10 is not 10.5."),
        (("status",), "optimal", "The plan is optimal, and its breaks 3 is not 0."),
        (("status",), "optimal", "The plan is optimal and has no bound of idle."),
        (
            ("status",),
            "infeasible",
            "The plan is infeasible and has meetings or figures of participants.",
        ),
        (
            ("status",),
            "infeasible",
            "The plan is infeasible and has an objective, a gap or table changes.",
        ),
        (
            ("status",),
            "infeasible",
            "The plan is infeasible and does not say which rules leave no plan.",
        ),
    ],
)
def test_a_broken_plan_is_seen(path, value, sentence):
    assert sentence in faults(plan=changed(PLAN, path, value))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("slots",), 7, None),
        (("tables",), 3, None),
        (("participants", 3, "min"), 3, "Participant 'D' has 2 meetings, fewer than 3."),
        (("participants", 5, "min"), 1, "Participant 'F' has 0 meetings, fewer than 1."),
        (("participants", 0, "max"), 2, "Participant 'A' has 3 meetings, more than 2."),
        (
            ("participants", 4, "table"),
            2,
            None,
        ),
        (
            ("participants", 3, "table"),
            2,
            None,
        ),
        (
            ("participants", 1, "table"),
            2,
            None,
        ),
        (
            ("meetings", 0),
            {"id": 1, "a": "B", "b": "A", "value": 3, "before": [2]},
            "Meeting 1 in slot 2 must come before meeting 2, which is in slot 1.",
        ),
        (
            ("meetings", 2, "before"),
            [5],
            "Meeting 3 in slot 3 must come before meeting 5, which is in slot 3.",
        ),
        (("meetings", 2, "before"), [6], None),
        (("fairness",), 0, "Participants have from 0 to 1 breaks; they may differ by 0."),
        (("fairness",), None, None),
        (
            ("objective",),
            ["breaks", "idle"],
            "Meeting 9 must take place and is not planned.",
        ),
    ],
)
def test_a_stricter_problem_is_seen_and_a_laxer_one_is_not(path, value, sentence):
    found = faults(problem=changed(PROBLEM, path, value))
    assert (sentence in found) if sentence else not found


def test_a_table_of_ones_own_holds_for_the_second_of_two_as_well():
    """D takes table 2 for its own: the fixed meeting with C is there, the one with A is not."""
    meetings = changed(PROBLEM, ("participants", 3, "table"), 2)
    assert faults(problem=meetings) == []
    moved = changed(PLAN, ("meetings", 0, "table"), 1)
    assert "Meeting 2 is at table 1, not at table 2 of participant 'D'." in faults(meetings, moved)


def test_fairness_counts_whoever_has_no_meeting():
    """Two who meet in slots 1 and 3 have a break each; the third, without meetings, has none."""
    problem = {
        "slots": 3,
        "tables": 1,
        "participants": [{"id": "A"}, {"id": "B"}, {"id": "C"}],
        "meetings": [{"id": 1, "a": "A", "b": "B"}, {"id": 2, "a": "A", "b": "B"}],
        "fairness": 0,
    }
    plan = {
        "status": "feasible",
        "objective": {"value": 2, "breaks": 2, "idle": 2},
        "meetings": [{"id": 1, "slot": 1, "table": 1}, {"id": 2, "slot": 3, "table": 1}],
        "seconds": 0,
    }
    sentence = "Participants have from 0 to 1 breaks; they may differ by 0."
    assert faults(problem, plan) == [sentence]
    without_third = problem | {"participants": problem["participants"][:2]}
    assert faults(without_third, plan) == []


FULL = {
    "slots": 2,
    "tables": 1,
    "participants": [{"id": name} for name in "ABCD"],
    "meetings": [
        {"id": "early", "a": "A", "b": "B", "before": ["late"]},
        {"id": "late", "a": "A", "b": "C"},
        {"id": "left", "a": "B", "b": "D"},
    ],
    "objective": ["value"],
}


def held(*places, unmet=None, **claims):
    """Write a plan of `FULL` with value alone."""
    return {
        "status": "feasible",
        "objective": {"value": len(places), "breaks": 0, "idle": 0},
        "meetings": [{"id": name, "slot": slot, "table": table} for name, slot, table in places],
        "unmet": [{"id": name, "reason": reason} for name, reason in (unmet or {}).items()],
        "seconds": 0,
    } | claims


def test_full_tables_are_a_reason_only_where_both_could_meet():
    plan = held(("early", 1, 1), ("late", 2, 1), unmet={"left": "tables_full"})
    assert faults(FULL, plan) == []
    second_table = FULL | {"tables": 2}
    assert faults(second_table, plan) == [
        "Meeting 'left' is unmet as tables_full; slot 2 has a free table."
    ]


@pytest.mark.parametrize(
    ("slot", "found"),
    [(2, []), (1, ["Meeting 'late' is unmet as order; slot 2 keeps the order."])],
)
def test_order_is_a_reason_only_where_no_slot_keeps_it(slot, found):
    """What must come after a meeting in the last slot has no place."""
    problem = FULL | {"tables": 2}
    plan = held(("early", slot, 1), ("left", 3 - slot, 1), unmet={"late": "order"})
    assert faults(problem, plan) == found


def test_order_counts_what_comes_later_too():
    problem = FULL | {"tables": 2}
    plan = held(("late", 1, 1), ("left", 1, 2), unmet={"early": "order"})
    assert faults(problem, plan) == []
    assert faults(problem, held(("late", 2, 1), ("left", 2, 2), unmet={"early": "order"})) == [
        "Meeting 'early' is unmet as order; slot 1 keeps the order."
    ]


@pytest.mark.parametrize(
    ("place", "missing"), [(("early", 2, 1), "late"), (("late", 1, 1), "early")]
)
def test_the_same_slot_is_no_order(place, missing):
    """Four people could all meet in one slot; one meeting must be strictly later, though."""
    problem = FULL | {
        "tables": 2,
        "meetings": [
            {"id": "early", "a": "A", "b": "B", "before": ["late"]},
            {"id": "late", "a": "C", "b": "D"},
        ],
    }
    assert faults(problem, held(place, unmet={missing: "order"})) == []


@pytest.mark.parametrize(
    ("objective", "bound", "gap", "good"),
    [
        (["value"], {"value": 2}, 0.0, True),
        (["value"], {"value": 2.5}, 0.2, True),
        (["value"], {"value": 2.5}, 0.25, False),
        (["breaks", "value"], {"breaks": 0}, 0.0, True),
        (["breaks", "value"], {"breaks": 0}, 0.1, False),
        (["idle", "value"], {"idle": 0}, 0.0, True),
    ],
)
def test_the_gap_is_that_of_the_first_goal(objective, bound, gap, good):
    places = (("early", 1, 1), ("late", 2, 1))
    plan = held(*places, unmet={"left": "tables_full"}, bound=bound, gap=gap)
    assert (faults(FULL | {"objective": objective}, plan) == []) == good


def test_the_gap_of_breaks_is_a_share_of_the_breaks():
    """Three breaks and a bound of 1: two of three too many. No break at all is no division by 0."""
    problem = PROBLEM | {"objective": ["breaks", "value"]}
    bound = {"breaks": 1}
    assert faults(problem, PLAN | {"bound": bound, "gap": 2 / 3}) == []
    assert faults(problem, PLAN | {"bound": bound, "gap": 2.0}) == ["The gap is 0.666667, not 2."]


def test_optimal_is_said_only_of_goals_at_their_bounds():
    places = (("early", 1, 1), ("late", 2, 1))
    claims = {"status": "optimal", "bound": {"value": 2, "breaks": 0}, "gap": 0}
    plan = held(*places, unmet={"left": "tables_full"}, **claims)
    assert faults(FULL, plan) == []
    assert faults(FULL | {"objective": ["value", "breaks"]}, plan) == []
    assert faults(FULL | {"objective": ["value", "idle"]}, plan) == [
        "The plan is optimal and has no bound of idle."
    ]


def test_a_bound_may_differ_in_the_last_digits():
    places = (("early", 1, 1), ("late", 2, 1))
    for bound, good in ((2 - 1e-7, True), (2 - 1e-4, False)):
        claims = {"status": "optimal", "bound": {"value": bound}, "gap": 0}
        plan = held(*places, unmet={"left": "tables_full"}, **claims)
        assert (faults(FULL, plan) == []) == good


@pytest.mark.parametrize(
    ("blocking", "sentence"),
    [
        ({"rule": "minimum", "participants": ["A"]}, None),
        ({"rule": "availability", "participants": ["C"]}, None),
        ({"rule": "mandatory", "meetings": [2]}, None),
        ({"rule": "fairness"}, None),
        (
            {"rule": "maximum", "participants": ["Z"]},
            "A blocking rule names participant 'Z', who is not in the problem.",
        ),
        (
            {"rule": "order", "meetings": [77]},
            "A blocking rule names meeting 77, which is not in the problem.",
        ),
        (
            {"rule": "minimum", "participants": ["B"]},
            "A blocking minimum names participant 'B', who has none.",
        ),
        (
            {"rule": "mandatory", "meetings": [1]},
            "A blocking rule says that meeting 1 is mandatory, which it is not.",
        ),
    ],
)
def test_what_leaves_no_plan_is_a_rule_of_the_problem(blocking, sentence):
    plan = {"status": "infeasible", "blocking": [blocking], "seconds": 0}
    assert faults(plan=plan) == ([sentence] if sentence else [])


@pytest.mark.parametrize("part", ["meetings", "participants"])
def test_where_there_is_no_plan_there_are_neither_meetings_nor_figures(part):
    plan = {"status": "infeasible", "blocking": [{"rule": "tables"}], "seconds": 0}
    assert faults(plan=plan | {part: PLAN[part]}) == [
        "The plan is infeasible and has meetings or figures of participants."
    ]


@pytest.mark.parametrize("part", ["objective", "gap", "table_changes"])
def test_where_there_is_no_plan_nothing_is_claimed_of_it(part):
    plan = {"status": "infeasible", "blocking": [{"rule": "tables"}], "seconds": 0}
    assert faults(plan=plan | {part: PLAN[part]}) == [
        "The plan is infeasible and has an objective, a gap or table changes."
    ]


def test_fairness_does_not_block_where_it_is_not_asked_for():
    plan = {"status": "infeasible", "blocking": [{"rule": "fairness"}], "seconds": 0}
    assert faults(PROBLEM | {"fairness": None}, plan) == [
        "A blocking rule is fairness, which the problem does not ask for."
    ]


@pytest.mark.parametrize("place", range(5))
def test_no_meeting_can_be_dropped_or_moved_to_the_unmet_unseen(place):
    without = changed(PLAN, ("meetings", place), GONE)
    name = PLAN["meetings"][place]["id"]
    assert f"Meeting {name} is neither planned nor unmet." in faults(plan=without)
    unmet = [*PLAN["unmet"], {"id": name, "reason": "outweighed"}]
    assert any(f.startswith("The value is ") for f in faults(plan=without | {"unmet": unmet}))


def test_all_faults_are_said_at_once():
    plan = changed(changed(PLAN, ("objective", "idle"), 4), ("meetings", 3, "table"), 1)
    assert faults(plan=plan) == [
        "Table 1 has 2 meetings in slot 3.",
        "Participant 'B' has 0 table changes, not 1.",
        "There are 2 table changes, not 3.",
        "There are 5 idle slots, not 4.",
    ]
