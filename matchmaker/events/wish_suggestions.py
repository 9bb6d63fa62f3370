"""Whom a participant of an event might wish to meet, by the scores that its plan counts with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.events.preparing.people import (
    TAKE_PART,
    across_departments,
    firms,
    of_one_house,
)
from matchmaker.events.preparing.scores import Scores, of_people
from matchmaker.events.preparing.wanting import NOTHING, Flags, any_of, kept_apart, what_was_said
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish

MOST = 6
"""Suggestions for one participant: more would not be looked at one by one."""


@dataclass(frozen=True)
class WishSuggestion:
    """Somebody whom a participant might wish to meet.

    Parameters
    ----------
    person
        Whom.
    score
        Mutual score of the two companies, above 0.
    wishes_back
        Whether they wish to meet the participant already.
    """

    person: Registration
    score: float
    wishes_back: bool


def suggested_wishes(
    who: Registration,
    everybody: Sequence[Registration],
    wishes: Collection[Wish],
    scores: Scores,
    *,
    same_department: bool = False,
    most: int = MOST,
) -> list[WishSuggestion]:
    """Find the best partners for a participant, of whom they have said nothing yet.

    Those take part who are registered and do not merely stand by. Left out is whoever the plan
    keeps apart from them (one refuses the other, they have met, they are competitors, of one firm
    or one group), and every firm of which the participant has spoken of somebody who comes. Of a
    firm with several people, one is proposed: one who wishes it, else the first by id.

    Parameters
    ----------
    who
        The participant, whether they take part yet or not.
    everybody, wishes
        All of the event.
    scores
        Of the published snapshot, of all companies of the event.
    same_department
        Whether partners of the same department count too.
    most
        Longest list.

    Returns
    -------
    list of WishSuggestion
        The best first; of equal scores, by id.

    Raises
    ------
    ProblemError
        If a wish contradicts the registrations.
    """
    others = [each for each in everybody if each.id != who.id and _comes(each)]
    people = [who, *sorted(others, key=lambda each: each.id)]
    said = what_was_said(people, everybody, wishes)
    mutual, competitors = of_people(scores, [each.siret for each in people])
    allowed = ~any_of(kept_apart(said, competitors))[0] & ~of_one_house(people)[0]
    allowed &= ~_spoken_of(people, said.words[0] != NOTHING) & (mutual[0] > 0)
    if not same_department:
        allowed &= across_departments(people)[0]
    back = said.words[:, 0] > NOTHING
    order = np.lexsort((~back, -mutual[0]))
    names, seen, found = firms(people), set[str | None](), list[WishSuggestion]()
    for place in order[allowed[order]].tolist():
        if names[place] not in seen and len(found) < most:
            seen.add(names[place])
            score, wishes_back = float(mutual[0, place]), bool(back[place])
            found.append(WishSuggestion(people[place], score, wishes_back))
    return found


def _comes(person: Registration) -> bool:
    return person.status in TAKE_PART and not person.standby


def _spoken_of(people: Sequence[Registration], said: Flags) -> Flags:
    """Mark everybody of a firm of which the first has said something of somebody."""
    names = firms(people)
    known = {name for name, told in zip(names, said.tolist(), strict=True) if told}
    return np.array([name is not None and name in known for name in names]) | said
