"""What the head of each page offers to whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right, Role


@dataclass(frozen=True)
class Entry:
    """One place that the head of a page leads to.

    Parameters
    ----------
    key
        Of its name, below `navigation`.
    path
        Its address, without language.
    current
        Whether the page that is open is there.
    """

    key: str
    path: str
    current: bool


ADVISERS = (
    ("portfolio", "/portefeuille", Right.PORTFOLIO),
    ("tonight", "/cette-nuit", Right.PORTFOLIO),
    ("board", "/mises-en-relation", Right.INTRODUCTIONS),
    ("events", "/evenements", Right.EVENTS),
    ("territory", "/territoire", Right.PORTFOLIO),
    ("administration", "/administration", Right.OPERATIONS),
)
"""Places of advisers and administrators: who has the right sees the entry."""


def entries(caller: Principal | None, path: str) -> list[Entry]:
    """List the places of a reader.

    Parameters
    ----------
    caller
        Who reads; nobody has no places.
    path
        Of the page that is open.
    """
    if caller is None:
        return []
    if caller.role is Role.ENTREPRENEUR:
        places = _of_a_firm(caller, path)
    else:
        places = [
            (key, place) for key, place, right in ADVISERS if caller.reach(right) is not Reach.NONE
        ]
    places.append(("directory", "/"))
    return [Entry(key, place, _is_at(path, place)) for key, place in places]


def own_firm(caller: Principal, path: str) -> str | None:
    """Pick the firm that an entrepreneur is about: the one of the address, or their first one."""
    parts = path.split("/")
    if len(parts) > 2 and parts[1] == "entreprises" and parts[2] in caller.companies:
        return parts[2]
    return min(caller.companies, default=None)


def _of_a_firm(caller: Principal, path: str) -> list[tuple[str, str]]:
    siret = own_firm(caller, path)
    if siret is None:
        return []
    home = f"/entreprises/{siret}"
    return [
        ("suggestions", home),
        ("profile", f"{home}/profil"),
        ("introductions", f"{home}/mises-en-relation"),
    ]


def _is_at(path: str, place: str) -> bool:
    """Whether a page is at a place, or below it; a firm's home and the search are pages alone."""
    below = place != "/" and not place.startswith("/entreprises/")
    below = below or place.endswith(("/profil", "/mises-en-relation"))
    return path == place or (below and path.startswith(f"{place}/"))
