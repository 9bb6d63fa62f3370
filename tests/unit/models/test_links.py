"""Groups become ties: against networkx, brute force over pairs, and hand values."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from builders import company, groups, numbered_groups, relation, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.relations import RelationKind, relation_graph
from models.links import KINDS, Links, build_links

SIDES = ("77", "91")


def firms(number):
    return [company(k, SIDES[k % 2]) for k in range(number)]


class TestLinks:
    @given(st.data())
    @settings(max_examples=60, deadline=None)
    def test_ties_are_the_edges_of_the_relation_graph(self, data):
        """Weight 1 / (m - 1) per pair, summed over groups; groups above the limit tie nobody."""
        n, limit = 10, data.draw(st.integers(2, 8))
        members = data.draw(
            st.lists(st.lists(st.integers(0, n - 1), min_size=2, max_size=9, unique=True))
        )
        made = firms(n)
        rows = rows_of(made)
        links = [relation(k, [made[m].siret for m in group]) for k, group in enumerate(members)]
        graph = relation_graph(links, max_group=limit)
        graph.add_nodes_from(rows.sirets.tolist())
        expected = nx.to_numpy_array(graph, nodelist=rows.sirets.tolist(), weight="weight")
        built = build_links(groups(rows, links), n, limit)
        assert built.ties.toarray() == pytest.approx(expected, abs=1e-5)
        degrees = [degree for _, degree in graph.degree(rows.sirets.tolist())]
        assert built.degree.tolist() == degrees

    def test_weights_by_hand(self):
        """A pair of two groups: one of three members (1/2), one of two (1)."""
        built = build_links(numbered_groups([(0, 1, 2), (0, 1), (0, 1, 2, 3)]), 5, max_group=3)
        assert built.ties.toarray()[0, :3].tolist() == [0, 1.5, 0.5]
        assert not built.ties.toarray()[3].any(), "a group of four is above the limit"
        assert not built.membership.toarray()[3].any(), "nor may a reason name it"

    @pytest.mark.parametrize("kind", list(RelationKind))
    def test_who_has_met(self, kind):
        """An event is no acquaintance; a club is one, whatever its size."""
        pairs = [(0, 1)] if kind is RelationKind.SUPPLY else [(0, 1, 2)]
        built = build_links(numbered_groups(pairs, kind), 3, max_group=2)
        met = bool(built.acquainted.toarray()[0, 1])
        assert met == (kind is not RelationKind.EVENT)
        assert np.array_equal(built.acquainted.toarray(), built.acquainted.toarray().T)

    def test_supply_is_directed_and_counted_once(self):
        built = build_links(numbered_groups([(2, 0), (2, 0)], RelationKind.SUPPLY), 3, 25)
        assert np.argwhere(built.supplies.toarray()).tolist() == [[2, 0]]
        assert built.supplies.toarray()[2, 0] == 1
        assert built.acquainted.toarray()[0, 2] == built.acquainted.toarray()[2, 0] == 1

    def test_no_relations(self):
        built = build_links(numbered_groups([]), 4, 25)
        assert built.ties.nnz == built.supplies.nnz == built.acquainted.nnz == 0
        assert built.degree.tolist() == [0, 0, 0, 0]
        assert built.membership.shape == (4, 0)

    def test_saved_and_opened_again(self, tmp_path):
        built = build_links(numbered_groups([(0, 1, 2), (3, 1)], RelationKind.SUPPLY), 5, 25)
        built.labels[0] = "Salon  de l'Essonne"
        built.save(tmp_path)
        opened = Links.load(tmp_path)
        for name in ("ties", "supplies", "acquainted", "membership"):
            assert np.array_equal(getattr(opened, name).toarray(), getattr(built, name).toarray())
        assert (opened.labels, opened.kind.tolist()) == (built.labels, built.kind.tolist())
        assert [date.fromordinal(day) for day in opened.day] == [date(2026, 3, 1)] * 2
        assert opened.weight.tolist() == [0.5, 1]


N_COMPANIES, LIMIT = 8, 4


@st.composite
def some_groups(draw, limit=6):
    """Draw groups of every kind and weight, dated or not, the largest above the limit."""
    members = draw(
        st.lists(
            st.lists(st.integers(0, N_COMPANIES - 1), min_size=2, max_size=limit, unique=True),
            max_size=7,
        )
    )
    made = numbered_groups(members)
    for place in range(len(made)):
        made.kinds[place] = draw(
            st.sampled_from([k for k in KINDS if k is not RelationKind.SUPPLY])
        )
        made.weights[place] = draw(st.sampled_from([0.5, 1.0, 3.0]))
        made.dates[place] = draw(st.sampled_from([None, date(2020, 1, 1), date(2026, 3, 1)]))
    return made


def by_hand(made, shares):
    """Sum what each group gives each of its pairs, pair by pair."""
    ties = np.zeros((N_COMPANIES, N_COMPANIES))
    for members, weight, share in zip(made.members, made.weights, shares, strict=True):
        if len(members) <= LIMIT:
            for a, b in combinations(members.tolist(), 2):
                ties[[a, b], [b, a]] += share * weight / (len(members) - 1)
    return ties


class TestTiesThrough:
    @given(some_groups(), st.data())
    @settings(max_examples=80, deadline=None)
    def test_equal_brute_force_over_groups(self, made, data):
        """Each group counts its share; a group above the limit ties nobody; nobody ties itself."""
        share = st.sampled_from([0.0, 0.25, 1.0, 2.0])
        shares = data.draw(st.lists(share, min_size=len(made), max_size=len(made)))
        built = build_links(made, N_COMPANIES, LIMIT)
        found = built.ties_through(np.array(shares, np.float32))
        expected = by_hand(made, shares)
        assert found.toarray() == pytest.approx(expected, abs=1e-5)
        assert found.nnz == (expected > 0).sum(), "a tie of zero weight would count as a degree"

    @given(some_groups())
    @settings(max_examples=60, deadline=None)
    def test_all_groups_together_give_the_ties(self, made):
        built = build_links(made, N_COMPANIES, LIMIT)
        every = built.ties_through(np.ones(len(made), np.float32))
        assert every.toarray() == pytest.approx(built.ties.toarray(), abs=1e-5)

    @given(some_groups(limit=LIMIT))
    @settings(max_examples=60, deadline=None)
    def test_ties_of_the_kinds_add_up_to_all_ties(self, made):
        built = build_links(made, N_COMPANIES, LIMIT)
        total = sum(built.of_kind(kind).toarray() for kind in RelationKind)
        assert total == pytest.approx(built.ties.toarray(), abs=1e-5)

    def test_a_kind_that_nobody_has_ties_nobody(self):
        built = build_links(numbered_groups([(0, 1)]), 3, 25)
        assert built.of_kind(RelationKind.PLATO).nnz == 0
        assert built.of_kind(RelationKind.EVENT).toarray()[0].tolist() == [0, 1, 0]


HALF_LIFE = 365.0
LATEST = date(2026, 3, 1)


def of_days(*days):
    """Tie the pairs (0, 1), (2, 3)... on some days, or on none."""
    made = numbered_groups([(2 * k, 2 * k + 1) for k in range(len(days))])
    return build_links(replace(made, dates=list(days)), 2 * len(days), 25)


def pair_weights(ties):
    return [float(ties.toarray()[2 * k, 2 * k + 1]) for k in range(ties.shape[0] // 2)]


class TestRecentTies:
    def test_a_tie_counts_half_at_every_half_life(self):
        """From the latest day on: 0, 365, 730 days and none known, 1, 1/2, 1/4 and 1/2."""
        built = of_days(LATEST, LATEST - timedelta(365), LATEST - timedelta(730), None)
        assert pair_weights(built.recent(HALF_LIFE)) == pytest.approx([1, 0.5, 0.25, 0.5])
        assert pair_weights(built.recent(2 * HALF_LIFE)) == pytest.approx([1, 2**-0.5, 0.5, 0.5])

    def test_without_any_date_nothing_is_recent(self):
        assert of_days(None, None).recent(HALF_LIFE).nnz == 0
        assert build_links(numbered_groups([]), 4, 25).recent(HALF_LIFE).nnz == 0

    @given(st.integers(-5000, 5000))
    @settings(max_examples=25, deadline=None)
    def test_only_the_days_between_matter(self, shift):
        """All groups moved by as many days: no clock is read."""
        days = [LATEST, LATEST - timedelta(90), None, LATEST - timedelta(1000)]
        moved = [day + timedelta(shift) if day else None for day in days]
        found, expected = (of_days(*some).recent(HALF_LIFE).toarray() for some in (moved, days))
        assert found == pytest.approx(expected, abs=1e-6)

    def test_several_groups_of_one_pair_add_up(self):
        """A fresh group of three and a year-old pair of weight two: 1/2 + 2 x 1/2."""
        made = replace(
            numbered_groups([(0, 1, 2), (0, 1)]),
            dates=[LATEST, LATEST - timedelta(365)],
            weights=[1.0, 2.0],
        )
        ties = build_links(made, 3, 25).recent(HALF_LIFE).toarray()
        assert ties[0].tolist() == pytest.approx([0, 1.5, 0.5])
