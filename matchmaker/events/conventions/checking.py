"""The checker: every rule of a convention again, without the planner's code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from matchmaker.events.conventions.checking_claims import false_claims
from matchmaker.events.conventions.checking_days import Day, Held, days_of, held_meetings, rules_on
from matchmaker.events.conventions.checking_reasons import false_reasons
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Id, Problem


def check(problem: Problem, plan: Plan) -> list[str]:
    """Verify a plan.

    Nothing of the planner is used or believed: rules are verified and figures recomputed from the
    two documents alone. That an infeasible problem has no plan, and that a bound holds, cannot be
    verified here; that they do not contradict the rest of the plan is.

    Returns
    -------
    list of str
        A sentence for each fault; empty if the plan is good.
    """
    faults = [*_presence(plan), *_blocking(problem, plan), *_names(problem, plan)]
    if plan.status == "infeasible":
        return faults
    held = held_meetings(problem, plan)
    days = days_of(problem, held)
    faults += [*_slots(problem, held), *_double_bookings(held), *_tables(problem, held)]
    faults += [*_limits(problem, days), *_mandatory(problem, held), *_apart(problem, held)]
    faults += [*_order(held), *_fairness(problem, days), *_accounts(problem, plan)]
    faults += false_reasons(problem, plan, held, days)
    return [*faults, *false_claims(problem, plan, held, days)]


def _presence(plan: Plan) -> Iterator[str]:
    """Hold the status against what is there: meetings and figures, or what blocks them."""
    if plan.status != "infeasible":
        if plan.objective is None:
            yield f"The plan is {plan.status} and has no objective."
        if plan.blocking:
            yield f"The plan is {plan.status} and names rules that leave no plan."
        return
    if plan.meetings or plan.participants:
        yield "The plan is infeasible and has meetings or figures of participants."
    if any(figure is not None for figure in (plan.objective, plan.gap, plan.table_changes)):
        yield "The plan is infeasible and has an objective, a gap or table changes."
    if not plan.blocking:
        yield "The plan is infeasible and does not say which rules leave no plan."


def _blocking(problem: Problem, plan: Plan) -> Iterator[str]:
    """Hold the rules that leave no plan against those of the problem."""
    people = {person.id: person for person in problem.participants}
    meetings = {meeting.id: meeting for meeting in problem.meetings}
    for rule in plan.blocking:
        for name in rule.participants:
            if name not in people:
                yield f"A blocking rule names participant {name!r}, who is not in the problem."
            elif rule.rule == "minimum" and people[name].min == 0:
                yield f"A blocking minimum names participant {name!r}, who has none."
        for name in rule.meetings:
            if name not in meetings:
                yield f"A blocking rule names meeting {name!r}, which is not in the problem."
            elif rule.rule == "mandatory" and not problem.is_mandatory(meetings[name]):
                yield f"A blocking rule says that meeting {name!r} is mandatory, which it is not."
        if rule.rule == "fairness" and problem.fairness is None:
            yield "A blocking rule is fairness, which the problem does not ask for."


def _names(problem: Problem, plan: Plan) -> Iterator[str]:
    """Look for meetings that are not in the problem, or named twice."""
    names = {meeting.id for meeting in problem.meetings}
    planned = Counter(meeting.id for meeting in plan.meetings)
    unmet = Counter(meeting.id for meeting in plan.unmet)
    for what, counts in (("planned", planned), ("unmet", unmet)):
        for name, times in counts.items():
            if name not in names:
                yield f"Meeting {name!r} is {what} and is not in the problem."
            if times > 1:
                yield f"Meeting {name!r} is {what} {times} times."


def _slots(problem: Problem, held: list[Held]) -> Iterator[str]:
    """Hold slots against the event, the session, the fixed slot and when both are there."""
    sessions = {session.id: session.slots for session in problem.sessions}
    unavailable = {person.id: person.unavailable for person in problem.participants}
    for meeting, slot, _ in held:
        who = f"Meeting {meeting.id!r} is in slot {slot}"
        if slot > problem.slots:
            yield f"{who}; slots go from 1 to {problem.slots}."
        if meeting.session is not None and slot not in sessions[meeting.session]:
            yield f"{who}, outside its session {meeting.session!r}."
        if meeting.fixed_slot not in (None, slot):
            yield f"{who}, not in its fixed slot {meeting.fixed_slot}."
        for person in (meeting.a, meeting.b):
            if slot in unavailable[person]:
                yield f"{who}, when participant {person!r} is unavailable."


def _double_bookings(held: list[Held]) -> Iterator[str]:
    people = Counter((person, slot) for m, slot, _ in held for person in (m.a, m.b))
    for (person, slot), times in people.items():
        if times > 1:
            yield f"Participant {person!r} has {times} meetings in slot {slot}."
    for (table, slot), times in Counter((table, slot) for _, slot, table in held).items():
        if times > 1:
            yield f"Table {table} has {times} meetings in slot {slot}."


def _tables(problem: Problem, held: list[Held]) -> Iterator[str]:
    """Hold tables against the room and the participants who have one of their own."""
    own = {person.id: person.table for person in problem.participants}
    for meeting, _, table in held:
        who = f"Meeting {meeting.id!r} is at table {table}"
        if table > problem.tables:
            yield f"{who}; tables go from 1 to {problem.tables}."
        host = meeting.b if own[meeting.a] is None else meeting.a
        if own[host] not in (None, table):
            yield f"{who}, not at table {own[host]} of participant {host!r}."
    for slot, number in sorted(Counter(slot for _, slot, _ in held).items()):
        if number > problem.tables:
            yield f"Slot {slot} has {number} meetings and {problem.tables} tables."


def _limits(problem: Problem, days: dict[Id, Day]) -> Iterator[str]:
    for person in problem.participants:
        number = len(days[person.id].slots)
        if number < person.min:
            yield f"Participant {person.id!r} has {number} meetings, fewer than {person.min}."
        if person.max is not None and number > person.max:
            yield f"Participant {person.id!r} has {number} meetings, more than {person.max}."


def _mandatory(problem: Problem, held: list[Held]) -> Iterator[str]:
    planned = {meeting.id for meeting, _, _ in held}
    for meeting in problem.meetings:
        if problem.is_mandatory(meeting) and meeting.id not in planned:
            yield f"Meeting {meeting.id!r} must take place and is not planned."


def _apart(problem: Problem, held: list[Held]) -> Iterator[str]:
    rules = rules_on(problem)
    for meeting, _, _ in held:
        if meeting.id in rules:
            yield (
                f"Meeting {meeting.id!r} brings {meeting.a!r} and {meeting.b!r} together, who "
                f"must not meet ({', '.join(sorted(rules[meeting.id]))})."
            )


def _order(held: list[Held]) -> Iterator[str]:
    slots = {meeting.id: slot for meeting, slot, _ in held}
    for meeting, slot, _ in held:
        for later in meeting.before:
            if later in slots and slots[later] <= slot:
                yield (
                    f"Meeting {meeting.id!r} in slot {slot} must come before meeting {later!r}, "
                    f"which is in slot {slots[later]}."
                )


def _fairness(problem: Problem, days: dict[Id, Day]) -> Iterator[str]:
    breaks = [day.breaks for day in days.values()]
    if problem.fairness is not None and max(breaks) - min(breaks) > problem.fairness:
        yield (
            f"Participants have from {min(breaks)} to {max(breaks)} breaks; they may differ by "
            f"{problem.fairness}."
        )


def _accounts(problem: Problem, plan: Plan) -> Iterator[str]:
    """Look for meetings that are neither planned nor unmet, or both."""
    planned = {meeting.id for meeting in plan.meetings}
    unmet = {meeting.id for meeting in plan.unmet}
    for meeting in problem.meetings:
        if meeting.id in planned and meeting.id in unmet:
            yield f"Meeting {meeting.id!r} is both planned and unmet."
        if meeting.id not in planned and meeting.id not in unmet:
            yield f"Meeting {meeting.id!r} is neither planned nor unmet."
