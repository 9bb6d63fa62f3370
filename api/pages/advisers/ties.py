"""Whom a firm knows: its relations as a drawing, and as a list with dates and sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.pages.directory import firm_document
from api.pages.networks import Edge, Network, Node, network
from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.discretion import CONFIDENTIAL, may_be_told
from matchmaker.explain import display_name
from matchmaker.relations import Relation, RelationKind
from matchmaker.store import Unit
from matchmaker.store.introduction_outcomes import SOURCE
from matchmaker.texts import Language, say, say_number

DRAWN = 24
"""Firms in the drawing beside the one that it is about; more cannot be read."""
LISTED = 60
"""Relations in the list."""
LARGEST_GROUP = 25
"""Groups above it tie nobody in particular: they are listed, and not drawn."""
SEED = 7


@dataclass(frozen=True)
class Ties:
    """Relations of a firm.

    Parameters
    ----------
    drawing
        The firm among those that it knows; nothing where it knows nobody.
    rows
        Relations, the latest first: label of the kind, date, source, firms.
    total
        How many there are in all.
    across
        Firms of other departments that it knows.
    left_out
        Firms that the drawing leaves out.
    withheld
        How many relations are not for this reader, as a sentence; empty where there are none.
    """

    drawing: Network | None
    rows: list[dict[str, Any]]
    total: int
    across: int
    left_out: int
    withheld: str


def ties_of(unit: Unit, company: Company, reader: Principal, language: Language) -> Ties:
    """Read the relations of a firm; firms that may not be shown are left out of them.

    Parameters
    ----------
    unit, company
        The store, and the firm.
    reader
        Who reads: what is confidential is told to those who look after one of its two firms.
    language
        Of the labels.
    """
    found = unit.relations.of_company(company.siret)
    found.sort(key=lambda each: (each.date is not None, each.date, each.key), reverse=True)
    relations = _told(unit, found, reader)
    sirets = list(dict.fromkeys(each for held in relations for each in held.members))
    shown = unit.portfolio.shown([each for each in sirets if each != company.siret])
    rows = [_row(held, company, shown, language) for held in relations]
    kept = [row for row in rows if row["firms"] or row["others"]]
    others = [each for each in shown.values() if each.department != company.department]
    drawing, left_out = _drawing(company, relations, shown, language)
    hidden, chamber = len(found) - len(relations), company.department
    withheld = say_number(language, "sheet.withheld", hidden, chamber=chamber) if hidden else ""
    return Ties(drawing, kept[:LISTED], len(kept), len(others), left_out, withheld)


def _told(unit: Unit, found: list[Relation], reader: Principal) -> list[Relation]:
    """Keep the relations that the reader is told of."""
    members = {siret for held in found if held.kind in CONFIDENTIAL for siret in held.members}
    known = unit.companies.many(sorted(members))
    return [
        held
        for held in found
        if may_be_told(
            reader,
            held.kind,
            {siret: known[siret].department for siret in held.members if siret in known},
        )
    ]


def _row(
    held: Relation, company: Company, shown: dict[str, Company], language: Language
) -> dict[str, Any]:
    others = [each for each in held.members if each != company.siret]
    known = [firm_document(shown[each], language) for each in others if each in shown]
    return {
        "kind": kind_of(held, company.siret, language),
        "label": held.label,
        "date": held.date.isoformat() if held.date else None,
        "source": source_of(held.source, language),
        "firms": known[:LARGEST_GROUP],
        # Firms of other territories are not in the store; they count, and have no name here.
        "others": len(others) - len(known[:LARGEST_GROUP]),
    }


def kind_of(held: Relation, siret: str, language: Language) -> str:
    """Name the kind of a relation as the firm sees it: whom it supplies, who supplies it."""
    if held.kind is RelationKind.SUPPLY:
        way = "client" if held.members[0] == siret else "supplier"
        return say(language, f"ties.kind.supply_{way}")
    return say(language, f"ties.kind.{held.kind}")


def source_of(source: str, language: Language) -> str:
    """Name where a relation comes from."""
    if source == SOURCE:
        return say(language, "ties.source.introductions")
    kind = source.partition(":")[0]
    known = {"file", "awards", "events", "event"}
    return say(language, f"ties.source.{kind}" if kind in known else "ties.source.other")


def _drawing(
    company: Company, relations: list[Relation], shown: dict[str, Company], language: Language
) -> tuple[Network | None, int]:
    """Draw the firm, those that it knows, and the ties among them."""
    small = [held for held in relations if len(held.members) <= LARGEST_GROUP]
    near = dict.fromkeys(each for held in small for each in held.members if each in shown)
    if not near:
        return None, 0
    chosen = list(near)[:DRAWN]
    own = Node(company.siret, display_name(company, language), _class(company, own=True))
    nodes = [own, *(_node(shown[each], language) for each in chosen)]
    edges = {
        (company.siret, each, held.kind.value): Edge(
            company.siret, each, held.kind.value, kind_of(held, company.siret, language)
        )
        for held in small
        for each in held.members
        if each in chosen
    }
    return network(nodes, list(edges.values()), SEED), len(near) - len(chosen)


def _node(company: Company, language: Language) -> Node:
    path = f"/entreprises/{company.siret}/fiche"
    return Node(company.siret, display_name(company, language), _class(company), path)


def _class(company: Company, *, own: bool = False) -> str:
    return f"d{company.department} own" if own else f"d{company.department}"
