"""No figure about fewer than five firms, told or found by subtraction; every sum adds up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.discretion import FEWEST, OTHER, Pairs, count_of, flow_table, shares_of

LINKS = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), unique=True, max_size=160)
CATEGORIES = st.lists(st.sampled_from("ABCD"), min_size=40, max_size=40)


def table(links, left, right):
    pairs = Pairs(
        np.array([a for a, _ in links], dtype=np.int64),
        np.array([b for _, b in links], dtype=np.int64),
    )
    names = [np.array(side, dtype=np.str_) for side in (left, right)]
    return flow_table(pairs, names[0][pairs.left], names[1][pairs.right])


def enough(links):
    """Whether nobody is in the links, or five firms of each side, counted with plain sets."""
    return not links or min(len({a for a, _ in links}), len({b for _, b in links})) >= FEWEST


def renamed(told, category):
    """Name that a category goes by where some are told together."""
    return category if category in {code for code, _ in told} else OTHER


@given(LINKS, CATEGORIES, CATEGORIES)
def test_no_figure_is_about_fewer_than_five_firms(links, left, right):
    found = table(links, left, right)
    if found is None:
        assert not enough(links)
        return
    assert enough(links)
    rows = [(renamed(found["left"], left[a]), (a, b)) for a, b in links]
    columns = [(renamed(found["right"], right[b]), (a, b)) for a, b in links]
    for told, placed in ((found["left"], rows), (found["right"], columns)):
        for code, number in told:
            own = [link for name, link in placed if name == code]
            assert len(own) == number > 0
            assert enough(own)
    shown = {(a, b) for a, b, _ in found["cells"]}
    cells = [(row, column, link) for (row, link), (column, _) in zip(rows, columns, strict=True)]
    for a, b, number in found["cells"]:
        own = [link for row, column, link in cells if (row, column) == (a, b)]
        assert len(own) == number
        assert enough(own)
    # What is left of a row, of a column and of the whole, when the told cells are taken away.
    for place in (0, 1):
        for code in {cell[place] for cell in cells}:
            rest = [c[2] for c in cells if c[place] == code and (c[0], c[1]) not in shown]
            assert enough(rest)


@given(LINKS, CATEGORIES, CATEGORIES)
def test_every_table_sums_to_the_number_of_links(links, left, right):
    found = table(links, left, right)
    if found is None:
        return
    assert found["links"] == len(links)
    assert sum(number for _, number in found["left"]) == len(links)
    assert sum(number for _, number in found["right"]) == len(links)
    assert sum(number for _, _, number in found["cells"]) + found["rest"] == len(links)


def test_a_small_table_by_hand():
    """Six firms a side in A-A, seven in B-B, and one lonely firm of C with one of A.

    C is one firm, so it is told with the smaller of the others, A. The cell of the two is then
    seven links of seven firms, and nothing is left untold.
    """
    links = [(k, k) for k in range(6)] + [(10 + k, 10 + k) for k in range(7)] + [(20, 0)]
    left = ["A"] * 10 + ["B"] * 10 + ["C"] * 20
    right = ["A"] * 10 + ["B"] * 30
    assert table(links, left, right) == {
        "links": 14,
        "left": [("B", 7), (OTHER, 7)],
        "right": [("A", 7), ("B", 7)],
        "cells": [("B", "B", 7), (OTHER, "A", 7)],
        "rest": 0,
    }


def test_a_cell_that_would_leave_two_firms_is_not_told_either():
    """Row A: six links with column A, two with column B. To tell the six would tell the two."""
    links = [(k, k) for k in range(6)] + [(6, 10), (7, 11)] + [(10 + k, 10 + k) for k in range(8)]
    left = ["A"] * 10 + ["B"] * 30
    found = table(links, left, left)
    assert dict(found["left"]) == {"A": 8, "B": 8}
    assert dict(found["right"]) == {"A": 6, "B": 10}
    assert found["cells"] == []
    assert found["rest"] == 16


def test_large_categories_are_told_as_they_are():
    links = [(k, k) for k in range(5)] + [(10 + k, 10 + k) for k in range(7)]
    left = ["A"] * 10 + ["B"] * 30
    found = table(links, left, left)
    assert found == {
        "links": 12,
        "left": [("B", 7), ("A", 5)],
        "right": [("B", 7), ("A", 5)],
        "cells": [("B", "B", 7), ("A", "A", 5)],
        "rest": 0,
    }


def test_nothing_is_told_of_four_firms_and_nothing_is_no_secret():
    assert table([(k, k) for k in range(4)], ["A"] * 40, ["A"] * 40) is None
    # One firm with forty partners betrays that firm.
    assert table([(0, k) for k in range(40)], ["A"] * 40, ["A"] * 40) is None
    assert table([], ["A"] * 40, ["A"] * 40) == {
        "links": 0,
        "left": [],
        "right": [],
        "cells": [],
        "rest": 0,
    }


@pytest.mark.parametrize(("firms", "told"), [(0, 0), (1, None), (4, None), (5, 5), (300, 300)])
def test_a_number_of_firms(firms, told):
    assert count_of(firms) == told


GROUPS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda g: (max(g), min(g))), max_size=8
)


@given(GROUPS)
def test_shares_are_told_of_five_firms_or_more(groups):
    named = [(str(place), firms, having) for place, (firms, having) in enumerate(groups)]
    found = shares_of(named)
    for code, firms, having in found:
        if code != OTHER:
            assert (code, firms, having) in named
        assert firms == 0 or firms >= FEWEST
        assert having == 0 or having >= FEWEST
    if found:
        for place in (1, 2):
            assert sum(each[place] for each in found) == sum(each[place] for each in named)
    assert len({code for code, *_ in found}) == len(found)


def test_shares_that_cannot_be_told_at_all():
    assert shares_of([("77", 3, 1), ("91", 20, 2)]) == []
    assert shares_of([("77", 30, 10), ("91", 20, 2)]) == [(OTHER, 50, 12)]
    assert shares_of([("77", 30, 10), ("91", 20, 6)]) == [("77", 30, 10), ("91", 20, 6)]
