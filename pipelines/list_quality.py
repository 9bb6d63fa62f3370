"""What lists look like as a whole: whom they reach, whom they leave out, what changed overnight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.intents import ROLES, Intent
from matchmaker.metrics import gini
from models.bands import BANDS
from models.inputs import UNKNOWN, Flags, Rows, SparseRows
from models.lists import RankedLists
from models.partner_model import PartnerModel
from models.roles import may_fill
from pipelines.holding_out import within

Figures = dict[str, float | None]

BINS = 10
"""Bins of the scores of yesterday, equally full, for the drift."""


@dataclass(frozen=True)
class PastLists:
    """What the night before published.

    Parameters
    ----------
    sirets
        SIRET of each row then.
    lists
        Ranked lists then, per intent.
    """

    sirets: npt.NDArray[np.str_]
    lists: Mapping[Intent, RankedLists]


def share(value: float | np.floating | None) -> float | None:
    """Round a figure for a manifest; one that is not known stays so."""
    return None if value is None or np.isnan(value) else round(float(value), 4)


def list_figures(
    model: PartnerModel, lists: Mapping[Intent, RankedLists], past: PastLists | None
) -> dict[str, Figures]:
    """Describe the lists of each intent, and of all together under `all`.

    Parameters
    ----------
    model
        What the lists were made with; its `list_length` first places count.
    past
        What was published before, if anything.

    Returns
    -------
    dict
        Per intent: `coverage`, `never_listed`, `exposure_gini`, `mutual_lists`, `competitor_rate`,
        `overlap`, `drift`, and the share of each band. A figure is none where nothing can be
        counted: no company, no list, no yesterday.
    """
    shown = {
        intent: ranked.taken_first(model.settings.list_length) for intent, ranked in lists.items()
    }
    answers = {intent: _may_answer(model, intent) for intent in lists}
    exposure = {intent: _exposure(one, len(model.sirets)) for intent, one in shown.items()}
    listed = {intent: _listed(one) for intent, one in shown.items()}
    competitors = {intent: _competitors(model, intent, one) for intent, one in shown.items()}
    changes = {intent: _changes(model, intent, one, past) for intent, one in shown.items()}
    figures: dict[str, Figures] = {}
    for intent, one in shown.items():
        figures[intent.value] = {
            **_reach(one.partners[:, :1] >= 0, exposure[intent], answers[intent], listed[intent]),
            "competitor_rate": _rate(competitors[intent], listed[intent].nnz),
            **changes[intent],
            **_bands(one),
        }
    anyone: Flags = np.any([one.partners[:, 0] >= 0 for one in shown.values()], axis=0)[:, None]
    together = _together(list(listed.values()))
    exposed = np.sum(list(exposure.values()), axis=0)
    figures["all"] = {
        **_reach(anyone, exposed, np.any(list(answers.values()), axis=0), together),
        "competitor_rate": _rate(
            sum(competitors.values()), sum(one.nnz for one in listed.values())
        ),
        "overlap": _mean([each["overlap"] for each in changes.values()]),
        "drift": max(
            (e["drift"] for e in changes.values() if e["drift"] is not None), default=None
        ),
    }
    return figures


def _may_answer(model: PartnerModel, intent: Intent) -> Flags:
    """Tell who may stand in a list of an intent, if there is anybody of another department."""
    view = model.territory.view
    meets_somebody = len(np.unique(view.department)) > 1
    fits: Flags = np.any([may_fill(role, view) for role in ROLES[intent]], axis=0)
    return fits & meets_somebody


def _exposure(ranked: RankedLists, n: int) -> npt.NDArray[np.float64]:
    """Sum of 1 / log2(1 + rank) over the lists in which each company stands; shape (n,)."""
    discount = 1 / np.log2(np.arange(2, ranked.partners.shape[1] + 2))
    weight = np.broadcast_to(discount, ranked.partners.shape)
    there = ranked.partners >= 0
    sums: npt.NDArray[np.float64] = np.bincount(
        ranked.partners[there], weight[there], minlength=n
    ).astype(np.float64)
    return sums


def _listed(ranked: RankedLists) -> SparseRows:
    """Who lists whom, ones, shape (n, n)."""
    rows, places = np.nonzero(ranked.partners >= 0)
    n = len(ranked.partners)
    ones = np.ones(len(rows), np.float32)
    pairs: SparseRows = sparse.coo_array(
        (ones, (rows, ranked.partners[rows, places])), shape=(n, n)
    ).tocsr()
    return pairs


def _together(listed: Sequence[SparseRows]) -> SparseRows:
    union = listed[0]
    for pairs in listed[1:]:
        union = (union + pairs).tocsr()
    return union


def _reach(
    found: Flags, exposure: npt.NDArray[np.float64], answers: Flags, listed: SparseRows
) -> Figures:
    mutual = listed.multiply(listed.T).count_nonzero() if listed.nnz else 0
    own = exposure[answers]
    return {
        "coverage": share(found.mean()) if len(found) else None,
        "never_listed": share((own == 0).mean()) if len(own) else None,
        "exposure_gini": share(gini(own)) if len(own) else None,
        "mutual_lists": _rate(mutual, listed.nnz),
    }


def _rate(part: int, whole: int) -> float | None:
    # Not rounded to zero: one competitor among a million must show.
    return part / whole if whole else None


def _competitors(model: PartnerModel, intent: Intent, ranked: RankedLists) -> int:
    """Count listed pairs that the competitor rule keeps apart, whatever made the lists."""
    alone = replace(model, pair_rules=("competitor",)).ranker
    everyone, partners = np.arange(len(model.sirets)), ranked.partners.astype(np.int64)
    return int((alone.vetoes(model.territory.view, everyone, partners, intent) >= 0).sum())


def _bands(ranked: RankedLists) -> Figures:
    bands = ranked.bands[ranked.partners >= 0]
    return {band.value: _mean((bands == place).tolist()) for place, band in enumerate(BANDS)}


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return share(float(np.mean(known))) if known else None


def _changes(
    model: PartnerModel, intent: Intent, ranked: RankedLists, past: PastLists | None
) -> Figures:
    if past is None:
        return {"overlap": None, "drift": None}
    before = past.lists[intent].taken_first(ranked.partners.shape[1])
    then, now = (one.scores[one.partners >= 0] for one in (before, ranked))
    return {
        "overlap": share(_overlap(model.sirets, ranked.partners, past.sirets, before.partners)),
        "drift": share(stability_index(then, now)),
    }


def _overlap(
    sirets: npt.NDArray[np.str_],
    partners: npt.NDArray[np.int32],
    past_sirets: npt.NDArray[np.str_],
    past_partners: npt.NDArray[np.int32],
) -> float | None:
    """Mean Jaccard index of the two lists of each company of both nights that has one."""
    row = {siret: number for number, siret in enumerate(sirets.tolist())}
    # Who is gone gets a number that nobody has today.
    here = np.array(
        [row.get(siret, len(row) + place) for place, siret in enumerate(past_sirets.tolist())],
        dtype=np.int64,
    )
    stayed = np.flatnonzero(here < len(row))
    then = past_partners[stayed]
    before: Rows = np.where(then < 0, UNKNOWN, here[then])
    after: Rows = partners[here[stayed]].astype(np.int64)
    both = within(after, before).sum(axis=1)
    either = (after >= 0).sum(axis=1) + (before >= 0).sum(axis=1) - both
    asked = either > 0
    return float((both[asked] / either[asked]).mean()) if asked.any() else None


def stability_index(
    before: npt.NDArray[np.floating], after: npt.NDArray[np.floating]
) -> float | None:
    """Measure how far scores have moved; none where either sample is empty.

    The population stability index, `sum over bins of (q - p) log(q / p)` with `p` and `q` the
    shares of yesterday's and today's scores in bins that yesterday's fill equally; half a count is
    added to each. Below 0.1 little has moved, above 0.25 much.

    References
    ----------
    Siddiqi, Credit Risk Scorecards, 2006, chapter 9.
    """
    if len(before) == 0 or len(after) == 0:
        return None
    edges = np.unique(np.quantile(before, np.linspace(0, 1, BINS + 1)[1:-1]))
    counts = [
        np.bincount(np.searchsorted(edges, sample, side="left"), minlength=len(edges) + 1) + 0.5
        for sample in (before, after)
    ]
    p, q = (count / count.sum() for count in counts)
    return float(((q - p) * np.log(q / p)).sum())
