"""Why there is no plan: the rules that are named leave none, and each of them is needed."""

from itertools import product

import pytest
from convention_builders import (
    every_timetable,
    matrices,
    meetings_of,
    people_of,
    problem_of,
    quietly,
    stop,
    trees,
)
from hypothesis import given

from matchmaker.events.conventions.blocking import Rule, blocking, rules_of, smallest, under
from matchmaker.events.conventions.planning import plan
from matchmaker.events.conventions.timetable import timetable_of
from matchmaker.events.stopping import Stop

LANGUAGES = ("fr", "en")


def is_impossible(timetable):
    return next(every_timetable(timetable), None) is None


@quietly(80)
@given(trees(people=(3, 4), slots=(1, 3), meetings=(2, 4), tables=(1, 2), must=True))
def test_the_smallest_set_leaves_no_plan_and_needs_each_rule(tree):
    """With trying everything as the proof."""
    timetable = matrices(tree | {"fairness": 0})
    if not is_impossible(timetable):
        return
    rules = smallest(timetable, rules_of(timetable), is_impossible, stop())
    assert set(rules) <= set(rules_of(timetable))
    assert is_impossible(under(timetable, rules))
    for rule in rules:
        assert not is_impossible(under(timetable, [r for r in rules if r != rule])), rule


@quietly(50)
@given(trees(people=(3, 5), slots=(2, 4), meetings=(2, 5)))
def test_all_rules_together_are_the_problem(tree):
    timetable = matrices(tree | {"fairness": 1, "apart": [{"a": 0, "b": 1}]})
    same = under(timetable, rules_of(timetable))
    for name in ("allowed", "present", "minimum", "capacity", "mandatory", "order"):
        assert (getattr(same, name) == getattr(timetable, name)).all(), name
    assert (same.tables, same.fairness, same.barred) == (timetable.tables, 1, timetable.barred)
    none = under(timetable, [])
    assert (none.allowed == timetable.wanted).all()
    assert not is_impossible(none)


EVENT = {
    "slots": 2,
    "tables": 2,
    "participants": people_of("Anne", "Bruno", "Chloé", "David"),
    "objective": ["value"],
}


def wish(number, a, b, **more):
    return {"id": number, "a": a, "b": b, "mandatory": True} | more


ONE, TWO, THREE = (
    wish(1, "Anne", "Bruno"),
    wish(2, "Chloé", "David"),
    wish(3, "Anne", "David"),
)

# For each kind of rule an event in which it blocks, with all of the rules that block together.
CASES = {
    "tables": (
        EVENT | {"tables": 1, "meetings": [ONE, TWO, THREE]},
        {("tables",), ("mandatory", 1), ("mandatory", 2), ("mandatory", 3)},
    ),
    "minimum": (
        EVENT
        | {
            "participants": people_of("Anne", "Bruno", Anne={"min": 2}),
            "meetings": [ONE | {"mandatory": False}],
        },
        {("minimum", "Anne")},
    ),
    "availability": (
        EVENT
        | {
            "participants": people_of(
                "Anne", "Bruno", Anne={"unavailable": [1]}, Bruno={"unavailable": [2]}
            ),
            "meetings": [ONE],
        },
        {("mandatory", 1), ("availability", "Anne"), ("availability", "Bruno")},
    ),
    "apart": (
        EVENT | {"meetings": [ONE], "apart": [{"a": "Bruno", "b": "Anne", "why": "competitor"}]},
        {("apart", 1), ("mandatory", 1)},
    ),
    "maximum": (
        EVENT
        | {
            "participants": people_of("Anne", "Bruno", "David", Anne={"max": 1}),
            "meetings": [ONE, THREE],
        },
        {("maximum", "Anne"), ("mandatory", 1), ("mandatory", 3)},
    ),
    "order": (
        EVENT | {"meetings": [ONE | {"before": [2]}, TWO | {"before": [1]}]},
        {("order", 1, 2), ("order", 2, 1), ("mandatory", 1), ("mandatory", 2)},
    ),
    "fairness": (
        EVENT
        | {
            "slots": 3,
            "meetings": [
                ONE | {"fixed_slot": 1},
                THREE | {"fixed_slot": 3},
                TWO | {"fixed_slot": 2},
            ],
            "fairness": 0,
            "participants": people_of("Anne", "Bruno", "Chloé", "David"),
        },
        {("fairness",), ("mandatory", 1), ("mandatory", 3)},
    ),
}


def named(answer):
    return {(rule.rule, *rule.participants, *rule.meetings) for rule in answer.blocking}


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_of_rule_is_found_by_hand(kind):
    tree, expected = CASES[kind]
    answer = plan(problem_of(tree), stop(), 1, workers=1)
    assert answer.status == "infeasible"
    assert named(answer) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CASES)
def test_sentences_name_whom_and_what_they_are_about(kind, language):
    tree, _ = CASES[kind]
    problem = problem_of(tree)
    names = {meeting.id: (str(meeting.a), str(meeting.b)) for meeting in problem.meetings}
    for rule in plan(problem, stop(), 1, language=language, workers=1).blocking:
        for name in (*rule.participants, *(n for m in rule.meetings for n in names[m])):
            assert name in rule.text
        if rule.rule == "tables":
            assert f"{problem.tables} " in rule.text
            assert f"{problem.tables * problem.slots} " in rule.text


def test_the_two_languages_say_it_differently():
    for tree, _ in CASES.values():
        french, english = (
            plan(problem_of(tree), stop(), 1, language=language, workers=1).blocking
            for language in LANGUAGES
        )
        assert [rule.rule for rule in french] == [rule.rule for rule in english]
        assert all(f.text != e.text for f, e in zip(french, english, strict=True))


def test_tables_are_not_blamed_where_more_tables_would_not_help():
    """Three people, two slots, all three pairs must meet: no number of tables makes it possible."""
    tree = {
        "slots": 2,
        "tables": 1,
        "participants": people_of(*"ABC"),
        "meetings": [m | {"mandatory": True} for m in meetings_of("AB", "BC", "AC")],
    }
    answer = plan(problem_of(tree), stop(), 1, workers=1)
    assert named(answer) == {("mandatory", pair) for pair in ("AB", "BC", "AC")}


def test_a_name_is_said_rather_than_an_id():
    tree = EVENT | {
        "participants": [{"id": 1, "name": "Société Alpha", "min": 1}, {"id": 2}],
        "meetings": [],
    }
    (rule,) = plan(problem_of(tree), stop(), 1, workers=1).blocking
    assert rule.participants == (1,)
    assert rule.text.startswith("Société Alpha ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [3, 4, 12])
def test_many_of_a_kind_are_one_sentence_with_the_sum(count, language):
    """Up to three minimums are said one by one; more together, at most eight by name."""
    names = [f"firm{n:02}" for n in range(count)]
    tree = {
        "slots": 4,
        "tables": 1,
        "participants": [{"id": name, "min": 2} for name in names],
        "meetings": [],
    }
    problem = problem_of(tree)
    rules = [Rule("minimum", row) for row in range(count)]
    found = blocking(problem, timetable_of(problem), rules, language)
    if count <= 3:
        assert [rule.participants for rule in found] == [(name,) for name in names]
        return
    (rule,) = found
    assert rule.participants == tuple(names)
    assert f"{2 * count} " in rule.text
    assert [name in rule.text for name in names] == [n < 8 for n in range(count)]
    assert count <= 8 or f"{count - 8} " in rule.text


def test_order_names_the_two_meetings_of_each_rule():
    tree = EVENT | {"meetings": [ONE | {"before": [3]}, TWO, THREE | {"before": [2]}]}
    problem = problem_of(tree)
    timetable = timetable_of(problem)
    rules = [Rule("order", row) for row in range(len(timetable.order))]
    found = blocking(problem, timetable, rules, "en")
    assert [rule.meetings for rule in found] == [(1, 3), (3, 2)]


def test_without_time_every_rule_is_named():
    tree, _ = CASES["tables"]
    timetable = matrices(tree)
    over = Stop(1, iter([0.0, *[9.0] * 99]).__next__)
    rules = smallest(timetable, rules_of(timetable), is_impossible, over)
    assert is_impossible(under(timetable, rules))
    assert rules == rules_of(timetable)


@pytest.mark.parametrize(("slots", "tables"), list(product([1, 2], [1, 2])))
def test_a_minimum_beyond_the_slots_blocks_by_itself(slots, tables):
    """Nothing else is to blame where one wants more meetings than there are slots."""
    tree = {
        "slots": slots,
        "tables": tables,
        "participants": people_of(*"ABCD", A={"min": 3}),
        "meetings": meetings_of("AB", "AC", "AD"),
    }
    assert named(plan(problem_of(tree), stop(), 1, workers=1)) == {("minimum", "A")}
