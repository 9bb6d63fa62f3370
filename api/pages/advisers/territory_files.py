"""The tables of the territory as CSV files, for a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.pages.advisers.territory_view import (
    Figures,
    communities_of,
    epci_names,
    places_of,
    sector_names,
)
from matchmaker.events.exports.sheets import Cell, Sheet
from matchmaker.texts import Language, say

Rows = Sequence[Sequence[Cell]]
KINDS = {"connus": "known", "suggeres": "suggested"}
"""Kinds of flows, by their names in an address."""


def territory_sheet(name: str, territory: Figures, kind: str, language: Language) -> Sheet:
    """Write one table; what may not be told is said in words.

    Parameters
    ----------
    name
        One of `SHEETS`.
    territory
        Figures of a night.
    kind
        `"known"` or `"suggested"`, for tables of flows.
    """
    columns, build = SHEETS[name]
    few = say(language, "territory.joined" if name == "lieux" else "territory.few")
    return Sheet(
        say(language, f"territory.file.{name}"),
        tuple(say(language, f"territory.column.{column}") for column in columns),
        tuple(
            tuple(few if cell is None else cell for cell in row)
            for row in build(territory, kind, language)
        ),
    )


def _sectors(territory: Figures, kind: str, language: Language) -> Rows:
    return _cells(territory[kind]["sectors"], sector_names(language), language)


def _epci_flows(territory: Figures, kind: str, language: Language) -> Rows:
    return _cells(territory[kind]["epci"], epci_names(language), language)


def _cells(table: Figures | None, names: Mapping[str, str], language: Language) -> Rows:
    if table is None:
        return [(say(language, "territory.total"), say(language, "territory.total"), None)]
    rows: list[Sequence[Cell]] = [(names[a], names[b], links) for a, b, links in table["cells"]]
    rest, total = say(language, "territory.rest"), say(language, "territory.total")
    return [*rows, (rest, rest, table["rest"]), (total, total, table["links"])]


def _places(territory: Figures, kind: str, language: Language) -> Rows:
    places = places_of(territory[kind]["epci"], territory["reach"], epci_names(language))
    return [(p.name, p.department, p.links, p.firms, p.reaching) for p in places]


def _communities(territory: Figures, kind: str, language: Language) -> Rows:
    def firms(each: Mapping[str, Any], side: str) -> int | None:
        found = each["departments"]
        return None if found is None else found.get(side, 0)

    return [
        (", ".join(c["names"]), c["size"], firms(c, "77"), firms(c, "91"), c["links"], c["across"])
        for c in communities_of(territory["communities"], language)
    ]


def _introductions(territory: Figures, kind: str, language: Language) -> Rows:
    rows: Rows = territory["introductions"]["months"]
    return rows


SHEETS: Mapping[str, tuple[tuple[str, ...], Callable[[Figures, str, Language], Rows]]] = {
    "secteurs": (("left", "right", "links"), _sectors),
    "epci": (("left_epci", "right_epci", "links"), _epci_flows),
    "lieux": (("epci", "department", "links", "firms", "reaching"), _places),
    "communautes": (("trades", "firms", "firms_77", "firms_91", "ties", "across"), _communities),
    "mises-en-relation": (("month", "made", "went_well"), _introductions),
}
"""Columns and rows of each table, by its name in an address."""
