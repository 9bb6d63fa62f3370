"""A plan that is out, mended of who is there: what pages, routes and commands do alike.

Read the day in one unit, work the repair out with no unit open, and keep it in another one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.hand_made import Pair, kept_out, pair_of, pairs_met
from matchmaker.events.life import Event, EventKind
from matchmaker.events.preparing.joining_groups import Joining, joining_group
from matchmaker.events.registrations import Registration
from matchmaker.events.services.day_changes import DayNews, changes_of, meetings_of_newcomer
from matchmaker.events.services.day_seats import changes_of_groups, changes_of_tables, news_of_day
from matchmaker.events.services.hand_made import hand_made
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.events.services.planning import documents_of
from matchmaker.events.services.problems import Scoring, firms_of, problem_of
from matchmaker.events.services.repairing import (
    MOVE_LIMIT,
    AnyChanges,
    AnyRepair,
    plan_in_need,
    repairer,
)
from matchmaker.events.stopping import Stop
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.store import Store, Unit
from matchmaker.texts import Language, say

SEED = 1


class NoLostTableError(ProblemError):
    """A table that is said to be lost, of an event whose repair takes no table out."""

    def __init__(self) -> None:
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say that no table is taken out."""
        return say(language, "day.mend.keeps_tables")


class NothingToMendError(ProblemError):
    """A plan that is as the day is."""

    def __init__(self) -> None:
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say what to note first."""
        return say(language, "event.services.nothing_to_mend")


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
    group
        The group that they are given; the best one if not given.
    """

    from_slot: int | None = None
    lost_table: int | None = None
    newcomer: str = ""
    partners: tuple[str, ...] = ()
    group: int | None = None


@dataclass(frozen=True)
class Day:
    """What is read of an event before its plan is mended.

    Parameters
    ----------
    event, stored, registrations
        The event, its plan in use, everybody.
    out
        Pairs whose meeting was taken out by hand, those of who joins included.
    """

    event: Event
    stored: StoredPlan
    registrations: tuple[Registration, ...]
    out: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Material:
    """What a repair is made of.

    Parameters
    ----------
    day, problem, plan
        The event, and the documents of its plan in use.
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
    facts
        What is known of who joins peer groups.
    """

    day: Day
    problem: AnyProblem
    plan: AnyPlan
    first: int
    news: DayNews
    asked: Asked
    joining: Registration | None = None
    fresh: Callable[[], AnyProblem] | None = None
    facts: Joining | None = None

    @property
    def kind(self) -> EventKind:
        """Kind of the event."""
        return self.day.event.details.kind

    @property
    def is_needed(self) -> bool:
        """Whether there is something to mend, and a slot in which to."""
        groups = self.kind is EventKind.PEER_GROUPS
        if not groups and self.first > slots_of(self.kind, self.problem):
            return False
        return bool(self.news.mendable or self.joining or self.asked.lost_table)


def read_day(unit: Unit, event_id: str, version: int | None, asked: Asked) -> Day:
    """Read an event whose plan is out.

    Parameters and errors are as in `repairing.plan_in_need`.
    """
    event, stored = plan_in_need(unit, event_id, version)
    out = hand_made(unit, event, [asked.newcomer]).out if asked.newcomer else frozenset()
    return Day(event, stored, unit.events.registrations.all(event.id), out)


def material_of(
    store: Store, day: Day, asked: Asked, first: int, scoring: Scoring | None
) -> Material:
    """Compare who is there with the plan.

    Parameters
    ----------
    store
        Read for what is known of who joins.
    day, asked
        The event, and what else is asked for.
    first
        First slot that may change.
    scoring
        Of the published night; nothing where there is none.

    Raises
    ------
    NoLostTableError
        If a table is taken out of anything but a convention.
    ProblemError
        If the stored documents are not of today's form, or who joins fits no group.
    """
    kind = day.event.details.kind
    if asked.lost_table is not None and kind is not EventKind.CONVENTION:
        raise NoLostTableError()
    problem, plan = documents_of(kind, day.stored)
    news = news_of_day(kind, problem, plan, day.registrations, first)
    joining = next((each for each in news.newcomers if each.id == asked.newcomer), None)
    facts = None
    if joining is not None and kind is EventKind.PEER_GROUPS:
        facts = _facts(store, day, problem, joining, scoring)
    fresh = _fresh(store, day.event, joining, scoring)
    return Material(day, problem, plan, first, news, asked, joining, fresh, facts)


def slots_of(kind: EventKind, problem: AnyProblem) -> int:
    """Count the slots of a convention, or the rounds of round tables."""
    count: int = problem.rounds if kind is EventKind.ROUND_TABLES else problem.slots
    return count


def _fresh(
    store: Store, event: Event, joining: Registration | None, scoring: Scoring | None
) -> Callable[[], AnyProblem] | None:
    """Make the event's problem of today, if the scores know who joins."""
    if scoring is None or joining is None or joining.siret is None:
        return None

    def made() -> AnyProblem:
        with store.reading() as unit:
            return problem_of(unit, event, scoring)

    return made


def _facts(
    store: Store, day: Day, problem: AnyProblem, joining: Registration, scoring: Scoring | None
) -> Joining:
    firms = firms_of(day.registrations)
    with store.reading() as unit:
        return joining_group(
            day.event,
            problem,
            joining,
            day.registrations,
            unit.events.wishes.all(day.event.id),
            None if scoring is None or joining.siret is None else scoring.scores(unit, firms),
            unit.companies.many(firms),
            unit.profiles.many(firms),
        )


def changes_of_day(material: Material) -> AnyChanges:
    """Write what has happened as the changes of a repair."""
    match material.kind:
        case EventKind.ROUND_TABLES:
            fresh = material.fresh() if material.fresh else None
            return changes_of_tables(
                material.problem, material.news, material.first, material.joining, fresh
            )
        case EventKind.PEER_GROUPS:
            return changes_of_groups(material.news, material.facts, material.asked.group)
        case _:
            return _of_convention(material)


def _of_convention(material: Material) -> AnyChanges:
    joining, problem, lost = material.joining, material.problem, material.asked.lost_table
    fresh = material.fresh().meetings if material.fresh else ()
    proposed = [each for each in fresh if pair_of(each.a, each.b) not in material.day.out]
    return changes_of(
        problem,
        material.news,
        material.first,
        lost_tables=() if lost is None else (lost,),
        joining=joining,
        meetings=()
        if joining is None
        else meetings_of_newcomer(problem, joining, material.asked.partners, proposed),
    )


def required_changes(material: Material) -> AnyChanges:
    """Write what has happened, where something has.

    Raises
    ------
    NothingToMendError
        If everybody is where the plan has them, or all slots have begun.
    """
    stranger = material.asked.newcomer and material.joining is None
    if stranger or not material.is_needed:
        raise NothingToMendError()
    return changes_of_day(material)


def mended(
    material: Material,
    changes: AnyChanges,
    stop: Stop,
    language: Language,
    seed: int = SEED,
    move_limit: float = MOVE_LIMIT,
) -> AnyRepair:
    """Work a repair out; nothing is written.

    Parameters
    ----------
    material, changes
        The day, and what has happened.
    stop
        When to come back.
    language
        Of the sentences.
    seed
        Of the solver.
    move_limit
        Share of the other meetings of a convention that may move.

    Raises
    ------
    ProblemError
        If there is no way to mend the plan.
    """
    repair = repairer(material.kind).repair
    found = repair(material.problem, material.plan, changes, stop, seed, language, move_limit)
    if material.kind is not EventKind.CONVENTION:
        return found
    # Whom the newcomer asks for by name, they may meet again.
    out = material.day.out - pairs_met(found.problem, found.plan)
    return found.model_copy(update={"problem": kept_out(found.problem, out)})
