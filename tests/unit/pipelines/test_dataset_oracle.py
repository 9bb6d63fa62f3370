"""The worth of pairs is read as the table has it, and both ways where pairs have no direction."""

import numpy as np
import polars as pl
import pytest

from matchmaker.errors import DatasetError
from pipelines.datasets.oracle import read_oracle

IDS = np.array(["b", "d", "007", "a"])
PAIRS = {"source": ["a", "007"], "target": ["b", "d"], "utility": [0.25, 1.0]}


def write(folder, **changes):
    pl.DataFrame(PAIRS | changes).write_parquet(folder / "oracle.parquet")
    return folder


def test_without_a_table_nobody_knows(tmp_path):
    assert read_oracle(tmp_path, IDS, directed=True) is None


def test_rows_are_sources_and_columns_targets(tmp_path):
    worth = read_oracle(write(tmp_path), IDS, directed=True)
    assert worth.shape == (4, 4)
    assert {
        (int(a), int(b)): float(worth[a, b]) for a, b in zip(*worth.nonzero(), strict=True)
    } == {
        (3, 0): 0.25,
        (2, 1): 1.0,
    }


def test_without_direction_a_pair_is_worth_the_same_both_ways(tmp_path):
    one_way = read_oracle(write(tmp_path), IDS, directed=True).toarray()
    both = read_oracle(tmp_path, IDS, directed=False).toarray()
    assert np.array_equal(both, one_way + one_way.T)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": ["a", "x"]}, "'x' is no id of the companies"),
        ({"utility": [0.25, float("nan")]}, "holds NaN"),
        ({"utility": [0.25, None]}, "utility is empty"),
        ({"utility": [0.25, 0.0]}, "must be from 1e-06"),
        ({"source": ["a", "a"], "target": ["b", "b"]}, "the pair is there twice"),
    ],
)
def test_a_bad_row_is_one_clear_error(tmp_path, changes, said):
    with pytest.raises(DatasetError, match=r"line \d") as error:
        read_oracle(write(tmp_path, **changes), IDS, directed=True)
    assert said in str(error.value)


def test_a_mirror_is_a_repetition_only_without_direction(tmp_path):
    folder = write(tmp_path, source=["a", "b"], target=["b", "a"])
    assert read_oracle(folder, IDS, directed=True).nnz == 2
    with pytest.raises(DatasetError, match="twice"):
        read_oracle(folder, IDS, directed=False)
