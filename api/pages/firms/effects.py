"""The preview of an edited profile: who comes into the suggestions, who goes, who rises."""

from __future__ import annotations

from dataclasses import dataclass

from anyio import fail_after
from anyio.to_thread import run_sync

from api.deps import Service
from api.pages.firms.profile_form import Draft
from api.pages.forms import Form
from matchmaker.companies import Company, Profile
from matchmaker.errors import SnapshotError
from matchmaker.explain import display_name
from matchmaker.intents import Intent
from matchmaker.store import Unit
from matchmaker.suggestions import Suggestion
from matchmaker.texts import Language, say
from models.profile_effect import Effect, Place, effect_of

WAIT_SECONDS = 4.0
"""How long a preview waits for its turn: whoever types on asks again anyway."""


@dataclass(frozen=True)
class Line:
    """One partner of the preview.

    Parameters
    ----------
    siret, name, commune, department, fictional
        The partner.
    role
        What it is to the firm.
    reason
        The first reason for the firm; empty where there is none.
    rank, before
        Places in the new list and in the one before; `None` where it is in none.
    """

    siret: str
    name: str
    commune: str
    department: str
    fictional: bool
    role: str
    reason: str
    rank: int | None
    before: int | None


@dataclass(frozen=True)
class Preview:
    """What the page says of an edit.

    Parameters
    ----------
    state
        `"changed"`, `"same"`, `"out"` (the firm would take no part), `"nobody"` (it would be
        suggested nobody), `"busy"` or `"later"` (no lists yet).
    entering, leaving, rising
        Partners.
    staying
        How many stay as they are, or lower.
    """

    state: str
    entering: tuple[Line, ...] = ()
    leaving: tuple[Line, ...] = ()
    rising: tuple[Line, ...] = ()
    staying: int = 0


def chosen_intent(form: Form) -> Intent:
    """Intent that a form asks for; the first one where it names none."""
    wanted = form.text("intent")
    return Intent(wanted) if wanted in tuple(Intent) else Intent.SUPPLY


async def preview_of(
    service: Service,
    company: Company,
    stored: Profile | None,
    draft: Draft,
    intent: Intent,
    language: Language,
) -> Preview:
    """Compare the lists of the stored and the typed profile; nothing is written.

    One profile is ranked at a time: where others keep the place, it says so.

    Parameters
    ----------
    company
        The firm.
    stored
        What it declares so far; `None` for nothing.
    draft
        What was typed.
    intent, language
        Which list to compare; language of the reasons.
    """
    try:
        published = await run_sync(service.snapshots.current)
    except SnapshotError:
        return Preview("later")

    def work(unit: Unit) -> Effect:
        return effect_of(
            published,
            unit,
            company,
            stored,
            draft.profile,
            intent=intent,
            language=language,
            rules=service.settings.eligibility,
        )

    try:
        with fail_after(WAIT_SECONDS):
            effect = await service.rank(work)
    except TimeoutError:
        return Preview("busy")
    return _preview(effect, language)


def _preview(effect: Effect, language: Language) -> Preview:
    if not effect.takes_part:
        return Preview("out")
    if not effect.places:
        return Preview("nobody", leaving=_lines(effect.leaving, language))
    changed = effect.entering or effect.leaving or effect.rising
    return Preview(
        "changed" if changed else "same",
        entering=tuple(_line_of(place, language) for place in effect.entering),
        leaving=_lines(effect.leaving, language),
        rising=tuple(_line_of(place, language) for place in effect.rising),
        staying=effect.staying,
    )


def _lines(gone: tuple[Suggestion, ...], language: Language) -> tuple[Line, ...]:
    return tuple(_line(each, language, None, None) for each in gone)


def _line_of(place: Place, language: Language) -> Line:
    return _line(place.suggestion, language, place.rank, place.before)


def _line(suggestion: Suggestion, language: Language, rank: int | None, before: int | None) -> Line:
    partner = suggestion.partner
    reasons = suggestion.reasons_for_company
    return Line(
        siret=partner.siret,
        name=display_name(partner, language),
        commune=partner.commune_name,
        department=partner.department,
        fictional=partner.fictional,
        role=say(language, f"role.{suggestion.role}"),
        reason=reasons[0].text if reasons else "",
        rank=rank,
        before=before,
    )
