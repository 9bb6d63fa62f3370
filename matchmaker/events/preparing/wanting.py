"""What participants said of each other, and what follows: who is kept apart, what a pair is worth.

The one table of values of the house: whatever is planned, a wish weighs the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import ProblemError
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish, WishKind

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Why = Literal["refused", "met_before", "competitor", "by_hand"]

NO, NOTHING, YES, MUST = range(4)
_WORDS = {WishKind.NO: NO, WishKind.YES: YES, WishKind.MUST: MUST}

VALUES = {
    (MUST, MUST): 10.0,
    (YES, MUST): 8.0,
    (NOTHING, MUST): 6.0,
    (YES, YES): 4.0,
    (NOTHING, YES): 2.0,
}
"""What two words are worth, the weaker first; every other pair of words is worth nothing.

The mutual score, from 0 to 1, is added. Steps are of 2, so that no score lifts a pair over one
whose words weigh more; but two meetings that one side wants weigh as much as one that both want.
"""


@dataclass(frozen=True)
class Said:
    """What n participants said of each other.

    Parameters
    ----------
    words
        `words[i, j]` is what i says of j: `NO`, `NOTHING`, `YES` or `MUST`; shape (n, n).
    met
        Whether one of the two says that they have met before; symmetric, shape (n, n).
    """

    words: NDArray[np.int8]
    met: Flags

    @property
    def weaker(self) -> NDArray[np.int8]:
        """The less welcoming of the two words, shape (n, n)."""
        return np.minimum(self.words, self.words.T)

    @property
    def stronger(self) -> NDArray[np.int8]:
        """The more welcoming of the two words, shape (n, n)."""
        return np.maximum(self.words, self.words.T)

    @property
    def wished(self) -> Flags:
        """Whether one of the two wants to meet the other, shape (n, n)."""
        return np.asarray(self.stronger >= YES)

    @property
    def musts(self) -> Flags:
        """Whether both say that they must meet, shape (n, n)."""
        return np.asarray(self.weaker == MUST)


def what_was_said(
    people: Sequence[Registration], everybody: Iterable[Registration], wishes: Iterable[Wish]
) -> Said:
    """Lay wishes out as arrays over those who take part.

    Parameters
    ----------
    people
        Those who take part.
    everybody
        All registrations: a wish about somebody who does not come counts for nothing.

    Raises
    ------
    ProblemError
        If a wish names somebody who is not registered, or is there twice, or names one person.
    """
    registered = {each.id for each in everybody}
    place = {person.id: number for number, person in enumerate(people)}
    words = np.full((len(people), len(people)), NOTHING, dtype=np.int8)
    met = np.zeros(words.shape, dtype=bool)
    seen = set()
    for wish in wishes:
        pair = (wish.wisher, wish.wished)
        _check(wish, registered, pair in seen)
        seen.add(pair)
        if all(who in place for who in pair):
            i, j = place[wish.wisher], place[wish.wished]
            words[i, j] = _WORDS[wish.kind]
            met[i, j] = met[j, i] = met[i, j] or wish.met_before
    return Said(words, met)


def _check(wish: Wish, registered: set[str], seen: bool) -> None:
    for who in (wish.wisher, wish.wished):
        if who not in registered:
            raise ProblemError(
                f"the wish of {wish.wisher!r} about {wish.wished!r} names {who!r}, who is not "
                "registered; register them or withdraw the wish."
            )
    if wish.wisher == wish.wished:
        raise ProblemError(f"participant {wish.wisher!r} wishes to meet themselves; remove it.")
    if seen:
        raise ProblemError(
            f"the wish of {wish.wisher!r} about {wish.wished!r} is there twice; keep one."
        )


def kept_apart(said: Said, competitors: Flags, *, met_matters: bool = True) -> dict[Why, Flags]:
    """Say which pairs are kept apart by which rule; of several rules the first one is named.

    `refused`: one of the two says no. `met_before`: one of the two says so, and neither says that
    they must meet. `competitor`: unless both want to meet.

    Parameters
    ----------
    competitors
        Shape (n, n).
    met_matters
        Whether those who have met are kept apart.

    Returns
    -------
    dict
        For each rule, a symmetric array (n, n); a pair is true in one of them at most.
    """
    refused = said.weaker == NO
    met = said.met & (said.stronger < MUST) & ~refused & met_matters
    rivals = competitors & (said.weaker < YES) & ~refused & ~met
    return {"refused": refused, "met_before": met, "competitor": rivals}


def any_of(apart: dict[Why, Flags]) -> Flags:
    """Tell which pairs are kept apart by any rule; shape (n, n)."""
    together: Flags = np.logical_or.reduce(list(apart.values()))
    return together


def worth(said: Said, mutual: Floats) -> Floats:
    """Value of each pair: its words by `VALUES`, and its mutual score; symmetric, shape (n, n)."""
    values: Floats = np.zeros(mutual.shape)
    for (weaker, stronger), value in VALUES.items():
        values[(said.weaker == weaker) & (said.stronger == stronger)] = value
    # Six digits tell scores apart and keep a problem of thousands of pairs readable.
    return np.asarray(np.round(values + mutual, 6))


def pairs_of(chosen: Flags) -> list[tuple[int, int]]:
    """Pairs of a symmetric array, each once, as (smaller, larger) in their order."""
    rows, columns = np.nonzero(np.triu(chosen, 1))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def apart_list(people: Sequence[Registration], apart: dict[Why, Flags]) -> list[dict[str, str]]:
    """Write the pairs kept apart as the planners' documents want them, rule by rule."""
    return [
        {"a": people[i].id, "b": people[j].id, "why": why}
        for why, chosen in apart.items()
        for i, j in pairs_of(chosen)
    ]
