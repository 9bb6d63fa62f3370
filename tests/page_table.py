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


ADDRESSES = "/entreprises/{siret}"
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
    Place(ADDRESSES, "firm"),
    Place(ADDRESSES, "firm", query="intent=supply", name="one intent"),
    Place(ADDRESSES, "firm", values={"siret": "partner"}, name="of another firm"),
    # Administrators
    Place("/administration/composants", "administrator"),
)
"""Rows of one route differ by their name. A page that says what is wrong is a page too."""

FILES: Mapping[str, tuple[Place, ...]] = {}
"""Routes that give a file, by their path, with every address that a page links to."""

ELSEWHERE = frozenset({"/connexion/oidc", "/connexion/oidc/retour"})
"""Ways to the identity provider and back; tests with a provider of their own go them."""


def page_routes(app: FastAPI) -> set[str]:
    """Paths of every GET route for people."""
    return {
        door.path
        for door in doors(app)
        if door.method == "GET" and not NOT_PAGES.fullmatch(door.path)
    }
