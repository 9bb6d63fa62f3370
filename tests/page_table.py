"""Every page of the service, who looks at it, and at which address: one row per GET route."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI
from full_homes import FullHome

from api.rights_table import doors

NOT_PAGES = re.compile(r"/(v1/.*|health|ready|metrics|static)")
"""Routes for programs."""


@dataclass(frozen=True)
class Place:
    """A page as somebody opens it.

    Parameters
    ----------
    route
        Path of the route.
    who
        Name of a person of `FullHome`; nobody has to sign in for `None`.
    query
        What stands behind the path; `{name}` stands for a value of the home.
    name
        Told apart by it from other rows of the same route.
    values
        Names of values that stand in the address in place of others.
    status
        With which it answers.
    """

    route: str
    who: str | None
    query: str = ""
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @property
    def id(self) -> str:
        """What a test is called by."""
        return f"{self.route} {self.name}".strip()

    def address(self, home: FullHome) -> str:
        """Path and query in a home; what stands for an event or an introduction is its name."""
        known = home.values | {name: _found(home, value) for name, value in self.values.items()}
        path = re.sub(r"\{(\w+)\}", lambda found: known[found[1]], self.route)
        query = re.sub(r"\{(\w+)\}", lambda found: known[found[1]], self.query)
        return f"{path}?{query}" if query else path


def _found(home: FullHome, value: str) -> str:
    return (
        home.events.get(value) or home.introductions.get(value) or home.values.get(value) or value
    )


FIRM = "/entreprises/{siret}"
EVENT = "/evenements/{event_id}"

PLACES: tuple[Place, ...] = (
    # For everybody
    Place("/connexion", None),
    Place("/mentions-legales", None),
    Place("/confidentialite", None),
    Place("/liens/{token}", None, values={"token": "nothing"}, status=410),
    Place("/", "firm"),
    Place("/", "adviser", query="q=menuiserie", name="search"),
    Place("/", "firm", query="q=introuvable", name="nothing found"),
    Place("/nulle-part", "firm", name="no such page", status=404),
    # Entrepreneurs
    Place(FIRM, "firm"),
    Place(FIRM, "firm", query="intent=supply", name="one intent"),
    Place(FIRM, "firm", values={"siret": "partner"}, name="of another firm"),
    Place(f"{FIRM}/profil", "firm"),
    Place(f"{FIRM}/donnees", "firm"),
    Place(f"{FIRM}/mises-en-relation", "firm"),
    Place(f"{FIRM}/mises-en-relation/{{introduction_id}}", "firm"),
    Place(
        f"{FIRM}/mises-en-relation/{{introduction_id}}",
        "firm",
        values={"introduction_id": "asked"},
        name="that waits",
    ),
    Place("/mon-compte", "firm"),
    Place("/mon-compte", "adviser", name="of an adviser"),
    Place("/mon-compte/rattachement", "firm"),
    Place("/mon-compte/rattachement/{claim_id}", "firm"),
    # Advisers
    Place(FIRM, "adviser", name="read by an adviser"),
    Place(f"{FIRM}/fiche", "adviser"),
    Place(f"{FIRM}/profil", "adviser", name="read by an adviser"),
    Place(f"{FIRM}/mises-en-relation", "adviser", name="read by an adviser"),
    Place("/portefeuille", "adviser"),
    Place("/portefeuille/entreprises", "adviser", query="need=incomplete"),
    Place("/cette-nuit", "adviser"),
    Place("/territoire", "adviser"),
    Place("/listes", "adviser"),
    Place("/listes/{list_id}", "adviser"),
    Place("/listes/{list_id}", "adviser", values={"list_id": "search"}, name="that is a search"),
    Place("/listes/{list_id}/inviter", "adviser"),
    Place("/mises-en-relation", "adviser"),
    Place("/mises-en-relation/{introduction_id}", "adviser"),
    Place("/comptes", "adviser", query="siret={siret}"),
    # Events
    Place("/evenements", "administrator"),
    Place("/evenements/nouveau", "administrator"),
    Place("/evenements/nouveau", "adviser", query="liste={list_id}", name="for a list"),
    Place(EVENT, "administrator"),
    Place(EVENT, "administrator", values={"event_id": "draft"}, name="draft"),
    Place(f"{EVENT}/modifier", "administrator", values={"event_id": "draft"}),
    Place(f"{EVENT}/inscriptions", "administrator"),
    Place(
        f"{EVENT}/inscriptions", "administrator", values={"event_id": "draft"}, name="of a draft"
    ),
    Place(f"{EVENT}/inscriptions/personne", "administrator", query="id={participant}"),
    Place(f"{EVENT}/souhaits", "administrator"),
    Place(f"{EVENT}/souhaits", "administrator", query="vue=matrice", name="as a matrix"),
    Place(
        f"{EVENT}/souhaits",
        "administrator",
        query="vue=matrice&qui={participant}",
        name="of one person",
    ),
    Place(f"{EVENT}/souhaits", "administrator", query="qui={participant}", name="with suggestions"),
    Place(f"{EVENT}/invitations", "administrator", values={"event_id": "invitations"}),
    Place(f"{EVENT}/invitations", "administrator", name="from a list"),
    Place(f"{EVENT}/planning", "administrator"),
    Place(f"{EVENT}/planning", "administrator", values={"event_id": "round_tables"}, name="tables"),
    Place(f"{EVENT}/planning", "administrator", values={"event_id": "peer_groups"}, name="groups"),
    Place(f"{EVENT}/planning/grille", "administrator"),
    Place(f"{EVENT}/planning/grille", "administrator", query="vue=tables", name="by table"),
    Place(f"{EVENT}/planning/rendez-vous", "administrator", query="rdv={meeting}"),
    Place(f"{EVENT}/planning/groupes", "administrator", values={"event_id": "peer_groups"}),
    Place(
        f"{EVENT}/planning/groupes/deplacer",
        "administrator",
        query="qui={participant}",
        values={"event_id": "peer_groups"},
    ),
    Place(f"{EVENT}/planning/imprimer", "administrator"),
    Place(f"{EVENT}/jour", "administrator", values={"event_id": "day"}),
    Place(f"{EVENT}/jour", "administrator", name="too early"),
    Place(f"{EVENT}/jour/maintenant", "administrator", values={"event_id": "day"}),
    Place(f"{EVENT}/jour/reparation", "administrator", values={"event_id": "day"}),
    Place(f"{EVENT}/jour/suites", "administrator", values={"event_id": "day"}),
    Place(f"{EVENT}/jour/annonces", "administrator", "avant=1&apres=2", values={"event_id": "day"}),
    # Administrators
    Place("/administration", "administrator"),
    Place("/administration/composants", "administrator"),
    Place("/administration/comptes", "administrator"),
    Place("/administration/comptes/nouveau", "administrator"),
    Place("/administration/comptes/{account_id}", "administrator"),
    Place("/administration/comptes/{account_id}/suppression", "administrator"),
    Place("/administration/cles", "administrator"),
    Place("/administration/cles/{key_id}", "administrator"),
    Place("/administration/courrier", "administrator"),
    Place("/administration/imports", "administrator"),
    Place("/administration/imports/rejets", "administrator", query="fichier={rejects}"),
    Place("/administration/journal", "administrator"),
    Place("/administration/journal/contacts", "administrator"),
    Place("/administration/qualite", "administrator"),
    Place("/administration/reglages", "administrator"),
    Place("/administration/retour", "administrator", query="nuit={snapshot}"),
)
"""Rows of one route differ by their name. A page that says what is wrong is a page too."""

FILES: tuple[Place, ...] = (
    Place(f"{FIRM}/donnees/copie", "firm"),
    Place(f"{FIRM}/mises-en-relation/{{introduction_id}}/rendez-vous.ics", "firm"),
    Place("/mon-compte/copie", "firm"),
    Place("/territoire/{name}.csv", "adviser", values={"name": "secteurs"}),
    *(
        Place("/listes/{list_id}/liste.{kind}", "adviser", values={"kind": kind}, name=kind)
        for kind in ("xlsx", "csv")
    ),
    *(
        Place(f"{EVENT}/inscriptions/{name}", "administrator")
        for name in ("modele.xlsx", "liste.xlsx", "liste.csv")
    ),
    Place(f"{EVENT}/souhaits/modele.xlsx", "administrator"),
    *(
        Place(
            f"{EVENT}/invitations/liste.{kind}", "administrator", values={"event_id": "invitations"}
        )
        for kind in ("xlsx", "csv")
    ),
    *(
        Place(
            f"{EVENT}/planning/fichiers/{{format}}",
            "administrator",
            values={"format": kind},
            name=kind,
        )
        for kind in ("xlsx", "csv", "ics", "pdf-badges", "json")
    ),
    Place("/administration/imports/rejets/fichier", "administrator", query="fichier={rejects}"),
)
"""Routes that give a file."""

ELSEWHERE = frozenset({"/connexion/oidc", "/connexion/oidc/retour"})
"""Ways to the identity provider and back; tests with a provider of their own go them."""


def page_routes(app: FastAPI) -> set[str]:
    """Paths of every GET route for people."""
    return {
        door.path
        for door in doors(app)
        if door.method == "GET" and not NOT_PAGES.fullmatch(door.path)
    }
