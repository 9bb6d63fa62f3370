"""Groups as a page shows them, and what a change of one person would break or bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.peer_groups.problem import Problem
from matchmaker.events.registrations import Registration
from matchmaker.events.services.clash_words import slot_time
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.spelling import fold
from matchmaker.texts import Language, say

MOST_SWAPS = 15
"""Exchanges that are offered for one person, the best first."""


@dataclass(frozen=True)
class MemberView:
    """Somebody in a group."""

    id: str
    name: str
    company: str
    department: str
    mentor: bool = False
    minutes: int | None = None
    partners: int | None = None


@dataclass(frozen=True)
class GroupView:
    """A group: its number, its meeting place, its longest way, its members."""

    number: int
    place: str
    minutes: int
    members: tuple[MemberView, ...]


@dataclass(frozen=True)
class GroupsView:
    """All groups, and who has none."""

    groups: tuple[GroupView, ...]
    left_out: tuple[MemberView, ...]
    reserve: tuple[MemberView, ...]


def groups_view(plan: AnyPlan, people: Sequence[Registration]) -> GroupsView:
    """View the plan of peer groups; people who were removed go by their id."""
    known = {each.id: each for each in people}
    return GroupsView(
        tuple(
            GroupView(
                group.number,
                _place(group.meets_at, known),
                group.travel_max_minutes,
                tuple(
                    _member(member.id, known, mentor, member.minutes, member.theme_partners)
                    for mentor, members in ((False, group.leaders), (True, group.mentors))
                    for member in members
                ),
            )
            for group in plan.groups
        ),
        tuple(_member(each.id, known) for each in plan.left_out),
        tuple(_member(who, known, mentor=True) for who in plan.reserve),
    )


def _place(name: str, known: Mapping[str, Registration]) -> str:
    host = known.get(name)
    return name if host is None else host.company or host.name


def _member(
    who: str,
    known: Mapping[str, Registration],
    mentor: bool = False,
    minutes: int | None = None,
    partners: int | None = None,
) -> MemberView:
    each = known.get(who)
    if each is None:
        return MemberView(who, who, "", "", mentor, minutes, partners)
    return MemberView(
        who, each.name, each.company, each.department or "", mentor, minutes, partners
    )


@dataclass(frozen=True)
class ChangeView:
    """One change that could be made.

    Parameters
    ----------
    number
        Group, or round.
    other
        Id of who goes the other way; nobody if empty.
    text
        What it is.
    effect
        What it brings or costs; empty where it cannot be.
    against
        Why it cannot be; empty where it can.
    """

    number: int
    other: str
    text: str
    effect: str = ""
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangesView:
    """What could be done with one person: where they are, what is possible, what is not."""

    name: str
    now: str
    possible: tuple[ChangeView, ...]
    refused: tuple[ChangeView, ...]


class GroupWords:
    """Sentences about groups, with the names of people."""

    def __init__(self, people: Sequence[Registration], language: Language) -> None:
        self._names, self.language = {each.id: each.name for each in people}, language

    def name(self, who: str) -> str:
        """Name somebody; by their id where they were removed."""
        return self._names.get(who, who)

    def clash(self, code: str, values: Mapping[str, str | int]) -> str:
        """Say a rule that a change breaks."""
        said = {
            key: self.name(str(value)) if key in ("a", "b") else value
            for key, value in values.items()
        }
        return say(self.language, f"plan.group_clash.{code}", **said)


def table_changes(
    problem: AnyProblem,
    plan: AnyPlan,
    details: EventDetails,
    person: str,
    number: int,
    words: GroupWords,
) -> ChangesView:
    """List everybody with whom somebody may change seats in a round.

    Raises
    ------
    ProblemError
        If they have no seat in that round.
    """
    from matchmaker.events.round_tables.adjusting import Seats, seats_swapped

    seats, language = Seats(problem, plan, number, person), words.language
    possible: list[tuple[int, ChangeView]] = []
    refused: list[ChangeView] = []
    for other in sorted(seats.others(), key=lambda who: fold(words.name(who))):
        table = say(language, "plan.table", table=seats.table_of[other])
        text = say(language, "plan.groups.swap", name=f"{words.name(other)} ({table})")
        clashes = seats.clashes(other)
        if clashes:
            said = [words.clash(each.code, each.values) for each in clashes]
            refused.append(ChangeView(number, other, text, against=tuple(said)))
            continue
        after = seats_swapped(problem, plan, number, person, other)
        more = after.figures.encounters - plan.figures.encounters if after.figures else 0
        effect = _effect(more, ("gain", "loss", "equal"), language)
        possible.append((more, ChangeView(number, other, text, effect)))
    possible.sort(key=lambda pair: -pair[0])
    now = say(
        language,
        "plan.groups.now_table",
        round=number,
        time=slot_time(details, number, language),
        table=seats.table_of[person],
    )
    best = tuple(view for _, view in possible[:MOST_SWAPS])
    return ChangesView(words.name(person), now, best, tuple(refused))


def _effect(more: int, keys: tuple[str, str, str], language: Language, name: str = "count") -> str:
    key = keys[0] if more > 0 else keys[1] if more < 0 else keys[2]
    return say(language, f"plan.groups.{key}", **{name: abs(more)})


def group_changes(problem: Problem, plan: AnyPlan, person: str, words: GroupWords) -> ChangesView:
    """List the groups that somebody may join, and everybody with whom they may change places.

    Raises
    ------
    ProblemError
        If they are not in the plan.
    """
    from matchmaker.events.peer_groups.adjusting import OUT, groups_of, tried

    language, group = words.language, groups_of(plan)
    here, mentors = group.get(person, OUT), {each.id for each in problem.mentors}
    alike = [who for who in group if (who in mentors) == (person in mentors) and group[who] != here]
    numbers = sorted({OUT, *group.values()} - {here})
    wanted = [(number, "") for number in numbers] + [(group[who], who) for who in alike]
    possible: list[tuple[int, ChangeView]] = []
    refused: list[ChangeView] = []
    for number, other in wanted:
        text = _change_text(number, other, person in mentors, words)
        after, clashes = tried(problem, plan, person, number, other or None)
        if clashes:
            said = [words.clash(each.code, each.values) for each in clashes]
            refused.append(ChangeView(number, other, text, against=tuple(said)))
            continue
        gain = plan.objective.total - (after.objective.total if after.objective else 0)
        effect = _effect(gain, ("better", "worse", "same"), language, "value")
        possible.append(
            (gain if other else gain + 1_000_000, ChangeView(number, other, text, effect))
        )
    possible.sort(key=lambda pair: -pair[0])
    now = (
        say(language, "plan.groups.now", number=here)
        if here != OUT
        else say(language, "plan.groups.to_reserve" if person in mentors else "plan.groups.out")
    )
    best = tuple(view for _, view in possible[:MOST_SWAPS])
    return ChangesView(words.name(person), now, best, tuple(refused))


def _change_text(number: int, other: str, mentor: bool, words: GroupWords) -> str:
    language = words.language
    place = (
        say(language, "plan.groups.to_group", number=number)
        if number
        else say(language, "plan.groups.to_reserve" if mentor else "plan.groups.out")
    )
    if not other:
        return place
    return say(language, "plan.groups.swap", name=f"{words.name(other)} ({place})")


def is_seated(kind: EventKind) -> bool:
    """Whether people change tables, not groups."""
    return kind is EventKind.ROUND_TABLES
