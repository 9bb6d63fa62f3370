"""What every channel promises.

A channel sees *seekers* (companies of the territory, or one new profile) and *partners* (always
companies of the territory). It scores pairs, proposes partners of other departments, and names the
evidence behind a score. A score is zero or more; zero means that the channel sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np

from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence
from models.inputs import Floats, Rows, SparseRows
from models.links import Links
from models.search import Method, Pool
from models.text_space import TextSpace
from models.view import View


class Family(StrEnum):
    """Independent kinds of evidence; a band counts families, not channels."""

    DECLARED = "declared"
    RELATIONS = "relations"
    REGISTRY = "registry"
    CONTEXT = "context"


@dataclass(frozen=True)
class Territory:
    """Everything that channels are fitted on.

    Parameters
    ----------
    view
        One row per company.
    links
        The relation graph over the same rows.
    space
        Where the texts became vectors.
    word_axes
        Axes of the words of the activities, finer than those of the space; shape (n_words, d).
    theme_names
        Columns of `view.themes`.
    sectors
        Columns of the input-output table, as `view.sector` numbers them.
    hops
        Hops of text smoothing.
    seed
        Seed of the channels that learn from a sample.
    """

    view: View
    links: Links
    space: TextSpace
    word_axes: Floats
    theme_names: list[str]
    sectors: list[str]
    hops: int
    seed: int


class Channel(Protocol):
    """One way of seeing a pair."""

    name: ClassVar[str]
    family: ClassVar[Family]

    def fit(self, territory: Territory) -> None:
        """Learn from the territory and keep what scoring needs."""

    def save(self, folder: Path) -> None:
        """Write what `fit` learned beyond the territory itself."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Take up again what `save` wrote."""

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Score pairs.

        Parameters
        ----------
        seekers
            The fitted territory's own view, or a view of profiles that are not in it.
        rows
            Seekers, shape (m,).
        partners
            Rows of the territory, shape (m, c), padded with -1 (whose score means nothing).
        flow
            Which way the pair is looked at.

        Returns
        -------
        ndarray
            Shape (m, c), zero or more.
        """

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Propose partners of other departments.

        Returns
        -------
        ndarray
            Rows of the pool, shape (m, at most k), padded with -1. Shape (m, 0) from a channel
            that only scores.
        """

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Name the fact behind a score above zero, as the company sees it."""


DENSE_SHARE = 0.2
"""Share of the territory from which scoring everybody and picking is quicker than looking up."""


def no_proposals(rows: Rows) -> Rows:
    """Answer of a channel that scores pairs but proposes none."""
    return np.zeros((len(rows), 0), dtype=np.int64)


def is_of_territory(seekers: View, territory: Territory) -> bool:
    """Whether seekers are rows of the territory, so that relations are known of them."""
    return seekers is territory.view


def sampled(products: SparseRows, partners: Rows) -> Floats:
    """Read the entries of `products` (m, n) at the columns `partners` (m, c); padding reads 0."""
    m, c = partners.shape
    if m * c == 0 or products.nnz == 0:
        return np.zeros((m, c), np.float32)
    places = np.where(partners < 0, 0, partners)
    if c >= DENSE_SHARE * products.shape[1]:
        values = np.take_along_axis(products.toarray(), places, axis=1).astype(np.float32)
        return np.where(partners < 0, np.float32(0), values)
    rows = np.repeat(np.arange(m), c)
    products.sort_indices()  # a product comes unsorted, and would be searched from end to end
    values = np.asarray(products[rows, places.ravel()], dtype=np.float32).reshape(m, c)
    return np.where(partners < 0, np.float32(0), values)


def dense_products(left: Floats, right: Floats, partners: Rows) -> Floats:
    """Inner products of `left[k]` (m, d) with the rows `right[partners[k]]`; shape (m, c)."""
    places = np.where(partners < 0, 0, partners)
    if partners.shape[1] >= DENSE_SHARE * len(right):
        every: Floats = np.take_along_axis(left @ right.T, places, axis=1)
        return every
    products: Floats = np.matmul(right[places], left[:, :, None])[:, :, 0]
    return products
