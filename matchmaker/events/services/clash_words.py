"""What stands against a change by hand, and what it costs, as sentences with names and times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from matchmaker.events.conventions.clashing import Clash, Loss, ends
from matchmaker.events.conventions.problem import Id, Problem
from matchmaker.events.details import EventDetails
from matchmaker.texts import Language, say


def clock(moment: time, language: Language) -> str:
    """Write a time of day: `10 h 20`."""
    return say(language, "plan.clock", hour=moment.hour, minute=f"{moment.minute:02}")


def slot_time(details: EventDetails, slot: int, language: Language) -> str:
    """Write when a slot begins; its number where the event has no such slot."""
    if 1 <= slot <= len(details.slots):
        return clock(details.slots[slot - 1].start, language)
    return say(language, "plan.slot", slot=slot)


class ClashWords:
    """Sentences about one plan.

    Parameters
    ----------
    problem
        Names its participants.
    details
        Knows when slots begin.
    language
        Of the sentences.
    """

    def __init__(self, problem: Problem, details: EventDetails, language: Language) -> None:
        self._details, self._language = details, language
        self._meetings = {meeting.id: meeting for meeting in problem.meetings}
        self.names = {person.id: person.name or str(person.id) for person in problem.participants}

    def clash(self, clash: Clash, a: Id, b: Id, slot: int) -> str:
        """Say a rule that a place in a slot breaks for the meeting of two participants."""
        return say(
            self._language,
            f"plan.clash.{clash.code}",
            a=self.names[a],
            b=self.names[b],
            who=self.names.get(clash.who, "") if clash.who is not None else "",
            other=self._other(clash),
            number=clash.number,
            time=slot_time(self._details, slot, self._language),
            then=slot_time(self._details, clash.slot or slot, self._language),
            text=clash.text,
        )

    def _other(self, clash: Clash) -> str:
        """Name whom somebody meets instead, or the two of a meeting that is in the way."""
        if clash.meeting is None:
            return ""
        others = [
            self.names[who] for who in ends(self._meetings[clash.meeting]) if who != clash.who
        ]
        return say(self._language, "plan.and").join(others)

    def losses(self, losses: Sequence[Loss]) -> list[str]:
        """Say what a change costs the two."""
        return [
            say(self._language, f"plan.loss.{loss.code}", who=self.names[loss.who])
            for loss in losses
        ]
