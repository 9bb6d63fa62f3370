"""A dataset folder: companies, the relations that a model may see, the pairs that it must find."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from matchmaker.errors import DatasetError
from models.inputs import CompanyRows, Flags, GroupRows, Rows
from pipelines.datasets.companies import read_companies
from pipelines.datasets.pairs import Field, Labels, read_chosen, read_holdout, read_labels
from pipelines.datasets.relations import read_relations
from pipelines.datasets.tables import ENDINGS, Notes, find_table

REQUIRED = ("companies", "relations", "holdout")
TABLES = (*REQUIRED, "candidates", "queries", "labels")
"""Names of the tables of a dataset."""

_WRITTEN_ENDING = ".csv.gz"


@dataclass(frozen=True)
class Dataset:
    """What a model is measured on.

    Parameters
    ----------
    ids
        Id of each row, sorted by territory, then id; shape (n,).
    companies, groups
        Input of the model. SIRETs are stand-ins, each with a SIREN of its own; departments are
        the territories.
    holdout
        Source and target of the pairs to be found, each once; with `directed` the source is the
        supplier; shape (p, 2).
    holdout_kinds
        Kind of each such pair as the file words it, empty where it says none.
    queries, answers
        Who may ask, and who may be an answer; shape (n,).
    labels
        Pairs whose outcome is known, or nothing.
    columns
        Optional columns of the companies with at least one value.
    notes
        What was set aside, and how many.
    """

    ids: npt.NDArray[np.str_]
    companies: CompanyRows
    groups: GroupRows
    holdout: Rows
    holdout_kinds: list[str]
    queries: Flags
    answers: Flags
    labels: Labels | None
    columns: frozenset[str]
    notes: Notes


def read_dataset(folder: Path, *, cross: bool, directed: bool) -> Dataset:
    """Read a dataset folder.

    Parameters
    ----------
    folder
        With the tables `companies`, `relations` and `holdout`, and perhaps `candidates`,
        `queries` and `labels`, each as `.csv`, `.csv.gz` or `.parquet`.
    cross
        Whether partners are sought in other territories only.
    directed
        Whether the source of a pair is the supplier and the target its client.

    Raises
    ------
    DatasetError
        If a table is missing or there twice, or something in it is not understood.
    """
    paths = _paths(folder)
    companies, notes = read_companies(paths["companies"], cross=cross)
    row_of = {str(id_): row for row, id_ in enumerate(companies.ids)}
    groups, group_notes = read_relations(paths["relations"], row_of, directed=directed)
    queries, query_notes = read_chosen(paths.get("queries"), row_of)
    answers, answer_notes = read_chosen(paths.get("candidates"), row_of)
    field = Field(companies.rows.department, queries, answers, cross, directed)
    holdout, holdout_notes = read_holdout(paths["holdout"], row_of, groups, field)
    labels: Labels | None = None
    label_notes: Notes = ()
    if "labels" in paths:
        labels, label_notes = read_labels(paths["labels"], row_of, holdout)
    return Dataset(
        ids=companies.ids,
        companies=companies.rows,
        groups=groups,
        holdout=holdout.pairs,
        holdout_kinds=holdout.kinds,
        queries=queries,
        answers=answers,
        labels=labels,
        columns=companies.columns,
        notes=notes + group_notes + query_notes + answer_notes + holdout_notes + label_notes,
    )


def _paths(folder: Path) -> dict[str, Path]:
    """Find the tables of a dataset by their names."""
    if not folder.is_dir():
        raise DatasetError(
            str(folder),
            "is a file, not a folder" if folder.exists() else "there is no such folder",
            "Name the folder that holds the dataset",
        )
    found = {name: path for name in TABLES if (path := find_table(folder, name)) is not None}
    for name in REQUIRED:
        if name not in found:
            forms = " or ".join(f"{name}{ending}" for ending in ENDINGS)
            raise DatasetError(str(folder), f"holds no table of the {name}", f"Add {forms}")
    return found


def write_dataset(
    folder: Path,
    *,
    companies: pl.DataFrame,
    relations: pl.DataFrame,
    holdout: pl.DataFrame,
    candidates: pl.DataFrame | None = None,
    queries: pl.DataFrame | None = None,
    labels: pl.DataFrame | None = None,
) -> None:
    """Write a dataset folder that `read_dataset` reads; equal tables give equal bytes.

    Parameters
    ----------
    folder
        Made where it is not there; tables of an earlier dataset are replaced.
    companies, relations, holdout, candidates, queries, labels
        With the columns of each table, missing values null.

    Raises
    ------
    DatasetError
        If the folder holds a table of an earlier dataset that would be read with the new ones.
    """
    frames = (companies, relations, holdout, candidates, queries, labels)
    written = {
        f"{name}{_WRITTEN_ENDING}": frame
        for name, frame in zip(TABLES, frames, strict=True)
        if frame is not None
    }
    for name in TABLES:
        for ending in ENDINGS:
            file = f"{name}{ending}"
            if file not in written and (folder / file).exists():
                raise DatasetError(
                    str(folder), f"holds {file} of an earlier dataset", "Write to an empty folder"
                )
    folder.mkdir(parents=True, exist_ok=True)
    for file, frame in written.items():
        # The moment of writing, which gzip would put into its header, is no part of the dataset.
        content = gzip.compress(frame.write_csv().encode(), compresslevel=6, mtime=0)
        (folder / file).write_bytes(content)
