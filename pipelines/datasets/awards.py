"""Real awards as dataset folders: firms that won public contracts together, or side by side.

Two truths, both cut by a day. What is known before it makes texts and relations; what comes on
or after it is held out.

- **joint awards**: firms that hold one plain contract together, two to five of them;
- **lots**: firms that hold different lots of one operation, of different trades. They have no
  contract with each other but meet on one site, so their relation is an `event`.

A firm whose first contract comes later is there without a text, as a young firm would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import polars as pl

from matchmaker.errors import InputFileError
from matchmaker.relations import RelationKind
from pipelines.datasets.contracts import (
    Award,
    ContractText,
    mended,
    read_awards,
    texts_before,
)
from pipelines.datasets.counts import DatasetCounts, Pair, counts_of, pairs_within
from pipelines.datasets.folder import write_dataset
from pipelines.datasets.lots import operations
from pipelines.sources.awards import LONGEST_LABEL

DEFAULT_BEFORE = date(2019, 2, 1)
"""Day before which two thirds of the dated contracts of the extract of 2018-19 were notified."""

_GROUP_SCHEMA = {
    "group": pl.String,
    "member": pl.String,
    "kind": pl.String,
    "date": pl.Date,
    "label": pl.String,
}
_HOLDOUT_COLUMNS = ("source", "target", "kind")


@dataclass(frozen=True, slots=True)
class AwardsDataset:
    """A dataset folder made of public contracts.

    Parameters
    ----------
    folder
        Where it was written.
    before
        The day that cuts known from held out.
    counts
        What it holds.
    set_aside
        Contracts of the file that could not be used, by reason.
    """

    folder: Path
    before: date
    counts: DatasetCounts
    set_aside: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Group:
    """Firms that met on one day, and what for."""

    firms: tuple[str, ...]
    day: date
    label: str


def joint_awards_dataset(
    awards_file: Path,
    folder: Path,
    *,
    before: date = DEFAULT_BEFORE,
    text: ContractText = "objects_and_trades",
) -> AwardsDataset:
    """Write the dataset of firms that win contracts together.

    Parameters
    ----------
    awards_file
        DECP file, `.json` or `.json.gz`.
    folder
        Where the dataset goes.
    before
        First day that is held out.
    text
        What describes a firm.

    Raises
    ------
    InputFileError
        If the file cannot be used, or has no new pair on or after the day.
    """
    awards, set_aside = read_awards(awards_file)
    awards = mended(awards, before)
    joint = sorted((award for award in awards if award.is_joint), key=lambda award: award.object)
    groups = {
        (award.firms, award.day): _Group(award.firms, award.day, award.object) for award in joint
    }
    known = [group for group in groups.values() if group.day < before]
    later = {
        pair for award in joint if award.day >= before for pair in combinations(award.firms, 2)
    }
    counts = _write(awards_file, folder, awards, known, later, RelationKind.AWARD, before, text)
    return AwardsDataset(folder, before, counts, set_aside)


def lots_dataset(
    awards_file: Path,
    folder: Path,
    *,
    before: date = DEFAULT_BEFORE,
    text: ContractText = "objects_and_trades",
) -> AwardsDataset:
    """Write the dataset of firms of different trades that work on one operation.

    Parameters and errors are those of `joint_awards_dataset`.
    """
    awards, set_aside = read_awards(awards_file)
    awards = mended(awards, before)
    known = []
    later: set[Pair] = set()
    for operation in operations(awards):
        met = [pair for pair, day in operation.pairs.items() if day < before]
        later |= operation.pairs.keys() - set(met)
        if met:
            firms = tuple(sorted({firm for pair in met for firm in pair}))
            day = max(operation.pairs[pair] for pair in met)
            known.append(_Group(firms, day, operation.name))
    counts = _write(awards_file, folder, awards, known, later, RelationKind.EVENT, before, text)
    return AwardsDataset(folder, before, counts, set_aside)


def _write(
    awards_file: Path,
    folder: Path,
    awards: list[Award],
    known: list[_Group],
    later: set[Pair],
    kind: RelationKind,
    before: date,
    text: ContractText,
) -> DatasetCounts:
    new = sorted(later - pairs_within(group.firms for group in known))
    if not new:
        raise InputFileError(
            str(awards_file),
            f"holds no new pair of firms on or after {before}",
            "Choose an earlier day or a file that goes on longer",
        )
    texts = texts_before(awards, before, text)
    firms = sorted({firm for award in awards for firm in award.firms})
    companies = pl.DataFrame(
        {"id": firms, "activity": [texts.get(firm, "") for firm in firms]},
    )
    relations = _relations_table(known, kind)
    holdout = pl.DataFrame([(*pair, str(kind)) for pair in new], _HOLDOUT_COLUMNS, orient="row")
    write_dataset(folder, companies=companies, relations=relations, holdout=holdout)
    return counts_of(companies, relations, holdout)


def _relations_table(groups: list[_Group], kind: RelationKind) -> pl.DataFrame:
    """One row per member, oldest group first."""
    ordered = sorted(groups, key=lambda group: (group.day, group.firms, group.label))
    rows = [
        (f"{kind}-{number}", firm, str(kind), group.day, group.label[:LONGEST_LABEL])
        for number, group in enumerate(ordered, start=1)
        for firm in group.firms
    ]
    return pl.DataFrame(rows, _GROUP_SCHEMA, orient="row")
