"""The figures of a night as the page of the territory shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from api.pages.bands import BandChart, band_chart
from api.pages.charts import LineChart, line_chart
from api.pages.maps import Link, Marker, TerritoryMap, territory_map
from api.pages.rendering import day
from matchmaker.activities import level_label
from matchmaker.store.nights import Night
from matchmaker.territory import communes
from matchmaker.texts import Language, say

SIDES = ("77", "91")
GRAND_PARIS_SUD = "200059228"
OTHER, UNKNOWN = "other", "unknown"
"""Codes of what is told together, and of what is not known."""
DRAWN = 24
"""Bands that are drawn at the most; the table has them all."""

Figures = Mapping[str, Any]
Cell = tuple[str, str, int]


@dataclass(frozen=True)
class Flows:
    """Links across the border by a category of each side.

    Parameters
    ----------
    links
        How many in all; `None` where fewer than five firms have a part in them.
    left, right
        By category of the firm in 77, and in 91: code, name, links.
    cells
        By both: names and links.
    rest
        Links that are in none of the cells.
    chart
        The cells as bands.
    """

    links: int | None
    left: list[tuple[str, str, int]]
    right: list[tuple[str, str, int]]
    cells: list[tuple[str, str, int]]
    rest: int
    chart: BandChart | None


@dataclass(frozen=True)
class Place:
    """One side of an EPCI: its links, its firms, and those with a partner across the border.

    What is told together with others is none here, and stands in the row of `OTHER`.
    """

    code: str
    name: str
    department: str
    links: int | None
    firms: int | None
    reaching: int | None


@dataclass(frozen=True)
class Astride:
    """An agglomeration on both sides: links inside it, and from each part to the rest."""

    name: str
    parts: tuple[Place, Place]
    inside: int | None
    outward: tuple[int | None, int | None]


def sector_names(language: Language) -> dict[str, str]:
    """Names of the sections of NAF in a few words, by code."""
    codes = [*"ABCDEFGHIJKLMNOPQRSTU", OTHER, UNKNOWN]
    return {code: say(language, f"territory.sector.{code}") for code in codes}


def epci_names(language: Language) -> dict[str, str]:
    """Names of the EPCI, by code."""
    told = {code: say(language, f"territory.epci.{code}") for code in (OTHER, UNKNOWN)}
    return {place.epci: place.epci_name for place in communes()} | told


def flows_of(table: Figures | None, names: Mapping[str, str], only: str) -> Flows:
    """Read one table of flows.

    Parameters
    ----------
    only
        Code of the one category that is asked for, on either side; empty for all.
    """
    if table is None:
        return Flows(None, [], [], [], 0, None)
    cells: list[Cell] = [(a, b, n) for a, b, n in table["cells"] if not only or only in (a, b)]
    named = [(names[a], names[b], links) for a, b, links in cells]
    sides = [
        [(code, names[code], links) for code, links in table[side] if not only or only == code]
        for side in ("left", "right")
    ]
    drawn = band_chart(cells[:DRAWN], names, names) if cells else None
    return Flows(table["links"], sides[0], sides[1], named, table["rest"], drawn)


def places_of(flows: Figures | None, reach: Figures, names: Mapping[str, str]) -> list[Place]:
    """Put links and reach of every side of an EPCI together, most links first."""
    shares = {code: (firms, having) for code, firms, having in reach["epci"]}
    found = []
    for number, side in enumerate(SIDES):
        links = dict(flows[("left", "right")[number]]) if flows else {}
        # Where nothing is told together, what is not told has none.
        none = 0 if flows and OTHER not in links else None
        codes = {code for code in links} | {
            code.partition(":")[0] for code in shares if code.endswith(f":{side}")
        }
        for code in codes:
            firms, having = shares.get(f"{code}:{side}", (None, None))
            found.append(Place(code, names[code], side, links.get(code, none), firms, having))
    return sorted(found, key=lambda p: (p.code == OTHER, -(p.links or 0), p.name, p.department))


def astride_of(flows: Figures | None, places: Sequence[Place]) -> Astride | None:
    """Find what lies on both sides of the border: Grand Paris Sud."""
    parts = [place for place in places if place.code == GRAND_PARIS_SUD]
    if len(parts) != len(SIDES) or flows is None:
        return None
    first, second = sorted(parts, key=lambda place: place.department)
    cells = {(one, other): links for one, other, links in flows["cells"]}
    inside = cells.get((GRAND_PARIS_SUD, GRAND_PARIS_SUD))
    outward = tuple(
        None if inside is None or part.links is None else part.links - inside
        for part in (first, second)
    )
    return Astride(first.name, (first, second), inside, (outward[0], outward[1]))


def map_of(places: Sequence[Place], flows: Figures | None, language: Language) -> TerritoryMap:
    """Draw each side of an EPCI by its links, and the larger flows between them."""
    at = _centres()
    drawn = [place for place in places if place.links and (place.code, place.department) in at]
    most = max((place.links or 0 for place in drawn), default=1)
    markers = [
        Marker(
            *at[place.code, place.department],
            label=say(language, "territory.marker", name=place.name, links=place.links),
            kind="d77" if place.department == SIDES[0] else "d91",
            weight=(place.links or 0) / most,
        )
        for place in drawn
    ]
    cells = [
        (at[one, SIDES[0]], at[other, SIDES[1]], links)
        for one, other, links in (flows["cells"] if flows else [])
        if (one, SIDES[0]) in at and (other, SIDES[1]) in at
    ][:DRAWN]
    widest = max((links for _, _, links in cells), default=1)
    lines = [Link(start, end, "flow", weight=links / widest) for start, end, links in cells]
    return territory_map(markers, lines)


@cache
def _centres() -> dict[tuple[str, str], tuple[float, float]]:
    """Middle of where people live, of each side of each EPCI."""
    found = {}
    for key in {(place.epci, place.department) for place in communes()}:
        own = [place for place in communes(key[1]) if place.epci == key[0]]
        weights = [max(1, place.population) for place in own]
        latitude = np.average([place.latitude for place in own], weights=weights)
        longitude = np.average([place.longitude for place in own], weights=weights)
        found[key] = (float(latitude), float(longitude))
    return found


def communities_of(found: Sequence[Figures], language: Language) -> list[dict[str, Any]]:
    """Name each community by its trades, and say how open it is to the other side."""
    cards = []
    for each in found:
        names = [level_label(code, language) for code in each["trades"]]
        links, across = each["links"], each["across"]
        cards.append(
            {
                **each,
                "names": names or [say(language, "territory.community.mixed")],
                "open": None if not links else 100 * across / links,
            }
        )
    return cards


@dataclass(frozen=True)
class Trend:
    """A key figure over the nights."""

    key: str
    value: float | None
    chart: LineChart


def trends_of(nights: Sequence[Night], current: Figures, language: Language) -> list[Trend]:
    """Follow the key figures over the published nights, today's last."""
    past = [
        (str(day(language, night.at.isoformat())), night.territory)
        for night in nights
        if night.territory is not None and not night.held_back
    ]
    now = key_figures(current)
    return [
        Trend(key, now[key], line_chart([(at, key_figures(each)[key]) for at, each in past]))
        for key in now
    ]


def key_figures(territory: Figures) -> dict[str, float | None]:
    """Take the figures that are followed out of those of a night."""
    links = {
        kind: None if territory[kind]["sectors"] is None else territory[kind]["sectors"]["links"]
        for kind in ("known", "suggested")
    }
    reach = {code: (firms, having) for code, firms, having in territory["reach"]["all"]}
    declared = {code: (firms, having) for code, firms, having in territory["reach"]["declared"]}
    return {
        "known": links["known"],
        "reach": _share(reach.get("all")),
        "declared": _share(declared.get("yes")),
        "suggested": links["suggested"],
        "made": territory["introductions"]["made"],
        "went_well": territory["introductions"]["went_well"],
    }


def _share(counts: tuple[int, int] | None) -> float | None:
    """Per cent of the firms of a group that have something."""
    return None if not counts or not counts[0] else 100 * counts[1] / counts[0]
