"""Whom to tell what after seats or groups have changed on the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from api.pages.events.day_view import Told, by_person
from matchmaker.events.conventions.problem import Id
from matchmaker.events.details import EventDetails
from matchmaker.events.peer_groups.adjusting import OUT, groups_of
from matchmaker.events.peer_groups.plan import Group
from matchmaker.events.peer_groups.plan import Plan as GroupPlan
from matchmaker.events.registrations import Registration
from matchmaker.events.round_tables.plan import Plan, Round
from matchmaker.events.services.clash_words import slot_time
from matchmaker.texts import Language, say

Names = Mapping[Id, str]


def names_of(registrations: tuple[Registration, ...]) -> dict[Id, str]:
    """Name everybody by their id."""
    return {each.id: each.name for each in registrations}


def seats_told(
    before: Plan, after: Plan, details: EventDetails, names: Names, language: Language
) -> tuple[Told, ...]:
    """Say to each whose table changes where they sit now, round by round.

    The two plans need not have the same rounds: nobody had a seat in one that is new.
    """
    found: list[tuple[Id, str]] = []
    known = {held.round: _tables(held) for held in before.rounds}
    for now in after.rounds:
        old = known.get(now.round, {})
        for who, table in _tables(now).items():
            if old.get(who) != table:
                text = say(
                    language,
                    "day.told.seat" if who in old else "day.told.new_seat",
                    round=now.round,
                    time=slot_time(details, now.round, language),
                    old_table=old.get(who, 0),
                    new_table=table,
                )
                found.append((who, text))
    return _gathered(found, names)


def _tables(held: Round) -> dict[str, int]:
    return {who: table.table for table in held.tables for who in table.participants}


def groups_told(
    before: GroupPlan,
    after: GroupPlan,
    registrations: tuple[Registration, ...],
    language: Language,
) -> tuple[Told, ...]:
    """Tell whoever changes group, whose group meets elsewhere, and the mentors whom it touches."""
    known = {each.id: each for each in registrations}
    names, old, new = names_of(registrations), groups_of(before), groups_of(after)
    moved = {who: number for who, number in new.items() if old.get(who, OUT) != number}
    places = {each.number: each.meets_at for each in before.groups}
    found: list[tuple[Id, str]] = []
    for group in after.groups:
        host = known.get(group.meets_at)
        place = group.meets_at if host is None else host.company or host.name
        for who in _members(group):
            if who in moved:
                found.append(
                    (who, say(language, "day.told.group", number=group.number, place=place))
                )
            elif places.get(group.number) != group.meets_at:
                found.append(
                    (who, say(language, "day.told.host", number=group.number, place=place))
                )
        found += [
            (mentor.id, text)
            for mentor in group.mentors
            for text in _of_mentor(group, moved, names, language)
            if mentor.id not in moved
        ]
    return _gathered(found, names)


def _of_mentor(
    group: Group, moved: Mapping[str, int], names: Names, language: Language
) -> Iterator[str]:
    """Say to a mentor who joins their group."""
    for who in _members(group):
        if who in moved:
            yield say(language, "day.told.joins", name=names.get(who, who), number=group.number)


def _members(group: Group) -> list[str]:
    return [member.id for member in (*group.leaders, *group.mentors)]


def _gathered(found: list[tuple[Id, str]], names: Names) -> tuple[Told, ...]:
    known = {who: names.get(who, str(who)) for who, _ in found}
    return tuple(by_person(found, known))
