"""What is held out is not seen, nor anything of its time or later."""

from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import combinations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from evaluations import asked, read, tables
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.intents import Role
from matchmaker.relations import KNOWS_EACH_OTHER, RelationKind
from models.fusion import Stage
from models.inputs import GroupRows
from models.partner_model import PartnerModel
from pipelines.holding_out import (
    FEWEST_CROSS,
    LARGEST_ANSWER,
    Question,
    _examples_by_side,
    clusters_of,
    examples,
    learned_fusions,
    padded,
    slices_of,
    slices_of_labels,
    within,
)

COMPANIES = 12
DAY = date(2024, 1, 1)

kinds = st.sampled_from([RelationKind.MEETING, RelationKind.AWARD, RelationKind.EVENT])
members = st.lists(st.integers(0, COMPANIES - 1), min_size=2, max_size=7, unique=True)
days = st.integers(0, 40).map(lambda after: DAY + timedelta(days=after))


def group_rows(drawn):
    found = GroupRows()
    for own, kind, day in drawn:
        found.members.append(np.array(sorted(own), dtype=np.int64))
        found.kinds.append(kind)
        found.labels.append("")
        found.dates.append(day)
        found.weights.append(1.0)
    return found


dated = st.lists(st.tuples(members, kinds, days), min_size=10, max_size=60).map(group_rows)
undated = st.lists(st.tuples(members, kinds, st.none()), min_size=10, max_size=60).map(group_rows)


def pairs_in(groups, allowed=frozenset(RelationKind)):
    return {
        frozenset(pair)
        for own, kind in zip(groups.members, groups.kinds, strict=True)
        if kind in allowed
        for pair in combinations(own.tolist(), 2)
    }


def sets_of(pairs):
    return {frozenset(pair) for pair in pairs.tolist()}


class TestSlices:
    @settings(max_examples=150, deadline=None)
    @given(st.one_of(dated, undated), st.sets(kinds))
    def test_no_held_out_pair_has_met_in_what_is_seen(self, groups, wanted):
        """A group that comes again later must not give its pairs away."""
        for part in slices_of(groups, wanted, np.random.default_rng(1)):
            assert not sets_of(part.pairs) & pairs_in(part.seen, KNOWS_EACH_OTHER)

    @settings(max_examples=150, deadline=None)
    @given(dated, st.sets(kinds))
    def test_nothing_is_seen_of_the_first_held_out_day_or_later(self, groups, wanted):
        chosen = [
            place
            for place, own in enumerate(groups.members)
            if len(own) <= LARGEST_ANSWER and (not wanted or groups.kinds[place] in wanted)
        ]
        in_time = sorted(groups.dates[place] for place in chosen)
        found = slices_of(groups, wanted, np.random.default_rng(1))
        width = round(0.1 * len(chosen))
        assert bool(found) == (width > 0)
        for number, part in enumerate(reversed(found)):
            end = len(in_time) - number * width
            first = in_time[max(0, end - width)]
            assert part.follows
            assert all(day < first for day in part.seen.dates)
            assert len(part.seen) == sum(day < first for day in groups.dates)

    @settings(max_examples=50, deadline=None)
    @given(st.integers(10, 60), st.integers(0, 5))
    def test_without_days_slices_are_apart_and_leave_all_else(self, number, seed):
        """Pairs that differ show which groups were held out."""
        every = list(combinations(range(COMPANIES), 2))[:number]
        groups = group_rows([(pair, RelationKind.MEETING, None) for pair in every])
        found = slices_of(groups, (), np.random.default_rng(seed))
        held = [sets_of(part.pairs) for part in found]
        assert len(found) == 4
        assert sum(map(len, held)) == len(set().union(*held)) == 4 * round(0.1 * number)
        for part, own in zip(found, held, strict=True):
            assert not part.follows
            assert pairs_in(part.seen) == {frozenset(pair) for pair in every} - own

    @settings(max_examples=100, deadline=None)
    @given(st.one_of(dated, undated), kinds)
    def test_only_small_groups_of_the_kinds_that_are_answers_are_held_out(self, groups, kind):
        answers = {
            frozenset(pair)
            for own, each in zip(groups.members, groups.kinds, strict=True)
            if each is kind and len(own) <= LARGEST_ANSWER
            for pair in combinations(own.tolist(), 2)
        }
        for part in slices_of(groups, {kind}, np.random.default_rng(1)):
            assert sets_of(part.pairs) <= answers

    def test_a_kind_without_a_small_group_teaches_nothing(self):
        """Suppliers do not tell who is a good peer."""
        pairs = [((a, a + 1), RelationKind.SUPPLY, None) for a in range(11)]
        groups = group_rows([*pairs, (range(9), RelationKind.PLATO, None)])
        assert slices_of(groups, {RelationKind.PLATO}, np.random.default_rng(1)) == []
        assert len(slices_of(groups, (), np.random.default_rng(1))) == 4

    @settings(max_examples=150, deadline=None)
    @given(
        st.one_of(dated, undated),
        st.lists(
            st.tuples(
                st.integers(0, COMPANIES - 1),
                st.integers(0, COMPANIES - 1),
                st.booleans(),
                st.integers(1, 30),
            ).filter(lambda row: row[0] != row[1]),
            min_size=1,
            max_size=40,
        ),
    )
    def test_relations_of_labelled_pairs_are_not_seen(self, groups, rows):
        source, target, outcome, day = (np.array(column) for column in zip(*rows, strict=True))
        pairs = np.column_stack([source, target])
        earlier, latest = slices_of_labels(
            groups, pairs, outcome, day.astype(np.int32), np.random.default_rng(1)
        )
        told = sets_of(pairs)
        for part in (earlier, latest):
            twos = [own for own in part.seen.members if len(own) == 2]
            assert not told & {frozenset(own.tolist()) for own in twos}
            assert not sets_of(part.pairs) & pairs_in(part.seen, KNOWS_EACH_OTHER)
            assert sets_of(part.pairs) <= sets_of(pairs[outcome])
            assert sets_of(part.refused) <= sets_of(pairs[~outcome])
        count = max(1, round(len(rows) / 4))
        assert len(latest.refused) <= count
        assert len(earlier.refused) + len(latest.refused) == int((~outcome).sum())


class TestQuestion:
    everybody = np.ones(4, dtype=bool)
    pairs = np.array([[0, 1], [2, 3], [2, 3]])

    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            (Role.CLIENT, [[0, 1], [2, 3]]),
            (Role.SUPPLIER, [[1, 0], [3, 2]]),
            (Role.PEER, [[0, 1], [1, 0], [2, 3], [3, 2]]),
        ],
    )
    def test_a_supplier_asks_for_clients_a_client_for_suppliers_and_peers_both_ways(
        self, role, expected
    ):
        question = Question(role, self.everybody, self.everybody, False)
        assert question.asked(self.pairs).tolist() == expected

    def test_only_queries_ask_and_only_answers_are_asked_for(self):
        queries, answers = np.array([1, 1, 0, 1], bool), np.array([1, 1, 1, 0], bool)
        question = Question(Role.PEER, queries, answers, False)
        assert question.asked(self.pairs).tolist() == [[0, 1], [1, 0], [3, 2]]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), unique=True, max_size=30))
def test_padded_and_within_say_what_plain_sets_say(pairs):
    rows = np.array([1, 4, 7])
    table = padded(rows, np.array(pairs, dtype=np.int64).reshape(-1, 2))
    expected = [{b for a, b in pairs if a == row} for row in rows]
    assert [{int(b) for b in own if b >= 0} for own in table] == expected
    others = np.tile(np.array([-1, 3, 5, 8]), (3, 1))
    assert within(table, others).tolist() == [[b in (3, 5, 8) for b in own] for own in table]


NEAR, FAR = (48.50, 2.60), (49.50, 2.60)
"""Places of the two territories, a hundred kilometres apart."""


@pytest.fixture(scope="module")
def two_places(tmp_path_factory):
    made = tables(5, companies=80, relations=150, holdout=60, by_topic=False)
    spots = [NEAR if side == "east" else FAR for side in made.companies["territory"]]
    companies = made.companies.with_columns(
        latitude=pl.Series([spot[0] for spot in spots]),
        longitude=pl.Series([spot[1] for spot in spots]),
    )
    placed = replace(made, companies=companies)
    return read(placed, tmp_path_factory.mktemp("places"), cross=True)


class TestExamples:
    def test_a_contract_with_firms_of_both_sides_is_one_cluster(self, two_places):
        """However its pairs are shared out among those across and those within."""
        model = asked(two_places, cross=True)[0].refitted(GroupRows())
        side = model.territory.view.department
        one, other = np.flatnonzero(side == 0)[:4], np.flatnonzero(side == 1)[:2]
        contracts = ([one[0], one[1], other[0]], [one[2], one[3], other[1]])
        pairs = np.array([pair for firms in contracts for pair in combinations(firms, 2)])
        question = Question(Role.CO_BIDDER, side >= 0, side >= 0, cross=True)
        part = _examples_by_side(
            model, question, (question.asked(pairs), pairs[:0]), np.random.default_rng(1)
        )
        assert len(np.unique(part.cluster[part.outcome])) == 2

    @pytest.mark.parametrize("inside", [False, True])
    def test_partners_and_non_partners_are_of_the_same_sort(self, two_places, inside):
        """Otherwise the distance would tell them apart: the other territory is far away."""
        model, question = asked(two_places, cross=True)
        side = two_places.companies.department
        part = slices_of(two_places.groups, (), np.random.default_rng(1))[-1]
        pairs = question.asked(part.pairs)
        pairs = pairs[(side[pairs[:, 0]] == side[pairs[:, 1]]) == inside]
        rules = ("same_siren", "already_met") if inside else model.pair_rules
        fitted = replace(model.refitted(part.seen), pair_rules=rules)
        found = examples(
            fitted, question, pairs, pairs[:0], np.random.default_rng(1), inside=inside
        )
        near = found.scores[:, model.channel_names.index("place")] > 0.5
        assert (near == inside).all()
        assert found.outcome.sum() == len(pairs)
        assert (~found.outcome).sum() > len(pairs)

    def test_nearness_is_not_learned_where_pairs_within_are_compared_with_pairs_within(
        self, two_places
    ):
        """Links are random here, so nothing can be gained, whatever the distances."""
        model, question = asked(two_places, cross=True)
        slices = slices_of(two_places.groups, (), np.random.default_rng(1))
        across = sum(len(question.asked(part.pairs)) for part in slices)
        assert across // 2 < FEWEST_CROSS
        learned = learned_fusions(model, slices, [question], seed=1)[0]
        assert learned.gains[Stage.LOGISTIC.value][1] < 0.1


class TestLabels:
    def test_dated_labels_are_seen_by_nothing_of_their_time(self):
        known = [((a, a + 1), RelationKind.EVENT, DAY + timedelta(days=a)) for a in range(10)]
        groups = group_rows(known)
        pairs = np.array([[0, 5], [1, 6], [2, 7], [3, 8]])
        day = np.array([(DAY + timedelta(days=after)).toordinal() for after in (2, 3, 4, 8)])
        earlier, latest = slices_of_labels(
            groups, pairs, np.ones(4, bool), day.astype(np.int32), np.random.default_rng(1)
        )
        assert earlier.follows
        assert latest.follows
        assert max(earlier.seen.dates) == DAY + timedelta(days=1)
        assert max(latest.seen.dates) == DAY + timedelta(days=7)

    @pytest.mark.parametrize("dated", [0, 1, 17])
    def test_labels_of_which_few_have_a_day_are_drawn_at_random(self, dated):
        pairs = np.array([[a, b] for a in range(4) for b in range(5, 10)])
        day = np.where(np.arange(20) < dated, DAY.toordinal(), 0).astype(np.int32)
        drawn = set()
        for seed in range(20):
            _, latest = slices_of_labels(
                group_rows([]), pairs, np.ones(20, bool), day, np.random.default_rng(seed)
            )
            assert not latest.follows
            drawn |= sets_of(latest.pairs)
        assert len(drawn) == 20


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14))
def test_clusters_are_the_components_of_the_pairs(pairs):
    graph = nx.Graph()
    graph.add_nodes_from(range(12))
    graph.add_edges_from(pairs)
    number = clusters_of(np.array(pairs, dtype=np.int64).reshape(-1, 2), 12)
    for one, other in combinations(range(12), 2):
        assert (number[one] == number[other]) == nx.has_path(graph, one, other)


class Leaky(PartnerModel):
    """A model that is not fitted again without the held-out relations."""

    def refitted(self, groups):
        return self


def leaky(model):
    """Take away the rule that would keep the answers out, as they have been seen."""
    own = {f.name: getattr(model, f.name) for f in fields(PartnerModel)}
    rules = tuple(rule for rule in model.pair_rules if rule != "already_met")
    return Leaky(**{**own, "pair_rules": rules})


@pytest.fixture(scope="module")
def gains(tmp_path_factory):
    found = {"honest": [], "leaky": []}
    for seed in range(4):
        made = tables(seed, relations=240, by_topic=False)
        dataset = read(made, tmp_path_factory.mktemp("random"))
        model, question = asked(dataset)
        slices = slices_of(dataset.groups, (), np.random.default_rng(seed))
        for name, fitted in (("honest", model), ("leaky", leaky(model))):
            learned = learned_fusions(fitted, slices, [question], seed=seed)[0]
            found[name].append(learned.gains[Stage.LOGISTIC.value][1])
    return found


class TestLeak:
    """In a world of random links nothing can be learned, unless the answers have been seen."""

    def test_nothing_is_gained_where_links_are_random(self, gains):
        assert abs(np.mean(gains["honest"])) < 0.05

    def test_channels_that_have_seen_the_answers_are_caught(self, gains):
        """The test above would find this if the channels were not fitted again."""
        assert min(gains["leaky"]) > 0.3
