"""Communities against planted ones, and against networkx."""

import networkx as nx
import numpy as np
import pytest

from matchmaker.activities import codes_of_level
from models.communities import communities, modularity
from pipelines.community_figures import SMALLEST, community_figures


def ties_of(graph):
    return nx.to_scipy_sparse_array(graph, nodelist=sorted(graph), format="csr", dtype=np.float32)


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_planted_communities_are_found_again(seed):
    graph = nx.planted_partition_graph(6, 30, 0.3, 0.02, seed=seed)
    labels = communities(ties_of(graph), 7)
    assert labels.reshape(6, 30).tolist() == [[k] * 30 for k in range(6)]


GRAPHS = {
    "karate": nx.karate_club_graph(),
    "caves": nx.relaxed_caveman_graph(40, 8, 0.2, seed=2),
    "random": nx.erdos_renyi_graph(300, 0.02, seed=1),
    "miserables": nx.convert_node_labels_to_integers(nx.les_miserables_graph()),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_as_good_as_the_louvain_method_of_networkx(name):
    graph = nx.Graph(GRAPHS[name])
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    ties = ties_of(graph)
    labels = communities(ties, 7)
    parts = [set(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)]
    assert modularity(ties, labels) == pytest.approx(
        nx.community.modularity(graph, parts), abs=1e-6
    )
    best = max(
        nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed))
        for seed in range(3)
    )
    assert modularity(ties, labels) > best - 0.02


def test_the_same_seed_gives_the_same_and_every_part_is_connected():
    graph = GRAPHS["random"]
    one, two = communities(ties_of(graph), 3), communities(ties_of(graph), 3)
    assert (one == two).all()
    for label in np.unique(one[one >= 0]):
        assert nx.is_connected(graph.subgraph(np.flatnonzero(one == label).tolist()))


def test_who_has_no_tie_is_in_none():
    graph = nx.Graph([(1, 2), (2, 3), (1, 3)])
    graph.add_nodes_from(range(5))
    assert communities(ties_of(graph), 7).tolist() == [-1, 0, 0, 0, -1]
    empty = nx.empty_graph(4)
    assert communities(ties_of(empty), 7).tolist() == [-1] * 4


class TestFigures:
    def world(self):
        """Two cliques of twelve with one tie between; the second has two firms of 91 only."""
        graph = nx.disjoint_union(nx.complete_graph(12), nx.complete_graph(12))
        graph.add_edge(0, 12)
        graph.add_nodes_from([24, 25])
        department = np.array(["77"] * 6 + ["91"] * 6 + ["77"] * 10 + ["91"] * 2 + ["77"] * 2)
        codes = codes_of_level("division")
        division = np.array([codes.index("25")] * 7 + [codes.index("43")] * 19, dtype=np.int16)
        return ties_of(graph), department, division

    def test_sizes_trades_and_links_across(self):
        found = community_figures(*self.world(), seed=7)
        assert [each["size"] for each in found] == [12, 12]
        first = next(each for each in found if each["departments"])
        assert first == {
            "size": 12,
            "departments": {"77": 6, "91": 6},
            "trades": ["25"],
            "links": 66,
            "across": 36,
        }

    def test_two_firms_of_one_side_are_not_told(self):
        found = community_figures(*self.world(), seed=7)
        second = next(each for each in found if not each["departments"])
        assert second == {
            "size": 12,
            "departments": None,
            "trades": ["43"],
            "links": None,
            "across": None,
        }

    def test_small_ones_are_left_out(self):
        graph = nx.complete_graph(SMALLEST - 1)
        n = len(graph)
        found = community_figures(
            ties_of(graph), np.array(["77"] * n), np.zeros(n, np.int16), seed=7
        )
        assert found == []
