"""The sheet of a firm: what the registry says, what it declares, whom it knows, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from random import SystemRandom
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.access import DirectoryCaller, IntroductionsCaller, require_reach
from api.deps import LanguageQuery, Service, ServiceDep, Siret
from api.pages.advisers.sheet_view import SheetReading, sheet_of
from api.pages.firms.refusals import said_of_firms
from api.pages.forms import read_form
from api.pages.rendering import address, language_of, render
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.companies import siret_problem
from matchmaker.errors import SnapshotError, UnknownCompanyError
from matchmaker.identifiers import new_id
from matchmaker.intents import INTENT_OF, ROLES, Role
from matchmaker.introductions.moves import MAX_MESSAGE, propose
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.introductions.refusals import CapacityRefusal, PairRefusal, RequestRefusal
from matchmaker.privacy.contacts import contact_for
from matchmaker.store import Unit
from matchmaker.suggestions import Place
from matchmaker.texts import Language, say
from models.places import place_in_lists

router = APIRouter(prefix="/entreprises/{siret}/fiche", include_in_schema=False)


@router.get("")
async def sheet_page(
    request: Request,
    siret: Siret,
    caller: DirectoryCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the sheet of a firm, as far as the reader may see it; never its contact."""
    return await _sheet(request, siret, caller, service, lang)


@router.post("/coordonnees")
async def contact(
    request: Request, siret: Siret, caller: DirectoryCaller, service: ServiceDep
) -> Response:
    """Show the contact of a firm to those who may have it; each reading is logged."""
    await read_form(request)
    lang = language_of(request)
    found = await service.write(
        lambda unit: contact_for(unit, caller, siret, at=service.now(), purpose="profile")
    )
    return await _sheet(request, siret, caller, service, lang, contact={"found": found})


@router.post("/proposer")
async def propose_meeting(
    request: Request, siret: Siret, caller: IntroductionsCaller, service: ServiceDep
) -> Response:
    """Propose that the firm meets another one, in the name of whoever asks for it."""
    await service.read(lambda unit: require_reach(unit, caller, Right.INTRODUCTIONS, siret))
    form, lang = await read_form(request), language_of(request)
    typed = {name: form.text(name) for name in ("partner", "role", "message")}
    partner = typed["partner"].replace(" ", "")
    wrong = _wrong(siret, partner, typed)
    if wrong is None:
        try:
            made = await service.write(
                lambda unit: _propose(service, unit, caller, (siret, partner), typed)
            )
        except (PairRefusal, CapacityRefusal) as refused:
            wrong = ("", await said_of_firms(service, refused, lang))
        except RequestRefusal as refused:
            wrong = ("", refused.sentence(lang))
        except UnknownCompanyError:
            wrong = ("partner", say(lang, "sheet.wrong.unknown"))
        else:
            target = address(request, f"/mises-en-relation/{made.id}", lang, fait="board.proposed")
            return RedirectResponse(target, status_code=303)
    else:
        wrong = (wrong[0], say(lang, wrong[1], longest=MAX_MESSAGE))
    return await _sheet(request, siret, caller, service, lang, typed=typed, wrong=wrong)


def _wrong(siret: str, partner: str, typed: Mapping[str, str]) -> tuple[str, str] | None:
    """Field that cannot be taken as it is, and the key of the sentence that says why."""
    if siret_problem(partner) is not None:
        return "partner", "sheet.wrong.siret"
    if partner == siret:
        return "partner", "sheet.wrong.same"
    if typed["role"] not in set(Role):
        return "role", "sheet.wrong.role"
    if len(typed["message"]) > MAX_MESSAGE:
        return "message", "sheet.wrong.message"
    return None


def _propose(
    service: Service,
    unit: Unit,
    caller: Principal,
    pair: tuple[str, str],
    typed: Mapping[str, str],
) -> Introduction:
    siret, partner = pair
    require_reach(unit, caller, Right.INTRODUCTIONS, siret)
    role = Role(typed["role"])
    place = _place(service, siret, partner, role)
    proposal = Proposal(siret, partner, INTENT_OF[role], role, typed["message"], place)
    return propose(
        unit,
        service.settings,
        service.post,
        caller,
        proposal,
        at=service.now(),
        drawn=new_id(SystemRandom()),
    )


def _place(service: Service, siret: str, partner: str, role: Role) -> Place | None:
    try:
        published = service.snapshots.current()
    except SnapshotError:
        return None  # an introduction needs no suggestion
    return place_in_lists(published, siret, partner, INTENT_OF[role])


async def _sheet(
    request: Request,
    siret: str,
    caller: Principal,
    service: Service,
    lang: Language,
    *,
    contact: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    wrong: tuple[str, str] | None = None,
) -> Response:
    try:
        published = service.snapshots.current()
    except SnapshotError:
        published = None  # the sheet needs no suggestions
    reading = SheetReading(caller, service.settings, published, service.now(), lang)
    sheet = await service.read(lambda unit: sheet_of(reading, unit, siret))
    return render(
        request,
        "firms/sheet.html",
        lang,
        status=422 if wrong else 200,
        head=sheet.head,
        tab="sheet",
        sheet=sheet,
        contact=contact,
        typed=typed or {},
        wrong=wrong,
        roles=ROLES,
        max_message=MAX_MESSAGE,
    )
