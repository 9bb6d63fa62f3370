"""The quality table of a night, and the gates that its figures must pass to be published.

Numbers in, numbers out: the table is what the manifest of the snapshot carries and `/v1/quality`
hands out. A figure that cannot be measured is none, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matchmaker.intents import Intent
from matchmaker.settings import QualitySettings
from models.deletion import deletion_test, summary
from models.inputs import CompanyRows, GroupRows
from models.lists import RankedLists
from models.partner_model import PartnerModel
from pipelines.held_out_quality import Found, found_by, held_out_figures, joined
from pipelines.list_quality import PastLists, list_figures, share

Table = dict[str, Any]

FEWEST_REASONS = 100
"""Reasons tested below which a single odd one would decide the overall rate."""


@dataclass(frozen=True)
class Gate:
    """A limit that a figure breaks.

    Parameters
    ----------
    name
        Setting under `quality` that sets the limit.
    value, limit
        The figure, and what it may be at the least (`min_`) or at the most (`max_`).
    """

    name: str
    value: float
    limit: float

    def __str__(self) -> str:
        side = "below" if self.name.startswith("min_") else "above"
        figure = self.name[4:].replace("_", " ")
        return (
            f"{figure} is {self.value:.4g}, {side} the limit {self.limit:.4g} (quality.{self.name})"
        )


def quality_table(
    model: PartnerModel,
    companies: CompanyRows,
    groups: GroupRows,
    lists: Mapping[Intent, RankedLists],
    past: PastLists | None,
    settings: QualitySettings,
    *,
    seed: int,
) -> Table:
    """Measure a night.

    Parameters
    ----------
    model
        Fitted on `companies` and `groups`.
    lists
        What it made of them.
    past
        What is published so far, if anything.
    seed
        Of every sample.

    Returns
    -------
    dict
        `overall`: one figure per name, those that gates and histories look at; `lists`: figures of
        each intent's lists; `held_out`: per intent what the latest relations say, none where it is
        not measured; `deletion`: what the deletion test counted.
    """
    found = found_by(model, groups, queries=settings.queries, seed=seed)
    tested = deletion_test(model, companies, lists, number=settings.deletion_sample, seed=seed)
    figures, deletion = list_figures(model, lists, past), summary(tested)
    together = figures.pop("all")
    return {
        "overall": {
            **together,
            "empty_text": _without_text(companies),
            "deletion_rate": deletion["rate"] if len(tested) >= FEWEST_REASONS else None,
            **_overall(list(found.values()), seed),
        },
        "lists": figures,
        "held_out": {
            intent.value: held_out_figures(found[intent], seed) if intent in found else None
            for intent in lists
        },
        "deletion": deletion,
    }


def _without_text(companies: CompanyRows) -> float | None:
    """Share of the companies that declare neither activity nor offers nor needs."""
    texts = zip(companies.activity, companies.offers, companies.needs, strict=True)
    silent = [not any(own) for own in texts]
    return share(sum(silent) / len(silent)) if silent else None


def _overall(found: list[Found], seed: int) -> dict[str, object]:
    """Figures of all held-out queries together; none where they are too few to judge by."""
    names = ("recall", "ndcg", "candidate_recall")
    nothing = dict.fromkeys((*names, "ndcg_over_popularity"))
    if not found:
        return nothing
    figures = held_out_figures(joined(found), seed)
    if not figures["enough"]:
        return nothing
    gain = figures["ndcg_over_popularity"]
    assert isinstance(gain, list)
    return {**{name: figures[name] for name in names}, "ndcg_over_popularity": gain[1]}


def broken_gates(table: Table, settings: QualitySettings) -> list[Gate]:
    """Hold the overall figures against the limits; a figure that is none breaks nothing."""
    broken = []
    for name, limit in settings.gates():
        value = table["overall"][name[4:]]
        if value is not None and (value < limit if name.startswith("min_") else value > limit):
            broken.append(Gate(name, value, limit))
    return broken
