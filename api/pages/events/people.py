"""One participant of an event: added, looked up in the directory, changed by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import SystemRandom
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk
from api.pages.events.head import SEATED, event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render, typeset
from matchmaker.companies import Company, is_siret
from matchmaker.errors import MatchmakerError, UnknownEventError
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.life import CHANGES, Change, Edit, Event
from matchmaker.events.registration_columns import registration_values
from matchmaker.events.registration_sheets import OPTED_OUT
from matchmaker.events.registrations import Registration, Status, registration_fault
from matchmaker.events.services.contacting import check_firms_kept
from matchmaker.events.services.intake import completed
from matchmaker.explain import display_name
from matchmaker.identifiers import new_id
from matchmaker.store import CompanyQuery, Unit
from matchmaker.tabular.rejects import BadValueError
from matchmaker.tabular.sheets import SheetRow
from matchmaker.tabular.wording import reason_text
from matchmaker.texts import Language

router = APIRouter(prefix="/evenements/{event_id}/inscriptions/personne", include_in_schema=False)

FIRMS_SHOWN = 8
FIELDS = (
    "name",
    "company",
    "siret",
    "department",
    "email",
    "status",
    "unavailable",
    "min",
    "max",
    "table",
    "group",
    "standby",
)
"""Fields of the form; they are read as the cells of a spreadsheet are."""
_SEATED_ONLY = ("unavailable", "min", "max", "table")

WhoQuery = Annotated[str, Query(alias="id", max_length=60)]
SiretQuery = Annotated[str, Query(max_length=14)]
SearchQuery = Annotated[str, Query(max_length=200)]


@dataclass
class PersonForm:
    """A participant in a form.

    Parameters
    ----------
    who
        Id of a stored participant; empty of a new one.
    typed
        Texts by field.
    mentor
        Whether they guide a Plato group.
    wrong
        What is wrong, by field, as sentences.
    """

    who: str
    typed: dict[str, str]
    mentor: bool = False
    wrong: dict[str, str] = field(default_factory=dict)


@router.get("")
async def person_page(
    request: Request,
    desk: DeskDep,
    who: WhoQuery = "",
    siret: SiretQuery = "",
    q: SearchQuery = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Show a participant as a form; a firm that is chosen from the directory fills it in."""

    def work(unit: Unit, event: Event) -> tuple[Event, PersonForm, Company | None]:
        firm = unit.companies.servable([siret]).get(siret) if is_siret(siret) else None
        form = _stored(event, _participant(unit, event, who)) if who else _blank()
        if firm is not None:
            form.typed |= {
                "company": display_name(firm, lang),
                "siret": firm.siret,
                "department": firm.department,
            }
        return event, form, firm

    event, form, firm = await desk.read(work)
    found = await _looked_up(desk, q)
    return _page(request, desk, lang, event, form, q=q, found=found, firm=firm)


async def _looked_up(desk: EventDesk, q: str) -> Sequence[Company]:
    if not q.strip():
        return ()
    await desk.service.searches.count(desk.caller.id, desk.service.now())
    query = CompanyQuery(text=q.strip(), page_size=FIRMS_SHOWN)
    found = await desk.service.read(lambda unit: unit.companies.search(query))
    return found.items


def _participant(unit: Unit, event: Event, who: str) -> Registration:
    people = {each.id: each for each in unit.events.registrations.all(event.id)}
    if who not in people:
        raise UnknownEventError(f"event {event.id!r} has no participant {who!r}; go back to them.")
    return people[who]


def _blank() -> PersonForm:
    return PersonForm("", dict.fromkeys(FIELDS, "") | {"status": Status.REGISTERED.value})


def _stored(event: Event, registration: Registration) -> PersonForm:
    typed = {
        "name": registration.name,
        "company": registration.company,
        "siret": registration.siret or "",
        "department": registration.department or "",
        "email": "",
        "status": registration.status.value,
        "unavailable": "; ".join(map(str, registration.unavailable)),
        "min": str(registration.min or ""),
        "max": "" if registration.max is None else str(registration.max),
        "table": "" if registration.table is None else str(registration.table),
        "group": registration.group or "",
        "standby": "oui" if registration.standby else "",
    }
    return PersonForm(registration.id, typed, registration.id in _mentors(event.details))


def _mentors(details: EventDetails) -> tuple[str, ...]:
    return tuple(details.settings.get("mentors", ()))


def _page(
    request: Request,
    desk: EventDesk,
    lang: Language,
    event: Event,
    form: PersonForm,
    *,
    q: str = "",
    found: Sequence[Company] = (),
    firm: Company | None = None,
    status: int = 200,
    refused: MatchmakerError | None = None,
) -> Response:
    return render(
        request,
        "events/person.html",
        lang,
        status=refusal_status(refused) if refused else status,
        head=event_head(event, lang),
        tab="registrations",
        event=event,
        form=form,
        q=q,
        found=[(each, display_name(each, lang)) for each in found],
        firm=firm,
        seated=event.details.kind in SEATED,
        is_plato=event.details.kind is EventKind.PEER_GROUPS,
        statuses=_statuses(form),
        may_change=Change.REGISTRATIONS in CHANGES[event.state],
        refused=refusal_text(refused, lang) if refused else "",
    )


def _statuses(form: PersonForm) -> list[str]:
    """Statuses to choose from: those set by hand, and what was noted of this person."""
    by_hand = [Status.REGISTERED, Status.INVITED, Status.CANCELLED]
    noted = [each for each in Status if each.value == form.typed["status"]]
    return list(dict.fromkeys(each.value for each in [*by_hand, *noted]))


@router.post("")
async def save_person(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Write one participant, whole; an empty e-mail leaves the one that is known."""
    sent = await read_form(request)
    form = PersonForm(
        sent.text("id")[:60],
        {name: sent.text(name) for name in FIELDS},
        sent.ticked("mentor"),
    )
    edit = desk.edit(None, sent.version())
    event, values = await desk.read(lambda _, event: (event, _values(form, event, lang)))
    if form.wrong:
        return _page(request, desk, lang, event, form, status=422)
    mails = _mails(sent, values)

    def work(unit: Unit, event: Event) -> Event:
        return _write(unit, event, desk, edit, form, values, mails, lang)

    try:
        await desk.write(work)
    except _WrongField:
        return _page(request, desk, lang, event, form, status=422)
    except MatchmakerError as error:
        now = await desk.read(lambda _, event: event)
        return _page(request, desk, lang, now, form, refused=error)
    path = f"/evenements/{desk.event_id}/inscriptions"
    return RedirectResponse(address(request, path, lang, fait="saved"), status_code=303)


class _WrongField(Exception):  # noqa: N818 - no error of the service: the form says what is wrong
    """A field that only the store could judge; nothing is written."""


def _values(form: PersonForm, event: Event, lang: Language) -> dict[str, Any]:
    """Read the fields as cells of a spreadsheet, and note what is wrong with each."""
    row = SheetRow(1, form.typed)
    seated = event.details.kind in SEATED
    columns = {name: name for name in FIELDS if seated or name not in _SEATED_ONLY}
    while True:
        try:
            return registration_values(row, columns, event.details, Counter())
        except BadValueError as fault:
            form.wrong[fault.column] = _said(fault.reason, lang)
            del columns[fault.column]
            if "name" not in columns:
                return {}


def _said(reason: str, lang: Language) -> str:
    text = typeset(lang, reason_text(reason, lang))
    return text[:1].upper() + text[1:]


def _mails(sent: Form, values: dict[str, Any]) -> tuple[str | None, ...]:
    """Say what becomes of the e-mail: a new one, none any more, or, with nothing, what is known."""
    email: str | None = values.pop("email", None)
    if sent.ticked("sans_courriel"):
        return (None,)
    return (email,) if email else ()


def _write(
    unit: Unit,
    event: Event,
    desk: EventDesk,
    edit: Edit,
    form: PersonForm,
    values: Mapping[str, Any],
    mails: tuple[str | None, ...],
    lang: Language,
) -> Event:
    before = unit.events.registrations.all(event.id)
    if form.who:
        registration = replace(_participant(unit, event, form.who), **values)
        if registration.status is not Status.LATE:
            registration = replace(registration, from_slot=None)
    else:
        drawn = new_id(SystemRandom(), {each.id for each in before})
        registration = completed(unit, [Registration(id=drawn, **values)])[0]
    _judge(unit, event, form, registration, lang)
    check_firms_kept(unit, desk.caller, before, [registration])
    emails = {registration.id: mails[0]} if mails else {}
    after = unit.events.registrations.put(event.id, edit, [registration], emails)
    return _note_mentor(unit, after, edit, registration.id, form.mentor)


def _judge(
    unit: Unit, event: Event, form: PersonForm, registration: Registration, lang: Language
) -> None:
    fault = registration_fault(registration, event.details)
    if fault is None and registration.siret in unit.exclusions.opted_out():
        fault = ("siret", OPTED_OUT)
    if fault is not None:
        name = fault[0] if fault[0] in FIELDS else "status"
        form.wrong[name] = _said(fault[1], lang)
        raise _WrongField


def _note_mentor(unit: Unit, event: Event, edit: Edit, who: str, mentor: bool) -> Event:
    """Keep who guides Plato groups, which the settings of the event say."""
    known = _mentors(event.details)
    if event.details.kind is not EventKind.PEER_GROUPS or (who in known) == mentor:
        return event
    mentors = (*known, who) if mentor else tuple(each for each in known if each != who)
    settings = {**event.details.settings, "mentors": list(mentors)}
    changed = replace(event.details, settings=settings)
    return unit.events.change(event.id, replace(edit, version=event.version), changed)
