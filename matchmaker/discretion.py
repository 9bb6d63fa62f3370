"""Which known links between firms a reader is told of.

Public contracts, clubs and events are no secret. Who buys from whom is: a chamber learns it from
its own firms, in its own files, and the other chamber is told only what concerns a firm of its own.
Elsewhere such a link is counted in general words: in the reasons of suggestions
(`models.channels.graph`), in the figures of the territory (`pipelines.discretion`).
"""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.relations import RelationKind

CONFIDENTIAL = frozenset({RelationKind.SUPPLY})
"""Kinds of which only those hear who look after one of the two firms."""


def may_be_told(reader: Principal, kind: RelationKind, members: Mapping[str, str]) -> bool:
    """Whether a reader is told of a relation: of whom, since when, where it comes from.

    Parameters
    ----------
    reader
        The people of a member, the advisers of its chamber, and administrators look after it.
    kind
        Of the relation.
    members
        Departments of its firms, by SIRET; one that the store does not know need not be there.
    """
    if kind not in CONFIDENTIAL:
        return True
    return any(reader.may(Right.PROFILE, siret, code) for siret, code in members.items())
