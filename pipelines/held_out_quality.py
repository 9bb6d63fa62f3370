"""How well a night's model finds the latest relations, which it was not shown for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from matchmaker.intents import OPPOSITE, ROLES, Intent, Role
from matchmaker.metrics import paired_bootstrap
from matchmaker.relations import RelationKind
from models.inputs import GroupRows, Rows
from models.links import build_links
from models.partner_model import PartnerModel, fitted_channels
from models.roles import may_fill
from pipelines.datasets.counts import FEWEST_QUERIES
from pipelines.fusions import ANSWERS
from pipelines.holding_out import LARGEST_ANSWER, Question, Slice, slices_of
from pipelines.list_quality import share
from pipelines.trial import Values, fusion_row, popularity_rows, set_trial

PLACES = 20
"""Length of the lists that are measured."""
MOST_PAIRS = 20_000_000
"""Queries times companies that popularity ranks for one role: keeps a night short."""


@dataclass(frozen=True)
class Found:
    """What each query of one intent found, shape (q,) each.

    Parameters
    ----------
    recall, ndcg, hit, reciprocal
        Within the first 20 places of what is served.
    popular
        nDCG of ranking everybody by the number of relations.
    partners, candidates
        Numbers of held-out partners, and of those that are candidates.
    """

    recall: Values
    ndcg: Values
    hit: Values
    reciprocal: Values
    popular: Values
    partners: int
    candidates: int


def found_by(
    model: PartnerModel,
    groups: GroupRows,
    *,
    queries: int,
    seed: int,
) -> dict[Intent, Found]:
    """Hide the latest relations of each kind, fit again, and look for them across departments.

    Parameters
    ----------
    model
        Fitted on `groups`; its fusions stay as they are.
    queries
        Most queries per role.
    seed
        Of the sample of queries, and of slices of relations without a date.
    """
    found = {}
    for intent, kind in ANSWERS.items():
        # A Plato group is an answer as a whole: its members meet to compare their practice.
        largest = model.settings.max_group if kind is RelationKind.PLATO else LARGEST_ANSWER
        slices = slices_of(groups, {kind}, np.random.default_rng(seed), largest=largest)
        pairs = _across(model, slices[-1].pairs) if slices else np.zeros((0, 2), np.int64)
        if len(pairs):
            fitted = _refitted(model, slices[-1], ROLES[intent])
            parts = [_found(fitted, role, pairs, queries, seed) for role in ROLES[intent]]
            known = [part for part in parts if part is not None]
            if known:
                found[intent] = joined(known)
    return found


def _across(model: PartnerModel, pairs: Rows) -> Rows:
    side = model.territory.view.department
    across: Rows = pairs[side[pairs[:, 0]] != side[pairs[:, 1]]]
    return across


def _refitted(model: PartnerModel, part: Slice, roles: Sequence[Role]) -> PartnerModel:
    """Fit the channels that count in some roles on what was seen; nobody asks the others."""
    links = build_links(part.seen, len(model.sirets), model.settings.max_group)
    territory = replace(model.territory, links=links)
    asked = np.any(
        [model.fusions[role].proposing | model.fusions[role].active for role in roles], 0
    )
    names = [name for name, counts in zip(model.channel_names, asked, strict=True) if counts]
    fitted = {channel.name: channel for channel in fitted_channels(territory, names)}
    channels = [fitted.get(channel.name, channel) for channel in model.channels]
    return replace(model, territory=territory, channels=channels)


def _found(
    model: PartnerModel,
    role: Role,
    pairs: Rows,
    queries: int,
    seed: int,
) -> Found | None:
    """Ask for the partners of a sample of companies in one role; nothing where nobody may ask."""
    view, n = model.territory.view, len(model.sirets)
    question = Question(role, may_fill(OPPOSITE[role], view), may_fill(role, view), cross=True)
    asking = np.unique(question.asked(pairs)[:, 0])
    if len(asking) == 0:
        return None
    most = min(queries, max(FEWEST_QUERIES, MOST_PAIRS // n))
    sample = np.random.default_rng(seed).permutation(asking)[:most]
    question = replace(question, queries=np.isin(np.arange(n), sample))
    trial = set_trial(model, question, pairs, PLACES, seed)
    popular = popularity_rows(model, trial, _stopped)[0]
    row, _, _ = fusion_row("fusion", model, trial, model.fusions[role], _stopped)
    candidates = round((row.candidate_recall or 0) * len(trial.partners))
    return Found(
        row.recall, row.ndcg, row.hit, row.reciprocal, popular.ndcg, len(trial.partners), candidates
    )


def _stopped() -> float:
    """Stand in for a clock: nobody asks here how long ranking took."""
    return 0.0


def joined(parts: Sequence[Found]) -> Found:
    """Put the queries of several roles or intents together."""
    together: dict[str, Any] = {}
    for each in fields(Found):
        values = [getattr(part, each.name) for part in parts]
        together[each.name] = sum(values) if each.name in _COUNTS else np.concatenate(values)
    return Found(**together)


_COUNTS = ("partners", "candidates")


def held_out_figures(found: Found, seed: int) -> dict[str, object]:
    """Sum up what queries found: numbers for a manifest.

    Returns
    -------
    dict
        `queries`, `enough` of them to judge by, means of the metrics, `candidate_recall`, and
        `ndcg_over_popularity`: low end, mean and high end of a paired bootstrap interval.
    """
    gain = paired_bootstrap(found.ndcg - found.popular, seed=seed)
    return {
        "queries": len(found.ndcg),
        "enough": len(found.ndcg) >= FEWEST_QUERIES,
        "recall": share(found.recall.mean()),
        "ndcg": share(found.ndcg.mean()),
        "hit": share(found.hit.mean()),
        "mrr": share(found.reciprocal.mean()),
        "candidate_recall": share(found.candidates / found.partners),
        "popularity_ndcg": share(found.popular.mean()),
        "ndcg_over_popularity": [share(bound) for bound in gain],
    }
