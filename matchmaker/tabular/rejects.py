"""What an import says about itself: the rows that it set apart, and its report."""

from __future__ import annotations

import csv
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

from matchmaker.companies import siret_problem
from matchmaker.errors import RejectRateError
from matchmaker.store import ImportRecord

LONGEST_VALUE = 200
"""Characters of a rejected value that are written to the rejects file."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""


def no_progress(done: int, total: int) -> None:
    """Show nothing."""


def shared_progress(progress: Progress, *paths: Path | None) -> Iterator[Progress]:
    """Share one progress among several files, by their sizes."""
    sizes = [path.stat().st_size if path and path.is_file() else 0 for path in paths]

    def tell(before: int, done: int, _total: int) -> None:
        progress(before + done, sum(sizes))

    return (partial(tell, sum(sizes[:place])) for place in range(len(sizes)))


class Reject(NamedTuple):
    """Why a row was set apart.

    `line` counts from 1 and the header is line 1; in a spreadsheet or a Parquet file it is the
    number of the row, in a JSON file the rank of the record. `reason` holds no value, so that
    equal reasons can be counted.
    """

    line: int
    column: str
    value: str
    reason: str


class BadValueError(ValueError):
    """A value for which a row is rejected."""

    def __init__(self, column: str, value: str | None, reason: str) -> None:
        super().__init__(f"{column} {value!r}: {reason}")
        self.column = column
        self.value = value or ""
        self.reason = reason

    def at(self, line: int) -> Reject:
        """Reject for the row of that line."""
        return Reject(line, self.column, self.value, self.reason)


def siret_reason(text: str) -> str | None:
    """Say what is wrong with a SIRET, without repeating it, or nothing when it is right."""
    problem = siret_problem(text)
    if problem is None or not text:
        return problem
    shown = f" {text!r}" if repr(text) in problem else f" {text}"
    return problem.replace(shown, "", 1)


def formula_safe(text: str) -> str:
    """Shorten a value and keep a spreadsheet from running it as a formula."""
    shown = text[:LONGEST_VALUE]
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


@dataclass
class ImportReport:
    """What became of the rows of an import.

    Parameters
    ----------
    kind
        `sirene`, `profiles`, `relations`, `awards` or `grand_paris_sud`.
    path
        The file, as the user named it.
    read
        Rows of the file, without its header.
    kept
        What was written to the store: companies, profiles, or relations.
    left_out
        Rows that are right and not wanted, by named reason.
    rejected
        Rows that are wrong.
    by_reason
        Rejected rows by reason.
    notes
        Other things worth knowing, counted.
    ignored_columns
        Columns of a spreadsheet that nothing was read from.
    rejects_path
        Where the rejected rows were written, if there are any.
    seconds
        How long it took.
    """

    kind: str
    path: str
    read: int = 0
    kept: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    by_reason: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()
    rejects_path: str | None = None
    seconds: float = 0.0

    @property
    def reject_rate(self) -> float:
        """Share of the rows that were rejected; damaged side files may bring it above 1."""
        return self.rejected / max(self.read, 1)


class TooManyRejectsError(RejectRateError):
    """An import over its reject rate, which is undone, with the report of what it would have been.

    Parameters
    ----------
    report
        The report; nothing is kept.
    limit
        Largest share of rejected rows that is accepted, in [0, 1].
    """

    def __init__(self, report: ImportReport, limit: float) -> None:
        super().__init__(report.path, report.rejected, report.read, limit, str(report.rejects_path))
        self.report = report


class Rejects:
    """The rejects file of one import, written beside and put in place when the import is done.

    An import that ends over its reject rate is done as well: its rejects say what to mend.

    Parameters
    ----------
    home
        Home of the service; the file goes to its folder `rejects`.
    kind
        Kind of the import.
    source
        The imported file.
    """

    def __init__(self, home: Path, kind: str, source: Path) -> None:
        self.path = home / "rejects" / f"{kind}-{source.name}.csv"
        self.count = 0
        self.by_reason: Counter[str] = Counter()
        self._beside = self.path.with_name(self.path.name + ".part")
        self._file: IO[str] | None = None

    def add(self, reject: Reject) -> None:
        """Set one row apart."""
        if self._file is None:
            self._beside.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._beside.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(Reject._fields)
        self.count += 1
        self.by_reason[reject.reason] += 1
        csv.writer(self._file).writerow(
            (reject.line, reject.column, formula_safe(reject.value), reject.reason)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
        if kind is not None and not issubclass(kind, RejectRateError):
            self._beside.unlink(missing_ok=True)
        elif self.count:
            os.replace(self._beside, self.path)
        else:
            # The file of an earlier import of the same name would tell of faults now mended.
            self.path.unlink(missing_ok=True)

    def tell(self, report: ImportReport) -> None:
        """Put the counts into the report."""
        report.rejected = self.count
        report.by_reason = dict(self.by_reason.most_common())
        report.rejects_path = str(self.path) if self.count else None

    def judge(self, report: ImportReport, limit: float) -> None:
        """Put the counts into the report, and refuse an import over its reject rate.

        To be called within the transaction of the import, which is undone thereby.

        Raises
        ------
        TooManyRejectsError
            If a larger share of the rows than `limit` was rejected.
        """
        self.tell(report)
        if report.reject_rate > limit:
            raise TooManyRejectsError(replace(report, kept=0), limit)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def import_record(
    report: ImportReport, digest: str, data_date: date | None, at: datetime
) -> ImportRecord:
    """Line of the log of imports for a report."""
    return ImportRecord(
        kind=report.kind,
        path=report.path,
        digest=digest,
        data_date=data_date,
        read=report.read,
        kept=report.kept,
        rejected=report.rejected,
        at=at,
    )
