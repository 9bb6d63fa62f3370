"""What is held on a firm: leaving the service and coming back, a copy of it, its erasure."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.access import OptOutCaller, PrivacyCaller, require_reach
from api.deps import LanguageQuery, Service, ServiceDep, Siret
from api.pages.firms.own import OwnFirm, own_firm
from api.pages.forms import read_form
from api.pages.rendering import address, language_of, render
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right, Role
from matchmaker.privacy.erasing import erase_company
from matchmaker.privacy.exporting import company_data
from matchmaker.privacy.opting_out import opt_in, opt_out
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(prefix="/entreprises", include_in_schema=False)

LONGEST_REASON = 500
"""Characters of a reason that somebody gives for leaving."""


@router.get("/{siret}/donnees")
async def data_page(
    request: Request,
    siret: Siret,
    caller: PrivacyCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Say what is held on a firm, and what its people may do about it."""
    return await _page(request, service, caller, siret, lang)


@router.get("/{siret}/donnees/copie")
async def export_data(siret: Siret, caller: PrivacyCaller, service: ServiceDep) -> Response:
    """Hand out everything that is held on a firm, as one file; the log notes it."""
    now = service.now()

    def read(unit: Unit) -> dict[str, object]:
        require_reach(unit, caller, Right.PRIVACY, siret)
        return company_data(unit, siret, by=caller, at=now)

    return json_file(await service.write(read), f"donnees-{siret}.json")


def json_file(document: object, name: str) -> Response:
    """Answer with a document as a file to keep.

    Parameters
    ----------
    document
        Plain values.
    name
        Of the file, in ASCII.
    """
    return Response(
        orjson.dumps(document, option=orjson.OPT_INDENT_2),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/{siret}/donnees/opposition")
async def leave_service(
    request: Request, siret: Siret, caller: OptOutCaller, service: ServiceDep
) -> Response:
    """Keep a firm out of the service, from the next request on."""
    form, lang, now = await read_form(request), language_of(request), service.now()
    confirmed = form.ticked("confirm")
    reason = form.text("reason")
    wrong = "" if confirmed else "confirm"
    wrong = wrong or ("reason" if len(reason) > LONGEST_REASON else "")

    def write(unit: Unit) -> None:
        require_reach(unit, caller, Right.OPT_OUT, siret)
        if not wrong:
            opt_out(unit, siret, by=caller, at=now, reason=reason)

    await service.write(write)
    if wrong:
        return await _page(
            request, service, caller, siret, lang,
            right=Right.OPT_OUT, wrong=wrong, reason=reason,
        )  # fmt: skip
    return _back(request, siret, lang, "own_data.left")


@router.post("/{siret}/donnees/retour")
async def come_back(
    request: Request, siret: Siret, caller: OptOutCaller, service: ServiceDep
) -> Response:
    """Take a firm back into the service."""
    lang, now = language_of(request), service.now()

    def write(unit: Unit) -> None:
        require_reach(unit, caller, Right.OPT_OUT, siret)
        opt_in(unit, siret, by=caller, at=now)

    await service.write(write)
    return _back(request, siret, lang, "own_data.back")


@router.post("/{siret}/donnees/effacement")
async def erase_data(
    request: Request, siret: Siret, caller: PrivacyCaller, service: ServiceDep
) -> Response:
    """Remove everything that is held on a firm, once its number was typed."""
    form, lang, now = await read_form(request), language_of(request), service.now()
    typed = form.text("typed")
    confirmed = "".join(typed.split()) == siret

    def write(unit: Unit) -> None:
        require_reach(unit, caller, Right.PRIVACY, siret)
        if confirmed:
            letters = service.settings.mail_folder
            erase_company(unit, siret, by=caller, at=now, letters=letters)

    await service.write(write)
    if not confirmed:
        return await _page(request, service, caller, siret, lang, wrong="typed", typed=typed)
    gone = "/mon-compte" if caller.role is Role.ENTREPRENEUR else "/"
    return RedirectResponse(address(request, gone, lang, fait="own_data.erased"), status_code=303)


def _back(request: Request, siret: str, language: Language, done: str) -> Response:
    target = address(request, f"/entreprises/{siret}/donnees", language, fait=done)
    return RedirectResponse(target, status_code=303)


async def _page(
    request: Request,
    service: Service,
    caller: Principal,
    siret: str,
    language: Language,
    *,
    right: Right = Right.PRIVACY,
    wrong: str = "",
    reason: str = "",
    typed: str = "",
) -> Response:
    def read(unit: Unit) -> OwnFirm:
        require_reach(unit, caller, right, siret)
        return own_firm(unit, caller, siret, language)

    firm = await service.read(read)
    return render(
        request,
        "firms/data.html",
        language,
        status=422 if wrong else 200,
        head=firm.head,
        firm=firm,
        tab="profile",
        longest_reason=LONGEST_REASON,
        wrong=wrong,
        reason=reason,
        typed=typed,
    )
