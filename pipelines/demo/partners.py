"""The truth: which firms are worth meeting, for what, and how much.

Three kinds of pairs, each with a utility in [0, 1]:

- `supply` (supplier, client, product): the client's importance of the need times the supplier's
  mastery, its trust, nearness on the scale of the product, and likeness of size;
- `consortium` (both ways, project): two trades that each master another lot of the same project;
- `peer` (both ways, theme): two trades of like size that care for the same theme.

Only the best partners of each department are listed, for each need, firm and theme. No code is
shared with the features of the model, so that a score against this truth means something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.demo.catalogue import PRODUCTS, PROJECTS
from pipelines.demo.registration import Registration
from pipelines.demo.world import THEMES, Firm

Rows = NDArray[np.int64]
Values = NDArray[np.float64]

LOWEST_UTILITY = 0.05
"""Pairs below are not partners."""

PARTNERS_PER_NEED = 4
PARTNERS_PER_PROJECT = 2
PARTNERS_PER_THEME = 3
PEER_STAFF_LIMITS = (5, 20, 100)
"""Peers are in the same class of size: below 5 people, 5 to 19, 20 to 99, 100 and more."""

_CONSORTIUM_REACH_KM = 40.0
_PEER_REACH_KM = 30.0
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Attributes:
    """The latent attributes of firms as arrays, one entry per firm."""

    east: Values
    north: Values
    log_staff: Values
    trust: Values
    trade: Rows
    department: Rows
    siren: Rows


@dataclass(frozen=True, slots=True)
class Pairs:
    """Directed pairs of firms (positions in the world), what ties them, and their utility.

    For `supply` the source is the supplier. `subject` is a product, a project or a theme;
    `source_lot` and `target_lot` are the lots of a consortium, empty otherwise.
    """

    kind: list[str]
    source: Rows
    target: Rows
    subject: list[str]
    source_lot: list[str]
    target_lot: list[str]
    utility: Values

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    source: Rows
    target: Rows
    subject: str
    source_lot: str
    target_lot: str
    utility: Values


def attributes(firms: tuple[Firm, ...]) -> Attributes:
    """Gather what utilities depend on."""
    trades = sorted({firm.trade.key for firm in firms if firm.trade})
    number = {key: place for place, key in enumerate(trades)}
    return Attributes(
        east=np.array([firm.east for firm in firms]),
        north=np.array([firm.north for firm in firms]),
        log_staff=np.log10(np.array([firm.staff for firm in firms], dtype=float)),
        trust=np.array([firm.trust for firm in firms]),
        trade=np.array([number[firm.trade.key] if firm.trade else -1 for firm in firms]),
        department=np.array([int(firm.commune.department) for firm in firms]),
        siren=np.array([int(firm.siren) for firm in firms]),
    )


def distance_km(known: Attributes, source: Rows, target: Rows) -> Values:
    """Straight line between firms; shapes broadcast."""
    metres: Values = np.hypot(
        known.east[source] - known.east[target], known.north[source] - known.north[target]
    )
    return metres / 1000.0


def supply_utility(
    known: Attributes,
    supplier: Rows,
    client: Rows,
    mastery: Values,
    importance: Values,
    reach_km: float,
) -> Values:
    """Worth of a supplier for a client's need; every argument broadcasts.

    A supplier at `reach_km` keeps three quarters of its worth, one a hundred times larger or
    smaller than its client about half.
    """
    gap = known.log_staff[supplier] - known.log_staff[client]
    likeness = np.exp(-((gap / 2.4) ** 2))
    worth: Values = (
        importance
        * mastery
        * (0.4 + 0.6 * known.trust[supplier])
        * _nearness(distance_km(known, supplier, client), reach_km)
        * likeness
    )
    return worth


def mutual_utility(
    known: Attributes,
    source: Rows,
    target: Rows,
    source_level: Values,
    target_level: Values,
    reach_km: float,
) -> Values:
    """Worth of a pair in which both sides bring something; symmetric, every argument broadcasts."""
    gap = known.log_staff[source] - known.log_staff[target]
    worth: Values = (
        np.sqrt(source_level * target_level)
        * (0.4 + 0.6 * np.sqrt(known.trust[source] * known.trust[target]))
        * _nearness(distance_km(known, source, target), reach_km)
        * np.exp(-((gap / 1.5) ** 2))
    )
    return worth


def true_partners(registrations: tuple[Registration, ...]) -> Pairs:
    """List the best partners of every firm that exists, may be shown and does business."""
    firms = tuple(entry.firm for entry in registrations)
    known = attributes(firms)
    present = [row for row, entry in enumerate(registrations) if entry.open_to_partners]
    return _stack(
        [
            *_supply_blocks(firms, known, present),
            *_consortium_blocks(firms, known, present),
            *_peer_blocks(firms, known, present),
        ]
    )


def staff_class(log_staff: Values) -> Rows:
    """Class of size in which firms look for peers."""
    classes: Rows = np.searchsorted(np.log10(PEER_STAFF_LIMITS), log_staff, side="right")
    return classes


def _supply_blocks(
    firms: tuple[Firm, ...], known: Attributes, present: list[int]
) -> Iterator[_Block]:
    for product in PRODUCTS:
        sellers, mastery = _holders([firm.offers for firm in firms], product.key, present)
        buyers, importance = _holders([firm.needs for firm in firms], product.key, present)
        for part in _slices(buyers):
            utility = supply_utility(
                known,
                sellers[None, :],
                buyers[part, None],
                mastery[None, :],
                importance[part, None],
                product.reach_km,
            )
            client, supplier, worth = _best(
                known, buyers[part], sellers, utility, PARTNERS_PER_NEED
            )
            yield _Block("supply", supplier, client, product.key, "", "", worth)


def _consortium_blocks(
    firms: tuple[Firm, ...], known: Attributes, present: list[int]
) -> Iterator[_Block]:
    offers = [firm.offers for firm in firms]
    for project in PROJECTS:
        for own in project.lots:
            for other in project.lots:
                if own == other:
                    continue
                sources, source_level = _holders(offers, own, present)
                targets, target_level = _holders(offers, other, present)
                for part in _slices(sources):
                    utility = mutual_utility(
                        known,
                        sources[part, None],
                        targets[None, :],
                        source_level[part, None],
                        target_level[None, :],
                        _CONSORTIUM_REACH_KM,
                    )
                    source, target, worth = _best(
                        known, sources[part], targets, utility, PARTNERS_PER_PROJECT
                    )
                    yield _Block("consortium", source, target, project.key, own, other, worth)


def _peer_blocks(
    firms: tuple[Firm, ...], known: Attributes, present: list[int]
) -> Iterator[_Block]:
    interests = [firm.themes for firm in firms]
    size = staff_class(known.log_staff)
    for theme in THEMES:
        holders, level = _holders(interests, theme, present)
        for group in range(len(PEER_STAFF_LIMITS) + 1):
            inside = size[holders] == group
            members, interest = holders[inside], level[inside]
            for part in _slices(members):
                utility = mutual_utility(
                    known,
                    members[part, None],
                    members[None, :],
                    interest[part, None],
                    interest[None, :],
                    _PEER_REACH_KM,
                )
                source, target, worth = _best(
                    known, members[part], members, utility, PARTNERS_PER_THEME
                )
                yield _Block("peer", source, target, theme, "", "", worth)


def _holders(levels: list[dict[str, float]], key: str, present: list[int]) -> tuple[Rows, Values]:
    """Firms that have the product or theme, and how much."""
    rows = [row for row in present if key in levels[row]]
    return np.array(rows, dtype=np.int64), np.array([levels[row][key] for row in rows])


def _slices(rows: Rows) -> Iterator[slice]:
    """Blocks of rows, so that memory stays flat however large the world."""
    for start in range(0, len(rows), _BLOCK):
        yield slice(start, start + _BLOCK)


def _best(
    known: Attributes, rows: Rows, columns: Rows, utility: Values, count: int
) -> tuple[Rows, Rows, Values]:
    """Keep for each row its best columns of each department, other firms of other trades only."""
    forbidden = (known.trade[rows][:, None] == known.trade[columns][None, :]) | (
        known.siren[rows][:, None] == known.siren[columns][None, :]
    )
    utility = np.where(forbidden, 0.0, utility)
    kept_rows, kept_columns, kept_values = [], [], []
    for department in np.unique(known.department[columns]):
        side = np.flatnonzero(known.department[columns] == department)
        scores = utility[:, side]
        top = _largest(scores, count)
        values = np.take_along_axis(scores, top, axis=1)
        places, ranks = np.nonzero(values >= LOWEST_UTILITY)
        kept_rows.append(rows[places])
        kept_columns.append(columns[side[top[places, ranks]]])
        kept_values.append(values[places, ranks])
    if not kept_rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(kept_rows), np.concatenate(kept_columns), np.concatenate(kept_values)


def _largest(scores: Values, count: int) -> Rows:
    """Columns of the largest scores of each row, in the order of the columns."""
    if scores.shape[1] <= count:
        return np.tile(np.arange(scores.shape[1]), (scores.shape[0], 1))
    return np.sort(np.argpartition(-scores, count - 1, axis=1)[:, :count], axis=1)


def _nearness(kilometres: Values, reach_km: float) -> Values:
    """One at the door, three quarters at `reach_km`, a half far away."""
    nearness: Values = 0.5 + 0.5 * np.exp2(-kilometres / reach_km)
    return nearness


def _stack(blocks: list[_Block]) -> Pairs:
    def repeated(name: str) -> list[str]:
        return [value for b in blocks for value in [getattr(b, name)] * len(b.utility)]

    empty = np.zeros(0, np.int64)
    return Pairs(
        kind=repeated("kind"),
        source=np.concatenate([empty, *(block.source for block in blocks)]),
        target=np.concatenate([empty, *(block.target for block in blocks)]),
        subject=repeated("subject"),
        source_lot=repeated("source_lot"),
        target_lot=repeated("target_lot"),
        utility=np.round(np.concatenate([np.zeros(0), *(b.utility for b in blocks)]), 4),
    )
