"""Small conventions to test on, and what trying everything says of them.

Nothing here uses the planner: rules and figures are read off the matrices of a problem, or off its
JSON, by other means than the code under test.
"""

import re
import time
from itertools import product

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from matchmaker.events.conventions.problem import Problem
from matchmaker.events.conventions.timetable import timetable_of
from matchmaker.events.documents import document_of
from matchmaker.events.stopping import Stop

GOALS = ("value", "breaks", "idle")
MISSING = -1


def quietly(examples):
    """Try the same examples of a property each time, however long they take."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def stop(seconds=30.0):
    return Stop(seconds, time.monotonic)


def problem_of(tree):
    return document_of(tree, Problem, "problem")


def matrices(tree):
    return timetable_of(problem_of(tree))


def people_of(*names, **of_each):
    """Write participants; `of_each` holds further fields by name."""
    return [{"id": name} | of_each.get(name, {}) for name in names]


def meetings_of(*pairs, **of_each):
    """Write a meeting for each pair such as "AB", with the pair as its id."""
    return [{"id": pair, "a": pair[0], "b": pair[1]} | of_each.get(pair, {}) for pair in pairs]


@st.composite
def trees(
    draw, *, people=(3, 5), slots=(2, 4), meetings=(2, 6), tables=(1, 3), must=False, limits=True
):
    """Draw the JSON of a problem that does not contradict itself.

    With `must` every meeting has to take place; with `limits` there are minimums and maximums.
    """
    n_people, n_slots = draw(st.integers(*people)), draw(st.integers(*slots))
    pairs = [(a, b) for a in range(n_people) for b in range(n_people) if a < b]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=meetings[0], max_size=meetings[1]))
    slot = st.integers(1, n_slots)
    folk = []
    for name in range(n_people):
        away = draw(st.lists(slot, max_size=1)) if draw(st.integers(0, 2)) == 0 else []
        low = draw(st.integers(0, 2)) if limits and draw(st.integers(0, 4)) == 0 else 0
        high = draw(st.integers(low, 3)) if limits and draw(st.integers(0, 3)) == 0 else None
        folk.append({"id": name, "unavailable": away, "min": low, "max": high})
    wishes = []
    for row, (a, b) in enumerate(chosen):
        wish = {"id": row, "a": a, "b": b, "value": draw(st.integers(0, 8)) / 4, "mandatory": must}
        if draw(st.integers(0, 5)) == 0:
            wish["fixed_slot"] = draw(slot)
            wish["mandatory"] = None if must else False
        elif row and draw(st.integers(0, 3)) == 0:
            wish["before"] = [draw(st.integers(0, row - 1))]
        wishes.append(wish)
    if must:  # what is fixed against itself is refused as a document, and no planner sees it
        for wish in wishes:
            wish["mandatory"] = True
            wish.pop("fixed_slot", None)
    return {
        "slots": n_slots,
        "tables": draw(st.integers(*tables)),
        "participants": folk,
        "meetings": wishes,
    }


def days_of(timetable, slots):
    """Write each participant's day as text: x for a meeting, . for an idle slot."""
    days = [["."] * timetable.n_slots for _ in range(timetable.n_people)]
    for meeting, slot in enumerate(slots):
        if slot != MISSING:
            for person in timetable.ends[meeting]:
                days[person][slot] = "x"
    return ["".join(day).strip(".") for day in days]


def breaks_of(timetable, slots):
    """Count the breaks of each participant."""
    return [len(re.findall(r"\.+", day)) for day in days_of(timetable, slots)]


def figures_of(timetable, slots):
    """Value, breaks and idle slots."""
    return {
        "value": sum(timetable.value[m].item() for m, slot in enumerate(slots) if slot != MISSING),
        "breaks": sum(breaks_of(timetable, slots)),
        "idle": sum(day.count(".") for day in days_of(timetable, slots)),
    }


def broken_rules(timetable, slots):
    """Name the rules that a timetable breaks, apart from minimums, mandatory ones and fairness."""
    broken = set()
    taken = [
        (int(person), slot)
        for meeting, slot in enumerate(slots)
        if slot != MISSING
        for person in timetable.ends[meeting]
    ]
    if len(taken) != len(set(taken)):
        broken.add("booked twice")
    held = [slot for slot in slots if slot != MISSING]
    if any(held.count(slot) > timetable.tables for slot in held):
        broken.add("tables")
    if any(s != MISSING and not timetable.allowed[m, s] for m, s in enumerate(slots)):
        broken.add("slots")
    counts = [sum(person == p for p, _ in taken) for person in range(timetable.n_people)]
    if any(np.array(counts) > timetable.maximum):
        broken.add("maximum")
    for first, second in timetable.order:
        if MISSING not in (slots[first], slots[second]) and slots[first] >= slots[second]:
            broken.add("order")
    return broken


def is_whole(timetable, slots):
    """Whether minimums, mandatory meetings and fairness hold too."""
    counts = np.zeros(timetable.n_people, int)
    for meeting, slot in enumerate(slots):
        if slot != MISSING:
            counts[timetable.ends[meeting]] += 1
        elif timetable.mandatory[meeting]:
            return False
    breaks = breaks_of(timetable, slots)
    fair = timetable.fairness is None or max(breaks) - min(breaks) <= timetable.fairness
    return fair and bool((counts >= timetable.minimum).all())


def every_timetable(timetable):
    """Yield each timetable that keeps all rules, as a tuple of slots, -1 where missing."""
    choices = [
        ([] if must else [MISSING]) + np.flatnonzero(allowed).tolist()
        for must, allowed in zip(timetable.mandatory, timetable.allowed, strict=True)
    ]
    for slots in product(*choices):
        if not broken_rules(timetable, slots) and is_whole(timetable, slots):
            yield slots


def rank_of(timetable, slots, goals):
    """Figures of the goals in their order, so that the best is the smallest."""
    figures = figures_of(timetable, slots)
    return [-figures[goal] if goal == "value" else figures[goal] for goal in goals]
