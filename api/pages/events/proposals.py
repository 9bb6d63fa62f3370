"""What a repair on the day would change: worked out for each kind of event, shown before it is."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.events.day_view import Told
from api.pages.events.seat_telling import groups_told, names_of, seats_told
from api.pages.events.telling import told_between
from matchmaker.events.conventions.hand_made import Pair, kept_out, pair_of, pairs_met
from matchmaker.events.life import Event, EventKind
from matchmaker.events.registrations import Registration
from matchmaker.events.services.clash_words import slot_time
from matchmaker.events.services.day_changes import DayNews, changes_of, meetings_of_newcomer
from matchmaker.events.services.day_seats import changes_of_tables
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.events.services.repairing import repairer, told_of
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language, say

REPAIR_SECONDS = 5.0
"""Whoever stands at the door does not wait longer."""
SEED = 1


@dataclass(frozen=True)
class Asked:
    """What a repair starts from, beside who is there.

    Parameters
    ----------
    from_slot
        First slot that may change; by the clock if not given.
    lost_table
        A table that cannot be used any more.
    newcomer
        Id of who has walked in.
    partners
        Ids of those whom they ask for.
    """

    from_slot: int | None = None
    lost_table: int | None = None
    newcomer: str = ""
    partners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Material:
    """What a proposal is made of.

    Parameters
    ----------
    event, problem, plan
        The event, and its plan in use.
    registrations
        Everybody.
    first
        First slot that may change.
    news
        Who is not where the plan has them.
    asked
        What else is asked for.
    joining
        Who takes part from now on; nobody if not given.
    fresh
        Makes the problem of today, for the rules and scores of who joins; nothing where no night
        is published.
    out
        Pairs whose meeting was taken out by hand, those of who joins included.
    """

    event: Event
    problem: AnyProblem
    plan: AnyPlan
    registrations: tuple[Registration, ...]
    first: int
    news: DayNews
    asked: Asked
    joining: Registration | None = None
    fresh: Callable[[], AnyProblem] | None = None
    out: frozenset[Pair] = frozenset()


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
    match material.event.details.kind:
        case EventKind.ROUND_TABLES:
            return _tables(material, language)
        case EventKind.PEER_GROUPS:
            return _groups(material, language)
        case _:
            return _convention(material, language)


def _convention(material: Material, language: Language) -> Mended:
    problem, plan, joining = material.problem, material.plan, material.joining
    fresh = material.fresh().meetings if joining is not None and material.fresh else ()
    proposed = [each for each in fresh if pair_of(each.a, each.b) not in material.out]
    partners = material.asked.partners
    changes = changes_of(
        problem,
        material.news,
        material.first,
        lost_tables=() if material.asked.lost_table is None else (material.asked.lost_table,),
        joining=joining,
        meetings=()
        if joining is None
        else meetings_of_newcomer(problem, joining, partners, proposed),
    )
    stop = Stop(REPAIR_SECONDS, time.monotonic)
    found = repairer().repair(problem, plan, changes, stop, SEED, language=language)
    # Whom the newcomer asks for by name, they may meet again.
    out = material.out - pairs_met(found.problem, found.plan)
    found = found.model_copy(update={"problem": kept_out(found.problem, out)})
    told = told_between(found.problem, plan, found.plan, material.event.details, language)
    places = tuple(f"{each.id}/{each.slot}/{each.table}" for each in found.plan.meetings)
    return Mended(found.problem, found.plan, told, told_of(changes, found), places)


def _tables(material: Material, language: Language) -> Mended:
    from matchmaker.events.round_tables.repair import repair

    joining = material.joining
    fresh = material.fresh() if joining is not None and material.fresh else None
    changes = changes_of_tables(material.problem, material.news, material.first, joining, fresh)
    stop = Stop(REPAIR_SECONDS, time.monotonic)
    found = repair(material.problem, material.plan, changes, stop, SEED)
    details, names = material.event.details, names_of(material.registrations)
    told = seats_told(material.plan, found.plan, details, names, language)
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
    history = {
        **changes.model_dump(mode="json", exclude={"walk_ins", "apart", "values"}),
        "walk_ins": [each.id for each in changes.walk_ins],
        "moved": [each.model_dump(mode="json") for each in found.moved],
    }
    places = tuple(
        f"{who}/{held.round}/{table.table}"
        for held in found.plan.rounds
        for table in held.tables
        for who in table.participants
    )
    return Mended(found.problem, found.plan, told, history, places, tuple(warnings))


def _groups(material: Material, language: Language) -> Mended:
    from matchmaker.events.peer_groups.changes import Changes
    from matchmaker.events.peer_groups.repair import repair

    changes = Changes(absent=tuple(each.id for each in material.news.absent))
    stop = Stop(REPAIR_SECONDS, time.monotonic)
    found = repair(material.problem, material.plan, changes, stop)
    names = names_of(material.registrations)
    told = groups_told(material.plan, found.plan, material.registrations, language)
    warnings = tuple(_lacking(each.code, each.values, names, language) for each in found.short)
    history = {
        **changes.model_dump(mode="json"),
        "moved": [each.model_dump(mode="json") for each in found.moved],
    }
    places = tuple(
        f"{member.id}/{group.number}/{group.meets_at}"
        for group in found.plan.groups
        for member in (*group.leaders, *group.mentors)
    )
    return Mended(found.problem, found.plan, told, history, places, warnings)


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
