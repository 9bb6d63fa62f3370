"""What every page of the room has: its places, moments and sizes in words."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response

from api.pages.administration.figures import written
from api.pages.rendering import address, render, typeset
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.texts import Language, catalogue, say

PARIS = ZoneInfo("Europe/Paris")
HOME = "/administration"
PLACES = (
    ("nights", HOME, Right.OPERATIONS),
    ("quality", f"{HOME}/qualite", Right.QUALITY),
    ("imports", f"{HOME}/imports", Right.OPERATIONS),
    ("accounts", f"{HOME}/comptes", Right.ACCOUNTS),
    ("ties", "/comptes", Right.CLAIMS),
    ("keys", f"{HOME}/cles", Right.KEYS),
    ("outbox", f"{HOME}/courrier", Right.OUTBOX),
    ("journal", f"{HOME}/journal", Right.AUDIT),
    ("settings", f"{HOME}/reglages", Right.OPERATIONS),
)
"""Pages of the room: who has the right sees the entry."""
_STEP = 1000
_UNITS = ("bytes", "kilobytes", "megabytes", "gigabytes", "terabytes")


def administration_page(
    request: Request,
    caller: Principal,
    place: str,
    template: str,
    language: Language,
    *,
    status: int = 200,
    **values: object,
) -> Response:
    """Render a page of the room.

    Parameters
    ----------
    place
        Key of the page among the places.
    template
        File of the folder `administration`.
    values
        What the template shows.
    """
    return render(
        request,
        f"administration/{template}",
        language,
        status=status,
        headers=None,
        places=places(request, caller, place, language),
        moment=partial(moment, language),
        size=partial(size, language),
        told=partial(told, language),
        written=partial(written, language=language),
        **values,
    )


def places(
    request: Request, caller: Principal, place: str, language: Language
) -> list[tuple[str, str, bool]]:
    """List the places of the room that a caller may see: text, address, whether it is open."""
    return [
        (
            say(language, f"administration.place.{key}"),
            address(request, path, language),
            key == place,
        )
        for key, path, right in PLACES
        if caller.reach(right) is not Reach.NONE
    ]


def told(language: Language, key: str, otherwise: str) -> str:
    """Say a text that the catalogue may not have: codes that other rooms make up are many."""
    return typeset(language, say(language, key)) if key in catalogue(language) else otherwise


def moment(language: Language, at: datetime | None) -> str:
    """Write a moment as clocks in Paris show it; a dash where there is none."""
    if at is None:
        return "–"
    form = "%d/%m/%Y à %H:%M" if language == "fr" else "%Y-%m-%d %H:%M"
    return at.astimezone(PARIS).strftime(form)


def size(language: Language, count: int) -> str:
    """Write a number of bytes with the unit that keeps it short."""
    amount, unit = float(count), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    digits = 0 if unit == 0 or amount >= 100 else 1
    text = f"{amount:.{digits}f}"
    shown = text.replace(".", say(language, "words.number_comma"))
    return say(language, f"administration.size.{_UNITS[unit]}", amount=shown)
