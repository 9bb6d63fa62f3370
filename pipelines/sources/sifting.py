"""First pass over a Sirene stock: the wanted rows go to a temporary folder, the others are counted.

What waits in the folder is what the second pass needs; in memory stay eight bytes per number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from matchmaker.tabular.rejects import Reject
from matchmaker.tabular.tables import Batch
from pipelines.sources.establishments import COMMUNE, DIFFUSION, STATE
from pipelines.sources.legal_units import present
from pipelines.sources.numbers import Numbers, SeenNumbers, numbers_of

CLOSED = "closed"
NOT_DIFFUSIBLE = "not diffusible"
ABROAD = "abroad, or without a commune"
ABROAD_CODES = "99"
"""Beginning of the codes of countries, which older files give in place of a commune."""
ELSEWHERE = "outside the departments"

_SIRET = re.compile(r"(?<![0-9])[0-9]{14}(?![0-9])")

WAVE_ROWS = 1_000_000
"""More rows than two departments have; a whole country is completed in waves."""


def in_departments(departments: tuple[str, ...]) -> pl.Expr:
    """Rows of some departments, and rows whose commune code does not tell its department."""
    code = pl.col(COMMUNE)
    overseas = code.str.starts_with("97") | code.str.starts_with("98")
    department = pl.when(overseas).then(code.str.slice(0, 3)).otherwise(code.str.slice(0, 2))
    told = code.str.contains("^[0-9][0-9AB][0-9]{3}$")
    return ~(told & ~department.is_in(list(departments))).fill_null(False)


@dataclass(frozen=True, slots=True)
class Wave:
    """Kept rows that are completed and written together.

    Parameters
    ----------
    files
        Where they wait.
    sirens, sirets
        Their numbers, ascending.
    """

    files: tuple[Path, ...]
    sirens: Numbers
    sirets: Numbers

    def frames(self) -> Iterator[pl.DataFrame]:
        """Read the rows back."""
        return map(pl.read_ipc, self.files)


class Sifting:
    """The rows of a stock as they pass.

    Parameters
    ----------
    folder
        Where the kept rows wait.
    keep_closed
        Whether closed establishments are kept.
    reject
        Takes rows that are wrong.
    wave_rows
        Rows of a wave, about; bounds the memory that their legal units take.

    Attributes
    ----------
    read
        Rows of the stock.
    left_out
        Rows that are right and not wanted, by reason.
    newest
        Newest day on which INSEE treated a row, in any department.
    unread
        SIRETs that stand in rows which are no rows of the table.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keep_closed: bool,
        reject: Callable[[Reject], None],
        wave_rows: int = WAVE_ROWS,
    ) -> None:
        self.read = 0
        self.left_out: Counter[str] = Counter()
        self.newest: date | None = None
        self.unread: set[str] = set()
        self._folder = folder
        self._keep_closed = keep_closed
        self._reject = reject
        self._wave_rows = wave_rows
        self._looked_at = 0
        self._seen = SeenNumbers()
        self._files: list[Path] = []
        self._sirens: list[Numbers] = []
        self._sirets: list[Numbers] = []
        self._gone: list[Numbers] = []
        self._hidden: list[Numbers] = []

    def take(self, batch: Batch) -> None:
        """Sift some rows of the stock."""
        self.read += batch.read
        self._looked_at += len(batch.bad_rows) + batch.rows.height
        if batch.newest is not None:
            self.newest = max(batch.newest, self.newest or batch.newest)
        for reject in batch.bad_rows:
            self._reject(reject)
            self.unread.update(_SIRET.findall(reject.value))
        if batch.rows.height:
            self._keep(self._wanted(self._first_of_each(batch.rows.with_columns(present()))))

    def finish(self) -> None:
        """Count what was filtered away unseen, once all has passed."""
        self.left_out[ELSEWHERE] = self.read - self._looked_at
        self._seen = SeenNumbers()

    def waves(self) -> Iterator[Wave]:
        """Kept rows in the order of the stock, so many at a time; at least one wave."""
        first, rows = 0, 0
        for place, numbers in enumerate(self._sirets):
            rows += len(numbers)
            if rows >= self._wave_rows:
                yield self._wave(slice(first, place + 1))
                first, rows = place + 1, 0
        if rows or first == 0:
            yield self._wave(slice(first, None))

    def _wave(self, places: slice) -> Wave:
        return Wave(
            tuple(self._files[places]),
            _ascending(self._sirens[places]),
            _ascending(self._sirets[places]),
        )

    @property
    def gone(self) -> Numbers:
        """SIRET numbers of establishments that are closed or must not be shown, ascending."""
        return _ascending(self._gone)

    @property
    def hidden(self) -> Numbers:
        """Those SIRET numbers among the gone that must not be shown, ascending."""
        return _ascending(self._hidden)

    def _first_of_each(self, rows: pl.DataFrame) -> pl.DataFrame:
        repeated = pl.Series(self._seen.add(numbers_of(rows["siret"], 14)))
        for line, siret in rows.filter(repeated).select("line", "siret").iter_rows():
            self._reject(Reject(line, "siret", siret, "SIRET is there twice; the first row counts"))
        return rows.filter(~repeated)

    def _wanted(self, rows: pl.DataFrame) -> pl.DataFrame:
        closed = (pl.col(STATE) == "F") & ~pl.lit(self._keep_closed)
        hidden = pl.col(DIFFUSION) == "N"
        self._hidden.append(numbers_of(rows.filter(hidden.fill_null(False))["siret"], 14))
        for reason, condition in (
            (CLOSED, closed),
            (NOT_DIFFUSIBLE, hidden),
            (ABROAD, pl.col(COMMUNE).fill_null(ABROAD_CODES).str.starts_with(ABROAD_CODES)),
        ):
            chosen = rows.select(condition.fill_null(False)).to_series()
            dropped = rows.filter(chosen)
            self.left_out[reason] += dropped.height
            if reason != ABROAD:
                self._gone.append(numbers_of(dropped["siret"], 14))
            rows = rows.filter(~chosen)
        return rows

    def _keep(self, rows: pl.DataFrame) -> None:
        if not rows.height:
            return
        file = self._folder / f"{len(self._files)}.arrow"
        rows.write_ipc(file)
        self._files.append(file)
        self._sirens.append(np.unique(numbers_of(rows["siren"], 9)))
        self._sirets.append(numbers_of(rows["siret"], 14))


def _ascending(parts: list[Numbers]) -> Numbers:
    numbers = np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)
    return numbers[numbers >= 0]
