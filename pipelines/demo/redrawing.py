"""Relations and pairs drawn again, without a look at more than their numbers, kinds and sides.

The material of the null worlds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from matchmaker.relations import KNOWS_EACH_OTHER
from pipelines.demo.tables import Tables

_TRIALS = 200
"""Draws after which a pair that comes out as known or as there already is left out."""


def scattered(tables: Tables, generator: np.random.Generator) -> pl.DataFrame:
    """Replace the members of each relation by different companies of the same sides."""
    side_of = dict(tables.companies.select("id", "territory").iter_rows())
    ids = _lots(tables.companies, popularity=None).ids
    groups = []
    for group in tables.relations.partition_by("group", maintain_order=True):
        sides = [side_of[member] for member in group["member"]]
        fresh = {
            side: generator.choice(ids[side], size=sides.count(side), replace=False).tolist()
            for side in sorted(set(sides))
        }
        members = [fresh[side].pop() for side in sides]
        groups.append(group.with_columns(member=pl.Series(members, dtype=pl.String)))
    return pl.concat(groups) if groups else tables.relations


def popular_relations(
    tables: Tables, popularity: dict[str, float], generator: np.random.Generator
) -> pl.DataFrame:
    """Draw pairs of companies in place of each group, one for every two members."""
    side_of = dict(tables.companies.select("id", "territory").iter_rows())
    lots = _lots(tables.companies, popularity)
    rows: list[tuple[object, ...]] = []
    for group in tables.relations.partition_by("group", maintain_order=True):
        sides = [side_of[member] for member in group["member"]]
        name, kind, day, label = group.select("group", "kind", "date", "label").row(0)
        for number, (own, other) in enumerate(zip(sides[::2], sides[1::2], strict=False)):
            pair = _two(generator, lots, own, other)
            rows += [(f"{name}-{number}", member, kind, day, label) for member in pair]
    return pl.DataFrame(rows, schema=tables.relations.schema, orient="row")


def drawn_pairs(
    pairs: pl.DataFrame,
    tables: Tables,
    relations: pl.DataFrame,
    generator: np.random.Generator,
    popularity: dict[str, float] | None,
) -> pl.DataFrame:
    """Draw candidates of the same sides in place of both ends of each pair.

    No pair comes twice, nor one that the relations make known; where the two sides are too small
    for another such pair, it is left out.
    """
    candidates = tables.companies.filter(pl.col("id").is_in(tables.candidates["id"].implode()))
    side_of = dict(candidates.select("id", "territory").iter_rows())
    lots = _lots(candidates, popularity)
    known = known_pairs(relations)
    drawn: dict[tuple[str, str], int] = {}
    for place, ends in enumerate(pairs.select("source", "target").iter_rows()):
        own, other = (side_of[end] for end in ends)
        for _ in range(_TRIALS):
            pair = lots.draw(generator, own), lots.draw(generator, other)
            if pair not in drawn and frozenset(pair) not in known:
                drawn[pair] = place
                break
    sources, targets = zip(*drawn, strict=True) if drawn else ((), ())
    return pairs[list(drawn.values())].with_columns(
        source=pl.Series(sources, dtype=pl.String), target=pl.Series(targets, dtype=pl.String)
    )


def known_pairs(relations: pl.DataFrame) -> set[frozenset[str]]:
    """Pairs of companies that have met by a relation."""
    met = relations.filter(pl.col("kind").is_in([kind.value for kind in KNOWS_EACH_OTHER]))
    return {
        frozenset(pair)
        for members in met.group_by("group").agg("member")["member"]
        for pair in combinations(members, 2)
    }


@dataclass(frozen=True)
class _Lots:
    """Companies of each side, and the sums of their popularities up to each."""

    ids: dict[str, list[str]]
    sums: dict[str, npt.NDArray[np.float64]]

    def draw(self, generator: np.random.Generator, side: str) -> str:
        """Draw a company of one side in proportion to its popularity."""
        mark = generator.random() * self.sums[side][-1]
        return self.ids[side][int(np.searchsorted(self.sums[side], mark, side="right"))]


def _lots(companies: pl.DataFrame, popularity: dict[str, float] | None) -> _Lots:
    """Prepare to draw; without popularity everybody has the same."""
    ids: dict[str, list[str]] = {}
    for id_, side in companies.select("id", "territory").iter_rows():
        ids.setdefault(side, []).append(id_)
    sums = {
        side: np.cumsum([popularity[id_] if popularity else 1.0 for id_ in members])
        for side, members in ids.items()
    }
    return _Lots(ids, sums)


def _two(generator: np.random.Generator, lots: _Lots, own: str, other: str) -> tuple[str, str]:
    """Draw two different companies; where the same comes out, both are drawn again."""
    first, second = lots.draw(generator, own), lots.draw(generator, other)
    while first == second:
        first, second = lots.draw(generator, own), lots.draw(generator, other)
    return first, second
