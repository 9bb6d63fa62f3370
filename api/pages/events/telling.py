"""Whom to tell what after the plan has changed on the day, with times in place of numbers."""

from __future__ import annotations

from api.pages.events.day_view import Told, by_person
from matchmaker.events.conventions.plan import Plan, PlannedMeeting
from matchmaker.events.conventions.problem import Id, Problem
from matchmaker.events.conventions.telling import messages
from matchmaker.events.details import EventDetails
from matchmaker.events.services.clash_words import slot_time
from matchmaker.texts import Language, say


def told_between(
    problem: Problem, before: Plan, after: Plan, details: EventDetails, language: Language
) -> tuple[Told, ...]:
    """Say what each participant must be told of the difference between two plans."""
    old = {each.id: each for each in before.meetings}
    new = {each.id: each for each in after.meetings}
    ends = {each.id: (each.a, each.b) for each in problem.meetings}
    names: dict[Id, str] = {each.id: each.name or str(each.id) for each in problem.participants}

    def text(news: str, meeting: Id, partner: str) -> str:
        was, now = old.get(meeting), new.get(meeting)
        return say(
            language,
            f"day.told.{news}",
            partner=partner,
            **_where("old", was or now, details, language),
            **_where("new", now or was, details, language),
        )

    found: list[tuple[Id, str]] = []
    for each in messages(problem, before, after, language):
        a, b = ends[each.meeting]
        partner = names[b if each.participant == a else a]
        found.append((each.participant, text(each.news, each.meeting, partner)))
    return tuple(by_person(found, names))


def _where(
    prefix: str, place: PlannedMeeting | None, details: EventDetails, language: Language
) -> dict[str, object]:
    if place is None:
        return {}
    return {
        f"{prefix}_time": slot_time(details, place.slot, language),
        f"{prefix}_table": place.table,
    }
