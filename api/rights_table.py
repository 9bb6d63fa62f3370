"""The table of who may use which route, written from the routes themselves.

`python -m api.rights_table` writes it into `docs/access.md`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from api.access import right_of
from api.app import create_app
from matchmaker.accounts.roles import RIGHTS, Reach, Right, Role
from matchmaker.settings import Settings

PUBLIC = frozenset(
    {
        "GET /health",
        "GET /ready",
        "POST /v1/session",
        "GET /connexion",
        "POST /connexion",
        "POST /deconnexion",
        "GET /mentions-legales",
        "GET /confidentialite",
        "GET /static",
    }
)
"""What anybody may use."""
PUBLIC_BELOW = ("/connexion/", "/liens/")
"""Beginnings of addresses that anybody may use: ways to sign in, and signed links of letters."""
DOCUMENT = Path(__file__).parents[1] / "docs" / "access.md"
BEGIN, END = "<!-- routes: written by `make docs-rights` -->", "<!-- end of routes -->"
_REACHES = {
    Reach.NONE: "",
    Reach.OWN: "own firms",
    Reach.CHAMBER: "chamber's firms",
    Reach.ALL: "yes",
}


@dataclass(frozen=True, order=True)
class Door:
    """One route with what it needs."""

    path: str
    method: str
    right: Right | None

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def is_public(self) -> bool:
        """Whether anybody may use it."""
        return self.name in PUBLIC or self.path.startswith(PUBLIC_BELOW)


def doors(app: FastAPI) -> list[Door]:
    """List the routes of an application by path."""
    return sorted(
        (door for route in app.routes for door in _doors_of(route)),
        key=lambda door: (door.path, door.method),
    )


def _doors_of(route: BaseRoute) -> Iterator[Door]:
    if isinstance(route, APIRoute):
        for method in route.methods:
            yield Door(route.path, method, right_of(route))
    elif isinstance(route, Mount):
        yield Door(route.path, "GET", None)
    else:
        yield Door(getattr(route, "path", "?"), "?", None)


def table(app: FastAPI) -> str:
    """Write the table in Markdown: one line per route, one column per role."""
    roles = tuple(Role)
    lines = [
        "| route | right | " + " | ".join(_heading(role) for role in roles) + " |",
        "|" + "---|" * (2 + len(roles)),
    ]
    for door in doors(app):
        cells = [_cell(door, role) for role in roles]
        right = f"`{door.right.value}`" if door.right else "none: public"
        lines.append(f"| `{door.name}` | {right} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _heading(role: Role) -> str:
    return "service key" if role is Role.SERVICE else role.value


def _cell(door: Door, role: Role) -> str:
    if door.right is None:
        return "yes"
    return _REACHES[RIGHTS[role].get(door.right, Reach.NONE)]


def written_into(text: str, rights: str) -> str:
    """Put a table between the two marks of a document.

    Raises
    ------
    ValueError
        If the document lacks a mark.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"document must have the marks {BEGIN!r} and {END!r}")
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{rights}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Write the table into the documentation."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(written_into(text, table(create_app(Settings()))), encoding="utf-8")


if __name__ == "__main__":
    main()
