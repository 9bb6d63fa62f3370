"""Who is shown to whom, so that the same few firms do not fill every list.

`ipfp` shares every firm's capacity out over its pairs; `fill_places` turns what each pair can then
expect into lists under a hard cap; `expected_mutual_acceptances` says what lists are worth where
the firms that are asked have little time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from scipy.sparse import csgraph

from models.inputs import UNKNOWN, Flags, Rows, SparseRows
from models.reciprocity import score_matrix, values_at

Amounts = npt.NDArray[np.float64]

BLOCK = 100_000
"""Pairs that are looked at in turn as Python numbers: as lists, all pairs would fill the memory."""

LARGEST_EXPONENT = 300.0
"""Half the surplus over the temperature; beyond it, products of exponentials overflow."""


@dataclass(frozen=True)
class Matching:
    """Expected introductions when every firm's capacity is shared out.

    Parameters
    ----------
    matches
        Expected introductions of each pair, symmetric, shape (n, n).
    unmatched
        Capacity that stays free, shape (n,).
    gap
        Largest deviation from a capacity, as a share of it.
    rounds
        Updates that were made.
    """

    matches: SparseRows
    unmatched: Amounts
    gap: float
    rounds: int


def allocate(
    mutual_scores: SparseRows,
    capacity: Amounts,
    *,
    temperature: float,
    tolerance: float,
    iterations: int,
    cap: int | Rows,
    length: int,
    reserve: int,
) -> tuple[Rows, Matching]:
    """Rank partners by the introductions that can be expected under everybody's capacity.

    A pair that only one side has among its candidates may be shown to both, so that firms that are
    in nobody's list are shown to those whom they would meet.

    Parameters
    ----------
    mutual_scores
        How much both sides want to meet, for every candidate pair, shape (n, n); the larger
        counts where the two orders of a pair differ, and a score of zero is no candidate.
    capacity
        Introductions that each firm accepts, shape (n,); a firm with none is not shown.
    temperature, tolerance, iterations
        As in `ipfp`; the scores are the surplus.
    cap, length, reserve
        As in `fill_places`.

    Returns
    -------
    (ndarray, Matching)
        Lists as in `fill_places`, one per firm, and the matching whose entries order them.
    """
    surplus: SparseRows = mutual_scores.maximum(mutual_scores.T).tocsr()
    matching = ipfp(
        surplus, capacity, temperature=temperature, tolerance=tolerance, iterations=iterations
    )
    possible = matching.matches.copy()
    possible.eliminate_zeros()
    return fill_places(possible, cap=cap, length=length, reserve=reserve), matching


def ipfp(
    surplus: SparseRows,
    capacity: Amounts,
    *,
    temperature: float,
    tolerance: float,
    iterations: int,
) -> Matching:
    """Share the capacities out over the pairs (transferable utility, logit tastes).

    Solves `matches_ij = sqrt(free_i free_j) exp(surplus_ij / (2 temperature))` with
    `sum_j matches_ij + free_i = capacity_i`. Given the others, `sqrt(free_i)` is the root of a
    quadratic; all firms are updated at once. On any graph this is the alternating update of its
    double cover (every firm once as reader, once as partner), which is bipartite, so it converges,
    and to a symmetric answer since the solution is unique; sides need not be told apart.

    Parameters
    ----------
    surplus
        What a meeting is worth to both together; symmetric, no diagonal, shape (n, n). A pair
        without an entry cannot meet; an entry of zero is worth as much as staying free.
    capacity
        Introductions that each firm accepts, zero or more, shape (n,).
    temperature
        Unit of the surplus that counts as taste: small ones follow the surplus strictly.
    tolerance
        Largest deviation from a capacity, as a share of it, at which to stop.
    iterations
        Largest number of updates; `Matching.gap` tells what was reached.

    Raises
    ------
    ValueError
        If the surplus is not symmetric, not finite or too large for the temperature, or a
        capacity is negative.

    References
    ----------
    Choo, Siow, Who marries whom and why, Journal of Political Economy 2006. Decker, Lieb, McCann,
    Stephens, Unique equilibria and substitution effects in a stochastic model of the marriage
    market, Journal of Economic Theory 2013. Galichon, Salanié, Cupid's invisible hand, Review of
    Economic Studies 2022.
    """
    _check_market(surplus, capacity, temperature)
    attraction = surplus.astype(np.float64)
    attraction.data = np.exp(attraction.data / (2 * temperature))
    root = np.sqrt(capacity.astype(np.float64))
    wanted = attraction @ root
    for done in range(iterations + 1):
        gap = _gap(root, wanted, capacity)
        if gap <= tolerance or done == iterations:
            break
        root = _root(wanted, capacity)
        wanted = attraction @ root
    attraction.data *= np.repeat(root, np.diff(attraction.indptr)) * root[attraction.indices]
    return Matching(attraction, root**2, gap, done)


def _root(wanted: Amounts, capacity: Amounts) -> Amounts:
    """Solve `x**2 + wanted x = capacity`, in the form that does not cancel."""
    half = wanted / 2
    below = half + np.sqrt(capacity + half**2)
    root: Amounts = np.divide(capacity, below, out=np.zeros_like(below), where=below > 0)
    return root


def _gap(root: Amounts, wanted: Amounts, capacity: Amounts) -> float:
    open_ = capacity > 0
    used = root[open_] ** 2 + root[open_] * wanted[open_]
    return float(np.abs(used / capacity[open_] - 1).max(initial=0))


def _check_market(surplus: SparseRows, capacity: Amounts, temperature: float) -> None:
    n = len(capacity)
    if surplus.shape != (n, n):
        raise ValueError(f"surplus must have shape ({n}, {n}), got {surplus.shape}")
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature}")
    if not (np.isfinite(capacity).all() and (capacity >= 0).all()):
        raise ValueError("capacity must be finite and zero or more")
    largest = float(np.abs(surplus.data).max(initial=0)) / (2 * temperature)
    if not largest <= LARGEST_EXPONENT:
        raise ValueError(
            f"surplus over twice the temperature must be at most {LARGEST_EXPONENT:g}, "
            f"got {largest:g}"
        )
    mirrored = surplus.T.tocsr()
    surplus.sort_indices()
    mirrored.sort_indices()
    same = np.array_equal(surplus.indptr, mirrored.indptr)
    if not (same and np.array_equal(surplus.indices, mirrored.indices)):
        raise ValueError("surplus must have an entry for both orders of a pair, or for none")
    if not np.allclose(surplus.data, mirrored.data):
        raise ValueError("surplus must be the same in both orders of a pair")
    if surplus.diagonal().any():
        raise ValueError("a firm cannot meet itself: surplus must have no diagonal")


def fill_places(priorities: SparseRows, *, cap: int | Rows, length: int, reserve: int) -> Rows:
    """Fill the places of every list by priority, no firm in more than `cap` of them.

    The best pairs are served first, in stages: every partner gets one place before any gets more,
    then every list is filled to half before any is filled to the end. After each stage places are
    exchanged for those who came off badly (a maximum flow), so that whatever the priorities, as
    few firms as possible are never listed, then as few places as possible stay empty, and of those
    as few as possible in the first half of a list.

    Parameters
    ----------
    priorities
        Shape (n_readers, n_partners); an entry says that the partner may be shown to the reader.
        Equal priorities are served in the order of the entries.
    cap
        Largest number of lists in which a partner may fill a place, for all alike or for each,
        shape (n_partners,).
    length
        Places of a list.
    reserve
        Partners behind them, by priority; the cap does not count these.

    Returns
    -------
    ndarray
        Partners, shape (n_readers, length + reserve), padded with -1; places and reserve are each
        ordered by priority, and the reserve begins at column `length`.

    Raises
    ------
    ValueError
        If a priority is not finite, or `cap` or `length` is below 1.

    References
    ----------
    Patro et al., FairRec, WWW 2020 (a guaranteed share of exposure first). Berge, Two theorems in
    graph theory, PNAS 1957 (augmenting paths); Mendelsohn, Dulmage, Some generalizations of the
    problem of distinct representatives, 1958 (both sides can be served at once).
    """
    for name, number in (("cap", np.min(cap, initial=1)), ("length", length)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1, got {number}")
    if not np.isfinite(priorities.data).all():
        raise ValueError("priorities must be finite")
    pairs = _Pairs.of(priorities)
    wanted = np.minimum(pairs.counts()[0], length)
    listable = np.minimum(pairs.counts()[1], 1)
    half = np.minimum(wanted, -(-length // 2))
    given = np.zeros(len(pairs.reader), dtype=bool)
    for readers, partners in ((wanted, listable), (half, cap * listable), (wanted, cap * listable)):
        given = _by_priority(pairs, given, readers, partners)
        given = _by_exchange(pairs, given, readers, partners)
    return np.hstack([_as_lists(pairs, given, length), _as_lists(pairs, ~given, reserve)])


@dataclass(frozen=True)
class _Pairs:
    """Pairs that may be shown, by reader and partner, and the order in which they are served."""

    reader: Rows
    partner: Rows
    order: Rows
    shape: tuple[int, int]

    @classmethod
    def of(cls, priorities: SparseRows) -> _Pairs:
        priorities.sort_indices()
        reader = np.repeat(np.arange(priorities.shape[0]), np.diff(priorities.indptr))
        order = np.argsort(-priorities.data, kind="stable")
        return cls(reader, priorities.indices.astype(np.int64), order, priorities.shape)

    def counts(self, given: Flags | None = None) -> tuple[Rows, Rows]:
        """Count the pairs of each reader and of each partner."""
        kept = slice(None) if given is None else given
        return (
            np.bincount(self.reader[kept], minlength=self.shape[0]),
            np.bincount(self.partner[kept], minlength=self.shape[1]),
        )

    def spare(self, given: Flags, readers: Rows, partners: Rows) -> tuple[Rows, Rows]:
        """Count the places that each may still fill; negative where more are filled already."""
        filled = self.counts(given)
        return readers - filled[0], partners - filled[1]


def _by_priority(pairs: _Pairs, given: Flags, readers: Rows, partners: Rows) -> Flags:
    """Give places in the order of priority while both sides have some left."""
    room, demand = pairs.spare(given, readers, partners)
    open_ = ~given & (room[pairs.reader] > 0) & (demand[pairs.partner] > 0)
    left, right = room.tolist(), demand.tolist()
    order = pairs.order[open_[pairs.order]]
    given = given.copy()
    for start in range(0, len(order), BLOCK):
        edges = order[start : start + BLOCK]
        chosen = []
        ends = (pairs.reader[edges].tolist(), pairs.partner[edges].tolist())
        for place, (reader, partner) in enumerate(zip(*ends, strict=True)):
            if left[reader] > 0 and right[partner] > 0:
                left[reader] -= 1
                right[partner] -= 1
                chosen.append(place)
        given[edges[chosen]] = True
    return given


def _by_exchange(pairs: _Pairs, given: Flags, readers: Rows, partners: Rows) -> Flags:
    """Fill as many places as can be filled by moving others: a maximum flow over what is left.

    Places flow from readers with room to partners that may be listed more often, or to readers who
    have more than they should by now. Nobody else gains or loses one.
    """
    room, demand = pairs.spare(given, readers, partners)
    short, long, open_ = np.flatnonzero(room > 0), np.flatnonzero(room < 0), np.flatnonzero(demand)
    if not len(short) or not len(long) + len(open_):
        return given
    m, n = pairs.shape
    source, sink = m + n, m + n + 1
    tails = np.where(given, m + pairs.partner, pairs.reader)
    heads = np.where(given, pairs.reader, m + pairs.partner)
    width = np.concatenate([np.ones(len(tails)), room[short], -room[long], demand[open_]])
    ends = (
        np.concatenate([tails, np.full(len(short), source), long, m + open_]),
        np.concatenate([heads, short, np.full(len(long) + len(open_), sink)]),
    )
    residual = sparse.coo_array((width.astype(np.int32), ends), shape=(m + n + 2, m + n + 2))
    flow = csgraph.maximum_flow(residual.tocsr(), source, sink).flow
    return given ^ (np.asarray(flow[tails, heads]) > 0)


def _as_lists(pairs: _Pairs, chosen: Flags, length: int) -> Rows:
    """Write the first chosen pairs of each reader as a padded list, best first."""
    edges = pairs.order[chosen[pairs.order]]
    edges = edges[np.argsort(pairs.reader[edges], kind="stable")]
    readers = pairs.reader[edges]
    places = np.arange(len(edges)) - np.searchsorted(readers, readers)
    kept = places < length
    lists = np.full((pairs.shape[0], length), UNKNOWN, dtype=np.int64)
    lists[readers[kept], places[kept]] = pairs.partner[edges[kept]]
    return lists


def expected_mutual_acceptances(
    lists: Rows, forward: SparseRows, backward: SparseRows, capacity: Amounts
) -> float:
    """Count the pairs that are expected to meet when everybody reads their list.

    A reader looks at place k with probability `1 / log2(1 + k)`, and asks whom it likes. The firm
    asked is willing or not; it accepts the willing requests up to its capacity, each with the same
    chance, `min(1, capacity / willing requests)` (requests taken as their expected number). A pair
    that could meet both ways counts once: chances are taken as independent.

    Parameters
    ----------
    lists
        Places of each firm, shape (n, length), padded with -1; only those that are shown.
    forward
        Probability that the reader (row) likes the partner (column), shape (n, n).
    backward
        Probability that the partner (row) is willing to meet the reader (column), shape (n, n).
    capacity
        Introductions that each firm can accept, shape (n,).

    References
    ----------
    Su, Bayoumi, Joachims, Optimizing rankings for recommendation in matching markets, WWW 2022
    (examination by place on both sides; here a capacity stands for the second). Tomita, Togashi,
    Hashizume, Ohsaka, Fast and examination-agnostic reciprocal recommendation in matching markets,
    RecSys 2023 (rankings from a transferable-utility matching).
    """
    n = len(capacity)
    readers = np.arange(n)[:, None]
    looked_at = 1 / np.log2(2 + np.arange(lists.shape[1]))
    willing = (
        looked_at * values_at(forward, readers, lists, 0.0) * values_at(backward, lists, readers, 0)
    )
    requests = score_matrix(lists, willing, n)
    received = requests.sum(axis=0)
    served = np.divide(capacity, received, out=np.ones(n), where=received > capacity)
    requests.data *= served[requests.indices]
    either_way = requests.sum() - requests.multiply(requests.T).sum() / 2
    return float(either_way)
