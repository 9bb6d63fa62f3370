"""Suggestions against the truth of the fictional territory, which the model never reads."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from matchmaker.intents import Intent, Role
from matchmaker.store.snapshots import require_current
from models.lists import ALL_ROLES
from models.published import open_published


@pytest.fixture(scope="module")
def published(demo_home):
    return open_published(require_current(demo_home.snapshots_folder))


def true_pairs(demo_home, published, kind):
    """Shape (n, n): true where the row company supplies, or suits, the column company."""
    truth = pl.read_parquet(demo_home.home.parent / "files" / "verite" / "partners.parquet")
    row = {str(siret): number for number, siret in enumerate(published.model.sirets)}
    pairs = np.zeros((len(row), len(row)), dtype=bool)
    chosen = truth.filter(pl.col("kind") == kind)
    for source, target in chosen.select("source", "target").iter_rows():
        if source in row and target in row:
            pairs[row[source], row[target]] = True
    return pairs


@pytest.mark.parametrize(
    ("intent", "role", "kind"),
    [
        (Intent.SUPPLY, Role.SUPPLIER, "supply"),
        (Intent.SUPPLY, Role.CLIENT, "supply"),
        (Intent.CONSORTIUM, Role.CO_BIDDER, "consortium"),
        (Intent.PEER, Role.PEER, "peer"),
    ],
)
def test_suggestions_find_true_partners_far_more_often_than_chance(
    demo_home, published, intent, role, kind
):
    """Twice the rate among all pairs across the border, at the least."""
    pairs = true_pairs(demo_home, published, kind)
    if role is Role.SUPPLIER:
        pairs = pairs.T
    elif role is not Role.CLIENT:
        pairs |= pairs.T
    department = published.model.territory.view.department
    chance = pairs[department[:, None] != department[None, :]].mean()
    lists = published.lists[intent]
    listed = (lists.roles == ALL_ROLES.index(role)) & (lists.partners >= 0)
    rows, places = np.nonzero(listed)
    found = pairs[rows, lists.partners[rows, places]].mean()
    assert found >= 2 * chance > 0


def test_stronger_bands_hold_more_true_partners(demo_home, published):
    """A band says how much evidence there is, and evidence has to tell."""
    pairs = true_pairs(demo_home, published, "supply")
    either = pairs | pairs.T
    lists = published.lists[Intent.SUPPLY]
    rates = []
    for band in (0, 1):
        rows, places = np.nonzero((lists.bands == band) & (lists.partners >= 0))
        rates.append(either[rows, lists.partners[rows, places]].mean())
    assert rates[1] > rates[0]
