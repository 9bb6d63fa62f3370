"""Sorted arrays of numbers answer as sets of text would."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.numbers import NO_NUMBER, SeenNumbers, find, numbers_of, siret_texts


def test_only_texts_of_all_digits_are_numbers():
    texts = pl.Series(["00000000000017", "17", "0000000000001a", None, " 0000000000017", ""])
    assert numbers_of(texts, 14).tolist() == [17, *[NO_NUMBER] * 5]


def test_leading_zeros_come_back():
    assert list(siret_texts(np.array([17, 32517500057]))) == ["00000000000017", "00032517500057"]


@given(st.lists(st.lists(st.integers(-1, 30), max_size=20), max_size=12))
def test_a_number_is_repeated_if_a_set_has_seen_it(batches):
    seen_numbers, seen = SeenNumbers(), set()
    for batch in batches:
        expected = []
        for number in batch:
            expected.append(number in seen)
            seen.add(number)
            seen.discard(NO_NUMBER)
        assert seen_numbers.add(np.array(batch, dtype=np.int64)).tolist() == expected


@given(st.sets(st.integers(0, 50)), st.lists(st.integers(0, 60)))
def test_found_places_hold_the_number(numbers, wanted):
    array = np.array(sorted(numbers), dtype=np.int64)
    places, found = find(array, np.array(wanted, dtype=np.int64))
    assert found.tolist() == [number in numbers for number in wanted]
    assert all(
        array[place] == number
        for place, number in zip(
            places[found], np.array(wanted, dtype=np.int64)[found], strict=True
        )
    )
