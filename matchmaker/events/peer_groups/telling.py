"""Whom to tell what after groups were mended."""

from __future__ import annotations

from collections.abc import Iterator

from matchmaker.events.peer_groups.adjusting import OUT
from matchmaker.events.peer_groups.changes import Repair
from matchmaker.events.peer_groups.plan import Group
from matchmaker.events.telling import Telling
from matchmaker.texts import Language, say


def told(repair: Repair, language: Language) -> list[Telling]:
    """Tell whoever changes group, whose group meets elsewhere, and mentors who joins them."""
    moved = {each.member: each.new for each in repair.moved}
    elsewhere = {each.group for each in repair.hosts}
    found = [
        Telling(participant=who, text=say(language, "event.groups_told.out"))
        for who, number in moved.items()
        if number == OUT
    ]
    for group in repair.plan.groups:
        found += _of_group(group, moved, group.number in elsewhere, language)
    return found


def _of_group(
    group: Group, moved: dict[str, int], elsewhere: bool, language: Language
) -> Iterator[Telling]:
    values = {"number": group.number, "place": group.meets_at}
    members = [member.id for member in (*group.leaders, *group.mentors)]
    for who in members:
        if who in moved:
            yield Telling(participant=who, text=say(language, "event.groups_told.group", **values))
        elif elsewhere:
            yield Telling(participant=who, text=say(language, "event.groups_told.host", **values))
    for mentor in group.mentors:
        for who in members:
            if who in moved and mentor.id not in moved:
                text = say(language, "event.groups_told.joins", who=who, number=group.number)
                yield Telling(participant=mentor.id, text=text)
