"""Whom to tell what after tables were mended, round by round."""

from __future__ import annotations

from matchmaker.events.round_tables.changes import Repair
from matchmaker.events.telling import Telling
from matchmaker.texts import Language, say


def told(repair: Repair, language: Language) -> list[Telling]:
    """Say to each whose seat changes where they sit now, participant by participant."""
    order = {each.id: row for row, each in enumerate(repair.problem.participants)}
    seats = sorted(repair.moved, key=lambda each: (order[each.participant], each.round))
    return [
        Telling(
            participant=each.participant,
            text=say(
                language,
                "event.tables_told.new_seat" if each.old is None else "event.tables_told.seat",
                round=each.round,
                old=each.old or 0,
                new=each.new,
            ),
        )
        for each in seats
    ]
