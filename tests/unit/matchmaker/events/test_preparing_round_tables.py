"""From registrations, wishes and scores to an evening of round tables."""

from dataclasses import replace

import pytest
from preparing_samples import event, person, scores, wish

from matchmaker.errors import ProblemError
from matchmaker.events.details import EventKind
from matchmaker.events.preparing.round_tables import round_tables_problem
from matchmaker.events.registrations import Status
from matchmaker.events.round_tables.checking import check
from matchmaker.events.round_tables.planning import plan
from matchmaker.events.stopping import Stop

PEOPLE = [person(k) for k in range(1, 7)]


def evening(**settings):
    return event(EventKind.ROUND_TABLES, **settings)


def values(problem):
    return {(pair.a, pair.b): pair.value for pair in problem.values}


class TestValues:
    def test_words_and_scores_as_in_a_convention(self):
        said = [
            wish(1, 2, "must"),
            wish(2, 1, "must"),
            wish(1, 4, "yes"),
            wish(1, 3, "yes"),
            wish(3, 1, "yes"),
        ]
        given = scores(6, {(1, 2): 0.5, (1, 3): 0.25, (3, 6): 0.75, (3, 5): 0.9})
        problem = round_tables_problem(evening(), PEOPLE, said, given)
        assert values(problem) == {
            ("p1", "p2"): 10.5,
            ("p1", "p3"): 4.25,
            ("p1", "p4"): 2.0,
            ("p3", "p6"): 0.75,
        }

    def test_scores_of_one_department_count_where_the_settings_say_so(self):
        given = scores(6, {(3, 5): 0.9})
        assert values(round_tables_problem(evening(), PEOPLE, [], given)) == {}
        asked = evening(same_department=True)
        assert values(round_tables_problem(asked, PEOPLE, [], given)) == {("p3", "p5"): 0.9}

    def test_those_kept_apart_are_worth_nothing(self):
        said = [wish(1, 2, "yes"), wish(2, 1, "no"), wish(3, 4, "yes", met_before=True)]
        given = scores(6, {(1, 2): 0.5, (5, 6): 0.5}, [(5, 6)])
        problem = round_tables_problem(evening(), PEOPLE, said, given)
        assert values(problem) == {}
        assert {(pair.a, pair.b, pair.why) for pair in problem.apart} == {
            ("p1", "p2", "refused"),
            ("p3", "p4", "met_before"),
            ("p5", "p6", "competitor"),
        }

    def test_one_house_is_worth_nothing(self):
        people = [person(1, group="Plato"), person(2, group="Plato"), person(3)]
        said = [wish(1, 2, "yes"), wish(2, 3, "yes")]
        problem = round_tables_problem(evening(), people, said, None)
        assert values(problem) == {("p2", "p3"): 2.0}
        assert [p.group for p in problem.participants] == ["Plato", "Plato", None]


class TestFrame:
    def test_a_round_for_each_slot_and_the_tables_of_the_event(self):
        problem = round_tables_problem(evening(slots=5, seats_min=3), PEOPLE, [], None)
        assert (problem.rounds, problem.tables, problem.seats_min) == (5, 3, 3)

    def test_without_tables_as_few_as_seat_everybody(self):
        assert round_tables_problem(evening(tables=0), PEOPLE, [], None).tables is None

    @pytest.mark.parametrize(("slots", "rounds"), [(4, 3), (0, 6)])
    def test_rounds_that_are_set(self, slots, rounds):
        asked = evening(slots=slots, rounds=rounds)
        assert round_tables_problem(asked, PEOPLE, [], None).rounds == rounds

    @pytest.mark.parametrize(
        ("changes", "there"),
        [
            ({}, (1, 4)),
            ({"unavailable": (1,)}, (2, 4)),
            ({"unavailable": (3, 4)}, (1, 2)),
            ({"unavailable": (1, 4)}, (2, 3)),
            ({"status": Status.LATE, "from_slot": 3}, (3, 4)),
            ({"status": Status.LATE, "from_slot": 2, "unavailable": (4,)}, (2, 3)),
        ],
        ids=["all", "late", "early", "middle", "arrived", "both"],
    )
    def test_first_and_last_round(self, changes, there):
        people = [person(1, **changes), *PEOPLE[1:]]
        first = round_tables_problem(evening(), people, [], None).participants[0]
        assert (first.arrives, first.leaves) == there

    def test_a_slot_behind_the_last_round_does_not_matter(self):
        people = [person(1, unavailable=(4,)), *PEOPLE[1:]]
        first = round_tables_problem(evening(rounds=3), people, [], None).participants[0]
        assert (first.arrives, first.leaves) == (1, 3)


class TestBadInput:
    @pytest.mark.parametrize(
        ("asked", "changes", "told"),
        [
            (evening(slots=0), {}, "no slots; give it one for each round, or set rounds"),
            (evening(rounds=5), {}, "rounds is 5, but there are 4 slots"),
            (event(), {}, "kind convention, not round_tables"),
            (evening(chairs=4), {}, "'chairs' is none of the kind round_tables"),
            (evening(seats_min=9, seats_max=5), {}, "seats_min 9 is more than seats_max 5"),
            (evening(), {"department": None}, r"no department is known of 'p1' \(Personne 1\)"),
            (evening(), {"unavailable": (2,)}, r"'p1' \(Personne 1\) is away in round 2"),
            (evening(), {"unavailable": (1, 2, 3, 4)}, "'p1'.*cannot come to any of the 4 rounds"),
        ],
        ids=["rounds", "more", "kind", "unknown", "seats", "department", "gap", "never"],
    )
    def test_one_sentence(self, asked, changes, told):
        first = replace(PEOPLE[0], **changes)
        with pytest.raises(ProblemError, match=told):
            round_tables_problem(asked, [first, *PEOPLE[1:]], [], None)


def test_the_planner_takes_it():
    people = [person(k) for k in range(1, 13)]
    said = [wish(1, 2, "must"), wish(2, 1, "must"), wish(3, 4, "no")]
    given = scores(12, {(5, 6): 0.9}, [(7, 8)])
    asked = evening(slots=2, tables=4, seats_min=3, seats_max=3)
    problem = round_tables_problem(asked, people, said, given)
    times = iter(range(10_000))
    found = plan(problem, Stop(200, lambda: next(times) / 10), 1, num_workers=1)
    assert found.status in ("optimal", "feasible")
    assert check(problem, found) == []
    met = [{"p1", "p2"} <= set(t.participants) for r in found.rounds for t in r.tables]
    assert any(met)
