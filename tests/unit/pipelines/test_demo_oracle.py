"""The oracle of the demo territory, against its formulas written out again."""

import math
from datetime import date

import numpy as np
import pytest

from pipelines.demo.catalogue import PRODUCTS, PROJECTS
from pipelines.demo.oracle import KINDS, oracle_of, utilities, worth_pairs
from pipelines.demo.partners import PEER_STAFF_LIMITS, true_partners
from pipelines.demo.registration import register
from pipelines.demo.world import draw_world

REACH_KM = {product.key: product.reach_km for product in PRODUCTS}


@pytest.fixture(scope="module")
def registrations():
    world = draw_world(np.random.default_rng(3), companies=200, today=date(2026, 7, 1))
    return register(np.random.default_rng(4), world)


@pytest.fixture(scope="module")
def oracle(registrations):
    return oracle_of(registrations)


@pytest.fixture(scope="module")
def worth(oracle):
    everybody = np.arange(len(oracle))
    return {kind: utilities(oracle, kind, everybody) for kind in KINDS}


def nearness(one, other, reach_km):
    metres = math.hypot(one.east - other.east, one.north - other.north)
    return 0.5 + 0.5 * 2 ** (-metres / 1000 / reach_km)


def likeness(one, other, width):
    return math.exp(-((math.log10(one.staff / other.staff) / width) ** 2))


def may_meet(one, other):
    return (
        one.open_to_partners
        and other.open_to_partners
        and one.firm.siren != other.firm.siren
        and one.firm.trade.key != other.firm.trade.key
    )


def size_class(firm):
    return sum(firm.staff >= limit for limit in PEER_STAFF_LIMITS)


def supply(one, other):
    trust = 0.4 + 0.6 * one.trust
    shared = [
        mastery * other.needs[key] * nearness(one, other, REACH_KM[key])
        for key, mastery in one.offers.items()
        if key in other.needs
    ]
    return max(shared, default=0.0) * trust * likeness(one, other, 2.4)


def mutual(one, other, levels, reach_km):
    trust = 0.4 + 0.6 * math.sqrt(one.trust * other.trust)
    return (
        math.sqrt(max(levels, default=0.0))
        * trust
        * nearness(one, other, reach_km)
        * likeness(one, other, 1.5)
    )


def consortium(one, other):
    levels = [
        one.offers[own] * other.offers[theirs]
        for project in PROJECTS
        for own in set(project.lots) & set(one.offers)
        for theirs in set(project.lots) & set(other.offers)
        if own != theirs
    ]
    return mutual(one, other, levels, 40.0)


def peer(one, other):
    levels = [one.themes[key] * other.themes[key] for key in set(one.themes) & set(other.themes)]
    return mutual(one, other, levels if size_class(one) == size_class(other) else [], 30.0)


FORMULAS = {"supply": supply, "consortium": consortium, "peer": peer}


@pytest.mark.parametrize("kind", KINDS)
def test_utilities_of_all_pairs_follow_from_the_formulas(registrations, worth, kind):
    """Brute force over every pair; rivals, one SIREN and firms that are not open are worth 0."""
    expected = np.zeros_like(worth[kind])
    for a, one in enumerate(registrations):
        for b, other in enumerate(registrations):
            if may_meet(one, other):
                expected[a, b] = FORMULAS[kind](one.firm, other.firm)
    assert (expected > 0).sum() > 300
    np.testing.assert_allclose(worth[kind], expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_oracle_says_of_true_partners_what_the_truth_says(registrations, worth, kind):
    """The truth has a line per product, project or theme, the oracle the best of them all."""
    truth = true_partners(registrations)
    of_kind = np.array(truth.kind) == kind
    best = np.zeros_like(worth[kind])
    np.maximum.at(best, (truth.source[of_kind], truth.target[of_kind]), truth.utility[of_kind])
    listed = best > 0
    assert listed.sum() > 100
    assert (best[listed] <= worth[kind][listed] + 1e-4).all()
    # A pair may be among the best for its second product, and not for its first.
    assert np.isclose(best[listed], worth[kind][listed], atol=1e-4).mean() > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_of_rows_in_any_order_are_rows_of_the_whole(oracle, worth, kind):
    rows = np.array([150, 3, 77])
    assert np.array_equal(utilities(oracle, kind, rows), worth[kind][rows])


@pytest.mark.parametrize("kind", KINDS)
def test_pairs_are_those_across_the_border_and_a_mutual_one_is_listed_once(oracle, worth, kind):
    department = oracle.known.department
    expected = np.where(department[:, None] != department[None, :], worth[kind], 0.0)
    if kind != "supply":
        expected[department != 77] = 0.0
    pairs = worth_pairs(oracle, kind)
    found = np.zeros_like(expected)
    found[pairs.source, pairs.target] = pairs.utility
    assert len(pairs) == (expected > 0).sum()
    assert np.array_equal(found, expected)


def test_an_unknown_kind_is_refused(oracle):
    with pytest.raises(ValueError, match="kind must be one of supply, consortium, peer"):
        utilities(oracle, "mentoring", np.arange(2))
