"""Null worlds are at chance: measured by plain cosines, common neighbours and degrees.

Nothing of the model is used. A difference is the mean over queries of nDCG@20 less its exact
expectation under a random order of the candidates. It is measured over many turns of one null
world, since a list that is the same for every query makes the queries of one turn alike.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from pipelines.demo.null_worlds import NULL_WORLDS
from pipelines.demo.oracle import KINDS
from pipelines.demo.redrawing import known_pairs
from pipelines.demo.tables import DECLARED, true_tables
from pipelines.demo.territory import draw_territory, streams

COMPANIES = 600
TURNS = 16
DISCOUNT = 1 / np.log2(np.arange(2, 22))


@pytest.fixture(scope="module")
def territory():
    return draw_territory(companies=COMPANIES, seed=5, today=date(2026, 7, 1))


@pytest.fixture(scope="module", params=KINDS)
def tables(request, territory):
    """Tables of the true world, for every kind."""
    return true_tables(territory, request.param, streams(5)[f"future {request.param}"])


@pytest.fixture(scope="module")
def supply(territory):
    return true_tables(territory, "supply", streams(5)["future supply"])


@dataclass(frozen=True)
class Board:
    """The tables as arrays, shape (n, n): who may be an answer, and who is one (clients ask)."""

    tables: object
    allowed: np.ndarray
    relevant: np.ndarray
    ties: np.ndarray


def board_of(tables):
    ids = tables.companies["id"].to_list()
    row = {id_: number for number, id_ in enumerate(ids)}
    side = tables.companies["territory"].to_numpy()
    answers = np.isin(ids, tables.candidates["id"].to_list())
    allowed = (side[:, None] != side[None, :]) & answers[None, :]
    for one, other in map(tuple, known_pairs(tables.relations)):
        allowed[row[one], row[other]] = allowed[row[other], row[one]] = False
    relevant = np.zeros(allowed.shape, dtype=bool)
    for source, target in tables.holdout.select("source", "target").iter_rows():
        relevant[row[target], row[source]] = True
    ties = np.zeros(allowed.shape)
    for members in tables.relations.group_by("group").agg("member")["member"]:
        rows = [row[member] for member in members]
        ties[np.ix_(rows, rows)] = 1
    np.fill_diagonal(ties, 0)
    return Board(tables, allowed, relevant, ties)


def cosine(board, own, theirs):
    """Cosine of a text of each row company and a text of each column company."""
    texts = [board.tables.companies[name].to_list() for name in (own, theirs)]
    words = TfidfVectorizer(strip_accents="unicode", sublinear_tf=True).fit(texts[0] + texts[1])
    return (words.transform(texts[0]) @ words.transform(texts[1]).T).toarray()


def needs_offers(board):
    return cosine(board, "needs", "offers")


def offers_needs(board):
    return cosine(board, "offers", "needs")


def activities(board):
    return cosine(board, "activity", "activity")


def common_neighbours(board):
    return board.ties @ board.ties


def degree(board):
    return np.tile(board.ties.sum(axis=1), (len(board.ties), 1))


def same_trade(board):
    naf = board.tables.companies["naf"].to_numpy()
    return (naf[:, None] == naf[None, :]).astype(float)


def differences(board, scores, generator):
    """Per query: nDCG@20 less what a random order of its candidates gives."""
    found = []
    for query in np.flatnonzero(board.relevant.any(axis=1)):
        answers = np.flatnonzero(board.allowed[query])
        by_lot = generator.permutation(len(answers))
        order = answers[np.lexsort((by_lot, -scores[query, answers]))][:20]
        relevant = board.relevant[query]
        assert relevant[answers].sum() == relevant.sum()
        gain = DISCOUNT[: len(order)][relevant[order]].sum()
        chance = DISCOUNT[: len(order)].sum() * relevant.sum() / len(answers)
        found.append((gain - chance) / DISCOUNT[: min(20, relevant.sum())].sum())
    return np.array(found)


def over_turns(world, tables, rows, turns=TURNS):
    """Mean difference of each row in each turn of a null world."""
    found = {row.__name__: [] for row in rows}
    for turn in range(turns):
        generator = np.random.default_rng([9, turn])
        board = board_of(NULL_WORLDS[world].turn(tables, generator))
        for row in rows:
            found[row.__name__].append(differences(board, row(board), generator).mean())
    return {name: np.array(values) for name, values in found.items()}


def interval(values):
    """Mean less and plus 3.5 standard errors: with some thirty rows here, none errs by chance."""
    error = values.std(ddof=1) / np.sqrt(len(values))
    return values.mean() - 3.5 * error, values.mean() + 3.5 * error


def assert_at_chance(found):
    for name, values in found.items():
        low, high = interval(values)
        assert low <= 0 <= high, (name, low, high)


class TestTrueWorld:
    def test_needs_find_suppliers_far_above_chance_and_the_wrong_way_round_does_not(self, supply):
        """Without this, a null world at chance would say nothing."""
        board = board_of(supply)
        generator = np.random.default_rng(1)
        right = differences(board, needs_offers(board), generator)
        wrong = differences(board, offers_needs(board), generator)
        assert interval(right)[0] > 0.01
        assert wrong.mean() < right.mean() / 4


class TestShuffledLinks:
    def test_every_row_is_at_chance(self, supply):
        rows = (needs_offers, offers_needs, activities, same_trade, common_neighbours, degree)
        assert_at_chance(over_turns("shuffled_links", supply, rows))

    def test_numbers_kinds_days_and_sides_stay(self, tables):
        turned = NULL_WORLDS["shuffled_links"].turn(tables, np.random.default_rng(1))
        assert_same_shape_of_relations(turned, tables)
        for name in ("holdout", "labels"):
            before, after = getattr(tables, name), getattr(turned, name)
            assert after.height == before.height
            assert after.drop("source", "target").equals(before.drop("source", "target"))
            assert sides(after, tables, "source") == sides(before, tables, "source")
        assert turned.oracle is None


class TestIndependentText:
    def test_rows_of_texts_and_registry_are_at_chance(self, supply):
        rows = (needs_offers, offers_needs, activities, same_trade)
        assert_at_chance(over_turns("independent_text", supply, rows))

    def test_what_is_said_stays_together_and_what_ties_stays_in_place(self, tables):
        turned = NULL_WORLDS["independent_text"].turn(tables, np.random.default_rng(1))
        declared = tables.companies.select(DECLARED)
        assert Counter(turned.companies.select(DECLARED).rows()) == Counter(declared.rows())
        assert turned.companies.drop(DECLARED).equals(tables.companies.drop(DECLARED))
        for name in ("relations", "candidates", "holdout", "labels", "oracle"):
            assert getattr(turned, name).equals(getattr(tables, name))


class TestIndependentGraph:
    def test_rows_of_relations_are_at_chance(self, supply):
        rows = (common_neighbours, degree)
        assert_at_chance(over_turns("independent_graph", supply, rows, turns=2 * TURNS))

    def test_texts_still_tell(self, supply):
        board = board_of(NULL_WORLDS["independent_graph"].turn(supply, np.random.default_rng(1)))
        found = differences(board, needs_offers(board), np.random.default_rng(2))
        assert interval(found)[0] > 0.01

    def test_numbers_kinds_days_and_sides_stay(self, tables):
        turned = NULL_WORLDS["independent_graph"].turn(tables, np.random.default_rng(1))
        assert_same_shape_of_relations(turned, tables)
        assert turned.companies.equals(tables.companies)
        known = known_pairs(turned.relations)
        pairs = [frozenset(pair) for pair in tables.holdout.select("source", "target").rows()]
        assert turned.holdout.height == sum(pair not in known for pair in pairs)


class TestPopularityOnly:
    def test_popularity_is_above_chance_and_no_row_beats_it(self, supply):
        rows = (needs_offers, offers_needs, activities, same_trade, common_neighbours, degree)
        found = over_turns("popularity_only", supply, rows)
        popularity = found.pop("degree")
        assert interval(popularity)[0] > 0
        for name, values in found.items():
            assert interval(values - popularity)[0] <= 0, name
        found.pop("common_neighbours")
        assert_at_chance(found)

    def test_groups_give_way_to_pairs_of_the_same_kinds_and_days(self, tables):
        turned = NULL_WORLDS["popularity_only"].turn(tables, np.random.default_rng(1))
        sizes = tables.relations.group_by("group", "kind", "date").len()
        expected = Counter()
        for _, kind, day, size in sizes.iter_rows():
            expected[kind, day] += size // 2
        pairs = turned.relations.group_by("group", "kind", "date").agg("member")
        assert Counter(pairs.select("kind", "date").iter_rows()) == expected
        assert all(len(set(members)) == 2 for members in pairs["member"])
        assert turned.holdout.height == tables.holdout.height
        assert turned.labels["label"].sum() == tables.labels["label"].sum()


class TestSwappedNeedsOffers:
    def test_needs_and_offers_are_at_chance_and_the_wrong_way_round_is_far_above(self, supply):
        found = over_turns("swapped_needs_offers", supply, (needs_offers, offers_needs, same_trade))
        wrong = found.pop("offers_needs")
        assert_at_chance(found)
        assert interval(wrong)[0] > 0.02

    def test_only_the_two_texts_change_places_and_owners(self, supply):
        turned = NULL_WORLDS["swapped_needs_offers"].turn(supply, np.random.default_rng(1))
        kept = ["id", "territory", "name", "activity", "size_band", "latitude", "longitude"]
        assert turned.companies.select(kept).equals(supply.companies.select(kept))
        before, after = by_side(supply.companies), by_side(turned.companies)
        for side in ("77", "91"):
            assert Counter(after[side]["needs"]) == Counter(before[side]["offers"])
            assert Counter(after[side]["offers"]) == Counter(before[side]["needs"])
        assert after["77"]["needs"].equals(before["77"]["offers"].alias("needs"))
        assert after["91"]["offers"].equals(before["91"]["needs"].alias("offers"))

    def test_only_suppliers_of_the_first_side_are_to_be_found(self, supply):
        turned = NULL_WORLDS["swapped_needs_offers"].turn(supply, np.random.default_rng(1))
        expected = [side == "77" for side in sides(supply.holdout, supply, "source")]
        assert turned.holdout.equals(supply.holdout.filter(pl.Series(expected)))
        assert set(sides(turned.holdout, supply, "target")) == {"91"}


@pytest.mark.parametrize("world", NULL_WORLDS)
def test_pairs_to_be_found_are_different_strangers_across_the_border(world, supply):
    turned = NULL_WORLDS[world].turn(supply, np.random.default_rng(3))
    pairs = turned.holdout.select("source", "target").rows()
    known = known_pairs(turned.relations)
    candidates = set(turned.candidates["id"])
    assert len(set(pairs)) == len(pairs) > 200
    assert not {frozenset(pair) for pair in pairs} & known
    assert {end for pair in pairs for end in pair} <= candidates
    assert all(
        one != other
        for one, other in zip(
            sides(turned.holdout, turned, "source"),
            sides(turned.holdout, turned, "target"),
            strict=True,
        )
    )


@pytest.mark.parametrize("world", NULL_WORLDS)
def test_the_same_chance_gives_the_same_world_and_another_one_another(world, supply):
    turn = NULL_WORLDS[world].turn
    once, again, other = (turn(supply, np.random.default_rng(seed)) for seed in (1, 1, 2))
    for name in ("companies", "relations", "holdout", "labels"):
        assert getattr(once, name).equals(getattr(again, name))
    assert not (once.companies.equals(other.companies) and once.relations.equals(other.relations))


def test_worlds_are_found_under_their_names():
    assert {name: world.at_chance for name, world in NULL_WORLDS.items()} == {
        "shuffled_links": "everything",
        "independent_text": "texts",
        "independent_graph": "relations",
        "popularity_only": "beyond_popularity",
        "swapped_needs_offers": "needs_offers",
    }


def sides(pairs, tables, end):
    side = dict(tables.companies.select("id", "territory").iter_rows())
    return [side[id_] for id_ in pairs[end]]


def by_side(companies):
    return {side: companies.filter(territory=side) for side in ("77", "91")}


def assert_same_shape_of_relations(turned, tables):
    """Only the members differ, each is of the side of the one before, and none comes twice."""
    before, after = tables.relations, turned.relations
    assert after.drop("member").equals(before.drop("member"))
    assert not after["member"].equals(before["member"])
    assert sides(after, tables, "member") == sides(before, tables, "member")
    assert not after.select("group", "member").is_duplicated().any()
