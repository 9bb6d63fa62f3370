"""One introduction of a firm: where it stands, what may be done, its history."""

from __future__ import annotations

from dataclasses import replace
from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.access import IntroductionsCaller
from api.deps import LanguageQuery, Service, ServiceDep, Siret
from api.errors import BadValueError
from api.introduction_documents import reading_party
from api.pages.firms.introduction_items import Item, Reading, has_contact, item_of
from api.pages.firms.introduction_view import Asked, Typed, found_for, introduction_page
from api.pages.firms.own import OwnFirm, own_firm
from api.pages.firms.refusals import said_of_firms
from api.pages.forms import Form, read_form
from api.pages.rendering import address, day, language_of
from matchmaker.companies import Contact
from matchmaker.errors import SnapshotError
from matchmaker.identifiers import new_id
from matchmaker.introductions.life import DeclineReason, Move, Result, State
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.introductions.refusals import (
    CapacityRefusal,
    ChangedMeanwhile,
    MoveRefusal,
    PairRefusal,
    RequestRefusal,
    StateRefusal,
)
from matchmaker.introductions.results import record_outcome
from matchmaker.mail.proposals import proposal, proposed_start
from matchmaker.privacy.contacts import contact_for
from matchmaker.store import Unit
from matchmaker.texts import say
from models.places import place_in_lists

router = APIRouter(prefix="/entreprises/{siret}/mises-en-relation", include_in_schema=False)

IntroductionId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
Refused = ChangedMeanwhile | MoveRefusal | StateRefusal | RequestRefusal
REFUSALS = (ChangedMeanwhile, MoveRefusal, StateRefusal, RequestRefusal)
"""What the page says beside the form; everything else has a page of its own."""


@router.get("/{introduction_id}")
async def read_introduction(
    request: Request,
    siret: Siret,
    introduction_id: IntroductionId,
    caller: IntroductionsCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show one introduction; the contact of the other side is not in it yet."""
    return await introduction_page(request, service, Asked(siret, introduction_id, caller, lang))


@router.post("/{introduction_id}/coordonnees")
async def contact_page(
    request: Request,
    siret: Siret,
    introduction_id: IntroductionId,
    caller: IntroductionsCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show it with the contact of the other side, which the log notes: no link opens it."""
    await read_form(request)
    now, asked = service.now(), Asked(siret, introduction_id, caller, lang)

    def read(unit: Unit) -> Contact:
        found = found_for(unit, asked)
        item_of(Reading(unit, caller, siret, service.settings, now, lang), found)
        if not has_contact(found):
            raise StateRefusal("contact")
        known = contact_for(
            unit, caller, found.other_than(siret),
            at=now, purpose="introduction", introduction_id=found.id,
        )  # fmt: skip
        return known or Contact()

    contact = await service.write(read)
    return await introduction_page(request, service, asked, contact=contact)


@router.get("/{introduction_id}/rendez-vous.ics")
async def first_date(
    siret: Siret,
    introduction_id: IntroductionId,
    caller: IntroductionsCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Propose a first date, as a file for the calendar: the same as in the letter."""
    now, asked = service.now(), Asked(siret, introduction_id, caller, lang)

    def read(unit: Unit) -> tuple[OwnFirm, Item, Introduction]:
        found = found_for(unit, asked)
        reading = Reading(unit, caller, siret, service.settings, now, lang)
        return own_firm(unit, caller, siret, lang), item_of(reading, found), found

    firm, item, found = await service.read(read)
    if found.introduced_at is None:
        raise StateRefusal("contact")
    start = proposed_start(found.introduced_at)
    names = (firm.head.name, item.other.name)
    file = proposal(found.id, start, names, service.settings.mail, found.introduced_at, lang)
    kept = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.text, media_type=file.kind, headers=kept)


@router.post("/{introduction_id}/avancer")
async def make_move(
    request: Request,
    siret: Siret,
    introduction_id: IntroductionId,
    caller: IntroductionsCaller,
    service: ServiceDep,
) -> Response:
    """Accept, decline, withdraw, or whatever else the caller may do now."""
    form, now = await read_form(request), service.now()
    asked = Asked(siret, introduction_id, caller, language_of(request))
    made, reason = form.text("move"), form.text("reason")

    def write(unit: Unit) -> Introduction:
        found = found_for(unit, asked)
        if made not in tuple(Move) or reason not in ("", *DeclineReason):
            raise BadValueError("the move, or its reason, is none of those of the page.")
        return move(
            unit, service.settings, service.post, caller, found.id, Move(made),
            version=form.version(), at=now, siret=siret,
            reason=DeclineReason(reason) if reason else None, note=form.text("note"),
        )  # fmt: skip

    try:
        moved = await service.write(write)
    except REFUSALS as refused:
        return await _refused(request, service, asked, form, refused)
    return _back(request, asked, _done(Move(made), moved))


@router.post("/{introduction_id}/refaire")
async def ask_again(
    request: Request,
    siret: Siret,
    introduction_id: IntroductionId,
    caller: IntroductionsCaller,
    service: ServiceDep,
) -> Response:
    """Ask once more for what the firm has withdrawn: for the same, in the same words."""
    form = await read_form(request)
    asked = Asked(siret, introduction_id, caller, language_of(request))
    drawn = new_id(SystemRandom())

    def write(unit: Unit) -> Introduction:
        found = found_for(unit, asked)
        reading_party(unit, caller, found, siret)
        if found.company != siret or found.state is not State.WITHDRAWN:
            raise StateRefusal("not_withdrawn")
        return propose(
            unit, service.settings, service.post, caller, _once_more(service, found),
            at=service.now(), drawn=drawn,
        )  # fmt: skip

    try:
        made = await service.write(write)
    except (PairRefusal, CapacityRefusal) as refused:
        problem = await said_of_firms(service, refused, asked.language)
        typed = Typed(problem)
        return await introduction_page(request, service, asked, typed=typed, status=409)
    except StateRefusal as refused:
        return await _refused(request, service, asked, form, refused)
    again = replace(asked, introduction_id=made.id)
    return _back(request, again, f"own_introductions.again_{made.state}")


def _once_more(service: Service, found: Introduction) -> Proposal:
    try:
        published = service.snapshots.current()
    except SnapshotError:
        place = None  # an introduction needs no suggestion
    else:
        place = place_in_lists(published, found.company, found.partner, found.intent)
    return Proposal(found.company, found.partner, found.intent, found.role, found.message, place)


@router.post("/{introduction_id}/suites")
async def tell_outcome(
    request: Request,
    siret: Siret,
    introduction_id: IntroductionId,
    caller: IntroductionsCaller,
    service: ServiceDep,
) -> Response:
    """Say what came of it, for this firm."""
    form, now = await read_form(request), service.now()
    asked = Asked(siret, introduction_id, caller, language_of(request))
    result, worth = form.text("result"), form.text("worth")

    def write(unit: Unit) -> Introduction:
        found = found_for(unit, asked)
        if not result:
            raise RequestRefusal("result_missing")
        if result not in tuple(Result) or worth not in ("", "oui", "non"):
            raise BadValueError("the answer is none of those of the page.")
        return record_outcome(
            unit, service.settings, service.post, caller, found.id, Result(result),
            at=now, worth={"oui": True, "non": False}.get(worth), note=form.text("note"),
            days=form.number("days", low=0, high=36_500), siret=siret,
        )  # fmt: skip

    try:
        await service.write(write)
    except REFUSALS as refused:
        return await _refused(request, service, asked, form, refused)
    return _back(request, asked, "own_introductions.record")


def _done(made: Move, moved: Introduction) -> str:
    waits = made is Move.ACCEPT and moved.state is not State.INTRODUCED
    return f"own_introductions.{made}{'_waits' if waits else ''}"


def _back(request: Request, asked: Asked, done: str) -> Response:
    path = f"/entreprises/{asked.siret}/mises-en-relation/{asked.introduction_id}"
    return RedirectResponse(address(request, path, asked.language, fait=done), status_code=303)


async def _refused(
    request: Request, service: Service, asked: Asked, form: Form, refused: Refused
) -> Response:
    """Show the page as it is now, with what was typed, and why nothing was done."""
    lang = asked.language
    problem = refused.sentence(lang)
    if isinstance(refused, ChangedMeanwhile):
        problem = say(
            lang, "own_introductions.changed",
            who=refused.by or say(lang, "introduction.other_side"),
            day=day(lang, refused.at.isoformat()),
            hour=f"{refused.at:%H:%M}",
        )  # fmt: skip
    texts = {name: form.text(name) for name in ("reason", "note", "result", "worth", "days")}
    typed = Typed(problem, form.text("move") or Move.RECORD.value, texts)
    status = 422 if isinstance(refused, RequestRefusal) else 409
    return await introduction_page(request, service, asked, typed=typed, status=status)
