"""A stored plan as a file: read first, draw afterwards, so that no transaction waits for a PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from matchmaker.companies import Company
from matchmaker.errors import ProblemError
from matchmaker.events.conventions.problem import Id
from matchmaker.events.documents import document_bytes
from matchmaker.events.exports.badges import badges
from matchmaker.events.exports.calendars import organiser_calendar, participant_calendar
from matchmaker.events.exports.conventions import convention_timetable
from matchmaker.events.exports.details import EventHeading, PersonDetails
from matchmaker.events.exports.invitations import invitation_sheets, invitation_workbook
from matchmaker.events.exports.peer_groups import peer_group_sheets, peer_group_workbook
from matchmaker.events.exports.print import personal_plans, table_plans
from matchmaker.events.exports.round_tables import round_table_timetable
from matchmaker.events.exports.sheets import timetable_sheet
from matchmaker.events.exports.tables import csv_bytes
from matchmaker.events.exports.timetable import Timetable
from matchmaker.events.exports.workbook import timetable_workbook
from matchmaker.events.invitations.wording import sentence
from matchmaker.events.life import Event, EventKind
from matchmaker.events.registrations import Registration
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.events.services.planning import documents_of, read_plan
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.explain import display_name, trade_text
from matchmaker.store import Unit
from matchmaker.territory import department
from matchmaker.texts import Language, say


class ExportFormat(StrEnum):
    """What a plan can be written as."""

    XLSX = "xlsx"
    ICS = "ics"
    PDF_BADGES = "pdf-badges"
    PDF_PLANS = "pdf-plans"
    PDF_TABLES = "pdf-tables"
    CSV = "csv"
    JSON = "json"


MEDIA_TYPES: Mapping[ExportFormat, str] = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.ICS: "text/calendar; charset=utf-8; method=PUBLISH",
    ExportFormat.PDF_BADGES: "application/pdf",
    ExportFormat.PDF_PLANS: "application/pdf",
    ExportFormat.PDF_TABLES: "application/pdf",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
}
_SEATED = frozenset({EventKind.CONVENTION, EventKind.ROUND_TABLES})


@dataclass(frozen=True)
class Order:
    """What is to be written.

    Parameters
    ----------
    format
        As what.
    number
        Which plan of the event; the one in use if not given.
    participant
        Whose calendar or personal plan; that of the organiser, or of everybody, if not given.
    previous
        Plan that was sent out last, for calendars to cancel what is no more; nothing is cancelled
        if not given.
    language
        Of every word that is not a name.
    """

    format: ExportFormat
    number: int | None = None
    participant: str | None = None
    previous: int | None = None
    language: Language = "fr"


@dataclass(frozen=True)
class Material:
    """Everything that an export is drawn from, read at one moment."""

    event: Event
    order: Order
    plan: StoredPlan
    previous: StoredPlan | None
    people: dict[str, PersonDetails]
    organiser_email: str


@dataclass(frozen=True)
class Exported:
    """A file: its plain name, its media type, its bytes."""

    name: str
    media_type: str
    data: bytes


def gather(unit: Unit, event_id: str, order: Order, organiser_email: str) -> Material:
    """Read what an export needs.

    Parameters
    ----------
    organiser_email
        Address that calendar entries come from.

    Raises
    ------
    UnknownEventError
        If there is no such event, or no such plan of it.
    """
    event = unit.events.get(event_id)
    registrations = unit.events.registrations.all(event_id)
    sirets = sorted({each.siret for each in registrations if each.siret is not None})
    companies = unit.companies.many(sirets)
    people = {each.id: _person(each, companies, order.language) for each in registrations}
    previous = None if order.previous is None else read_plan(unit, event, order.previous)
    plan = read_plan(unit, event, order.number)
    if event.details.kind is EventKind.INVITATIONS:
        people |= _invited(unit, plan, order.language)
    return Material(event, order, plan, previous, people, organiser_email)


def _invited(unit: Unit, plan: StoredPlan, language: Language) -> dict[str, PersonDetails]:
    """Name the firms beside their SIRET, by which candidates go; of those that left, nothing."""
    sirets = [each["id"] for each in plan.problem["candidates"]]
    return {
        siret: PersonDetails(
            None,
            display_name(firm, language),
            trade_text(firm.naf, language) if firm.naf else None,
            firm.department,
        )
        for siret, firm in unit.companies.servable(sirets).items()
    }


def _person(
    registration: Registration, companies: Mapping[str, Company], language: Language
) -> PersonDetails:
    firm = companies.get(registration.siret or "")
    sector = trade_text(firm.naf, language) if firm is not None and firm.naf else None
    return PersonDetails(
        registration.name, registration.company or None, sector, registration.department
    )


def draw(material: Material) -> Exported:
    """Write an export.

    Raises
    ------
    ProblemError
        If this kind of event has no such export, the plan has nothing to show, or the participant
        is not in it.
    """
    order, kind = material.order, material.event.details.kind
    problem, plan = documents_of(kind, material.plan)
    if order.format is ExportFormat.JSON:
        data = document_bytes(plan)
    elif kind in _SEATED:
        data = _SEATED_WRITERS[order.format](timetable_of(material, material.plan), material)
    elif order.format is ExportFormat.XLSX:
        data = _workbook(material, problem, plan)
    elif order.format is ExportFormat.CSV:
        data = _list(material, problem, plan)
    else:
        raise ProblemError(
            f"an event of kind {kind} has no export {order.format}; take xlsx, csv or json."
        )
    return Exported(_name(material), MEDIA_TYPES[order.format], data)


def _name(material: Material) -> str:
    order = material.order
    ending, _, part = order.format.value.partition("-")
    # It stands in a header: what a participant is called must fit there.
    who = re.sub(r"[^A-Za-z0-9_-]", "_", order.participant or "")
    parts = (material.event.id, f"plan{material.plan.entry.number}", part, who)
    return "-".join(filter(None, parts)) + f".{ending}"


def _details(material: Material, stored: StoredPlan) -> EventHeading:
    """Say what exports know of an event; the number of the plan is the version of calendars."""
    known, language = material.event.details, material.order.language
    chambers = (
        say(language, "event.services.chamber", name=department(code).name)
        for code in known.chambers
    )
    return EventHeading(
        uid=material.event.id,
        title=known.title,
        place=known.place or say(language, "event.services.open_place"),
        slot_times=tuple(known.moments(slot) for slot in range(1, len(known.slots) + 1)),
        organiser=", ".join(chambers),
        organiser_email=material.organiser_email,
        fictional=known.fictional,
        stamp=stored.entry.at,
        sequence=stored.entry.number,
        zone=ZoneInfo(known.timezone),
    )


def timetable_of(material: Material, stored: StoredPlan) -> Timetable:
    """View a plan of a convention or of round tables as every export draws it."""
    kind = material.event.details.kind
    problem, plan = documents_of(kind, stored)
    details = _details(material, stored)
    people: dict[Id, PersonDetails] = dict(material.people.items())
    if kind is EventKind.CONVENTION:
        return convention_timetable(problem, plan, details, people)
    return round_table_timetable(problem, plan, details, people)


def _calendar(timetable: Timetable, material: Material) -> bytes:
    order = material.order
    previous = None if material.previous is None else timetable_of(material, material.previous)
    if order.participant is None:
        return organiser_calendar(timetable, previous, order.language)
    return participant_calendar(timetable, order.participant, previous, order.language)


def _personal_plans(timetable: Timetable, material: Material) -> bytes:
    who = material.order.participant
    return personal_plans(timetable, material.order.language, None if who is None else [who])


def _seated_list(timetable: Timetable, material: Material) -> bytes:
    language = material.order.language
    sheet = timetable_sheet(timetable, "by_participant", language)
    return csv_bytes(sheet, timetable.details.fictional, language)


_SEATED_WRITERS: Mapping[ExportFormat, Callable[[Timetable, Material], bytes]] = {
    ExportFormat.XLSX: lambda view, m: timetable_workbook(view, m.order.language),
    ExportFormat.ICS: _calendar,
    ExportFormat.PDF_BADGES: lambda view, m: badges(view, m.order.language),
    ExportFormat.PDF_PLANS: _personal_plans,
    ExportFormat.PDF_TABLES: lambda view, m: table_plans(view, m.order.language),
    ExportFormat.CSV: _seated_list,
}


def _workbook(material: Material, problem: AnyProblem, plan: AnyPlan) -> bytes:
    details, language = _details(material, material.plan), material.order.language
    if material.event.details.kind is EventKind.PEER_GROUPS:
        return peer_group_workbook(problem, plan, details, material.people, language)
    return invitation_workbook(problem, plan, details, material.people, sentence, language)


def _list(material: Material, problem: AnyProblem, plan: AnyPlan) -> bytes:
    """List the members of groups, or the invitations."""
    language = material.order.language
    if material.event.details.kind is EventKind.PEER_GROUPS:
        _, sheet, _ = peer_group_sheets(problem, plan, material.people, language)
    else:
        sheet, _ = invitation_sheets(problem, plan, material.people, sentence, language)
    return csv_bytes(sheet, material.event.details.fictional, language)
