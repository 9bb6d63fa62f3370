"""An evaluation measures what it says, on whom it says, and finds nothing where nothing is."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import scipy.sparse as sparse
from evaluations import SMALL, acquainted, evaluated, read, tables
from scipy import stats

from matchmaker.errors import MatchmakerError
from matchmaker.intents import Role
from models.channels.registry import all_channels
from models.fusion import Stage
from models.prior import GENERAL, PRIOR
from pipelines.evaluate import role_and_weights
from pipelines.evaluation_report import ndcg_by_chance

METRICS = ("recall", "ndcg", "reciprocal", "hit")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return read(tables(2), tmp_path_factory.mktemp("topics"), cross=True)


@pytest.fixture(scope="module")
def evaluation(dataset):
    return evaluated(dataset, cross=True)


@pytest.mark.parametrize(
    ("kinds", "directed", "role", "weights"),
    [
        (["supply"], True, Role.CLIENT, PRIOR[Role.CLIENT]),
        (["link"], True, Role.CLIENT, GENERAL),
        (["award"], False, Role.CO_BIDDER, PRIOR[Role.CO_BIDDER]),
        (["consortium"], False, Role.CO_BIDDER, PRIOR[Role.CO_BIDDER]),
        (["plato"], False, Role.PEER, PRIOR[Role.PEER]),
        (["peer", "peer"], False, Role.PEER, PRIOR[Role.PEER]),
        (["plato", "award"], False, Role.CO_BIDDER, GENERAL),
        (["", ""], False, Role.CO_BIDDER, GENERAL),
    ],
)
def test_the_held_out_kind_says_who_is_sought_and_what_is_believed(kinds, directed, role, weights):
    assert role_and_weights(kinds, directed=directed) == (role, weights)


class TestRows:
    def test_every_row_measures_the_same_queries(self, evaluation):
        for row in evaluation.rows:
            assert {len(getattr(row, name)) for name in METRICS} == {len(evaluation.trial.queries)}
        names = [row.name for row in evaluation.rows]
        assert len(set(names)) == len(names)
        assert names[:2] == ["popularity", "popularity_recent"]
        assert names[-2:] == ["prior", "fusion"]

    def test_the_best_channel_is_the_single_row_with_the_highest_ndcg(self, evaluation):
        single = [row for row in evaluation.rows if row.name not in ("prior", "fusion")]
        best = max(single, key=lambda row: row.ndcg.mean())
        assert evaluation.best_channel is best
        low, mean, high = evaluation.gain(evaluation.row("fusion"), best)
        assert mean == pytest.approx((evaluation.row("fusion").ndcg - best.ndcg).mean())
        assert low <= mean <= high
        assert evaluation.gain(best, best) == (0, 0, 0)

    def test_the_fusion_beats_popularity_where_partners_share_a_topic(self, evaluation):
        gain = evaluation.gain(evaluation.row("fusion"), evaluation.row("popularity"))
        assert gain[0] > 0.1

    def test_channels_that_are_left_out_have_no_row_and_no_part(self, dataset):
        kept = {"activity_words", "place"}
        out = [channel.name for channel in all_channels() if channel.name not in kept]
        found = evaluated(dataset, cross=True, left_out=out)
        assert {row.name for row in found.rows} == {
            "popularity", "popularity_recent", "activity_words", "prior", "fusion"
        }  # fmt: skip
        assert len(found.learned.fusion.by_rank) == len(kept)

    def test_where_no_channel_proposes_anybody_the_best_connected_are(self, dataset):
        """Degrees come from plain loops; which of equal ones is taken, chance may say."""
        out = [c.name for c in all_channels() if c.name != "bounded_popularity"]
        found = evaluated(dataset, cross=True, left_out=out)
        side, met = dataset.companies.department, acquainted(dataset)
        degree = np.bincount([row for pair in met for row in pair], minlength=len(side))
        for query, own in zip(found.trial.queries, found.lists, strict=True):
            others = np.sort(degree[side != side[query]])[::-1]
            listed = own[own >= 0]
            assert (degree[listed] >= others[SMALL.candidates - 1]).all()
            assert len(listed) > 0


class TestOracle:
    @pytest.mark.parametrize("role", [Role.CLIENT, Role.SUPPLIER])
    def test_worth_is_read_from_the_side_that_asks(self, role, tmp_path):
        """Where only the held-out pairs are worth anything, both sides find all of theirs."""
        dataset = read(tables(3, kind="supply"), tmp_path, directed=True)
        n, pairs = len(dataset.ids), dataset.holdout
        worth = sparse.csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
        found = evaluated(dataset, directed=True, role=role, oracle=worth)
        assert np.allclose(found.row("oracle").ndcg, 1)
        asking = pairs[:, 0 if role is Role.CLIENT else 1]
        assert found.trial.queries.tolist() == sorted(set(asking.tolist()))
        assert found.best_channel.name != "oracle"


class TestQuestions:
    def test_queries_and_candidates_are_respected(self, tmp_path):
        made = tables(2)
        ids = made.companies["id"]
        chosen = replace(
            made,
            queries=pl.DataFrame({"id": ids[:40]}),
            candidates=pl.DataFrame({"id": ids[20:]}),
        )
        found = evaluated(read(chosen, tmp_path))
        assert max(found.trial.queries) < 90
        names = read(chosen, tmp_path).ids
        assert set(names[found.trial.queries]) <= set(ids[:40])
        assert set(names[found.lists[found.lists >= 0]]) <= set(ids[20:])

    def test_few_allowed_answers_are_all_proposed(self, tmp_path):
        """Proposals are sought among the allowed answers, not cut down to them afterwards."""
        made = tables(4, companies=300, relations=300)
        targets = made.holdout["target"].unique().sort()[:12]
        made = replace(
            made,
            candidates=pl.DataFrame({"id": targets}),
            holdout=made.holdout.filter(pl.col("target").is_in(targets.implode())),
        )
        found = evaluated(read(made, tmp_path, directed=True), directed=True)
        for name in ("prior", "fusion"):
            assert found.row(name).candidate_recall == 1
            assert found.row(name).recall.mean() == 1

    def test_where_every_pair_is_linked_there_is_no_auc(self, tmp_path):
        two = pl.DataFrame(
            {"id": ["a", "b"], "territory": ["x", "y"], "activity": ["pain", "pain"]}
        )
        made = replace(
            tables(4),
            companies=two,
            relations=pl.DataFrame(schema=dict.fromkeys(("source", "target", "kind"), pl.String)),
            holdout=pl.DataFrame({"source": ["a"], "target": ["b"]}),
        )
        found = evaluated(read(made, tmp_path, cross=True), cross=True)
        assert found.row("prior").recall.mean() == 1
        assert all(np.isnan(row.auc) and np.isnan(row.ap) for row in found.rows)

    def test_nobody_to_ask_is_an_error(self, tmp_path):
        """The held-out pair could only be asked for from its target."""
        made = tables(2, kind="supply", holdout=1)
        target = made.holdout.select(id="target")
        dataset = read(replace(made, queries=target), tmp_path, directed=True)
        with pytest.raises(MatchmakerError, match="no company that may ask has a partner"):
            evaluated(dataset, directed=True)

    def test_labels_are_learned_from_where_they_are_given(self, tmp_path):
        """Labels that call every link a failure leave nothing to learn from."""
        made = tables(2)
        rows = made.relations.select("source", "target", "date")
        known = replace(made, labels=rows.with_columns(label=pl.lit(1)))
        failed = replace(made, labels=rows.with_columns(label=pl.lit(0)))
        assert evaluated(read(known, tmp_path / "known")).learned.gains
        assert evaluated(read(failed, tmp_path / "failed")).learned.gains == {}


def test_the_order_of_the_rows_of_the_files_changes_nothing(tmp_path):
    made = tables(7)
    labelled = replace(
        made, labels=made.relations.select("source", "target", "date").with_columns(label=pl.lit(1))
    )
    for name, tabled in (("split", made), ("labels", labelled)):
        one = evaluated(read(tabled, tmp_path / f"{name}-one", cross=True), cross=True)
        other = evaluated(
            read(tabled.shuffled(5), tmp_path / f"{name}-other", cross=True), cross=True
        )
        assert one.lists.tolist() == other.lists.tolist()
        for row, again in zip(one.rows, other.rows, strict=True):
            assert row.name == again.name
            for metric in METRICS:
                assert np.array_equal(getattr(row, metric), getattr(again, metric)), row.name


TURNS = 10


def excess_over_turns(folder, **options):
    """Mean nDCG less that of a random order, per row and world."""
    found = {}
    for seed in range(TURNS):
        made = tables(100 + seed, relations=200, **options)
        evaluation = evaluated(read(made, folder / str(seed), cross=True), cross=True)
        chance = ndcg_by_chance(evaluation.trial)
        for row in evaluation.rows:
            found.setdefault(row.name, []).append(float((row.ndcg - chance).mean()))
    return {name: np.array(values) for name, values in found.items() if len(values) == TURNS}


def reach(values, rows):
    """Half a Student interval over worlds; shared out among the rows, so that one in 20 errs."""
    return stats.sem(values) * stats.t.ppf(1 - 0.05 / (2 * rows), len(values) - 1)


class TestNoLeak:
    def test_random_links_are_found_at_chance_by_every_row(self, tmp_path):
        """Texts mean something, but the links do not depend on them: whatever finds more leaks."""
        found = excess_over_turns(tmp_path, by_topic=False)
        assert {"fusion", "prior", "popularity", "circle_map", "page_rank"} <= set(found)
        for name, values in found.items():
            assert abs(values.mean()) <= reach(values, len(found)), name

    def test_links_between_companies_of_one_topic_are_found_far_above_chance(self, tmp_path):
        """Without this, the test above would pass for an evaluation that finds nothing at all."""
        found = excess_over_turns(tmp_path)
        for name in ("fusion", "prior", "activity_words", "circle_text"):
            assert found[name].mean() - reach(found[name], len(found)) > 0.05, name

    def test_a_fusion_with_the_answers_in_its_relations_would_be_caught(self, tmp_path):
        """The held-out pairs as events: seen, though nobody has met; a leak of the dataset."""
        found = []
        for seed in range(4):
            made = tables(200 + seed, by_topic=False)
            told = made.holdout.with_columns(kind=pl.lit("event"), date=pl.lit("2019-01-01"))
            leaking = replace(made, relations=pl.concat([made.relations, told]))
            evaluation = evaluated(read(leaking, tmp_path / str(seed)))
            row = evaluation.row("shared_groups")
            found.append(float((row.ndcg - ndcg_by_chance(evaluation.trial)).mean()))
        assert min(found) > 0.5


def test_the_stage_is_one_that_its_gains_allow(evaluation):
    """Read again from the intervals: a stage must win with all of its interval."""
    gains, stage = evaluation.learned.gains, evaluation.learned.fusion.stage
    expected = Stage.PRIOR
    if gains[Stage.LOGISTIC.value][0] > 0:
        expected = Stage.LOGISTIC
    if Stage.TREES.value in gains and gains[Stage.TREES.value][0] > 0:
        expected = Stage.TREES
    assert stage is expected
