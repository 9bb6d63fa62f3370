"""What a repair on the day would change: worked out for each kind of event, shown before it is."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.events.day_view import Told
from api.pages.events.seat_telling import groups_told, names_of, seats_told
from api.pages.events.telling import told_between
from matchmaker.events.life import Event, EventKind
from matchmaker.events.registrations import Registration
from matchmaker.events.services.clash_words import slot_time
from matchmaker.events.services.mending import Material, changes_of_day
from matchmaker.events.services.mending import mended as work_out
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.events.services.repairing import AnyRepair, told_of
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language, say

REPAIR_SECONDS = 5.0
"""Whoever stands at the door does not wait longer."""


@dataclass(frozen=True)
class Mended:
    """A mended plan and the problem that it answers.

    Parameters
    ----------
    told
        What each participant must be told.
    history
        Why it was mended and what it changes: ids and numbers.
    places
        Who is where after it, one text each.
    warnings
        What could not be avoided, as sentences.
    """

    problem: AnyProblem
    plan: AnyPlan
    told: tuple[Told, ...]
    history: Mapping[str, Any]
    places: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def seal(self) -> str:
        """Name who is where after it: whoever applies it applies what they have seen."""
        return hashlib.sha256("\n".join(sorted(self.places)).encode()).hexdigest()[:16]


def mended(material: Material, language: Language) -> Mended:
    """Work out a repair.

    Raises
    ------
    ProblemError
        If there is no way to mend the plan.
    """
    changes = changes_of_day(material)
    found = work_out(material, changes, Stop(REPAIR_SECONDS, time.monotonic), language)
    event, people = material.day.event, material.day.registrations
    after = (found.problem, found.plan)
    told = told_of_plans(event, material.plan, after, people, language)
    places, warnings = _WORDS[material.kind](material, found, language)
    return Mended(*after, told, told_of(changes, found), places, warnings)


def _of_convention(
    _: Material, found: AnyRepair, __: Language
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(f"{each.id}/{each.slot}/{each.table}" for each in found.plan.meetings), ()


def _of_tables(
    material: Material, found: AnyRepair, language: Language
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    details, names = material.day.event.details, names_of(material.day.registrations)
    warnings = [
        say(
            language,
            "day.mend.again_pair",
            a=names.get(each.a, each.a),
            b=names.get(each.b, each.b),
            round=each.round,
            time=slot_time(details, each.round, language),
        )
        for each in found.repeated
    ]
    if found.seats_min is not None:
        warnings.append(say(language, "day.mend.small_tables", count=found.seats_min))
    places = tuple(
        f"{who}/{held.round}/{table.table}"
        for held in found.plan.rounds
        for table in held.tables
        for who in table.participants
    )
    return places, tuple(warnings)


def _of_groups(
    material: Material, found: AnyRepair, language: Language
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = names_of(material.day.registrations)
    lacking = [_lacking(each.code, each.values, names, language) for each in found.short]
    places = tuple(
        f"{member.id}/{group.number}/{group.meets_at}"
        for group in found.plan.groups
        for member in (*group.leaders, *group.mentors)
    )
    return places, tuple(lacking)


_WORDS = {
    EventKind.CONVENTION: _of_convention,
    EventKind.ROUND_TABLES: _of_tables,
    EventKind.PEER_GROUPS: _of_groups,
}
"""Who is where after a repair, and what could not be avoided, of each kind of event."""


def _lacking(
    code: str, values: Mapping[str, Any], names: Mapping[Any, str], language: Language
) -> str:
    said = {key: names.get(value, value) if key == "a" else value for key, value in values.items()}
    return say(language, f"day.mend.lacks.{code}", **said)


def told_of_plans(
    event: Event,
    before: AnyPlan,
    after: tuple[AnyProblem, AnyPlan],
    registrations: Sequence[Registration],
    language: Language,
) -> tuple[Told, ...]:
    """Say what each participant must be told between two plans of any kind of event.

    Parameters
    ----------
    event
        Knows its kind and when slots begin.
    before
        The plan that they know.
    after
        The plan that they do not know yet, with its problem.
    registrations
        Everybody.
    """
    people, (problem, plan), details = tuple(registrations), after, event.details
    match details.kind:
        case EventKind.ROUND_TABLES:
            return seats_told(before, plan, details, names_of(people), language)
        case EventKind.PEER_GROUPS:
            return groups_told(before, plan, people, language)
        case _:
            return told_between(problem, before, plan, details, language)
