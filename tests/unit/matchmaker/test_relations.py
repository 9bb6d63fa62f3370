"""Relations are groups; their graph weighs each tie by the size of the group."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.relations import KNOWS_EACH_OTHER, Relation, RelationKind, relation_graph


def group(*members, kind=RelationKind.EVENT, key="k"):
    return Relation(key, kind, members, date(2026, 3, 2), "test")


class TestRelation:
    @pytest.mark.parametrize("members", [(), ("a",), ("a", "a"), ("a", "b", "a")])
    def test_needs_two_different_members(self, members):
        with pytest.raises(ValueError, match="two or more different members"):
            group(*members)

    def test_supply_is_between_two(self):
        """And keeps its direction: supplier first."""
        with pytest.raises(ValueError, match="got 3 members"):
            group("a", "b", "c", kind=RelationKind.SUPPLY)
        assert group("b", "a", kind=RelationKind.SUPPLY).members == ("b", "a")

    def test_cannot_be_changed(self):
        with pytest.raises(AttributeError):
            group("a", "b").key = "other"

    def test_only_an_event_is_no_acquaintance(self):
        assert set(RelationKind) - KNOWS_EACH_OTHER == {RelationKind.EVENT}


members = st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=8, unique=True)


class TestGraph:
    def test_weights_by_hand(self):
        """A pair that shares a group of three and a pair of its own: 1/2 + 1."""
        graph = relation_graph(
            [group("a", "b", "c"), group("a", "b", kind=RelationKind.MEETING, key="m")]
        )
        assert graph["a"]["b"] == {
            "weight": 1.5,
            "kinds": frozenset({RelationKind.EVENT, RelationKind.MEETING}),
        }
        assert graph["b"]["c"]["weight"] == 0.5
        assert set(graph) == {"a", "b", "c"}

    @pytest.mark.parametrize(("limit", "kept"), [(2, False), (3, True), (25, True)])
    def test_groups_above_the_limit_are_dropped(self, limit, kept):
        assert relation_graph([group("a", "b", "c")], max_group=limit).has_edge("a", "b") == kept

    @given(members)
    def test_the_ties_of_one_group_sum_to_one(self, names):
        """A firm does not know more by sitting in a larger room."""
        graph = relation_graph([group(*names)])
        for name in names:
            assert graph.degree(name, weight="weight") == pytest.approx(1)

    @given(st.lists(members, max_size=6), st.integers(2, 8))
    def test_against_a_count_of_pairs(self, groups, limit):
        """And the order of the groups does not matter."""
        relations = [group(*names, key=str(k)) for k, names in enumerate(groups)]
        graph = relation_graph(relations, max_group=limit)
        weights = {}
        for names in groups:
            if len(names) <= limit:
                for pair in combinations(sorted(names), 2):
                    weights[pair] = weights.get(pair, 0) + 1 / (len(names) - 1)
        found = {tuple(sorted(pair)): w for *pair, w in graph.edges(data="weight")}
        assert found == pytest.approx(weights)
        backwards = relation_graph(reversed(relations), max_group=limit)
        assert set(map(frozenset, backwards.edges)) == set(map(frozenset, graph.edges))

    def test_no_relations(self):
        assert len(relation_graph([])) == 0
