"""From what each side wants to lists that are fair to both: reciprocity, capacity, variety.

One-sided lists name the same few firms to everybody, who cannot meet them all. Here a pair counts
as much as both sides want it; the introductions that everybody can accept are shared out over all
pairs; and no company fills more lists than a fair share of its department allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.activities import LEVELS
from matchmaker.intents import OPPOSITE, Role
from models.allocation import fill_places, ipfp
from models.exploration import explore
from models.inputs import UNKNOWN, Floats, Rows, SparseRows
from models.lists import RankedLists, once_per_firm, side_by_side
from models.ranking import united
from models.reciprocity import harmonic, reverse_scores, score_matrix, values_at
from models.variety import same_categories, varied
from models.view import View, mixed

SMALLEST = 1e-3
"""Wish of a pair that one side hardly sees; the best is about 1."""
UNSEEN = 0.5
"""Share of its faintest listed wish that a company is given for one that it did not list."""
REVERSED_CANDIDATES = 60
"""Companies per role that propose another and become candidates of it in turn."""
TOLERANCE, ITERATIONS = 1e-3, 1000
TEMPERATURE_OF_DRAWS, LEAST_CHANCE = 0.1, 0.05
"""Of the places that are drawn (`models.exploration`); the chance is less where more than ten
partners stand for one place."""
_DIVISION = LEVELS[::-1].index("division")


@dataclass(frozen=True)
class Shares:
    """How lists are shared out; see the settings of the same names.

    Parameters
    ----------
    length, reserve
        Places that are shown, and partners kept behind them.
    capacity
        Introductions of a company that declares no number.
    exposure
        Largest number of lists that a company may fill, in fair shares.
    temperature
        Of the matching.
    variety
        Weight of variety.
    explored_places
        Places that are drawn; 0 without feedback.
    seed
        Of the draws.
    """

    length: int
    reserve: int
    capacity: int
    exposure: float
    temperature: float
    variety: float
    explored_places: int
    seed: int


def with_reversed(candidates: Mapping[Role, Rows], view: View, seed: int) -> dict[Role, Rows]:
    """Make everybody who proposes a company a candidate of it, so that each pair is seen twice.

    Of a company that more than 60 others propose, 60 are drawn by a hash.

    Parameters
    ----------
    candidates
        Of every row of the territory, shape (n, c), padded with -1.
    """
    widened = {}
    for role, own in candidates.items():
        rows, columns = np.nonzero(candidates[OPPOSITE[role]] >= 0)
        partner = candidates[OPPOSITE[role]][rows, columns]
        chance = mixed(view.key[rows] ^ mixed(view.key[partner] + np.uint64(seed)))
        order = np.lexsort((chance, partner))
        rows, partner = rows[order], partner[order]
        place = np.arange(len(partner)) - np.searchsorted(partner, partner)
        kept = place < REVERSED_CANDIDATES
        width = min(REVERSED_CANDIDATES, int(place.max(initial=-1)) + 1)
        added = np.full((len(own), width), UNKNOWN, dtype=np.int64)
        added[partner[kept], place[kept]] = rows[kept]
        widened[role] = united(np.concatenate([own, added], axis=1))
    return widened


def shared_out(pools: Mapping[Role, RankedLists], view: View, shares: Shares) -> RankedLists:
    """Turn what every company wants, role by role, into one list per company.

    Parameters
    ----------
    pools
        Of every row of the territory, for all roles of one intent.
    view
        The territory.

    Returns
    -------
    RankedLists
        Places first, in the order of the expected introductions, then the reserve, which begins
        at column `shares.length` even where places before it stay free. Scores and contributions
        stay those of the reader.
    """
    wishes = {role: mutual_wishes(role, pools, len(view)) for role in pools}
    wanted = side_by_side(list(pools.values()))
    wish = np.concatenate(list(wishes.values()), axis=1)
    order = np.argsort(np.where(wanted.partners < 0, np.inf, -wish), axis=1, kind="stable")
    whole = replace(wanted.taken(order), propensity=np.take_along_axis(wish, order, axis=1))
    pool = once_per_firm(whole, view.siren)
    # While lists are made the propensity carries the wish; nothing has been drawn yet.
    wish = np.where(pool.partners < 0, 0, pool.propensity)
    pool = replace(pool, propensity=np.ones_like(pool.propensity))
    capacity = np.where(view.capacity < 0, shares.capacity, view.capacity).astype(np.float64)
    expected = _expected(pool.partners, wish, capacity, shares.temperature)
    lists = fill_places(
        expected,
        cap=largest_exposure(pools, view, shares),
        length=shares.length,
        reserve=shares.reserve,
    )
    return _ordered(pool.taken(_places_of(lists, pool.partners)), expected, view, shares)


def mutual_wishes(role: Role, pools: Mapping[Role, RankedLists], n: int) -> Floats:
    """Harmonic mean of what both sides want; shape of the pool's partners.

    A company that did not list the reader is taken to want it half as much as the faintest wish
    that it did list.
    """
    own, other = pools[role], pools[OPPOSITE[role]]
    forward, backward = (np.maximum(lists.scores, SMALLEST) for lists in (own, other))
    returned = reverse_scores(
        own.partners.astype(np.int64),
        forward,
        n,
        missing=np.nan,
        backward=score_matrix(other.partners.astype(np.int64), backward, n),
    )
    listed = np.where(other.partners < 0, np.inf, backward)
    faintest = np.where(
        np.isinf(listed).all(axis=1), SMALLEST, UNSEEN * listed.min(axis=1, initial=1.0)
    )
    returned = np.where(np.isnan(returned), faintest[own.partners], returned)
    wishes: Floats = np.where(own.partners < 0, 0, harmonic(forward, returned)).astype(np.float32)
    return wishes


def largest_exposure(pools: Mapping[Role, RankedLists], view: View, shares: Shares) -> Rows:
    """Count the lists that each company may fill, shape (n,).

    The places that all readers want filled from a department, in a role, are divided among its
    companies that anybody wants in that role; the setting says how many such shares one may have.
    """
    n_sides = int(view.department.max(initial=-1)) + 1
    allowed = np.zeros(len(view))
    for pool in pools.values():
        rows, columns = np.nonzero(pool.partners >= 0)
        partners = pool.partners[rows, columns]
        found = np.bincount(rows, minlength=len(view))
        # A reader's places are wanted from each department as its pool is made up.
        share = np.minimum(found, shares.length)[rows] / found[rows]
        wanted = np.bincount(view.department[partners], share, minlength=n_sides)
        known = np.unique(partners)
        members = np.bincount(view.department[known], minlength=n_sides)
        fair = np.divide(wanted, members, out=np.zeros(n_sides), where=members > 0)
        allowed[known] += np.maximum(fair, 1)[view.department[known]]
    exposure: Rows = np.maximum(np.ceil(shares.exposure * allowed), 1).astype(np.int64)
    return exposure


def _expected(
    partners: npt.NDArray[np.int32], wish: Floats, capacity: npt.NDArray[np.float64], heat: float
) -> SparseRows:
    """Expect introductions of every pair of the pools, under everybody's capacity."""
    n = len(partners)
    wishes = score_matrix(partners.astype(np.int64), wish.astype(np.float64), n)
    surplus: SparseRows = wishes.maximum(wishes.T).tocsr()
    matching = ipfp(surplus, capacity, temperature=heat, tolerance=TOLERANCE, iterations=ITERATIONS)
    asked: SparseRows = sparse.csr_array(matching.matches.multiply(wishes > 0)).tocsr()
    asked.eliminate_zeros()
    return asked


def _places_of(lists: Rows, partners: npt.NDArray[np.int32]) -> Rows:
    """Find each listed partner in its reader's pool; shape of `lists`, padded with -1."""
    order = np.argsort(partners, axis=1, kind="stable")
    width = int(partners.max(initial=0)) + 2
    base = np.arange(len(partners))[:, None] * width
    ordered = (base + 1 + np.take_along_axis(partners.astype(np.int64), order, axis=1)).ravel()
    found = np.searchsorted(ordered, base + 1 + lists).clip(max=len(ordered) - 1)
    places = np.take_along_axis(order, found % max(partners.shape[1], 1), axis=1)
    return np.where(lists < 0, UNKNOWN, places)


def _ordered(lists: RankedLists, expected: SparseRows, view: View, shares: Shares) -> RankedLists:
    """Vary the shown places, and draw some of them where there is feedback to learn from."""
    n, shown = len(lists), shares.length
    rows = np.arange(n)[:, None]
    chances = values_at(expected, rows, lists.partners.astype(np.int64), 0.0)
    partners = lists.partners[:, :shown].astype(np.int64)
    kinds = np.stack([view.trade[partners, _DIVISION], view.size[partners]], axis=2)
    places = varied(partners, chances[:, :shown], same_categories(kinds), shares.variety)
    behind = np.broadcast_to(np.arange(shown, lists.scores.shape[1]), (n, shares.reserve))
    order = np.concatenate([places, behind], axis=1)
    lists = lists.taken(order)
    if not shares.explored_places:
        return lists
    return _explored(lists, np.take_along_axis(chances, order, axis=1), view, shares)


def _explored(
    lists: RankedLists, chances: npt.NDArray[np.float64], view: View, shares: Shares
) -> RankedLists:
    """Draw some of the shown places from those behind; a list that is not full stays as it is."""
    shown, explored = shares.length, min(shares.explored_places, shares.length // 2)
    # Where partners fill their share of lists, places stay free and a reserve stands behind them.
    full = np.flatnonzero(lists.partners[:, shown - 1] >= 0)
    in_a_pot = 1 + shares.reserve / max(explored, 1)
    drawn = explore(
        lists.partners[full].astype(np.int64),
        chances[full],
        view.key[full],
        shown=shown,
        explored=explored,
        temperature=TEMPERATURE_OF_DRAWS,
        floor=min(LEAST_CHANCE, 0.5 / np.ceil(in_a_pot)),
        seed=shares.seed,
    )
    places = np.tile(np.arange(lists.partners.shape[1]), (len(lists), 1))
    places[full] = drawn.places
    lists = lists.taken(places)
    propensity = lists.propensity.copy()
    propensity[full, :shown] = drawn.propensity
    return replace(lists, propensity=propensity)
