"""What comes of pairs in the demo territory: unbiased, with chances that are known exactly."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from matchmaker.relations import RelationKind
from pipelines.demo import generate
from pipelines.demo.observation import Group, visibility
from pipelines.demo.oracle import KINDS, utilities, worth_pairs
from pipelines.demo.outcomes import (
    GLIMPSE,
    MOST_READERS,
    SHARPNESS,
    acceptance,
    acquainted,
    draw_exposures,
    future_links,
)
from pipelines.demo.territory import draw_territory, streams

TODAY = date(2026, 7, 1)


@pytest.fixture(scope="module")
def territory():
    return draw_territory(companies=600, seed=7, today=TODAY)


@pytest.fixture(scope="module")
def large():
    return draw_territory(companies=2000, seed=7, today=TODAY)


@pytest.fixture(scope="module")
def exposures(large):
    return large.exposures


@pytest.fixture(scope="module")
def strangers(large):
    """Brute force: who may be shown to whom, shape (n, n)."""
    known, present = large.oracle.known, np.zeros(2000, dtype=bool)
    present[large.oracle.present] = True
    return (
        present[:, None]
        & present[None, :]
        & (known.department[:, None] != known.department[None, :])
        & (known.siren[:, None] != known.siren[None, :])
        & ~large.met.toarray()
    )


def group(kind, *members):
    return Group("key", kind, members, TODAY, "")


def ndcg_of_the_oracle(territory, kind, links):
    """Mean nDCG@20 over the sources of the links, of the order by utility among all strangers."""
    discount = 1 / np.log2(np.arange(2, 22))
    found = []
    sources = np.unique(links.source)
    worth = utilities(territory.oracle, kind, sources)
    department = territory.oracle.known.department
    worth[department[sources][:, None] == department[None, :]] = 0
    worth[territory.met[sources].toarray()] = 0
    for row, source in enumerate(sources):
        targets = links.target[links.source == source]
        hits = np.isin(np.argsort(-worth[row], kind="stable")[:20], targets)
        found.append(discount[hits].sum() / discount[: len(targets)].sum())
    return np.mean(found)


class TestAcquaintance:
    def test_members_of_groups_that_meet_know_each_other_and_guests_of_an_event_do_not(self):
        groups = [group(RelationKind.PLATO, 0, 1, 2), group(RelationKind.EVENT, 3, 4)]
        met = acquainted([*groups, group(RelationKind.SUPPLY, 4, 0)], 5).toarray()
        expected = np.zeros((5, 5), dtype=bool)
        for a, b in [(0, 1), (0, 2), (1, 2), (0, 4)]:
            expected[a, b] = expected[b, a] = True
        assert np.array_equal(met, expected)

    def test_without_relations_nobody_knows_anybody(self):
        assert acquainted([], 3).nnz == 0


class TestFutureLinks:
    @pytest.mark.parametrize("kind", KINDS)
    def test_links_are_different_strangers_across_the_border_who_are_worth_something(
        self, territory, kind
    ):
        links = future_links(np.random.default_rng(1), territory.oracle, kind, territory.met)
        department = territory.oracle.known.department
        assert len(set(zip(links.source, links.target, strict=True))) == len(links)
        assert len(links) == round(1.5 * len(territory.oracle.present))
        assert (department[links.source] != department[links.target]).all()
        assert not territory.met.toarray()[links.source, links.target].any()
        worth = utilities(territory.oracle, kind, np.arange(600))[links.source, links.target]
        assert np.array_equal(worth, links.utility)

    def test_a_single_link_is_drawn_in_proportion_to_a_power_of_utility(self, territory):
        """One link per draw: its frequencies, by classes of utility, within four deviations."""
        pairs = worth_pairs(territory.oracle, "supply")
        met = acquainted([], 600)
        weights = pairs.utility ** SHARPNESS["supply"]
        rank = np.searchsorted(np.quantile(pairs.utility, [0.5, 0.9, 0.99]), pairs.utility)
        expected = np.bincount(rank, weights=weights / weights.sum())
        generator = np.random.default_rng(2)
        one = 1 / len(territory.oracle.present)
        draws = [
            future_links(generator, territory.oracle, "supply", met, per_firm=one)
            for _ in range(200)
        ]
        place = {
            (int(a), int(b)): rank[row]
            for row, (a, b) in enumerate(zip(pairs.source, pairs.target, strict=True))
        }
        seen = Counter(place[int(link.source[0]), int(link.target[0])] for link in draws)
        counts = np.array([seen[number] for number in range(4)])
        deviation = np.sqrt(200 * expected * (1 - expected))
        assert {len(link) for link in draws} == {1}
        assert (np.abs(counts - 200 * expected) <= 4 * deviation).all()

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_oracle_foresees_much_and_not_everything(self, large, kind):
        links = future_links(streams(7)[f"future {kind}"], large.oracle, kind, large.met)
        assert 0.5 < ndcg_of_the_oracle(large, kind, links) < 0.8

    @pytest.mark.parametrize("kind", KINDS)
    def test_who_is_seen_does_not_matter(self, large, kind):
        """Given their worth, links are not between more visible firms than other pairs are."""
        links = future_links(streams(7)[f"future {kind}"], large.oracle, kind, large.met)
        pairs = worth_pairs(large.oracle, kind)
        classes = np.quantile(pairs.utility, np.linspace(0, 1, 201))

        def levels(some):
            seen = np.log(visibility(large.oracle.known, some.source, some.target, 1.0))
            return np.searchsorted(classes, some.utility), seen

        of_pairs, seen = levels(pairs)
        usual = np.bincount(of_pairs, seen) / np.maximum(np.bincount(of_pairs), 1)
        of_links, seen_links = levels(links)
        spread = seen.std()
        # Members of one firm's pairs are seen alike, so the deviation of the mean is a rough one.
        assert abs((seen_links - usual[of_links]).mean()) < 0.15 * spread


class TestExposures:
    def test_only_strangers_across_the_border_are_shown_before_today(self, exposures, strangers):
        assert strangers[exposures["source"], exposures["target"]].all()
        assert exposures["date"].max() < TODAY
        assert exposures["date"].min() >= TODAY - timedelta(days=365)
        assert exposures.columns == [
            "source", "target", "kind", "propensity", "accepted", "date", "random",
        ]  # fmt: skip

    def test_random_places_have_the_propensity_of_a_uniform_draw(self, exposures, strangers):
        drawn = exposures.filter("random")
        expected = 1 / strangers.sum(axis=1)[drawn["source"]]
        np.testing.assert_allclose(drawn["propensity"], expected, rtol=1e-12)

    @pytest.mark.parametrize("kind", KINDS)
    def test_places_of_advisers_have_the_propensity_of_their_choice(
        self, large, exposures, strangers, kind
    ):
        """Written out for some firms: in proportion to visibility times glimpse plus worth."""
        picked = exposures.filter(~pl.col("random") & (pl.col("kind") == kind)).head(60)
        everybody = np.arange(2000)
        for row in picked.iter_rows(named=True):
            source = np.array([row["source"]])
            worth = utilities(large.oracle, kind, source)[0]
            seen = visibility(large.oracle.known, source[0], everybody, 1.0)
            weights = strangers[source[0]] * seen * (GLIMPSE + worth)
            assert row["propensity"] == pytest.approx(weights[row["target"]] / weights.sum())

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("random", [True, False])
    def test_both_sides_accept_as_often_as_their_chances_say(self, large, exposures, kind, random):
        shown = exposures.filter((pl.col("kind") == kind) & (pl.col("random") == random))
        source, target = shown["source"].to_numpy(), shown["target"].to_numpy()
        worth = utilities(large.oracle, kind, np.arange(2000))[source, target]
        chance = acceptance(large.oracle, source, target, worth)
        deviation = np.sqrt((chance * (1 - chance)).sum())
        assert abs(shown["accepted"].sum() - chance.sum()) < 4 * deviation

    @pytest.mark.parametrize("kind", KINDS)
    def test_random_exposures_estimate_the_acceptance_of_all_pairs(
        self, large, exposures, strangers, kind
    ):
        """What they are for: without weights, the mean over a firm's strangers, in expectation."""
        rows, columns = np.nonzero(strangers)
        worth = utilities(large.oracle, kind, np.arange(2000))[rows, columns]
        chance = acceptance(large.oracle, rows, columns, worth)
        per_firm = np.bincount(rows, chance) / np.maximum(np.bincount(rows), 1)
        shown = exposures.filter((pl.col("kind") == kind) & pl.col("random"))
        expected = per_firm[shown["source"]].mean()
        deviation = np.sqrt(expected * (1 - expected) / len(shown))
        assert abs(shown["accepted"].mean() - expected) < 4 * deviation

    def test_acceptance_grows_with_worth_and_trust_and_is_one_in_400_at_none(self, large):
        trust = large.oracle.known.trust
        low, high = np.argsort(trust)[[0, -1]]
        none = acceptance(large.oracle, np.array([low]), np.array([high]), np.array([0.0]))
        assert none == pytest.approx(0.05**2)
        worth = np.linspace(0, 1, 11)
        pair = np.full(11, low), np.full(11, high)
        assert (np.diff(acceptance(large.oracle, *pair, worth)) > 0).all()
        best = acceptance(large.oracle, np.full(11, high), np.full(11, high), worth)
        assert (best[1:] > acceptance(large.oracle, *pair, worth)[1:]).all()

    def test_no_more_than_so_many_firms_are_readers(self, large):
        met = acquainted([], 2000)
        few = draw_exposures(np.random.default_rng(1), large.oracle, met, TODAY, most_readers=40)
        assert few["source"].n_unique() == 40
        assert large.exposures["source"].n_unique() == len(large.oracle.present) < MOST_READERS

    def test_the_file_of_the_truth_holds_them_under_their_sirets(self, territory, tmp_path):
        files = generate(tmp_path, companies=600, seed=7, today=TODAY)
        written = pl.read_parquet(files.truth / "exposures.parquet")
        sirets = np.array([entry.firm.siret for entry in territory.registrations])
        drawn = territory.exposures
        assert written.drop("source", "target").equals(drawn.drop("source", "target"))
        for end in ("source", "target"):
            assert written[end].to_list() == sirets[drawn[end]].tolist()


def test_stages_that_came_later_leave_the_streams_of_the_first_ones_as_they_were():
    """The files of a territory drew from five streams before there were exposures."""
    first = np.random.default_rng(11).spawn(5)
    stages = ("world", "registry", "profiles", "links", "contracts")
    for stage, stream in zip(stages, first, strict=True):
        assert np.array_equal(streams(11)[stage].random(5), stream.random(5))
