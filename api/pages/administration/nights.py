"""The nights that were published, kept or held back, and the way back to an earlier one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import OperationsCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.administration.figures import written
from api.pages.administration.overview import overview
from api.pages.administration.room import HOME, administration_page
from api.pages.forms import read_form
from api.pages.rendering import address, language_of, typeset
from matchmaker.errors import SnapshotError
from matchmaker.store import Unit
from matchmaker.store.snapshots import Snapshot, all_snapshots, first_fault, roll_back
from matchmaker.texts import Language, catalogue, say

router = APIRouter(prefix=HOME, include_in_schema=False)

ROLLED_BACK = "snapshot.rolled_back"
"""Action in the audit log."""
LONGEST_NAME = 60
_GATE = re.compile(r"is (\S+), (?:below|above) the limit (\S+) \(quality\.(m(?:in|ax)_(\w+))\)$")


@dataclass(frozen=True)
class NightRow:
    """One night of the list.

    Parameters
    ----------
    snapshot
        What it made.
    at
        Its moment.
    held_back
        Why it was not published, in the reader's words.
    fault
        What an integrity check found: empty where all is well, `None` where none was made.
    """

    snapshot: Snapshot
    at: datetime
    held_back: tuple[str, ...]
    fault: str | None


@router.get("")
async def nights_page(
    request: Request, caller: OperationsCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Show the state of the service, and every night that is kept."""
    kept = await run_sync(all_snapshots, service.settings.snapshots_folder)
    return administration_page(
        request,
        caller,
        "nights",
        "nights.html",
        lang,
        rows=[night_row(each, lang) for each in kept],
        overview=await overview(service, kept, lang),
        checked=None,
    )


@router.post("/verification")
async def verify_nights(
    request: Request, caller: OperationsCaller, service: ServiceDep
) -> Response:
    """Compare every file with its digest; nothing changes, so the answer is the page itself."""
    lang = language_of(request)
    kept = await run_sync(all_snapshots, service.settings.snapshots_folder)
    rows = []
    for each in kept:
        fault = await run_sync(_fault, each, lang)
        rows.append(night_row(each, lang, fault))
    return administration_page(
        request,
        caller,
        "nights",
        "nights.html",
        lang,
        rows=rows,
        overview=await overview(service, kept, lang),
        checked=sum(1 for row in rows if row.fault),
    )


def _fault(snapshot: Snapshot, language: Language) -> str:
    try:
        found = first_fault(snapshot.folder)
    except SnapshotError:
        return say(language, "administration.nights.fault.manifest")
    if found is None:
        return ""
    name, kind = found
    return say(language, f"administration.nights.fault.{kind}", name=name)


def night_row(snapshot: Snapshot, language: Language, fault: str | None = None) -> NightRow:
    """Put a night into words."""
    return NightRow(
        snapshot,
        datetime.fromisoformat(snapshot.manifest["created_at"]),
        tuple(broken_gate(reason, language) for reason in snapshot.held_back),
        fault,
    )


def broken_gate(reason: str, language: Language) -> str:
    """Say in the reader's language which gate a night broke; as it stands where that is unknown."""
    found = _GATE.search(reason)
    if found is None or f"administration.figure.{found[4]}.title" not in catalogue(language):
        return reason
    value, limit, setting, figure = found.groups()
    return typeset(
        language,
        say(
            language,
            f"administration.gates.broken_{setting[:3]}",
            figure=say(language, f"administration.figure.{figure}.title"),
            value=written(figure, float(value), language),
            limit=written(figure, float(limit), language),
        ),
    )


@router.get("/retour")
async def rollback_page(
    request: Request,
    caller: OperationsCaller,
    service: ServiceDep,
    nuit: Annotated[str, Query(max_length=LONGEST_NAME)],
    lang: LanguageQuery = "fr",
) -> Response:
    """Say what going back to a night would change, and ask for confirmation."""
    return await _confirmation(request, caller, service, nuit, lang)


@router.post("/retour")
async def go_back(request: Request, caller: OperationsCaller, service: ServiceDep) -> Response:
    """Serve another night from the next request on, if nothing was published meanwhile."""
    form, lang = await read_form(request), language_of(request)
    name, since = form.text("nuit"), form.text("servie")
    if since != await _served_name(service):
        return await _confirmation(request, caller, service, name, lang, overtaken=True)
    try:
        chosen = await run_sync(roll_back, service.settings.snapshots_folder, name)
    except SnapshotError:
        return await _confirmation(request, caller, service, name, lang, damaged=True)
    service.snapshots.look_again()
    now = service.now()

    def note(unit: Unit) -> None:
        told: Mapping[str, object] = {"before": since, "held_back": bool(chosen.held_back)}
        unit.audit.note(at=now, by=caller, action=ROLLED_BACK, subject=chosen.name, **told)

    await service.write(note)
    done = address(request, HOME, lang, fait="administration.rolled_back")
    return RedirectResponse(done, status_code=303)


async def _served_name(service: Service) -> str:
    kept = await run_sync(all_snapshots, service.settings.snapshots_folder)
    return next((each.name for each in kept if each.published), "")


async def _confirmation(
    request: Request,
    caller: OperationsCaller,
    service: Service,
    name: str,
    language: Language,
    *,
    overtaken: bool = False,
    damaged: bool = False,
) -> Response:
    kept = await run_sync(all_snapshots, service.settings.snapshots_folder)
    rows = [night_row(each, language) for each in kept]
    return administration_page(
        request,
        caller,
        "nights",
        "rollback.html",
        language,
        status=409 if overtaken or damaged else 200,
        wanted=next((row for row in rows if row.snapshot.name == name), None),
        served=next((row for row in rows if row.snapshot.published), None),
        overtaken=overtaken,
        damaged=damaged,
    )
