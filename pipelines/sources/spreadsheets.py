"""What the chambers keep in spreadsheets: profiles of companies, and relations between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import perf_counter

from matchmaker.companies import Contact, Profile
from matchmaker.errors import InputFileError
from matchmaker.privacy.profiles import kept_from_file
from matchmaker.relations import KIND_NAMES, Relation, RelationKind
from matchmaker.settings import Settings
from matchmaker.spelling import fold
from matchmaker.store import Store
from matchmaker.tabular.cells import (
    read_count,
    read_day,
    read_list,
    read_siret,
    read_text,
    read_yes_no,
)
from matchmaker.tabular.rejects import (
    BadValueError,
    ImportReport,
    Progress,
    Reject,
    Rejects,
    digest_of,
    import_record,
    no_progress,
)
from matchmaker.tabular.sheets import Sheet, SheetRow, match_columns, read_sheet

PROFILE_COLUMNS: dict[str, tuple[str, ...]] = {
    "siret": ("siret",),
    "consent": ("consentement", "consent"),
    "activity": ("activite", "activity"),
    "offers": ("offres", "offers"),
    "needs": ("besoins", "needs"),
    "certifications": ("certifications",),
    "themes": ("themes",),
    "capacity": ("capacite", "capacity"),
    "contact_name": ("contact nom", "contact name"),
    "contact_email": ("contact courriel", "contact email", "courriel", "email"),
    "contact_phone": ("contact telephone", "contact phone", "telephone", "phone"),
}
"""Fields of a profile and the column names under which they may come, accents and case aside."""

RELATION_COLUMNS: dict[str, tuple[str, ...]] = {
    "source": ("source",),
    "target": ("cible", "target"),
    "group": ("groupe", "group"),
    "member": ("membre", "member"),
    "kind": ("type", "kind"),
    "date": ("date",),
    "label": ("libelle", "label"),
}
"""Columns of a file of relations: source and target for pairs, or group and member."""

NOT_IN_STORE = "company is not in the store; import it first"
OWN_WORDS = "declared since by the firm itself, which stays"
REPEATED = "repeated"
ALONE = "groups with fewer than two members"


class _Cells:
    """Cells of a row by field; a field whose column is not there is empty."""

    def __init__(self, row: SheetRow, columns: dict[str, str]) -> None:
        self._row = row
        self._columns = columns

    def column(self, field: str) -> str:
        """Name of the column, as the file has it."""
        return self._columns.get(field, field)

    def text(self, field: str) -> str:
        """Text of the cell."""
        return self._row.cells.get(self.column(field), "")


def import_profiles(
    store: Store,
    path: Path,
    *,
    sheet: str | None = None,
    settings: Settings,
    at: datetime,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import what companies declare, each profile whole in place of the one before.

    What a firm has declared through the service stays as it is, unless the file withdraws its
    consent; see `matchmaker.privacy.profiles.kept_from_file`.

    Parameters
    ----------
    store
        Where profiles go; their companies must be there.
    path
        Workbook or CSV file with the columns of `PROFILE_COLUMNS`; `siret` and consent are
        needed. Lists have semicolons between.
    sheet
        Sheet of the workbook; the first one where it is not given.
    settings
        The settings in force.
    at
        Moment of the import.
    progress
        Told how far the file has been read.

    Raises
    ------
    InputFileError
        If the file as a whole cannot be imported.
    TooManyRejectsError
        If too many rows are wrong; nothing is written.
    """
    started = perf_counter()
    limit = settings.imports.max_line_bytes
    table = read_sheet(path, sheet=sheet, max_line_bytes=limit, progress=progress)
    columns = match_columns(table, PROFILE_COLUMNS, ("siret", "consent"))
    report = _report("profiles", table, columns)
    notes: Counter[str] = Counter()
    with Rejects(settings.home, report.kind, path) as rejects, store.unit() as unit:
        _reject_all(table.bad_rows, rejects)
        profiles = dict(_profiles(table, columns, notes, rejects))
        known = unit.companies.many(list(profiles))
        for siret, (line, _) in profiles.items():
            if siret not in known:
                rejects.add(Reject(line, columns["siret"], siret, NOT_IN_STORE))
        report.notes = dict(notes)
        rejects.judge(report, settings.imports.max_reject_rate)
        report.kept = unit.profiles.upsert(
            kept_from_file(
                unit.profiles.many(list(known)),
                (profile for siret, (_, profile) in profiles.items() if siret in known),
                at=at,
            )
        )
        report.left_out = {OWN_WORDS: own} if (own := len(known) - report.kept) else {}
        unit.imports.record(import_record(report, digest_of(path), None, at))
    report.seconds = perf_counter() - started
    return report


def import_relations(
    store: Store,
    path: Path,
    *,
    sheet: str | None = None,
    settings: Settings,
    at: datetime,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import known links, in place of those that came from a file of the same name.

    Parameters
    ----------
    store
        Where relations go. Members need not be companies of the store.
    path
        Workbook or CSV file with the columns of `RELATION_COLUMNS`: pairs, in which the source of
        a `supply` is the supplier, or groups with one member a row.
    sheet
        Sheet of the workbook; the first one where it is not given.
    settings
        The settings in force.
    at
        Moment of the import.
    progress
        Told how far the file has been read.

    Raises
    ------
    InputFileError
        If the file as a whole cannot be imported.
    TooManyRejectsError
        If too many rows are wrong; nothing is written.
    """
    started = perf_counter()
    limit = settings.imports.max_line_bytes
    table = read_sheet(path, sheet=sheet, max_line_bytes=limit, progress=progress)
    read_relations, required = _pairs_or_groups(table)
    columns = match_columns(table, RELATION_COLUMNS, required)
    report = _report("relations", table, columns)
    reading = _Reading(table, columns, f"file:{path.name}")
    with Rejects(settings.home, report.kind, path) as rejects, store.unit() as unit:
        _reject_all(table.bad_rows, rejects)
        relations = read_relations(reading, rejects)
        members = sorted({siret for relation in relations for siret in relation.members})
        reading.notes["members that are not in the store"] += len(members) - len(
            unit.companies.many(members)
        )
        report.left_out = dict(reading.left_out)
        report.notes = {note: count for note, count in reading.notes.items() if count}
        rejects.judge(report, settings.imports.max_reject_rate)
        report.kept = unit.relations.replace(reading.source, relations)
        unit.imports.record(import_record(report, digest_of(path), None, at))
    report.seconds = perf_counter() - started
    return report


def _report(kind: str, table: Sheet, columns: dict[str, str]) -> ImportReport:
    used = set(columns.values())
    ignored = tuple(name for name in table.header if name not in used)
    return ImportReport(kind, str(table.path), read=table.read, ignored_columns=ignored)


def _reject_all(bad_rows: tuple[Reject, ...], rejects: Rejects) -> None:
    for reject in bad_rows:
        rejects.add(reject)


def _profiles(
    table: Sheet, columns: dict[str, str], notes: Counter[str], rejects: Rejects
) -> Iterator[tuple[str, tuple[int, Profile]]]:
    """Profiles by SIRET with their line, each SIRET once."""
    seen: set[str] = set()
    for row in table.rows:
        try:
            profile = _profile(_Cells(row, columns), f"file:{table.path.name}", notes)
            if profile.siret in seen:
                reason = "SIRET is there twice; the first row counts"
                raise BadValueError(columns["siret"], profile.siret, reason)
        except BadValueError as fault:
            rejects.add(fault.at(row.line))
            continue
        seen.add(profile.siret)
        yield profile.siret, (row.line, profile)


def _profile(cells: _Cells, source: str, notes: Counter[str]) -> Profile:
    def text(field: str) -> str:
        return read_text(cells.column(field), cells.text(field))

    return Profile(
        siret=read_siret(cells.column("siret"), cells.text("siret"), notes),
        consent=read_yes_no(cells.column("consent"), cells.text("consent")),
        activity=text("activity"),
        offers=text("offers"),
        needs=text("needs"),
        certifications=read_list(cells.column("certifications"), cells.text("certifications")),
        themes=read_list(cells.column("themes"), cells.text("themes")),
        capacity=read_count(cells.column("capacity"), cells.text("capacity")),
        contact=Contact(
            text("contact_name") or None,
            text("contact_email") or None,
            text("contact_phone") or None,
        ),
        source=source,
    )


@dataclass
class _Reading:
    """A file of relations on its way."""

    table: Sheet
    columns: dict[str, str]
    source: str
    notes: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def _pairs_or_groups(
    table: Sheet,
) -> tuple[Callable[[_Reading, Rejects], list[Relation]], tuple[str, ...]]:
    """How to read the file, and the columns that this needs."""
    found = match_columns(table, RELATION_COLUMNS, ())
    pairs, groups = {"source", "target"} & found.keys(), {"group", "member"} & found.keys()
    if pairs and groups:
        raise InputFileError(
            str(table.path),
            "has columns of pairs and of groups",
            "Keep source and cible, or groupe and membre",
            1,
        )
    if groups:
        return _groups, ("group", "member", "kind", "date")
    return _pairs, ("source", "target", "kind", "date")


def _kind(cells: _Cells) -> RelationKind:
    text = cells.text("kind")
    try:
        return KIND_NAMES[fold(text.replace("_", " "))]
    except KeyError:
        raise BadValueError(
            cells.column("kind"), text, f"kind is none of {', '.join(KIND_NAMES)}"
        ) from None


def _pairs(reading: _Reading, rejects: Rejects) -> list[Relation]:
    relations: dict[str, Relation] = {}
    for row in reading.table.rows:
        try:
            relation = _pair(_Cells(row, reading.columns), reading)
        except BadValueError as fault:
            rejects.add(fault.at(row.line))
            continue
        if relation.key in relations:
            reading.left_out[REPEATED] += 1
        else:
            relations[relation.key] = relation
    return list(relations.values())


def _pair(cells: _Cells, reading: _Reading) -> Relation:
    kind = _kind(cells)
    source = read_siret(cells.column("source"), cells.text("source"), reading.notes)
    target = read_siret(cells.column("target"), cells.text("target"), reading.notes)
    if source == target:
        raise BadValueError(cells.column("target"), target, "company is tied to itself")
    day = read_day(cells.column("date"), cells.text("date"))
    members = (source, target)
    if kind is not RelationKind.SUPPLY:
        members = (min(members), max(members))
    return Relation(
        key=f"{kind}:{'-'.join(members)}:{day or ''}",
        kind=kind,
        members=members,
        date=day,
        source=reading.source,
        label=read_text(cells.column("label"), cells.text("label")),
    )


@dataclass
class _Group:
    """A group as its rows come in."""

    kind: RelationKind
    day: date | None
    label: str
    members: list[str] = field(default_factory=list)


def _groups(reading: _Reading, rejects: Rejects) -> list[Relation]:
    groups: dict[str, _Group] = {}
    for row in reading.table.rows:
        try:
            _add_member(_Cells(row, reading.columns), reading, groups)
        except BadValueError as fault:
            rejects.add(fault.at(row.line))
    relations = []
    for key, group in groups.items():
        if len(group.members) < 2:
            reading.left_out[ALONE] += 1
            continue
        members = tuple(group.members)
        relations.append(Relation(key, group.kind, members, group.day, reading.source, group.label))
    return relations


def _add_member(cells: _Cells, reading: _Reading, groups: dict[str, _Group]) -> None:
    key = read_text(cells.column("group"), cells.text("group"))
    if not key:
        raise BadValueError(cells.column("group"), "", "group is empty")
    kind = _kind(cells)
    if kind is RelationKind.SUPPLY:
        raise BadValueError(
            cells.column("kind"), cells.text("kind"), "supply ties a pair, not a group"
        )
    siret = read_siret(cells.column("member"), cells.text("member"), reading.notes)
    day = read_day(cells.column("date"), cells.text("date"))
    label = read_text(cells.column("label"), cells.text("label"))
    group = groups.setdefault(key, _Group(kind, day, label))
    if (group.kind, group.day) != (kind, day):
        raise BadValueError(
            cells.column("group"), key, "group has another kind or date in an earlier row"
        )
    if siret in group.members:
        reading.left_out[REPEATED] += 1
    else:
        group.members.append(siret)
