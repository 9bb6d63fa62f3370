"""Channels over relations, sectors and places, against networkx, brute force and hand values."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sparse
from builders import PRODUCTS, company, fitted, profile, relation
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.activities import codes_of_level, flow_matrix, sector_of
from matchmaker.intents import Flow
from matchmaker.relations import RelationKind
from matchmaker.settings import ModelSettings
from matchmaker.suggestions import Topic
from matchmaker.territory import great_circle_km
from models.channels.complementarity import OWN_SECTOR, SMALLEST_SHARE, TRADE_STEPS
from models.channels.lookalikes import LOOKALIKES
from models.channels.place import HALF_KM
from models.channels.popularity import BOUND
from models.channels.size import STEPS
from models.channels.smoothing import KEPT, smoothed
from models.channels.text import MEANING_FLOOR
from models.search import Pool

SIDES = ("77", "91")


def firms(number, **changes):
    return [company(k, SIDES[k % 2], **changes) for k in range(number)]


def pairs_model(number, pairs, kind=RelationKind.MEETING):
    """Fit firms of which some pairs met; gives the model and the row of each firm."""
    made = firms(number)
    links = [relation(k, (made[a].siret, made[b].siret), kind) for k, (a, b) in enumerate(pairs)]
    model = fitted(made, relations=links)
    return model, [model.row_of(one.siret) for one in made]


def score(model, name, row, partner, flow=Flow.MUTUAL):
    channel = model.channels[model.channel_names.index(name)]
    view = model.territory.view
    return float(channel.score(view, np.array([row]), np.array([[partner]]), flow)[0, 0])


def all_scores(model, name, flow=Flow.MUTUAL):
    channel = model.channels[model.channel_names.index(name)]
    n = len(model.sirets)
    rows = np.arange(n)
    return channel.score(model.territory.view, rows, np.tile(rows, (n, 1)), flow)


def evidence(model, name, row, partner, flow=Flow.MUTUAL):
    channel = model.channels[model.channel_names.index(name)]
    return channel.evidence(model.territory.view, row, partner, flow)


class TestSharedAcquaintances:
    @given(seed=st.integers(0, 2**32 - 1), density=st.floats(0.05, 0.5))
    @settings(max_examples=15, deadline=None)
    def test_equals_the_index_of_networkx(self, seed, density):
        """On pair relations every tie weighs 1, and the index is that of the textbook."""
        n = 16
        rng = np.random.default_rng(seed)
        pairs = [(a, b) for a in range(n) for b in range(a + 1, n) if rng.random() < density]
        model, rows = pairs_model(n, pairs)
        graph = nx.Graph(pairs)
        graph.add_nodes_from(range(n))
        everything = [(a, b) for a in range(n) for b in range(n) if a != b]
        for name, index in (
            ("shared_acquaintances", nx.resource_allocation_index),
            ("adamic_adar", nx.adamic_adar_index),
        ):
            found = all_scores(model, name)
            for a, b, expected in index(graph, everything):
                assert found[rows[a], rows[b]] == pytest.approx(expected, abs=1e-5)

    def test_adamic_adar_of_groups_by_hand(self):
        """a(0,2) a(2,3) / log(degree(2)) = 1/2 x 1 / log(3)."""
        made = firms(4)
        sirets = [one.siret for one in made]
        model = fitted(
            made, relations=[relation(0, sirets[:3]), relation(1, (sirets[2], sirets[3]))]
        )
        rows = [model.row_of(siret) for siret in sirets]
        assert score(model, "adamic_adar", rows[0], rows[3]) == pytest.approx(0.5 / np.log(3))

    def test_complete_graph_of_five(self):
        """Three acquaintances in common, each of whom knows four: 3/4."""
        model, _ = pairs_model(5, [(a, b) for a in range(5) for b in range(a + 1, 5)])
        found = all_scores(model, "shared_acquaintances")
        assert found[~np.eye(5, dtype=bool)] == pytest.approx(np.full(20, 0.75))

    def test_path_of_three(self):
        """The ends share one acquaintance that knows two: 1/2; neighbours share nobody."""
        model, rows = pairs_model(3, [(0, 1), (1, 2)])
        assert score(model, "shared_acquaintances", rows[0], rows[2]) == pytest.approx(0.5)
        assert score(model, "shared_acquaintances", rows[0], rows[1]) == 0

    def test_ties_of_groups_by_hand(self):
        """a(0,2) a(2,3) / degree(2) = 1/2 x 1 / 3."""
        made = firms(4)
        sirets = [one.siret for one in made]
        model = fitted(
            made, relations=[relation(0, sirets[:3]), relation(1, (sirets[2], sirets[3]))]
        )
        rows = [model.row_of(siret) for siret in sirets]
        assert score(model, "shared_acquaintances", rows[0], rows[3]) == pytest.approx(1 / 6)

    def test_evidence_counts_all_and_names_only_what_is_public(self):
        """A club may be named; a contract between two firms is counted, never named."""
        made = firms(4)
        a, b, c, d = (one.siret for one in made)
        model = fitted(
            made,
            relations=[
                relation(0, (a, c), RelationKind.SUPPLY, "Contrat secret"),
                relation(1, (b, c, d), RelationKind.PLATO, "Plato Sénart"),
                relation(2, (a, d), RelationKind.MEETING, "Rendez-vous secret"),
            ],
        )
        fact = evidence(model, "shared_acquaintances", model.row_of(a), model.row_of(b))
        assert fact.topic is Topic.SHARED_ACQUAINTANCE
        assert fact.values == {"count": 2, "groups": ["Plato Sénart"]}

    @pytest.mark.parametrize("name", ["shared_acquaintances", "shared_groups"])
    def test_evidence_never_names_a_group_that_carries_no_weight(self, name):
        """A fair above the limit adds nothing to the score, so it is no reason for it."""
        made = firms(34)
        a, b, c = (one.siret for one in made[:3])
        limit = ModelSettings().max_group
        fair = relation(0, [one.siret for one in made[: limit + 3]], label="Grand salon")
        links = [fair, relation(1, (a, b, c), label="Petit déjeuner")]
        model = fitted(made, relations=links)
        fact = evidence(model, name, model.row_of(a), model.row_of(b))
        assert fact.values["groups"] == ["Petit déjeuner"]
        assert fact.values["count"] == 1


class TestSharedGroups:
    def test_sum_of_the_weights_of_shared_groups(self):
        made = firms(5)
        sirets = [one.siret for one in made]
        model = fitted(
            made, relations=[relation(0, sirets[:4]), relation(1, sirets[:2], label="Salon")]
        )
        rows = [model.row_of(siret) for siret in sirets]
        assert score(model, "shared_groups", rows[0], rows[1]) == pytest.approx(1 / 3 + 1)
        assert score(model, "shared_groups", rows[0], rows[3]) == pytest.approx(1 / 3)
        assert score(model, "shared_groups", rows[0], rows[4]) == 0
        fact = evidence(model, "shared_groups", rows[0], rows[1])
        assert fact.values["groups"] == ["Salon"]


class TestSmoothing:
    @given(seed=st.integers(0, 2**32 - 1), hops=st.integers(1, 6), n=st.integers(1, 12))
    @settings(max_examples=40, deadline=None)
    def test_equals_a_dense_power_iteration(self, seed, hops, n):
        """Z <- (1 - kept) D^-1/2 A D^-1/2 Z + kept Z0, then rows of length one."""
        rng = np.random.default_rng(seed)
        weights = np.triu(rng.random((n, n)) * (rng.random((n, n)) < 0.4), 1)
        weights = weights + weights.T
        vectors = rng.normal(size=(n, 5)).astype(np.float32)
        vectors[rng.random(n) < 0.3] = 0
        spread = np.zeros((n, n))
        for i in range(n):
            for j in range(n):
                if weights[i, j]:
                    spread[i, j] = weights[i, j] / np.sqrt(weights[i].sum() * weights[j].sum())
        expected = vectors.astype(float)
        for _ in range(hops):
            expected = (1 - KEPT) * spread @ expected + KEPT * vectors
        lengths = np.linalg.norm(expected, axis=1, keepdims=True)
        expected = np.divide(expected, lengths, out=np.zeros_like(expected), where=lengths > 0)
        ties = sparse.csr_array(weights.astype(np.float32))
        assert smoothed(vectors, ties, hops) == pytest.approx(expected, abs=1e-4)

    def test_without_ties_a_text_stays_what_it_is(self):
        vectors = np.array([[0.6, 0.8], [0, 0], [1, 0]], np.float32)
        ties = sparse.csr_array((3, 3), dtype=np.float32)
        assert smoothed(vectors, ties, 3) == pytest.approx(vectors)

    def test_no_circle_no_score(self):
        """Two firms without acquaintances whose activities are the same say nothing here."""
        made = firms(4)
        texts = [profile(one.siret, activity=PRODUCTS[0]) for one in made]
        model = fitted(made, texts, [relation(0, (made[2].siret, made[3].siret))])
        rows = [model.row_of(one.siret) for one in made]
        assert score(model, "circle_text", rows[0], rows[1]) == 0
        cosine = score(model, "circle_text", rows[0], rows[3])
        assert cosine == pytest.approx(1 - MEANING_FLOOR, abs=1e-5)


@pytest.fixture(scope="module")
def circles():
    """Four products and relations of every kind: the territory's, and those of each kind."""
    made = firms(20)
    texts = [profile(one.siret, activity=PRODUCTS[k % 4]) for k, one in enumerate(made)]
    rng = np.random.default_rng(6)
    links = [
        relation(k, (made[a].siret, made[b].siret), kind)
        for k, kind in enumerate([*RelationKind] * 4)
        for a, b in [rng.choice(20, 2, replace=False)]
    ]
    return made, texts, links, fitted(made, texts, links)


class TestCirclesOfOneKind:
    @pytest.mark.parametrize("kind", list(RelationKind))
    def test_it_is_the_circle_of_the_relations_of_that_kind(self, circles, kind):
        """As if no other relation were known."""
        made, texts, links, model = circles
        alone = fitted(made, texts, [link for link in links if link.kind is kind])
        expected = all_scores(alone, "circle_text")
        assert expected.any()
        assert all_scores(model, f"{kind}_circle_text") == pytest.approx(expected, abs=1e-5)
        assert not np.allclose(expected, all_scores(model, "circle_text"))

    @pytest.mark.parametrize("kind", list(RelationKind))
    def test_relations_of_one_kind_are_told_once(self, circles, kind):
        """Then the circle of all kinds has said it already."""
        made, texts, links, _ = circles
        alone = fitted(made, texts, [link for link in links if link.kind is kind])
        for other in RelationKind:
            assert not all_scores(alone, f"{other}_circle_text").any()


@pytest.fixture(scope="module")
def related():
    """Fewer firms with relations than look-alikes are kept, so that none is cut off."""
    rng = np.random.default_rng(4)
    made = firms(18)
    texts = [
        profile(one.siret, activity=PRODUCTS[k % 4], needs=PRODUCTS[int(rng.integers(8))])
        for k, one in enumerate(made)
        if k % 5
    ]
    sirets = [one.siret for one in made]
    links = [
        relation(0, sirets[:4], RelationKind.PLATO),
        relation(1, (sirets[5], sirets[1]), RelationKind.SUPPLY),
        relation(2, (sirets[6], sirets[5]), RelationKind.SUPPLY),
        relation(3, sirets[8:11]),
        relation(4, (sirets[2], sirets[9]), RelationKind.MEETING),
    ]
    return fitted(made, texts, links)


class TestLookalikes:
    def brute_force(self, related, flow):
        view, links = related.territory.view, related.territory.links
        portrait = np.hstack([view.activity, 0.7 * view.offers, 0.7 * view.needs]).astype(float)
        lengths = np.linalg.norm(portrait, axis=1, keepdims=True)
        portrait = np.divide(portrait, lengths, out=np.zeros_like(portrait), where=lengths > 0)
        n = len(view)
        ties, supplies = links.ties.toarray(), links.supplies.toarray()
        scores = np.zeros((n, n))
        for i in range(n):
            for alike in range(n):
                if alike == i or not ties[alike].any():
                    continue
                closeness = max(0.0, float(portrait[i] @ portrait[alike]) - MEANING_FLOOR)
                for j in range(n):
                    if supplies[alike, j] or supplies[j, alike]:
                        inward = supplies[j, alike]
                        tie = {Flow.INWARD: inward, Flow.OUTWARD: supplies[alike, j]}.get(flow, 0)
                    else:
                        tie = ties[alike, j]
                    scores[i, j] += closeness * tie
        return scores

    @pytest.mark.parametrize("flow", list(Flow))
    def test_equals_brute_force(self, related, flow):
        """The sum over look-alikes of closeness times tie; a supply counts one way only."""
        expected = self.brute_force(related, flow)
        assert expected.any()
        found = all_scores(related, "lookalikes_partners", flow)
        assert found == pytest.approx(expected, abs=1e-4)

    @pytest.mark.parametrize("flow", list(Flow))
    def test_evidence_counts_the_lookalikes_tied_to_the_partner(self, related, flow):
        expected = self.brute_force(related, flow)
        channel = related.channels[related.channel_names.index("lookalikes_partners")]
        alike, ties = channel.alike_.toarray(), channel._ties[flow].toarray()
        for row, partner in np.argwhere(expected > 1e-5)[::7]:
            fact = evidence(related, "lookalikes_partners", row, partner, flow)
            tied = (alike[row] > 0) & (ties[:, partner] > 0)
            assert fact.values == {"count": tied.sum()}, "and nothing says who they are"

    def test_no_company_has_more_lookalikes_than_said(self):
        """Twenty of the companies with a relation; one without relations has no more than that."""
        made = firms(LOOKALIKES + 9)
        texts = [profile(one.siret, activity=PRODUCTS[0]) for one in made]
        links = [relation(k, (made[k].siret, made[k + 1].siret)) for k in range(LOOKALIKES + 6)]
        model = fitted(made, texts, links)
        alike = model.channels[model.channel_names.index("lookalikes_partners")].alike_
        assert np.diff(alike.indptr).max() == LOOKALIKES


class TestRegistry:
    @pytest.mark.parametrize("flow", list(Flow))
    def test_sector_flows_by_hand(self, flow):
        """Compare with lift / (1 + lift) of the share of the seller in what the buyer buys."""
        trades = ("25.62B", "29.10Z", "62.01Z", "41.20A", "10.71C")
        made = [company(k, SIDES[k % 2], naf=naf) for k, naf in enumerate(trades)]
        model = fitted(made)
        table = flow_matrix()
        place = {sector: k for k, sector in enumerate(table.sectors)}

        def strength(seller, buyer):
            share = table.shares[seller, buyer]
            lift = share / np.mean([table.shares[seller, b] for b in range(len(place))])
            lift *= OWN_SECTOR if seller == buyer else 1
            return lift / (1 + lift) if share >= SMALLEST_SHARE else 0.0

        for one in made:
            for other in made:
                own, theirs = (place[sector_of(firm.naf)] for firm in (one, other))
                inward, outward = strength(theirs, own), strength(own, theirs)
                ways = {Flow.INWARD: inward, Flow.OUTWARD: outward}
                expected = ways.get(flow, max(inward, outward))
                rows = model.row_of(one.siret), model.row_of(other.siret)
                assert score(model, "sector_flows", *rows, flow) == pytest.approx(
                    expected, abs=1e-5
                )
                if expected > 0:
                    fact = evidence(model, "sector_flows", *rows, flow)
                    seller, buyer = (place[fact.values[s]] for s in ("seller", "buyer"))
                    assert fact.values["share"] == pytest.approx(
                        table.shares[seller, buyer], abs=1e-4
                    )
                    assert strength(seller, buyer) == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("naf", "levels", "code"),
        [
            ("25.62B", 5, "25.62B"),
            ("25.62A", 4, "25.62"),
            ("25.61Z", 3, "25.6"),
            ("25.11Z", 2, "25"),
            ("10.71C", 1, "C"),
            ("62.01Z", 0, None),
            (None, 0, None),
        ],
    )
    def test_levels_of_naf_shared_with_25_62b(self, naf, levels, code):
        made = [company(1), company(2, "91", naf=naf)]
        model = fitted(made)
        rows = [model.row_of(one.siret) for one in made]
        assert score(model, "trades_alike", *rows) == pytest.approx(TRADE_STEPS[levels])
        fact = evidence(model, "trades_alike", *rows)
        assert (fact and fact.values["code"]) == code
        assert "25.62B" in codes_of_level("sub_class")


class TestContext:
    @given(st.lists(st.tuples(st.floats(41, 51), st.floats(-5, 9)), min_size=2, max_size=6))
    @settings(max_examples=25, deadline=None)
    def test_place_against_the_distance_on_the_ground(self, points):
        """1 / (1 + (km / 20)^2) with the haversine distance of the two places."""
        made = [
            company(k, SIDES[k % 2], latitude=latitude, longitude=longitude)
            for k, (latitude, longitude) in enumerate(points)
        ]
        model = fitted(made)
        rows = [model.row_of(one.siret) for one in made]
        for a, (latitude, longitude) in enumerate(points):
            for b, other in enumerate(points):
                km = float(great_circle_km(latitude, longitude, *other))
                expected = 1 / (1 + (km / HALF_KM) ** 2)
                # Positions are float32: a metre on the ground.
                assert score(model, "place", rows[a], rows[b]) == pytest.approx(expected, abs=1e-4)

    def test_the_nearest_firms_are_proposed(self):
        """Against a full sort by the distance on the ground."""
        rng = np.random.default_rng(9)
        made = [
            company(
                k,
                SIDES[k % 2],
                latitude=float(rng.uniform(48.2, 49)),
                longitude=float(rng.uniform(2, 3.4)),
            )
            for k in range(60)
        ]
        model = fitted(made)
        by_row = {model.row_of(one.siret): one for one in made}
        channel = model.channels[model.channel_names.index("place")]
        rows = np.arange(60)
        found = channel.top(model.territory.view, rows, Flow.MUTUAL, model_pool(model), 10, "exact")
        for row in rows:
            own = by_row[row]
            others = [r for r in rows if by_row[r].department != own.department]
            km = {
                r: float(
                    great_circle_km(
                        own.latitude, own.longitude, by_row[r].latitude, by_row[r].longitude
                    )
                )
                for r in others
            }
            # Chance may add some hundred metres, no more.
            assert max(km[r] for r in found[row]) <= sorted(km.values())[9] + 1

    def test_popularity_is_bounded(self):
        """A star with more acquaintances than the bound scores as one that has just as many."""
        pairs = [(0, k) for k in range(2, 2 + BOUND + 3)] + [(1, k) for k in range(2, 2 + BOUND)]
        model, rows = pairs_model(BOUND + 6, pairs)
        star, bound = (score(model, "bounded_popularity", rows[-1], rows[k]) for k in (0, 1))
        assert star == bound == pytest.approx(np.log1p(BOUND))
        assert score(model, "bounded_popularity", rows[0], rows[2]) == pytest.approx(np.log1p(2))
        assert score(model, "bounded_popularity", rows[0], rows[-1]) == 0
        fact = evidence(model, "bounded_popularity", rows[2], rows[0])
        assert fact.values == {"count": BOUND + 3}

    @pytest.mark.parametrize(
        ("own", "other", "flow", "expected"),
        [
            ("NN", "53", Flow.MUTUAL, 0),
            ("11", "11", Flow.MUTUAL, 1),
            ("11", "12", Flow.MUTUAL, 1 - 1 / STEPS),
            ("NN", "53", Flow.INWARD, 1),
            ("NN", "53", Flow.OUTWARD, 0),
            ("12", "11", Flow.OUTWARD, 1 / STEPS),
            (None, "11", Flow.MUTUAL, 0),
        ],
    )
    def test_size_fit_by_hand(self, own, other, flow, expected):
        made = [company(1, size_band=own), company(2, "91", size_band=other)]
        model = fitted(made)
        rows = [model.row_of(one.siret) for one in made]
        assert score(model, "size_fit", *rows, flow) == pytest.approx(expected)


def model_pool(model):
    return Pool(np.arange(len(model.sirets)), model.territory.view.department)
