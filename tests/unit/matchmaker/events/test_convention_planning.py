"""The planner of conventions against trying everything, on problems that are small enough.

The oracle below shares nothing with the planner or its checker: it reads the JSON of a problem and
tries every slot for every meeting.
"""

import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from matchmaker.errors import ProblemError
from matchmaker.events.conventions import planning
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.planning import plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import document_of
from matchmaker.events.stopping import Stop

GOALS = ("value", "breaks", "idle")


def rules_of(problem):
    """List every rule of a problem that could be given up."""
    people, meetings = problem["participants"], problem["meetings"]
    rules = {("tables", None), ("fairness", None)}
    for kind in ("minimum", "maximum", "availability"):
        rules |= {(kind, person["id"]) for person in people}
    for kind in ("mandatory", "apart"):
        rules |= {(kind, meeting["id"]) for meeting in meetings}
    return rules | {("order", (m["id"], later)) for m in meetings for later in m.get("before", ())}


def is_mandatory(problem, meeting):
    if meeting.get("mandatory") is not None:
        return meeting["mandatory"]
    return "fixed_slot" in meeting or "value" not in problem.get("objective", GOALS)


def is_barred(problem, meeting):
    pair = {meeting["a"], meeting["b"]}
    a, b = (person for person in problem["participants"] if person["id"] in pair)
    return any(pair == {apart["a"], apart["b"]} for apart in problem.get("apart", ())) or any(
        a.get(kind) is not None and a.get(kind) == b.get(kind) for kind in ("company", "group")
    )


def slots_of(problem, meeting, rules):
    """Find the slots of a meeting under some rules; session and fixed slot always hold."""
    if ("apart", meeting["id"]) in rules and is_barred(problem, meeting):
        return []
    slots = set(range(1, problem["slots"] + 1))
    for session in problem.get("sessions", ()):
        if session["id"] == meeting.get("session"):
            slots &= set(session["slots"])
    if "fixed_slot" in meeting:
        slots &= {meeting["fixed_slot"]}
    for person in problem["participants"]:
        comes = person["id"] in (meeting["a"], meeting["b"])
        if comes and ("availability", person["id"]) in rules:
            slots -= set(person.get("unavailable", ()))
    return sorted(slots)


def timetables(problem, rules):
    """Yield every timetable as meeting -> slot, under the rules on single meetings and slots."""
    meetings = problem["meetings"]
    choices = []
    for meeting in meetings:
        must = ("mandatory", meeting["id"]) in rules and is_mandatory(problem, meeting)
        choices.append(slots_of(problem, meeting, rules) + ([] if must else [None]))
    tables = problem["tables"] if ("tables", None) in rules else len(meetings)
    busy, load, chosen = set(), dict.fromkeys(range(1, problem["slots"] + 1), 0), {}

    def place(row):
        if row == len(meetings):
            yield chosen
            return
        meeting = meetings[row]
        for slot in choices[row]:
            if slot is None:
                yield from place(row + 1)
                continue
            ends = {(meeting["a"], slot), (meeting["b"], slot)}
            if ends & busy or load[slot] == tables:
                continue
            busy.update(ends)
            load[slot] += 1
            chosen[meeting["id"]] = slot
            yield from place(row + 1)
            busy.difference_update(ends)
            load[slot] -= 1
            del chosen[meeting["id"]]

    return place(0)


def figures_if_valid(problem, rules, chosen):
    """Value, breaks and idle slots of a timetable; None where it breaks a rule."""
    for kind, pair in rules:
        if kind == "order" and set(pair) <= set(chosen) and chosen[pair[0]] >= chosen[pair[1]]:
            return None
    breaks, idle = [], 0
    for person in problem["participants"]:
        own = sorted(
            chosen[m["id"]]
            for m in problem["meetings"]
            if m["id"] in chosen and person["id"] in (m["a"], m["b"])
        )
        if ("minimum", person["id"]) in rules and len(own) < person.get("min", 0):
            return None
        if ("maximum", person["id"]) in rules and len(own) > person.get("max", len(own)):
            return None
        gaps = [later - earlier - 1 for earlier, later in pairwise(own)]
        breaks.append(sum(gap > 0 for gap in gaps))
        idle += sum(gaps)
    fairness = problem.get("fairness") if ("fairness", None) in rules else None
    if fairness is not None and max(breaks) - min(breaks) > fairness:
        return None
    value = sum(m.get("value", 1) for m in problem["meetings"] if m["id"] in chosen)
    return {"value": value, "breaks": sum(breaks), "idle": idle}


def best_by_trying(problem, rules=None):
    """Figures of the goals of a best plan, in their order; None where there is no plan.

    Values are multiples of 1/4, so that sums of them are exact.
    """
    rules = rules_of(problem) if rules is None else rules
    goals = problem.get("objective", GOALS)
    best = None
    for chosen in timetables(problem, rules):
        figures = figures_if_valid(problem, rules, chosen)
        if figures is None:
            continue
        rank = [-figures[goal] if goal == "value" else figures[goal] for goal in goals]
        if best is None or rank < best[0]:
            best = rank, {goal: figures[goal] for goal in goals}
    return None if best is None else best[1]


def is_possible(problem, rules):
    """Whether any timetable keeps some rules."""
    return any(
        figures_if_valid(problem, rules, chosen) is not None
        for chosen in timetables(problem, rules)
    )


def test_the_oracle_by_hand():
    """One table, three slots: A meets B, C; the fixed slot 3 of B and C leaves A slots 1 and 2."""
    problem = {
        "slots": 3,
        "tables": 1,
        "participants": [{"id": name} for name in "ABC"],
        "meetings": [
            {"id": 1, "a": "A", "b": "B"},
            {"id": 2, "a": "A", "b": "C"},
            {"id": 3, "a": "B", "b": "C", "fixed_slot": 3},
        ],
    }
    # A has 1 and 2; whoever meets A in slot 1 waits in slot 2 for slot 3.
    assert best_by_trying(problem) == {"value": 3, "breaks": 1, "idle": 1}
    assert best_by_trying(problem | {"fairness": 0}) == {"value": 2, "breaks": 0, "idle": 0}
    assert best_by_trying(problem | {"objective": ["breaks", "value"]}) == {"breaks": 0, "value": 2}
    waits = problem | {"objective": ["breaks"], "fairness": 0}
    assert best_by_trying(waits) is None
    assert best_by_trying(waits, rules_of(waits) - {("fairness", None)}) == {"breaks": 1}


def some(draw, share):
    """Draw whether something rare is there: in about this share of twenty cases."""
    return draw(st.sampled_from([False] * (20 - share) + [True] * share))


def drawn_meeting(draw, number, names, slot, has_sessions):
    """Draw one wished meeting, which may have to come before one of those drawn earlier."""
    a, b = draw(st.lists(names, min_size=2, max_size=2, unique=True))
    meeting = {"id": f"m{number}", "a": a, "b": b, "value": draw(st.integers(0, 12)) / 4}
    if some(draw, 2):
        meeting["fixed_slot"] = draw(slot)
    elif has_sessions and some(draw, 10):
        meeting["session"] = draw(st.sampled_from(["am", "pm"]))
    if number and some(draw, 4):
        meeting["before"] = [f"m{draw(st.integers(0, number - 1))}"]
    if some(draw, 1):
        meeting["mandatory"] = draw(st.booleans())
    return meeting


def drawn_participant(draw, name, slot):
    """Draw one participant."""
    person = {"id": name}
    if some(draw, 5):
        person["unavailable"] = draw(st.lists(slot, max_size=2, unique=True))
    if some(draw, 2):
        person["min"] = draw(st.integers(1, 2))
    if some(draw, 4):
        person["max"] = draw(st.integers(person.get("min", 0), 3))
    if some(draw, 1):
        person["company"] = draw(st.sampled_from(["X", "Y"]))
    return person


@st.composite
def problems(draw, people=(4, 9), slots=(2, 6), meetings=(1, 12)):
    """Draw the JSON of a problem; it may contradict itself."""
    n_slots, n_people = draw(st.integers(*slots)), draw(st.integers(*people))
    names, slot, has_sessions = st.integers(1, n_people), st.integers(1, n_slots), some(draw, 6)
    problem = {
        "slots": n_slots,
        "tables": draw(st.integers(1, 3)),
        "participants": [drawn_participant(draw, name, slot) for name in range(1, n_people + 1)],
        "meetings": [
            drawn_meeting(draw, number, names, slot, has_sessions)
            for number in range(draw(st.integers(*meetings)))
        ],
        "objective": draw(st.lists(st.sampled_from(GOALS), min_size=1, unique=True)),
    }
    if has_sessions:
        middle = draw(st.integers(1, n_slots - 1))
        parts = (("am", range(1, middle + 1)), ("pm", range(middle + 1, n_slots + 1)))
        problem["sessions"] = [{"id": name, "slots": list(part)} for name, part in parts]
    if some(draw, 6):
        a, b = draw(st.lists(names, min_size=2, max_size=2, unique=True))
        problem["apart"] = [{"a": a, "b": b, "why": "refused"}]
    if some(draw, 8):
        problem["fairness"] = draw(st.integers(0, 1))
    if some(draw, 6):
        owner = draw(st.sampled_from(problem["participants"]))
        owner["table"] = draw(st.integers(1, problem["tables"]))
    return problem


def planned(tree):
    """Plan a drawn problem; one that contradicts itself is not of interest here."""
    try:
        problem = document_of(tree, Problem, "problem")
    except ProblemError:
        reject()
    answer = plan(problem, Stop(10, time.monotonic), seed=1, language="en", workers=1)
    assert check(problem, answer) == []
    return answer


def blocking_rules(answer):
    """Read the rules that are said to leave no plan, as those of the oracle."""
    rules = set()
    for block in answer.blocking:
        if block.rule in ("tables", "fairness"):
            rules.add((block.rule, None))
        elif block.rule == "order":
            rules.add(("order", tuple(block.meetings)))
        else:
            rules |= {(block.rule, name) for name in block.participants or block.meetings}
    return rules


def assert_best(tree, answer):
    """Hold a plan against all plans: infeasible only where there is none, never beyond the best."""
    best = best_by_trying(tree)
    assert (answer.status == "infeasible") == (best is None)
    if best is None:
        return
    figures = {goal: getattr(answer.objective, goal) for goal in best}
    assert answer.status == "optimal"
    assert figures == pytest.approx(best)


QUIETLY = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@QUIETLY
@given(problems(people=(4, 5), slots=(2, 4), meetings=(3, 6)))
def test_a_tiny_plan_is_the_best_there_is(tree):
    assert_best(tree, planned(tree))


@settings(QUIETLY, max_examples=25)
@given(problems(people=(4, 5), slots=(4, 5), meetings=(4, 6)), st.permutations(("breaks", "idle")))
def test_a_tiny_plan_has_the_fewest_waits(tree, goals):
    """Every meeting must take place, so that some waits cannot be avoided."""
    limits = ("min", "max", "company")
    people = [
        {key: value for key, value in person.items() if key not in limits}
        for person in tree["participants"]
    ]
    tree = tree | {"objective": list(goals), "participants": people, "tables": 2}
    assert_best(tree, planned(tree))


@QUIETLY
@given(problems(people=(4, 9), slots=(2, 6), meetings=(4, 14)))
def test_a_small_plan_keeps_every_rule(tree):
    assert planned(tree).status in ("optimal", "infeasible")


TIGHT = {"objective": ["breaks"], "tables": 1, "fairness": 0}
"""Every meeting must take place, without much room, so that few problems have a plan."""

FOUR_IN_THREE_SLOTS = {
    "slots": 3,
    "participants": [{"id": 1}, {"id": 2}, {"id": 3}],
    "meetings": [
        {"id": "m0", "a": 1, "b": 2},
        {"id": "m1", "a": 1, "b": 2},
        {"id": "m2", "a": 1, "b": 3},
        {"id": "m3", "a": 2, "b": 3},
    ],
}
"""Any two of the four meetings share a participant: three slots never do, whatever the tables."""


@settings(QUIETLY, max_examples=30)
@given(problems(people=(4, 4), slots=(3, 4), meetings=(3, 5)))
@example(FOUR_IN_THREE_SLOTS)
def test_the_rules_that_block_leave_no_plan(tree):
    tree = tree | TIGHT
    answer = planned(tree)
    rules = blocking_rules(answer)
    assert rules <= rules_of(tree)
    assert is_possible(tree, rules) == (answer.status != "infeasible")


@settings(QUIETLY, max_examples=30)
@given(problems(people=(4, 4), slots=(3, 4), meetings=(3, 5)))
@example(FOUR_IN_THREE_SLOTS)
def test_without_any_one_of_the_rules_that_block_there_is_a_plan(tree):
    tree = tree | TIGHT
    rules = blocking_rules(planned(tree))
    for rule in rules:
        assert is_possible(tree, rules - {rule}), f"{rule} does not block"


def test_an_event_too_large_for_the_solver_keeps_what_has_a_place(monkeypatch):
    """Three people, three meetings, two slots: counting allows all three, a triangle only two."""
    monkeypatch.setattr(planning, "LARGEST_EXACT", 0)
    monkeypatch.setattr(planning, "LARGEST_POLISHED", 0)
    tree = {
        "slots": 2,
        "tables": 2,
        "participants": [{"id": name} for name in "ABC"],
        "meetings": [{"id": a + b, "a": a, "b": b} for a, b in ("AB", "BC", "AC")],
    }
    problem = document_of(tree, Problem, "triangle")
    found = planning.plan(problem, Stop(10, time.monotonic), 1)
    assert (found.status, len(found.meetings)) == ("feasible", 1 + 1)
