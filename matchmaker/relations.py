"""Known links between companies, stored as groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

import networkx as nx


class RelationKind(StrEnum):
    """What ties the members of a relation."""

    PLATO = "plato"
    EVENT = "event"
    MEETING = "meeting"
    AWARD = "award"
    SUPPLY = "supply"
    INTRODUCTION = "introduction"


KIND_NAMES: dict[str, RelationKind] = {
    **{kind.value: kind for kind in RelationKind},
    "fournisseur": RelationKind.SUPPLY,
    "rencontre": RelationKind.MEETING,
    "evenement": RelationKind.EVENT,
    "marche": RelationKind.AWARD,
    "mise en relation": RelationKind.INTRODUCTION,
}
"""Kinds of relations as people write them, in English and in French."""

KNOWS_EACH_OTHER = frozenset(
    {
        RelationKind.PLATO,
        RelationKind.MEETING,
        RelationKind.AWARD,
        RelationKind.SUPPLY,
        RelationKind.INTRODUCTION,
    }
)
"""Kinds whose members have met: they are not suggested to each other again."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A link between two or more companies; a pair is a group of two.

    Parameters
    ----------
    key
        Stable identifier within `source`, so that an import can be repeated.
    members
        SIRETs, each once. For the directed kind `supply` the order is supplier, client.
    label
        What a person would call it: the name of the club, the object of the contract.
    """

    key: str
    kind: RelationKind
    members: tuple[str, ...]
    date: date | None
    source: str
    label: str = ""

    def __post_init__(self) -> None:
        if len(set(self.members)) != len(self.members) or len(self.members) < 2:
            raise ValueError(f"a relation needs two or more different members, got {self.members}")
        if self.kind is RelationKind.SUPPLY and len(self.members) != 2:
            raise ValueError(
                f"supply needs a supplier and a client, got {len(self.members)} members"
            )


def relation_graph(relations: Iterable[Relation], max_group: int = 25) -> nx.Graph[str]:
    """Build the graph of companies in which group members are tied to each other.

    A group of `m` members gives each of its pairs the weight `1 / (m - 1)`, so that a member's
    ties from one group always sum to one; groups above `max_group` say nothing and are dropped.

    Parameters
    ----------
    relations
        Pairs and groups of every kind.
    max_group
        Largest group that is kept.

    Returns
    -------
    networkx.Graph
        Nodes are SIRETs; edges carry `weight` and the set of `kinds`.
    """
    graph: nx.Graph[str] = nx.Graph()
    for relation in relations:
        size = len(relation.members)
        if size > max_group:
            continue
        for a, b in combinations(relation.members, 2):
            edge = graph.get_edge_data(a, b, {"weight": 0.0, "kinds": frozenset()})
            graph.add_edge(
                a,
                b,
                weight=edge["weight"] + 1 / (size - 1),
                kinds=edge["kinds"] | {relation.kind},
            )
    return graph
