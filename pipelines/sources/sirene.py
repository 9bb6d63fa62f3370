"""The national register of companies (INSEE, Sirene): official stock files to the store.

The stock of establishments is read once, its wanted rows waiting in a temporary folder; then the
legal units and the coordinates of what was kept. Only when all files could be read to their end
are companies written, in one transaction, which is undone if too many rows are wrong or too many
companies would be closed because the stock does not have them. Memory stays small, whatever the
size of the files: a country is completed in waves, for each of which the legal units are read
again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from time import perf_counter

import polars as pl

from matchmaker.companies import Company, Diffusion
from matchmaker.errors import InputFileError, MatchmakerError
from matchmaker.privacy.withholding import withhold
from matchmaker.settings import Settings
from matchmaker.store import Store, Unit
from matchmaker.tabular.rejects import (
    BadValueError,
    ImportReport,
    Progress,
    Reject,
    Rejects,
    digest_of,
    import_record,
    no_progress,
    shared_progress,
)
from matchmaker.tabular.tables import Watch, read_table
from pipelines.sources.coordinates import Geolocation, locate, read_geolocation
from pipelines.sources.establishments import (
    COLUMNS,
    LAMBERT_X,
    LAMBERT_Y,
    SOURCE,
    TREATED,
    company_of_row,
)
from pipelines.sources.legal_units import LegalUnits, read_legal_units
from pipelines.sources.numbers import siret_texts
from pipelines.sources.sifting import NOT_DIFFUSIBLE, Sifting, Wave, in_departments
from pipelines.sources.workplace import working_folder

KIND = "sirene"
NEWER_IN_STORE = "newer in the store"
CLOSED_IN_STOCK = "companies of the store closed: closed in the stock"
NO_LONGER_IN_STOCK = "companies of the store closed: no longer in the stock"
LEFT_AS_THEY_WERE = "companies of the store left as they were: their row is rejected"

FEWEST_OPEN = 20
"""With fewer open companies in the store, no share of them tells a fragment from a whole stock."""


@dataclass(frozen=True)
class SireneFiles:
    """Files of a stock; coordinates may be missing."""

    establishments: Path
    legal_units: Path
    geolocation: Path | None
    max_line_bytes: int


@dataclass(frozen=True)
class _Order:
    """What an import was asked for."""

    files: SireneFiles
    departments: tuple[str, ...] | None
    data_date: date | None
    settings: Settings
    at: datetime


@dataclass(frozen=True)
class Described:
    """Some establishments with what the other files say of them."""

    establishments: Wave
    units: LegalUnits
    geolocation: Geolocation | None


def import_sirene(
    store: Store,
    establishments: Path,
    legal_units: Path,
    *,
    geolocation: Path | None = None,
    departments: tuple[str, ...] | None,
    data_date: date | None = None,
    settings: Settings,
    at: datetime,
    progress: Progress = no_progress,
) -> ImportReport:
    """Bring the store to the state of a Sirene stock.

    Companies of the stock are written; those that it reports as closed or not to be shown, and
    those of an earlier stock that it no longer has, are closed. Importing the same files again
    changes nothing.

    Parameters
    ----------
    store
        Where companies go.
    establishments, legal_units
        Official stock files, as CSV, CSV.gz, zip or Parquet.
    geolocation
        INSEE's file of coordinates; wins over the coordinates of the stock.
    departments
        Departments to keep; `None` for all.
    data_date
        Day of the stock; where it is not given, the newest day on which INSEE treated a row.
    settings
        The settings in force.
    at
        Moment of the import.
    progress
        Told how many bytes of the files have been read.

    Raises
    ------
    InputFileError
        If a file as a whole cannot be imported, the stock is older than the last one imported, or
        it lacks so many of the open companies that it must be a fragment.
    TooManyRejectsError
        If too many rows are wrong; nothing is written.
    MatchmakerError
        If a department is outside the territory.
    """
    started = perf_counter()
    check_departments(departments, settings)
    files = SireneFiles(establishments, legal_units, geolocation, settings.imports.max_line_bytes)
    order = _Order(files, departments, data_date, settings, at)
    shares = shared_progress(progress, establishments, legal_units, geolocation)
    with (
        Rejects(settings.home, KIND, establishments) as rejects,
        working_folder(settings.home) as folder,
    ):
        sifted = Sifting(folder, keep_closed=settings.imports.keep_closed, reject=rejects.add)
        _sift(sifted, order, next(shares))
        report = _write(store, order, sifted, rejects, shares)
    report.seconds = perf_counter() - started
    return report


def _write(
    store: Store, order: _Order, sifted: Sifting, rejects: Rejects, shares: Iterator[Progress]
) -> ImportReport:
    """Complete what was sifted and bring the store to its state, in one transaction."""
    path = order.files.establishments
    day = order.data_date or sifted.newest or _no_day(path)
    described = _describe(sifted, order.files, rejects, shares)
    # The first wave, nearly always the only one, is read before the store is locked.
    first = next(described)
    digest = digest_of(path)
    report = ImportReport(KIND, str(path))
    with store.unit() as unit:
        _refuse_older(unit, path, day)
        writing = _Writing(unit, order, day, rejects)
        report.kept = unit.companies.upsert(writing.companies(chain([first], described)))
        writing.tell(report, sifted)
        rejects.judge(report, order.settings.imports.max_reject_rate)
        writing.close(sifted)
        writing.tell(report, sifted)
        unit.imports.record(import_record(report, digest, day, order.at))
    return report


def check_departments(departments: tuple[str, ...] | None, settings: Settings) -> None:
    """Check that departments belong to the territory of the service.

    Raises
    ------
    MatchmakerError
        Naming the first one that does not.
    """
    territory = settings.territory.departments
    for department in departments or ():
        if department not in territory:
            raise MatchmakerError(
                f"department {department} is outside the territory ({', '.join(territory)}). "
                "Set territory.departments, or use --departments all."
            )


def _no_day(path: Path) -> date:
    raise InputFileError(
        str(path), f"holds no day in {TREATED}", "Give the day of the stock with --data-date"
    )


def _refuse_older(unit: Unit, path: Path, data_date: date) -> None:
    """Refuse a stock that would bring back what a newer one has closed."""
    latest = unit.imports.latest(KIND)
    if latest and latest.data_date and latest.data_date > data_date:
        raise InputFileError(
            str(path),
            f"is the stock of {data_date}, older than that of {latest.data_date} in the store",
            "Import a newer stock; if this is another part of the same one, give "
            f"--data-date {latest.data_date}",
        )


def _sift(sifted: Sifting, order: _Order, progress: Progress) -> None:
    departments = order.departments
    batches = read_table(
        order.files.establishments,
        COLUMNS,
        keep=None if departments is None else in_departments(departments),
        watch=Watch(TREATED, order.at.date()),
        max_line_bytes=order.files.max_line_bytes,
        progress=progress,
    )
    for batch in batches:
        sifted.take(batch)
    sifted.finish()


def _describe(
    sifted: Sifting, files: SireneFiles, rejects: Rejects, shares: Iterator[Progress]
) -> Iterator[Described]:
    """Read what the other files say of each wave; their wrong rows are reported once."""
    reject = rejects.add
    units_progress, places_progress = next(shares), next(shares)
    for wave in sifted.waves():
        units = read_legal_units(
            files.legal_units,
            wave.sirens,
            max_line_bytes=files.max_line_bytes,
            reject=reject,
            progress=units_progress,
        )
        places = None
        if files.geolocation is not None:
            places = read_geolocation(
                files.geolocation,
                wave.sirets,
                max_line_bytes=files.max_line_bytes,
                reject=reject,
                progress=places_progress,
            )
        yield Described(wave, units, places)
        reject = _reported_before
        units_progress = places_progress = no_progress


def _reported_before(reject: Reject) -> None:
    """Pass over a wrong row of a file that is read again."""


class _Writing:
    """Companies on their way to the store, and what is counted meanwhile."""

    def __init__(self, unit: Unit, order: _Order, data_date: date, rejects: Rejects) -> None:
        self._unit = unit
        self._order = order
        self._data_date = data_date
        self._rejects = rejects
        self._notes: Counter[str] = Counter()
        self._offered = 0
        self._withheld: list[str] = []
        self._rejected: set[str] = set()
        self._open_before = 0

    def companies(self, described: Iterable[Described]) -> Iterator[Company]:
        """Companies to write; wrong rows are set apart."""
        for wave in described:
            for rows in wave.establishments.frames():
                self._open_before += len(self._open_among(rows["siret"].drop_nulls().to_list()))
                yield from self._companies(rows, wave)

    def _companies(self, rows: pl.DataFrame, wave: Described) -> Iterator[Company]:
        units = wave.units.of(rows["siren"])
        self._notes["legal unit not in its file"] += int((~units["unit_known"]).sum())
        located = locate(rows, LAMBERT_X, LAMBERT_Y, wave.geolocation)
        for row in located.hstack(units).iter_rows(named=True):
            try:
                company = company_of_row(row, self._data_date, self._notes)
            except BadValueError as fault:
                self._rejects.add(fault.at(row["line"]))
                # Either may be the wrong one, so neither is taken for absent.
                self._rejected |= {row["siret"] or "", f"{row['siren']}{row['nic']}"}
                continue
            if company.diffusion is Diffusion.NONE:
                self._withheld.append(company.siret)
            else:
                self._offered += 1
                yield company

    def _open_among(self, sirets: Sequence[str]) -> list[Company]:
        """Companies that the store has as open, of this source and of the departments."""
        departments = self._order.departments
        return [
            company
            for company in self._unit.companies.many(sirets).values()
            if company.active
            and company.source == SOURCE
            and (departments is None or company.department in departments)
        ]

    def close(self, sifted: Sifting) -> None:
        """Close what the stock reports as closed or not to be shown, and what it has no more.

        Raises
        ------
        InputFileError
            If it has so few of the open companies that it must be a fragment.
        """
        companies, day = self._unit.companies, self._data_date
        gone = companies.close(siret_texts(sifted.gone), day)
        withheld = companies.close(self._withheld, day)
        hidden = [*siret_texts(sifted.hidden), *self._withheld]
        withhold(self._unit, hidden, day, at=self._order.at)
        self._keep_rejected(self._rejected | sifted.unread)
        absent = companies.close_absent(SOURCE, self._order.departments, day)
        self._refuse_fragment(absent, self._open_before + gone + absent)
        self._notes[CLOSED_IN_STOCK] = gone + withheld
        self._notes[NO_LONGER_IN_STOCK] = absent

    def _keep_rejected(self, sirets: set[str]) -> None:
        """Leave open what the stock has in a row that is wrong: it is there, only not readable.

        Its day becomes that of the stock, by which it is told from what is absent.
        """
        kept = self._open_among(sorted(sirets))
        self._unit.companies.confirm([company.siret for company in kept], self._data_date)
        self._notes[LEFT_AS_THEY_WERE] = len(kept)

    def _refuse_fragment(self, absent: int, open_before: int) -> None:
        limit = self._order.settings.imports.max_closed_rate
        if open_before >= FEWEST_OPEN and absent > limit * open_before:
            raise InputFileError(
                str(self._order.files.establishments),
                f"lacks {absent} of the {open_before} open companies of its departments in the "
                f"store, and would close them: more than the limit of {limit:.1%} (setting "
                "imports.max_closed_rate)",
                "Check that the file is whole; if it is right, raise that setting",
            )

    def tell(self, report: ImportReport, sifted: Sifting) -> None:
        """Put the counts into the report."""
        left_out = sifted.left_out + Counter(
            {NOT_DIFFUSIBLE: len(self._withheld), NEWER_IN_STORE: self._offered - report.kept}
        )
        report.read = sifted.read
        report.left_out = {reason: count for reason, count in left_out.items() if count}
        report.notes = {note: count for note, count in sorted(self._notes.items()) if count}
