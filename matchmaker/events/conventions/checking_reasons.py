"""The checker on reasons: whether what a plan says of its unmet meetings is so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from matchmaker.events.conventions.checking_days import Day, Held, rules_on
from matchmaker.events.conventions.plan import Plan, UnmetReason
from matchmaker.events.conventions.problem import Id, Meeting, Problem

RULES = frozenset({"competitor", "refused", "same_group", "met_before", "other"})
"""Reasons of an unmet meeting that are rules on its pair."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a reason is held against: the problem by name, and the state of the plan."""

    sessions: dict[Id, frozenset[int]]
    available: dict[Id, frozenset[int]]
    limit: dict[Id, int]
    days: dict[Id, Day]
    slot_of: dict[Id, int]
    load: Counter[int]
    tables: int
    earlier: dict[Id, list[Id]]


def false_reasons(
    problem: Problem, plan: Plan, held: list[Held], days: dict[Id, Day]
) -> Iterator[str]:
    """Say which reasons of unmet meetings are not so.

    That other meetings are worth more (`outweighed`) cannot be seen in a plan and is believed.
    """
    rules, seen = rules_on(problem), _seen(problem, held, days)
    meetings = {meeting.id: meeting for meeting in problem.meetings}
    for unmet in plan.unmet:
        if unmet.id in meetings:
            yield from (
                f"Meeting {unmet.id!r} is unmet as {unmet.reason}; {fault}."
                for fault in (
                    *_against_rules(unmet.reason, rules.get(unmet.id, set())),
                    *_against_plan(unmet.reason, meetings[unmet.id], seen),
                )
            )


def _seen(problem: Problem, held: list[Held], days: dict[Id, Day]) -> _Seen:
    every_slot = frozenset(range(1, problem.slots + 1))
    available = {p.id: every_slot.difference(p.unavailable) for p in problem.participants}
    earlier: dict[Id, list[Id]] = {}
    for meeting in problem.meetings:
        for later in meeting.before:
            earlier.setdefault(later, []).append(meeting.id)
    return _Seen(
        sessions={session.id: frozenset(session.slots) for session in problem.sessions},
        available=available,
        limit={
            p.id: len(available[p.id]) if p.max is None else min(p.max, len(available[p.id]))
            for p in problem.participants
        },
        days=days,
        slot_of={meeting.id: slot for meeting, slot, _ in held},
        load=Counter(slot for _, slot, _ in held),
        tables=problem.tables,
        earlier=earlier,
    )


def _against_rules(reason: UnmetReason, rules: set[str]) -> Iterator[str]:
    """Demand a rule as the reason where, and only where, it is a rule on the pair.

    `by_hand` is one where the pair is kept apart by hand, and believed where it is not: plans of
    before that was kept say it of single meetings.
    """
    if reason in RULES and reason not in rules:
        yield "no such rule is on the two"
    if reason not in RULES and rules - {reason}:
        yield f"a rule keeps the two apart ({', '.join(sorted(rules))})"


def _against_plan(reason: UnmetReason, meeting: Meeting, seen: _Seen) -> Iterator[str]:
    """Look for places where slots, limits, tables or order are said to leave none."""
    common = _common_slots(meeting, seen)
    both_free = common.difference(seen.days[meeting.a].slots, seen.days[meeting.b].slots)
    with_table = {slot for slot in both_free or common if seen.load[slot] < seen.tables}
    if reason == "no_common_slot" and common:
        yield f"slot {min(common)} suits both"
    if reason == "participant_full" and not any(
        len(seen.days[person].slots) >= seen.limit[person] for person in (meeting.a, meeting.b)
    ):
        yield f"{meeting.a!r} and {meeting.b!r} may both have more meetings"
    if reason == "tables_full" and with_table:
        yield f"slot {min(with_table)} has a free table"
    if reason == "order" and not (meeting.before or meeting.id in seen.earlier):
        yield "no order is asked of it"
    elif reason == "order":
        kept = {slot for slot in both_free & with_table if _keeps_order(meeting, slot, seen)}
        if kept:
            yield f"slot {min(kept)} keeps the order"


def _common_slots(meeting: Meeting, seen: _Seen) -> frozenset[int]:
    """Slots that a meeting may use, whatever else is planned."""
    slots = seen.available[meeting.a] & seen.available[meeting.b]
    if meeting.session is not None:
        slots &= seen.sessions[meeting.session]
    if meeting.fixed_slot is not None:
        slots &= {meeting.fixed_slot}
    return slots


def _keeps_order(meeting: Meeting, slot: int, seen: _Seen) -> bool:
    before = [seen.slot_of[m] for m in seen.earlier.get(meeting.id, ()) if m in seen.slot_of]
    after = [seen.slot_of[m] for m in meeting.before if m in seen.slot_of]
    return all(other < slot for other in before) and all(other > slot for other in after)
