"""Links of letters: opening one asks for confirmation, and only that does what it is for.

No right is needed: the token is the proof. It is in no address that leaves the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.deps import LanguageQuery, Service, ServiceDep
from api.errors import BadValueError
from api.pages.forms import Form as SentForm
from api.pages.forms import read_form
from api.pages.rendering import render
from matchmaker.accounts.changes import hashed
from matchmaker.errors import AccountError, LinkError, SnapshotError
from matchmaker.intents import Intent
from matchmaker.introductions.life import DeclineReason
from matchmaker.introductions.naming import name_in, named
from matchmaker.mail.following import REASONS, Following, Form, PlaceOf, actor_of, follow
from matchmaker.mail.links import LinkPurpose, MailLink
from matchmaker.mail.tokens import read_link
from matchmaker.store import Unit
from matchmaker.suggestions import Place
from matchmaker.texts import Language, say
from models.places import place_in_lists

router = APIRouter(prefix="/liens", include_in_schema=False)

Token = Annotated[str, Path(max_length=1024)]
PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""Headers of every page here: its address is a secret, and nobody else's business."""


@dataclass(frozen=True)
class Asked:
    """What the page of a link asks, in the words of the catalogue.

    Parameters
    ----------
    link
        What was followed.
    name
        Firm or account that it is about.
    answer
        What is answered, where the link holds the answer.
    fictional
        Whether the firm is invented.
    """

    link: MailLink
    name: str
    answer: str
    fictional: bool


@router.get("/{token}")
async def link_page(
    request: Request, token: Token, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Say what a link would do, and ask for confirmation; nothing changes."""
    return _page(request, service, lang, await _read(service, token, lang))


@router.post("/{token}")
async def follow_link(
    request: Request, token: Token, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Do what a link is for, once.

    Mail programs unsubscribe in this way without showing the page (RFC 8058): they send no cookie,
    and no page of ours has sent them.
    """
    fields = await read_form(request)
    asked = await _read(service, token, lang)
    form = Form(reason=_reason(fields), every_topic=fields.ticked("every_topic"))
    if asked.link.purpose is LinkPurpose.PASSWORD:
        problem = _password_mismatch(fields, lang)
        try:
            form = Form(password_hash="" if problem else await _hash(service, asked.link, fields))
        except AccountError:
            problem = say(lang, "mail.page.password_refused")
        if problem:
            return _page(request, service, lang, asked, problem=problem)

    def work(unit: Unit) -> None:
        following = Following(unit, service.settings, service.post, _places(service), service.now())
        follow(following, read_link(unit, service.signer, token, service.now()), form)

    await service.write(work)
    return _page(request, service, lang, asked, done=True)


async def _read(service: Service, token: str, language: Language) -> Asked:
    return await service.read(
        lambda unit: _asked(unit, read_link(unit, service.signer, token, service.now()), language)
    )


def _asked(unit: Unit, link: MailLink, language: Language) -> Asked:
    details = link.details
    if link.purpose is LinkPurpose.PASSWORD:
        account = unit.accounts.get(link.account_id or "")
        return Asked(link, account.name or account.email, "", account.demo)
    siret = details.get("partner") or _other_side(unit, link) or link.siret
    companies = named(unit, actor_of(link.siret or ""), [siret] if siret else [])
    company = companies.get(siret or "")
    name = name_in(companies, siret, language) if siret else ""
    answer = ""
    if link.purpose is LinkPurpose.OUTCOME:
        answer = say(language, f"mail.outcome.{details['answer']}")
    if link.purpose is LinkPurpose.FEEDBACK:
        answer = say(language, f"mail.digest.{details['kind']}", name=name)
    return Asked(link, name, answer, company is not None and company.fictional)


def _other_side(unit: Unit, link: MailLink) -> str | None:
    if link.introduction_id is None or link.siret is None:
        return None
    return unit.introductions.get(link.introduction_id).other_than(link.siret)


def _reason(fields: SentForm) -> DeclineReason:
    given = fields.text("reason", DeclineReason.NOT_RELEVANT.value)
    if given not in tuple(REASONS):
        raise BadValueError("the reason is none of those of the page.")
    return DeclineReason(given)


def _password_mismatch(fields: SentForm, language: Language) -> str:
    if fields.exact("password") == fields.exact("again"):
        return ""
    return say(language, "mail.page.password_differs")


async def _hash(service: Service, link: MailLink, fields: SentForm) -> str:
    """Hash the password before anything is written: it takes long."""
    account = await service.read(lambda unit: unit.accounts.get(link.account_id or ""))
    if not account.active:
        raise LinkError("the account of this link is closed; nothing was changed.")
    settings, password = service.settings.access, fields.exact("password")
    return await run_sync(hashed, service.passwords, settings, account, password)


def _places(service: Service) -> PlaceOf:
    def place_of(reader: str, partner: str, intent: Intent) -> Place | None:
        try:
            published = service.snapshots.current()
        except SnapshotError:
            return None
        return place_in_lists(published, reader, partner, intent)

    return place_of


def _page(
    request: Request,
    service: Service,
    language: Language,
    asked: Asked,
    *,
    done: bool = False,
    problem: str = "",
) -> Response:
    return render(
        request,
        "link.html",
        language,
        status=422 if problem else 200,
        headers=PRIVATE,
        key=f"mail.page.{asked.link.purpose}",
        asked=asked,
        details=asked.link.details,
        reasons=REASONS if asked.link.purpose is LinkPurpose.DECLINE else (),
        password_length=service.settings.access.password_length,
        done=done,
        problem=problem,
    )
