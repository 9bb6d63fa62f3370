"""The table of who may use which route, written from the routes themselves.

`python -m api.rights_table` writes it into `docs/access.md`; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

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
ENTREPRENEURS = frozenset(
    {
        "POST /v1/account/claims",
        "POST /v1/account/claims/{claim_id}",
        "GET /mon-compte/rattachement",
        "POST /mon-compte/rattachement",
        "GET /mon-compte/rattachement/{claim_id}",
        "POST /mon-compte/rattachement/{claim_id}",
    }
)
"""What a right opens to entrepreneurs only: nobody else acts for firms of their own."""
DOCUMENT = Path(__file__).parents[1] / "docs" / "access.md"
BEGIN, END = "<!-- routes: written by `make docs-rights` -->", "<!-- end of routes -->"
_REACHES = {
    Reach.NONE: "",
    Reach.OWN: "own firms",
    Reach.CHAMBER: "chamber's firms",
    Reach.ALL: "yes",
}


@dataclass(frozen=True)
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

    def reach(self, role: Role) -> Reach:
        """How far a role gets here."""
        if self.right is None:
            return Reach.ALL
        if self.name in ENTREPRENEURS and role is not Role.ENTREPRENEUR:
            return Reach.NONE
        return RIGHTS[role].get(self.right, Reach.NONE)


def doors(app: FastAPI) -> list[Door]:
    """List the routes of an application by path."""
    found = [
        Door(route.path or "", method, right_of(route))
        for route in iter_route_contexts(app.routes)
        for method in route.methods or {"GET"}  # a folder of files names no method
    ]
    return sorted(found, key=lambda door: (door.path, door.method))


def table(app: FastAPI) -> str:
    """Write the table in Markdown: one line per route, one column per role."""
    roles = tuple(Role)
    lines = [
        "| route | right | " + " | ".join(_heading(role) for role in roles) + " |",
        "|" + "---|" * (2 + len(roles)),
    ]
    for door in doors(app):
        cells = [_REACHES[door.reach(role)] for role in roles]
        right = f"`{door.right.value}`" if door.right else "none: public"
        lines.append(f"| `{door.name}` | {right} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _heading(role: Role) -> str:
    return "service key" if role is Role.SERVICE else role.value


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
