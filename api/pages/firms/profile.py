"""What a firm declares: read it, try a change, store it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.access import ProfileCaller, require_reach
from api.deps import LanguageQuery, ServiceDep, Siret
from api.pages.firms.effects import Preview, chosen_intent, preview_of
from api.pages.firms.own import OwnFirm, own_firm
from api.pages.firms.profile_form import (
    FIELDS,
    Draft,
    Typed,
    has_public_name,
    read_draft,
    typed_of,
)
from api.pages.forms import Form, read_form
from api.pages.rendering import address, language_of, render
from api.privacy_schemas import MOST_CAPACITY
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.companies import Contact, Profile
from matchmaker.intents import Intent
from matchmaker.introductions.refusals import PARIS
from matchmaker.privacy.contacts import contact_for
from matchmaker.privacy.profiles import changed_fields, declare
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(prefix="/entreprises", include_in_schema=False)

PURPOSE = "profile"
"""What a contact is read for, as the log has it."""


@dataclass(frozen=True)
class Stored:
    """A profile as it was read, with the firm that declares it; `None` where it declares none."""

    firm: OwnFirm
    declared: Profile | None

    @property
    def profile(self) -> Profile:
        """What it declares, or an empty profile."""
        return self.declared or Profile(self.firm.company.siret, consent=False)

    @property
    def stamp(self) -> str:
        """Moment of the last change, to see whether somebody else was faster."""
        changed_at = self.profile.changed_at
        return "" if changed_at is None else changed_at.isoformat()


@dataclass(frozen=True)
class Conflict:
    """What somebody else has stored since the page was read.

    Parameters
    ----------
    by, day, hour
        Who, and when; empty where a file was imported.
    fields
        Name and stored text of each field that differs from what was typed.
    """

    by: str
    day: str
    hour: str
    fields: tuple[tuple[str, str], ...]


@router.get("/{siret}/profil")
async def profile_page(
    request: Request,
    siret: Siret,
    caller: ProfileCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show what a firm declares, its contact included, which is noted."""
    now = service.now()

    def read(unit: Unit) -> tuple[Stored, Contact]:
        stored = _stored(unit, caller, siret, lang)
        contact = contact_for(unit, caller, siret, at=now, purpose=PURPOSE)
        return stored, contact or Contact()

    stored, contact = await service.write(read)
    return _page(request, service, lang, stored, typed_of(stored.profile, contact))


@router.post("/{siret}/profil")
async def save_profile(
    request: Request, siret: Siret, caller: ProfileCaller, service: ServiceDep
) -> Response:
    """Store what was typed, unless it is wrong or somebody else was faster."""
    form, lang, now = await read_form(request), language_of(request), service.now()

    def write(unit: Unit) -> tuple[Stored, Draft, Conflict | None]:
        stored = _stored(unit, caller, siret, lang)
        draft = read_draft(form, stored.firm.company, stored.profile)
        conflict = _conflict(unit, caller, stored, draft, form, now)
        if not draft.wrong and conflict is None:
            declare(unit, draft.profile, by=caller, at=now)
        return stored, draft, conflict

    stored, draft, conflict = await service.write(write)
    if draft.wrong or conflict:
        return _page(
            request, service, lang, stored, draft.typed,
            intent=chosen_intent(form), wrong=draft.wrong, conflict=conflict,
        )  # fmt: skip
    target = address(request, f"/entreprises/{siret}/profil", lang, fait="profile.saved")
    return RedirectResponse(target, status_code=303)


@router.post("/{siret}/profil/effet")
async def preview_profile(
    request: Request, siret: Siret, caller: ProfileCaller, service: ServiceDep
) -> Response:
    """Show what an edit would change in the suggestions; nothing is stored."""
    form, lang = await read_form(request), language_of(request)
    stored = await service.read(lambda unit: _stored(unit, caller, siret, lang))
    draft, intent = read_draft(form, stored.firm.company, stored.profile), chosen_intent(form)
    preview = await preview_of(service, stored.firm.company, stored.declared, draft, intent, lang)
    return _page(
        request, service, lang, stored, draft.typed,
        intent=intent, wrong=draft.wrong, preview=preview, read_at=form.text("read_at"),
    )  # fmt: skip


def _stored(unit: Unit, caller: Principal, siret: str, language: Language) -> Stored:
    require_reach(unit, caller, Right.PROFILE, siret)
    return Stored(own_firm(unit, caller, siret, language), unit.profiles.get(siret))


def _conflict(
    unit: Unit, caller: Principal, stored: Stored, draft: Draft, form: Form, now: datetime
) -> Conflict | None:
    """Say what somebody else has stored meanwhile; nothing where that is what was typed."""
    profile = stored.profile
    changed = changed_fields(profile, draft.profile)
    if form.text("read_at") == stored.stamp or not changed:
        return None
    # The contact is told again, and that is a line of the log.
    contact = contact_for(unit, caller, profile.siret, at=now, purpose=PURPOSE) or Contact()
    theirs = typed_of(profile, contact).texts
    differing = tuple(
        (name, theirs[name]) for name in FIELDS if theirs[name] != draft.typed.texts[name]
    )
    at = profile.changed_at.astimezone(PARIS) if profile.changed_at else None
    return Conflict(
        by=profile.changed_by or "",
        day=at.date().isoformat() if at else "",
        hour=f"{at:%H:%M}" if at else "",
        fields=differing,
    )


def _page(
    request: Request,
    service: ServiceDep,
    language: Language,
    stored: Stored,
    typed: Typed,
    *,
    intent: Intent = Intent.SUPPLY,
    wrong: frozenset[str] = frozenset(),
    conflict: Conflict | None = None,
    preview: Preview | None = None,
    read_at: str | None = None,
) -> Response:
    """Render the page; a preview shows mistakes as well, and is no refusal."""
    status = 409 if conflict else 422 if wrong and preview is None else 200
    return render(
        request,
        "firms/profile.html",
        language,
        status=status,
        head=stored.firm.head,
        firm=stored.firm,
        tab="profile",
        profile=stored.profile,
        typed=typed.texts,
        consent=typed.consent,
        read_at=stored.stamp if read_at is None else read_at,
        has_public_name=has_public_name(stored.firm.company, stored.profile),
        default_capacity=service.settings.model.capacity,
        most_capacity=MOST_CAPACITY,
        intents=[(each.value, say(language, f"intent.{each}")) for each in Intent],
        intent=intent,
        wrong=wrong,
        conflict=conflict,
        preview=preview,
    )
