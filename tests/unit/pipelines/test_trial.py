"""A trial ranks whom it may rank, by what it says it ranks by, and counts what it finds."""

import time
from dataclasses import replace

import networkx as nx
import numpy as np
import polars as pl
import pytest
import scipy.sparse as sparse
from evaluations import SMALL, acquainted, asked, read, tables
from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score

from matchmaker.intents import FLOW
from models.prior import ranks_of
from pipelines.trial import channel_rows, fusion_row, popularity_rows, set_trial, true_row

K = 10


@pytest.fixture(scope="module", params=[False, True], ids=["anywhere", "cross"])
def cross(request):
    return request.param


@pytest.fixture(scope="module")
def dataset(cross, tmp_path_factory):
    made = tables(4)
    chosen = replace(
        made,
        candidates=made.companies.select("id").filter(pl.col("id") != "f003"),
        queries=made.companies.select("id").filter(pl.col("id") != "f005"),
    )
    return read(chosen, tmp_path_factory.mktemp("trial"), cross=cross)


@pytest.fixture(scope="module")
def model(dataset, cross):
    return asked(dataset, cross=cross)[0]


@pytest.fixture(scope="module")
def trial(dataset, model, cross):
    return set_trial(model, asked(dataset, cross=cross)[1], dataset.holdout, K, 3)


@pytest.fixture(scope="module")
def allowed(dataset, trial, cross):
    """Who may be an answer of each query, by plain loops."""
    met, side = acquainted(dataset), dataset.companies.department
    return np.array(
        [
            [
                answer != query
                and bool(dataset.answers[answer])
                and frozenset((query, answer)) not in met
                and not (cross and side[query] == side[answer])
                for answer in range(len(dataset.ids))
            ]
            for query in trial.queries.tolist()
        ]
    )


@pytest.fixture(scope="module")
def relevant(dataset, trial):
    pairs = {tuple(pair) for pair in dataset.holdout.tolist()}
    pairs |= {(b, a) for a, b in pairs}
    return np.array(
        [
            [
                (query, answer) in pairs and bool(dataset.answers[answer])
                for answer in range(len(dataset.ids))
            ]
            for query in trial.queries.tolist()
        ]
    )


def within_ties(row, scores, allowed, relevant):
    """Whether each metric lies between the worst and the best order among equal scores."""
    low, high = (
        plain_metrics(scores, allowed, relevant, np.where(relevant, luck, -luck))
        for luck in (-1, 1)
    )
    found = np.stack([row.recall, row.ndcg, row.reciprocal, row.hit])
    assert (found >= low - 1e-9).all()
    assert (found <= high + 1e-9).all()
    return float((low == high).all(axis=0).mean())


def plain_metrics(scores, allowed, relevant, luck):
    """Recall, nDCG, reciprocal rank and hit of each query, by sorting everybody."""
    found = []
    for own, may, wanted, last in zip(scores, allowed, relevant, luck, strict=True):
        order = np.lexsort((-last, -np.round(own.astype(float), 6)))
        top = wanted[order[may[order]]][:K]
        ideal = np.zeros(K)
        ideal[: wanted.sum()] = 1
        gain = np.pad(top.astype(float), (0, K - len(top)))
        discount = 1 / np.log2(np.arange(2, K + 2))
        first = np.argmax(top) + 1 if top.any() else np.inf
        found.append(
            (top.sum() / wanted.sum(), gain @ discount / (ideal @ discount), 1 / first, top.any())
        )
    return np.array(found, dtype=float).T


def test_plain_metrics_are_those_of_scikit_learn(allowed, relevant, trial):
    """The oracle of the tests below has an oracle itself."""
    scores = np.random.default_rng(1).random(allowed.shape)
    _, ndcg, _, _ = plain_metrics(scores, allowed, relevant, scores)
    for own, may, wanted, value in zip(scores, allowed, relevant, ndcg, strict=True):
        assert value == pytest.approx(ndcg_score([wanted[may]], [own[may]], k=K))


class TestTrial:
    def test_queries_are_those_who_may_ask_and_have_a_partner(self, dataset, trial, relevant):
        assert relevant.any(axis=1).all()
        assert int(relevant.sum()) == len(trial.partners)
        assert dataset.ids.tolist().index("f005") not in trial.queries
        assert dataset.ids.tolist().index("f003") not in trial.partners
        for place, row in enumerate(relevant):
            own = trial.partners[trial.indptr[place] : trial.indptr[place + 1]]
            assert own.tolist() == np.flatnonzero(row).tolist()

    def test_allowed_answers_are_counted(self, trial, allowed):
        assert trial.n_allowed.tolist() == allowed.sum(axis=1).tolist()

    def test_cold_queries_have_at_most_one_known_relation(self, dataset, trial):
        graph = nx.Graph(map(tuple, acquainted(dataset)))
        degree = [graph.degree(row) if row in graph else 0 for row in trial.queries.tolist()]
        assert trial.cold.tolist() == [known <= 1 for known in degree]
        assert 0 < trial.cold.sum() < len(trial.queries)

    def test_random_pairs_are_as_many_and_not_linked(self, dataset, trial, cross):
        met, side = acquainted(dataset), dataset.companies.department
        held = {frozenset(pair) for pair in dataset.holdout.tolist()}
        drawn = [tuple(pair) for pair in trial.random.tolist()]
        assert len(drawn) == len(set(drawn)) == len(dataset.holdout)
        for seeker, answer in drawn:
            assert frozenset((seeker, answer)) not in met | held
            assert seeker != answer
            assert dataset.queries[seeker]
            assert dataset.answers[answer]
            assert not (cross and side[seeker] == side[answer])


class TestRows:
    def test_popularity_ranks_by_the_number_of_relations(self, dataset, model, trial, allowed):
        graph = nx.Graph(map(tuple, acquainted(dataset)))
        degree = np.array([graph.degree(n) if n in graph else 0 for n in range(len(dataset.ids))])
        row = popularity_rows(model, trial, time.perf_counter)[0]
        wanted = relevant_of(trial, len(dataset.ids))
        within_ties(row, np.tile(degree, (len(trial.queries), 1)), allowed, wanted)
        truth = [1] * len(trial.linked) + [0] * len(trial.random)
        score = degree[np.concatenate([trial.linked, trial.random])[:, 1]]
        assert row.auc == pytest.approx(roc_auc_score(truth, score))
        assert row.ap == pytest.approx(average_precision_score(truth, score))

    def test_recent_popularity_counts_the_last_year_only(self, dataset, model, trial, allowed):
        latest = max(dataset.groups.dates)
        graph = nx.Graph(
            [
                tuple(own.tolist())
                for own, day in zip(dataset.groups.members, dataset.groups.dates, strict=True)
                if (latest - day).days < 365
            ]
        )
        degree = np.array([graph.degree(n) if n in graph else 0 for n in range(len(dataset.ids))])
        row = popularity_rows(model, trial, time.perf_counter)[1]
        wanted = relevant_of(trial, len(dataset.ids))
        within_ties(row, np.tile(degree, (len(trial.queries), 1)), allowed, wanted)
        assert row.name == "popularity_recent"
        assert len(graph) < len(dataset.ids)

    def test_every_channel_ranks_all_allowed_answers_by_its_score(
        self, dataset, model, trial, allowed, relevant
    ):
        rows = {row.name: row for row in channel_rows(model, trial, time.perf_counter)}
        everyone = np.arange(len(dataset.ids))
        partners = np.tile(everyone, (len(trial.queries), 1))
        flow, certain = FLOW[trial.question.role], {}
        for channel in model.channels:
            score = channel.score(model.territory.view, trial.queries, partners, flow)
            if not (score[allowed] > 0).any():
                assert channel.name not in rows
                continue
            certain[channel.name] = within_ties(rows[channel.name], score, allowed, relevant)
        # Words have few equal scores near the top, so that the bounds are the value itself.
        assert certain["activity_alike"] > 0.9
        assert {"activity_words", "shared_acquaintances", "page_rank", "circle_text"} <= set(rows)

    def test_auc_of_a_channel_is_that_of_the_mean_of_both_ways(self, model, trial):
        rows = {row.name: row for row in channel_rows(model, trial, time.perf_counter)}
        pairs = np.concatenate([trial.linked, trial.random])
        truth = [1] * len(trial.linked) + [0] * len(trial.random)
        view, flow = model.territory.view, FLOW[trial.question.role]
        for channel in model.channels:
            if channel.name in rows:
                score = [
                    np.mean(
                        [
                            channel.score(view, np.array([one]), np.array([[other]]), flow)[0, 0]
                            for one, other in ((a, b), (b, a))
                        ]
                    )
                    for a, b in pairs.tolist()
                ]
                expected = roc_auc_score(truth, np.round(score, 7))
                assert rows[channel.name].auc == pytest.approx(expected, abs=2e-3)

    def test_the_oracle_finds_the_held_out_pairs_if_they_are_all_that_is_worth_anything(
        self, model, trial, relevant
    ):
        worth = np.zeros((len(model.sirets),) * 2)
        worth[trial.queries] = relevant
        row = true_row(model, trial, sparse.csr_array(worth), time.perf_counter)
        assert np.allclose(row.ndcg, 1)
        assert np.allclose(row.hit, 1)


@pytest.fixture(scope="module")
def found(model, trial):
    """Serve the prior: its row, its lists and their scores."""
    fusion = model.fusions[trial.question.role]
    return fusion_row("prior", model, trial, fusion, time.perf_counter)


class TestFusion:
    def test_lists_hold_nobody_twice_or_known_or_of_the_wrong_side(self, found, trial, allowed):
        _, lists, _ = found
        for place, own in enumerate(lists):
            listed = own[own >= 0]
            assert len(set(listed.tolist())) == len(listed)
            assert allowed[place, listed].all()
            assert (own[len(listed) :] == -1).all()

    def test_lists_are_the_best_candidates_by_the_sum_of_what_channels_add(
        self, found, model, trial, allowed
    ):
        """Ranks are among the candidates that may be served, as in the product."""
        _, lists, scores = found
        role, view = trial.question.role, model.territory.view
        fusion = model.fusions[role]
        ranker = replace(model.ranker, answers=trial.question.answers)
        candidates = ranker.candidates(view, trial.queries, role, SMALL.candidates, SMALL.search)
        for place, query in enumerate(trial.queries):
            own = np.array([c for c in candidates[place] if c >= 0 and allowed[place, c]])
            seen = np.stack(
                [c.score(view, np.array([query]), own[None], FLOW[role]) for c in model.channels],
                axis=-1,
            )
            ranks = np.stack([ranks_of(seen[..., c]) for c in range(seen.shape[-1])], axis=-1)
            fused = fusion.contributions(seen, ranks).sum(axis=-1)[0]
            best = np.sort(fused)[::-1][:K]
            assert np.allclose(scores[place, : len(best)], best, atol=1e-5)
            by_row = dict(zip(own.tolist(), fused.tolist(), strict=True))
            listed = lists[place, : len(best)].tolist()
            assert np.allclose([by_row[row] for row in listed], best, atol=1e-5)

    def test_metrics_are_those_of_the_lists(self, found, trial, relevant):
        row, lists, _ = found
        for place, own in enumerate(lists):
            hits = [bool(b >= 0 and relevant[place, b]) for b in own]
            assert row.recall[place] == pytest.approx(sum(hits) / relevant[place].sum())
            assert row.hit[place] == float(any(hits))

    def test_lists_do_not_depend_on_who_is_to_be_found(self, found, dataset, model, trial):
        """Else the answers would have had a part in ranking."""
        _, lists, scores = found
        others = replace(trial, linked=trial.linked[:1], random=trial.random[:1])
        fusion = model.fusions[trial.question.role]
        _, again, same = fusion_row("prior", model, others, fusion, time.perf_counter)
        assert again.tolist() == lists.tolist()
        assert np.allclose(scores, same)

    def test_candidate_recall_is_the_share_of_partners_among_the_candidates(
        self, found, model, trial
    ):
        candidates = model.ranker.candidates(
            model.territory.view,
            trial.queries,
            trial.question.role,
            SMALL.candidates,
            SMALL.search,
        )
        hits = [
            int(partner) in candidates[place].tolist()
            for place in range(len(trial.queries))
            for partner in trial.partners[trial.indptr[place] : trial.indptr[place + 1]]
        ]
        assert found[0].candidate_recall == pytest.approx(np.mean(hits))


def test_directed_pairs_are_asked_for_by_their_sources_only(tmp_path):
    dataset = read(tables(6, kind="supply"), tmp_path, directed=True)
    model, question = asked(dataset, directed=True)
    trial = set_trial(model, question, dataset.holdout, K, 3)
    assert trial.queries.tolist() == sorted(set(dataset.holdout[:, 0].tolist()))
    assert trial.linked.tolist() == dataset.holdout.tolist()
    assert len(trial.partners) == len(dataset.holdout)


def relevant_of(trial, width):
    wanted = np.zeros((len(trial.queries), width), dtype=bool)
    wanted[np.repeat(np.arange(len(trial.queries)), np.diff(trial.indptr)), trial.partners] = True
    return wanted
