"""Figures of lists against hand values, networkx and scipy."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from builders import TRADES, company, fitted
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy

from matchmaker.intents import Intent
from matchmaker.metrics import gini
from models.lists import RankedLists
from pipelines.list_quality import PastLists, list_figures, stability_index

N = 6


@pytest.fixture(scope="module")
def model():
    """Three firms on each side, all of different trades; lists of two are shown."""
    firms = [company(k, ("77", "91")[k % 2], naf=TRADES[k]) for k in range(N)]
    return fitted(firms, model={"list_length": 2})


def ranked(partners, scores=None, bands=None) -> RankedLists:
    partners = np.array(partners, dtype=np.int32)
    values = np.where(partners < 0, 0, 1.0) if scores is None else scores
    return RankedLists(
        partners=partners,
        roles=np.where(partners < 0, -1, 3).astype(np.int8),
        scores=np.array(values, dtype=np.float32),
        bands=np.zeros(partners.shape, np.int8) if bands is None else np.array(bands, np.int8),
        parts=np.zeros((*partners.shape, 1), np.float16),
        propensity=np.ones(partners.shape, np.float32),
    )


# Rows 0 to 2 are one side, 3 to 5 the other; a third place is reserve and does not count.
LISTS = [[3, 4, 5], [3, -1, -1], [3, 4, 5], [0, 1, 2], [2, 1, 0], [-1, -1, -1]]


def test_by_hand(model):
    found = list_figures(model, {Intent.PEER: ranked(LISTS)}, None)
    second = 1 / np.log2(3)
    exposure = [1.0, 2 * second, 1.0, 3.0, 2 * second, 0.0]
    assert found["peer"] == {
        "coverage": pytest.approx(5 / 6, abs=1e-4),
        "never_listed": pytest.approx(1 / 6, abs=1e-4),
        "exposure_gini": pytest.approx(gini(np.array(exposure)), abs=1e-4),
        # 0 and 3, 1 and 3, 2 and 4 list each other.
        "mutual_lists": pytest.approx(6 / 9),
        "competitor_rate": 0,
        "overlap": None,
        "drift": None,
        "possible": 1,
        "good": 0,
        "strong": 0,
    }
    alone = {name: value for name, value in found["peer"].items() if name in found["all"]}
    assert found["all"] == alone, "one intent is all there is"


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_mutual_lists_are_the_reciprocity_of_the_graph(model, seed):
    generator = np.random.default_rng(seed)
    lists = np.array([generator.permutation(3)[:2] + 3 * (row < 3) for row in range(N)])
    lists[generator.random(lists.shape) < 0.2] = -1
    graph = nx.DiGraph([(row, int(p)) for row in range(N) for p in lists[row] if p >= 0])
    found = list_figures(model, {Intent.PEER: ranked(lists)}, None)["peer"]["mutual_lists"]
    assert found == pytest.approx(nx.overall_reciprocity(graph) if len(graph) else None)


def test_all_intents_together_count_each_pair_once(model):
    """Who is in one intent's lists is not never listed; a pair of two intents is one pair."""
    one = ranked([[3, -1], [-1, -1], [-1, -1], [-1, -1], [-1, -1], [-1, -1]])
    other = ranked([[3, -1], [-1, -1], [-1, -1], [0, -1], [2, -1], [-1, -1]])
    found = list_figures(model, {Intent.PEER: one, Intent.SUPPLY: other}, None)
    assert found["all"]["coverage"] == pytest.approx(3 / 6, abs=1e-4)
    assert found["all"]["never_listed"] == pytest.approx(3 / 6, abs=1e-4)
    assert found["all"]["mutual_lists"] == pytest.approx(2 / 3)
    assert found["peer"]["mutual_lists"] == 0


def test_a_competitor_in_a_list_shows_however_it_came_there():
    """Two firms of one trade in one town, each other's suggestion."""
    firms = [company(1, "77"), company(2, "91"), company(3, "91", naf="56.21Z")]
    found = list_figures(fitted(firms), {Intent.SUPPLY: ranked([[1, 2], [0, -1], [0, -1]])}, None)
    assert found["supply"]["competitor_rate"] == pytest.approx(2 / 4)
    assert found["all"]["competitor_rate"] == pytest.approx(2 / 4)


def test_bands_are_shares_of_what_is_shown(model):
    bands = [[2, 1, 0], [0, 0, 0], [1, 1, 2], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    found = list_figures(model, {Intent.PEER: ranked(LISTS, bands=bands)}, None)["peer"]
    assert (found["strong"], found["good"]) == (
        pytest.approx(1 / 9, abs=1e-4), pytest.approx(3 / 9, abs=1e-4)
    )  # fmt: skip


def test_one_department_alone_has_nobody_to_leave_out():
    """Nobody may be listed there, so nobody is never listed."""
    found = list_figures(
        fitted([company(k, "77") for k in range(3)]), {Intent.PEER: ranked([[-1]] * 3)}, None
    )["all"]
    assert found["coverage"] == 0
    assert (found["never_listed"], found["exposure_gini"], found["mutual_lists"]) == (None,) * 3


class TestSinceYesterday:
    def test_by_hand(self, model):
        """Firm 0 kept one of three, firm 3 all, firm 4 had none yet; the others have no list."""
        before = ranked([[3, 5], [-1, -1], [-1, -1], [0, 1], [-1, -1], [-1, -1]])
        after = ranked([[3, 4], [-1, -1], [-1, -1], [1, 0], [2, -1], [-1, -1]])
        past = PastLists(model.sirets, {Intent.PEER: before})
        found = list_figures(model, {Intent.PEER: after}, past)["peer"]
        assert found["overlap"] == pytest.approx((1 / 3 + 1 + 0) / 3, abs=1e-4)

    def test_the_same_lists_overlap_wholly_and_have_not_drifted(self, model):
        past = PastLists(model.sirets, {Intent.PEER: ranked(LISTS)})
        found = list_figures(model, {Intent.PEER: ranked(LISTS)}, past)["all"]
        assert (found["overlap"], found["drift"]) == (1, 0)

    @settings(max_examples=30, deadline=None)
    @given(seed=st.integers(0, 10_000))
    def test_rows_that_moved_are_found_by_their_siret(self, model, seed):
        """Against sets of SIRETs; some firms of yesterday are gone, and the rest renumbered."""
        generator = np.random.default_rng(seed)
        then = np.array([*generator.permutation(model.sirets), "00000000000000"])
        before = np.array([generator.permutation(len(then))[:2] for _ in then])
        after = np.array([generator.permutation(N)[:2] for _ in range(N)])
        past = PastLists(then, {Intent.PEER: ranked(before)})
        found = list_figures(model, {Intent.PEER: ranked(after)}, past)["peer"]["overlap"]
        jaccard = []
        for row, siret in enumerate(model.sirets):
            now = {str(model.sirets[partner]) for partner in after[row]}
            once = {str(then[partner]) for partner in before[then.tolist().index(siret)]}
            jaccard.append(len(now & once) / len(now | once))
        assert found == pytest.approx(np.mean(jaccard), abs=1e-4)

    def test_the_drift_is_the_symmetric_divergence_of_the_binned_scores(self):
        """The two Kullback-Leibler divergences of scipy add up to the index."""
        generator = np.random.default_rng(4)
        before, after = generator.normal(0, 1, 3000), generator.normal(0.4, 1, 2000)
        edges = np.quantile(before, np.linspace(0, 1, 11)[1:-1])
        outer = [-np.inf, *edges, np.inf]
        p, q = (np.histogram(sample, outer)[0] + 0.5 for sample in (before, after))
        expected = entropy(p, q) + entropy(q, p)
        assert stability_index(before, after) == pytest.approx(expected)
        assert expected > 0.1, "a shift by 0.4 deviations is one that the usual rule calls so"

    def test_equal_scores_fill_one_bin(self):
        assert stability_index(np.ones(5), np.ones(5)) == 0
        assert stability_index(np.ones(5), np.array([])) is None
