"""Somebody who walks in when the groups are made, held against the checker and every group."""

from __future__ import annotations

import pytest
from test_group_repair import cohort, missing_in, stop

from matchmaker.errors import ProblemError
from matchmaker.events.documents import document_of
from matchmaker.events.peer_groups.adjusting import groups_of, written
from matchmaker.events.peer_groups.changes import Changes
from matchmaker.events.peer_groups.checking import check
from matchmaker.events.peer_groups.joining import NoGroupError, joined_problem, offers
from matchmaker.events.peer_groups.problem import Leader
from matchmaker.events.peer_groups.repair import repair, without


def leader(**more) -> dict:
    place = {"x_km": 12.0, "y_km": 20.0}
    return {"id": "W", "department": "77", "size": 12, "maturity": 4, **place, **more}


def changes(**more) -> Changes:
    return document_of({"walk_ins": [leader()], **more}, Changes, "test")


@pytest.mark.parametrize("seed", range(5))
def test_a_walk_in_joins_the_group_that_costs_least(seed):
    problem, made = cohort(seed)
    after = repair(problem, made, changes(), stop())
    assert check(after.problem, after.plan) == []
    wider = joined_problem(without(problem, made, Changes()), changes().walk_ins[0], changes())
    totals = {}
    for each in made.groups:
        tried = written(wider, made, {**groups_of(made), "W": each.number})
        if not missing_in(wider, tried):
            totals[each.number] = tried.objective.total
    assert totals
    assert after.plan.objective.total == min(totals.values())
    (move,) = after.moved
    assert (move.member, move.old, move.new) == ("W", 0, min(totals, key=totals.get))
    assert after.short == ()
    assert after.problem.size_max == 8


def test_no_rival_no_colleague_and_no_full_group():
    problem, made = cohort(1)
    best = repair(problem, made, changes(), stop()).moved[0].new
    group = next(each for each in made.groups if each.number == best)
    rival = [{"a": group.leaders[0].id, "b": "W", "why": "competitor"}]
    elsewhere = repair(problem, made, changes(apart=rival), stop())
    assert elsewhere.moved[0].new != best
    assert check(elsewhere.problem, elsewhere.plan) == []
    assert elsewhere.problem.apart[-1].model_dump() == rival[0]
    home = groups_of(made)["L0"]
    firm = changes(walk_ins=[leader(company="A")])
    assert repair(problem, made, firm, stop()).moved[0].new not in (home, groups_of(made)["L1"])
    full = problem.model_copy(update={"size_max": max(len(g.leaders) for g in made.groups)})
    largest = [g.number for g in made.groups if len(g.leaders) == full.size_max]
    assert repair(full, made, changes(), stop()).moved[0].new not in largest


def test_the_adviser_chooses_another_group_and_the_seat_is_free_again_afterwards():
    problem, made = cohort(2)
    best = repair(problem, made, changes(), stop()).moved[0].new
    other = next(each.number for each in made.groups if each.number != best)
    chosen = changes(fixed=[{"member": "W", "group": other}])
    after = repair(problem, made, chosen, stop())
    assert groups_of(after.plan)["W"] == other
    assert after.problem.fixed == problem.fixed
    rival = [{"a": made.groups[other - 1].leaders[0].id, "b": "W"}]
    with pytest.raises(NoGroupError, match=f"Group {other} may not take W") as refused:
        repair(
            problem, made, chosen.model_copy(update={"apart": changes(apart=rival).apart}), stop()
        )
    assert "Le groupe" in refused.value.sentence("fr")


def test_where_every_group_is_full_nothing_is_made():
    problem, made = cohort(0)
    full = problem.model_copy(update={"size_max": max(len(g.leaders) for g in made.groups)})
    rivals = [
        {"a": each.leaders[0].id, "b": "W"}
        for each in made.groups
        if len(each.leaders) < full.size_max
    ]
    with pytest.raises(NoGroupError, match="No group may take W"):
        repair(full, made, changes(apart=rivals), stop())
    walk_in = changes(apart=rivals)
    left = without(full, made, Changes())
    wider = joined_problem(left, walk_in.walk_ins[0], walk_in)
    found = offers(left, wider, made, groups_of(made), "W")
    assert all(each.clashes for each in found)
    assert {clash.code for each in found for clash in each.clashes} == {"apart", "size"}


def test_a_walk_in_makes_up_for_somebody_who_is_missing():
    problem, made = cohort(2, leaders=15)
    short = made.groups[0]
    gone = next(each.id for each in short.leaders if each.id != short.meets_at)
    department = next(each.department for each in problem.leaders if each.id == gone)
    walk_in = document_of(
        {"absent": [gone], "walk_ins": [leader(department=department)]}, Changes, "test"
    )
    after = repair(problem, made, walk_in, stop())
    assert [(each.member, each.new) for each in after.moved] == [("W", short.number)]
    assert after.short == ()
    assert check(after.problem, after.plan) == []


def test_a_mentor_whom_no_group_needs_stays_in_reserve():
    problem, made = cohort(0)
    most = max(len(each.mentors) for each in made.groups)
    mentor = {"id": "W", "department": "77", "x_km": 3.0, "y_km": 4.0}
    walk_in = document_of({"mentors": [mentor]}, Changes, "test")
    after = repair(problem, made, walk_in, stop())
    assert groups_of(after.plan)["W"] != 0
    narrow = problem.model_copy(update={"mentors_max": most})
    apart = [{"a": g.leaders[0].id, "b": "W"} for g in made.groups if len(g.mentors) < most]
    kept = document_of({"mentors": [mentor], "apart": apart}, Changes, "test")
    after = repair(narrow, made, kept, stop())
    assert "W" in after.plan.reserve
    assert after.moved == ()


def test_nonsense_is_refused():
    problem, made = cohort(0)
    with pytest.raises(ProblemError, match="department"):
        repair(problem, made, changes(walk_ins=[leader(department="13")]), stop())
    with pytest.raises(ProblemError, match="used 2 times"):
        repair(problem, made, changes(walk_ins=[leader(id="L3")]), stop())
    with pytest.raises(ProblemError, match="coordinates"):
        changes(walk_ins=[leader(y_km=None)])
    assert isinstance(changes().walk_ins[0], Leader)
