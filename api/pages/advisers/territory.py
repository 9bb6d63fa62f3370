"""The dashboard of the territory: what crosses the border, where, in which trades, since when."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import PortfolioCaller
from api.deps import LanguageQuery, PublishedDep, ServiceDep
from api.errors import BadValueError
from api.pages.advisers.territory_files import KINDS, SHEETS, territory_sheet
from api.pages.advisers.territory_view import (
    OTHER,
    astride_of,
    communities_of,
    epci_names,
    flows_of,
    map_of,
    places_of,
    sector_names,
    trends_of,
)
from api.pages.charts import bar_chart
from api.pages.rendering import render
from matchmaker.events.exports.tables import csv_bytes
from matchmaker.texts import Language

router = APIRouter(prefix="/territoire", include_in_schema=False)

NIGHTS = 30
"""Nights that a trend follows."""
ShortQuery = Annotated[str, Query(max_length=40)]


@router.get("")
async def territory_page(
    request: Request,
    _: PortfolioCaller,
    service: ServiceDep,
    published: PublishedDep,
    flux: ShortQuery = "connus",
    secteur: ShortQuery = "",
    epci: ShortQuery = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the figures of the night that is served, and how they came about."""
    territory = published.manifest.get("territory")
    if territory is None:
        return render(request, "advisers/territory.html", lang, territory=None)
    nights = await service.read(lambda unit: unit.nights.latest(NIGHTS))
    kind = KINDS.get(flux, "known")
    return render(
        request,
        "advisers/territory.html",
        lang,
        territory=territory,
        trends=trends_of(nights, territory, lang),
        flux=next(name for name, each in KINDS.items() if each == kind),
        kinds=tuple(KINDS),
        measured=published.manifest["created_at"],
        **_flows(territory, kind, secteur, epci, lang),
        communities=communities_of(territory["communities"], lang),
        months=_months(territory),
    )


def _flows(
    territory: dict[str, Any], kind: str, sector: str, epci: str, language: Language
) -> dict[str, Any]:
    """Read both tables of flows; a filter of which the table knows nothing is none."""
    names, places_named = sector_names(language), epci_names(language)
    tables = territory[kind]
    sector = sector if sector in _codes(tables["sectors"]) else ""
    epci = epci if epci in _codes(tables["epci"]) else ""
    places = places_of(tables["epci"], territory["reach"], places_named)
    return {
        "sector": sector,
        "epci": epci,
        "sectors": flows_of(tables["sectors"], names, sector),
        "epci_flows": flows_of(tables["epci"], places_named, epci),
        "places": [place for place in places if not epci or place.code == epci],
        "astride": astride_of(tables["epci"], places),
        "map": map_of(places, tables["epci"], language),
        "sector_options": [(code, names[code]) for code in _codes(tables["sectors"])],
        "epci_options": sorted(
            ((code, places_named[code]) for code in _codes(tables["epci"])),
            key=lambda option: (option[0] == OTHER, option[1]),
        ),
    }


def _codes(table: dict[str, Any] | None) -> list[str]:
    if table is None:
        return []
    found = {code for side in ("left", "right") for code, _ in table[side]}
    return sorted(found, key=lambda code: (len(code) > 1, code))


def _months(territory: dict[str, Any]) -> dict[str, Any]:
    rows = territory["introductions"]["months"]
    told = [(month, float(made)) for month, made, _ in rows if made is not None]
    return {"rows": rows[::-1], "chart": bar_chart(told[-12:])}


@router.get("/{name}.csv")
async def territory_file(
    name: str,
    _: PortfolioCaller,
    published: PublishedDep,
    flux: ShortQuery = "connus",
    lang: LanguageQuery = "fr",
) -> Response:
    """Give one table as a CSV file.

    Raises
    ------
    BadValueError
        If there is no such table, or no figures yet.
    """
    territory = published.manifest.get("territory")
    if name not in SHEETS or territory is None:
        raise BadValueError(f"there is no table {name!r}; it is one of {', '.join(SHEETS)}.")
    sheet = territory_sheet(name, territory, KINDS.get(flux, "known"), lang)
    return Response(
        csv_bytes(sheet, published.fictional, lang),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="territoire-{name}.csv"'},
    )
