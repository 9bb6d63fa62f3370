"""The true worth of pairs, which only a fictional world knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from models.inputs import Rows, SparseRows
from pipelines.datasets.tables import Table, find_table, read_rows
from pipelines.datasets.values import read_each, read_filled, read_members, weight_of

_TABLE = "oracle"


def read_oracle(folder: Path, ids: npt.NDArray[np.str_], *, directed: bool) -> SparseRows | None:
    """Read what pairs are worth; pairs that the table does not name are worth nothing.

    Parameters
    ----------
    folder
        Dataset folder, perhaps with the table `oracle` (`source`, `target`, `utility`).
    ids
        Id of each row of the dataset, shape (n,).
    directed
        Whether a pair is worth something one way only. Without it a pair stands once and counts
        both ways.

    Returns
    -------
    csr_array or None
        Shape (n, n), rows are sources and columns targets; nothing where there is no table.

    Raises
    ------
    DatasetError
        If a row is not understood, or a pair is there twice.
    """
    path = find_table(folder, _TABLE)
    if path is None:
        return None
    table = read_rows(path, ("source", "target", "utility"))
    row_of = {str(id_): row for row, id_ in enumerate(ids)}
    pairs = read_members(table, ("source", "target"), row_of)
    read_filled(table, "utility")
    utility = np.array(read_each(table, "utility", weight_of), dtype=np.float64)
    _check_distinct(table, pairs if directed else np.sort(pairs, axis=1))
    worth: SparseRows = sparse.coo_array(
        (utility, (pairs[:, 0], pairs[:, 1])), shape=(len(ids), len(ids))
    ).tocsr()
    return worth if directed else (worth + worth.T).tocsr()


def _check_distinct(table: Table, pairs: Rows) -> None:
    _, first = np.unique(pairs, axis=0, return_index=True)
    repeated = np.setdiff1d(np.arange(len(pairs)), first)
    if len(repeated):
        raise table.error(
            f"the pair is there twice (repeated rows in the file: {len(repeated)})",
            "Keep one row per pair",
            int(repeated[0]),
        )
