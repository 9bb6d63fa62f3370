"""Some places of a list go to chance, with a known propensity, so that feedback can be weighed.

Without it, what the ranking hides is never judged, and the next model learns from its own habits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.inputs import UNKNOWN, Rows
from models.reciprocity import Scores
from models.view import mixed

Chances = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Explored:
    """Lists some places of which were drawn.

    Parameters
    ----------
    places
        Places in the ranked lists, shape (m, c): the shown ones, then the rest in its order;
        padded with -1.
    propensity
        Probability with which the partner at each shown place came to stand there, given the
        ranking; 1 at places that were not drawn, NaN at the padding; shape (m, min(shown, c)).
    """

    places: Rows
    propensity: Chances


def explored_places(shown: int, explored: int) -> Rows:
    """Spread the drawn places evenly over a list, the last place among them: 5 and 10 of ten.

    Raises
    ------
    ValueError
        If there are more of them than half of the list, or fewer than none.
    """
    if not 0 <= 2 * explored <= shown:
        raise ValueError(f"explored must be at most half of {shown} shown places, got {explored}")
    places: Rows = np.arange(1, explored + 1) * shown // max(explored, 1) - 1
    return places


def explore(
    partners: Rows,
    scores: Scores,
    keys: npt.NDArray[np.uint64],
    *,
    shown: int,
    explored: int,
    temperature: float,
    floor: float,
    seed: int,
) -> Explored:
    """Draw the partners at some places from those that would stand last or not be shown.

    The best `shown - explored` keep their order at the other places. The rest is dealt out in turn
    into one pot per drawn place, and each place draws from its own pot: by softmax of the scores,
    lifted to a floor. So every draw is independent and its probability exact. A list that has
    nothing beyond its shown places is left as it is.

    Parameters
    ----------
    partners
        Ranked lists, best first, shape (m, c), padded with -1 at the end.
    scores
        Same shape.
    keys
        A 64-bit hash of each reader (and of the intent, where it has several lists), shape (m,):
        with the seed it decides the draw, so that the order of the readers does not matter.
    shown
        Places that a reader sees.
    explored
        How many of them are drawn; which ones is said by `explored_places`.
    temperature
        Difference of scores at which the odds change by a factor of e.
    floor
        Least propensity of every partner of a pot.
    seed
        Zero or more; another one for each night draws anew.

    Raises
    ------
    ValueError
        If the temperature is not above 0, or the floor leaves a pot more than certain.

    References
    ----------
    Joachims, Swaminathan, Schnabel, Unbiased learning-to-rank with biased feedback, WSDM 2017
    (weights by known propensities).
    """
    c = partners.shape[1]
    drawn, kept = explored_places(shown, explored), shown - explored
    _check(temperature, floor, largest_pot=max(-(-(c - kept) // max(explored, 1)), 1))
    places = np.where(partners < 0, UNKNOWN, np.arange(c))
    propensity = np.where(places[:, :shown] < 0, np.nan, 1.0)
    longer = np.flatnonzero((partners[:, shown:] >= 0).any(axis=1))
    if not explored or not len(longer):
        return Explored(places, propensity)
    chosen = np.zeros((len(longer), explored), dtype=np.int64)
    for number, place in enumerate(drawn.tolist()):
        pot = np.arange(kept + number, c, explored)
        own = np.ix_(longer, pot)
        chances = _chances(scores[own], partners[own] >= 0, temperature, floor)
        picked = _draw(chances, _uniform(keys[longer], seed, number))
        chosen[:, number] = pot[picked]
        propensity[longer, place] = chances[np.arange(len(longer)), picked]
    places[longer] = _with_drawn(places[longer], chosen, drawn)
    return Explored(places, propensity)


def _check(temperature: float, floor: float, largest_pot: int) -> None:
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature}")
    if not 0 <= floor * largest_pot <= 1:
        raise ValueError(f"floor must be in [0, 1/{largest_pot}], got {floor}")


def _chances(
    scores: Scores, listed: npt.NDArray[np.bool_], temperature: float, floor: float
) -> Chances:
    """Softmax over the listed ones, mixed with an equal share so that none is below the floor."""
    logits = np.where(listed, scores.astype(np.float64) / temperature, -np.inf)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax = weights / weights.sum(axis=1, keepdims=True)
    size = listed.sum(axis=1, keepdims=True)
    chances: Chances = np.where(listed, floor + (1 - size * floor) * softmax, 0)
    return chances


def _draw(chances: Chances, uniform: Chances) -> Rows:
    """Pick a column of each row by inverting the cumulated chances."""
    cumulated = np.cumsum(chances, axis=1)
    # Scaled to the last sum, which rounding may leave below 1.
    picked: Rows = (cumulated <= (uniform * cumulated[:, -1])[:, None]).sum(axis=1)
    return picked


def _uniform(keys: npt.NDArray[np.uint64], seed: int, number: int) -> Chances:
    """One number in [0, 1) per key."""
    night = mixed(np.array([seed], dtype=np.uint64))
    hashed = mixed(keys ^ mixed(night + np.uint64(number)))
    return (hashed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _with_drawn(places: Rows, chosen: Rows, drawn: Rows) -> Rows:
    """Put the chosen places at the drawn ones, the first ones around them, the rest behind."""
    m, c = places.shape
    lists = np.arange(m)[:, None]
    is_chosen = np.zeros((m, c), dtype=bool)
    is_chosen[lists, chosen] = True
    # What was not chosen keeps its order: first the best, then what stays in reserve.
    others = np.argsort(is_chosen, axis=1, kind="stable")[:, : c - len(drawn)]
    result = np.empty_like(places)
    result[:, drawn] = places[lists, chosen]
    result[:, np.setdiff1d(np.arange(c), drawn)] = places[lists, others]
    return result
