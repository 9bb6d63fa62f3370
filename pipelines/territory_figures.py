"""The figures of the territory that each night keeps: what crosses the border of 77 and 91.

Every figure obeys `pipelines.discretion`. Where one may not be told it is none, which pages call
"fewer than 5". `docs/territory.md` says what each is, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaker.activities import codes_of_level
from matchmaker.intents import Intent
from matchmaker.territory import commune, current_commune, is_known_commune
from models.inputs import CompanyRows, Flags
from models.links import Links
from models.lists import RankedLists
from models.partner_model import PartnerModel
from pipelines.community_figures import community_figures
from pipelines.discretion import Figures, Pairs, count_of, flow_table, shares_of
from pipelines.features import Features
from pipelines.introduction_figures import MadeIntroduction, introduction_figures

SIDES = ("77", "91")
"""The two departments; links with a third one are no part of these figures."""

UNKNOWN_CODE = "unknown"
"""Sector or EPCI of a firm of which it is not known."""

SUGGESTED_FROM = 1
"""Place in `BANDS` of the weakest suggestion that counts: good ones and strong ones."""


@dataclass(frozen=True)
class Ground:
    """Who the figures are about, one entry per firm that takes part.

    Parameters
    ----------
    department
        Code.
    sector
        Section of NAF rev. 2.
    epci
        Code of the EPCI of its commune.
    declared
        Whether it declares what it does, offers or needs.
    """

    department: npt.NDArray[np.str_]
    sector: npt.NDArray[np.str_]
    epci: npt.NDArray[np.str_]
    declared: Flags


def territory_figures(
    model: PartnerModel,
    features: Features,
    lists: Mapping[Intent, RankedLists],
    introductions: Iterable[MadeIntroduction],
) -> Figures:
    """Measure what crosses the border.

    Parameters
    ----------
    model
        Fitted on the features; its relations are counted.
    features
        Who takes part.
    lists
        What the night made.
    introductions
        Those that were made, whenever that was.

    Returns
    -------
    dict
        Plain values, as JSON has them: `firms`, `known`, `suggested`, `reach`, `introductions`,
        `communities`.
    """
    ground = ground_of(features.companies, features.communes)
    links = model.territory.links
    known = known_pairs(ground, links)
    suggested = suggested_pairs(ground, lists, model.settings.list_length)
    return {
        "firms": _firms(ground),
        "known": _flows(ground, known),
        "suggested": _flows(ground, suggested),
        "reach": reach_of(ground, known),
        "introductions": introduction_figures(introductions),
        "communities": community_figures(
            links.ties, ground.department, model.territory.view.trade[:, 1], seed=model.seed
        ),
    }


def ground_of(companies: CompanyRows, communes: Sequence[str]) -> Ground:
    """Say of each firm where it is and what it does.

    Parameters
    ----------
    communes
        Code of the commune of each row.
    """
    sections = np.array([*codes_of_level("section"), UNKNOWN_CODE])
    texts = zip(companies.activity, companies.offers, companies.needs, strict=True)
    return Ground(
        department=np.array(companies.departments, dtype=np.str_)[companies.department],
        sector=sections[companies.trade[:, 0]],
        epci=np.array([_epci_of(code) for code in communes], dtype=np.str_),
        declared=np.array([any(own) for own in texts], dtype=bool),
    )


def _epci_of(code: str) -> str:
    present = current_commune(code)
    return commune(present).epci if is_known_commune(present) else UNKNOWN_CODE


def known_pairs(ground: Ground, links: Links) -> Pairs:
    """Pairs of firms across the border that have met, each once, the one of 77 on the left."""
    met = links.acquainted.tocoo()
    return _across(ground, met.row, met.col)


def suggested_pairs(ground: Ground, lists: Mapping[Intent, RankedLists], shown: int) -> Pairs:
    """Pairs across the border of which one sees the other as a good or a strong lead, each once."""
    seekers, partners = [], []
    for ranked in lists.values():
        listed = ranked.partners[:, :shown]
        row, place = np.nonzero((listed >= 0) & (ranked.bands[:, :shown] >= SUGGESTED_FROM))
        seekers.append(row)
        partners.append(listed[row, place])
    none = np.zeros(0, np.int64)
    return _across(
        ground,
        np.concatenate([none, *seekers]).astype(np.int64),
        np.concatenate([none, *partners]).astype(np.int64),
    )


def _across(ground: Ground, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Pairs:
    """Keep the pairs of the two departments, in either order, each once."""
    left, right = (ground.department == side for side in SIDES)
    there, back = left[one] & right[other], right[one] & left[other]
    rows = np.concatenate([one[there], other[back]]).astype(np.int64)
    columns = np.concatenate([other[there], one[back]]).astype(np.int64)
    size = max(1, len(ground.department))
    pairs = np.unique(rows * size + columns)
    return Pairs(pairs // size, pairs % size)


def _flows(ground: Ground, pairs: Pairs) -> Figures:
    return {
        name: flow_table(pairs, codes[pairs.left], codes[pairs.right])
        for name, codes in (("sectors", ground.sector), ("epci", ground.epci))
    }


def _firms(ground: Ground) -> Figures:
    inside = np.isin(ground.department, SIDES)
    return {
        **{side: count_of(int((ground.department == side).sum())) for side in SIDES},
        "all": count_of(int(inside.sum())),
        "declared": count_of(int((inside & ground.declared).sum())),
    }


def reach_of(ground: Ground, known: Pairs) -> Figures:
    """Count the firms that know a partner across the border, in groups.

    An EPCI that lies across the border has a group on each side. Those of a side that are told
    together stay on it: its total is told as well, from which they could be found.

    Parameters
    ----------
    ground
        Who takes part.
    known
        Pairs across the border.
    """
    has = np.zeros(len(ground.department), dtype=bool)
    has[known.left] = has[known.right] = True
    inside = np.isin(ground.department, SIDES)
    sides = {side: ground.department == side for side in SIDES}
    declared = [(name, inside & (ground.declared == own)) for name, own in (("yes", 1), ("no", 0))]
    return {
        "all": shares_of([_group("all", inside, has)]),
        "departments": shares_of([_group(side, own, has) for side, own in sides.items()]),
        "declared": shares_of([_group(name, own, has) for name, own in declared]),
        "epci": [
            (f"{code}:{side}", firms, having)
            for side, own in sides.items()
            for code, firms, having in shares_of(
                [
                    _group(code, own & (ground.epci == code), has)
                    for code in np.unique(ground.epci[own])
                ]
            )
        ],
    }


def _group(code: str, members: Flags, has: Flags) -> tuple[str, int, int]:
    return code, int(members.sum()), int((members & has).sum())
