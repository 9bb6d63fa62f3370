"""Service keys: making one that is shown once, replacing it, ending it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.access import KeysCaller
from api.account_schemas import MAX_OVERLAP_HOURS
from api.deps import LanguageQuery, Service, ServiceDep
from api.errors import BadValueError
from api.pages.administration.room import HOME, administration_page
from api.pages.forms import Form, read_form
from api.pages.rendering import address, language_of
from matchmaker.accounts.accounts import LONGEST_NAME
from matchmaker.accounts.changes import make_key, revoke_key, rotate_key
from matchmaker.accounts.keys import LONGEST_LIFE_DAYS, ServiceKey
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import RIGHTS, Right, Role
from matchmaker.errors import AccountError
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(prefix=f"{HOME}/cles", include_in_schema=False)

SCOPES = tuple(RIGHTS[Role.SERVICE])
SOON = timedelta(days=30)
"""Time before its end at which a key is pointed out."""

KeyId = Annotated[str, Path(max_length=40)]


@dataclass(frozen=True)
class KeyFields:
    """What was typed for a new key."""

    name: str = ""
    scopes: tuple[str, ...] = ()
    chamber: str = ""
    days: str = ""


@dataclass(frozen=True)
class KeyRow:
    """A key, and how it stands: `good`, `soon` (ends within a month), `expired` or `revoked`."""

    key: ServiceKey
    state: str


@router.get("")
async def keys_page(
    request: Request, caller: KeysCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """List the keys, and offer a form for a new one."""
    fields = KeyFields(days=str(service.settings.access.key_days))
    return await _list(request, caller, service, lang, fields, {})


@router.post("")
async def create_key(request: Request, caller: KeysCaller, service: ServiceDep) -> Response:
    """Make a key and show it: this answer is the only one that ever holds it.

    It is no redirect, because an address must not hold a key. A form that is sent a second time (a
    reloaded page) makes no second key: it names how many keys its page showed.
    """
    form, lang = await read_form(request), language_of(request)
    fields = _typed(form)
    wrong = _faults(fields, service)
    known = await service.read(lambda unit: len(unit.keys.list()))
    if form.text("connues") != str(known):
        wrong[""] = "again"
    if wrong:
        return await _list(request, caller, service, lang, fields, wrong)
    now = service.now()
    key, text = await service.write(
        lambda unit: make_key(
            unit,
            SystemRandom(),
            name=fields.name,
            scopes=[Right(scope) for scope in fields.scopes],
            chamber=fields.chamber or None,
            days=int(fields.days),
            by=caller,
            at=now,
        )
    )
    return _shown(request, caller, lang, key, text)


@router.get("/{key_id}")
async def key_page(
    request: Request,
    key_id: KeyId,
    caller: KeysCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show a key, and what may be done with it."""
    return await _one(request, caller, service, key_id, lang)


@router.post("/{key_id}/remplacement")
async def replace_key(
    request: Request, key_id: KeyId, caller: KeysCaller, service: ServiceDep
) -> Response:
    """Put a new key, shown once, in the place of one that has the same name and scopes."""
    form, lang, now = await read_form(request), language_of(request), service.now()
    try:
        hours = form.number("heures", low=0, high=MAX_OVERLAP_HOURS)
    except BadValueError:
        return await _one(request, caller, service, key_id, lang, {"heures": "hours"})
    days = service.settings.access.key_days

    def work(unit: Unit) -> tuple[ServiceKey, str]:
        if unit.keys.get(key_id).revoked_at is not None:
            raise AccountError(f"key {key_id} is replaced already.")
        return rotate_key(
            unit, SystemRandom(), key_id, days=days, overlap_hours=hours, by=caller, at=now
        )

    try:
        key, text = await service.write(work)
    except AccountError:
        return await _one(request, caller, service, key_id, lang, {"": "ended"})
    return _shown(request, caller, lang, key, text)


@router.post("/{key_id}/revocation")
async def end_key(
    request: Request, key_id: KeyId, caller: KeysCaller, service: ServiceDep
) -> Response:
    """End a key from the next request on."""
    form, lang, now = await read_form(request), language_of(request), service.now()
    if not form.ticked("confirme"):
        return await _one(request, caller, service, key_id, lang, {"confirme": "confirm"})
    await service.write(lambda unit: revoke_key(unit, key_id, by=caller, at=now))
    done = address(request, f"{HOME}/cles", lang, fait="administration.key_revoked")
    return RedirectResponse(done, status_code=303)


def key_state(key: ServiceKey, now: datetime) -> str:
    """Say how a key stands."""
    if not key.is_good(now):
        return "expired" if key.expires_at <= now else "revoked"
    return "soon" if min(key.expires_at, key.revoked_at or key.expires_at) - now < SOON else "good"


def _typed(form: Form) -> KeyFields:
    return KeyFields(
        form.text("name"), tuple(form.texts("scopes")), form.text("chamber"), form.text("days")
    )


def _faults(fields: KeyFields, service: Service) -> dict[str, str]:
    """Find what is wrong: keys below `administration.keys.wrong`, by field."""
    found = {}
    if not fields.name or len(fields.name) > LONGEST_NAME or not fields.name.isprintable():
        found["name"] = "name"
    if not fields.scopes or not set(fields.scopes) <= {scope.value for scope in SCOPES}:
        found["scopes"] = "scopes"
    if fields.chamber not in ("", *service.settings.territory.departments):
        found["chamber"] = "chamber"
    plain = fields.days.isascii() and fields.days.isdigit() and len(fields.days) < 6
    if not plain or not 1 <= int(fields.days) <= LONGEST_LIFE_DAYS:
        found["days"] = "days"
    return found


def _shown(
    request: Request, caller: Principal, language: Language, key: ServiceKey, text: str
) -> Response:
    """Show a key that was just made; no cache keeps the page."""
    return administration_page(
        request, caller, "keys", "new_key.html", language, key=key, text=text, status=201
    )


async def _list(
    request: Request,
    caller: Principal,
    service: Service,
    language: Language,
    fields: KeyFields,
    wrong: dict[str, str],
) -> Response:
    keys, now = await service.read(lambda unit: unit.keys.list()), service.now()
    rows = [KeyRow(key, key_state(key, now)) for key in keys]
    return administration_page(
        request,
        caller,
        "keys",
        "keys.html",
        language,
        status=422 if wrong else 200,
        rows=[row for row in rows if row.key.is_good(now)],
        ended=[row for row in rows if not row.key.is_good(now)],
        known=len(keys),
        fields=fields,
        wrong=wrong,
        scopes=SCOPES,
        chambers=service.settings.territory.departments,
        longest=LONGEST_LIFE_DAYS,
    )


async def _one(
    request: Request,
    caller: Principal,
    service: Service,
    key_id: str,
    language: Language,
    wrong: dict[str, str] | None = None,
) -> Response:
    key = await service.read(lambda unit: unit.keys.get(key_id))
    return administration_page(
        request,
        caller,
        "keys",
        "key.html",
        language,
        status=422 if wrong else 200,
        row=KeyRow(key, key_state(key, service.now())),
        wrong=wrong or {},
        most_hours=MAX_OVERLAP_HOURS,
    )
