"""One's own account: who one is, language, letters, sessions, a copy of it all, its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.access import OwnAccountCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.firms.data import json_file
from api.pages.forms import read_form
from api.pages.rendering import address, language_of, render
from api.security import drop_session_cookie
from matchmaker.accounts.accounts import Account, Session
from matchmaker.accounts.changes import change_account, end_sessions, untie_company
from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.errors import AccountError
from matchmaker.explain import display_name
from matchmaker.introductions.refusals import PARIS
from matchmaker.mail.letters import Topic
from matchmaker.privacy.erasing import erase_account
from matchmaker.privacy.exporting import account_data
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(prefix="/mon-compte", include_in_schema=False)


@dataclass(frozen=True)
class Firm:
    """A firm that the account acts for.

    Parameters
    ----------
    siret, name, commune, fictional
        As people read it.
    how
        What proved it: end of a key of the catalogue.
    since
        Day.
    known
        Whether the store has it.
    """

    siret: str
    name: str
    commune: str
    fictional: bool
    how: str
    since: str
    known: bool


@dataclass(frozen=True)
class Own:
    """Everything that the page shows of an account."""

    account: Account
    firms: tuple[Firm, ...]
    sessions: tuple[Session, ...]
    refused: frozenset[Topic]


@router.get("")
async def account_page(
    request: Request, caller: OwnAccountCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Show one's own account."""
    return await show_account(request, service, caller, lang)


@router.post("/langue")
async def change_language(
    request: Request, caller: OwnAccountCaller, service: ServiceDep
) -> Response:
    """Choose the language of one's letters, and read on in it."""
    form, now = await read_form(request), service.now()
    wanted = next((each for each in get_args(Language) if each == form.text("language")), None)
    language: Language = wanted or language_of(request)

    def write(unit: Unit) -> None:
        change_account(unit, caller.id, by=caller, at=now, language=language)

    await service.write(write)
    return _back(request, language, "own_account.language")


@router.post("/courriers")
async def choose_letters(
    request: Request, caller: OwnAccountCaller, service: ServiceDep
) -> Response:
    """Choose what one's address is written to about; what is not ticked is refused."""
    form, now = await read_form(request), service.now()
    wanted = set(form.texts("topics"))

    def write(unit: Unit) -> None:
        email = unit.accounts.get(caller.id).email
        for topic in Topic:
            if topic.value in wanted:
                unit.refusals.withdraw(email, topic)
            elif not unit.refusals.holds(email, topic):
                unit.refusals.note(email, topic, now)

    await service.write(write)
    return _back(request, language_of(request), "own_account.letters")


@router.post("/connexions")
async def end_others(request: Request, caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """End one's sessions but this one."""
    now = service.now()
    await service.write(
        lambda unit: end_sessions(unit, caller.id, by=caller, at=now, keep=caller.session)
    )
    return _back(request, language_of(request), "own_account.sessions")


@router.post("/entreprises/quitter")
async def leave_firm(request: Request, caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """Act for a firm no longer; the firm itself stays as it is."""
    form, now = await read_form(request), service.now()
    await service.write(
        lambda unit: untie_company(unit, caller.id, form.text("siret"), by=caller, at=now)
    )
    return _back(request, language_of(request), "own_account.untied")


@router.get("/copie")
async def export_account(caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """Hand out everything that is held on oneself, as one file."""
    now = service.now()
    document = await service.write(lambda unit: account_data(unit, caller.id, by=caller, at=now))
    return json_file(document, "mon-compte.json")


@router.post("/suppression")
async def delete_account(
    request: Request, caller: OwnAccountCaller, service: ServiceDep
) -> Response:
    """Remove one's account, once its address was typed; the session ends."""
    form, lang, now = await read_form(request), language_of(request), service.now()
    typed = form.text("typed")

    def write(unit: Unit) -> bool:
        if typed.lower() != unit.accounts.get(caller.id).email:
            return False
        letters = service.settings.mail_folder
        erase_account(unit, caller.id, by=caller, at=now, letters=letters)
        return True

    try:
        erased = await service.write(write)
    except AccountError:
        return await show_account(request, service, caller, lang, wrong="last", typed=typed)
    if not erased:
        return await show_account(request, service, caller, lang, wrong="typed", typed=typed)
    target = address(request, "/connexion", lang, fait="own_account.deleted")
    response = RedirectResponse(target, status_code=303)
    drop_session_cookie(response, service.settings)
    return response


def _back(request: Request, language: Language, done: str) -> Response:
    return RedirectResponse(address(request, "/mon-compte", language, fait=done), status_code=303)


async def show_account(
    request: Request,
    service: Service,
    caller: Principal,
    language: Language,
    *,
    wrong: str = "",
    problem: str = "",
    typed: str = "",
    status: int | None = None,
) -> Response:
    """Render the page of an account.

    Parameters
    ----------
    request, service, caller, language
        Who reads.
    wrong
        Field that was refused: `"typed"`, `"last"`, or one of the form of the password.
    problem
        Sentence beside it, where it needs one of its own.
    typed
        What was typed to confirm the end of the account.
    status
        Of the answer; by default 200, or 422 where something is wrong.
    """
    now = service.now()
    own = await service.read(lambda unit: _own(unit, caller, language))
    good = [each for each in own.sessions if each.revoked_at is None and each.expires_at > now]
    return render(
        request,
        "account/account.html",
        language,
        status=status or (422 if wrong else 200),
        headers={"Cache-Control": "no-store"},
        account=own.account,
        firms=own.firms,
        sessions=[_session(each, caller.session) for each in good],
        topics=[(each.value, each not in own.refused) for each in Topic],
        languages=get_args(Language),
        password_length=service.settings.access.password_length,
        provider=service.settings.oidc.label,
        wrong=wrong,
        problem=problem,
        typed=typed,
    )


def _own(unit: Unit, caller: Principal, language: Language) -> Own:
    account = unit.accounts.get(caller.id)
    tied = {each.siret: each for each in account.companies}
    companies = unit.companies.many(sorted(tied))
    firms = tuple(
        _firm(siret, companies.get(siret), each.how.value, each.at.isoformat(), language)
        for siret, each in tied.items()
    )
    sessions = tuple(unit.sessions.list(caller.id))
    return Own(account, firms, sessions, unit.refusals.of(account.email))


def _firm(siret: str, company: Company | None, how: str, since: str, language: Language) -> Firm:
    if company is None:
        return Firm(siret, say(language, "company.unnamed"), "", False, how, since, False)
    name = display_name(company, language)
    return Firm(siret, name, company.commune_name, company.fictional, how, since, True)


def _session(session: Session, current: str | None) -> dict[str, object]:
    seen = session.seen_at.astimezone(PARIS)
    return {
        "method": session.method,
        "began": session.created_at.astimezone(PARIS).date().isoformat(),
        "seen": seen.date().isoformat(),
        "hour": f"{seen:%H:%M}",
        "current": session.digest == current,
    }
