"""Worlds in which something says nothing, so that an evaluation can be caught when it says more.

Each null world is a variant of the tables of a fictional territory. What it claims to be at chance
is so by construction, not by hope: the pairs to be found are drawn without a look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from pipelines.demo.oracle import KINDS
from pipelines.demo.redrawing import drawn_pairs, known_pairs, popular_relations, scattered
from pipelines.demo.tables import DECLARED, Tables

AtChance = Literal["everything", "texts", "relations", "beyond_popularity", "needs_offers"]
"""What an evaluation must not find better than chance.

- `everything`: every row;
- `texts`: every row that sees declared texts and the registry alone;
- `relations`: every row that sees relations alone;
- `beyond_popularity`: no row is better than popularity;
- `needs_offers`: every row that sees nothing but needs of the client and offers of the supplier.

A row that mixes texts and relations (texts smoothed over relations, partners of look-alikes, a
fusion) is of neither family: it keeps what the other half says.
"""

_POPULARITY_RANGE = (0.1, 1.0)
"""Narrow enough that few firms reach the bound above which popularity counts no more."""


@dataclass(frozen=True, slots=True)
class NullWorld:
    """A variant of the fictional territory in which something says nothing.

    Parameters
    ----------
    name
        Key in `NULL_WORLDS`.
    says
        What must be at chance, and why, in one sentence.
    at_chance
        The same for a program.
    kinds
        Kinds of pairs for which it makes sense.
    turn
        Makes the tables of the null world out of the true ones.
    """

    name: str
    says: str
    at_chance: AtChance
    kinds: tuple[str, ...]
    turn: Callable[[Tables, np.random.Generator], Tables]


def shuffled_links(tables: Tables, generator: np.random.Generator) -> Tables:
    """Replace every end of relations, pairs to be found and labels by any firm of its side.

    There is no oracle: nothing is worth more than anything else.
    """
    relations = scattered(tables, generator)
    holdout = drawn_pairs(tables.holdout, tables, relations, generator, popularity=None)
    labels = drawn_pairs(tables.labels, tables, relations, generator, popularity=None)
    return replace(tables, relations=relations, holdout=holdout, labels=labels, oracle=None)


def independent_text(tables: Tables, generator: np.random.Generator) -> Tables:
    """Deal out what companies declare, and what the registry says of them, among all companies.

    Where a company is, its relations and its worth stay its own; so does the oracle.
    """
    order = generator.permutation(tables.companies.height)
    dealt = tables.companies.select(DECLARED)[order]
    return replace(tables, companies=tables.companies.with_columns(dealt.get_columns()))


def independent_graph(tables: Tables, generator: np.random.Generator) -> Tables:
    """Replace every member of a relation by any company of its side; the oracle stays.

    Pairs to be found that these relations make known are no longer to be found.
    """
    relations = scattered(tables, generator)
    known = known_pairs(relations)
    unknown = [
        frozenset(pair) not in known for pair in tables.holdout.select("source", "target").rows()
    ]
    holdout = tables.holdout.filter(pl.Series(unknown, dtype=pl.Boolean))
    return replace(tables, relations=relations, holdout=holdout)


def popularity_only(tables: Tables, generator: np.random.Generator) -> Tables:
    """Draw relations and pairs to be found by a popularity that each company has by lot.

    A group gives way to pairs with as many members in all. Texts and places stay, and say nothing,
    since the lots do not depend on them. There is no oracle.
    """
    drawn = generator.uniform(*_POPULARITY_RANGE, size=tables.companies.height)
    popularity = dict(zip(tables.companies["id"], drawn.tolist(), strict=True))
    relations = popular_relations(tables, popularity, generator)
    holdout = drawn_pairs(tables.holdout, tables, relations, generator, popularity)
    failed = tables.labels.filter(pl.col("label") == 0)
    succeeded = tables.labels.filter(pl.col("label") == 1)
    labels = [
        drawn_pairs(failed, tables, relations, generator, popularity=None),
        drawn_pairs(succeeded, tables, relations, generator, popularity),
    ]
    return replace(
        tables, relations=relations, holdout=holdout, labels=pl.concat(labels), oracle=None
    )


def swapped_needs_offers(tables: Tables, generator: np.random.Generator) -> Tables:
    """Exchange what each company needs and what it offers, so that only the wrong way round tells.

    The exchange alone is not quite at chance: trades that buy from each other are more common than
    by lot (92 of 636 pairs of trades, against 9 % of all). So only suppliers of the first side and
    their clients of the second are to be found, and the texts that the right way round compares
    are dealt out within each side: those now called offers on the first, needs on the second. The
    wrong way round, what is now called offers of a client and needs of a supplier, stays as it
    was. So does the oracle. Trades go with the dealt offers, since the label of a trade may stand
    in for offers that nobody wrote.
    """
    of_first = pl.col("territory") == tables.companies["territory"].min()
    swapped = tables.companies.with_columns(offers=pl.col("needs"), needs=pl.col("offers"))
    dealt = _dealt(swapped, ("offers", "naf"), of_first, generator)
    dealt = _dealt(dealt, ("needs",), ~of_first, generator)
    suppliers = dealt.filter(of_first)["id"].implode()
    return replace(
        tables,
        companies=dealt,
        holdout=tables.holdout.filter(pl.col("source").is_in(suppliers)),
        labels=tables.labels.filter(pl.col("source").is_in(suppliers)),
    )


def _dealt(
    companies: pl.DataFrame, columns: tuple[str, ...], side: pl.Expr, generator: np.random.Generator
) -> pl.DataFrame:
    """Deal out some columns, together, among the companies of one side."""
    rows = companies.select(pl.arg_where(side)).to_series().to_numpy()
    order = np.arange(companies.height)
    order[rows] = generator.permutation(rows)
    return companies.with_columns(companies.select(columns)[order].get_columns())


NULL_WORLDS = {
    world.name: world
    for world in (
        NullWorld(
            "shuffled_links",
            "The ends of relations, held-out pairs and labels are any firms of the same side, so "
            "every row must be at chance.",
            "everything",
            KINDS,
            shuffled_links,
        ),
        NullWorld(
            "independent_text",
            "Texts and registry are dealt out among the firms, so rows that see nothing else must "
            "be at chance.",
            "texts",
            KINDS,
            independent_text,
        ),
        NullWorld(
            "independent_graph",
            "The members of relations are any firms of the same side, so rows that see nothing "
            "else must be at chance.",
            "relations",
            KINDS,
            independent_graph,
        ),
        NullWorld(
            "popularity_only",
            "Each end of every link is drawn by a popularity of its own, so no row may beat "
            "popularity.",
            "beyond_popularity",
            KINDS,
            popularity_only,
        ),
        NullWorld(
            "swapped_needs_offers",
            "Needs and offers are exchanged, so the needs of a client must find its suppliers by "
            "their offers no better than chance, whereas the wrong way round finds them.",
            "needs_offers",
            ("supply",),
            swapped_needs_offers,
        ),
    )
}
"""Null worlds by name."""
