"""Named arrays in a folder: one `.npy` file each, opened by memory map, never a pickle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.errors import SnapshotError

Array = npt.NDArray[Any]

_SPARSE_PARTS = ("data", "indices", "indptr", "shape")


def save_arrays(folder: Path, arrays: Mapping[str, object]) -> None:
    """Write dense and sparse (CSR) arrays; a sparse one becomes four files `name.part.npy`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        if isinstance(array, sparse.csr_array):
            array.sort_indices()
            for part in _SPARSE_PARTS:
                values = np.asarray(getattr(array, part))
                # An index beyond 2**31 keeps 64 bits; below, half the file does.
                if part in ("indices", "indptr") and values.max(initial=0) < 2**31:
                    values = values.astype(np.int32)
                np.save(folder / f"{name}.{part}.npy", values, allow_pickle=False)
        else:
            np.save(folder / f"{name}.npy", np.asarray(array), allow_pickle=False)


def load_array(folder: Path, name: str) -> Array:
    """Open a dense array by memory map.

    Raises
    ------
    SnapshotError
        If the file is missing or is no array.
    """
    path = folder / f"{name}.npy"
    try:
        array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise SnapshotError(
            f"{path}: cannot be read as an array ({error}). Run `matchmaker nightly`."
        ) from error
    return array


def load_sparse(folder: Path, name: str) -> sparse.csr_array[Any, tuple[int, int]]:
    """Open a sparse array whose parts are memory maps."""
    data, indices, indptr, shape = (load_array(folder, f"{name}.{part}") for part in _SPARSE_PARTS)
    matrix: sparse.csr_array[Any, tuple[int, int]] = sparse.csr_array(
        (data, indices, indptr), shape=(int(shape[0]), int(shape[1])), copy=False
    )
    # Rows are sorted when saved; telling scipy so avoids a check that would read the whole map.
    matrix.has_sorted_indices = True
    matrix.has_canonical_format = True
    return matrix


def save_strings(folder: Path, name: str, strings: list[str]) -> None:
    """Write strings, one a line, in UTF-8; they must not hold a line break."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(len(string.splitlines()) > 1 or string.endswith(("\n", "\r")) for string in strings):
        raise ValueError(f"strings of {name} must not hold line breaks")
    (folder / f"{name}.txt").write_text("".join(f"{s}\n" for s in strings), encoding="utf-8")


def load_strings(folder: Path, name: str) -> list[str]:
    """Read what `save_strings` wrote."""
    path = folder / f"{name}.txt"
    try:
        return path.read_text(encoding="utf-8").split("\n")[:-1]
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(
            f"{path}: cannot be read ({error}). Run `matchmaker nightly`."
        ) from error
