"""What the nights measured of themselves: the table of the served one, and the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import QualityCaller
from api.deps import LanguageQuery, PublishedDep, ServiceDep
from api.pages.administration.figures import FIGURES, PLAIN, overall_of, written
from api.pages.administration.nights import NightRow, night_row
from api.pages.administration.room import HOME, PARIS, administration_page
from api.pages.charts import LineChart, line_chart
from matchmaker.intents import Intent
from matchmaker.settings import QualitySettings
from matchmaker.store.nights import Night
from matchmaker.store.snapshots import Snapshot, all_snapshots
from matchmaker.texts import Language, say

router = APIRouter(prefix=HOME, include_in_schema=False)

NIGHTS = 90
LISTED = (
    "coverage",
    "never_listed",
    "exposure_gini",
    "mutual_lists",
    "competitor_rate",
    "overlap",
    "drift",
)
"""Figures of the lists of one intent."""
HELD_OUT = ("recall", "ndcg", "hit", "mrr", "candidate_recall", "popularity_ndcg")
"""Figures of the latest relations of one intent."""


@dataclass(frozen=True)
class FigureRow:
    """One overall figure.

    Parameters
    ----------
    key
        Its name.
    value
        As it is written.
    gate
        Its limit in words; empty where none is set.
    broken
        Whether it is beyond the limit.
    """

    key: str
    value: str
    gate: str
    broken: bool


@dataclass(frozen=True)
class History:
    """The course of one figure over the nights; `unit` and `digits` say how it is written."""

    key: str
    chart: LineChart
    unit: str
    digits: int


@router.get("/qualite")
async def quality_page(
    request: Request,
    caller: QualityCaller,
    service: ServiceDep,
    published: PublishedDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the quality of the night that is served, and of those before and since."""
    kept = await run_sync(all_snapshots, service.settings.snapshots_folder)
    nights = past_nights(await service.read(lambda unit: unit.nights.latest(NIGHTS)), kept)
    quality: Mapping[str, Any] | None = published.manifest.get("quality")
    return administration_page(
        request,
        caller,
        "quality",
        "quality.html",
        lang,
        served_at=datetime.fromisoformat(published.manifest["created_at"]),
        refused=_refused(kept, published.name, lang),
        measured=quality is not None,
        figures=figure_rows(overall_of(quality), service.settings.quality, lang),
        intents=list(Intent),
        lists=_table((quality or {}).get("lists", {}), LISTED, lang),
        held_out=_found(quality, lang),
        deletion=(quality or {}).get("deletion"),
        deletion_rate=written(
            "deletion_rate", ((quality or {}).get("deletion") or {}).get("rate"), lang
        ),
        histories=histories(nights, lang),
        nights=list(reversed(nights)),
    )


def _refused(kept: Sequence[Snapshot], served: str, language: Language) -> NightRow | None:
    """Find the newest night that was held back since the one that is served."""
    later = (each for each in kept if each.held_back and each.name > served)
    newest = next(later, None)
    return None if newest is None else night_row(newest, language)


def past_nights(stored: Sequence[Night], kept: Sequence[Snapshot]) -> list[Night]:
    """Put the nights of the store and those of the snapshots together, the oldest first.

    The store keeps them longer; a home may have snapshots from before it kept any.
    """
    known = {
        each.name: Night(
            snapshot=each.name,
            at=datetime.fromisoformat(each.manifest["created_at"]),
            held_back=each.held_back,
            quality=overall_of(each.manifest.get("quality")) or None,
            territory=None,
        )
        for each in kept
    }
    known |= {night.snapshot: night for night in stored}
    return [known[name] for name in sorted(known)]


def figure_rows(
    overall: Mapping[str, float | None], gates: QualitySettings, language: Language
) -> list[FigureRow]:
    """Put the overall figures beside their gates."""
    limits = {name[4:]: (name[:3], limit) for name, limit in gates.gates()}
    rows = []
    for key in FIGURES:
        value, (side, limit) = overall.get(key), limits.get(key, ("", 0.0))
        beyond = value is not None and (value < limit if side == "min" else value > limit)
        gate = (
            say(language, f"administration.gates.{side}", limit=written(key, limit, language))
            if side
            else ""
        )
        rows.append(FigureRow(key, written(key, value, language), gate, bool(side) and beyond))
    return rows


def _table(
    lists: Mapping[str, Mapping[str, float | None]], names: Sequence[str], language: Language
) -> list[tuple[str, list[str]]]:
    """Lay figures out by row, with a column per intent."""
    return [
        (key, [written(key, lists.get(intent, {}).get(key), language) for intent in Intent])
        for key in names
    ]


def _found(
    quality: Mapping[str, Any] | None, language: Language
) -> list[tuple[Intent, Mapping[str, Any] | None, list[str]]]:
    """Lay out what the latest relations of each intent say; none where it is not measured."""
    held_out = (quality or {}).get("held_out", {})
    return [
        (
            intent,
            held_out.get(intent),
            [written(key, (held_out.get(intent) or {}).get(key), language) for key in HELD_OUT],
        )
        for intent in Intent
    ]


def histories(nights: Sequence[Night], language: Language) -> list[History]:
    """Draw the course of every figure that is known of two nights or more."""
    found = []
    for key in FIGURES:
        scale = 1 if key in PLAIN else 100
        values = [(night, (night.quality or {}).get(key)) for night in nights]
        if sum(value is not None for _, value in values) < 2:
            continue
        points = [
            (night_label(night, language), None if value is None else scale * value)
            for night, value in values
        ]
        digits = 3 if key in PLAIN else 1
        unit = "" if key in PLAIN else (" %" if language == "fr" else "%")
        found.append(History(key, line_chart(points), unit, digits))
    return found


def night_label(night: Night, language: Language) -> str:
    """Name a night by its day in Paris, and say so where it was held back."""
    day = night.at.astimezone(PARIS).strftime("%d/%m/%Y" if language == "fr" else "%Y-%m-%d")
    key = "held_back" if night.held_back else "night"
    return say(language, f"administration.quality.{key}", day=day)
