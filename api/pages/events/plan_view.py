"""What the page of a plan shows: how good it is, what is missing, who is not in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.events.conventions.hand_made import Pair
from matchmaker.events.life import Event, EventKind
from matchmaker.events.preparing.people import TAKE_PART
from matchmaker.events.registrations import Registration
from matchmaker.events.services.hand_made import HandMade
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.events.services.planning import documents_of
from matchmaker.events.stored_plans import PlanEntry, StoredPlan
from matchmaker.events.wishes import Wish
from matchmaker.spelling import fold
from matchmaker.texts import Language, say

MOST_UNMET = 200
"""Unmet wishes that a page lists; the workbook has all."""

RULES = frozenset({"competitor", "refused", "same_group", "met_before", "other"})
"""Reasons that are rules on the two: there is no place to look for."""

SEATED = frozenset({EventKind.CONVENTION, EventKind.ROUND_TABLES})


@dataclass(frozen=True)
class Reading:
    """What is read of an event for its plan, at one moment."""

    event: Event
    registrations: tuple[Registration, ...]
    wishes: tuple[Wish, ...]
    plans: tuple[PlanEntry, ...]
    stored: StoredPlan | None
    decided: HandMade


@dataclass(frozen=True)
class Unmet:
    """A wish that does not come true: its meeting, who wished, and why not."""

    meeting: str
    names: tuple[str, str]
    reason: str
    text: str

    @property
    def placeable(self) -> bool:
        """Whether a place may be looked for: no rule keeps the two apart."""
        return self.reason not in RULES


@dataclass(frozen=True)
class TakenOut:
    """Two whose meeting was taken out by hand: their ids, and their names."""

    ids: tuple[str, str]
    names: tuple[str, str]


@dataclass(frozen=True)
class PlanView:
    """A plan as the page shows it.

    Parameters
    ----------
    number
        Of the plan in use.
    figures
        Pairs of label and value.
    quality
        How far from the best, in a sentence.
    unmet
        Wishes that do not come true, at most `MOST_UNMET`.
    reasons
        Pairs of reason and number of wishes, the most frequent first.
    alone
        Names of those who meet nobody.
    taken_out
        Pairs whose meeting was taken out by hand, and stays out.
    back
        Pairs of names whose meeting was taken out of a newer plan, and is in this one.
    newcomers, leavers
        Names of those who registered, or fell out, since the plan was made.
    """

    number: int
    figures: tuple[tuple[str, str], ...]
    quality: str
    unmet: tuple[Unmet, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    alone: tuple[str, ...] = ()
    taken_out: tuple[TakenOut, ...] = ()
    back: tuple[tuple[str, str], ...] = ()
    newcomers: tuple[str, ...] = ()
    leavers: tuple[str, ...] = ()

    @property
    def unmet_count(self) -> int:
        """Number of wishes that do not come true, listed or not."""
        return sum(count for _, count in self.reasons)


def obstacles(reading: Reading, language: Language) -> list[str]:
    """Say what is missing before there can be a plan at all."""
    details = reading.event.details
    people = [each for each in reading.registrations if _takes_part(each)]
    missing = []
    if len(people) < 2:
        missing.append(say(language, "plan.needs.people"))
    if details.kind in SEATED and not details.slots:
        missing.append(say(language, "plan.needs.slots"))
    if details.kind is EventKind.CONVENTION and not details.tables:
        missing.append(say(language, "plan.needs.tables"))
    if details.kind is EventKind.CONVENTION and people and not _can_meet(people, reading.wishes):
        missing.append(say(language, "plan.needs.wishes"))
    return missing


def _can_meet(people: Sequence[Registration], wishes: Sequence[Wish]) -> bool:
    """Whether somebody is wished for, or two firms are known to the scores."""
    return any(wish.kind != "no" for wish in wishes) or len({p.siret for p in people} - {None}) > 1


def _takes_part(each: Registration) -> bool:
    return each.status in TAKE_PART and not each.standby


def plan_view(reading: Reading, language: Language) -> PlanView | None:
    """Sum the plan in use up; nothing where there is none.

    Parameters
    ----------
    reading
        The event and its plan.
    language
        Of every word.
    """
    stored = reading.stored
    if stored is None:
        return None
    kind = reading.event.details.kind
    problem, plan = documents_of(kind, stored)
    names = {each.id: each.name for each in reading.registrations}
    planned = _planned_people(kind, problem, plan)
    unmet = _unmet(problem, plan, reading, names) if kind is EventKind.CONVENTION else []
    counted = Counter(each.reason for each in unmet)
    return PlanView(
        number=stored.entry.number,
        figures=tuple(_figures(kind, problem, plan, language)),
        quality=quality(plan, language),
        unmet=tuple(unmet[:MOST_UNMET]),
        reasons=tuple(
            (say(language, f"event.export.unmet.{reason}"), count)
            for reason, count in counted.most_common()
        ),
        alone=tuple(_alone(kind, plan, names)),
        taken_out=tuple(_pairs(reading.decided.out, planned, names)),
        back=tuple(each.names for each in _pairs(reading.decided.back, planned, names)),
        newcomers=tuple(
            each.name
            for each in reading.registrations
            if _takes_part(each) and each.id not in planned
        ),
        leavers=tuple(_leavers(planned, reading.registrations)),
    )


def quality(plan: AnyPlan, language: Language) -> str:
    """Say how far a plan is from the best that any plan can be."""
    if plan.status == "optimal":
        return say(language, "plan.quality.best")
    if plan.gap is None:
        return say(language, "plan.quality.unknown")
    if plan.gap < 0.0005:
        return say(language, "plan.quality.best_first")
    percent = f"{100 * plan.gap:.1f}".replace(".", say(language, "words.number_comma"))
    return say(language, "plan.quality.gap", percent=percent)


def _planned_people(kind: EventKind, problem: AnyProblem, plan: AnyPlan) -> set[str]:
    if kind is EventKind.ROUND_TABLES:
        return {who for held in plan.rounds for table in held.tables for who in table.participants}
    if kind is EventKind.PEER_GROUPS:
        return {each.id for each in (*problem.leaders, *problem.mentors)}
    return {str(each.id) for each in problem.participants}


def _pairs(
    pairs: Collection[Pair], planned: set[str], names: Mapping[str, str]
) -> Iterator[TakenOut]:
    """Name pairs of which both are in the plan, by name."""
    found = []
    for pair in pairs:
        a, b = sorted(pair, key=lambda who: (fold(names.get(who, who)), who))
        if pair <= planned:
            found.append(TakenOut((a, b), (names.get(a, a), names.get(b, b))))
    yield from sorted(found, key=lambda each: (*map(fold, each.names), each.ids))


def _leavers(planned: set[str], registrations: Sequence[Registration]) -> Iterator[str]:
    """Name who is in the plan and does not come; who was removed has no name any more."""
    coming = {each.id for each in registrations if each.status in TAKE_PART}
    names = {each.id: each.name for each in registrations}
    yield from (names.get(who, who) for who in sorted(planned - coming))


def _alone(kind: EventKind, plan: AnyPlan, names: dict[str, str]) -> Iterator[str]:
    if kind is not EventKind.CONVENTION:
        return
    for person in plan.participants:
        if person.meetings == 0:
            yield names.get(str(person.id), str(person.id))


def _unmet(
    problem: AnyProblem, plan: AnyPlan, reading: Reading, names: dict[str, str]
) -> list[Unmet]:
    """Keep what somebody wished: most other meetings were only proposed by their score."""
    wished = {frozenset((w.wisher, w.wished)) for w in reading.wishes if w.kind != "no"}
    ends = {meeting.id: (str(meeting.a), str(meeting.b)) for meeting in problem.meetings}
    return [
        Unmet(
            str(each.id),
            (names.get(a, a), names.get(b, b)),
            each.reason,
            each.text or "",
        )
        for each in plan.unmet
        for a, b in [ends[each.id]]
        if frozenset((a, b)) in wished
    ]


def _figures(
    kind: EventKind, problem: AnyProblem, plan: AnyPlan, language: Language
) -> Iterator[tuple[str, str]]:
    match kind:
        case EventKind.CONVENTION:
            values = _convention(problem, plan)
        case EventKind.ROUND_TABLES:
            values = _round_tables(problem, plan)
        case _:
            values = _peer_groups(plan)
    comma = say(language, "words.number_comma")
    for name, value in values:
        text = f"{value:.1f}".replace(".", comma) if isinstance(value, float) else str(value)
        yield say(language, f"plan.figure.{name}"), text


def _convention(problem: AnyProblem, plan: AnyPlan) -> list[tuple[str, int | float]]:
    people = len(problem.participants)
    return [
        ("meetings", len(plan.meetings)),
        ("people", people),
        ("each", 2 * len(plan.meetings) / people),
        ("breaks", plan.objective.breaks),
    ]


def _round_tables(problem: AnyProblem, plan: AnyPlan) -> list[tuple[str, int | float]]:
    return [
        ("encounters", plan.figures.encounters),
        ("cross", plan.figures.cross_encounters),
        ("people", len(problem.participants)),
        ("encounters_min", plan.figures.encounters_min),
        ("repeated", plan.figures.repeated),
    ]


def _peer_groups(plan: AnyPlan) -> list[tuple[str, int | float]]:
    members = [m for g in plan.groups for m in (*g.leaders, *g.mentors)]
    return [
        ("groups", len(plan.groups)),
        ("members", len(members)),
        ("left_out", len(plan.left_out)),
        ("minutes", max((member.minutes for member in members), default=0)),
    ]
