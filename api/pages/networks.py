"""Who is tied to whom, as a drawing: a layout by networkx, the geometry of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 720, 440
SIDE, TOP, FOOT = 95, 26, 40
"""Margins: a label is centred below its node."""
LONGEST_LABEL = 24
LABELS = 30
"""Nodes with a label, those with most ties first; more would hide the drawing."""
LABEL_WIDTH, LINE = 150.0, 38.0
"""Room that a node and its label take."""
ROUNDS = 60


@dataclass(frozen=True)
class Node:
    """One firm, or one group of them.

    Parameters
    ----------
    id
        Told apart by it.
    label
        Its name.
    kind
        Class of the drawing: `"d77"`, `"d91"`, `"d45"` for a department, with `" own"` behind it
        for the firm that the drawing is about.
    href
        Address that it leads to, with its language.
    """

    id: str
    label: str
    kind: str
    href: str | None = None


@dataclass(frozen=True)
class Edge:
    """A tie of two nodes.

    Parameters
    ----------
    a, b
        Their ids.
    kind
        Class of the drawing: a kind of relation, such as `"plato"`.
    text
        What the tie is called, for readers; `kind` if not given.
    """

    a: str
    b: str
    kind: str
    text: str = ""


@dataclass(frozen=True)
class Spot:
    """A node and where it is drawn.

    Parameters
    ----------
    node
        The node.
    x, y
        Its middle.
    radius
        Of its circle; it grows with the number of ties.
    mark
        Written into the circle: the department, so that colour does not stand alone.
    short
        Its label, cut to length; empty where it is not written.
    """

    node: Node
    x: float
    y: float
    radius: float
    mark: str
    short: str


@dataclass(frozen=True)
class Tie:
    """An edge and where it is drawn."""

    edge: Edge
    a: Spot
    b: Spot


@dataclass(frozen=True)
class Network:
    """The geometry of a drawing, in the units of its view box.

    Parameters
    ----------
    width, height
        Of the view box.
    spots, ties
        What is drawn, in the order given.
    """

    width: int
    height: int
    spots: tuple[Spot, ...]
    ties: tuple[Tie, ...]


def network(nodes: Sequence[Node], edges: Sequence[Edge], seed: int) -> Network:
    """Lay a graph out.

    Parameters
    ----------
    nodes
        Each id once.
    edges
        Ties of these nodes; several kinds may tie the same two.
    seed
        Of the layout: the same input gives the same drawing.

    Raises
    ------
    ValueError
        If an edge names a node that is not there.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(node.id for node in nodes)
    for edge in edges:
        if not {edge.a, edge.b} <= graph.nodes.keys():
            raise ValueError(f"an edge must tie two of the nodes, got {edge.a!r} and {edge.b!r}")
        graph.add_edge(edge.a, edge.b)
    ties = dict(graph.degree())
    named = set(sorted(ties, key=lambda node_id: -ties[node_id])[:LABELS])
    places = _places(graph, seed)
    spots = {
        node.id: _spot(node, places[row], ties[node.id], node.id in named)
        for row, node in enumerate(nodes)
    }
    drawn = tuple(Tie(edge, spots[edge.a], spots[edge.b]) for edge in edges)
    return Network(WIDTH, HEIGHT, tuple(spots.values()), drawn)


def _places(graph: nx.Graph[str], seed: int) -> NDArray[np.float64]:
    """Middles of the nodes, within the margins and apart from each other."""
    if not graph:
        return np.zeros((0, 2))
    laid = nx.spring_layout(graph, seed=seed, iterations=200, k=1.6 / np.sqrt(len(graph)))
    places = np.array([laid[node_id] for node_id in graph], dtype=np.float64)
    low, high = places.min(axis=0), places.max(axis=0)
    spread = np.where(high - low > 1e-9, high - low, 1.0)
    share = np.where(high - low > 1e-9, (places - low) / spread, 0.5)
    box = np.array([WIDTH - 2 * SIDE, HEIGHT - TOP - FOOT])
    return _apart(np.array([SIDE, TOP]) + share * box)


def _apart(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Push nodes up and down whose labels would lie on each other."""
    if len(places) > LABELS:
        return places
    for _ in range(ROUNDS):
        gap = places[:, None, :] - places[None, :, :]
        near = (np.abs(gap[..., 0]) < LABEL_WIDTH) & (np.abs(gap[..., 1]) < LINE)
        np.fill_diagonal(near, val=False)
        if not near.any():
            break
        # Of two at the same height the later one goes down.
        later = np.arange(len(places))[:, None] > np.arange(len(places))[None, :]
        way = np.where(gap[..., 1] != 0, np.sign(gap[..., 1]), np.where(later, 1.0, -1.0))
        push = np.where(near, way * (LINE - np.abs(gap[..., 1])) / 4, 0.0)
        places[:, 1] = np.clip(places[:, 1] + push.sum(axis=1), TOP, HEIGHT - FOOT)
    return places


def _spot(node: Node, place: NDArray[np.float64], ties: int, named: bool) -> Spot:
    label = node.label
    short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
    return Spot(
        node=node,
        x=round(float(place[0]), 1),
        y=round(float(place[1]), 1),
        radius=round(min(11 + 1.2 * np.sqrt(ties), 18), 1),
        mark=_mark(node.kind),
        short=short if named else "",
    )


def _mark(kind: str) -> str:
    """Department that a class names."""
    first = kind.partition(" ")[0]
    return first[1:] if first[:1] == "d" and first[1:2].isdigit() else ""
