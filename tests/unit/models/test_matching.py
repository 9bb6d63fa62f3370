"""From pools to lists: both sides count, nobody is crowded, and the lists say only what is true."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sparse
from builders import company, fitted, mixture, profile, rows_of, siret_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.intents import OPPOSITE, ROLES, Intent, Role
from models.allocation import ipfp
from models.inputs import UNKNOWN
from models.lists import ALL_ROLES, NO_ROLE, RankedLists, merged
from models.matching import (
    LEAST_CHANCE,
    REVERSED_CANDIDATES,
    SMALLEST,
    Shares,
    largest_exposure,
    mutual_wishes,
    shared_out,
    with_reversed,
)
from models.ranking import united
from models.text_space import TextSpace
from models.view import represent

SPACE = TextSpace.fit(["bois et acier", "lait et pain"], dimensions=2, seed=1)
DEPARTMENTS = ("77", "91", "92")
SHARES = Shares(
    length=6,
    reserve=4,
    capacity=4,
    exposure=2.0,
    temperature=0.05,
    variety=0.0,
    explored_places=0,
    seed=7,
)


def view_of(sides, **changes):
    """Make a territory whose row k is of the department numbered `sides[k]`."""
    firms = [company(100 + k, DEPARTMENTS[side]) for k, side in enumerate(sides)]
    view = represent(rows_of(firms, (), DEPARTMENTS), SPACE, [])
    assert np.array_equal(view.department, sides), "sides must ascend"
    return replace(view, **{name: np.array(values) for name, values in changes.items()})


def pool_of(role, scores, length=20):
    """Rank by a dense array of scores, zero where a pair is no candidate; two channels."""
    scores = np.asarray(scores, np.float32)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :length]
    found = np.take_along_axis(scores, order, axis=1)
    partners = np.where(found > 0, order, UNKNOWN).astype(np.int32)
    return RankedLists(
        partners=partners,
        roles=np.where(partners < 0, NO_ROLE, ALL_ROLES.index(role)).astype(np.int8),
        scores=found,
        bands=(partners % 3).clip(0).astype(np.int8),
        parts=np.stack([found / 4, 3 * found / 4], axis=2).astype(np.float16),
        propensity=np.ones(found.shape, np.float32),
    )


def renumbered(lists, order):
    """Give row `order[k]` the number k, in the lists and in their order."""
    number = np.argsort(order)
    partners = np.where(lists.partners < 0, UNKNOWN, number[lists.partners]).astype(np.int32)
    rows = {name: getattr(lists, name)[order] for name in ("roles", "scores", "bands", "parts")}
    return RankedLists(partners=partners[order], propensity=lists.propensity[order], **rows)


def market(seed, sides, chance=0.6):
    """Draw what everybody wants: taste and fame, of the other departments only."""
    rng = np.random.default_rng(seed)
    n = len(sides)
    across = np.not_equal.outer(sides, sides) & (rng.random((n, n)) < chance)
    fame = rng.random(n) ** 3
    return np.where(across, 0.05 + 0.35 * rng.random((n, n)) + 0.6 * fame, 0)


def brute_wish(scores, back, row, partner):
    """Harmonic mean of what both want, from dense arrays; half the faintest where not listed."""
    listed = back[partner][back[partner] > 0]
    returned = back[partner, row]
    if not returned:
        returned = 0.5 * min([1, *listed]) if len(listed) else SMALLEST
    return 2 / (1 / scores[row, partner] + 1 / returned)


def listed_pairs(lists, columns=slice(None)):
    rows, places = np.nonzero(lists.partners[:, columns] >= 0)
    return rows, lists.partners[:, columns][rows, places]


def gini(amounts):
    """Mean difference over twice the mean, pair by pair."""
    return np.abs(np.subtract.outer(amounts, amounts)).mean() / (2 * amounts.mean())


SIDES = np.repeat([0, 1], [14, 20])


@st.composite
def pools_of_an_intent(draw):
    """Draw a territory of two or three departments, and the pools of a mutual or directed intent.

    Some firms have two establishments, some no capacity, some nobody who wants them.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sides = np.sort(rng.integers(0, draw(st.integers(2, 3)), draw(st.integers(2, 30))))
    n = len(sides)
    view = view_of(
        sides,
        capacity=rng.choice([-1, -1, 0, 1, 9], n),
        siren=np.where(rng.random(n) < 0.2, rng.integers(0, n, n), 1000 + np.arange(n)),
    )
    intent = draw(st.sampled_from([Intent.PEER, Intent.SUPPLY, Intent.TRAINING]))
    chance = draw(st.sampled_from([0.1, 0.5, 1.0]))
    # Steps of a tenth, so that many are equal.
    drawn = {role: market(rng, sides, chance).round(1) for role in ROLES[intent]}
    return view, {role: pool_of(role, scores) for role, scores in drawn.items()}


class TestReversed:
    @given(st.integers(0, 2**32 - 1), st.sampled_from([Intent.PEER, Intent.SUPPLY]))
    @settings(max_examples=50, deadline=None)
    def test_every_proposed_pair_is_a_candidate_the_other_way_round(self, seed, intent):
        """Nobody else is added, and nothing proposed is lost: against sets of pairs."""
        rng = np.random.default_rng(seed)
        sides = np.sort(rng.integers(0, 2, 25))
        candidates = {
            role: united(np.where(rng.random((25, 6)) < 0.3, UNKNOWN, rng.integers(0, 25, (25, 6))))
            for role in ROLES[intent]
        }
        found = with_reversed(candidates, view_of(sides), seed=3)
        pairs = {role: pairs_of(own) for role, own in candidates.items()}
        for role in ROLES[intent]:
            back = {(partner, row) for row, partner in pairs[OPPOSITE[role]]}
            assert pairs_of(found[role]) == pairs[role] | back
            rows, partners = found[role].shape[0], found[role]
            assert rows == 25
            assert all(len(set(own[own >= 0])) == (own >= 0).sum() for own in partners)

    def test_of_a_firm_that_everybody_proposes_sixty_are_drawn(self):
        """By the keys and the seed alone, whatever the numbers of the rows."""
        view = view_of(np.repeat([0, 1], [150, 1]))
        candidates = np.full((151, 1), 150)
        candidates[150] = UNKNOWN
        drawn = {
            seed: with_reversed({Role.PEER: candidates}, view, seed)[Role.PEER][150]
            for seed in (1, 2)
        }
        for own in drawn.values():
            assert (own >= 0).sum() == REVERSED_CANDIDATES == len(set(own.tolist()))
        assert set(drawn[1].tolist()) != set(drawn[2].tolist())
        order = np.random.default_rng(0).permutation(151)
        number = np.argsort(order)
        moved = np.where(candidates[order] < 0, UNKNOWN, number[candidates[order]])
        again = with_reversed({Role.PEER: moved}, replace(view, key=view.key[order]), 1)[Role.PEER]
        assert set(order[again[number[150]]].tolist()) == set(drawn[1].tolist())

    def test_own_proposals_do_not_count_among_the_sixty(self):
        view = view_of(np.repeat([0, 1], [150, 1]))
        candidates = np.full((151, 40), UNKNOWN)
        candidates[:150, 0] = 150
        candidates[150] = np.arange(40)
        own = with_reversed({Role.PEER: candidates}, view, 1)[Role.PEER][150]
        assert set(range(40)) < set(own.tolist())
        assert 60 < (own >= 0).sum() <= 100

    def test_nobody_proposes_anybody(self):
        view = view_of([0, 0, 1])
        for width in (0, 4):
            empty = np.full((3, width), UNKNOWN)
            found = with_reversed({Role.PEER: empty}, view, 1)[Role.PEER]
            assert found.shape[0] == 3
            assert not (found >= 0).any()


def pairs_of(candidates):
    rows, places = np.nonzero(candidates >= 0)
    return set(zip(rows.tolist(), candidates[rows, places].tolist(), strict=True))


class TestWishes:
    def test_three_firms_by_hand(self):
        """0 and 1 list each other with .8 and .2; 2 lists 1, and is listed by 0."""
        pool = pool_of(Role.PEER, [[0, 0.8, 0.4], [0.2, 0, 0], [0, 0.6, 0]], 2)
        assert pool.partners.tolist() == [[1, 2], [0, -1], [1, -1]]
        found = mutual_wishes(Role.PEER, {Role.PEER: pool}, 3)
        # 2 would give 0 half of its .6; 1 would give 2 half of its .2.
        expected = [
            [2 * 0.8 * 0.2 / 1.0, 2 * 0.4 * 0.3 / 0.7],
            [2 * 0.2 * 0.8 / 1.0, 0],
            [2 * 0.6 * 0.1 / 0.7, 0],
        ]
        assert found == pytest.approx(np.array(expected), rel=1e-6)

    def test_a_directed_role_is_answered_by_its_opposite(self):
        """0 seeks 1 as a supplier, who seeks 0 as a client; what 1 buys is another matter."""
        suppliers = pool_of(Role.SUPPLIER, [[0, 0.5], [0.9, 0]], 1)
        clients = pool_of(Role.CLIENT, [[0, 0.1], [0.25, 0]], 1)
        pools = {Role.SUPPLIER: suppliers, Role.CLIENT: clients}
        bought = 2 * 0.5 * 0.25 / 0.75
        sold = 2 * 0.9 * 0.1 / 1.0
        assert mutual_wishes(Role.SUPPLIER, pools, 2) == pytest.approx(np.array([[bought], [sold]]))
        assert mutual_wishes(Role.CLIENT, pools, 2) == pytest.approx(np.array([[sold], [bought]]))

    def test_a_partner_that_lists_nobody_and_a_score_below_zero_hardly_count(self):
        """But they do: the pair stays possible."""
        pool = pool_of(Role.PEER, [[0, 0.5], [0, 0]], 1)
        found = mutual_wishes(Role.PEER, {Role.PEER: pool}, 2)
        assert found[0, 0] == pytest.approx(2 * 0.5 * SMALLEST / (0.5 + SMALLEST))
        against = replace(pool, scores=-pool.scores)
        found = mutual_wishes(Role.PEER, {Role.PEER: against}, 2)
        assert found[0, 0] == pytest.approx(SMALLEST)

    @given(pools_of_an_intent())
    @settings(max_examples=30, deadline=None)
    def test_equal_the_definition_pair_by_pair(self, problem):
        view, pools = problem
        dense = {role: as_dense(pool, len(view)) for role, pool in pools.items()}
        for role, pool in pools.items():
            found = mutual_wishes(role, pools, len(view))
            assert not found[pool.partners < 0].any()
            for row, place in np.argwhere(pool.partners >= 0):
                expected = brute_wish(
                    dense[role], dense[OPPOSITE[role]], row, pool.partners[row, place]
                )
                assert found[row, place] == pytest.approx(expected, rel=1e-5)


def as_dense(pool, n):
    scores = np.zeros((n, n))
    rows, places = np.nonzero(pool.partners >= 0)
    scores[rows, pool.partners[rows, places]] = pool.scores[rows, places]
    return scores


class TestExposure:
    def test_two_firms_before_forty(self):
        """80 places are wanted from the two, 20 from the forty: 40 each, and no less than one."""
        sides = np.repeat([0, 1], [2, 40])
        pool = pool_of(Role.PEER, np.not_equal.outer(sides, sides).astype(float), 40)
        shares = replace(SHARES, length=10)
        found = largest_exposure({Role.PEER: pool}, view_of(sides), shares)
        assert found.tolist() == [80] * 2 + [2] * 40
        halved = replace(shares, exposure=1.01)
        found = largest_exposure({Role.PEER: pool}, view_of(sides), halved)
        assert found.tolist() == [41] * 2 + [2] * 40

    def test_few_trainers_before_many_employers(self):
        """Thirty employers want all three trainers; each trainer wants ten of them.

        Three firms of the other department neither train nor are large: nobody wants them.
        """
        sides = np.repeat([0, 1], [6, 30])
        trains = np.arange(36) < 3
        employs = sides == 1
        pools = {
            Role.TRAINER: pool_of(Role.TRAINER, np.outer(employs, trains), 30),
            Role.EMPLOYER: pool_of(Role.EMPLOYER, np.outer(trains, employs), 30),
        }
        shares = replace(SHARES, length=10)
        found = largest_exposure(pools, view_of(sides), shares)
        assert found.tolist() == [60] * 3 + [1] * 3 + [2] * 30

    def test_places_are_wanted_from_each_department_as_the_pool_is_made_up(self):
        """A pool of 3 and 9 of two departments, four places: one and three of them."""
        sides = np.repeat([0, 1, 2], [1, 3, 9])
        scores = np.zeros((13, 13))
        scores[0, 1:] = 0.5
        pools = {Role.PEER: pool_of(Role.PEER, np.tile(scores[0], (13, 1)) * (sides == 0)[:, None])}
        many = replace(SHARES, length=4, exposure=9.0)
        # 1 / 3 and 3 / 9 of a place each are raised to a whole one.
        assert largest_exposure(pools, view_of(sides), many).tolist() == [1] + [9] * 12

    def test_in_two_roles_a_firm_may_fill_the_lists_of_both(self):
        sides = np.repeat([0, 1], [2, 4])
        every = np.not_equal.outer(sides, sides).astype(float)
        pools = {role: pool_of(role, every, 4) for role in (Role.SUPPLIER, Role.CLIENT)}
        one = largest_exposure({Role.PEER: pool_of(Role.PEER, every, 4)}, view_of(sides), SHARES)
        # Two wanted by four, four by two: 4 and 2 fair places each, in each role.
        assert one.tolist() == [8] * 2 + [4] * 4
        assert largest_exposure(pools, view_of(sides), SHARES).tolist() == [16] * 2 + [8] * 4


class TestShared:
    @given(pools_of_an_intent(), st.sampled_from([0.0, 0.3]), st.sampled_from([0, 2]))
    @settings(max_examples=120, deadline=None)
    def test_no_list_breaks_a_promise(self, problem, variety, explored):
        """Subsets of the pools as the reader sees them, each firm once, none without capacity."""
        view, pools = problem
        shares = replace(SHARES, variety=variety, explored_places=explored)
        found = shared_out(pools, view, shares)
        assert found.partners.shape == (len(view), shares.length + shares.reserve)
        offered = defaultdict(list)
        for pool in pools.values():
            for row, place in np.argwhere(pool.partners >= 0):
                entry = (row, pool.partners[row, place])
                offered[entry].append(values_of(pool, row, place))
        for row, own in enumerate(found.partners):
            told = own[own >= 0]
            assert len(set(view.siren[told])) == len(told)
            assert view.capacity[row] != 0 or not len(told)
            assert (view.capacity[told] != 0).all()
            for place in np.flatnonzero(own >= 0):
                assert values_of(found, row, place) in offered[row, own[place]]
        empty = found.partners < 0
        assert (found.roles[empty] == NO_ROLE).all()
        assert not found.scores[empty].any()
        assert not found.parts[empty].any()
        assert (found.propensity[empty] == 1).all()
        assert ((found.propensity > 0) & (found.propensity <= 1)).all()
        if not explored:
            assert (found.propensity == 1).all()

    @given(pools_of_an_intent())
    @settings(max_examples=80, deadline=None)
    def test_the_cap_is_kept_and_places_are_filled_as_far_as_it_lets(self, problem):
        """A list is short only where all that is left of its pool fills its fair share of lists."""
        view, pools = problem
        found = shared_out(pools, view, SHARES)
        cap = largest_exposure(pools, view, SHARES)
        shown = found.partners[:, : SHARES.length]
        exposure = np.bincount(shown[shown >= 0], minlength=len(view))
        assert (exposure <= cap).all()
        for row, own in enumerate(shown):
            told = own[own >= 0]
            assert (own[len(told) :] == UNKNOWN).all(), "no gaps"
            if len(told) == SHARES.length or view.capacity[row] == 0:
                continue
            left = {int(p) for pool in pools.values() for p in pool.partners[row] if p >= 0}
            left -= {p for p in left if view.siren[p] in view.siren[told]}
            best = best_of_each_firm(view, pools, row)
            for partner in left & best:
                assert view.capacity[partner] == 0 or exposure[partner] == cap[partner]

    @pytest.mark.parametrize("seed", range(4))
    def test_the_order_follows_the_expected_introductions(self, seed):
        """Of a market solved apart, over mutual wishes counted pair by pair."""
        scores = market(seed, SIDES)
        pool = pool_of(Role.PEER, scores)
        view = view_of(SIDES, capacity=np.random.default_rng(seed).choice([-1, 1, 8], 34))
        found = shared_out({Role.PEER: pool}, view, SHARES)
        seen = as_dense(pool, 34)
        wish = np.zeros((34, 34))
        for row, partner in np.argwhere(seen):
            wish[row, partner] = brute_wish(seen, seen, row, partner)
        surplus = sparse.csr_array(np.maximum(wish, wish.T))
        capacity = np.where(view.capacity < 0, SHARES.capacity, view.capacity).astype(float)
        expected = ipfp(
            surplus, capacity, temperature=SHARES.temperature, tolerance=1e-3, iterations=1000
        ).matches.toarray()
        for row, own in enumerate(found.partners):
            for part in (own[: SHARES.length], own[SHARES.length :]):
                worth = expected[row, part[part >= 0]]
                assert (np.diff(worth) <= 1e-6 * worth.max(initial=0)).all()

    def test_each_of_a_much_larger_side_gets_a_list(self):
        """Two firms in one department are shown to all forty of the other."""
        sides = np.repeat([0, 1], [2, 40])
        pool = pool_of(Role.PEER, market(1, sides, chance=1.0), 40)
        found = shared_out({Role.PEER: pool}, view_of(sides), replace(SHARES, length=10))
        assert (found.partners[:2, :10] >= 0).all()
        assert (np.sort(found.partners[2:, :2], axis=1) == [0, 1]).all()
        assert (found.partners[2:, 2:] == UNKNOWN).all()

    def test_each_of_many_employers_gets_a_trainer(self):
        sides = np.repeat([0, 1], [3, 60])
        across = market(2, sides, chance=1.0)
        pools = {
            Role.TRAINER: pool_of(Role.TRAINER, across * (sides == 1)[:, None], 40),
            Role.EMPLOYER: pool_of(Role.EMPLOYER, across * (sides == 0)[:, None], 40),
        }
        found = shared_out(pools, view_of(sides), SHARES)
        assert (found.partners[:, 0] >= 0).all()
        assert (found.roles[3:, :3] == ALL_ROLES.index(Role.TRAINER)).all()
        assert (found.roles[:3, : SHARES.length] == ALL_ROLES.index(Role.EMPLOYER)).all()

    @pytest.mark.parametrize("seed", range(4))
    def test_a_crowd_is_spread(self, seed):
        """Where everybody likes the same firms, exposure evens out and nobody is never listed.

        Against lists by score alone from the same pools.
        """
        sides = np.repeat([0, 1], 60)
        view = view_of(sides)
        pools = {Role.PEER: pool_of(Role.PEER, market(seed, sides, chance=1.0), 40)}
        alone = merged(list(pools.values()), 10, view.siren).partners[:, : SHARES.length]
        fair = shared_out(pools, view, SHARES).partners[:, : SHARES.length]
        assert (fair[:, 0] >= 0).all()
        before, after = (np.bincount(p[p >= 0], minlength=120) for p in (alone, fair))
        assert before.max() > 2 * after.max()
        assert after.max() <= 2 * SHARES.length
        assert gini(after) < 0.6 * gini(before)
        assert (before == 0).sum() > 20
        assert (after == 0).sum() <= 0.2 * (before == 0).sum()

    def test_a_firm_of_two_establishments_is_listed_with_the_one_that_fits_both_sides_best(self):
        """The reader likes the first better, but only the second answers."""
        scores = np.zeros((3, 3))
        scores[0, 1:] = 0.8, 0.7
        scores[1:, 0] = 0.1, 0.7
        view = view_of([0, 1, 1], siren=[1, 2, 2])
        found = shared_out({Role.PEER: pool_of(Role.PEER, scores)}, view, SHARES)
        assert found.partners[0, :2].tolist() == [2, UNKNOWN]
        assert found.partners[1:, 0].tolist() == [0, 0]

    @pytest.mark.parametrize("intent", [Intent.PEER, Intent.SUPPLY])
    def test_the_numbers_of_the_rows_do_not_matter(self, intent):
        """Renumbered, everybody is shown the same partners in the same order, drawn or not."""
        view = view_of(SIDES)
        pools = {role: pool_of(role, market(k, SIDES)) for k, role in enumerate(ROLES[intent])}
        order = np.random.default_rng(5).permutation(34)
        names = ("department", "siren", "key", "trade", "size", "capacity")
        moved = replace(view, **{name: getattr(view, name)[order] for name in names})
        for explored in (0, 2):
            shares = replace(SHARES, variety=0.1, explored_places=explored)
            whole = shared_out(pools, view, shares)
            other = shared_out(
                {role: renumbered(pool, order) for role, pool in pools.items()}, moved, shares
            )
            assert np.array_equal(other.partners, renumbered(whole, order).partners)
            assert other.propensity == pytest.approx(whole.propensity[order], rel=1e-5)

    @pytest.mark.parametrize("sides", [[], [0], [0, 0, 0], [0, 1]])
    def test_nobody_to_meet(self, sides):
        """No company at all, one, one department, and two without candidates."""
        n = len(sides)
        empty = pool_of(Role.PEER, np.zeros((n, 20)))
        names = ("department", "siren", "key", "trade", "size", "capacity")
        some = view_of(np.array(sides or [0]))
        view = replace(some, **{name: getattr(some, name)[:n] for name in names})
        for explored in (0, 2):
            shares = replace(SHARES, explored_places=explored)
            found = shared_out({Role.PEER: empty}, view, shares)
            assert found.partners.tolist() == [[UNKNOWN] * 10] * n
            assert found.parts.shape == (n, 10, 2)

    def test_nobody_has_time(self):
        view = view_of(SIDES, capacity=np.zeros(34, np.int16))
        found = shared_out({Role.PEER: pool_of(Role.PEER, market(1, SIDES))}, view, SHARES)
        assert (found.partners == UNKNOWN).all()

    def test_a_firm_that_takes_more_introductions_is_expected_to_meet_more(self):
        """Two equal firms before twenty readers: the one with time stands first."""
        sides = np.repeat([0, 1], [20, 2])
        pool = pool_of(Role.PEER, np.not_equal.outer(sides, sides) * 0.5)
        view = view_of(sides, capacity=[-1] * 20 + [1, 12])
        found = shared_out({Role.PEER: pool}, view, SHARES)
        assert (found.partners[:20, 0] == 21).all()
        assert (found.partners[:20, 1] == 20).all()


def values_of(lists, row, place):
    """Read what a list says of one place, but not its propensity."""
    names = ("partners", "roles", "scores", "bands")
    told = tuple(getattr(lists, name)[row, place].item() for name in names)
    return (*told, *lists.parts[row, place].tolist())


def best_of_each_firm(view, pools, row):
    """Find the establishment of each firm that fits both sides best, in any role."""
    best = {}
    for role, pool in pools.items():
        wishes = mutual_wishes(role, pools, len(view))
        for place in np.flatnonzero(pool.partners[row] >= 0):
            partner = int(pool.partners[row, place])
            firm, wish = view.siren[partner], wishes[row, place]
            if firm not in best or wish > best[firm][0]:
                best[firm] = (wish, partner)
    return {partner for _, partner in best.values()}


class TestVariety:
    def test_a_different_trade_moves_up_among_nearly_equals(self):
        """Three mechanics and a caterer behind them: the caterer comes second."""
        naf = ["10.71C", "25.62B", "25.62B", "25.62B", "56.21Z"]
        firms = [company(100 + k, "77" if k == 0 else "91", naf=code) for k, code in enumerate(naf)]
        view = represent(rows_of(firms, (), ("77", "91")), SPACE, [])
        scores = np.zeros((5, 5))
        scores[0, 1:] = scores[1:, 0] = 0.504, 0.503, 0.502, 0.501
        pools = {Role.PEER: pool_of(Role.PEER, scores)}
        same = shared_out(pools, view, SHARES).partners[0, :4].tolist()
        varied = shared_out(pools, view, replace(SHARES, variety=0.3)).partners[0, :4].tolist()
        assert same == [1, 2, 3, 4]
        assert varied == [1, 4, 2, 3]

    @given(pools_of_an_intent())
    @settings(max_examples=30, deadline=None)
    def test_it_reorders_what_is_shown_and_nothing_else(self, problem):
        view, pools = problem
        plain = shared_out(pools, view, SHARES).partners
        other = shared_out(pools, view, replace(SHARES, variety=0.5)).partners
        shown = SHARES.length
        assert np.array_equal(np.sort(plain[:, :shown]), np.sort(other[:, :shown]))
        assert np.array_equal(plain[:, 0], other[:, 0])
        assert np.array_equal(plain[:, shown:], other[:, shown:])


class TestExploration:
    def test_propensities_are_the_frequencies_of_many_nights(self):
        """One reader, seven partners, four places of which the last is drawn from four."""
        sides = np.repeat([0, 1], [1, 7])
        scores = np.not_equal.outer(sides, sides) * np.append(0, np.linspace(0.9, 0.2, 7))
        pools = {Role.PEER: pool_of(Role.PEER, np.maximum(scores, scores.T))}
        view, nights = view_of(sides), 500
        shares = replace(SHARES, length=4, reserve=3, explored_places=1, temperature=0.2)
        count, chance = np.zeros(8), np.full(8, np.nan)
        for seed in range(nights):
            found = shared_out(pools, view, replace(shares, seed=seed))
            assert (found.propensity[0, :3] == 1).all()
            assert len(set(found.partners[0].tolist())) == 7
            drawn = found.partners[0, 3]
            assert np.isnan(chance[drawn]) or chance[drawn] == found.propensity[0, 3]
            count[drawn] += 1
            chance[drawn] = found.propensity[0, 3]
        met = count > 0
        assert met.sum() == 4
        assert np.nansum(chance) == pytest.approx(1)
        assert (chance[met] >= LEAST_CHANCE * (1 - 1e-6)).all()
        error = np.sqrt(chance * (1 - chance) / nights)
        assert (np.abs(count / nights - chance)[met] <= 4 * error[met]).all()

    def test_places_are_drawn_from_the_reserve_and_nobody_is_lost(self):
        view = view_of(SIDES)
        pools = {Role.PEER: pool_of(Role.PEER, market(3, SIDES, chance=1.0))}
        plain = shared_out(pools, view, SHARES)
        drawn = shared_out(pools, view, replace(SHARES, explored_places=2))
        assert np.array_equal(np.sort(plain.partners), np.sort(drawn.partners))
        assert np.array_equal(plain.partners[:, :2], drawn.partners[:, :2])
        assert (drawn.propensity[:, [2, 5]] < 1).mean() > 0.9
        assert (drawn.propensity[:, [0, 1, 3, 4]] == 1).all()

    def test_a_list_that_is_not_full_is_left_as_it_is(self):
        """Its reserve stands there because others are shown enough; nothing is drawn from it."""
        sides = np.repeat([0, 1], [21, 40])
        scores = np.zeros((61, 61))
        rng = np.random.default_rng(2)
        # Twenty want the same four, who may each fill three lists; one wants the others.
        scores[:20, 21:25] = 0.5 + rng.random((20, 4)) / 4
        scores[20, 25:] = 0.3
        view, shares = view_of(sides), replace(SHARES, exposure=1.0, length=8, reserve=2)
        pools = {Role.PEER: pool_of(Role.PEER, scores, 40)}
        plain = shared_out(pools, view, shares)
        short = (plain.partners[:, 7] < 0) & (plain.partners[:, 8] >= 0)
        assert short.any()
        drawn = shared_out(pools, view, replace(shares, explored_places=2))
        assert np.array_equal(drawn.partners[short], plain.partners[short])
        assert (drawn.propensity[short] == 1).all()

    @pytest.mark.parametrize(("length", "reserve"), [(2, 0), (1, 18), (3, 17), (4, 0), (20, 0)])
    def test_any_length_and_reserve_can_be_drawn_from(self, length, reserve):
        """Down to lists of one place, and to pots with more partners than twenty."""
        view = view_of(np.repeat([0, 1], [30, 30]))
        pools = {Role.PEER: pool_of(Role.PEER, market(3, view.department, chance=1.0), 30)}
        for explored in (1, 2, 9):
            shares = replace(SHARES, length=length, reserve=reserve, explored_places=explored)
            found = shared_out(pools, view, shares)
            assert (found.partners[:, 0] >= 0).all()
            assert (found.propensity > 0).all()

    def test_a_long_reserve_can_be_drawn_from(self):
        """Thirty in a pot cannot each have a chance of one in twenty."""
        view = view_of(np.repeat([0, 1], [40, 40]))
        pools = {Role.PEER: pool_of(Role.PEER, market(3, view.department, chance=1.0), 40)}
        shares = replace(SHARES, length=4, reserve=30, explored_places=1)
        found = shared_out(pools, view, shares)
        drawn = found.propensity[:, 3]
        assert ((drawn > 0) & (drawn < 1)).all()


@pytest.fixture(scope="module")
def model():
    world = mixture(60)
    return fitted(world.companies, world.profiles, world.relations, model={"pool": 15})


@pytest.mark.parametrize("intent", list(Intent))
def test_lists_of_a_model_keep_its_rules_and_its_sums(model, intent):
    """No vetoed pair, nobody out of role, and contributions that add up to the score."""
    everyone, view = np.arange(len(model.sirets)), model.territory.view
    candidates = with_reversed(model.candidates(intent, everyone), view, 7)
    pools, _ = model.pools(intent, everyone, candidates)
    assert set(pools) == set(ROLES[intent])
    shares = replace(SHARES, length=6, reserve=4, temperature=0.02, variety=0.05, explored_places=2)
    found = shared_out(pools, view, shares)
    rows, partners = listed_pairs(found)
    assert len(rows)
    assert (model.ranker.vetoes(view, rows, partners[:, None], intent) == UNKNOWN).all()
    assert {ALL_ROLES[role] for role in np.unique(found.roles[found.partners >= 0])} <= set(pools)
    total = found.parts.astype(float).sum(axis=-1)
    assert total == pytest.approx(found.scores, rel=2e-3, abs=2e-4)
    offered = np.any([pool.partners[:, 0] >= 0 for pool in pools.values()], axis=0)
    assert np.array_equal(found.partners[:, 0] >= 0, offered)


def test_the_order_of_the_files_does_not_matter():
    """Companies, profiles and relations in another order give the same lists."""
    world = mixture(40)
    found = []
    for step in (1, -1):
        model = fitted(world.companies[::step], world.profiles[::step], world.relations)
        everyone, view = np.arange(40), model.territory.view
        candidates = with_reversed(model.candidates(Intent.SUPPLY, everyone), view, 7)
        pools, _ = model.pools(Intent.SUPPLY, everyone, candidates)
        found.append(shared_out(pools, view, replace(SHARES, explored_places=2)))
    assert np.array_equal(found[0].partners, found[1].partners)
    assert np.array_equal(found[0].propensity, found[1].propensity)


def test_a_declared_capacity_reaches_the_lists():
    """Who accepts no introduction is in no list; who says nothing is."""
    firms = [company(k, "77" if k < 4 else "91", naf="25.62B") for k in range(8)]
    firms[4:] = [replace(firm, naf="10.71C") for firm in firms[4:]]
    busy = profile(siret_of(5), capacity=0)
    model = fitted(firms, [busy])
    everyone, view = np.arange(8), model.territory.view
    assert view.capacity.tolist() == [-1] * 5 + [0] + [-1] * 2
    pools, _ = model.pools(Intent.SUPPLY, everyone, model.candidates(Intent.SUPPLY, everyone))
    assert (pools[Role.SUPPLIER].partners == 5).any()
    found = shared_out(pools, view, SHARES)
    assert set(found.partners.ravel().tolist()) == {UNKNOWN, 0, 1, 2, 3, 4, 6, 7}
    assert (found.partners[5] == UNKNOWN).all()
