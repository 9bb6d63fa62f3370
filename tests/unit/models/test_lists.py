"""Lists as arrays: cut, taken, put side by side, and each firm once; against plain loops."""

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.inputs import UNKNOWN
from models.lists import (
    NO_ROLE,
    PADDING,
    RankedLists,
    once_per_firm,
    seen_before,
    side_by_side,
)

SEEKERS, N_CHANNELS = 3, 2
NAMES = [field.name for field in fields(RankedLists)]


@st.composite
def lists(draw, longest=6):
    """Draw lists with gaps anywhere, every place of its own in all columns."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (SEEKERS, draw(st.integers(0, longest)))
    gone = rng.random(shape) < draw(st.sampled_from([0, 0.3]))
    columns = {
        "partners": rng.integers(0, 9, shape).astype(np.int32),
        "roles": rng.integers(0, 3, shape).astype(np.int8),
        "scores": rng.random(shape, dtype=np.float32),
        "bands": rng.integers(0, 3, shape).astype(np.int8),
        "parts": rng.random((*shape, N_CHANNELS)).astype(np.float16),
        "propensity": rng.random(shape, dtype=np.float32),
    }
    for name, values in columns.items():
        values[gone] = PADDING[name]
    return RankedLists(**columns)


def entries(found, row):
    """Read every column of each place of one list."""
    width = found.partners.shape[1]
    return [tuple(getattr(found, name)[row, k].tolist() for name in NAMES) for k in range(width)]


def tuples(some):
    """Make contributions comparable, which are lists of numbers."""
    return [tuple(map(str, entry)) for entry in some]


BLANK = (UNKNOWN, NO_ROLE, 0.0, 0, [0.0] * N_CHANNELS, 1.0)


def test_padding_names_every_column():
    """A column without one could not be padded, taken or widened."""
    assert set(PADDING) == set(NAMES)


@given(lists(), st.integers(0, 8))
@settings(max_examples=50, deadline=None)
def test_a_list_is_cut_to_its_first_places(some, length):
    found = some.taken_first(length)
    for row in range(SEEKERS):
        assert tuples(entries(found, row)) == tuples(entries(some, row)[:length])
    assert len(found) == SEEKERS


@given(lists().filter(lambda some: some.partners.shape[1] > 0), st.data())
@settings(max_examples=80, deadline=None)
def test_places_are_taken_with_everything_that_they_hold(some, data):
    """In the order given, repeats and gaps included; the lists taken from stay as they are."""
    width = some.partners.shape[1]
    place = st.integers(UNKNOWN, width - 1)
    c = data.draw(st.integers(0, 7))
    row_of_places = st.lists(place, min_size=c, max_size=c)
    places = np.array([data.draw(row_of_places) for _ in range(SEEKERS)], dtype=np.int64)
    before = [entries(some, row) for row in range(SEEKERS)]
    found = some.taken(places.reshape(SEEKERS, c))
    for row in range(SEEKERS):
        expected = [before[row][k] if k >= 0 else BLANK for k in places[row]]
        assert tuples(entries(found, row)) == tuples(expected)
        assert tuples(entries(some, row)) == tuples(before[row])
    for name in NAMES:
        assert getattr(found, name).dtype == getattr(some, name).dtype


@given(st.lists(lists(), min_size=1, max_size=3))
@settings(max_examples=50, deadline=None)
def test_roles_stand_next_to_each_other(some):
    found = side_by_side(some)
    for row in range(SEEKERS):
        expected = [entry for own in some for entry in entries(own, row)]
        assert tuples(entries(found, row)) == tuples(expected)


@given(lists(), st.lists(st.integers(0, 4), min_size=9, max_size=9))
@settings(max_examples=100, deadline=None)
def test_the_first_place_of_each_firm_stays(some, firms):
    """The rest closes up, keeps its order, and ends in padding."""
    found = once_per_firm(some, np.array(firms))
    for row in range(SEEKERS):
        kept, seen = [], set()
        for entry in entries(some, row):
            if entry[0] >= 0 and firms[entry[0]] not in seen:
                seen.add(firms[entry[0]])
                kept.append(entry)
        missing = some.partners.shape[1] - len(kept)
        assert tuples(entries(found, row)) == tuples([*kept, *[BLANK] * missing])


@given(st.lists(st.lists(st.integers(-2, 4), min_size=6, max_size=6), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_what_stands_further_left_is_told(rows):
    """Negative values are nobody, and never repeat."""
    expected = [[v >= 0 and v in row[:k] for k, v in enumerate(row)] for row in rows]
    assert seen_before(np.array(rows)).tolist() == expected
