"""The relation graph as sparse arrays: who is tied to whom, through which group."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.relations import KNOWS_EACH_OTHER, RelationKind
from models.arrays import load_array, load_sparse, load_strings, save_arrays, save_strings
from models.inputs import GroupRows, SparseRows

KINDS: tuple[RelationKind, ...] = tuple(RelationKind)

_SPARSE = ("ties", "supplies", "acquainted", "membership")


@dataclass(frozen=True)
class Links:
    """Relations among the companies of a territory.

    Parameters
    ----------
    ties
        Symmetric, shape (n, n): a group of `m` members gives each of its pairs
        its weight over `m - 1`.
    supplies
        Shape (n, n): 1 where the row company is known to supply the column company.
    acquainted
        Symmetric, shape (n, n): 1 where the two have met and need no suggestion.
    membership
        Shape (n, n_groups): 1 where the company belongs to the group; a group that ties nobody has
        no members here, so that no reason can name it.
    kind, day
        One entry per group: position in `KINDS`, and the date as a proleptic Gregorian ordinal
        (`datetime.date.toordinal`), 0 where it is not known.
    weight
        What a group gives each of its pairs, shape (n_groups,); 0 for one that ties nobody.
    labels
        One entry per group.
    """

    ties: SparseRows
    supplies: SparseRows
    acquainted: SparseRows
    membership: SparseRows
    kind: npt.NDArray[np.int8]
    day: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float32]
    labels: list[str]

    @property
    def degree(self) -> npt.NDArray[np.float32]:
        """Number of companies that each company is tied to, shape (n,)."""
        return np.diff(self.ties.indptr).astype(np.float32)

    def ties_through(self, shares: npt.NDArray[np.float32]) -> SparseRows:
        """Tie members of groups again, each group counting a share of what it counts in `ties`.

        Parameters
        ----------
        shares
            Zero or more, shape (n_groups,).

        Returns
        -------
        csr_array
            Symmetric, shape (n, n).
        """
        weighted = self.membership @ sparse.diags_array(self.weight * shares)
        tied = (weighted @ self.membership.T).tocoo()
        apart = (tied.row != tied.col) & (tied.data > 0)
        return _filled(
            np.stack([tied.row[apart], tied.col[apart]], axis=1),
            tied.data[apart].astype(np.float32),
            self.ties.shape,
            at_most_one=False,
        )

    def of_kind(self, kind: RelationKind) -> SparseRows:
        """Ties of one kind of relation, symmetric, shape (n, n)."""
        return self.ties_through((self.kind == KINDS.index(kind)).astype(np.float32))

    def recent(self, half_life_days: float) -> SparseRows:
        """Ties that fade with age, counted from the latest known day, not from the clock.

        `2 ^ -(age / half-life)`; a group without a date counts one half, as one of that age. Where
        no date at all is known, nothing is recent.
        """
        if not self.day.any():
            return self.ties_through(np.zeros(len(self.day), np.float32))
        age = np.where(self.day > 0, self.day.max(initial=0) - self.day, half_life_days)
        return self.ties_through(np.exp2(-age / half_life_days).astype(np.float32))

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        save_arrays(
            folder, {name: getattr(self, name) for name in (*_SPARSE, "kind", "day", "weight")}
        )
        save_strings(folder, "labels", self.labels)

    @classmethod
    def load(cls, folder: Path) -> Links:
        """Open the arrays by memory map."""
        return cls(
            ties=load_sparse(folder, "ties"),
            supplies=load_sparse(folder, "supplies"),
            acquainted=load_sparse(folder, "acquainted"),
            membership=load_sparse(folder, "membership"),
            kind=load_array(folder, "kind"),
            day=load_array(folder, "day"),
            weight=load_array(folder, "weight"),
            labels=load_strings(folder, "labels"),
        )


def build_links(groups: GroupRows, n_companies: int, max_group: int) -> Links:
    """Turn groups into arrays.

    Parameters
    ----------
    groups
        Members as row numbers.
    n_companies
        Number of rows of the territory.
    max_group
        Groups above this size tie nobody: a trade fair is no acquaintance. Being in one Plato
        group or one contract counts as having met whatever the size.
    """
    tie_pairs, tie_weights, met_pairs, supply_pairs = [], [], [], []
    for members, kind, weight in zip(groups.members, groups.kinds, groups.weights, strict=True):
        pairs = _pairs_of(members)
        if len(members) <= max_group:
            tie_pairs.append(pairs)
            tie_weights.append(np.full(len(pairs), weight / (len(members) - 1), np.float32))
        if kind in KNOWS_EACH_OTHER:
            met_pairs.append(pairs)
        if kind is RelationKind.SUPPLY:
            supply_pairs.append(members[None, :2])
    shape = (n_companies, n_companies)
    return Links(
        ties=_symmetric(tie_pairs, np.concatenate([*tie_weights, np.zeros(0, np.float32)]), shape),
        supplies=_filled(_stacked(supply_pairs), None, shape, at_most_one=True),
        acquainted=_symmetric(met_pairs, None, shape, at_most_one=True),
        membership=_membership(groups, n_companies, max_group),
        kind=np.array([KINDS.index(kind) for kind in groups.kinds], dtype=np.int8),
        day=np.array([day.toordinal() if day else 0 for day in groups.dates], dtype=np.int32),
        weight=np.array(
            [
                weight / (len(members) - 1) if len(members) <= max_group else 0
                for members, weight in zip(groups.members, groups.weights, strict=True)
            ],
            dtype=np.float32,
        ),
        labels=[" ".join(label.split()) for label in groups.labels],
    )


def _pairs_of(members: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    first, second = np.triu_indices(len(members), 1)
    return np.stack([members[first], members[second]], axis=1)


def _stacked(pairs: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate([*pairs, np.zeros((0, 2), np.int64)])


def _symmetric(
    pairs: list[npt.NDArray[np.int64]],
    weights: npt.NDArray[np.float32] | None,
    shape: tuple[int, int],
    *,
    at_most_one: bool = False,
) -> SparseRows:
    one_way = _stacked(pairs)
    both = np.concatenate([one_way, one_way[:, ::-1]])
    doubled = None if weights is None else np.concatenate([weights, weights])
    return _filled(both, doubled, shape, at_most_one=at_most_one)


def _filled(
    pairs: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float32] | None,
    shape: tuple[int, int],
    *,
    at_most_one: bool,
) -> SparseRows:
    values = np.ones(len(pairs), np.float32) if weights is None else weights
    matrix: SparseRows = sparse.coo_array((values, (pairs[:, 0], pairs[:, 1])), shape=shape).tocsr()
    matrix.sum_duplicates()
    if at_most_one:
        matrix.data[:] = 1
    return matrix


def _membership(groups: GroupRows, n_companies: int, max_group: int) -> SparseRows:
    told = [m if len(m) <= max_group else m[:0] for m in groups.members]
    rows = np.concatenate([*told, np.zeros(0, np.int64)]).astype(np.int64)
    columns = np.repeat(np.arange(len(groups)), [len(members) for members in told])
    return sparse.csr_array(
        (np.ones(len(rows), np.float32), (rows, columns)), shape=(n_companies, len(groups))
    )
