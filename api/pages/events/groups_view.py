"""Groups as a page shows them, and what a change of one person would break or bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.peer_groups.problem import Problem
from matchmaker.events.registrations import Registration
from matchmaker.events.services.clash_words import slot_time
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.spelling import fold
from matchmaker.texts import Language, say, say_number

if TYPE_CHECKING:
    from matchmaker.events.round_tables.adjusting import SeatClash, Seats

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
    table
        Table to which they go alone; 0 where that is not the change.
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
    table: int = 0


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
    """List the tables to which somebody may go in a round, and with whom they may change seats.

    Raises
    ------
    ProblemError
        If they have no seat in that round.
    """
    from matchmaker.events.round_tables.adjusting import Seats

    seats, language = Seats(problem, plan, number, person), words.language
    now = say(
        language,
        "plan.groups.now_table",
        round=number,
        time=slot_time(details, number, language),
        table=seats.table_of[person],
    )
    found = [*_table_moves(seats, words), *_table_swaps(seats, words)]
    possible = [(more, view) for more, view in found if not view.against]
    # Where one person alone can go comes first: it asks nothing of anybody else.
    possible.sort(key=lambda pair: (not pair[1].table, -pair[0]))
    moves = sum(bool(view.table) for _, view in possible)
    best = tuple(view for _, view in possible[: moves + MOST_SWAPS])
    refused = tuple(view for _, view in found if view.against)
    return ChangesView(words.name(person), now, best, refused)


def _table_moves(seats: Seats, words: GroupWords) -> Iterator[tuple[int, ChangeView]]:
    for table in seats.other_tables():
        people = say_number(words.language, "plan.groups.people", len(seats.tables[table]))
        text = say(words.language, "plan.groups.to_table", table=table, people=people)
        tables = {seats.person: table}
        yield _seat_change(seats, tables, seats.move_clashes(table), words, text, table=table)


def _table_swaps(seats: Seats, words: GroupWords) -> Iterator[tuple[int, ChangeView]]:
    here = seats.table_of[seats.person]
    for other in sorted(seats.others(), key=lambda who: fold(words.name(who))):
        there = seats.table_of[other]
        table = say(words.language, "plan.table", table=there)
        text = say(words.language, "plan.groups.swap", name=f"{words.name(other)} ({table})")
        tables = {seats.person: there, other: here}
        yield _seat_change(seats, tables, seats.clashes(other), words, text, other=other)


def _seat_change(
    seats: Seats,
    tables: Mapping[str, int],
    clashes: Sequence[SeatClash],
    words: GroupWords,
    text: str,
    *,
    other: str = "",
    table: int = 0,
) -> tuple[int, ChangeView]:
    """View a change of seats, with the encounters that it brings."""
    from matchmaker.events.round_tables.adjusting import encounters_gained

    if clashes:
        said = tuple(dict.fromkeys(words.clash(each.code, each.values) for each in clashes))
        return 0, ChangeView(seats.number, other, text, against=said, table=table)
    more = encounters_gained(seats.problem, seats.plan, seats.number, tables)
    effect = _effect(more, ("gain", "loss", "equal"), words.language)
    return more, ChangeView(seats.number, other, text, effect, table=table)


def _effect(more: int, keys: tuple[str, str, str], language: Language) -> str:
    if more == 0:
        return say(language, f"plan.groups.{keys[2]}")
    return say_number(language, f"plan.groups.{keys[0] if more > 0 else keys[1]}", abs(more))


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
        effect = _effect(gain, ("better", "worse", "same"), language)
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
