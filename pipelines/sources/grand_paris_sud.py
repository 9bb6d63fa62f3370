"""Companies registered and struck off in Grand Paris Sud, as its open data portal gives them.

The portal (data.grandparissud.fr) republishes the trade register (Infogreffe) as Opendatasoft
records: a JSON list of `{"fields": {...}, "record_timestamp": ...}`. Of the fields these are read:

=====================  ============================================================
`siren`, `nic`         together the SIRET; a record without `nic` is set apart
`denomination`         name; the register has legal persons only
`code_ape`             activity in NAF rev. 2 without its dot; may be missing
`num_dept`, `ville`    department and commune by name, former communes included
`code_postal`          postcode
`forme_juridique`      legal form in words; the common ones become legal categories
`date_immatriculation` day of registration
`geolocalisation`      latitude and longitude; may be missing
=====================  ============================================================

Sirene knows more of a company (staff, head office), so a company that came from there stays as it
is. Data: ODbL 1.0, Infogreffe / Grand Paris Sud.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from matchmaker.companies import Company
from matchmaker.errors import InputFileError
from matchmaker.settings import Settings
from matchmaker.spelling import fold
from matchmaker.store import Store
from matchmaker.tabular.cells import read_day, read_naf, read_name
from matchmaker.tabular.rejects import (
    BadValueError,
    ImportReport,
    Progress,
    Rejects,
    digest_of,
    import_record,
    no_progress,
    shared_progress,
    siret_reason,
)
from matchmaker.territory import commune_by_name
from pipelines.sources.coordinates import NOT_A_NUMBER, OUTSIDE_FRANCE, in_france
from pipelines.sources.documents import read_document

SOURCE = "grand_paris_sud"

STRUCK_OFF = "struck off"
KNOWN = "known from another source"

LEGAL_CATEGORIES: dict[str, str] = {
    "societe par actions simplifiee": "5710",
    "societe par actions simplifiee a associe unique": "5710",
    "societe a responsabilite limitee": "5499",
    "societe a responsabilite limitee a associe unique": "5499",
    "societe en nom collectif": "5202",
    "societe en commandite par actions": "5308",
}
"""Legal categories of the forms that mean one only; a société anonyme may be 55 or 56."""

_VARIABLE_CAPITAL = (" et capital variable", " a capital variable")

Fields = dict[str, Any]


def import_grand_paris_sud(
    store: Store,
    registered: Path,
    struck_off: Path | None = None,
    *,
    data_date: date | None = None,
    settings: Settings,
    at: datetime,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import companies registered in Grand Paris Sud; close those of them that were struck off.

    Lines of the rejects file are ranks of records, from 1.

    Parameters
    ----------
    store
        Where companies go.
    registered
        File of registrations.
    struck_off
        File of companies struck off.
    data_date
        Day of the data; where it is not given, the newest day of publication.
    settings
        The settings in force.
    at
        Moment of the import.
    progress
        Told how far the files have been read.

    Raises
    ------
    InputFileError
        If a file as a whole cannot be imported.
    TooManyRejectsError
        If too many records are wrong; nothing is written.
    """
    started = perf_counter()
    shares = shared_progress(progress, registered, struck_off)
    records = _records(registered, read_document(registered, progress=next(shares)))
    closed: list[Fields] = []
    if struck_off is not None:
        closed = _records(struck_off, read_document(struck_off, progress=next(shares)))
    day = data_date or _newest(registered, [*records, *closed])
    report = ImportReport(SOURCE, str(registered), read=len(records) + len(closed))
    notes: Counter[str] = Counter()
    with Rejects(settings.home, SOURCE, registered) as rejects, store.unit() as unit:
        gone = _struck_off(closed, rejects)
        companies = {company.siret: company for company in _companies(records, day, notes, rejects)}
        rejects.judge(report, settings.imports.max_reject_rate)
        left_out = Counter({STRUCK_OFF: len(gone)})
        known = unit.companies.many([*companies, *gone])
        ours = [siret for siret in gone if siret in known and known[siret].source == SOURCE]
        report.kept = unit.companies.upsert(_new_companies(companies, known, set(gone), left_out))
        notes["companies of the store closed"] += unit.companies.close(ours, day)
        report.notes = {note: count for note, count in notes.items() if count}
        report.left_out = {reason: count for reason, count in left_out.items() if count}
        unit.imports.record(import_record(report, digest_of(registered), day, at))
    report.seconds = perf_counter() - started
    return report


def _records(path: Path, document: object) -> list[Fields]:
    records = document if isinstance(document, list) else []
    fields = [record.get("fields") for record in records if isinstance(record, dict)]
    found = [entry for entry in fields if isinstance(entry, dict)]
    if not found or len(found) != len(records):
        raise InputFileError(
            str(path),
            "is no list of records with 'fields'",
            "Export it from the portal as JSON",
        )
    return found


def _newest(path: Path, records: list[Fields]) -> date:
    days = sorted(str(fields.get("date_de_publication") or "") for fields in records)
    try:
        return date.fromisoformat(days[-1])
    except ValueError:
        raise InputFileError(
            str(path), "holds no day in date_de_publication", "Give the day with --data-date"
        ) from None


def _new_companies(
    companies: dict[str, Company],
    known: dict[str, Company],
    gone: set[str],
    left_out: Counter[str],
) -> Iterator[Company]:
    for siret, company in companies.items():
        if siret in gone:
            left_out["registered and struck off"] += 1
        elif siret in known and known[siret].source != SOURCE:
            left_out[KNOWN] += 1
        else:
            yield company


def _struck_off(records: list[Fields], rejects: Rejects) -> list[str]:
    sirets = []
    for rank, fields in enumerate(records, start=1):
        try:
            sirets.append(_siret(fields))
        except BadValueError as fault:
            rejects.add(fault.at(rank)._replace(reason=f"struck off: {fault.reason}"))
    return sirets


def _companies(
    records: list[Fields], day: date, notes: Counter[str], rejects: Rejects
) -> Iterator[Company]:
    seen: set[str] = set()
    for rank, fields in enumerate(records, start=1):
        try:
            company = _company(fields, day, notes)
            if company.siret in seen:
                raise BadValueError(
                    "siren", company.siret, "SIRET is there twice; the first record counts"
                )
        except BadValueError as fault:
            rejects.add(fault.at(rank))
            continue
        seen.add(company.siret)
        yield company


def _company(fields: Fields, day: date, notes: Counter[str]) -> Company:
    siret = _siret(fields)
    town, department = str(fields.get("ville") or ""), str(fields.get("num_dept") or "")
    commune = commune_by_name(town, department)
    if commune is None:
        raise BadValueError("ville", town, "commune is not known in its department")
    latitude, longitude = _coordinates(fields)
    return Company(
        siret=siret,
        name=read_name("denomination", str(fields.get("denomination") or "")),
        department=commune.department,
        commune=commune.code,
        commune_name=commune.name,
        postcode=str(fields.get("code_postal") or "") or None,
        naf=read_naf("code_ape", str(fields.get("code_ape") or "") or None, notes),
        legal_category=_legal_category(str(fields.get("forme_juridique") or "")),
        created=read_day("date_immatriculation", str(fields.get("date_immatriculation") or "")),
        latitude=latitude,
        longitude=longitude,
        source=SOURCE,
        data_date=day,
    )


def _siret(fields: Fields) -> str:
    siren, nic = str(fields.get("siren") or ""), str(fields.get("nic") or "")
    if not nic:
        raise BadValueError("nic", siren, "NIC is missing, so the establishment is not known")
    problem = siret_reason(siren + nic)
    if problem:
        raise BadValueError("siren", siren + nic, problem)
    return siren + nic


def _legal_category(form: str) -> str | None:
    name = fold(form)
    for ending in _VARIABLE_CAPITAL:
        name = name.removesuffix(ending)
    return LEGAL_CATEGORIES.get(name)


def _coordinates(fields: Fields) -> tuple[float | None, float | None]:
    point = fields.get("geolocalisation")
    if point is None:
        return None, None
    try:
        latitude, longitude = (float(number) for number in point)
    except (TypeError, ValueError):
        raise BadValueError("geolocalisation", str(point), NOT_A_NUMBER) from None
    if not in_france(np.array([latitude]), np.array([longitude]))[0]:
        raise BadValueError("geolocalisation", str(point), OUTSIDE_FRANCE)
    return latitude, longitude
