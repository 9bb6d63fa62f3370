"""Suggested wishes: whom one participant might wish to meet, and why, from the served night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from anyio.to_thread import run_sync

from api.event_access import EventDesk
from api.pages.directory import firm_document
from matchmaker.errors import SnapshotError
from matchmaker.events.life import Event, EventKind
from matchmaker.events.registrations import Registration
from matchmaker.events.wish_suggestions import WishSuggestion, suggested_wishes
from matchmaker.events.wishes import Wish
from matchmaker.intents import Intent
from matchmaker.store import Unit
from matchmaker.suggestions import Band
from matchmaker.texts import Language
from models.event_reasons import FitReason, fit_reasons
from models.event_scores import MEETINGS, event_fits
from models.published import Published

AT_ONCE = 250
"""Firms of an event whose scores a page reckons unasked, in some tenths of a second."""

State = Literal["found", "no_night", "no_firm", "not_served", "nobody", "waiting"]


@dataclass(frozen=True)
class Advised:
    """Somebody whom the participant might wish to meet.

    Parameters
    ----------
    person
        Whom.
    firm
        Their firm, as a row of a list shows it.
    role, band
        What the firm is to the participant's, and how much evidence that rests on.
    why
        The largest reason, said to the participant's firm; empty where none can be told.
    wishes_back
        Whether they wish to meet the participant already.
    """

    person: Registration
    firm: dict[str, Any]
    role: str
    band: Band
    why: str
    wishes_back: bool


@dataclass(frozen=True)
class WishAdvice:
    """What is suggested to one participant; `state` says why it is nothing.

    Parameters
    ----------
    state
        `found`; no night is served (`no_night`); the participant has no SIRET (`no_firm`); their
        firm is not in the night, or not to be shown today (`not_served`); nobody is left
        (`nobody`); it takes a while and was not asked for (`waiting`).
    items
        The best first.
    night
        Moment of the night, as ISO 8601; empty where there is none.
    unknown
        Participants of whom nothing is known, so that they are suggested to nobody.
    """

    state: State
    items: tuple[Advised, ...] = ()
    night: str = ""
    unknown: int = 0


async def wish_advice(
    desk: EventDesk,
    event: Event,
    who: Registration,
    people: Sequence[Registration],
    wishes: Sequence[Wish],
    asked: bool,
    language: Language,
) -> WishAdvice:
    """Find whom a participant might wish to meet.

    Parameters
    ----------
    people, wishes
        All of the event.
    asked
        Whether somebody waits for it, however large the event is.
    """
    if who.siret is None:
        return WishAdvice("no_firm")
    try:
        published = await run_sync(desk.service.snapshots.current)
    except SnapshotError:
        return WishAdvice("no_night")
    firms = sorted({each.siret for each in people if each.siret is not None})
    if len(firms) > AT_ONCE and not asked:
        return WishAdvice("waiting")

    def work(unit: Unit) -> WishAdvice:
        return _advice(published, unit, event, who, (people, wishes), firms, language)

    return await desk.service.rank(work)


def _advice(
    published: Published,
    unit: Unit,
    event: Event,
    who: Registration,
    said: tuple[Sequence[Registration], Sequence[Wish]],
    firms: Sequence[str],
    language: Language,
) -> WishAdvice:
    people, wishes = said
    night = str(published.manifest["created_at"])
    fits = event_fits(published, unit, firms, _intents(event))
    unknown = sum(each.siret not in fits.scores.sirets for each in people)
    if who.siret not in fits.scores.sirets:
        return WishAdvice("not_served", night=night, unknown=unknown)
    near = event.details.settings.get("same_department") is True
    found = suggested_wishes(who, people, wishes, fits.scores, same_department=near)
    partners = [str(each.person.siret) for each in found]
    told = fit_reasons(published, unit, fits, who.siret, partners, language)
    items = tuple(
        _advised(each, told[siret], language)
        for each, siret in zip(found, partners, strict=True)
        if siret in told
    )
    return WishAdvice("found" if items else "nobody", items, night, unknown)


def _intents(event: Event) -> Sequence[Intent]:
    """Why people of an event meet: in a peer group to compare notes, else for business."""
    return (Intent.PEER,) if event.details.kind is EventKind.PEER_GROUPS else MEETINGS


def _advised(each: WishSuggestion, told: FitReason, language: Language) -> Advised:
    firm = firm_document(told.company, language)
    return Advised(each.person, firm, told.role.value, told.band, told.text, each.wishes_back)
