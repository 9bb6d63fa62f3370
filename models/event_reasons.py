"""Why two companies of an event fit: the band and the best reason behind their mutual score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.companies import Company, Profile
from matchmaker.explain import sentence
from matchmaker.intents import INTENT_OF, Role
from matchmaker.store import Unit
from matchmaker.suggestions import Band
from matchmaker.texts import Language
from models.bands import BANDS, TELLING, bands_of
from models.event_scores import EventFits
from models.inputs import UNKNOWN
from models.lists import ALL_ROLES
from models.published import Published
from models.roles import may_fill
from models.serving import spelled

Side = tuple[Company, Profile | None]


@dataclass(frozen=True)
class FitReason:
    """Why a company fits the one that reads.

    Parameters
    ----------
    company
        The one that fits.
    role
        What it is to the reader.
    band
        How much evidence the fit rests on.
    text
        The largest reason, said to the reader; empty where none can be told any more.
    """

    company: Company
    role: Role
    band: Band
    text: str


def fit_reasons(
    published: Published,
    unit: Unit,
    fits: EventFits,
    reader: str,
    partners: Sequence[str],
    language: Language,
) -> dict[str, FitReason]:
    """Say why some companies of an event fit one of them.

    A pair is looked at in the role in which it fits best, among the companies of the event: what
    is said is what its mutual score was made of, as the reader sees it.

    Parameters
    ----------
    published, unit
        The snapshot, and the store now.
    fits
        Of the event's companies, from `models.event_scores.event_fits`.
    reader, partners
        SIRETs that have scores.
    language
        Of the sentences.

    Returns
    -------
    dict
        By SIRET; a partner that does not fit is absent.
    """
    place = {siret: number for number, siret in enumerate(fits.scores.sirets)}
    companies = unit.companies.many([reader, *partners])
    profiles = unit.profiles.many([reader, *partners])
    own = (companies[reader], profiles.get(reader))
    found = {}
    for siret in partners:
        role = int(fits.roles[place[reader], place[siret]])
        if role >= 0:
            other = (companies[siret], profiles.get(siret))
            pair = (place[reader], place[siret])
            found[siret] = _reason(published, fits, pair, ALL_ROLES[role], (own, other), language)
    return found


def _reason(
    published: Published,
    fits: EventFits,
    pair: tuple[int, int],
    role: Role,
    sides: tuple[Side, Side],
    language: Language,
) -> FitReason:
    model, view = published.model, published.model.territory.view
    here, there = pair
    asked = np.flatnonzero(may_fill(role, view)[fits.rows])
    rows = np.where(fits.allowed[INTENT_OF[role]][here, asked], fits.rows[asked], UNKNOWN)
    ranker, fusion = model.ranker, model.fusions[role]
    seen, ranks = ranker.scored(view, fits.rows[[here]], rows[None, :], role, fusion.active)
    column = int(np.flatnonzero(asked == there)[0])
    parts = fusion.contributions(seen, ranks)[0, column].astype(np.float16)
    telling = seen[0, column] >= [TELLING.get(each.name, np.inf) for each in model.channels]
    band = BANDS[int(bands_of(telling, model.channels))]
    row, partner = int(fits.rows[here]), int(fits.rows[there])
    for _, _, raw in model.evidence(view, row, partner, role, parts):
        evidence = spelled(raw, *sides)
        if evidence.values.get("themes") != []:
            return FitReason(sides[1][0], role, band, sentence(evidence, language))
    return FitReason(sides[1][0], role, band, "")
