"""Drawings of graphs: same input, same drawing; everything within the margins, nothing on top."""

import itertools

import pytest

from api.pages.networks import HEIGHT, LABELS, LINE, WIDTH, Edge, Node, network


def star(partners: int) -> tuple[list[Node], list[Edge]]:
    nodes = [Node("own", "Atelier", "d77 own")]
    nodes += [Node(f"n{k}", f"Entreprise numéro {k}", "d91", f"/n{k}") for k in range(partners)]
    return nodes, [Edge("own", f"n{k}", "supply") for k in range(partners)]


@pytest.mark.parametrize("partners", [1, 2, 5, 24, 80])
def test_every_node_is_drawn_once_within_the_view_box(partners):
    drawn = network(*star(partners), seed=7)
    assert [spot.node.id for spot in drawn.spots] == [n.id for n in star(partners)[0]]
    assert all(0 < spot.x < WIDTH and 0 < spot.y < HEIGHT for spot in drawn.spots)
    assert len({(spot.x, spot.y) for spot in drawn.spots}) == partners + 1
    assert len(drawn.ties) == partners


def test_the_same_graph_and_seed_give_the_same_drawing():
    assert network(*star(12), seed=3) == network(*star(12), seed=3)
    assert network(*star(12), seed=3) != network(*star(12), seed=4)


@pytest.mark.parametrize("seed", range(5))
def test_labels_do_not_lie_on_each_other(seed):
    spots = network(*star(9), seed=seed).spots
    for a, b in itertools.combinations(spots, 2):
        assert abs(a.x - b.x) >= 100 or abs(a.y - b.y) >= LINE / 2


def test_ties_end_at_the_nodes_that_they_name():
    nodes, edges = star(3)
    for tie in network(nodes, edges, seed=1).ties:
        assert (tie.a.node.id, tie.b.node.id) == (tie.edge.a, tie.edge.b)


def test_the_department_stands_in_the_circle_and_long_names_are_cut():
    long = Node("a", "Société nouvelle de chaudronnerie industrielle", "d91")
    drawn = network([long, Node("b", "B", "group")], [Edge("a", "b", "event")], seed=1)
    first, second = drawn.spots
    assert (first.mark, second.mark) == ("91", "")
    assert first.short.endswith("…")
    assert len(first.short) == 24
    assert first.node.label == long.label


def test_of_many_nodes_those_with_most_ties_are_named():
    drawn = network(*star(80), seed=1)
    named = [spot for spot in drawn.spots if spot.short]
    assert len(named) == LABELS
    assert named[0].node.id == "own"


def test_nothing_and_one_alone_are_drawn_too():
    assert network([], [], seed=1).spots == ()
    (alone,) = network([Node("a", "A", "d77")], [], seed=1).spots
    assert (alone.x, alone.y) == (WIDTH / 2, pytest.approx((26 + HEIGHT - 40) / 2, abs=1))


def test_an_edge_to_nowhere_is_refused():
    with pytest.raises(ValueError, match="two of the nodes"):
        network([Node("a", "A", "d77")], [Edge("a", "z", "event")], seed=1)
