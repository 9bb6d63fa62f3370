"""What has happened on the day, read from who is there, as the changes that a repair takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.events.conventions.changes import Changes, Late
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Id, Meeting, Participant, Problem
from matchmaker.events.details import EventDetails
from matchmaker.events.preparing.people import TAKE_PART, missing_slots
from matchmaker.events.registrations import Registration, Status

ASKED_FOR = 6.0
"""Worth of a meeting that somebody who walks in asks for: as one that one side must have."""


@dataclass(frozen=True)
class DayNews:
    """Who is not where the plan has them.

    Parameters
    ----------
    absent
        Who does not come and still has meetings.
    late
        Who comes later than a meeting of theirs, with their first slot.
    newcomers
        Who is there, or registered, and not in the plan.
    back
        Who had been taken out of the plan on the day, and is there after all.
    """

    absent: tuple[Registration, ...]
    late: tuple[Registration, ...]
    newcomers: tuple[Registration, ...]
    back: tuple[Registration, ...] = ()

    @property
    def mendable(self) -> bool:
        """Whether somebody is missing, or has no place: something to mend at once."""
        return bool(self.absent or self.late or self.back)


def first_open_slot(details: EventDetails, now: datetime) -> int:
    """Find the first slot that has not begun: 1 before the day, one more than all after it."""
    for slot in range(1, len(details.slots) + 1):
        if now < details.moments(slot)[0]:
            return slot
    return len(details.slots) + 1


def running_slot(details: EventDetails, now: datetime) -> int | None:
    """Find the slot that is going on; none between two of them, and outside the day."""
    for slot in range(1, len(details.slots) + 1):
        begin, end = details.moments(slot)
        if begin <= now < end:
            return slot
    return None


def news_of(
    problem: Problem, plan: Plan, registrations: Iterable[Registration], from_slot: int
) -> DayNews:
    """Compare who is there with the plan, from a slot on."""
    slots, known = _open_slots(problem, plan, from_slot), {each.id: each for each in registrations}
    planned = {str(person.id): person for person in problem.participants}
    # Whoever was removed from the list does not come either.
    gone = [who for who in planned if who not in known and who in slots]
    absent = [Registration(who, planned[who].name or who) for who in gone]
    late, new = [], []
    for each in known.values():
        own = slots.get(each.id, ())
        if each.id not in planned:
            if each.status in TAKE_PART and not each.standby:
                new.append(each)
        elif each.status not in TAKE_PART and own:
            absent.append(each)
        elif each.status is Status.LATE and any(slot < (each.from_slot or 0) for slot in own):
            late.append(each)
    return DayNews(tuple(absent), tuple(late), tuple(new))


def _open_slots(problem: Problem, plan: Plan, from_slot: int) -> Mapping[str, Sequence[int]]:
    """Slots of everybody's meetings that have not begun."""
    ends = {meeting.id: (str(meeting.a), str(meeting.b)) for meeting in problem.meetings}
    found: dict[str, list[int]] = {}
    for held in plan.meetings:
        if held.slot >= from_slot:
            for who in ends[held.id]:
                found.setdefault(who, []).append(held.slot)
    return found


def changes_of(
    problem: Problem,
    news: DayNews,
    from_slot: int,
    *,
    lost_tables: Sequence[int] = (),
    joining: Registration | None = None,
    meetings: Sequence[Meeting] = (),
) -> Changes:
    """Write the news as the changes of a repair.

    Parameters
    ----------
    problem
        Of the plan in use.
    news
        Who is not where the plan has them.
    from_slot
        First slot that has not begun.
    lost_tables
        Tables that cannot be used any more.
    joining
        Who has come without being planned, and takes part from now on; nobody if not given.
    meetings
        Meetings that the one who joins may have; those with people of the plan count.
    """
    known = {str(person.id) for person in problem.participants}
    ids: dict[str, Id] = {str(person.id): person.id for person in problem.participants}
    walk_ins = () if joining is None or joining.id in known else (_participant(joining),)
    return Changes(
        from_slot=from_slot,
        absent=tuple(ids[each.id] for each in news.absent),
        late=tuple(
            Late(id=ids[each.id], from_slot=each.from_slot)
            for each in news.late
            if each.from_slot is not None
        ),
        lost_tables=tuple(lost_tables),
        walk_ins=walk_ins,
        meetings=tuple(meetings) if walk_ins else (),
    )


def _participant(joining: Registration) -> Participant:
    firm = joining.siret[:9] if joining.siret is not None else joining.company or None
    return Participant(
        id=joining.id,
        name=joining.name,
        company=firm,
        group=joining.group or None,
        unavailable=missing_slots(joining),
        max=joining.max,
    )


def meetings_of_newcomer(
    problem: Problem,
    joining: Registration,
    asked: Sequence[str],
    proposed: Sequence[Meeting] = (),
) -> tuple[Meeting, ...]:
    """List the meetings that somebody who walks in may have: first those that they ask for.

    Parameters
    ----------
    problem
        Of the plan in use.
    joining
        Who walks in.
    asked
        Ids of those whom they want to meet; ids that are not in the plan are left out.
    proposed
        Meetings that scores propose for them.
    """
    people = {str(person.id): person.id for person in problem.participants}
    partners = {who: ASKED_FOR for who in asked if who in people and who != joining.id}
    for meeting in proposed:
        other = str(meeting.b) if str(meeting.a) == joining.id else str(meeting.a)
        if joining.id in (str(meeting.a), str(meeting.b)) and other in people:
            partners.setdefault(other, meeting.value)
    return tuple(
        Meeting(
            id="~".join(sorted((joining.id, who))),
            a=joining.id,
            b=people[who],
            value=value,
            mandatory=False,
        )
        for who, value in partners.items()
    )
