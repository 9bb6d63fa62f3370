"""Who must be told what after a repair."""

from __future__ import annotations

from matchmaker.events.conventions.changes import Message, News
from matchmaker.events.conventions.plan import Plan, PlannedMeeting
from matchmaker.events.conventions.problem import Id, Problem
from matchmaker.texts import Language, say


def messages(
    problem: Problem, before: Plan, after: Plan, language: Language
) -> tuple[Message, ...]:
    """Compare two plans, participant by participant, in the order of the slots.

    Parameters
    ----------
    problem
        The problem that holds every meeting and participant of both.
    before, after
        The plans.
    language
        Of the sentences.
    """
    old = {meeting.id: meeting for meeting in before.meetings}
    new = {meeting.id: meeting for meeting in after.meetings}
    names = {person.id: person.name or str(person.id) for person in problem.participants}
    found: list[tuple[str, int, Message]] = []
    for meeting in problem.meetings:
        was, now = old.get(meeting.id), new.get(meeting.id)
        news = _news(was, now)
        if news is None:
            continue
        place = now or was
        assert place is not None
        for who, partner in ((meeting.a, meeting.b), (meeting.b, meeting.a)):
            text = _text(news, was, now, names[partner], language)
            message = Message(participant=who, news=news, meeting=meeting.id, text=text)
            found.append((names[who], place.slot, message))
    return tuple(message for *_, message in sorted(found, key=_by_person))


def _by_person(entry: tuple[str, int, Message]) -> tuple[str, str, int, str]:
    name, slot, message = entry
    return name, str(message.participant), slot, str(message.meeting)


def _news(was: PlannedMeeting | None, now: PlannedMeeting | None) -> News | None:
    if was is None:
        return None if now is None else "added"
    if now is None:
        return "cancelled"
    if was.slot != now.slot:
        return "moved"
    return None if was.table == now.table else "table"


def _text(
    news: News,
    was: PlannedMeeting | None,
    now: PlannedMeeting | None,
    partner: Id,
    language: Language,
) -> str:
    old, new = was or now, now or was
    assert old is not None
    assert new is not None
    return say(
        language,
        f"event.convention.message.{news}",
        partner=partner,
        old_slot=old.slot,
        old_table=old.table,
        slot=new.slot,
        table=new.table,
    )
