"""Repair on the day: the past stays, almost nobody moves, and the right people are told.

Plans here are put together at random within the rules, not by the planner; the rules of a repair
are verified on the JSON alone, beside the checker of the project.
"""

import random
from collections import Counter
from itertools import product

import pytest
from convention_builders import meetings_of, people_of, problem_of, quietly, stop, trees
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.changes import Changes
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.repair import repair
from matchmaker.events.documents import document_of


def some_plan(tree, seed):
    """Place meetings at random within slots, tables, limits and order; owners at their tables."""
    draw = random.Random(seed)
    people = {person["id"]: person for person in tree["participants"]}
    placed, tables = {}, {}
    for meeting in draw.sample(tree["meetings"], len(tree["meetings"])):
        places = [
            (slot, table)
            for slot in range(1, tree["slots"] + 1)
            for table in range(1, tree["tables"] + 1)
            if is_free(tree, people, placed, tables, meeting, slot, table)
        ]
        if places and draw.random() < 0.9:
            placed[meeting["id"]], tables[meeting["id"]] = draw.choice(places)
    return plan_of(*((name, placed[name], tables[name]) for name in placed))


def is_free(tree, people, placed, tables, meeting, slot, table):
    both = (people[meeting["a"]], people[meeting["b"]])
    wishes = {wish["id"]: wish for wish in tree["meetings"]}
    if any(slot in person.get("unavailable", ()) for person in both):
        return False
    if meeting.get("fixed_slot") not in (None, slot):
        return False
    host = next((p["table"] for p in both if p.get("table")), None)
    owners = {p["table"] for p in people.values() if p.get("table")}
    if table != host and (host or table in owners):
        return False
    for name, there in placed.items():
        ends = {wishes[name]["a"], wishes[name]["b"]} & {meeting["a"], meeting["b"]}
        if there == slot and (ends or tables[name] == table):
            return False
        if name in meeting.get("before", ()) and there <= slot:
            return False
        if meeting["id"] in wishes[name].get("before", ()) and there >= slot:
            return False
    counts = Counter(wishes[n][side] for n in placed for side in "ab")
    return all(counts[p["id"]] < (p.get("max") or 99) for p in both if p.get("max") != 0) and all(
        p.get("max") != 0 for p in both
    )


def plan_of(*places):
    """Write (meeting, slot, table) as a plan; its figures are not looked at by a repair."""
    tree = {
        "status": "feasible",
        "objective": {"value": 0.0, "breaks": 0, "idle": 0},
        "meetings": [{"id": name, "slot": s, "table": t} for name, s, t in places],
        "seconds": 0.0,
    }
    return document_of(tree, Plan, "plan")


def changes_of(tree):
    return document_of(tree, Changes, "changes")


def repaired(tree, plan, changes, **others):
    return repair(problem_of(tree), plan, changes_of(changes), stop(), 1, **others)


def places_of(plan):
    return {meeting.id: (meeting.slot, meeting.table) for meeting in plan.meetings}


@st.composite
def days(draw):
    """Draw an event with tables of its own for some, a plan, and what happens on the day."""
    tree = draw(trees(people=(4, 7), slots=(2, 5), meetings=(4, 12), tables=(2, 3), limits=True))
    for person in tree["participants"]:
        person["min"] = 0
    owners = draw(st.lists(st.sampled_from(tree["participants"]), max_size=1))
    for owner in owners:
        owner["table"] = draw(st.integers(1, tree["tables"]))
    tree["objective"] = draw(st.sampled_from([["value"], ["breaks"], ["idle", "value"]]))
    names = [person["id"] for person in tree["participants"]]
    first, name = draw(st.integers(1, tree["slots"])), st.sampled_from(names)
    changes = {
        "from_slot": first,
        "absent": draw(st.lists(name, max_size=2, unique=True)),
        "late": [
            {"id": who, "from_slot": draw(st.integers(1, tree["slots"] + 1))}
            for who in draw(st.lists(name, max_size=1))
        ],
        "lost_tables": draw(st.lists(st.integers(1, tree["tables"]), max_size=2, unique=True))
        if draw(st.booleans())
        else [],
        "standby": draw(st.lists(name, max_size=2, unique=True)),
    }
    if draw(st.booleans()):
        changes["walk_ins"] = [{"id": "walk-in", "min": draw(st.integers(0, 1))}]
        changes["meetings"] = [
            {"id": f"new{who}", "a": who, "b": "walk-in", "value": 1.0}
            for who in draw(st.lists(name, max_size=3, unique=True))
        ]
    return tree, some_plan(tree, draw(st.integers(0, 99))), changes


class Day:
    """What happened, read off the JSON: who is there when, which tables are left."""

    def __init__(self, tree, plan, changes):
        self.first = changes["from_slot"]
        self.lost = set(changes.get("lost_tables", ()))
        self.tables = tree["tables"]
        self.people = {p["id"]: p for p in [*tree["participants"], *changes.get("walk_ins", ())]}
        self.wishes = {m["id"]: m for m in [*tree["meetings"], *changes.get("meetings", ())]}
        self.late = {late["id"]: late["from_slot"] for late in changes.get("late", ())}
        self.absent = set(changes.get("absent", ()))
        self.before = places_of(plan)

    def is_there(self, who, slot):
        if slot in self.people[who].get("unavailable", ()):
            return False
        if slot < self.first:
            return True
        return who not in self.absent and slot >= self.late.get(who, 1)

    def both(self, meeting):
        return self.wishes[meeting]["a"], self.wishes[meeting]["b"]

    def is_possible(self, meeting, slot):
        return all(self.is_there(who, slot) for who in self.both(meeting))

    def is_hit(self, meeting):
        """Whether a planned meeting may lose its place: its people, or the room in its slot."""
        slot, _ = self.before[meeting]
        used = {table for s, table in self.before.values() if s == slot}
        return not self.is_possible(meeting, slot) or bool(used & self.lost)

    def open_kept(self):
        """Planned meetings that are still to come and whose people are there."""
        return [
            m
            for m, (slot, _) in self.before.items()
            if slot >= self.first and self.is_possible(m, slot)
        ]


def assert_rules_hold(day, after):
    """Nobody booked twice, no lost table, nobody who is not there, own tables, order, limits."""
    busy = Counter((who, slot) for m, (slot, _) in after.items() for who in day.both(m))
    assert max(busy.values(), default=1) == 1
    assert max(Counter(after.values()).values(), default=1) == 1
    load = Counter(who for who, _ in busy)
    for who, person in day.people.items():
        assert person.get("max") is None or load[who] <= person["max"]
    for meeting, (slot, table) in after.items():
        wish = day.wishes[meeting]
        assert 1 <= table <= day.tables
        assert wish.get("fixed_slot") in (None, slot)
        for later in wish.get("before", ()):
            assert later not in after or after[later][0] > slot
        if slot < day.first:
            continue
        assert table not in day.lost
        assert day.is_possible(meeting, slot)
        own = [day.people[who].get("table") for who in day.both(meeting)]
        own = [t for t in own if t is not None and t not in day.lost]
        assert not own or table == own[0]


def assert_told(day, after, messages):
    """Messages are the differences of both plans, for both people of each meeting."""
    expected = set()
    for meeting in day.wishes:
        was, now = day.before.get(meeting), after.get(meeting)
        if was == now:
            continue
        news = "added" if was is None else "cancelled" if now is None else "table"
        if was and now and was[0] != now[0]:
            news = "moved"
        expected |= {(who, news, meeting) for who in day.both(meeting)}
    told = [(message.participant, message.news, message.meeting) for message in messages]
    assert len(told) == len(set(told))
    assert set(told) == expected


@quietly(200)
@given(days(), st.sampled_from([0.0, 0.3, 1.0]))
def test_a_repair_keeps_its_promises(case, move_limit):
    tree, plan, changes = case
    day = Day(tree, plan, changes)
    answer = repaired(tree, plan, changes, move_limit=move_limit)
    after = places_of(answer.plan)
    assert check(answer.problem, answer.plan) == []
    past = {m: place for m, place in day.before.items() if place[0] < day.first}
    assert past.items() <= after.items()
    assert {m for m, (slot, _) in after.items() if slot < day.first} == set(past)
    assert_rules_hold(day, after)
    assert_told(day, after, answer.messages)
    moved = {m for m in after if m in day.before and after[m][0] != day.before[m][0]}
    assert set(answer.moved) == moved
    quiet = {m for m in moved if not day.is_hit(m)}
    assert quiet <= set(answer.moved_others)
    assert len(answer.moved_others) <= int(move_limit * len(day.open_kept()))
    cancelled = set(day.before) - set(after)
    assert all(day.is_hit(m) for m in cancelled)


@quietly(60)
@given(days())
def test_the_same_seed_gives_the_same_repair(case):
    tree, plan, changes = case
    one, two = (repaired(tree, plan, changes, move_limit=0.5) for _ in range(2))
    assert one.model_copy(update={"seconds": 0.0, "plan": None}) == two.model_copy(
        update={"seconds": 0.0, "plan": None}
    )
    assert one.plan.meetings == two.plan.meetings


@quietly(60)
@given(days())
def test_nothing_happens_where_nothing_has_happened_and_nothing_is_missing(case):
    tree, plan, _ = case
    planned = places_of(plan)
    tree = tree | {"meetings": [m for m in tree["meetings"] if m["id"] in planned]}
    for meeting in tree["meetings"]:
        meeting["before"] = [m for m in meeting.get("before", ()) if m in planned]
    answer = repaired(tree, plan, {"from_slot": 1})
    assert places_of(answer.plan) == planned
    assert (answer.moved, answer.moved_others, answer.messages) == ((), (), ())


@quietly(60)
@given(days())
def test_a_repaired_plan_can_be_repaired_again(case):
    tree, plan, changes = case
    first = repaired(tree, plan, changes)
    again = {"from_slot": tree["slots"], "lost_tables": changes["lost_tables"]}
    second = repair(first.problem, first.plan, changes_of(again), stop(), 1)
    early = {m: p for m, p in places_of(first.plan).items() if p[0] < tree["slots"]}
    assert early.items() <= places_of(second.plan).items()
    assert check(second.problem, second.plan) == []


def event(*pairs, slots=2, tables=2, people=None, **more):
    names = sorted(set("".join(pairs)))
    meetings = meetings_of(*pairs, **more)
    return {
        "slots": slots,
        "tables": tables,
        "participants": people or people_of(*names),
        "meetings": meetings,
        "objective": ["value"],
    }


@pytest.mark.parametrize("from_slot", [1, 3])
def test_everybody_is_absent(from_slot):
    tree = event("AB", "CD", "AC", slots=3)
    plan = plan_of(("AB", 1, 1), ("CD", 2, 1), ("AC", 3, 1))
    answer = repaired(tree, plan, {"from_slot": from_slot, "absent": list("ABCD")})
    kept = [m for m in plan.meetings if m.slot < from_slot]
    assert list(answer.plan.meetings) == kept
    assert len(answer.messages) == 2 * (3 - len(kept))
    assert {message.news for message in answer.messages} == {"cancelled"}


def test_the_last_slot_alone_is_open():
    tree = event("AB", "CD", "BC")
    plan = plan_of(("AB", 1, 1), ("CD", 2, 2))
    answer = repaired(tree, plan, {"from_slot": 2, "absent": ["D"]})
    assert places_of(answer.plan) == {"AB": (1, 1), "BC": (2, 1)}


@pytest.mark.parametrize("late", [2, 3])
def test_who_is_late_meets_later_or_not_at_all(late):
    answer = repaired(
        event("AB"),
        plan_of(("AB", 1, 1)),
        {"from_slot": 1, "late": [{"id": "A", "from_slot": late}]},
    )
    assert places_of(answer.plan) == ({"AB": (2, 1)} if late == 2 else {})
    assert answer.moved == (("AB",) if late == 2 else ())
    assert answer.moved_others == ()


def test_who_is_late_and_absent_is_absent():
    changes = {"from_slot": 1, "absent": ["A"], "late": [{"id": "A", "from_slot": 2}]}
    assert places_of(repaired(event("AB"), plan_of(("AB", 1, 1)), changes).plan) == {}


def test_the_own_table_is_lost():
    """A moves to the other table for what is to come; what has been stays at table 1."""
    tree = event("AB", "AC", people=people_of(*"ABC", A={"table": 1}))
    plan = plan_of(("AB", 1, 1), ("AC", 2, 1))
    answer = repaired(tree, plan, {"from_slot": 2, "lost_tables": [1]})
    assert places_of(answer.plan) == {"AB": (1, 1), "AC": (2, 2)}
    assert [(m.participant, m.news) for m in answer.messages] == [("A", "table"), ("C", "table")]
    assert answer.problem.participants[0].table is None


def test_the_past_at_a_lost_own_table_stays_where_both_have_one():
    people = people_of(*"ABC", A={"table": 1}, B={"table": 2})
    tree = event("AB", "AC", people=people)
    plan = plan_of(("AB", 1, 1), ("AC", 2, 1))
    answer = repaired(tree, plan, {"from_slot": 2, "lost_tables": [1]})
    assert places_of(answer.plan)["AB"] == (1, 1)


@pytest.mark.parametrize("lost", [[1], [1, 1], [2]])
def test_one_of_two_tables_is_lost(lost):
    """Two meetings in one slot, another slot is free: one of them has to go there."""
    plan = plan_of(("AB", 1, 1), ("CD", 1, 2))
    answer = repaired(event("AB", "CD"), plan, {"from_slot": 1, "lost_tables": lost})
    assert sorted(slot for slot, _ in places_of(answer.plan).values()) == [1, 2]
    assert {table for _, table in places_of(answer.plan).values()} == {3 - lost[0]}


def test_who_sits_at_a_table_that_is_left_does_not_move():
    """Of two meetings of one worth, that at the lost table changes its slot."""
    for lost, stays in ((1, "CD"), (2, "AB")):
        plan = plan_of(("AB", 1, 1), ("CD", 1, 2))
        changes = {"from_slot": 1, "lost_tables": [lost]}
        answer = repaired(event("AB", "CD"), plan, changes, move_limit=0)
        assert places_of(answer.plan)[stays] == places_of(plan)[stays]


def test_every_table_is_lost():
    plan = plan_of(("AB", 1, 1), ("CD", 2, 2))
    answer = repaired(event("AB", "CD"), plan, {"from_slot": 2, "lost_tables": [1, 2]})
    assert places_of(answer.plan) == {"AB": (1, 1)}


def test_a_meeting_that_must_come_before_stays_before():
    """A comes for slot 2, where C-D is, which has to follow A-B and may not move."""
    tree = event("AB", "CD", slots=3, AB={"before": ["CD"]})
    plan = plan_of(("AB", 1, 1), ("CD", 2, 1))
    changes = {"from_slot": 1, "late": [{"id": "A", "from_slot": 2}]}
    after = places_of(repaired(tree, plan, changes, move_limit=0).plan)
    assert after["CD"] == (2, 1)
    assert "AB" not in after


def test_two_that_keep_an_order_find_new_places_in_this_order():
    """A and C come for slots 3 and 4: A-B has one of them and C-D the other."""
    tree = event("AB", "CD", slots=4, AB={"before": ["CD"]})
    plan = plan_of(("AB", 1, 1), ("CD", 2, 1))
    changes = {"from_slot": 1, "late": [{"id": who, "from_slot": 3} for who in "AC"]}
    after = places_of(repaired(tree, plan, changes).plan)
    assert {meeting: slot for meeting, (slot, _) in after.items()} == {"AB": 3, "CD": 4}


def test_a_new_meeting_with_an_order_is_added_where_it_fits():
    """C-D is to take place before A-B, which is in slot 2; slot 1 is free."""
    new = {"id": "CD", "a": "C", "b": "D", "before": ["AB"]}
    tree = event("AB", people=people_of(*"ABCD"))
    answer = repaired(tree, plan_of(("AB", 2, 1)), {"from_slot": 1, "meetings": [new]})
    assert places_of(answer.plan) == {"AB": (2, 1), "CD": (1, 1)}


def test_room_is_made_within_the_limit():
    """A is late; the only slot that A-B may use is that of B-C, which can go to slot 1."""
    tree = event("AB", "BC", slots=2, tables=1)
    plan = plan_of(("AB", 1, 1), ("BC", 2, 1))
    changes = {"from_slot": 1, "late": [{"id": "A", "from_slot": 2}]}
    stays = repaired(tree, plan, changes, move_limit=0)
    assert places_of(stays.plan) == {"BC": (2, 1)}
    assert stays.moved == stays.moved_others == ()
    moves = repaired(tree, plan, changes, move_limit=1.0)
    assert places_of(moves.plan) == {"BC": (1, 1), "AB": (2, 1)}
    assert sorted(moves.moved) == ["AB", "BC"]
    assert moves.moved_others == ("BC",)


def crowded(*more, walk_in=()):
    """A-B has to go to slot 2, where B-C is; D-E and F-G allow two more moves."""
    tree = event("AB", "BC", "DE", "FG", *more, slots=2, tables=4)
    plan = plan_of(("AB", 1, 1), ("BC", 2, 1), ("DE", 1, 2), ("FG", 1, 3))
    changes = {"from_slot": 1, "late": [{"id": "A", "from_slot": 2}], **dict(walk_in)}
    return repaired(tree, plan, changes, move_limit=1.0)


def test_only_who_is_in_the_way_moves():
    answer = crowded()
    assert sorted(answer.moved) == ["AB", "BC"]
    assert answer.moved_others == ("BC",)


def test_a_new_meeting_has_not_moved():
    """C and W find slot 1; then B-C takes it and they go to slot 2. They never had another."""
    newcomer = {
        "walk_ins": [{"id": "W"}],
        "meetings": [{"id": "CW", "a": "C", "b": "W"}],
    }
    answer = crowded(walk_in=newcomer)
    assert places_of(answer.plan)["AB"][0] == 2
    assert answer.moved_others == ("BC",)


def gap(**values):
    """B, whom A was to meet in the only slot, does not come; A could meet X, Y or C instead."""
    wishes = {pair: {"value": float(value)} for pair, value in values.items()}
    tree = event("AB", *values, slots=1, AB={"value": 1.0}, **wishes)
    return tree, plan_of(("AB", 1, 1))


@pytest.mark.parametrize(
    ("values", "standby", "filled"),
    [
        ({"AX": 1, "AC": 2}, "X", "AX"),
        ({"AX": 1, "AC": 90}, "X", "AX"),
        ({"AX": 1, "AC": 2}, "", "AC"),
        ({"AX": 3, "AY": 2, "AC": 9}, "XY", "AX"),
        pytest.param(
            {"AX": 1, "AC": 500},
            "X",
            "AX",
        ),
        pytest.param(
            {"AX": 1, "AY": 2},
            "XY",
            "AX",
        ),
    ],
    ids=["standby", "low value", "nobody on standby", "both", "high value", "their order"],
)
def test_a_gap_is_filled_from_standby_first(values, standby, filled):
    tree, plan = gap(**values)
    answer = repaired(tree, plan, {"from_slot": 1, "absent": ["B"], "standby": list(standby)})
    assert list(places_of(answer.plan)) == [filled]


def test_a_meeting_that_had_a_place_comes_before_any_worth():
    """A is late; slot 2 is for A-B, which had a place, not for two that are worth far more."""
    worth = {pair: {"value": 1e6, "fixed_slot": 2, "mandatory": False} for pair in ("AC", "BD")}
    tree = event("AB", "AC", "BD", slots=2, **worth)
    changes = {"from_slot": 1, "late": [{"id": "A", "from_slot": 2}]}
    plan = plan_of(("AB", 1, 1))
    assert "AB" in places_of(repaired(tree, plan, changes, move_limit=0).plan)


def test_what_must_take_place_keeps_the_last_table():
    """Both are at lost tables; table 3 is for C-D, which must take place."""
    tree = event("AB", "CD", slots=1, tables=3, AB={"value": 5.0}, CD={"mandatory": True})
    plan = plan_of(("AB", 1, 1), ("CD", 1, 2))
    answer = repaired(tree, plan, {"from_slot": 1, "lost_tables": [1, 2]})
    assert places_of(answer.plan) == {"CD": (1, 3)}


def test_what_must_take_place_and_does_still_must():
    tree = event("AB", "CD", AB={"mandatory": True}, CD={"mandatory": True})
    plan = plan_of(("AB", 1, 1), ("CD", 1, 2))
    answer = repaired(tree, plan, {"from_slot": 1, "absent": ["D"]})
    assert [answer.problem.is_mandatory(m) for m in answer.problem.meetings] == [True, False]


def best_weight(day, n_slots, standby):
    """Highest weight of placed meetings if nobody else moves, by trying every place."""
    kept = {
        m: place
        for m, place in day.before.items()
        if place[0] < day.first or day.is_possible(m, place[0])
    }
    hit = {who for m in set(day.before) - set(kept) for who in day.both(m)}
    waiting = [m for m in day.wishes if m not in kept]
    choices = [
        [
            None,
            *(
                slot
                for slot in range(day.first, n_slots + 1)
                if day.is_possible(m, slot) and day.wishes[m].get("fixed_slot") in (None, slot)
            ),
        ]
        for m in waiting
    ]

    def weight(meeting):
        ends = set(day.both(meeting))
        return (
            day.wishes[meeting].get("value", 1.0)
            + 1e6 * (meeting in day.before)
            + 1e3 * len(ends & hit)
            + 1e2 * len(ends & set(standby))
        )

    best = 0.0
    for slots in product(*choices):
        placed = {m: s for m, s in zip(waiting, slots, strict=True) if s is not None}
        every = {m: slot for m, (slot, _) in kept.items()} | placed
        busy = Counter((who, slot) for m, slot in every.items() for who in day.both(m))
        load = Counter(slot for slot in every.values())
        if max(busy.values(), default=0) <= 1 and max(load.values(), default=0) <= day.tables:
            best = max(best, sum(weight(m) for m in placed))
    return best, weight, waiting


@quietly(80)
@given(
    trees(people=(4, 6), slots=(2, 3), meetings=(4, 8), tables=(2, 3), limits=False),
    st.integers(0, 99),
    st.integers(0, 3),
)
def test_free_places_are_filled_for_the_highest_weight(tree, seed, who):
    """Without orders, limits and moves of others the filling up is exact."""
    for meeting in tree["meetings"]:
        meeting.pop("before", None)
    plan = some_plan(tree, seed)
    changes = {"from_slot": 1, "absent": [who], "standby": [(who + 1) % 4]}
    day = Day(tree, plan, changes)
    best, weight, waiting = best_weight(day, tree["slots"], changes["standby"])
    after = places_of(repaired(tree, plan, changes, move_limit=0).plan)
    assert sum(weight(m) for m in waiting if m in after) == pytest.approx(best, abs=1e-3)


def test_a_walk_in_gets_new_meetings_and_is_told():
    tree = event("AB", slots=2)
    changes = {
        "from_slot": 2,
        "walk_ins": [{"id": "W", "name": "Wanda", "min": 2}],
        "meetings": [{"id": "AW", "a": "A", "b": "W"}],
    }
    answer = repaired(tree, plan_of(("AB", 1, 1)), changes, language="en")
    assert places_of(answer.plan) == {"AB": (1, 1), "AW": (2, 1)}
    assert answer.below_minimum == ("W",)
    assert [(m.participant, m.text) for m in answer.messages] == [
        ("A", "New meeting with Wanda in slot 2, table 1."),
        ("W", "New meeting with A in slot 2, table 1."),
    ]


def test_a_walk_in_with_a_table_takes_it_over():
    """Table 1 is the walk-in's from now on; A and B, who were to sit there, go to table 2."""
    tree = event("AB", "CD", slots=2)
    changes = {
        "from_slot": 2,
        "walk_ins": [{"id": "W", "table": 1}],
        "meetings": [{"id": "CW", "a": "C", "b": "W"}],
    }
    answer = repaired(tree, plan_of(("CD", 1, 1), ("AB", 2, 1)), changes)
    assert places_of(answer.plan) == {"CD": (1, 1), "AB": (2, 2), "CW": (2, 1)}


def test_a_promise_that_the_day_breaks_is_named():
    tree = event("AB", "AC", people=people_of(*"ABC", A={"min": 2}, B={"min": 1}))
    answer = repaired(tree, plan_of(("AB", 1, 1), ("AC", 2, 1)), {"from_slot": 2, "absent": ["C"]})
    assert answer.below_minimum == ("A",)
    assert [person.min for person in answer.problem.participants] == [1, 1, 0]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_messages_name_partner_slots_and_tables(language):
    """A late, C absent, table lost: every kind of news but one, with its figures."""
    people = [{"id": n, "name": f"Firm {n}"} for n in "ABCDEF"]
    tree = event("AB", "CD", "EF", slots=8, tables=9, people=people)
    plan = plan_of(("AB", 3, 4), ("CD", 5, 6), ("EF", 7, 8))
    changes = {
        "from_slot": 2,
        "absent": ["C"],
        "late": [{"id": "A", "from_slot": 8}],
        "lost_tables": [8],
    }
    answer = repaired(tree, plan, changes, language=language)
    texts = {(m.participant, m.news): m.text for m in answer.messages}
    moved, cancelled, table = (
        texts["A", "moved"],
        texts["D", "cancelled"],
        texts["F", "table"],
    )
    assert all(part in moved for part in ("Firm B", "3", "8"))
    assert all(part in cancelled for part in ("Firm C", "5", "6"))
    new_table = str(places_of(answer.plan)["EF"][1])
    assert all(part in table for part in ("Firm E", "7", "8", new_table))


def test_messages_come_participant_by_participant():
    people = [
        {"id": 1, "name": "Martin"},
        {"id": 2, "name": "Martin"},
        {"id": 3, "name": "Zoé"},
    ]
    meetings = [
        {"id": 1, "a": 1, "b": 3},
        {"id": 2, "a": 2, "b": 3},
        {"id": 3, "a": 1, "b": 3},
        {"id": 4, "a": 2, "b": 3},
    ]
    tree = event(slots=4, people=people) | {"meetings": meetings}
    plan = plan_of(*((n, n, 1) for n in (1, 2, 3, 4)))
    answer = repaired(tree, plan, {"from_slot": 1, "absent": [3]})
    order = [message.participant for message in answer.messages]
    assert order in ([1, 1, 2, 2, 3, 3, 3, 3], [2, 2, 1, 1, 3, 3, 3, 3])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"absent": ["Z"]}, "'Z'"),
        ({"late": [{"id": "Z", "from_slot": 2}]}, "'Z'"),
        ({"standby": ["Z"]}, "'Z'"),
        ({"from_slot": 3}, "slot 3"),
        ({"lost_tables": [3]}, "table 3"),
        ({"lost_tables": [0]}, "table 0"),
        ({"walk_ins": [{"id": "A"}]}, "'A' is there 2 times"),
        ({"walk_ins": [{"id": "W", "table": 5}]}, "table 5"),
        ({"walk_ins": [{"id": "W", "unavailable": [9]}]}, "slot 9"),
        ({"meetings": [{"id": "AB", "a": "A", "b": "B"}]}, "'AB' is there 2 times"),
        ({"meetings": [{"id": "n", "a": "A", "b": "Z"}]}, "'Z'"),
        ({"meetings": [{"id": "n", "a": "A", "b": "A"}]}, "'A' on both sides"),
        ({"late": [{"id": "A", "from_slot": 9}]}, "slot"),
    ],
    ids=[
        "absent",
        "late",
        "standby",
        "too late",
        "no such table",
        "table 0",
        "walk-in is known",
        "walk-in's table",
        "walk-in's slots",
        "meeting is known",
        "meeting's people",
        "meeting with oneself",
        "late beyond the event",
    ],
)
def test_changes_that_do_not_fit_are_refused_in_one_sentence(changes, says):
    with pytest.raises(ProblemError) as error:
        repaired(event("AB"), plan_of(("AB", 1, 1)), {"from_slot": 1} | changes)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("limit", [-0.1, 1.1, float("nan")])
def test_a_share_is_between_0_and_1(limit):
    with pytest.raises(ProblemError, match="must be in"):
        repaired(event("AB"), plan_of(("AB", 1, 1)), {"from_slot": 1}, move_limit=limit)


def test_where_there_is_no_plan_there_is_nothing_to_repair():
    blocked = {"status": "infeasible", "blocking": [{"rule": "tables"}], "seconds": 0.0}
    with pytest.raises(ProblemError, match="no meetings to repair"):
        repaired(event("AB"), document_of(blocked, Plan, "plan"), {"from_slot": 1})


@pytest.mark.parametrize("place", [("XY", 1, 1), ("AB", 7, 1)], ids=["meeting", "slot"])
def test_a_plan_of_another_event_is_refused(place):
    with pytest.raises(ProblemError):
        repaired(event("AB"), plan_of(place), {"from_slot": 1})


def reasons_of(answer):
    return {unmet.id: unmet.reason for unmet in answer.plan.unmet}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"from_slot": 2, "absent": ["B"]}, "no_slot_left"),
        ({"from_slot": 2, "lost_tables": [1, 2]}, "no_slot_left"),
    ],
    ids=["absent", "lost tables"],
)
def test_the_reason_of_a_cancelled_meeting_is_what_happened(changes, reason):
    """Slot 1 is past, and free: nothing else has been worth more than A-B."""
    answer = repaired(event("AB"), plan_of(("AB", 2, 1)), changes)
    assert reasons_of(answer) == {"AB": reason}
