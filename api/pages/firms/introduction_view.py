"""The page of one introduction: where it stands, why, and its history."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fastapi import Request
from fastapi.responses import Response

from api.access import require_reach
from api.deps import Service
from api.pages.firms.introduction_history import Told, history_of
from api.pages.firms.introduction_items import Item, Reading, has_contact, item_of
from api.pages.firms.own import OwnFirm, own_firm
from api.pages.rendering import render
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.companies import Contact
from matchmaker.errors import SnapshotError
from matchmaker.introductions.life import MADE, OPEN, UNDER_WAY, DeclineReason, Result, State
from matchmaker.introductions.moves import MAX_NOTE
from matchmaker.introductions.pairs import again_at, day_in_paris
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.results import questions
from matchmaker.mail.words import without_contacts
from matchmaker.store import Unit
from matchmaker.store.introductions import unknown_introduction
from matchmaker.texts import Language, say
from models.pair_reasons import reasons_between


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that was refused, and why it was."""

    problem: str = ""
    move: str = ""
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Whole:
    """Everything that the page shows of an introduction.

    Parameters
    ----------
    firm, item
        The firm, and the introduction as it reads it.
    found
        As it is stored.
    offers, needs
        What the other firm lets be read of its profile.
    why
        What speaks for the two, to this firm.
    history
        The latest first.
    again
        Day from which the firm may ask for the other one again, once this request is withdrawn;
        empty for at once. Nothing where that is no question.
    """

    firm: OwnFirm
    item: Item
    found: Introduction
    offers: str
    needs: str
    why: tuple[str, ...]
    history: list[Told]
    again: str | None


@dataclass(frozen=True)
class Asked:
    """Which page is asked for, and by whom.

    Parameters
    ----------
    siret, introduction_id
        The firm that is spoken for, and the introduction.
    caller
        Who asks.
    language
        Of the page.
    """

    siret: str
    introduction_id: str
    caller: Principal
    language: Language


def found_for(unit: Unit, asked: Asked) -> Introduction:
    """Read an introduction of a firm that the caller's right reaches.

    Raises
    ------
    NotAllowedError
        If the firm is none of theirs.
    UnknownIntroductionError
        If there is none of this firm.
    """
    require_reach(unit, asked.caller, Right.INTRODUCTIONS, asked.siret)
    found = unit.introductions.get(asked.introduction_id)
    if asked.siret not in (found.company, found.partner):
        raise unknown_introduction(asked.introduction_id)
    return found


async def introduction_page(
    request: Request,
    service: Service,
    asked: Asked,
    *,
    typed: Typed | None = None,
    contact: Contact | None = None,
    status: int = 200,
) -> Response:
    """Render the page.

    Parameters
    ----------
    request, service, asked
        What is asked for.
    typed
        What was typed into a form that was refused.
    contact
        Of the other side, where it was asked for.
    status
        Of the answer.
    """
    now = service.now()

    def read(unit: Unit) -> Whole:
        found = found_for(unit, asked)
        reading = Reading(unit, asked.caller, asked.siret, service.settings, now, asked.language)
        return _whole(service, reading, found)

    whole = await service.read(read)
    language, asked_days = asked.language, questions(service.settings)
    return render(
        request,
        "firms/introduction.html",
        language,
        status=status,
        head=whole.firm.head,
        firm=whole.firm,
        tab="introductions",
        whole=whole,
        item=whole.item,
        has_contact=has_contact(whole.found),
        contact=contact,
        typed=typed or Typed(),
        reasons=tuple(DeclineReason),
        reason_options=[
            (each.value, say(language, f"own_introductions.reason.{each}"))
            for each in DeclineReason
        ],
        question_options=[
            (days, say(language, "own_introductions.outcome.after", days=days))
            for days in asked_days
        ],
        results=tuple(Result),
        questions=asked_days,
        max_note=MAX_NOTE,
    )


def _whole(service: Service, reading: Reading, found: Introduction) -> Whole:
    unit, other = reading.unit, found.other_than(reading.siret)
    item = item_of(reading, found)
    profile = unit.profiles.get(other) if item.other.shown else None
    told = profile is not None and profile.consent
    return Whole(
        firm=own_firm(unit, reading.caller, reading.siret, reading.language),
        item=item,
        found=found,
        offers=without_contacts(profile.offers, reading.language) if profile and told else "",
        needs=without_contacts(profile.needs, reading.language) if profile and told else "",
        why=_why(service, reading, found),
        history=history_of(reading, found, item.other),
        again=_again(reading, found),
    )


def _again(reading: Reading, found: Introduction) -> str | None:
    """Tell the asking side when it could ask once more."""
    if found.company != reading.siret or found.state not in (*OPEN, State.WITHDRAWN):
        return None
    others = reading.unit.introductions.between(found.company, found.partner)
    between = [each for each in others if each.id != found.id]
    if any(each.state in (*OPEN, *MADE) for each in between):
        return None
    if found.state is not State.WITHDRAWN:
        found = replace(found, state=State.WITHDRAWN, state_at=reading.at)
    again = again_at(reading.rules, [*between, found], found.company, reading.at)
    return day_in_paris(again) if again > reading.at else ""


def _why(service: Service, reading: Reading, found: Introduction) -> tuple[str, ...]:
    if found.state not in UNDER_WAY:
        return ()
    try:
        published = service.snapshots.current()
    except SnapshotError:
        return ()
    reasons = reasons_between(
        published,
        reading.unit,
        reading.siret,
        found.other_than(reading.siret),
        found.intent,
        language=reading.language,
        rules=service.settings.eligibility,
    )
    return tuple(each.text for each in reasons)
