"""How much a dataset of relations offers to learn from, and whether it is enough to judge by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import polars as pl

Pair = tuple[str, str]

FEWEST_QUERIES = 30
"""Queries with something known on both sides below which a table says nothing.

With 30 the standard error of a hit rate is still up to nine points.
"""

TOO_FEW = "too few to judge"


@dataclass(frozen=True, slots=True)
class DatasetCounts:
    """How much there is to learn from and to judge by.

    Parameters
    ----------
    firms, firms_with_text
        Firms in all, and those that won something before the day.
    relations, related_pairs
        Groups before the day, and the different pairs in them.
    held_out_pairs
        New pairs on or after the day.
    queries
        Firms with a held-out partner.
    queries_with_text
        Of these, firms with a text that have a held-out partner with a text.
    queries_with_anything
        The same for a text or a relation.
    """

    firms: int
    firms_with_text: int
    relations: int
    related_pairs: int
    held_out_pairs: int
    queries: int
    queries_with_text: int
    queries_with_anything: int

    @property
    def verdict(self) -> str:
        """`too few to judge`, or nothing."""
        return TOO_FEW if self.queries_with_anything < FEWEST_QUERIES else ""


def counts_of(
    companies: pl.DataFrame, relations: pl.DataFrame, holdout: pl.DataFrame
) -> DatasetCounts:
    """Count what a dataset of groups offers to learn from and to judge by.

    Parameters
    ----------
    companies
        `id`, `activity`.
    relations
        `group`, `member`: one row per member.
    holdout
        `source`, `target`.
    """
    with_text = set(companies.filter(pl.col("activity") != "")["id"])
    related = set(relations["member"])
    held_out = holdout.select("source", "target").rows()
    members = relations.group_by("group").agg(pl.col("member").sort())["member"].to_list()
    return DatasetCounts(
        firms=companies.height,
        firms_with_text=len(with_text),
        relations=len(members),
        related_pairs=len(pairs_within(members)),
        held_out_pairs=len(held_out),
        queries=_queries(held_out, set(companies["id"])),
        queries_with_text=_queries(held_out, with_text),
        queries_with_anything=_queries(held_out, with_text | related),
    )


def pairs_within(groups: Iterable[Iterable[str]]) -> set[Pair]:
    """Different pairs within groups whose members are sorted."""
    return {pair for members in groups for pair in combinations(members, 2)}


def _queries(held_out: list[Pair], known: set[str]) -> int:
    """Firms with a held-out partner where something is known of both."""
    return len({firm for pair in held_out if known.issuperset(pair) for firm in pair})
