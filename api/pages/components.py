"""Every part that pages are made of, in every state: the visual test of the stylesheet."""

from __future__ import annotations

import re
from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import DirectoryCaller
from api.deps import LanguageQuery
from api.pages.charts import BarChart, LineChart, bar_chart, line_chart
from api.pages.maps import Link, Marker, TerritoryMap, territory_map
from api.pages.networks import Edge, Network, Node, network
from api.pages.rendering import address, render
from api.stylesheet import stylesheet
from matchmaker.relations import RelationKind
from matchmaker.texts import Language, say

router = APIRouter(include_in_schema=False)

TOKEN = re.compile(r"^ +--([\w-]+): #", re.MULTILINE)
PLACES = {"77": (48.54, 2.66), "91": (48.63, 2.43)}
"""Melun and Évry-Courcouronnes: latitude and longitude."""
NIGHTS = (61.0, 64.5, None, 66.0, 71.2, 70.4)
"""Values of the sample line; one night is not known."""


@router.get("/administration/composants")
async def components_page(
    request: Request, _: DirectoryCaller, lang: LanguageQuery = "fr"
) -> Response:
    """Show every part in every state, with the name of its class."""
    return render(
        request,
        "components.html",
        lang,
        tokens=colour_tokens(),
        line=_line(),
        flat=line_chart([("1", None)]),
        bars=_bars(lang),
        no_bars=bar_chart([]),
        map=_map(request, lang),
        net=_network(request, lang),
    )


@cache
def colour_tokens() -> tuple[str, ...]:
    """Names of the colours of the stylesheet, in its order."""
    return tuple(dict.fromkeys(TOKEN.findall(stylesheet())))


def _line() -> LineChart:
    return line_chart([(f"{20 + night}/11/2026", value) for night, value in enumerate(NIGHTS)])


def _bars(language: Language) -> BarChart:
    rows = [
        (say(language, "components.sample.name"), 42.0),
        (say(language, "components.sample.long_name"), 17.0),
        (say(language, "components.sample.nobody"), 0.0),
    ]
    return bar_chart(rows, department=["77", "91", None])


def _map(request: Request, language: Language) -> TerritoryMap:
    name = say(language, "components.sample.name")
    href = address(request, "/administration/composants", language)
    markers = [
        Marker(*PLACES["77"], name, "own", mark="●"),
        Marker(*PLACES["91"], name, "partner", href=href, mark="1"),
        Marker(48.96, 2.88, "Meaux", "d77", weight=0.6),
        Marker(48.45, 2.16, "Étampes", "d91", weight=0.3),
        Marker(48.38, 2.95, "Montereau", "commune", weight=0.1),
    ]
    return territory_map(markers, [Link(PLACES["77"], PLACES["91"], "supply", weight=0.5)])


def _network(request: Request, language: Language) -> Network:
    href = address(request, "/administration/composants", language)
    nodes = [
        Node("own", say(language, "components.sample.name"), "own"),
        Node("a", say(language, "components.sample.long_name"), "d91", href),
        Node("b", say(language, "components.sample.nobody"), "d77"),
    ]
    kinds = (RelationKind.SUPPLY, RelationKind.PLATO)
    edges = [
        Edge("own", other, kind.value, say(language, f"components.sample.{kind.value}"))
        for other, kind in zip(("a", "b"), kinds, strict=True)
    ]
    return network(nodes, edges, seed=1)
