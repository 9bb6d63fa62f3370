"""The oracle: the worth of any pair of firms, by the same latent formulas as the true partners.

`partners.true_partners` lists only the best partners of each firm; the oracle knows the others
too, so that it can rank everybody. Its kinds of pairs are those of the truth: for `supply` the
source is the supplier, `consortium` and `peer` are the same both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.demo.catalogue import PRODUCTS, PROJECTS
from pipelines.demo.partners import (
    _CONSORTIUM_REACH_KM,
    _PEER_REACH_KM,
    Attributes,
    Rows,
    Values,
    attributes,
    mutual_utility,
    staff_class,
    supply_utility,
)
from pipelines.demo.registration import Registration
from pipelines.demo.world import THEMES, Firm

KINDS = ("supply", "consortium", "peer")
"""Kinds of pairs that have a worth; only the first one has a direction."""

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Tie:
    """A product, two lots of a project or a theme: who brings it, who takes it, and how much.

    Parameters
    ----------
    source, target
        Positions of firms in the world, ascending.
    source_level, target_level
        Mastery, importance or interest of each, in [0, 1].
    reach_km
        Scale on which nearness counts.
    """

    source: Rows
    target: Rows
    source_level: Values
    target_level: Values
    reach_km: float


@dataclass(frozen=True, slots=True)
class Oracle:
    """What the worth of a pair depends on.

    Parameters
    ----------
    known
        Latent attributes, one entry per firm of the world.
    present
        Positions of the firms that exist, may be shown and do business, ascending.
    ties
        By kind.
    """

    known: Attributes
    present: Rows
    ties: dict[str, tuple[Tie, ...]]

    def __len__(self) -> int:
        return len(self.known.siren)


@dataclass(frozen=True, slots=True)
class WorthPairs:
    """Pairs of firms (positions in the world) and their utility, all above 0."""

    source: Rows
    target: Rows
    utility: Values

    def __len__(self) -> int:
        return len(self.source)

    def where(self, chosen: npt.NDArray[np.bool_] | Rows) -> WorthPairs:
        """Keep some pairs, by flags or positions."""
        return WorthPairs(self.source[chosen], self.target[chosen], self.utility[chosen])


def oracle_of(registrations: tuple[Registration, ...]) -> Oracle:
    """Gather who brings and takes what, for every kind."""
    firms = tuple(entry.firm for entry in registrations)
    known = attributes(firms)
    present = np.array(
        [row for row, entry in enumerate(registrations) if entry.open_to_partners], dtype=np.int64
    )
    ties = {
        "supply": tuple(_supply_ties(firms, present)),
        "consortium": tuple(_consortium_ties(firms, present)),
        "peer": tuple(_peer_ties(firms, known, present)),
    }
    return Oracle(known, present, ties)


def utilities(oracle: Oracle, kind: str, rows: Rows) -> Values:
    """Worth of every firm of the world as the target of each row.

    The worth of a pair is that of the best product, project or theme that ties it. It is 0 where
    nothing does, within one trade, within one SIREN, and where one of the two does not exist, may
    not be shown or does no business.

    Parameters
    ----------
    oracle
        Of the whole world.
    kind
        One of `KINDS`; for `supply` the rows are suppliers and the columns clients.
    rows
        Positions in the world, each once, shape (m,).

    Returns
    -------
    numpy.ndarray
        In [0, 1], shape (m, number of firms), float64.

    Raises
    ------
    ValueError
        If the kind is not one of `KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    known = oracle.known
    place = np.full(len(oracle), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    worth = np.zeros((len(rows), len(oracle)))
    formula = supply_utility if kind == "supply" else mutual_utility
    for tie in oracle.ties[kind]:
        asked = place[tie.source] >= 0
        source = tie.source[asked]
        value = formula(
            known,
            source[:, None],
            tie.target[None, :],
            tie.source_level[asked, None],
            tie.target_level[None, :],
            tie.reach_km,
        )
        cells = np.ix_(place[source], tie.target)
        worth[cells] = np.maximum(worth[cells], value)
    rivals = (known.trade[rows][:, None] == known.trade[None, :]) | (
        known.siren[rows][:, None] == known.siren[None, :]
    )
    worth[rivals] = 0.0
    return worth


def worth_pairs(oracle: Oracle, kind: str) -> WorthPairs:
    """List every pair across the border that is worth anything, in the order of source and target.

    A pair of a kind without direction is listed once, from its firm of the first department.
    """
    department = oracle.known.department
    sources = oracle.present
    if kind != "supply" and len(sources):
        sources = sources[department[sources] == department[sources].min()]
    blocks = []
    for start in range(0, len(sources), _BLOCK):
        rows = sources[start : start + _BLOCK]
        worth = utilities(oracle, kind, rows)
        worth[department[rows][:, None] == department[None, :]] = 0.0
        places, targets = np.nonzero(worth)
        blocks.append((rows[places], targets, worth[places, targets]))
    nothing = np.zeros(0, np.int64)
    return WorthPairs(
        source=np.concatenate([nothing, *(block[0] for block in blocks)]),
        target=np.concatenate([nothing, *(block[1] for block in blocks)]),
        utility=np.concatenate([np.zeros(0), *(block[2] for block in blocks)]),
    )


def _supply_ties(firms: tuple[Firm, ...], present: Rows) -> Iterator[Tie]:
    offers = _holders([firm.offers for firm in firms], present)
    needs = _holders([firm.needs for firm in firms], present)
    for product in PRODUCTS:
        if product.key in offers and product.key in needs:
            yield _tie(offers[product.key], needs[product.key], product.reach_km)


def _consortium_ties(firms: tuple[Firm, ...], present: Rows) -> Iterator[Tie]:
    offers = _holders([firm.offers for firm in firms], present)
    for project in PROJECTS:
        held = [lot for lot in project.lots if lot in offers]
        for own in held:
            for other in held:
                if own != other:
                    yield _tie(offers[own], offers[other], _CONSORTIUM_REACH_KM)


def _peer_ties(firms: tuple[Firm, ...], known: Attributes, present: Rows) -> Iterator[Tie]:
    interests = _holders([firm.themes for firm in firms], present)
    size = staff_class(known.log_staff)
    for theme in THEMES:
        rows, level = interests.get(theme, (np.zeros(0, np.int64), np.zeros(0)))
        for group in np.unique(size[rows]):
            inside = size[rows] == group
            members = rows[inside], level[inside]
            yield _tie(members, members, _PEER_REACH_KM)


def _tie(source: tuple[Rows, Values], target: tuple[Rows, Values], reach_km: float) -> Tie:
    return Tie(source[0], target[0], source[1], target[1], reach_km)


def _holders(levels: list[dict[str, float]], present: Rows) -> dict[str, tuple[Rows, Values]]:
    """Firms that have each product or theme, and how much."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    for row in present:
        for key, level in levels[row].items():
            rows, values = found.setdefault(key, ([], []))
            rows.append(int(row))
            values.append(level)
    return {
        key: (np.array(rows, dtype=np.int64), np.array(values))
        for key, (rows, values) in found.items()
    }
