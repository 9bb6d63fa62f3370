"""What the page of one meeting shows: every slot, what it would break, what it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.events.conventions.clashing import Clash
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.details import EventDetails
from matchmaker.events.services.adjusting import Choice, Options
from matchmaker.events.services.clash_words import ClashWords, clock, slot_time
from matchmaker.spelling import fold
from matchmaker.texts import Language


@dataclass(frozen=True)
class ChoiceView:
    """One slot for the meeting.

    Parameters
    ----------
    slot, start, end
        Its number and times.
    here
        Whether the meeting is there now.
    table, tables
        The best free table, and all that are free.
    against
        Why the meeting cannot go there; empty where it can.
    losses
        What it would cost all the same.
    """

    slot: int
    start: str
    end: str
    here: bool
    table: int | None
    tables: tuple[int, ...]
    against: tuple[str, ...]
    losses: tuple[str, ...]


@dataclass(frozen=True)
class SwapView:
    """A meeting with which it may change places: its id, who meets there, when and where."""

    meeting: str
    a: str
    b: str
    time: str
    table: int


@dataclass(frozen=True)
class MoveView:
    """One meeting and its choices; or, with no meeting chosen, the people to choose from.

    Parameters
    ----------
    meeting
        Its id in addresses.
    a, b
        Names of the two.
    ids
        Ids of the two.
    place
        Slot and table where it is now.
    time
        When that is.
    choices
        One for each slot.
    leaving
        Why it cannot be taken out; empty where it can.
    people
        Pairs of id and name, sorted by name.
    tables
        Number of tables.
    swaps
        Meetings with which it may change places.
    words, options
        What the sentences are made of.
    """

    meeting: str = ""
    a: str = ""
    b: str = ""
    ids: tuple[str, str] = ("", "")
    place: tuple[int, int] | None = None
    time: str = ""
    choices: tuple[ChoiceView, ...] = ()
    leaving: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    tables: int = 0
    swaps: tuple[SwapView, ...] = ()
    words: ClashWords | None = None
    options: Options | None = None

    @property
    def possible(self) -> int:
        """Number of slots to which the meeting may go."""
        return sum(not each.against and not each.here for each in self.choices)

    def sentences(self, clashes: Sequence[Clash], slot: int) -> list[str]:
        """Say what stood against a change."""
        if self.words is None or self.options is None:
            return []
        meeting = self.options.meeting
        return [self.words.clash(clash, meeting.a, meeting.b, slot) for clash in clashes]


def move_view(
    details: EventDetails, problem: Problem, options: Options | None, language: Language
) -> MoveView:
    """Say in words where a meeting could go.

    Parameters
    ----------
    details
        Knows when slots begin.
    problem
        Names the participants.
    options
        Of the meeting; none while it is not chosen.
    language
        Of the sentences.
    """
    if options is None:
        names = ((str(each.id), _label(each.name, each.id)) for each in problem.participants)
        return MoveView(people=tuple(sorted(names, key=lambda pair: (fold(pair[1]), pair[0]))))
    words, meeting = ClashWords(options.problem, details, language), options.meeting
    return MoveView(
        meeting=str(meeting.id),
        a=words.names[meeting.a],
        b=words.names[meeting.b],
        ids=(str(meeting.a), str(meeting.b)),
        place=options.place,
        time="" if options.place is None else slot_time(details, options.place.slot, language),
        choices=tuple(_choice(each, options, words, details, language) for each in options.choices),
        leaving=tuple(words.clash(clash, meeting.a, meeting.b, 0) for clash in options.leaving),
        tables=problem.tables,
        swaps=tuple(
            SwapView(
                str(other.id),
                words.names[other.a],
                words.names[other.b],
                slot_time(details, place.slot, language),
                place.table,
            )
            for other, place in options.swaps
        ),
        words=words,
        options=options,
    )


def _label(name: str | None, who: object) -> str:
    return name or str(who)


def _choice(
    choice: Choice,
    options: Options,
    words: ClashWords,
    details: EventDetails,
    language: Language,
) -> ChoiceView:
    a, b = options.meeting.a, options.meeting.b
    times = details.slots[choice.slot - 1]
    against = [words.clash(clash, a, b, choice.slot) for clash in choice.clashes]
    return ChoiceView(
        choice.slot,
        clock(times.start, language),
        clock(times.end, language),
        choice.here,
        choice.table,
        choice.free,
        tuple(dict.fromkeys(against)),
        tuple(words.losses(choice.losses)),
    )
